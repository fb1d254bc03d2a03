"""Rows of the flat schema: what is read, what is refused and why."""

from __future__ import annotations

import csv
import gzip
import io
import random
import uuid
from datetime import datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from minilens.collect.addresses import split, without_secrets
from minilens.collect.flat import files
from minilens.identity.actor import actor, session
from minilens.identity.values import known
from minilens.spool.record import decode, encode
from tests.collect.test_import_reading import (
    HEADER,
    NOW,
    ROW,
    SECRET,
    batches,
    events,
    read,
    refusals,
)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "events.csv"


def test_a_row_becomes_an_event(path: Path) -> None:
    (batch,) = batches(read(path, f"{HEADER}\n{ROW}\n"))
    (event,) = batch.events
    assert (batch.at, batch.app, batch.via, batch.received) == (NOW, 1, "import", 1)
    assert (batch.sources[0].source, batch.sources[0].campaign) == ("wechat_ad", "23Q4")
    assert (event.i, event.o, event.name, event.page) == (0, 1, "pay_success", "checkout")
    assert (event.value, event.currency, event.ts) == ("199.00", "CNY", 1_761_992_123_000)
    assert event.actor == actor(1, "c_memberid", "a1")
    assert event.actor_type == "c_memberid"
    assert event.session == session(1, "s-1")
    assert uuid.UUID(event.id).version == 8
    assert uuid.UUID(event.id).variant == uuid.RFC_4122
    assert decode(encode(batch)) == batch


def test_a_space_after_the_comma_changes_nothing(path: Path) -> None:
    spaced = f"{HEADER}\n{ROW}".replace(",", ", ")
    assert events(read(path, spaced)) == events(read(path, f"{HEADER}\n{ROW}"))


def test_the_order_of_columns_changes_nothing(path: Path) -> None:
    pairs = list(zip(HEADER.split(","), ROW.split(","), strict=True))
    random.Random(1).shuffle(pairs)
    turned = "\n".join(",".join(column) for column in zip(*pairs, strict=True))
    assert events(read(path, turned)) == events(read(path, f"{HEADER}\n{ROW}"))


def test_a_bare_dash_is_nothing_and_a_quoted_one_is_itself(path: Path) -> None:
    bare_row = "share,a1,-,-,-,-,-,-,2025-11-01T10:15:23Z"
    quoted_row = 'share,"-",-,"-",-,"-",,,2025-11-01T10:15:23Z'
    found = read(path, "\n".join([HEADER, bare_row, quoted_row]))
    bare, quoted = events(found)
    assert (bare.page, bare.value, bare.currency, bare.session, bare.o) == ("", None, "", 0, 0)
    assert quoted.page == "-"
    assert quoted.actor == actor(1, "c_memberid", "-")
    assert batches(found)[0].sources[quoted.o - 1].source == "-"


def test_fields_in_quotes_hold_commas_quotes_and_line_ends(path: Path) -> None:
    row = 'share,a1,-,-,-,"a,""b""\r\nc",-,-,2025-11-01T10:15:23Z'
    found = read(path, f"{HEADER}\r\n{row}\r\n{ROW}\r\n")
    assert [event.page for event in events(found)] == ['a,"b"\r\nc', "checkout"]


def test_a_quote_that_is_never_closed_costs_one_line(path: Path) -> None:
    found = read(path, f'{HEADER}\nshare,"a1,-,-,-,p,-,-,x\n{ROW}\n{ROW}\n')
    assert refusals(found) == [(2, "bad_shape", "line")]
    assert len(events(found)) == 2


def test_quotes_that_are_never_closed_cost_their_lines_only(path: Path) -> None:
    opened = 'share,a1,-,-,-,"p,-,-,2025-11-01T10:15:23Z'
    found = read(path, "\n".join([HEADER, ROW, opened, ROW, "short", ROW]))
    assert refusals(found) == [(3, "bad_shape", "line"), (5, "bad_shape", "line")]
    assert len(events(found)) == 3


