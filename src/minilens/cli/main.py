"""Every command. Each speaks to the running server; where none runs it opens the data folder itself."""

from __future__ import annotations

import base64
import functools
import os
import sys
import threading
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from minilens import __version__, period
from minilens import settings as settings_file
from minilens.cli import people
from minilens.cli.asking import opened
from minilens.cli.commands import Commands
from minilens.cli.questions import of_person, person_of
from minilens.data_folder import raise_open_files
from minilens.errors import CannotStart, NotFound, Refused
from minilens.serve.control_client import ask
from minilens.serve.help_text import in_both_languages
from minilens.serve.terminal import LANGUAGE, language, say
from minilens.settings import Settings
from minilens.text import Language, counted

if (
    TYPE_CHECKING
):  # commands import what they need: the supervisor stays small for as long as it runs
    from minilens.records.store import App, Records
    from minilens.warehouse.engine import Engine


@click.group(cls=Commands)
@click.version_option(__version__)
@click.option(
    "--config",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    default=None,
    help="Settings file to use instead of ./minilens.toml. 设置文件",
)
def main(config: Path | None) -> None:
    """Self-hosted analytics for WeChat Mini Programs. 微信小程序的自托管分析。"""
    raise_open_files()
    if config:
        os.environ["MINILENS_CONFIG"] = str(config.absolute())


@main.command()
@click.option("--host", default=None, help="Address to listen on. 监听地址")
@click.option(
    "--port", type=click.IntRange(0, 65_535), default=None, help="Port to listen on. 监听端口"
)
def serve(host: str | None, port: int | None) -> None:
    """Run the server: console, API and collector. 启动服务：控制台、API 与接收。"""
    from minilens.serve.supervisor import Supervisor

    Supervisor(chosen(host, port)).run()


@main.command()
@click.option("--host", default=None, help="Address to listen on. 监听地址")
@click.option(
    "--port", type=click.IntRange(0, 65_535), default=None, help="Port to listen on. 监听端口"
)
@click.option(
    "--events",
    type=int,
    default=1_000_000,
    show_default=True,
    help="Number of past events. 历史事件数",
)
def demo(host: str | None, port: int | None, events: int) -> None:
    """Create a demo mini program with 90 days of data, serve it, and send it live events.

    启动演示：一个有 90 天数据、事件不断到来的小程序。
    """
    from minilens.serve.control import SIGN_IN
    from minilens.serve.demo_server import make_history, send_live
    from minilens.serve.supervisor import Supervisor

    settings = chosen(host, port)
    if not settings.trusted_proxies:  # the live events say by themselves from where they come
        os.environ["MINILENS_TRUSTED_PROXIES"] = "127.0.0.1"
        settings = chosen(host, port)
    supervisor = Supervisor(settings, announce=SIGN_IN)
    app = make_history(settings, events)
    stop = threading.Event()
    threading.Thread(target=send_live, args=(settings, app, events, stop), daemon=True).start()
    supervisor.run()
    stop.set()


@main.command(name="import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--app", "name", required=True, help="App to import into; created if it doesn't exist. 小程序"
)
@click.option(
    "--timezone", default=None, help="Time zone of an app being created. 新建小程序的时区"
)
@click.option(
    "--format",
    "kind",
    default=None,
    help="csv, ndjson, parquet or combined. 文件格式：csv、ndjson、parquet 或 combined",
)
@click.option(
    "--map",
    "maps",
    multiple=True,
    help="our field=their column, such as ts=time. 字段对应：我们的字段=文件的列，如 ts=time",
)
@click.option(
    "--mapping",
    type=click.Path(exists=True, path_type=Path),
    default=None,
    help="JSON or TOML file with such pairs. 对应文件",
)
@click.option(
    "--identity",
    default="c_memberid",
    show_default=True,
    help="What user_id is. user_id 的身份类型",
)
def import_(
    file: Path, name: str, timezone: str | None, kind: str | None, maps: tuple[str, ...],
    mapping: Path | None, identity: str,
) -> None:  # fmt: skip
    """Import events from a file. Importing the same file again adds nothing. 导入事件文件；重复导入不会重复计数。"""
    from minilens.collect.flat import files
    from minilens.collect.flat import mapping as mappings
    from minilens.collect.server_events import identity_type
    from minilens.serve.transfer.import_file import import_file

    identity_type(identity, "identity")
    settings = settings_file.load()
    fields = {**(mappings.load(mapping) if mapping else {}), **mappings.pairs(maps)}
    files.check(file, mapping=fields, kind=kind)
    records = records_of(settings)
    app = app_of(records, name, timezone or settings.timezone)
    blocked = records.blocked_identities.hashes().get(app.id, frozenset())
    records.database.close()
    import_file(settings, app, file, kind=kind, fields=fields, identity=identity, blocked=blocked)


