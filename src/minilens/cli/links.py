"""Commands about campaign links: made of a file, listed, and what a code stands for."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

import click

from minilens import period
from minilens.cli.people import Listed, form, opened_records, show
from minilens.serve.terminal import not_written, say
from minilens.text import counted

of_app = click.option("--app", "name", required=True, help="Its app. 小程序")


@click.group()
def link() -> None:
    """Campaign links: make them of a file, list them, look up a code. 推广链接：批量新建、列出、解析编码。"""


@link.command(name="add")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@of_app
@click.option(
    "--output", "-o", type=click.Path(dir_okay=False, path_type=Path),
    help="CSV file of what was made. 输出 CSV 文件",
)  # fmt: skip
def add(file: Path, name: str, output: Path | None) -> None:
    """Make the links of a CSV file, all or none: campaign, page, placement, material, query, tags, expires …

    按 CSV 文件新建推广链接，要么全部成功，要么一条也不建。
    """
    from minilens.records import link_file
    from minilens.render.links_csv import links_csv

    given = link_file.read(file.read_bytes())
    with opened_records() as records:
        app = records.apps.named(name)
        made = records.links.create(app.id, given, now=period.now(), first=link_file.FIRST)
    text = links_csv(made)
    if output is None:
        click.echo(text, nl=False)
        return
    try:
        output.write_text(text, encoding="utf-8-sig")
    except OSError as error:
        raise not_written(output, error) from error
    say(f"已新建 {len(made)} 条：{output}", f"{counted(len(made), 'link')} made: {output}")


@link.command(name="list")
@of_app
@click.option("--campaign", default="", help="Only of that campaign. 推广活动")
@click.option(
    "--format", "form", type=click.Choice(["table", "json", "csv"]), default="table", show_default=True,
    help="table, json or csv. 输出格式",
)  # fmt: skip
def list_links(name: str, campaign: str, form: str) -> None:
    """List the links of an app. 列出推广链接。"""
    with opened_records() as records:
        found = records.links.of(records.apps.named(name).id, campaign=campaign, most=10**9)
    if form == "csv":
        from minilens.render.links_csv import links_csv

        click.echo(links_csv(found), nl=False)
        return
    rows: list[Listed] = [
        {
            "code": one.code, "campaign": one.campaign, "placement": one.placement, "material": one.material,
            "path": one.path, "expires": one.expires, "ended": one.ended,
        }
        for one in found
    ]  # fmt: skip
    show(rows, form)


@link.command()
@click.argument("code")
@form
def find(code: str, form: str) -> None:
    """Say what a code stands for. 解析编码。"""
    with opened_records() as records:
        one = records.links.get(code)
        app = next(
            (held.name for held in records.apps.all(archived=True) if held.id == one.app), ""
        )
    told = {**asdict(one), "app": app, "path": one.path, "url": one.url}
    if form == "json":
        show([told], form)
        return
    show([{"fact": name, "value": value} for name, value in told.items()], form)


COMMANDS: tuple[click.Command, ...] = (link,)
