"""Raw events exported and imported again: the same figures elsewhere, nothing new where they came from."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from minilens.collect.flat import files, mapping
from minilens.collect.flat.event import Rejected
from minilens.errors import Refused
from minilens.identity.actor import actor
from minilens.period import now_ms
from minilens.serve.transfer import export_file
from minilens.spool.record import encode
from minilens.spool.writer import frame
from tests.backup.folders import kept_folder, minilens
from tests.pipeline import Happening, House, at, days
from tests.serve.server import Server

FORMS = ("out.csv", "out.csv.gz", "out.ndjson", "out.ndjson.gz", "out.parquet")
PROPS = {
    "a.b": 1,
    "rest": {"deep": [1, "x"]},
    "text": 'say "hi",\nthen - go',
    "price": 1.5,
    "no": False,
}


def happenings() -> list[Happening]:
    """Three days, three events an hour, phones of one person, another traffic, texts that a file may stumble over."""
    found = []
    for n in range(60):
        moment = at("2026-11-02 08:00") + (n - n % 3) * 3_700_000 + n % 3 * 60_000
        identity = ("c_memberid", f"m{n % 3}") if n % 4 == 0 else None
        page = ("pages/index", 'pages/"a", b', "-", "页面")[n % 4]
        found.append(
            Happening(
                moment, device=f"phone{n % 7}", identity=identity, session=f"s{n // 5}", page=page, seq=n,
                traffic="trial" if n % 9 == 0 else "release", province=("广东", "")[n % 2],
                duration=n * 1000 if n % 2 else None, scene=1001 + n % 3, name=("page_view", "share")[n % 5 == 0],
            )
        )  # fmt: skip
    found.append(Happening(at("2026-11-03 10:00"), device="machine", traffic="robot"))
    return found


def load(house: House, path: Path) -> int:
    """Import the file as the command does; how many events it holds."""
    fields = mapping.load(export_file.mapping_of(path))
    read = files.read(path, app=house.app.id, secret=b"secret", now_ms=now_ms(), mapping=fields)
    count = 0
    for batch in read:
        assert not isinstance(batch, Rejected), batch
        count += len(batch.events)
        house.writer.write(frame(encode(batch)))
    house.pipeline.loader.drain()
    house.build()
    return count


def exported(house: House, path: Path) -> int:
    """Write the file; how many events it says."""
    form = export_file.FORMS[export_file.form_of(path)]
    every = export_file.of_works(
        house.pipeline, house.app.name, *export_file.span(None, None), form
    )
    return export_file.write(every, path, lambda done: None)


def filled(house: House) -> None:
    """Load what happened, with properties."""
    batches = house.batches(happenings())
    for n, batch in enumerate(batches):
        for event in batch.events:
            event.props = json.dumps({**PROPS, "n": n})
            event.value = "19.90" if n % 3 == 0 else None
            event.currency = "CNY" if n % 3 == 0 else ""
    house.writer.write(b"".join(frame(encode(batch)) for batch in batches))
    house.pipeline.loader.drain()
    house.build()


@pytest.fixture(scope="module")
def source(new_app: Callable[..., House]) -> House:
    """An app in which all this has happened; what is exported of it stays the same."""
    house = new_app()
    filled(house)
    return house


LEDGER = "SELECT sum(loaded), sum(duplicate) FROM ledger WHERE app = {app:UInt32}"
FACTS = (
    "SELECT toString(id), ts, name, page, seq, duration, scene, traffic, province, toString(value), currency, "
    "toJSONString(props) FROM events WHERE app = {app:UInt32} AND traffic != 'robot' ORDER BY id"
)


@pytest.mark.parametrize("name", FORMS)
def test_what_is_exported_and_imported_elsewhere_says_the_same(
    new_app: Callable[..., House], source: House, tmp_path: Path, name: str
) -> None:
    house, other = source, new_app()
    assert exported(house, tmp_path / name) == 60
    assert load(other, tmp_path / name) == 60
    over = days("2026-11-01", "2026-11-06")
    assert other.figures(over) == house.figures(over)
    assert other.figures(over, traffic="trial") == house.figures(over, traffic="trial")
    assert any(row[1] for row in house.figures(over))
    assert other.rows(FACTS) == house.rows(FACTS)
    [(loaded, known)] = house.rows(LEDGER)
    assert load(house, tmp_path / name) == 60
    assert loaded == 61
    assert house.rows(LEDGER) == [(61, int(str(known)) + 60)]
    assert sorted(path.name for path in tmp_path.iterdir()) == [name, f"{name}.mapping.toml"]


ODD = (
    "a\0b", "\0", "\0,\"\0\"", "a\r\nb", "\r", "\n", "\ufeffa", "-", " - ", '"', "''", "\\N", "\\", ",;\t|", "sep=;",
    "=1+1", "null", "\x1f\x1e", "\x7f\x80\u2028", "😀", "NaN", "a" * 255,
)  # fmt: skip


@pytest.mark.parametrize("name", ["odd.csv", "odd.ndjson", "odd.parquet"])
def test_every_text_comes_back_as_it_was(
    new_app: Callable[..., House], tmp_path: Path, name: str
) -> None:
    house, other = new_app(), new_app()
    start = at("2026-11-02 08:00")
    batches = house.batches([Happening(start + n, page=text) for n, text in enumerate(ODD)])
    for text, event in zip(ODD, (one for batch in batches for one in batch.events), strict=True):
        event.target_name = text
        event.props = json.dumps({"text": text})
    house.writer.write(b"".join(frame(encode(batch)) for batch in batches))
    house.pipeline.loader.drain()
    assert exported(house, tmp_path / name) == len(ODD)
    assert load(other, tmp_path / name) == len(ODD)
    assert other.rows(FACTS) == house.rows(FACTS)
    texts = "SELECT page, target_name, toString(props.text) FROM events WHERE app = {app:UInt32} ORDER BY ts"
    assert other.rows(texts) == [(text, text, text) for text in ODD]


@pytest.mark.parametrize("most", [1, 7])
def test_few_rows_of_hours_come_together_and_many_of_one_apart(
    new_app: Callable[..., House], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, most: int
) -> None:
    house = new_app()
    filled(house)
    whole = exported(house, tmp_path / "whole.ndjson")
    monkeypatch.setattr("minilens.measure.raw_export.MOST_ROWS", most)
    start = at("2026-11-05 08:00")
    house.load([Happening(start + n, device=f"d{n}") for n in range(25)])
    assert exported(house, tmp_path / "parts.ndjson") == whole + 25
    ids = [json.loads(line)["event_id"] for line in (tmp_path / "parts.ndjson").open()]
    assert len(set(ids)) == whole + 25


def test_a_merge_keeps_its_effect(new_app: Callable[..., House], tmp_path: Path) -> None:
    house = new_app()
    start = at("2026-11-02 08:00")
    house.load([Happening(start + n * 1000, device="a" if n % 2 else "b") for n in range(6)])
    house.build()
    one, two = house.person("device", "a"), house.person("device", "b")
    assert one != two
    rows = [(house.app.id, actor(house.app.id, "device", "b"), 1, one)]
    house.pipeline.engine.insert(
        "person_moves", json.dumps(rows[0]).encode(), form="JSONCompactEachRow",
        columns=("app", "actor", "version", "person"),
    )  # fmt: skip
    exported(house, tmp_path / "out.ndjson")
    users = {json.loads(line)["user_id"] for line in (tmp_path / "out.ndjson").open()}
    assert users == {f"p{one}"}


@pytest.mark.parametrize("name", ["out", "out.txt", "out.parquet.gz", "out.xlsx"])
def test_a_name_that_tells_no_form_is_refused(name: str, tmp_path: Path) -> None:
    with pytest.raises(Refused) as error:
        export_file.form_of(tmp_path / name)
    assert error.value.field == "output"


@pytest.mark.waits
def test_the_command_says_the_same_beside_a_server_and_without(tmp_path: Path) -> None:
    data = kept_folder(tmp_path)
    minilens(data, "export", "--app", "shop", "--output", str(tmp_path / "closed.csv"))
    one = Server(data)
    one.start()
    try:
        one.command("export", "--app", "shop", "--output", str(tmp_path / "open.csv"))
        said = one.command(
            "export", "--app", "shop", "--from", "2026-11-02", "--to", "2026-11-02",
            "--output", str(tmp_path / "day.csv"),
        )  # fmt: skip
    finally:
        one.stop()
    assert (tmp_path / "open.csv").read_bytes() == (tmp_path / "closed.csv").read_bytes()
    rows = (tmp_path / "day.csv").read_text().splitlines()[1:]
    assert f"{len(rows)} events" in said
    assert 5 < len(rows) < 100
    assert export_file.span(date(2026, 11, 2), None)[0] == date(2026, 11, 2)
