"""A filter in an address is read, written again and said as a sentence; a wrong one says what is wrong."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from minilens.errors import Refused
from minilens.measure.dimensions import DIMENSIONS, NO_NAMES
from minilens.measure.filters import BY_KIND, OPERATORS, Condition, read, sentence, write
from tests import by_name


@pytest.mark.parametrize(
    ("text", "zh", "en"),
    [
        ("province:is:广东,上海", "省份 是 广东 或 上海", "Province is Guangdong or Shanghai"),
        (
            "scene:is_not:1047,9999",
            "场景值 不是 1047 扫描小程序码 或 9999",
            "Scene is not 1047 Mini program code scanned with camera or 9999",
        ),
        ("newness:is:new", "新老用户 是 新用户", "New or returning is New"),
        ("campaign:is_known", "推广活动 有值", "Campaign is known"),
        (
            "page:starts_with:pages/a|page:contains:cart",
            "页面路径 开头是 pages/a 或 页面路径 包含 cart",
            "Page starts with pages/a or Page contains cart",
        ),
    ],
)
def test_sentences(text: str, zh: str, en: str) -> None:
    (clause,) = read([text])
    assert (sentence(clause, "zh"), sentence(clause, "en")) == (zh, en)
    assert write(clause) == text


@pytest.mark.parametrize(
    ("text", "code", "hint"),
    [
        ("provinze:is:广东", "unknown_field", "province"),
        ("province", "unknown_operator", ""),
        ("province:iss:广东", "unknown_operator", "is"),
        ("scene:contains:10", "unknown_operator", ""),
        ("scene:is:ten", "bad_value", ""),
        ("newness:is:newest", "unknown_choice", "new"),
        ("province:is", "no_value", ""),
        ("province:is_known:广东", "filter_values", ""),
        ("province:is:" + ",".join(map(str, range(101))), "too_many", ""),
        ("page:is:" + "x" * 513, "too_long", ""),
        ("|".join(["page:is:x"] * 21), "too_many", ""),
    ],
)
def test_refusals(text: str, code: str, hint: str) -> None:
    with pytest.raises(Refused) as refused:
        read([text])
    assert (refused.value.code, refused.value.field) == (code, "filter")
    assert refused.value.facts["hint"] == hint


@pytest.mark.parametrize(
    ("text", "zh", "en"),
    [
        (
            "scene:contains:10",
            "scene 不能用 contains 筛选，可用的有 is, is_not, is_known, is_unknown",
            "scene can't be filtered with contains; use is, is_not, is_known, is_unknown",
        ),
        ("scene:is:ten", "场景值 不是有效的数值：ten", "Scene is not a valid number: ten"),
        (
            "newness:is:newest",
            "新老用户 不能是 newest，可用的有 new, returning；是否想写 new？",
            "New or returning can't be newest; use new, returning; did you mean new?",
        ),
        (
            "province:is_known:广东",
            "筛选条件“省份 有值”不需要值",
            "The filter “Province is known” doesn't take a value",
        ),
        ("province:is", "请填写一个值", "Enter a value"),
    ],
)
def test_a_refusal_speaks_of_the_field_as_people_call_it(text: str, zh: str, en: str) -> None:
    with pytest.raises(Refused) as refused:
        read([text])
    assert (refused.value.message("zh"), refused.value.message("en")) == (zh, en)


def conditions() -> st.SearchStrategy[Condition]:
    """Any lawful condition on a text that is stored as it is written."""
    texts = [
        name
        for name, field in DIMENSIONS.items()
        if field.kind == "text" and field.names is NO_NAMES
    ]
    values = st.lists(
        st.text(st.characters(exclude_categories=["Cs"]), min_size=1), min_size=1, max_size=4
    )
    operators = [name for name in BY_KIND["text"] if OPERATORS[name].values]
    return st.builds(
        by_name.condition, st.sampled_from(texts), st.sampled_from(operators), values.map(tuple)
    )


@given(st.lists(conditions(), min_size=1, max_size=4).map(tuple))
def test_what_is_written_is_read_again(clause: tuple[Condition, ...]) -> None:
    assert read([write(clause)]) == (clause,)


@pytest.mark.parametrize(
    ("written", "values"),
    [
        ("province:is:Guangdong,上海", ("广东", "上海")),
        ("province:is:inner mongolia,Inner-Mongolia,内蒙古", ("内蒙古",)),
        ("province:is_not:SHANXI", ("山西",)),
        ("province:starts_with:Shan", ("Shan",)),
        ("province:contains:zhou", ("zhou",)),
        ("province:contains:广", ("广",)),
        ("province:is:California", ("California",)),
        ("source:is:Guangdong", ("Guangdong",)),
        ("brand:is:华为,HUAWEI,apple", ("Huawei", "Apple")),
        ("model:is:iPhone15,2", ("iPhone15", "2")),
        ("model:is:iPhone15\\,2", ("iPhone 14 Pro",)),
        ("screen:is:390x844,390 * 844", ("390×844",)),
        ("network:is:Wi-Fi,5G", ("wifi", "5g")),
        ("language:is:简体中文,english", ("zh_CN", "en")),
        ("city:is:Shenzhen,杭州市", ("深圳", "杭州")),
    ],
)
def test_values_are_read_as_people_write_them(written: str, values: tuple[str, ...]) -> None:
    ((condition,),) = found = read([written])
    assert condition.values == values
    assert read([write(found[0])]) == found


def test_a_province_is_said_in_the_language_of_the_page() -> None:
    (clause,) = read(["province:is:Guangdong"])
    assert (sentence(clause, "zh"), sentence(clause, "en")) == (
        "省份 是 广东",
        "Province is Guangdong",
    )
