"""A body that cannot be meant is refused at every door of the API alike: by its field, in the caller's language."""

from __future__ import annotations

from typing import Any

import pytest
from litestar import Litestar
from litestar.testing import TestClient

from minilens.period import now
from minilens.records.rights import SCOPES
from tests.web.cast import CAFE, Theatre

Client = TestClient[Litestar]
#: A door whose body the framework reads, and one that reads its own, each with one of its fields.
DOORS = (("annotations", b"text"), ("channels", b"name"))
BAD_JSON = ("请求体不是合法的 JSON：", "The request body is not valid JSON: ")
Said = tuple[int, str, str, str, str]
BODIES: list[tuple[bytes, Said]] = [
    (b"{", (400, "bad_json", "body", f"{BAD_JSON[0]}内容不完整", f"{BAD_JSON[1]}it ends too early")),
    (
        b'{"text": "\xff"}',
        (400, "bad_json", "body", f"{BAD_JSON[0]}不是 UTF-8", f"{BAD_JSON[1]}it is not UTF-8"),
    ),
    (
        b'{"text": "\\ud83d"}',
        (
            400, "bad_json", "body", rf"{BAD_JSON[0]}第 10 个字节处的 \ud83d 只是半个字符（不成对的代理项）",
            rf"{BAD_JSON[1]}\ud83d at byte 10 is half of a character (an unpaired surrogate)",
        ),
    ),
    (
        b'{"text": "\\ud83d\\ude00 \\\\ud83d \\udE00 and more"}',
        (
            400, "bad_json", "body", rf"{BAD_JSON[0]}第 31 个字节处的 \udE00 只是半个字符（不成对的代理项）",
            rf"{BAD_JSON[1]}\udE00 at byte 31 is half of a character (an unpaired surrogate)",
        ),
    ),
    (
        b"[]",
        (
            422, "wrong_type", "body", "body 的类型不对：应为对象，而非列表",
            "body has the wrong type: must be an object, not a list",
        ),
    ),
]  # fmt: skip


@pytest.fixture
def headers(theatre: Theatre) -> dict[str, str]:
    """Those of a program that may do everything."""
    made = theatre.console().records.tokens.create(CAFE.id, SCOPES, now=now(), lasts=None)
    return {"Authorization": f"Bearer {made}", "Content-Type": "application/json"}


@pytest.mark.parametrize(("door", "name"), DOORS)
@pytest.mark.parametrize(("body", "said"), BODIES)
def test_text_that_is_no_json_is_told_in_words(
    stranger: Client, headers: dict[str, str], door: str, name: bytes, body: bytes, said: Said
) -> None:
    for language, message in (("zh-CN", said[3]), ("en-GB", said[4])):
        answer = stranger.post(
            f"/api/v1/apps/cafe/{door}", content=body.replace(b"text", name),
            headers=headers | {"Accept-Language": language},
        )  # fmt: skip
        told = answer.json()
        assert (answer.status_code, told["code"], told["field"]) == said[:3]
        assert told["message"] == message
        assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize(
    ("body", "code", "field", "zh"),
    [
        (b"", "missing", "body", "缺少字段 body"),
        (b"{}", "missing", "text", "缺少字段 text"),
        (b'{"text": 1}', "wrong_type", "text", "text 的类型不对：应为文本，而非整数"),
        (b'{"text": "a", "dya": "2026-11-01"}', "wrong_type", "dya", "dya 的类型不对：这里没有这一项"),
        (b'{"text": "a", "day": "2026-02-30"}', "bad_date", "day", "day 不是有效的日期"),
    ],
)  # fmt: skip
def test_a_field_is_named(
    stranger: Client, headers: dict[str, str], body: bytes, code: str, field: str, zh: str
) -> None:
    address = "/api/v1/apps/cafe/annotations"
    answer = stranger.post(address, content=body, headers=headers | {"Accept-Language": "zh"})
    told = answer.json()
    assert (answer.status_code, told["code"], told["field"]) == (422, code, field)
    assert told["message"].startswith(zh)


def bodies(described: Any) -> list[tuple[str, str]]:
    """Method and address of what takes a body."""
    return [
        (method, path.replace("{app}", "cafe").replace("{grain}", "week").replace("{day}", "2026-11-16"))
        for path, item in described["paths"].items()
        for method, operation in item.items()
        if "requestBody" in operation
    ]  # fmt: skip


def test_no_door_passes_over_a_field_that_it_does_not_know(
    stranger: Client, headers: dict[str, str]
) -> None:
    every = bodies(stranger.get("/api/v1/openapi.json").json())
    for method, path in every:
        address = path.replace("{person}", "p1").replace("{event}", "paid")
        for name in (
            "alarm",
            "channel",
            "cohort",
            "feed",
            "kpi",
            "merge",
            "question",
            "rule",
            "subscription",
            "field",
        ):
            address = address.replace(f"{{{name}}}", "1")
        answer = stranger.request(method, address, content=b'{"onlythis": true}', headers=headers)
        told = answer.json()
        assert answer.status_code == 422, (method, address, told)
        assert (told["code"], told["field"]) in (
            ("wrong_type", "onlythis"), ("missing", "kind"),
        ), (method, address, told)  # fmt: skip
