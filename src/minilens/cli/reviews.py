"""Commands about reviews of weeks and months, their snapshots, and the checklist."""

from __future__ import annotations

import json
from contextlib import AbstractContextManager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from minilens.cli.asking import Asks, asking
from minilens.cli.cohorts import text_of
from minilens.cli.people import Listed, form, show
from minilens.serve.terminal import language, say

if TYPE_CHECKING:
    from minilens.load.pipeline import Pipeline
    from minilens.settings import Settings

of_app = click.argument("app")
a_grain = click.option(
    "--grain",
    type=click.Choice(["week", "month"]),
    default="week",
    help="week or month. 按周或按月",
)
a_day = click.option("--day", default="", help="One of its days. 其中任意一天")


@click.group()
def reviews() -> None:
    """Reviews of weeks and months: what happened, and what people wrote.

    每周、每月的复盘：发生了什么，写下了什么。
    """


@reviews.command(name="list")
@of_app
@a_grain
@form
def list_reviews(app: str, grain: str, form: str) -> None:
    """List those that were written. 列出已填写的复盘。"""
    with _asking(app) as ask:
        found = ask(do="list", grain=grain)["reviews"]
    show([_row(one) for one in found], form)


@reviews.command(name="show")
@of_app
@a_grain
@a_day
def show_review(app: str, grain: str, day: str) -> None:
    """Print one as JSON, with snapshot and what changed. 以 JSON 输出一期复盘。"""
    with _asking(app) as ask:
        found = ask(do="show", grain=grain, day=day)
    click.echo(json.dumps(found, ensure_ascii=False, indent=2))


@reviews.command()
@of_app
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@a_grain
@a_day
def write(app: str, file: Path, grain: str, day: str) -> None:
    """Write one from a JSON file, as the API takes it. 用 JSON 文件填写，格式同 API。"""
    with _asking(app) as ask:
        kept = ask(text_of(file), do="write", grain=grain, day=day)
    say(f"已填写 {kept['day']} 起的复盘", f"Written: the review from {kept['day']}")


@reviews.command()
@of_app
@click.option("--put-away", is_flag=True, help="Take it off the dashboard. 从看板收起")
@click.option("--bring-back", is_flag=True, help="Show it there again. 重新显示")
@form
def checklist(app: str, form: str, *, put_away: bool, bring_back: bool) -> None:
    """Say what is done of the checklist. 显示起步清单的进度。"""
    do = "put-away" if put_away else "bring-back" if bring_back else "checklist"
    with _asking(app) as ask:
        found = ask(do=do)["items"]
    title = "zh" if language() == "zh" else "en"
    show([{"name": one["name"], "item": one[title], "done": one["done"]} for one in found], form)


def _row(one: dict[str, Any]) -> Listed:
    said = (
        ("insight", "friction", "change") if one["grain"] == "week" else ("scale", "keep", "stop")
    )
    return {"from": one["day"], **{part: one[part] for part in said}, "owner": one["owner_name"]}


def _asking(app: str) -> AbstractContextManager[Asks]:
    return asking("reviews", app, _own)


def _own(pipeline: Pipeline, settings: Settings, given: dict[str, str]) -> dict[str, Any]:
    from minilens.serve.review_commands import answered
    from minilens.serve.wiring import questions

    return answered(pipeline, questions(pipeline, settings), given)


COMMANDS: tuple[click.Command, ...] = (reviews,)
