"""Months of an app archived: the same figures when they are imported, nobody who was erased, nothing lost to age."""

from __future__ import annotations

import gzip
import hashlib
import json
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from minilens.collect.flat import files, mapping
from minilens.collect.flat.event import Rejected
from minilens.errors import Refused
from minilens.identity.lookup import look_up
from minilens.load.merges import merge
from minilens.period import compared_with, now_ms, today
from minilens.serve.archives import keeping, manifest, months
from minilens.serve.archives.place import Place, place_of
from minilens.serve.tasks import TASKS, retain
from minilens.settings import Settings
from minilens.spool.record import encode
from minilens.spool.writer import frame
from minilens.warehouse.retention import expire
from tests.pipeline import Happening, House, at, days

pytestmark = pytest.mark.waits  # erasures go through every table

LI = ("wechat-unionid", "u-li")
OVER = days("2025-10-01", "2026-10-31")
FACTS = (
    "SELECT toString(id), ts, name, page, session != 0, scene, traffic, campaign, placement, material, province "
    "FROM events WHERE app = {app:UInt32} ORDER BY id"
)


def story() -> list[Happening]:
    """Li in two years, three others, texts over two lines and in quotes, a campaign link."""
    return [
        Happening(at("2025-10-05 10:00"), device="li", identity=LI, session="a", page='a "b",\nc'),
        Happening(at("2025-10-05 11:00"), device="wang", session="b", placement="door", material="red", campaign="x"),
        Happening(at("2025-10-06 11:00"), device="wang", session="c", name="share", scene=1047),
        Happening(at("2026-09-30 23:59"), device="zhou", session="d", traffic="trial"),
        Happening(at("2026-10-01 00:00"), device="li", identity=LI, session="e", province="广东"),
        Happening(at("2026-10-05 10:00"), device="wu", session="f", page="-"),
        Happening(at("2026-10-05 10:01"), device="wu", session="f", page="页面"),
    ]  # fmt: skip


@pytest.fixture
def full(house: House) -> House:
    house.load(story())
    house.build()
    return house


@pytest.fixture
def of(settings: Settings, tmp_path: Path) -> Settings:
    """Settings with an archive."""
    return replace(settings, archive=str(tmp_path / "kept"))


def keep(house: House, of: Settings) -> dict[str, str]:
    """Write what is due of this app; month → why."""
    asked = {"do": "keep", "to": of.archive, "app": house.app.name}
    kept = keeping.answered(house.pipeline, of, asked)["kept"]
    assert isinstance(kept, list)
    return {one["month"]: one["why"] for one in kept}


def folder(house: House, of: Settings, month: str) -> Path:
    return Path(of.archive, house.app.name, month)


def import_into(house: House, file: Path) -> None:
    """As the command does."""
    fields = mapping.load(file.with_name(manifest.MAPPING))
    read = files.read(file, app=house.app.id, secret=b"secret", now_ms=now_ms(), mapping=fields)
    for batch in read:
        assert not isinstance(batch, Rejected), batch
        house.writer.write(frame(encode(batch)))
    house.pipeline.loader.drain()
    house.build()


def rows(house: House, of: Settings, month: str) -> list[str]:
    """The rows of the CSV, a text each, after its columns."""
    text = gzip.decompress((folder(house, of, month) / manifest.CSV).read_bytes()).decode()
    found, held = list[str](), ""
    for line in text.splitlines(keepends=True):
        held += line
        if held.count('"') % 2 == 0:
            found.append(held)
            held = ""
    return found[1:]


@pytest.mark.parametrize("name", [manifest.CSV, manifest.PARQUET])
def test_imported_again_it_gives_the_same_figures(
    full: House, new_app: Callable[..., House], of: Settings, name: str
) -> None:
    assert keep(full, of) == {"2025-10": "new", "2026-09": "new", "2026-10": "new"}
    other = new_app()
    for month in ("2025-10", "2026-09", "2026-10"):
        import_into(other, folder(full, of, month) / name)
    for traffic in ("release", "trial"):
        assert other.figures(OVER, traffic=traffic) == full.figures(OVER, traffic=traffic)
    assert other.rows(FACTS) == full.rows(FACTS)
    assert any(row[1] for row in full.figures(OVER))
    assert keep(full, of) == {}, "nothing has changed"


