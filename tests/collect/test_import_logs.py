"""Web server logs in the combined format."""

from __future__ import annotations

from pathlib import Path

import pytest

from minilens.collect.flat import files
from minilens.reference.places import Place
from minilens.spool.record import Batch, encode
from tests.collect.test_import_reading import NOW, SECRET, batches, events, read, refusals

CHROME = "Mozilla/5.0 (X11) Chrome/32"
VIEW = (
    '203.0.113.9 - - [17/May/2015:10:05:03 +0000] "GET /a.html?b=c HTTP/1.1" 200 512 '
    f'"http://x.org/p" "{CHROME}"'
)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "access.log"


def test_a_view_has_its_page_query_referrer_and_source(path: Path) -> None:
    (batch,) = batches(read(path, VIEW + "\n"))
    (event,) = batch.events
    assert (event.name, event.ts) == ("page_view", 1_431_857_103_000)
    assert (event.page, event.query, event.referrer) == ("/a.html", "b=c", "http://x.org/p")
    assert batch.sources[event.o - 1].source == "x.org"
    assert (event.actor_type, event.session) == ("device", 0)


def test_only_answered_gets_are_views(path: Path) -> None:
    lines = [
        VIEW,
        VIEW.replace("GET", "POST"),
        VIEW.replace(" 200 ", " 404 "),
        VIEW.replace(" 200 512", " 304 -"),
        VIEW.replace("GET /a.html?b=c HTTP/1.1", "-"),
        "nonsense",
    ]
    path.write_text("\n".join(lines))
    reading = files.read(path, app=1, secret=SECRET, now_ms=NOW)
    found = list(reading)
    assert len(events(found)) == 2
    assert reading.passed_over == 3
    assert refusals(found) == [(6, "bad_shape", "line")]
    assert sum(batch.received for batch in batches(found)) == 3


def test_a_person_is_address_and_browser_and_neither_is_kept(path: Path) -> None:
    lines = [
        VIEW,
        VIEW,
        VIEW.replace("203.0.113.9", "203.0.113.10"),
        VIEW.replace("Chrome", "Edge"),
    ]
    found = read(path, "\n".join(lines))
    people = [event.actor for event in events(found)]
    assert people[0] == people[1]
    assert len(set(people)) == 3
    assert len({event.id for event in events(found)}) == 4
    written = b"".join(encode(batch) for batch in batches(found))
    assert b"203.0.113" not in written
    assert b"Chrome" not in written
    other = events(read(path, VIEW, secret=b"another"))
    assert other[0].actor != people[0]


def test_robots_and_places_have_batches_of_their_own(path: Path) -> None:
    robot = VIEW.replace(CHROME, "Googlebot/2.1")
    far = VIEW.replace("203.0.113.9", "198.51.100.7")

    def place(address: str) -> Place:
        return Place("中国", "广东", "深圳") if address == "198.51.100.7" else Place()

    found = batches(read(path, "\n".join([VIEW, robot, far, VIEW]), place=place))
    assert [(b.robot, b.city, len(b.events), b.received) for b in found] == [
        ("", "", 2, 2),
        ("crawler", "", 1, 1),
        ("", "深圳", 1, 1),
    ]


def test_tags_of_the_link_are_the_source(path: Path) -> None:
    found = read(path, VIEW.replace("b=c", "utm_source=wx&utm_campaign=%E5%8F%8C"))
    assert isinstance(found[0], Batch)
    (source,) = found[0].sources
    assert (source.utm_source, source.utm_campaign) == ("wx", "双")


def test_the_format_is_told_by_content_or_by_hand(tmp_path: Path) -> None:
    assert len(events(read(tmp_path / "access_log", VIEW))) == 1
    assert len(events(read(tmp_path / "x.csv", VIEW, kind="combined"))) == 1


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("17/May/2015", "17/Mai/2015", "bad_time"),
        ("2015", "2035", "future"),
        ("/a.html", "/" + "a" * 2000, "too_long"),
    ],
)
def test_wrong_views_are_refused(path: Path, old: str, new: str, code: str) -> None:
    assert [one[1] for one in refusals(read(path, VIEW.replace(old, new)))] == [code]


def test_broken_bytes_cost_their_line_only(path: Path) -> None:
    found = read(path, VIEW.encode().replace(b"/a.html", b"/\xff\xfe") + b"\n" + VIEW.encode())
    assert refusals(found) == [(1, "bad_shape", "line")]
    assert len(events(found)) == 1


def test_a_hostile_line_takes_no_time(path: Path) -> None:
    lines = ["a b " + " [" * 50_000, "a b c [" + "x" * 25 + '] "' + '\\"' * 50_000, "] " * 50_000]
    assert len(refusals(read(path, "\n".join([VIEW, *lines])))) == 3