class OfReport(click.Command):
    """A command with an option for each parameter of a report's address; their table is read when it is called."""

    @functools.cached_property
    def params(self) -> list[click.Parameter]:  # type: ignore[override]
        """Its own, and behind the arguments those of the table."""
        from minilens.reports.parameters import PARAMETERS

        named = {one.name: one.option for one in PARAMETERS if one.option}
        of_table = [
            click.Option([f"--{name.replace('_', '-')}", name], default=None, help=text)
            for name, text in named.items()
        ]
        first = sum(isinstance(one, click.Argument) or one.name == "app" for one in self._own)
        return [*self._own[:first], *of_table, *self._own[first:]]

    def __init__(
        self, *args: Any, params: list[click.Parameter] | None = None, **more: Any
    ) -> None:
        super().__init__(*args, **more)
        self._own = params or []
        del self.__dict__["params"]


@main.command(cls=OfReport)
@click.argument("name")
@click.option("--app", required=True, help="App to use. 小程序")
@click.option(
    "--filter",
    multiple=True,
    help="province:is:广东,上海 … given again: both hold. 筛选，如 province:is:广东,上海；可多次，须同时满足",
)
@click.option(
    "--rest", is_flag=True, help="Add a row with the total of values not listed. 加上其余合计"
)
@of_person
@click.option("--lang", type=click.Choice(["zh", "en"]), default=None, help="Language. 语言")
@click.option(
    "--format",
    "form",
    default="table",
    show_default=True,
    help="table, csv, json or xlsx. 输出格式：table、csv、json 或 xlsx",
)
@click.option(
    "--output",
    "-o",
    type=click.Path(dir_okay=False, path_type=Path),
    default=None,
    help="Output file. 输出文件",
)
def report(
    name: str, app: str, filter: tuple[str, ...], person: str, measure: str, row: str, lang: Language | None,
    form: str, output: Path | None, *, rest: bool, **asked: str | None,
) -> None:  # fmt: skip
    """Print a report, such as overview.trend; or why somebody is counted by a figure of it.

    输出报表，如 overview.trend；或某用户为何计入其中的数字。
    """
    click.get_current_context().meta[LANGUAGE] = lang
    given = [("name", name), ("app", app), ("format", form), ("lang", language())]
    given += [(key, value) for key, value in asked.items() if value]
    given += [("filter", one) for one in filter]
    given += [("rest", "1")] if rest else []
    given += person_of(person, measure, row)
    if form == "xlsx" and not output and sys.stdout.isatty():
        raise Refused("binary_to_terminal", got=form)
    settings = people.settings_of_data()
    if (answered := ask(settings, "report", *given)) is not None:
        body = base64.b64decode(answered["base64"])
    else:
        from minilens.measure.execution.executor import QueryExecutor
        from minilens.serve.wiring import report as answer

        with opened(settings) as pipeline:
            body = answer(pipeline, QueryExecutor(pipeline.engine), given)
    if output:
        output.write_bytes(body)
    else:
        click.echo(body, nl=False)


@main.command(name="reports")
@click.option("--lang", type=click.Choice(["zh", "en"]), default=None, help="Language. 语言")
def reports_(lang: Language | None) -> None:
    """List the reports, their measures and filter fields. 列出报表、指标与筛选字段。"""
    from minilens.render.catalog import as_text

    click.echo(as_text(lang or language()), nl=False)