def test_the_files_are_as_their_checksums_say(full: House, of: Settings) -> None:
    keep(full, of)
    at_month = folder(full, of, "2025-10")
    names = {path.name for path in at_month.iterdir()}
    assert names == {*manifest.FILES, manifest.SUMS, manifest.MANIFEST}
    for line in (at_month / manifest.SUMS).read_text().splitlines():
        digest, name = line.split("  ")
        assert hashlib.sha256((at_month / name).read_bytes()).hexdigest() == digest
    header = gzip.decompress((at_month / manifest.CSV).read_bytes()).decode().splitlines()[0]
    assert header.startswith(
        "event_name,user_id,session_id,source,campaign,page,value,currency,ts,"
    )
    asked = {"do": "check", "to": of.archive, "app": full.app.name}
    assert keeping.answered(full.pipeline, of, asked) == {"months": 3, "events": 7}
    path = at_month / manifest.PARQUET
    path.write_bytes(path.read_bytes()[:-1] + b"x")
    with pytest.raises(Refused) as error:
        keeping.answered(full.pipeline, of, asked)
    assert error.value.code == "altered_archive"
    assert "2025-10/events.parquet" in error.value.message("zh")


def test_a_month_is_archived_when_no_phone_may_bring_more_of_it(house: House, of: Settings) -> None:
    day = today(house.app.timezone)
    assert not months._over(f"{day:%Y-%m}", day, 7)
    assert not months._over("2026-10", date(2026, 11, 7), 7)
    assert months._over("2026-10", date(2026, 11, 8), 7)
    assert months.span("2026-02") == (date(2026, 2, 1), date(2026, 2, 28))
    house.load([Happening(now_ms() - 1000, device="now")])
    assert keep(house, of) == {}
    asked = {"do": "keep", "to": of.archive, "app": house.app.name, "month": f"{day:%Y-%m}"}
    kept = keeping.answered(house.pipeline, of, asked)["kept"]
    assert isinstance(kept, list)
    assert [(one["events"], one["why"]) for one in kept] == [(1, "asked")]


def test_events_that_came_later_are_archived_too(full: House, of: Settings) -> None:
    keep(full, of)
    full.load([Happening(at("2025-10-31 23:59"), device="late")])
    assert keep(full, of) == {"2025-10": "changed"}
    assert len(rows(full, of, "2025-10")) == 4
    assert keep(full, of) == {}


@pytest.mark.parametrize("expired", [False, True])
def test_erased_persons_leave_archives(
    full: House, new_app: Callable[..., House], of: Settings, *, expired: bool
) -> None:
    """From the events while they are kept, else out of the files, all other rows as they stood."""
    keep(full, of)
    before = {month: rows(full, of, month) for month in ("2025-10", "2026-10")}
    engine, secret = full.pipeline.engine, full.pipeline.secret
    subject = look_up(engine, full.app.id, "wechat-unionid=u-li", secret)
    if expired:
        assert expire(engine, full.app.id, months=0, day=date(2026, 11, 2)) == [
            202510,
            202609,
            202610,
        ]
    full.pipeline.eraser.erase(full.app.id, subject)
    full.build()
    assert set(keep(full, of).values()) == {"erasure"}
    for month, some in before.items():
        theirs = f'"p{subject.person}"'
        assert any(theirs in row for row in some)
        assert rows(full, of, month) == [row for row in some if theirs not in row]
        said = json.loads((folder(full, of, month) / manifest.MANIFEST).read_bytes())
        assert said["events"] == len(rows(full, of, month))
    asked = {"do": "check", "to": of.archive, "app": full.app.name}
    assert keeping.answered(full.pipeline, of, asked) == {"months": 3, "events": 5}
    other = new_app()
    import_into(other, folder(full, of, "2025-10") / manifest.PARQUET)
    assert len(other.rows(FACTS)) == 2
    assert keep(full, of) == {}


@pytest.mark.parametrize("file", [*manifest.FILES, manifest.SUMS, manifest.MANIFEST])
def test_an_erasure_that_was_broken_off_is_finished(
    full: House, of: Settings, monkeypatch: pytest.MonkeyPatch, file: str
) -> None:
    """Whichever file was to be written next when the process was killed, and the events have expired."""
    keep(full, of)
    others = rows(full, of, "2025-10")
    engine, app = full.pipeline.engine, full.app.id
    subject = look_up(engine, app, "wechat-unionid=u-li", full.pipeline.secret)
    expire(engine, app, months=0, day=date(2026, 11, 2))
    full.pipeline.eraser.erase(app, subject)
    put = Place.put

    def killed(self: Place, source: Path, name: str) -> None:
        if name.endswith(f"/{file}"):
            raise KeyboardInterrupt
        put(self, source, name)

    monkeypatch.setattr(Place, "put", killed)
    with pytest.raises(KeyboardInterrupt):
        keep(full, of)
    monkeypatch.undo()
    assert set(keep(full, of).values()) == {"erasure"}
    assert rows(full, of, "2025-10") == [row for row in others if f'"p{subject.person}"' not in row]
    asked = {"do": "check", "to": of.archive, "app": full.app.name}
    assert keeping.answered(full.pipeline, of, asked) == {"months": 3, "events": 5}
    assert keep(full, of) == {}


