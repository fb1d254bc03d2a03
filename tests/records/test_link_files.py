"""Links in CSV files: as Excel saves them, in either language, with mistakes; and out again without formulas."""

from __future__ import annotations

import csv
import io
from datetime import UTC, date, datetime

import pytest

from minilens.errors import Refused, TooLarge
from minilens.records import link_file
from minilens.records.link_content import NewLink
from minilens.records.store import Records
from minilens.render.links_csv import links_csv

NOW = datetime(2026, 11, 22, 8, 0, tzinfo=UTC)
ZH = "推广活动,推广位,物料,页面,参数,有效期至,标签\n春茶,门口,海报,pages/menu/menu,table=7,2026/12/1,店内；海报\n"


def test_as_chinese_excel_saves_it() -> None:
    wanted = NewLink(
        campaign="春茶", placement="门口", material="海报", page="pages/menu/menu", query="table=7",
        expires=date(2026, 12, 1), tags=["店内", "海报"],
    )  # fmt: skip
    for body in (
        ZH.encode(),
        ZH.encode("utf-8-sig"),
        ZH.encode("gbk"),
        ZH.replace(",", "\t").encode("utf-16"),
        ZH.replace("\n", "\r\n").encode() + b",,,,,,\r\n\r\n",
    ):
        assert link_file.read(body) == [wanted]


@pytest.mark.parametrize(
    ("text", "field", "code"),
    [
        ("", "file", "bad_shape"),
        ("campaign,page\n", "file", "bad_shape"),
        ("campaign\nSpring\n", "page", "missing"),
        ("campaign,page,placment\nSpring,a,b\n", "file", "unknown_field"),
        ("campaign,page,page\nSpring,a,b\n", "file", "bad_shape"),
        ("campaign,page\nSpring,a\nSummer,b,c\n", "links[3]", "bad_shape"),
        ("campaign,page\nSpring,a\n,\nSummer,b\n", "links[3]", "bad_shape"),
        ("campaign,page,expires\nSpring,a,soon\n", "links[2].expires", "bad_date"),
        ("campaign,page,method\nSpring,a,fax\n", "links[2].method", "unknown_choice"),
        ('campaign,page\n"Spring,a\n', "file", "bad_shape"),
    ],
)
def test_a_mistake_is_named_with_its_row(text: str, field: str, code: str) -> None:
    with pytest.raises(Refused) as caught:
        link_file.read(text.encode())
    assert (caught.value.field, caught.value.code) == (field, code)
    assert caught.value.message("zh") != caught.value.message("en")


def test_what_is_no_text_or_too_much() -> None:
    with pytest.raises(Refused) as caught:
        link_file.read(b"\xff\xfe\x00")
    assert caught.value.field == "file"
    with pytest.raises(TooLarge):
        link_file.read(b"x" * (link_file.MOST_BYTES + 1))
    with pytest.raises(Refused) as caught:
        link_file.read(b"campaign,page\n" + b"a,b\n" * (link_file.MOST_ROWS + 1))
    assert caught.value.code == "too_many"


def test_what_comes_out_holds_no_formula_and_goes_in_again(records: Records) -> None:
    app = records.apps.create("cafe", timezone="Asia/Shanghai", now=NOW).id
    given = NewLink(
        campaign="=HYPERLINK(1)", placement="+1", material="-x", page="pages/a", query="a=1", tags=["b", "c"],
        note="@x", owner="Bo, of Ann", expires=date(2026, 12, 1), web="https://a.example/?b=1",
    )  # fmt: skip
    text = links_csv(records.links.create(app, [given], now=NOW))
    rows = list(csv.DictReader(io.StringIO(text)))
    assert not [
        cell
        for row in rows
        for cell in row.values()
        if cell[:1] in "=+-@" and cell not in ("", "+1")
    ]
    (again,) = link_file.read(text.encode())
    again.method = given.method
    assert again == given