@main.command()
@click.option(
    "--dry-run", is_flag=True, help="Show what would be done, without doing it. 只列出步骤"
)
@click.option(
    "--back-to",
    type=int,
    default=None,
    help="Take the warehouse back to this schema, for an older program. 退回到这一版数据结构",
)
def upgrade(*, dry_run: bool, back_to: int | None) -> None:
    """Upgrade the schemas, or go back where the steps allow it. 升级数据结构，或退回到较早的结构。"""
    from minilens.records.store import Records
    from minilens.serve.hosts import elected_now
    from minilens.serve.supervisor import only_one
    from minilens.warehouse.engine import Engine

    settings = settings_file.load()
    if ask(settings, "ping") is not None:
        raise CannotStart(
            "The server is running. Stop it, then run this again.",
            "服务正在运行。请先停止它，再运行一次。",
        )
    settings.data.mkdir(parents=True, exist_ok=True)
    with ExitStack() as stack:
        lock = only_one(settings.data)  # nobody starts, upgrades or backs up meanwhile
        stack.callback(os.close, lock)
        records = Records(settings.records_dsn)
        stack.callback(records.database.close)
        if not dry_run and (election := elected_now(settings)):
            stack.callback(election.close)
        engine = Engine(settings.warehouse_dsn, memory_mb=settings.memory_mb)
        stack.callback(engine.close)
        if back_to is not None:
            go_back(engine, back_to, dry_run=dry_run)
        else:
            upgrade_to_now(records, engine, settings, dry_run=dry_run)


def go_back(engine: Engine, to: int, *, dry_run: bool) -> None:
    """Say which steps are taken back, and do it."""
    from minilens.warehouse.migrate import migrate_back, way_back

    for step in way_back(to):
        name = step.name.replace("_", " ")
        say(
            f"退回 warehouse {step.version:04d} {name}", f"back warehouse {step.version:04d} {name}"
        )
    if not dry_run:
        migrate_back(engine, to)
        say("完成。请用旧版本启动。", "Done. Start the older version now.")


def upgrade_to_now(records: Records, engine: Engine, settings: Settings, *, dry_run: bool) -> None:
    """Say what is to be done, and do it."""
    from minilens.load import stored_secrets
    from minilens.warehouse.migrate import days_made_again, forecast, migrate, pending

    steps = [f"records {s}" for s in records.database.pending()]
    waiting = pending(engine)
    steps += [f"warehouse {s.version:04d} {s.name.replace('_', ' ')}" for s in waiting]
    size, rows = forecast(engine)
    for step in steps:
        click.echo(step)
    if days := days_made_again(engine, waiting):
        say(
            f"启动后将在后台重算 {days} 天，期间报表数字不变。",
            f"{counted(days, 'day is', 'days are')} made again in the background after the start; "
            "figures are right meanwhile.",
        )
    if count := sum(stored_secrets.find(engine).values()):
        say(
            f"{count} 条已存事件含有令牌、手机号等敏感参数，将被清除。",
            f"{counted(count, 'stored event contains', 'stored events contain')} secrets such as tokens; these are "
            "removed.",
        )
    mib, seconds = size >> 20, 1 + rows // 2_000_000
    say(
        f"共 {len(steps)} 步；数据仓库 {mib} MiB，最大的表 {rows} 行；"
        f"最多需要 {mib} MiB 空闲空间，约 {seconds} 秒。",
        f"{counted(len(steps), 'step')}; {mib} MiB in the warehouse, largest table {counted(rows, 'row')}; "
        f"needs up to {mib} MiB of free space and about {seconds} s.",
    )
    if not dry_run:
        records.database.migrate()
        migrate(engine)
        stored_secrets.remove(engine, settings.spool)
        say("完成。", "Done.")


def chosen(host: str | None, port: int | None) -> Settings:
    """The settings, with what the command line says instead."""
    settings = settings_file.load()
    return replace(
        settings, host=host or settings.host, port=port if port is not None else settings.port
    )


def records_of(settings: Settings) -> Records:
    """The records, their schema up to date."""
    from minilens.records.store import Records

    records = Records(settings.records_dsn)
    records.database.migrate()
    return records


def app_of(records: Records, name: str, timezone: str) -> App:
    """The app, made where it does not exist."""
    try:
        return records.apps.named(name)
    except NotFound:
        app = records.apps.create(name, timezone=timezone, now=period.now())
        say(
            f"没有小程序 {name}，已新建，时区 {timezone}。",
            f"App {name} did not exist; created it, timezone {timezone}.",
            err=True,
        )
        return app


in_both_languages(main)

if __name__ == "__main__":
    main()