def test_text_after_a_closing_quote_is_refused(path: Path) -> None:
    assert refusals(read(path, f'{HEADER}\n"share"x{ROW}\n')) == [(2, "bad_shape", "line")]


def test_other_columns_become_properties(path: Path) -> None:
    found = read(path, f"{HEADER},colour,city\n{ROW},red,-\n")
    assert events(found)[0].props == '{"colour":"red"}'


def test_a_name_that_breaks_the_rule_goes_by_its_alias(path: Path) -> None:
    (event,) = events(read(path, f"{HEADER}\n{ROW.replace('pay_success', 'API_error')}"))
    assert (event.name, event.raw_name) == ("api_error", "API_error")


def test_without_a_user_the_session_is_the_actor(path: Path) -> None:
    (event,) = events(read(path, f"{HEADER}\n{ROW.replace(',a1,', ',-,')}"))
    assert (event.actor, event.actor_type) == (actor(1, "session", "s-1"), "session")


def test_the_identity_is_as_told_and_mobile_numbers_are_keyed(path: Path) -> None:
    text = f"{HEADER}\n{ROW.replace(',a1,', ',+86 138 0013 8001,')}"
    (event,) = events(read(path, text, identity="mobile"))
    (other,) = events(read(path, text, identity="mobile", secret=b"another"))
    assert (event.actor, event.actor_type) == (actor(1, "mobile", "13800138001", SECRET), "mobile")
    assert event.id != other.id  # else the number could be guessed from the id


@pytest.mark.parametrize(
    ("field", "value", "code"),
    [
        ("event_name", "-", "missing"),
        ("event_name", "x" * 300, "bad_name"),
        ("ts", "-", "missing"),
        ("ts", "1970-01-01T00:00:00Z", "bad_time"),
        ("ts", "9999-12-31T23:59:59Z", "bad_time"),
        ("ts", "2025-02-30T00:00:00Z", "bad_time"),
        ("ts", "2025-11-01T24:00:00Z", "bad_time"),
        ("ts", "2025-11-01T10:15:23", "bad_time"),
        ("ts", "1761992123", "bad_time"),
        ("ts", "٢٠٢٥-11-01T10:15:23Z", "bad_time"),
        ("ts", "2025-11-24T00:00:00Z", "future"),
        ("value", "1e400", "bad_value"),
        ("value", "NaN", "bad_value"),
        ("value", '"1,000.50"', "bad_value"),
        ("value", "1_000", "bad_value"),
        ("value", "٣", "bad_value"),
        ("value", "123456789012345", "bad_value"),
        ("currency", "¥", "bad_shape"),
        ("page", "p" * 1025, "too_long"),
        ("user_id", "u" * 256, "too_long"),
        ("session_id", "s" * 256, "too_long"),
        ("campaign", "c" * 256, "too_long"),
    ],
)
def test_a_wrong_field_is_named(path: Path, field: str, value: str, code: str) -> None:
    row = dict(zip(HEADER.split(","), ROW.split(","), strict=True)) | {field: value}
    found = read(path, f"{HEADER}\n{','.join(row.values())}\n{ROW}\n")
    assert refusals(found) == [(2, code, field)]
    (refusal,) = [one for one in found if isinstance(one, files.Rejected)]
    assert refusal.text == ",".join(row.values())
    assert field in refusal.reason_en or code == "bad_name" or code == "future"
    assert refusal.reason_zh != refusal.reason_en
    assert len(events(found)) == 1


def test_neither_user_nor_session_is_refused(path: Path) -> None:
    row = "share,-,-,-,-,-,-,-,2025-11-01T10:15:23Z"
    assert refusals(read(path, f"{HEADER}\n{row}")) == [(2, "missing", "user_id")]


@pytest.mark.parametrize("row", ["share,a1", ROW + ",more", ROW.replace("199.00", "1,000.50")])
def test_a_row_of_another_width_is_refused(path: Path, row: str) -> None:
    assert refusals(read(path, f"{HEADER}\n{row}\n")) == [(2, "bad_shape", "line")]


