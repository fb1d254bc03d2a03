"""Commands about one user of a mini program: all that is kept of them, handed out or erased."""

from __future__ import annotations

import base64
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click

from minilens.cli.people import Listed, form, opened_records, settings_of_data, show
from minilens.serve.terminal import language, not_written, say

Asks = Callable[..., dict[str, Any]]
#: Erasing goes through every part of the warehouse.
PATIENCE = 3600.0
COUNTED = {
    "events": ("事件", "events"), "quarantined": ("隔离中的事件", "events in quarantine"),
    "identities": ("标识", "identities"), "days": ("数据的日期（将重算）", "days made again"),
    "received": ("接收日志中的事件", "events in what was received"),
}  # fmt: skip


@click.group()
def person() -> None:
    """Export or erase all data of one user.

    PERSON is TYPE=VALUE (mobile=…, wechat-unionid=…, device=…), p12, or - to read it from a pipe.

    导出或删除一个用户的全部数据。PERSON 写成 类型=值（mobile=…、wechat-unionid=…、device=…）或 p12，- 表示从管道读取。
    """


@person.command(name="export")
@click.argument("app")
@click.argument("who", metavar="PERSON")
@click.option(
    "--output", "-o", type=click.Path(dir_okay=False, path_type=Path), required=True,
    help="FILE.zip. 输出文件",
)  # fmt: skip
def export_person(app: str, who: str, output: Path) -> None:
    """Write all that is kept of a user to a ZIP of JSON and CSV. 导出为 ZIP（JSON 与 CSV）。"""
    with _asking(app, who) as ask:
        made = base64.b64decode(ask(do="export")["base64"])
    try:
        output.write_bytes(made)
    except OSError as error:
        raise not_written(output, error) from error
    click.echo(output)


@person.command()
@click.argument("app")
@click.argument("who", metavar="PERSON")
@click.option(
    "--only-this", is_flag=True, help="This identity only, not the others of the user. 仅此标识"
)
@click.option("--yes", is_flag=True, help="Don't ask. 不再确认")
def erase(app: str, who: str, *, only_this: bool, yes: bool) -> None:
    """Erase a user, or one identity, for good. Loading waits meanwhile. 彻底删除用户或其一个标识，期间暂停装载。"""
    only = {"only": "1"} if only_this else {}
    with _asking(app, who) as ask:
        found = ask(do="look", **only)
        if not yes:
            n = 1 if only_this else found["identities"]
            question = (
                f"删除用户 p{found['person']} 的 {n} 个标识及其全部数据？此操作无法撤销"
                if language() == "zh"
                else f"Erase p{found['person']}, {n} identities, with all their data? This can't be undone"
            )
            click.confirm(question, abort=True)
        done = ask(do="erase", **only)
    click.echo(done["id"])
    for name, count in done["counts"].items():
        zh, en = COUNTED.get(name, (name, name))
        say(f"已删除的{zh}：{count}", f"{en}: {count}")


@person.command(name="erased")
@click.argument("app")
@form
def list_erased(app: str, form: str) -> None:
    """List erasures: when, by whom, how much; not who. 列出删除记录。"""
    with opened_records() as records:
        found = records.erasures.all(records.apps.named(app, archived=True).id)
    rows: list[Listed] = [
        {"id": one.id, "at": one.at, "by": one.by or "command line", "whole": one.whole,
         **{name: one.counts.get(name) for name in COUNTED}}
        for one in found
    ]  # fmt: skip
    show(rows, form)


@contextmanager
def _asking(app: str, who: str) -> Iterator[Asks]:
    """Asks the running server, else opens the folder."""
    from minilens.serve.control_client import ask

    settings = settings_of_data()
    text = sys.stdin.readline().strip() if who == "-" else who

    def of_server(**more: str) -> dict[str, Any] | None:
        given = {"app": app, "person": text, **more}
        return ask(settings, "person", *given.items(), seconds=PATIENCE)

    if ask(settings, "ping") is not None:
        yield lambda **more: of_server(**more) or {}
        return
    from minilens.serve.hosts import open_here
    from minilens.serve.transfer import person_file

    pipeline = open_here(settings)
    try:
        pipeline.drain()
        yield lambda **more: person_file.answered(pipeline, {"app": app, "person": text, **more})
        pipeline.drain()
    finally:
        pipeline.close()


COMMANDS: tuple[click.Command, ...] = (person,)
