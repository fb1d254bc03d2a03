"""Commands about costs of advertising: handed in as a file, listed."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import click
import msgspec

from minilens import period
from minilens.cli.day_files import columns_said, dry_run, of_app, sum_up, told
from minilens.cli.people import opened_records, show
from minilens.records import column_file, cost_file, sheet
from minilens.records.cost_file import COLUMNS
from minilens.records.cost_mappings import CostMapping
from minilens.records.costs import units
from minilens.records.day_rows import Figures


@click.group()
def costs() -> None:
    """Costs of advertising: hand in a file, list them. 投放成本：导入文件、列出。"""


@costs.command(name="import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@of_app
@click.option("--source", default=None, help="Where it was spent, such as tencent. 投放平台")
@click.option(
    "--map", "maps", multiple=True,
    help="our field=their column, such as cost=Spend. 字段对应：我们的字段=文件的列",
)  # fmt: skip
@click.option(
    "--unit", type=click.Choice(["yuan", "fen"]), default=None, help="Unit of money. 金额单位"
)
@click.option("--currency", default=None, help="Currency, such as CNY. 币种")
@click.option(
    "--landing", type=click.Choice(["article", "mini_program"]), default=None,
    help="Where clicks lead. 落地页类型",
)  # fmt: skip
@click.option(
    "--replaces", type=click.Choice(["days", "campaigns"]), default=None,
    help="What rows replace: their days, or only their campaigns on these. 替换整天，或只替换其中的推广活动",
)  # fmt: skip
@dry_run
def import_(
    file: Path, name: str, source: str | None, maps: tuple[str, ...], *, dry_run: bool, **said: str | None
) -> None:  # fmt: skip
    """Hand in the costs of a CSV file; its days are replaced, the same file again changes nothing.

    The mapping is remembered for the source. 导入投放成本 CSV：替换文件中的日期，重复导入不会改变；字段对应会记住。
    """
    with opened_records() as records:
        app = records.apps.named(name)
        kept = records.cost_mappings.find(app.id, source or "") or CostMapping(source=source or "")
        body = file.read_bytes()
        mapping = _mapping(cost_file.fitting(kept, column_file.titles(body)), maps, said)
        today = period.today(app.timezone)
        found = cost_file.whole(body, mapping, today)
        if dry_run:
            days = records.costs.preview(app.id, found.rows, today=today, replaces=mapping.replaces)
        else:
            days = records.costs.put(
                app.id, found.rows, today=today, now=period.now(), replaces=mapping.replaces, first=sheet.FIRST,
            )  # fmt: skip
            records.cost_mappings.keep(app.id, mapping, now=period.now())
    show(told(days, _money), "table")
    sum_up(days, found.lines, found.totals)


def _mapping(kept: CostMapping, maps: Sequence[str], said: dict[str, str | None]) -> CostMapping:
    """The remembered one with what is said otherwise."""
    given = {name: value for name, value in said.items() if value is not None}
    columns = columns_said(kept.columns, maps, COLUMNS)
    return msgspec.structs.replace(kept, columns=columns, **given)


def _money(some: Figures) -> str:
    return " + ".join(f"{units(cost)} {currency}" for currency, cost in some)


@costs.command(name="list")
@of_app
@click.option("--from", "first", default="", help="First day. 起始日")
@click.option("--to", "last", default="", help="Last day. 结束日")
def list_costs(name: str, first: str, last: str) -> None:
    """List the costs of an app as CSV, which can be handed in again. 以 CSV 列出投放成本，可再次导入。"""
    from minilens.render.costs_csv import costs_csv

    start = period.parse_day(first, "from") if first else period.FIRST_DAY
    end = period.parse_day(last, "to") if last else period.LAST_DAY
    with opened_records() as records:
        found = records.costs.of(records.apps.named(name).id, start, end)
    click.echo(costs_csv(found), nl=False)


COMMANDS: tuple[click.Command, ...] = (costs,)