@pytest.mark.parametrize(
    ("text", "ms"),
    [
        ("2025-11-01T10:15:23Z", 1_761_992_123_000),
        ("2025-11-01T18:15:23+08:00", 1_761_992_123_000),
        ("2025-11-01 18:15:23.9999+0800", 1_761_992_123_999),
        ("2025-11-01T02:45:23-07:30", 1_761_992_123_000),
        ("2025-11-01T10:15Z", 1_761_992_100_000),
    ],
)
def test_times_with_a_zone(path: Path, text: str, ms: int) -> None:
    row = ROW.replace("2025-11-01T10:15:23Z", text)
    assert events(read(path, f"{HEADER}\n{row}"))[0].ts == ms


def test_times_without_a_zone_need_one_from_the_mapping(path: Path) -> None:
    row = ROW.replace("2025-11-01T10:15:23Z", "2025-11-01 18:15:23")
    told = {"timezone": "Asia/Shanghai"}
    assert events(read(path, f"{HEADER}\n{row}", mapping=told))[0].ts == 1_761_992_123_000


def test_summer_time_is_kept_in_mind(path: Path) -> None:
    rows = [ROW.replace("2025-11-01T10:15:23Z", f"2025-{m}-15T12:00:00") for m in ("01", "07")]
    found = events(read(path, "\n".join([HEADER, *rows]), mapping={"timezone": "Europe/Paris"}))
    assert [event.ts // 3_600_000 % 24 for event in found] == [11, 10]


def test_values_keep_their_decimals_and_are_rounded_to_four(path: Path) -> None:
    rows = [
        ROW.replace("199.00", text) for text in ("0.50", "-3", "1.234500", "0.30000000000000004")
    ]
    found = events(read(path, "\n".join([HEADER, *rows])))
    assert [event.value for event in found] == ["0.50", "-3", "1.2345", "0.3000"]


TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=12)
ROWS = st.lists(
    st.tuples(
        TEXTS.filter(lambda text: known("c_memberid", text)),
        TEXTS,
        TEXTS,
        st.decimals(-(10**9), 10**9, allow_nan=False, places=2).map(lambda d: f"{d:f}")
        | st.just(""),
        st.datetimes(
            min_value=datetime.fromisoformat("2000-01-01"),
            max_value=datetime.fromisoformat("2025-11-01"),
        ).map(lambda t: t.replace(microsecond=t.microsecond // 1000 * 1000)),
    ),
    max_size=8,
)


def quoted(text: str) -> str:
    """A field as any careful writer writes it."""
    plain = not any(sign in text for sign in '",\n\r') and text != "-" and text[:1] != " "
    return text if plain else '"' + text.replace('"', '""') + '"'


@given(ROWS)
def test_what_is_written_is_read(
    tmp_path_factory: pytest.TempPathFactory,
    rows: list[tuple[str, str, str, str, datetime]],
) -> None:
    lines = [HEADER]
    for user, source, page, value, ts in rows:
        fields = ["share", user, "", source, "", page, value, "", f"{ts.isoformat()}Z"]
        lines.append(",".join(quoted(field) for field in fields))
    found = read(tmp_path_factory.getbasetemp() / "round.csv", "\r\n".join(lines) + "\r\n")
    assert refusals(found) == []
    got = [(e, b.sources[e.o - 1].source if e.o else "") for b in batches(found) for e in b.events]
    assert [(e.actor, s, e.page, e.value or "") for e, s in got] == [
        (actor(1, "c_memberid", user.strip()), source, without_secrets(split(page)[0]), value)
        for user, source, page, value, _ in rows
    ]
    assert len({e.id for e, _ in got}) == len(rows)


def test_gzip_is_told_by_content(path: Path) -> None:
    plain = f"{HEADER}\n{ROW}\n"
    assert events(read(path, gzip.compress(plain.encode()))) == events(read(path, plain))


def test_written_by_the_csv_module(path: Path) -> None:
    out = io.StringIO()
    csv.writer(out, quoting=csv.QUOTE_ALL).writerows([HEADER.split(","), ROW.split(",")])
    assert events(read(path, out.getvalue())) == events(read(path, f"{HEADER}\n{ROW}"))
