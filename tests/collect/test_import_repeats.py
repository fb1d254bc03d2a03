"""The same event keeps its id: read twice, in an overlapping file, in another form."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pyarrow as pa  # type: ignore[import-untyped]
import pyarrow.parquet as pq  # type: ignore[import-untyped]
import pytest

from minilens.collect.flat.event_ids import Occurrences
from minilens.collect.steps import event_id
from tests.collect.test_import_reading import HEADER, ROW, events, read

OTHER = ROW.replace("a1", "a2")


def ids(path: Path, *rows: str, **options: object) -> list[str]:
    return [event.id for event in events(read(path, "\n".join([HEADER, *rows]), **options))]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "events.csv"


def test_alike_lines_are_events_of_their_own_and_the_same_ones_again(path: Path) -> None:
    first = ids(path, ROW, OTHER, ROW, ROW)
    assert len(set(first)) == 4
    assert ids(path, ROW, OTHER, ROW, ROW) == first
    assert ids(path, ROW, OTHER, ROW, ROW, batch=1) == first


def test_an_overlapping_file_adds_only_what_is_new(path: Path) -> None:
    before = set(ids(path, ROW, ROW))
    after = set(ids(path, OTHER, ROW, ROW, ROW))
    assert before < after
    assert len(after - before) == 2


def test_closing_zeros_and_zones_make_no_other_event(path: Path) -> None:
    (one,) = ids(path, ROW)
    assert ids(path, ROW.replace("199.00", "199")) == [one]
    assert ids(path, ROW.replace("T10:15:23Z", "T18:15:23+08:00")) == [one]
    assert ids(path, ROW.replace("199.00", "199.01")) != [one]


def test_fields_do_not_run_into_each_other(path: Path) -> None:
    rows = [
        ROW.replace("s-1,wechat_ad", f"{left},{right}")
        for left, right in (("a\x1fb", "c"), ("a", "b\x1fc"), ("a\x1fb\x1fc", ""))
    ]
    assert len({one for row in rows for one in ids(path, row)}) == 3


def test_apps_do_not_share_ids(path: Path) -> None:
    assert ids(path, ROW, app=1) != ids(path, ROW, app=2)


def test_a_given_id_is_used(path: Path) -> None:
    given = "0190a7f2-8b1c-7000-8000-000000000001"
    text = f"{HEADER},event_id\n{ROW},{given}\n{ROW},order-7\n{ROW},order-7\n{ROW},-\n"
    uuid, made, again, none = [event.id for event in events(read(path, text))]
    assert uuid == given
    assert made == again == event_id(1, "order-7")
    assert none == ids(path, ROW)[0]


def test_columns_that_are_empty_or_in_another_order_make_no_other_event(path: Path) -> None:
    (one,) = ids(path, ROW)
    assert [e.id for e in events(read(path, f"{HEADER},colour\n{ROW},-\n"))] == [one]
    left = events(read(path, f"{HEADER},a,b\n{ROW},1,2\n"))
    right = events(read(path, f"{HEADER},b,a\n{ROW},2,1\n"))
    assert left == right
    assert left[0].id != one


def test_all_forms_give_the_same_events(tmp_path: Path) -> None:
    expected = events(read(tmp_path / "a.csv", f"{HEADER}\n{ROW}\n"))
    line = (
        '{"ts":"2025-11-01T18:15:23+08:00","event_name":"pay_success","user_id":"a1","page":"checkout",'
        '"session_id":"s-1","source":"wechat_ad","campaign":"23Q4","value":199.00,"currency":"CNY"}'
    )
    assert events(read(tmp_path / "a.jsonl", line)) == expected
    row = dict(zip(HEADER.split(","), ROW.split(","), strict=True))
    pq.write_table(pa.Table.from_pylist([row]), tmp_path / "b.parquet")
    assert events(read(tmp_path / "a.parquet", (tmp_path / "b.parquet").read_bytes())) == expected


@pytest.mark.parametrize("few", [1, 5_000, 1_000_000])
def test_occurrences_are_counted_as_a_dict_would(few: int) -> None:
    seen, expected = Occurrences(few=few), dict[bytes, int]()
    for n in range(30_000):
        digest = hashlib.blake2b(str(n * n % 9973 if n % 3 else n).encode()).digest()[:16]
        expected[digest] = expected.get(digest, 0) + 1
        assert seen.nth(digest) == expected[digest]
    assert seen.bytes_held == 0 if few > len(expected) else seen.bytes_held <= 24 * len(expected)
    assert Occurrences().nth(bytes(16)) == 1
