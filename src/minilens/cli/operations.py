"""The commands for running it for years: backup, restore."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from minilens import settings as settings_file
from minilens.cli.people import settings_of_data
from minilens.errors import Refused
from minilens.period import parse_day
from minilens.serve.terminal import language, say
from minilens.text import Language, counted

if TYPE_CHECKING:
    from minilens.serve.backup.snapshot import Point


@contextmanager
def progress(title: str) -> Iterator[Callable[[int, int], None]]:
    """A bar on standard error, where that is a terminal: `tell(done, all)`."""
    if not sys.stderr.isatty():
        yield lambda done, of: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TransferSpeedColumn

    shown = (TextColumn("{task.description}"), BarColumn(), DownloadColumn(), TransferSpeedColumn())
    with Progress(*shown, console=Console(stderr=True)) as bar:
        task = bar.add_task(title, total=None)
        yield lambda done, of: bar.update(task, completed=done, total=of)


def moment(milliseconds: int) -> str:
    """2026-11-22 03:04:05 UTC."""
    return f"{datetime.fromtimestamp(milliseconds // 1000, UTC):%Y-%m-%d %H:%M:%S} UTC"


@click.command()
@click.argument("target", type=click.Path(path_type=Path))
@click.option(
    "--keep",
    type=int,
    default=None,
    help="When backing up to a folder, keep this many of the newest backups. 目录中保留份数",
)
def backup(target: Path, keep: int | None) -> None:
    """Back up while running, to FILE.tar or to a new file in a folder.

    备份到 FILE.tar，或目录中的新文件；服务不必停止。
    """
    check_there_is_something()
    from minilens.serve.backup.backup import backup as make

    settings = settings_file.load()
    with progress(target.name) as tell:
        made = make(settings, target, keep=keep, tell=tell)
    point, size = made.point, -(-made.bytes >> 20)
    click.echo(made.file)
    say(
        f"截至 {moment(point.at)}：{point.events} 条事件，{size} MiB，用时 {made.seconds:.1f} 秒；"
        f"装载暂停 {point.pause} 毫秒，接收未停。",
        f"As of {moment(point.at)}: {counted(point.events, 'event')}, {size} MiB in {made.seconds:.1f} s; "
        f"loading paused for {point.pause} ms, receiving did not.",
    )
    _say_of_receivers(point)
    if not point.embedded:
        say_where_events_are(point)
    if not point.secret:
        say(
            "密钥 MINILENS_SECRET 由设置给出，不在此备份中：请另行保存。",
            "The secret is given as a setting and not in here: keep MINILENS_SECRET somewhere else.",
        )
    for old in made.removed:
        say(f"已删除旧备份 {old}", f"Removed the old backup {old}")


def check_there_is_something() -> None:
    """Refused where a data folder holds nothing, and no setting says that its stores are elsewhere."""
    given = settings_file.given()
    data = Path(given["data"].text).absolute()
    there = any((data / name).exists() for name in ("warehouse", "records.sqlite"))
    if not (there or given["records"].text or given["warehouse"].text):
        raise Refused("nothing_to_keep", "", folder=data)


def say_where_events_are(point: Point) -> None:
    """Of a backup without them: whether the servers have one of their own."""
    if not point.servers:
        say(
            "事件在 ClickHouse 服务器上，不在此备份中：请设置 MINILENS_BACKUP_DISK，或用集群自己的 BACKUP 备份它们。",
            "The events are in ClickHouse and not in here: set MINILENS_BACKUP_DISK, or use its own BACKUP.",
        )
        return
    say(
        "事件也已备份到 ClickHouse 服务器的备份磁盘上。恢复时在各台服务器上执行：",
        "The events are backed up, too, on the ClickHouse servers' disk. To restore them, run on each server:",
    )
    tell_servers(point)


def tell_servers(point: Point) -> None:
    """The statements that give servers their events back."""
    for server, statement in point.servers:
        click.echo(f"{server}  {statement}")


def _say_of_receivers(point: Point) -> None:
    """What is in the backup of those on other hosts, and of which there is nothing."""
    for name, waiting in point.elsewhere.items():
        say(
            f"含接收主机 {name} 上待装载的 {waiting} 字节。",
            f"It holds what waits at the receiver {name}: {counted(waiting, 'byte')}.",
        )
    for name in point.away:
        say(
            f"不含接收主机 {name} 上待装载的事件：它没有响应，或本机没有在装载。",
            f"What waits at the receiver {name} is not in here: it doesn't answer, or this host isn't loading.",
        )


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--data", "into", type=click.Path(path_type=Path), required=True, help="A new folder. 新目录"
)
@click.option(
    "--erasures", type=click.Path(exists=True, dir_okay=False, path_type=Path), default=None,
    help="List of erased users, if it isn't beside the backup. 删除名单（不在备份旁时指定）",
)  # fmt: skip
def restore(file: Path, into: Path, erasures: Path | None) -> None:
    """Restore a backup to a new data folder, ready to be served.

    从备份恢复出新的数据目录，然后在其上启动服务。
    """
    from minilens.serve.backup.restore import restore as make

    records = settings_file.driven(settings_file.given()["records"].text)
    with progress(file.name) as tell:
        point = make(file, into.absolute(), records, tell, erasures=erasures)
    say(
        f"已恢复到 {into}：截至 {moment(point.at)} 的 {point.events} 条事件；"
        "当时已接收未装载的将在启动时装载。",
        f"Restored to {into}: {counted(point.events, 'event')} as of {moment(point.at)}; what was received and not "
        "yet loaded then is loaded at the start.",
    )
    if point.servers:
        say(
            "启动之前，请按顺序在各台 ClickHouse 服务器上执行以下语句来恢复事件（服务器上不能已有该数据库）：",
            "Before you start it, restore the events on each ClickHouse server, where the database must not exist yet:",
        )
        tell_servers(point)
    click.echo(f"MINILENS_DATA={into} minilens serve")


@click.command()
@click.option("--lang", type=click.Choice(["zh", "en"]), default=None, help="Language. 语言")
@click.option(
    "--format", "form", type=click.Choice(["table", "json"]), default="table", show_default=True,
    help="Form. 输出格式",
)  # fmt: skip
def doctor(lang: Language | None, form: str) -> None:
    """Check settings, disk space and health, and report what needs attention. 检查设置、容量与存在的问题。"""
    from minilens.serve.doctor import text
    from minilens.serve.doctor.doctor import diagnose

    found = diagnose()
    shown = text.as_json if form == "json" else text.as_text
    click.echo(shown(found, lang or language()))
    if any(one.level == "broken" for one in found.findings):
        raise SystemExit(1)


@click.command()
@click.option("--app", required=True, help="App to use. 小程序")
@click.option("--from", "start", default=None, help="First day, 2026-11-01. 起始日")
@click.option("--to", "end", default=None, help="Last day. 结束日")
@click.option(
    "--output", "-o", type=click.Path(dir_okay=False, path_type=Path), required=True,
    help="FILE.csv, .ndjson or .parquet; the first two also .gz. 输出文件：.csv、.ndjson 或 .parquet，前两种可加 .gz",
)  # fmt: skip
def export(app: str, start: str | None, end: str | None, output: Path) -> None:
    """Export an app's raw events to a file that can be imported again. 把小程序的原始事件导出为可再次导入的文件。"""
    from minilens.serve.transfer import export_file

    form = export_file.FORMS[export_file.form_of(output)]
    first = parse_day(start, "from") if start else None
    days = export_file.span(first, parse_day(end, "to") if end else None)
    settings = settings_of_data()
    with progress(output.name) as tell, ExitStack() as stack:
        found = export_file.of_server(settings, app, *days, form)
        if found is None:
            from minilens.serve.hosts import open_here

            pipeline = open_here(settings)
            stack.callback(pipeline.close)
            pipeline.drain()
            found = export_file.of_works(pipeline, app, *days, form)
        count = export_file.write(found, output, lambda done: tell(done, 0))
    say(f"{output}：{count} 条事件", f"{output}: {counted(count, 'event')}")
    click.echo(f"minilens import {output} --app {app} --mapping {export_file.mapping_of(output)}")


COMMANDS = (backup, restore, doctor, export)
