"""What commands share that hand in files of figures by day: columns said, days told."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import click

from minilens.cli.people import Listed
from minilens.errors import Refused, did_you_mean
from minilens.records.column_file import Columns
from minilens.records.day_rows import DayChange, Figures
from minilens.serve.terminal import say
from minilens.text import counted

of_app = click.option("--app", "name", required=True, help="Its app. 小程序")
dry_run = click.option("--dry-run", is_flag=True, help="Only say what would change. 只预览，不写入")


def columns_said(kept: Mapping[str, str], maps: Sequence[str], columns: Columns) -> dict[str, str]:
    """The remembered ones with what is said otherwise, as `field=title`."""
    found = dict(kept)
    for pair in maps:
        field, sign, title = pair.partition("=")
        if not sign or field not in columns:
            hint = did_you_mean(field, columns)
            raise Refused("unknown_choice", "map", got=pair[:40], hint=hint)
        found[field] = title.strip()
    return found


def told(days: Sequence[DayChange], figures: Callable[[Figures], str]) -> list[Listed]:
    """The days that change."""
    return [
        {
            "source": one.source, "day": one.day, "state": one.state, "rows": one.rows,
            "before": figures(one.before) if one.rows_before else "", "after": figures(one.after),
        }
        for one in days
        if one.state != "unchanged"
    ]  # fmt: skip


def sum_up(days: Sequence[DayChange], lines: int, totals: int) -> None:
    """How many days became what."""
    states: list[str] = [one.state for one in days]
    added, replaced, same = map(states.count, ("added", "replaced", "unchanged"))
    say(
        f"{lines} 行：新增 {added} 天，替换 {replaced} 天，{same} 天没有变化；略过合计行 {totals} 行",
        f"{counted(lines, 'row')}: {counted(added, 'day')} added, {replaced} replaced, {same} unchanged; "
        f"{counted(totals, 'line')} of totals left out",
    )
