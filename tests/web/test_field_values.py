"""Names of values: set by form, table or program; shown in answers, with the values beside them in files."""

from __future__ import annotations

import csv
import io
import re
import uuid
from collections.abc import Callable, Iterator
from typing import Any

import openpyxl  # type: ignore[import-untyped]
import pytest
from litestar import Litestar
from litestar.testing import TestClient

from minilens.load.pipeline import Pipeline
from minilens.period import now, now_ms
from minilens.records.event_content import Field
from minilens.render.as_text import readable
from minilens.serve.wiring import console, questions
from minilens.settings import Settings
from minilens.web.app import create_app
from tests.pipeline import Happening, House, at
from tests.web.cast import mark, press

DAY = "2026-03-02"
MORNING = at(f"{DAY} 09:00")
SIZES = ["s", "s", "l", "xl", None, 5]


class Site:
    """The site of one app and its admin."""

    def __init__(self, house: House, client: TestClient[Litestar]) -> None:
        self.house, self.client = house, client
        self.page = f"/a/{house.app.name}/events/fields"
        self.api = f"/api/v1/apps/{house.app.name}"
        self.tokens = {
            scope: house.pipeline.records.tokens.create(house.app.id, (scope,), now=now())
            for scope in ("report:read", "admin")
        }

    def text(self, path: str = "") -> str:
        return self.client.get(self.page + path, headers={"accept-language": "en"}).text

    def press(self, do: str, **form: str) -> Any:
        form |= {"do": do, "csrf": mark(self.client, "/account")}
        return self.client.post(
            f"{self.page}/size",
            data=form,
            headers={"accept-language": "en"},
            follow_redirects=False,
        )

    def send(
        self, method: str, path: str, scope: str = "admin", lang: str = "en", **more: Any
    ) -> Any:
        headers = {"authorization": f"Bearer {self.tokens[scope]}", "accept-language": lang}
        return self.client.request(method, self.api + path, headers=headers, **more)

    def ask(self, form: str = "json", lang: str = "en", **more: Any) -> Any:
        question: dict[str, Any] = {
            "kind": "events", "events": [{"event": "cup"}], "from": DAY, "to": DAY, "grain": "whole",
            "groups": [{"property": "size"}], "top": 4, "rest": True, **more,
        }  # fmt: skip
        return self.send("POST", f"/ask?format={form}", "report:read", lang, json=question)


@pytest.fixture(scope="module")
def site(pipeline: Pipeline, settings: Settings, new_app: Callable[..., House]) -> Iterator[Site]:
    """Cups of some sizes."""
    house, records = new_app(), pipeline.records
    admin = records.accounts.create(f"{uuid.uuid4().hex}@example.org", "A", now=now())
    records.grants.set(admin.id, house.app.id, "admin", now=now(), by=None)
    records.events.declare(house.app.id, "cup", "一杯", [Field("size", "杯型", "text")], now=now())
    props = [
        '{"size": null}' if one is None else f'{{"size": {one!r}}}'.replace("'", '"')
        for one in SIZES
    ]
    house.load(
        [Happening(MORNING + n, "cup", device=f"d{n}", props=one) for n, one in enumerate(props)]
    )
    house.build()
    built = create_app(console(pipeline, settings, questions(pipeline, settings)))
    with TestClient(built, raise_server_exceptions=False) as client:
        press(client, f"/sign-in?code={records.sign_ins.create(now=now(), account=admin.id)}")
        yield Site(house, client)


@pytest.fixture
def named(site: Site) -> Site:
    """Two of them have names."""
    values = [
        {"value": "s", "zh": "小杯", "en": "Small"}, {"value": "l", "zh": "大杯", "en": ""}, {"value": "5", "zh": "五"},
    ]  # fmt: skip
    seen = site.send("GET", "/fields/size/values").json()["revision"]
    done = site.send("PUT", "/fields/size/values", json={"values": values, "revision": seen})
    assert done.status_code == 200, done.text
    return site


def test_programs_name_values(named: Site) -> None:
    told = named.send("GET", "/fields", "report:read").json()["fields"]
    (size,) = told
    assert (size["name"], size["type"], size["used_by"][0]) == ("size", "text", "cup")
    assert size["values"][1] == {"value": "l", "zh": "大杯", "en": ""}
    late = named.send("PUT", "/fields/size/values", json={"values": [], "revision": 0})
    assert (late.status_code, late.json()["code"]) == (409, "changed_meanwhile")
    bad = named.send("PUT", "/fields/size/values", json={"values": [{"value": "s"}]})
    assert (bad.status_code, bad.json()["field"]) == (422, "values[0].zh")
    assert (
        named.send("PUT", "/fields/size/values", "report:read", json={"values": []}).status_code
        == 403
    )
    assert named.send("GET", "/fields/siez/values").json()["code"] == "no_such_field"


