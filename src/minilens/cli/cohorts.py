"""Commands about cohorts: listed, made of a definition or a list, computed, frozen, handed out, removed."""

from __future__ import annotations

from contextlib import AbstractContextManager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from minilens.cli.asking import Asks, asking
from minilens.cli.people import Listed, form, show
from minilens.errors import Refused
from minilens.serve.terminal import language, not_written, say
from minilens.text import counted

if TYPE_CHECKING:
    from minilens.load.pipeline import Pipeline
    from minilens.settings import Settings

#: So many identities that nobody has are said line by line; of the others how many they are.
MOST_SAID = 1_000
of_app = click.argument("app")
of_cohort = click.argument("cohort")
a_file = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.group()
def cohorts() -> None:
    """Cohorts: named sets of users, as conditions of reports and queries.

    COHORT is its name or number.

    人群：有名称的一组用户，可作为报表与查询的条件。COHORT 写名称或编号。
    """


@cohorts.command(name="list")
@of_app
@form
def list_cohorts(app: str, form: str) -> None:
    """List them, with size and when they were computed. 列出人群、人数与计算时间。"""
    with _asking(app) as ask:
        found = ask(do="list")["cohorts"]
    show([_row(one) for one in found], form)


@cohorts.command(name="show")
@of_app
@of_cohort
@form
def show_cohort(app: str, cohort: str, form: str) -> None:
    """Show one with its definition. 查看人群及其定义。"""
    import msgspec

    with _asking(app) as ask:
        found = ask(do="show", cohort=cohort)
    definition = msgspec.json.encode(found["definition"]).decode()
    show([{**_row(found), "created": found["created"], "definition": definition}], form)


@cohorts.command()
@of_app
@of_cohort
@form
def sizes(app: str, cohort: str, form: str) -> None:
    """How many users were in a cohort, day by day. 人群每天的人数。"""
    with _asking(app) as ask:
        found = ask(do="sizes", cohort=cohort)["sizes"]
    show([dict(one) for one in found], form)


@cohorts.command()
@of_app
@click.argument("name")
@click.option("--en", default="", help="Name in English, if another. 英文名")
@click.option(
    "--definition", type=a_file, default=None,
    help="JSON file, as the API takes it. 定义文件（JSON），格式同 API",
)  # fmt: skip
@click.option(
    "--list", "listed", type=a_file, default=None,
    help="CSV: a column under the name of its type, or TYPE=VALUE or p12 in each line. "
    "标识列表（CSV）：一列，表头为标识类型；或每行写 类型=值、p12",
)  # fmt: skip
@click.option("--live", is_flag=True, help="Computed again when used. 动态人群：使用时重新计算")
def add(
    app: str, name: str, en: str, definition: Path | None, listed: Path | None, *, live: bool
) -> None:
    """Make one of a definition or a list; says line by line who is not known. 新建人群；列表中未匹配的逐行列出。"""
    if definition and listed:
        raise Refused("either_or", "--definition", other="--list")
    if (file := definition or listed) is None:
        raise Refused("missing", "--definition")
    of = {"of": "definition" if definition else "list", "live": "1" if live else ""}
    with _asking(app) as ask:
        found = ask(text_of(file), do="add", zh=name, en=en, **of)
    made, unknown = found["cohort"], found["unknown"]
    for line, text in unknown[:MOST_SAID]:
        say(f"第 {line} 行：未找到 {text}", f"line {line}: nobody is known by {text}")
    if len(unknown) > MOST_SAID:
        more = len(unknown) - MOST_SAID
        say(f"另有 {more} 个未找到", f"and {more} more")
    _say(made)


@cohorts.command()
@of_app
@of_cohort
def compute(app: str, cohort: str) -> None:
    """Compute one again, as of now. 立即重新计算。"""
    _done(app, cohort, "compute")


@cohorts.command()
@of_app
@of_cohort
def freeze(app: str, cohort: str) -> None:
    """Have one stay as it was last computed. 固定人群，保持上次计算的结果。"""
    _done(app, cohort, "freeze")


@cohorts.command()
@of_app
@of_cohort
def live(app: str, cohort: str) -> None:
    """Have one computed again when it is used. 改为动态人群，使用时重新计算。"""
    _done(app, cohort, "live")


@cohorts.command()
@of_app
@of_cohort
@click.argument("name")
@click.option("--en", default="", help="Name in English, if another. 英文名")
def rename(app: str, cohort: str, name: str, en: str) -> None:
    """Give one another name; queries that name it by the old one have to be changed. 改名；按旧名引用的查询需修改。"""
    with _asking(app) as ask:
        _say(ask(do="rename", cohort=cohort, zh=name, en=en))


@cohorts.command()
@of_app
@of_cohort
@click.option(
    "--output", "-o", type=click.Path(dir_okay=False, path_type=Path), default=None,
    help="FILE.csv. 输出文件",
)  # fmt: skip
def export(app: str, cohort: str, output: Path | None) -> None:
    """Write its users as CSV, by number. 导出用户编号（CSV）。"""
    with _asking(app) as ask:
        made = ask(do="export", cohort=cohort)["csv"]
    if output is None:
        click.echo(made, nl=False)
        return
    try:
        output.write_text(made, encoding="utf-8")
    except OSError as error:
        raise not_written(output, error) from error
    click.echo(output)


@cohorts.command()
@of_app
@of_cohort
@click.option("--yes", is_flag=True, help="Don't ask. 不再确认")
def remove(app: str, cohort: str, *, yes: bool) -> None:
    """Remove one; reports and queries that name it are refused then. 删除；引用它的报表与查询此后会报错。"""
    with _asking(app) as ask:
        found = ask(do="show", cohort=cohort)
        if not yes:
            name = found["zh"] if language() == "zh" else found["en"]
            said = f"删除人群 {name}？" if language() == "zh" else f"Remove the cohort {name}?"
            click.confirm(said, abort=True)
        ask(do="remove", cohort=str(found["id"]))


def text_of(file: Path) -> str:
    """What a file holds, in UTF-8 or as Chinese Excel writes it; Refused where it is no text."""
    whole = file.read_bytes()
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return whole.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise Refused("bad_value", str(file), got=repr(whole[:20]))


def _done(app: str, cohort: str, do: str) -> None:
    with _asking(app) as ask:
        _say(ask(do=do, cohort=cohort))


def _say(one: dict[str, Any]) -> None:
    zh, en = ("动态" if one["live"] else "固定"), ("live" if one["live"] else "frozen")
    say(
        f"{one['id']} {one['zh']}：{one['size']} 人，{zh}，计算于 {one['computed']}",
        f"{one['id']} {one['en']}: {counted(one['size'], 'user')}, {en}, computed {one['computed']}",
    )


def _row(one: dict[str, Any]) -> Listed:
    return {
        "number": one["id"], "zh": one["zh"], "en": one["en"], "users": one["size"], "live": one["live"],
        "computed": one["computed"], "by": one["by"],
    }  # fmt: skip


def _asking(app: str) -> AbstractContextManager[Asks]:
    return asking("cohorts", app, _own)


def _own(pipeline: Pipeline, settings: Settings, given: dict[str, str]) -> dict[str, Any]:
    from minilens.serve.cohort_commands import answered
    from minilens.serve.wiring import cohorts_of, questions

    return answered(cohorts_of(pipeline, questions(pipeline, settings)), pipeline.records, given)


COMMANDS: tuple[click.Command, ...] = (cohorts,)
