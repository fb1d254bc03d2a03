"""NDJSON and Parquet, and files whose columns have other names."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pyarrow as pa  # type: ignore[import-untyped]
import pyarrow.parquet as pq  # type: ignore[import-untyped]
import pytest

from minilens.collect.flat import mapping
from minilens.errors import Refused
from minilens.spool.record import Batch
from tests.collect.test_import_reading import HEADER, ROW, events, read, refusals

BASE = '"event_name":"share","user_id":"a1","ts":"2025-11-01T10:15:23Z"'

DEEP = '{"a":{"b":{"c":{"d":{"e":1}}}}}'


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "events.ndjson"


def parquet(path: Path, rows: list[dict[str, object]], **options: object) -> list[object]:
    pq.write_table(pa.Table.from_pylist(rows), path)
    return list(read(path, path.read_bytes(), **options))


def test_props_and_other_keys_become_properties(path: Path) -> None:
    line = f'{{{BASE},"props":{{"b":[1.10,{{"c":null}}]}},"a":true,"none":null}}'
    assert events(read(path, line))[0].props == '{"a":true,"b":[1.10,{"c":null}]}'


def test_a_dash_in_json_is_itself_unless_told(path: Path) -> None:
    line = f'{{{BASE},"page":"-"}}'
    assert events(read(path, line))[0].page == "-"
    assert events(read(path, line, mapping={"nothing": "-"}))[0].page == ""


def test_numbers_are_read_as_written(path: Path) -> None:
    values = ("199.00", "5", '"7.50"', "1e2", "-0.30")
    lines = "\n".join(f'{{{BASE},"value":{value}}}' for value in values)
    assert [e.value for e in events(read(path, lines))] == ["199.00", "5", "7.50", "100", "-0.30"]


@pytest.mark.parametrize(
    ("line", "code", "field"),
    [
        ("{broken", "bad_json", "line"),
        ("[1]", "bad_shape", "line"),
        ("[" * 100_000, "bad_json", "line"),
        (f'{{{BASE},"value":1e400}}', "bad_value", "value"),
        (f'{{{BASE},"value":1e999999999}}', "bad_value", "value"),
        (f'{{{BASE},"value":true}}', "wrong_type", "value"),
        (f'{{{BASE},"page":["x"]}}', "wrong_type", "page"),
        (f'{{{BASE},"props":"x"}}', "wrong_type", "props"),
        (f'{{{BASE},"props":{DEEP}}}', "too_deep", "props.a"),
    ],
)
def test_a_wrong_line_is_refused_alone(path: Path, line: str, code: str, field: str) -> None:
    found = read(path, f"{{{BASE}}}\n{line}\n{{{BASE}}}\n")
    assert refusals(found) == [(2, code, field)]
    assert len(events(found)) == 2


def test_too_many_properties_are_refused(path: Path) -> None:
    many = ",".join(f'"k{n}":1' for n in range(10_000))
    assert refusals(read(path, f"{{{BASE},{many}}}")) == [(1, "too_many", "props")]


def test_parquet_with_typed_columns(tmp_path: Path) -> None:
    at = datetime(2025, 11, 1, 10, 15, 23, 456_000, UTC)
    row: dict[str, object] = {
        "event_name": "pay_success",
        "user_id": 42,
        "value": Decimal("199.00"),
        "ts": at,
        "colour": "red",
        "weight": 0.1 + 0.2,
    }
    found = parquet(tmp_path / "a.parquet", [row, row | {"user_id": None}])
    (event,) = [e for b in found if isinstance(b, Batch) for e in b.events]
    assert (event.value, event.ts) == ("199.00", 1_761_992_123_456)
    assert event.props == '{"colour":"red","weight":0.3000}'
    assert refusals(found) == [(2, "missing", "user_id")]  # type: ignore[arg-type]


def test_parquet_times_without_a_zone_need_one(tmp_path: Path) -> None:
    row: dict[str, object] = {
        "event_name": "share",
        "user_id": "a",
        "ts": datetime.fromisoformat("2025-11-01 18:15:23"),
        "value": 0.1 + 0.2,
    }
    with pytest.raises(Refused, match="no time zone"):
        parquet(tmp_path / "a.parquet", [row])
    found = parquet(tmp_path / "a.parquet", [row], mapping={"timezone": "Asia/Shanghai"})
    (event,) = [e for b in found if isinstance(b, Batch) for e in b.events]
    assert (event.ts, event.value) == (1_761_992_123_000, "0.3000")


def test_damaged_parquet_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Refused, match="cannot be read"):
        read(tmp_path / "a.parquet", b"PAR1" + bytes(100))


def test_other_column_names_are_told_by_a_mapping(tmp_path: Path) -> None:
    told = tmp_path / "map.toml"
    told.write_text(
        'event_name = "=pay_success"\nuser_id = "buyer"\nts = "paid"\nvalue = "total"\n'
        'city = "town"\ntime_unit = "s"\n'
    )
    text = "buyer,paid,total,town,ts\na1,1761992123,5.00,深圳,x\n"
    found = read(tmp_path / "orders.csv", text, mapping=mapping.load(told))
    (event,) = events(found)
    assert (event.name, event.value, event.ts) == ("pay_success", "5.00", 1_761_992_123_000)
    assert isinstance(found[0], Batch)
    assert found[0].city == "深圳"
    assert event.props == '{"ts":"x"}'


def test_origins_and_queries_are_taken_by_name(tmp_path: Path) -> None:
    text = f"{HEADER},scene,utm_source,query\n{ROW},1047,wx,a=1&token=t\n"
    found = read(tmp_path / "a.csv", text)
    assert isinstance(found[0], Batch)
    (source,) = found[0].sources
    assert (source.scene, source.source, source.utm_source) == (1047, "wechat_ad", "wx")
    assert events(found)[0].query == "a=1"


@pytest.mark.parametrize(
    ("told", "reason"),
    [
        ({"tz": "ts"}, "map can't be tz"),
        ({"ts": "tiem"}, "did you mean time"),
        ({"timezone": "Asia/Nowhere"}, "timezone"),
        ({"encoding": "klingon"}, "encoding"),
        ({"time_unit": "days"}, "time_unit"),
    ],
)
def test_a_wrong_mapping_is_refused(tmp_path: Path, told: dict[str, str], reason: str) -> None:
    with pytest.raises(Refused, match=reason):
        read(tmp_path / "a.csv", HEADER.replace(",ts", ",time") + "\n", mapping=told)


def test_mappings_on_the_command_line() -> None:
    assert mapping.pairs(["ts=time", "event_name==share"]) == {"ts": "time", "event_name": "=share"}
    with pytest.raises(Refused, match="field=column"):
        mapping.pairs(["ts"])


def test_nanoseconds_as_pandas_writes_them_are_read(tmp_path: Path) -> None:
    moment = 1_761_992_123_000_000_001
    table = pa.table(
        {
            "event_name": ["share"],
            "user_id": ["a1"],
            "ts": pa.array([moment], pa.timestamp("ns", "UTC")),
            "paid": pa.array([moment], pa.timestamp("ns")),
        }
    )
    path = tmp_path / "events.parquet"
    pq.write_table(table, path)
    (event,) = events(read(path, path.read_bytes()))
    assert event.ts == 1_761_992_123_000
    assert event.props == '{"paid":"2025-11-01T10:15:23"}'
