"""Commands about KPIs: listed with how they stand, made, changed, removed."""

from __future__ import annotations

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
of_kpi = click.argument("kpi")
a_definition = click.option(
    "--definition", required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="JSON file, as the API takes it. 定义文件（JSON），格式同 API",
)  # fmt: skip
in_english = click.option("--en", default="", help="Name in English, if another. 英文名")
an_owner = click.option("--owner", default="", help="E-mail of who answers for it. 负责人邮箱")


@click.group()
def kpis() -> None:
    """KPIs of an app: up to three, each with a target. KPI is a name or number.

    小程序的 KPI：至多三项，各有目标。KPI 写名称或编号。
    """


@kpis.command(name="list")
@of_app
@click.option("--day", default="", help="In its week or month. 该日所在的周或月")
@form
def list_kpis(app: str, day: str, form: str) -> None:
    """List them, with value, target and where the pace leads. 列出 KPI、数值、目标与预计结果。"""
    with _asking(app) as ask:
        found = ask(do="list", day=day)["kpis"]
    show([_row(one) for one in found], form)


@kpis.command()
@of_app
@click.argument("name")
@in_english
@a_definition
@an_owner
def add(app: str, name: str, en: str, definition: Path, owner: str) -> None:
    """Make one of a definition. 新建 KPI。"""
    with _asking(app) as ask:
        _say(ask(text_of(definition), do="add", zh=name, en=en, owner=owner))


@kpis.command(name="set")
@of_app
@of_kpi
@click.argument("name")
@in_english
@a_definition
@an_owner
def set_(app: str, kpi: str, name: str, en: str, definition: Path, owner: str) -> None:
    """Give one another name, definition and owner. 修改 KPI 的名称、定义与负责人。"""
    with _asking(app) as ask:
        _say(ask(text_of(definition), do="set", kpi=kpi, zh=name, en=en, owner=owner))


@kpis.command()
@of_app
@of_kpi
@click.option("--yes", is_flag=True, help="Don't ask. 不再确认")
def remove(app: str, kpi: str, *, yes: bool) -> None:
    """Remove one; what it is counted from stays. 删除 KPI，不影响数据。"""
    if not yes:
        said = f"删除 KPI {kpi}？" if language() == "zh" else f"Remove the KPI {kpi}?"
        click.confirm(said, abort=True)
    with _asking(app) as ask:
        ask(do="remove", kpi=kpi)


def _say(one: dict[str, Any]) -> None:
    say(
        f"{one['id']} {one['zh']}：{one['value']}，目标 {one['definition']['target']}",
        f"{one['id']} {one['en']}: {one['value']}, target {one['definition']['target']}",
    )


def _row(one: dict[str, Any]) -> Listed:
    return {
        "number": one["id"], "zh": one["zh"], "en": one["en"], "from": one["from"], "to": one["to"],
        "value": one["value"], "target": one["definition"]["target"], "end": one["end"], "state": one["state"],
        "owner": one["owner_name"],
    }  # fmt: skip


def _asking(app: str) -> AbstractContextManager[Asks]:
    return asking("kpis", app, _own)


def _own(pipeline: Pipeline, settings: Settings, given: dict[str, str]) -> dict[str, Any]:
    from minilens.serve.kpi_commands import answered
    from minilens.serve.wiring import questions

    return answered(pipeline, questions(pipeline, settings), given)


COMMANDS: tuple[click.Command, ...] = (kpis,)
