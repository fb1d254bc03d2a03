"""Campaign links: made all or none, a code once for ever, names that stay, and what is wrong with a row."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from minilens.errors import NotFound, Refused
from minilens.records.link_content import LONGEST, MOST_OF_PATH, NewLink
from minilens.records.store import Records
from minilens.reference import link_codes

NOW = datetime(2026, 11, 22, 8, 0, tzinfo=UTC)
APP_JSON = b'{"pages": ["pages/menu/menu", "pages/index/index"]}'


@pytest.fixture
def app(records: Records) -> int:
    return records.apps.create("cafe", timezone="Asia/Shanghai", now=NOW).id


def new(**more: object) -> NewLink:
    return NewLink(**{"campaign": "Spring", "page": "pages/menu/menu", **more})  # type: ignore[arg-type]


def refusal(records: Records, app: int, *some: NewLink) -> Refused:
    with pytest.raises(Refused) as caught:
        records.links.create(app, some, now=NOW)
    assert records.links.of(app) == []
    return caught.value


def test_a_link_has_its_path_its_code_and_its_address(records: Records, app: int) -> None:
    ann = records.accounts.create("ann@example.org", "Ann", now=NOW).id
    short, long = records.links.create(
        app,
        [
            new(
                placement="Door",
                material="A3",
                query="table=7&name=桌",
                tags=["inside", "inside", " "],
            ),
            new(query="note=" + "x" * 120, expires=date(2026, 12, 1), owner="Bo", note="n"),
        ],
        now=NOW,
        by=ann,
    )
    assert short.url == f"pages/menu/menu?table=7&name=%E6%A1%8C&lc={short.code}"
    assert (short.method, short.path, short.tags) == ("path", short.url, ("inside",))
    assert (long.method, long.path) == ("code", f"pages/menu/menu?scene={long.code}")
    assert long.url.endswith(f"&lc={long.code}")
    assert len(long.url) > MOST_OF_PATH
    assert long.author == "Ann"
    assert records.links.known([short.code, long.code, "2222222222", "nonsense"]) == {
        short.code: short,
        long.code: long,
    }
    assert records.links.of(app) == [long, short]
    assert records.links.of(app, search="DOOR") == [short]
    assert records.links.of(app, search="%") == []
    assert records.links.of(app, campaign="Spring", after=1, most=1) == [short]
    assert records.links.of(app + 1) == []
    assert [entry.action for entry in records.audit.entries(action="link")] == ["link.create"]


def test_the_path_holds_exactly_128_characters(records: Records, app: int) -> None:
    room = MOST_OF_PATH - len("pages/menu/menu?a=&lc=") - link_codes.LENGTH
    fits, not_quite = records.links.create(
        app, [new(query="a=" + "x" * room), new(query="a=" + "x" * (room + 1))], now=NOW
    )
    assert (len(fits.path), fits.method, not_quite.method) == (128, "path", "code")
    error = _error(records, app, new(query="a=" + "x" * (room + 1), method="path"))
    assert error.field == "links[0].method"
    assert "129" in error.message("en")
    assert "129" in error.message("zh")


def _error(records: Records, app: int, one: NewLink) -> Refused:
    with pytest.raises(Refused) as caught:
        records.links.create(app, [one], now=NOW)
    return caught.value


@pytest.mark.parametrize(
    ("more", "field", "code"),
    [
        ({"campaign": " "}, "campaign", "missing"),
        ({"campaign": "x" * (LONGEST + 1)}, "campaign", "too_long"),
        ({"material": "A3"}, "placement", "missing"),
        ({"page": ""}, "page", "missing"),
        ({"page": "pages/menu/menu?a=1"}, "page", "bad_shape"),
        ({"page": "../../etc/passwd'"}, "page", "bad_shape"),
        ({"page": "pages/menu/manu"}, "page", "page_not_in_app"),
        ({"query": "lc=abc"}, "query", "bad_shape"),
        ({"query": "a=1&scene=7"}, "query", "bad_shape"),
        ({"query": "=1"}, "query", "bad_shape"),
        ({"query": "a=1#b"}, "query", "bad_shape"),
        ({"query": "a=" + "桌" * 400}, "query", "too_long"),
        ({"tags": [str(n) for n in range(21)]}, "tags", "too_many"),
        ({"web": "javascript:alert(1)"}, "web", "bad_shape"),
        ({"web": "//evil.example"}, "web", "bad_shape"),
        ({"web": "https://good.example@evil.example/"}, "web", "bad_shape"),
        ({"web": "https:\\\\evil.example"}, "web", "bad_shape"),
        ({"web": "https://a.example/\nx"}, "web", "bad_shape"),
    ],
)
def test_what_is_wrong_is_named_with_its_row(
    records: Records, app: int, more: dict[str, object], field: str, code: str
) -> None:
    records.app_pages.set(app, APP_JSON, now=NOW)
    error = refusal(records, app, new(), new(**more))
    assert (error.field, error.code) == (f"links[1].{field}", code)


def test_a_page_is_near_another(records: Records, app: int) -> None:
    records.app_pages.set(app, APP_JSON, now=NOW)
    assert "pages/menu/menu" in refusal(records, app, new(page="pages/menu/manu")).message("en")
    records.links.create(app, [new(page="/pages/index/index.html")], now=NOW)
    assert records.links.of(app)[0].page == "pages/index/index"


def test_a_percent_that_encodes_nothing_is_encoded(records: Records, app: int) -> None:
    made = records.links.create(app, [new(query="off=100%&b=%E6%A1%8C")], now=NOW)
    assert made[0].query == "off=100%25&b=%E6%A1%8C"


def test_a_code_is_never_given_twice(
    records: Records, app: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    (first,) = records.links.create(app, [new()], now=NOW)
    records.links.end(app, first.code, now=NOW, by=None)
    drawn = iter([first.code, first.code, "2222222222", "3222222225"])
    monkeypatch.setattr("minilens.records.links.new_code", lambda: next(drawn))
    made = records.links.create(app, [new(), new()], now=NOW)
    assert [one.code for one in made] == ["2222222222", "3222222225"]


def test_a_wrong_code_is_told_from_one_that_nobody_made(records: Records, app: int) -> None:
    (one,) = records.links.create(app, [new()], now=NOW)
    assert records.links.get(one.code) == one
    at = link_codes.ALPHABET.index(one.code[0])
    mistyped = link_codes.ALPHABET[(at + 1) % 31] + one.code[1:]
    for text, code in ((mistyped, "wrong_check"), ("' OR 1=1", "not_a_code"), ("", "not_a_code")):
        with pytest.raises(Refused) as caught:
            records.links.get(text)
        assert caught.value.code == code
    with pytest.raises(NotFound):
        records.links.get("2222222222")


def test_what_may_change_and_when_it_is_over(records: Records, app: int) -> None:
    (one,) = records.links.create(app, [new()], now=NOW)
    day = date(2026, 12, 1)
    records.links.change(app, one.code, note="new", owner="Bo", expires=day, now=NOW, by=None)
    changed = records.links.get(one.code)
    assert changed == replace(one, note="new", owner="Bo", expires=day)
    assert not changed.over(day)
    assert changed.over(date(2026, 12, 2))
    records.links.end(app, one.code, now=NOW, by=None)
    assert records.links.get(one.code).over(day)
    with pytest.raises(NotFound):
        records.links.end(app + 1, one.code, now=NOW, by=None)


def test_ten_thousand_at_once(records: Records, app: int) -> None:
    made = records.links.create(
        app, [new(material=str(n), placement="p") for n in range(10_000)], now=NOW
    )
    assert len({one.code for one in made}) == 10_000
    assert records.links.known(one.code for one in made) == {one.code: one for one in made}