def test_answers_call_them_so_and_files_have_both(named: Site) -> None:
    body = named.ask().json()
    assert [row["property.size"] for row in body["rows"]] == ["s", None, "5", "l"]
    assert body["columns"][0]["names"] == {"s": "Small", "5": "五", "l": "大杯"}
    assert "names" not in body["columns"][1]
    assert named.ask(lang="zh").json()["columns"][0]["names"]["s"] == "小杯"
    rows = list(csv.reader(io.StringIO(named.ask("csv").text)))
    assert rows[0] == ["property.size", "property.size.zh", "property.size.en", "m1"]
    assert rows[1] == ["s", "小杯", "Small", "2"]
    assert rows[4] == ["l", "大杯", "大杯", "1"]
    assert rows[2] == ["", "", "", "1"]
    assert rows[5] == ["xl", "", "", "1"]
    book = openpyxl.load_workbook(io.BytesIO(named.ask("xlsx").content))
    cells = [[cell.value for cell in row[:3]] for row in book.worksheets[0].iter_rows(min_row=4)]
    assert cells[:3] == [["size", "size (name)", "cup · total"], ["s", "Small", 2], [None, None, 1]]


def test_samples_say_them_too(named: Site) -> None:
    """On the list of fields and beside the field of an event that is checked."""
    records, app = named.house.pipeline.records, named.house.app.id
    records.events.declare(app, "mug", "一缸", [Field("size", "杯型", "text")], now=now())
    named.house.load([Happening(now_ms(), "mug", props='{"size": "s"}')])
    assert "(Small)" in named.text()
    number = records.events.find(app, "mug").one.number
    page = named.client.get(
        named.page.replace("fields", f"manage/{number}"), headers={"accept-language": "zh-CN"}
    )
    assert "（小杯）" in page.text


def test_conditions_understand_names(named: Site) -> None:
    for value, found in (
        ("Small", 2),
        ("小杯", 2),
        ("大杯", 1),
        ("s", 2),
        ("xl", 1),
        ("none such", 0),
    ):
        where = {"all": [{"property": "size", "operator": "is", "values": [value]}]}
        total = named.ask(where=where, groups=[]).json()["rows"][0]["m1"]
        assert (value, total) == (value, found)
    either: dict[str, Any] = {
        "all": [{"any": [{"property": "size", "operator": "is_not", "values": ["小杯", "大杯"]}]}]
    }
    assert named.ask(where=either, groups=[]).json()["rows"][0]["m1"] == 3


def test_the_form_keeps_what_was_typed_and_is_saved_whole(site: Site) -> None:
    assert 'aria-label="Names of the values of size"' in site.text()
    seen = re.search(r'name="revision" value="(\d+)"', site.text("/size"))
    assert seen
    form = {"revision": seen[1], "v0.value": "s", "v0.zh": "小", "v0.en": "", "v1.value": "m"}
    added = site.press("add", **form)
    assert 'name="v2.value" value=""' in added.text
    refused = site.press("save", **form)
    assert refused.status_code == 422
    assert re.search(r'name="v1.zh"[^>]*aria-invalid="true"', refused.text)
    wrong = site.press("paste", **form, pasted="m,中\nx\n")
    assert (wrong.status_code, "CSV, line 2" in wrong.text, "m,中" in wrong.text) == (
        422,
        True,
        True,
    )
    pasted = site.press("paste", **form, pasted="value,zh,en\nm,中,Medium\nxl,特大\n")
    assert re.findall(r'name="v\d\.zh" value="(.*?)"', pasted.text) == ["小", "中", "特大"]
    form |= {"v1.zh": "中", "v1.en": "Medium"}
    saved = site.press("save", **form)
    assert saved.status_code == 303
    assert "The names of the values are saved." in site.client.get(
        saved.headers["location"], headers={"accept-language": "en"}
    ).text  # fmt: skip
    late = site.press("save", **form)
    assert late.status_code == 409
    assert "after you opened them" in late.text
    assert site.client.get(f"{site.page}/nothing").status_code == 404
    revision = str(int(seen[1]) + 1)
    assert site.press("save", revision=revision, **{"v0.value": "", "v0.zh": ""}).status_code == 303
    assert site.house.pipeline.records.field_values.texts(site.house.app.id) == {}


def test_a_terminal_reads_them(named: Site) -> None:
    from minilens.measure.table import Column, Cost, Table
    from minilens.measure.value_names import ValueNames
    from minilens.period import today
    from minilens.text import Text

    names = {"s": Text("小杯", "Small")}
    column = Column(
        "property.size", Text("size", "size"), "text", shown=ValueNames(names).shown, called=names
    )
    table = Table(
        (Column("page", Text("p", "p"), "text"), column, Column("total", Text("t", "t"), "count")),
        (("a", "s", 1), ("b", None, 2)), today("UTC"), today("UTC"), now(), Cost(0, 0, 0), keys=2,
    )  # fmt: skip
    assert readable(table, table.rows, "en") == [("a", "Small", 1), ("b", None, 2)]
