"""Commands about Official Account content: files handed in, figures listed."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import click
import msgspec

from minilens import period
from minilens.cli.day_files import columns_said, dry_run, of_app, sum_up, told
from minilens.cli.people import opened_records, show
from minilens.records import column_file, content_file, sheet
from minilens.records.content_file import COLUMNS
from minilens.records.content_mappings import ContentMapping
from minilens.records.content_rows import KINDS
from minilens.records.day_rows import Figures

_KIND = click.Choice(KINDS)


@click.group()
def content() -> None:
    """Articles, followers and menu of Official Accounts. 公众号的文章、关注人数和菜单。"""


@content.command(name="import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@of_app
@click.option(
    "--kind", type=_KIND, default=None,
    help="What the file holds; its columns tell otherwise. 文件内容；不写则按列名识别",
)  # fmt: skip
@click.option("--account", default="", help="The Official Account. 公众号")
@click.option(
    "--map", "maps", multiple=True,
    help="our field=their column, such as opens=Reads. 字段对应：我们的字段=文件的列",
)  # fmt: skip
@click.option(
    "--replaces", type=click.Choice(["days", "articles"]), default=None,
    help="What rows replace: their days, or only their articles on these. 替换整天，或只替换其中的文章",
)  # fmt: skip
@dry_run
def import_(
    file: Path, name: str, kind: str | None, account: str, maps: tuple[str, ...], replaces: str | None,
    *, dry_run: bool,
) -> None:  # fmt: skip
    """Hand in a CSV file of the console; its days are replaced, the same file again changes nothing.

    The mapping is remembered for the account. 导入公众号后台的 CSV：替换文件中的日期，
    重复导入不会改变；字段对应会记住。
    """
    with opened_records() as records:
        app = records.apps.named(name)
        body = file.read_bytes()
        titles = column_file.titles(body)
        of = kind or content_file.told(titles)
        kept = records.content_mappings.find(app.id, of, account)
        mapping = _mapping(kept or ContentMapping(account=account), titles, of, maps, replaces)
        today = period.today(app.timezone)
        found = content_file.read(body, mapping, today).whole()
        if dry_run:
            done = records.content.preview(
                app.id, found.rows, today=today, replaces=mapping.replaces
            )
        else:
            done = records.content.put(
                app.id, found.rows, today=today, now=period.now(), replaces=mapping.replaces, first=sheet.FIRST,
            )  # fmt: skip
            records.content_mappings.keep(app.id, mapping, now=period.now())
    days = [one for changes in done.values() for one in changes]
    show(told(days, _figures), "table")
    sum_up(days, found.lines, found.totals)


def _mapping(
    kept: ContentMapping, titles: list[str], kind: str, maps: Sequence[str], replaces: str | None
) -> ContentMapping:
    """The remembered one with what is said otherwise."""
    fits = content_file.fitting(kept, titles)
    columns = columns_said(fits.columns, maps, COLUMNS[kind])  # type: ignore[index]
    more = {"kind": kind, "columns": columns, "replaces": replaces or fits.replaces}
    return msgspec.convert(msgspec.to_builtins(fits) | more, ContentMapping)


def _figures(some: Figures) -> str:
    return ", ".join(f"{number:,} {name}" for name, number in some)


@content.command(name="list")
@of_app
@click.option("--kind", type=_KIND, required=True, help="Which of them. 内容")
@click.option("--from", "first", default="", help="First day. 起始日")
@click.option("--to", "last", default="", help="Last day. 结束日")
def list_content(name: str, kind: str, first: str, last: str) -> None:
    """List what is kept of an app as CSV, which can be handed in again. 以 CSV 列出，可再次导入。"""
    from minilens.render.content_csv import content_csv

    start = period.parse_day(first, "from") if first else period.FIRST_DAY
    end = period.parse_day(last, "to") if last else period.LAST_DAY
    with opened_records() as records:
        app = records.apps.named(name).id
        found = records.content.of(app, kind, start, end)  # type: ignore[arg-type]
    click.echo(content_csv(kind, found), nl=False)  # type: ignore[arg-type]


COMMANDS: tuple[click.Command, ...] = (content,)