def test_an_altered_month_keeps_no_other_back(
    full: House, new_app: Callable[..., House], of: Settings
) -> None:
    """Nor one of another app; it is said all the same."""
    other = new_app()
    other.load(story())
    keep(full, of)
    engine, app = full.pipeline.engine, full.app.id
    subject = look_up(engine, app, "wechat-unionid=u-li", full.pipeline.secret)
    expire(engine, app, months=0, day=date(2026, 11, 2))
    full.pipeline.eraser.erase(app, subject)
    path = folder(full, of, "2025-10") / manifest.CSV
    path.write_bytes(path.read_bytes() + b"x")
    with pytest.raises(Refused) as error:
        keeping.keep_due(full.pipeline, of)
    assert error.value.code == "altered_archive"
    assert all(f'"p{subject.person}"' not in row for row in rows(full, of, "2026-10"))
    assert len(rows(other, of, "2026-10")) == 3
    assert not [row for row in rows(full, of, "2026-09") if f'"p{subject.person}"' in row]


def test_who_was_merged_after_the_archive_leaves_it_too(full: House, of: Settings) -> None:
    keep(full, of)
    engine, secret, app = full.pipeline.engine, full.pipeline.secret, full.app.id
    wang, li = full.person("device", "wang"), full.person(*LI)
    merge(engine, full.pipeline.pending, full.pipeline.counter, app, gone=wang, into=li)
    full.build()
    expire(engine, app, months=0, day=date(2026, 11, 2))
    full.pipeline.eraser.erase(app, look_up(engine, app, "wechat-unionid=u-li", secret))
    keep(full, of)
    assert rows(full, of, "2025-10") == []
    assert len(rows(full, of, "2026-10")) == 2


def test_what_is_not_archived_yet_does_not_expire(
    full: House, of: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("minilens.serve.tasks._may_drop", lambda settings: True)
    short = replace(of, keep_months=1)
    place = place_of(of.archive)
    retain(full.pipeline, short)
    assert len(full.rows(FACTS)) == 7
    months.Archives(full.pipeline, place, of.data, 7).keep_month(full.app, "2025-10")
    retain(full.pipeline, short)
    assert len(full.rows(FACTS)) == 4
    assert [one.beside for one in TASKS if one.name == "archive months"] == [True]


def test_a_past_year_beside_this_one_after_its_events_have_expired(full: House) -> None:
    this = days("2026-10-01", "2026-10-31")
    before = compared_with(this, "year")
    figures = [full.figures(one) for one in (this, before)]
    assert [sum(int(str(row[2])) for row in some) for some in figures] == [2, 2]
    expire(full.pipeline.engine, full.app.id, months=0, day=date(2026, 11, 2))
    assert [full.figures(one) for one in (this, before)] == figures


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "s3://"),
        ("ftp://x/y", "s3://BUCKET"),
        ("s3://", "s3://BUCKET"),
        ("s3://b/x?endpont=https://a", "endpont"),
        ("s3://b/x?endpoint=a.example", "endpoint"),
        ("s3://key@b/x", "SECRET"),
    ],
)
def test_a_place_that_is_none_is_refused(text: str, says: str) -> None:
    with pytest.raises(Refused) as error:
        place_of(text)
    assert error.value.field == "to"
    assert says in error.value.message("zh")
    assert says in error.value.message("en")


@pytest.mark.parametrize("month", ["2026-13", "10", "2026-10-01"])
def test_a_month_written_otherwise_is_refused(house: House, of: Settings, month: str) -> None:
    asked = {"do": "keep", "to": of.archive, "app": house.app.name, "month": month}
    with pytest.raises(Refused) as error:
        keeping.answered(house.pipeline, of, asked)
    assert (error.value.code, error.value.field) == ("bad_shape", "month")


def test_a_month_without_events_is_said(house: House, of: Settings) -> None:
    asked = {"do": "keep", "to": of.archive, "app": house.app.name, "month": "2020-01"}
    with pytest.raises(Refused) as error:
        keeping.answered(house.pipeline, of, asked)
    assert error.value.code == "no_such_month"
