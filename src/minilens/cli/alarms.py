"""Commands about alarms: what is open and what was, and the rules behind them."""

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
of_rule = click.argument("rule")
a_definition = click.option(
    "--definition", required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="JSON file, as the API takes it. 定义文件（JSON），格式同 API",
)  # fmt: skip
in_english = click.option("--en", default="", help="Name in English, if another. 英文名")


@click.group()
def alarms() -> None:
    """Alarms of an app and the rules behind them. RULE is a name or number.

    小程序的告警与告警规则。RULE 写名称或编号。
    """


@alarms.command(name="list")
@of_app
@form
def list_alarms(app: str, form: str) -> None:
    """List open ones, then those that are over. 列出未恢复的告警与历史。"""
    with _asking(app) as ask:
        found = ask(do="list")["alarms"]
    show([_row(one) for one in found], form)


@alarms.command()
@of_app
@click.argument("alarm")
@click.option("--note", default="", help="What you know of it. 说明")
def acknowledge(app: str, alarm: str, note: str) -> None:
    """Say that somebody looks after one. 确认一条告警。"""
    with _asking(app) as ask:
        found = ask(do="acknowledge", alarm=alarm, note=note)
    say(f"已确认：{found['id']} {found['zh']}", f"Acknowledged: {found['id']} {found['en']}")


@alarms.command()
@of_app
@form
def rules(app: str, form: str) -> None:
    """List the rules. 列出告警规则。"""
    with _asking(app) as ask:
        found = ask(do="rules")
    show([_rule_row(one) for one in found["rules"]], form)


@alarms.command()
@of_app
def usual(app: str) -> None:
    """Create the rules that every app should have. 启用常用告警：数据中断、KPI 异常、版本质量。"""
    with _asking(app) as ask:
        for one in ask(do="usual")["rules"]:
            _say(one)


@alarms.command()
@of_app
@click.argument("name")
@in_english
@a_definition
def add(app: str, name: str, en: str, definition: Path) -> None:
    """Create a rule of a definition. 新建告警规则。"""
    with _asking(app) as ask:
        _say(ask(text_of(definition), do="add", zh=name, en=en))


@alarms.command(name="set")
@of_app
@of_rule
@click.argument("name")
@in_english
@a_definition
def set_(app: str, rule: str, name: str, en: str, definition: Path) -> None:
    """Give a rule another name and definition. 修改告警规则。"""
    with _asking(app) as ask:
        _say(ask(text_of(definition), do="set", rule=rule, zh=name, en=en))


@alarms.command()
@of_app
@of_rule
def on(app: str, rule: str) -> None:
    """Watch a rule. 启用告警规则。"""
    with _asking(app) as ask:
        _say(ask(do="on", rule=rule))


@alarms.command()
@of_app
@of_rule
def off(app: str, rule: str) -> None:
    """Watch a rule no longer; what it had found is over. 停用告警规则，其告警随之结束。"""
    with _asking(app) as ask:
        _say(ask(do="off", rule=rule))


@alarms.command()
@of_app
@of_rule
@click.option("--yes", is_flag=True, help="Don't ask. 不再确认")
def remove(app: str, rule: str, *, yes: bool) -> None:
    """Remove a rule; what it found stays in the history. 删除告警规则，历史保留。"""
    if not yes:
        zh, en = f"删除告警规则 {rule}？", f"Remove the alarm rule {rule}?"
        click.confirm(zh if language() == "zh" else en, abort=True)
    with _asking(app) as ask:
        ask(do="remove", rule=rule)


@alarms.command()
@of_app
@click.argument("channels", nargs=-1)
@click.option("--quiet", default="", help="Send nothing in these hours: 22:00-08:00. 免打扰时段")
def send(app: str, channels: tuple[str, ...], quiet: str) -> None:
    """Say which CHANNELS (names or numbers) hear of alarms; none of them: nowhere. 设置接收告警的推送渠道。"""
    with _asking(app) as ask:
        found = ask(do="send", channels=",".join(channels), quiet=quiet)
    told = ", ".join(map(str, found["channels"])) or "–"
    say(f"推送渠道：{told}", f"Channels: {told}")


def _say(one: dict[str, Any]) -> None:
    word = ("启用" if one["enabled"] else "停用", "on" if one["enabled"] else "off")
    say(f"规则 {one['id']} {one['zh']}：{word[0]}", f"Rule {one['id']} {one['en']}: {word[1]}")


def _row(one: dict[str, Any]) -> Listed:
    return {
        "number": one["id"], "said": one["zh" if language() == "zh" else "en"], "since": one["since"],
        "opened": one["opened"], "resolved": one["resolved"], "acknowledged": one["acknowledged"], "note": one["note"],
    }  # fmt: skip


def _rule_row(one: dict[str, Any]) -> Listed:
    kind = one["definition"]["kind"]
    return {
        "number": one["id"],
        "zh": one["zh"],
        "en": one["en"],
        "kind": kind,
        "on": one["enabled"],
    }


def _asking(app: str) -> AbstractContextManager[Asks]:
    return asking("alarms", app, _own)


def _own(pipeline: Pipeline, settings: Settings, given: dict[str, str]) -> dict[str, Any]:
    from minilens.serve.alarm_commands import answered

    return answered(pipeline, given)


COMMANDS: tuple[click.Command, ...] = (alarms,)
