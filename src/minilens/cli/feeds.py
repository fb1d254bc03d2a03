"""Commands about addresses for tools: listed, made, revoked."""

from __future__ import annotations

import click

from minilens import period
from minilens.cli.people import Listed, form, opened_records, settings_of_data, show


@click.group()
def feeds() -> None:
    """Addresses at which tools fetch a report as CSV, or the calendar of annotations, without signing in.

    取数地址：表格、BI 工具按地址读取一份报表的 CSV，或标注日历，无需登录。
    """


@feeds.command(name="list")
@click.argument("app")
@form
def list_feeds(app: str, form: str) -> None:
    """List addresses, newest first, without their tokens. 列出取数地址，不含令牌。"""
    with opened_records() as records:
        people = {one.id: one.email for one in records.accounts.all()}
        rows: list[Listed] = [
            {
                "number": one.id, "name": one.name, "report": one.report, "query": one.query,
                "opens": one.opens and one.revoked is None, "created": one.created,
                "by": people.get(one.created_by or 0, "command line"), "revoked": one.revoked,
                "last_used": one.last_used,
            }
            for one in records.feeds.of(records.apps.named(app).id)
        ]  # fmt: skip
    show(rows, form)


@feeds.command(name="create")
@click.argument("app")
@click.argument("report")
@click.option(
    "--query", default="", help="What the report is asked: period=30d&grain=day. 报表参数"
)
@click.option("--name", required=True, help="What it is for. 用途")
def create_feed(app: str, report: str, query: str, name: str) -> None:
    """Make an address; it is shown only once. REPORT is a report, question.ID, or annotations for the calendar.

    新建取数地址，只显示一次。REPORT 写报表名、question.ID，或 annotations（标注日历）。
    """
    from minilens.web.console import App
    from minilens.web.feeds.api import address_of
    from minilens.web.feeds.question import checked

    server = settings_of_data().url
    with opened_records() as records:
        held = records.apps.named(app)
        shown = App(held.id, held.name, held.zh, held.en, held.timezone)
        kept = checked(records, shown, report, query, moment=period.now(), first=None, account=None)
        feed, token = records.feeds.create(held.id, report, kept, name=name, now=period.now())
        click.echo(address_of(server, feed, token))


@feeds.command(name="revoke")
@click.argument("app")
@click.argument("number", type=click.IntRange(1, (1 << 31) - 1))
def revoke_feed(app: str, number: int) -> None:
    """Have an address answer nothing any more. 撤销取数地址。"""
    with opened_records() as records:
        records.feeds.revoke(records.apps.named(app).id, number, now=period.now())


COMMANDS: tuple[click.Command, ...] = (feeds,)
