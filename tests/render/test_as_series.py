"""Lines of values: as many as there are, each with its name, its figures in the order of the periods."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, date, datetime

from minilens.measure.dimensions import DIMENSIONS
from minilens.measure.measures import DAY, MEASURES
from minilens.measure.table import Cost, Table
from minilens.render.as_csv import as_csv
from minilens.render.as_series import as_series
from minilens.render.drawing import Options

FIRST, SECOND = date(2026, 11, 2), date(2026, 11, 3)
TABLE = Table(
    columns=(DIMENSIONS["scene_source"].column(), DAY, MEASURES["visits"].column()),
    rows=(("4", FIRST, 30), ("4", SECOND, 0), ("", FIRST, 2), ("", SECOND, None)),
    start=FIRST,
    end=SECOND,
    as_of=datetime(2026, 11, 3, tzinfo=UTC),
    cost=Cost(0, 0, 0),
    keys=2,
    total_rows=2,
)


def test_a_line_for_each_value_with_its_name() -> None:
    for language, names in (("zh", ("扫一扫二维码", "（未知）")), ("en", ("QR scan", "(unknown)"))):
        drawn = as_series(TABLE, Options("visits", "day"), language)  # type: ignore[arg-type]
        assert [(n, value) for n, _, value in drawn.legend] == [(1, "4"), (2, "")]
        assert tuple(name for _, name, _ in drawn.legend) == names
        chart = json.loads(drawn.chart)
        lines = [[_figure(one) for one in line["data"]] for line in chart["option"]["series"]]
        assert lines == [[30, 0], [2, None]]
        assert [[row["name"] for row in tip["rows"]] for tip in chart["tips"]] == [list(names)] * 2
        assert [row["figure"] for row in chart["tips"][1]["rows"]] == ["0", "–"]


def test_a_part_of_the_lines_is_a_range_of_its_own() -> None:
    def ends(grain: str, table: Table = TABLE) -> object:
        return json.loads(as_series(table, Options("visits", grain), "en").chart)["zoom"]

    assert ends("day") == [["2026-11-02", "2026-11-02"], ["2026-11-03", "2026-11-03"]]
    weeks = replace(
        TABLE, rows=(("4", FIRST, 30), ("4", date(2026, 11, 9), 1)), end=date(2026, 11, 11)
    )
    assert ends("week", weeks) == [["2026-11-02", "2026-11-08"], ["2026-11-09", "2026-11-11"]]
    assert (
        ends("day", replace(TABLE, rows=TABLE.rows[::2])) == []
    )  # a day is as short as a range can be


def test_the_same_as_a_table_the_newest_first() -> None:
    first, second = as_series(replace(TABLE, running=True), Options("visits", "day"), "en").periods
    assert (first.day, first.figures, first.running) == ("2026-11-03", ("0", "–"), True)
    assert (second.day, second.figures, second.running) == ("2026-11-02", ("30", "2"), False)
    assert second.zoom.endswith("from=2026-11-02&to=2026-11-02")


def _figure(point: object) -> object:
    return point["value"] if isinstance(point, dict) else point


def test_a_measure_without_an_answer_says_why() -> None:
    drawn = as_series(TABLE, Options("visits", "day", unavailable={"visits": "sessions"}), "en")
    assert "launch" in drawn.why


def test_its_file_names_value_and_day_in_each_row() -> None:
    rows = as_csv(TABLE).splitlines()
    assert rows == [
        "scene_source,day,visits", "4,2026-11-02,30", "4,2026-11-03,0", ",2026-11-02,2", ",2026-11-03,"
    ]  # fmt: skip
