"""Tables as spreadsheets and databases write them: other separators, other encodings."""

from __future__ import annotations

import codecs
import gzip
from collections.abc import Callable
from pathlib import Path

import pytest

from minilens.collect.flat import files
from minilens.errors import Refused
from tests.collect.test_import_reading import HEADER, ROW, events, read, refusals

PLAIN = f"{HEADER}\n{ROW}\n"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "events.csv"


@pytest.mark.parametrize("sign", [";", "\t", "|"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_other_separators_are_read_as_commas_are(path: Path, sign: str, end: str) -> None:
    text = PLAIN.replace(",", sign).replace("\n", end)
    assert events(read(path, text)) == events(read(path, PLAIN))
    quoted = f'"{HEADER}"\n"{ROW}"\n'.replace(",", f'"{sign}"')
    assert events(read(path, quoted)) == events(read(path, PLAIN))


def test_the_other_signs_are_text_within_a_field(path: Path) -> None:
    rows = [ROW.replace("checkout", page) for page in ("a;b", "a\tb", "a|b;c")]
    assert [event.page for event in events(read(path, "\n".join([HEADER, *rows])))] == [
        "a;b", "a\tb", "a|b;c"
    ]  # fmt: skip
    inside = PLAIN.replace(",", ";").replace("checkout", 'a,b;"x').replace('a,b;"x', '"a,b;""x"')
    assert events(read(path, inside))[0].page == 'a,b;"x'


def test_a_header_that_is_understood_with_commas_is_read_with_them(path: Path) -> None:
    found = read(path, f"{HEADER},a;b;c;d;e;f;g;h;i;j;k;l\n{ROW},x;y\n")
    assert events(found)[0].props == '{"a;b;c;d;e;f;g;h;i;j;k;l":"x;y"}'


def test_the_line_in_which_excel_names_the_separator_is_no_header(path: Path) -> None:
    assert events(read(path, "sep=;\r\n" + PLAIN.replace(",", ";"))) == events(read(path, PLAIN))


def test_what_is_wrong_is_said_of_the_columns_there_seem_to_be(path: Path) -> None:
    with pytest.raises(Refused, match=r"^ts: no column is named ts") as error:
        read(path, "event_name;user_id;page;paid_at\nshare;a;b;c\n")
    assert (error.value.code, error.value.field) == ("missing", "ts")
    with pytest.raises(Refused, match="columns 3 and 4"):
        read(path, "event_name;user_id;page;page;ts\n")


def test_a_row_of_another_width_is_refused_with_any_separator(path: Path) -> None:
    assert refusals(read(path, PLAIN.replace(",", ";") + "share;a1\n")) == [
        (3, "bad_shape", "line")
    ]


def test_the_ending_tsv_is_known(tmp_path: Path) -> None:
    found = read(tmp_path / "events.tsv", PLAIN.replace(",", "\t"))
    assert len(events(found)) == 1


@pytest.mark.parametrize("encoding", ["utf-16", "utf-32", "utf-8-sig"])
@pytest.mark.parametrize("pack", [bytes, gzip.compress])
def test_a_mark_tells_the_encoding(
    path: Path, encoding: str, pack: Callable[[bytes], bytes]
) -> None:
    text = PLAIN.replace("checkout", "结算页").replace("\n", "\r\n")
    found = read(path, pack(text.encode(encoding)))
    assert [event.page for event in events(found)] == ["结算页"]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16-le", "utf-16-be"])
def test_a_mark_is_no_part_of_the_header_where_the_encoding_is_told(
    path: Path, encoding: str
) -> None:
    content = ("\ufeff" + PLAIN).encode(encoding)
    assert len(events(read(path, content, mapping={"encoding": encoding}))) == 1


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_utf_16_without_a_mark_is_named(path: Path, encoding: str) -> None:
    content = PLAIN.encode(encoding)
    with pytest.raises(Refused, match=f"--map encoding={encoding}$"):
        read(path, content)
    assert len(events(read(path, content, mapping={"encoding": encoding}))) == 1


def test_unicode_text_of_excel_is_read(path: Path) -> None:
    """UTF-16 with tabs: what Excel calls Unicode Text."""
    content = codecs.BOM_UTF16_LE + PLAIN.replace(",", "\t").replace("\n", "\r\n").encode(
        "utf-16-le"
    )
    assert events(read(path, content)) == events(read(path, PLAIN))


def test_nul_within_quotes_is_text(path: Path) -> None:
    rows = [ROW.replace("checkout", '"a\0b"'), ROW.replace("checkout", '"a\0\nb"')]
    found = read(path, "\n".join([HEADER, *rows]))
    assert refusals(found) == []
    assert [event.page for event in events(found)] == ["a\0b", "a\0\nb"]


def test_nul_beside_quotes_costs_its_line(path: Path) -> None:
    row = ROW.replace("a1", "a\0").replace("checkout", '"checkout"')
    found = read(path, "\n".join([HEADER, row, ROW]))
    assert refusals(found) == [(2, "bad_shape", "line")]
    assert isinstance(found[0], files.Rejected)
    assert "NUL" in found[0].reason_en
