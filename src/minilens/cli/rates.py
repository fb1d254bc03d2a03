"""Commands about rates between currencies: handed in as a file, listed."""

from __future__ import annotations

from pathlib import Path

import click

from minilens import period
from minilens.cli.people import opened_records
from minilens.records.rates import as_file, from_file
from minilens.serve.terminal import say

of_app = click.option("--app", "name", required=True, help="Its app. 小程序")


@click.group()
def rates() -> None:
    """Rates between currencies: hand in a file, list them. 汇率：导入文件、列出。"""


@rates.command(name="import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@of_app
@click.option(
    "--currency", default=None, help="What the app reports in; as before unless given. 报表币种"
)
def import_(file: Path, name: str, currency: str | None) -> None:
    """Hand in a CSV file of currency, from, rate; these alone hold from now on.

    A rate says what one unit of the currency is in that of the reports, from that day until the next.

    导入汇率 CSV（币种、起始日期、汇率），替换全部汇率。汇率为一单位该币种折合报表币种的数额，自该日起有效，直到下一条。
    """
    with opened_records() as records:
        app = records.apps.named(name)
        into = currency or records.rates.of(app.id).currency
        given, first = from_file(file.read_bytes())
        done = records.rates.set(app.id, into, given, now=period.now(), first=first)
    count = len(done.rates)
    say(
        f"报表币种 {done.currency}，{count} 条汇率",
        f"Reports are in {done.currency}, with {count} rates",
    )


@rates.command(name="list")
@of_app
def list_rates(name: str) -> None:
    """List the rates of an app as CSV, which can be handed in again. 以 CSV 列出汇率，可再次导入。"""
    with opened_records() as records:
        found = records.rates.of(records.apps.named(name).id)
    click.echo(as_file(found.rates), nl=False)


COMMANDS: tuple[click.Command, ...] = (rates,)
