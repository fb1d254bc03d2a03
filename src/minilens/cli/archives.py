"""The command for archives: months of events as files."""

from __future__ import annotations

from typing import Any

import click

from minilens.cli.people import settings_of_data
from minilens.errors import Refused
from minilens.serve.control_client import ask
from minilens.serve.terminal import say
from minilens.settings import Settings
from minilens.text import counted

#: Seconds that a server may take for all months of all apps.
PATIENCE = 86_400.0
WHY = {
    "new": ("新存档", "new"),
    "changed": ("有后到的事件，已更新", "events came since"),
    "erasure": ("已移除被删除的用户", "erased users removed"),
    "asked": ("按要求重写", "as asked"),
}


@click.command()
@click.option("--app", default="", help="App to archive; all unless given. 小程序；默认全部")
@click.option(
    "--to", default="", help="Folder or s3:// address; the setting archive unless given. 存档位置"
)
@click.option(
    "--month", default="", help="This month only, over or not, such as 2026-10. 只存这个月"
)
@click.option(
    "--check", is_flag=True, help="Check the files against their checksums instead. 改为核对校验和"
)
def archive(app: str, to: str, month: str, *, check: bool) -> None:
    """Archive months of events as CSV and Parquet, with checksums. 把各月的事件存为 CSV 与 Parquet，附校验和。

    Those that are over, changed since, or name users who were erased.
    """
    settings = settings_of_data()
    place = to or settings.archive
    if not place:
        raise Refused("missing_option", "to", got=("--to", "--to"))
    found = _answered(
        settings,
        {"do": "check" if check else "keep", "to": _whole(place), "app": app, "month": month},
    )
    if check:
        say(
            f"{found['months']} 个月、{found['events']} 条事件，与写入时一致",
            f"{counted(found['months'], 'month')}, {counted(found['events'], 'event')}, all as written",
        )
        return
    for one in found["kept"]:
        zh, en = WHY[one["why"]]
        size = -(-one["bytes"] >> 10)
        say(
            f"{one['app']} {one['month']}：{one['events']} 条事件，{size} KiB（{zh}）",
            f"{one['app']} {one['month']}: {counted(one['events'], 'event')}, {size} KiB ({en})",
        )
    if not found["kept"]:
        say("没有需要存档的月份", "No month needs archiving")


def _whole(place: str) -> str:
    """A folder as the server finds it, too."""
    from pathlib import Path

    return place if "://" in place else str(Path(place).absolute())


def _answered(settings: Settings, asked: dict[str, str]) -> dict[str, Any]:
    """As the running server answers, else out of the data folder."""
    found = ask(settings, "archive", *asked.items(), seconds=PATIENCE)
    if found is not None:
        return found
    from minilens.serve.archives.keeping import answered
    from minilens.serve.hosts import open_here

    pipeline = open_here(settings)
    try:
        pipeline.drain()
        return dict(answered(pipeline, settings, asked))
    finally:
        pipeline.close()


COMMANDS = (archive,)
