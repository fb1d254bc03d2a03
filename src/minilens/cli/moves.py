"""The command that takes all data to another warehouse."""

from __future__ import annotations

import sys
import time
from typing import Any

import click

from minilens.cli.people import settings_of_data
from minilens.errors import Refused
from minilens.period import now_ms
from minilens.serve.control_client import ask
from minilens.serve.terminal import language, say
from minilens.settings import Settings

#: Seconds between two looks.
EVERY = 1.0
PATIENCE = 600.0
STATES = {
    "copying": ("正在复制", "Copying"),
    "comparing": ("正在比较报表", "Comparing reports"),
    "ended": ("已完成", "Done"),
    "rehearsed": ("演练完成，一切一致", "Rehearsal done; everything is the same"),
    "stopped": ("已停止", "Stopped"),
    "failed": ("失败", "Failed"),
}


@click.command()
@click.option(
    "--to", default="", envvar="MINILENS_MOVE_TO",
    help="Where to, written like MINILENS_WAREHOUSE; also MINILENS_MOVE_TO. "
    "目标，写法同 MINILENS_WAREHOUSE；也可用 MINILENS_MOVE_TO",
)  # fmt: skip
@click.option(
    "--rehearse", is_flag=True, help="Copy and compare, but don't switch. 只复制并比较，不切换"
)
@click.option("--status", is_flag=True, help="Show how far it is. 查看进度")
@click.option("--stop", is_flag=True, help="Stop it; run it again to go on. 停止，再次执行则继续")
@click.option("--cancel", is_flag=True, help="Give it up, and empty --to again. 放弃，并清空 --to")
@click.option(
    "--back", is_flag=True,
    help="Return to the warehouse that was left, as it was then. 退回到迁移前的数据仓库",
)  # fmt: skip
def move(to: str, *, rehearse: bool, status: bool, stop: bool, cancel: bool, back: bool) -> None:
    """Move all data to another warehouse: a ClickHouse server, a cluster, a wider cluster, or back.

    把全部数据迁移到另一个数据仓库：ClickHouse 服务器、集群、更大的集群，或迁回。
    """
    settings = settings_of_data()
    if back:
        go_back(settings)
        return
    if status:
        print_state(_asked(settings, {"do": "status"}))
        return
    if stop:
        print_state(_asked(settings, {"do": "stop"}))
        return
    if not to:
        raise Refused("missing_option", "to", got=("--to", "--to"))
    if cancel:
        _asked(settings, {"do": "cancel", "to": to})
        say("已取消，目标已清空", "Cancelled; the target is empty again")
        return
    follow(settings, {"do": "start", "to": to, "rehearse": "yes" if rehearse else ""})


def follow(settings: Settings, asked: dict[str, str]) -> None:
    """Start it, and tell how far it is until it ends; in the running server, else here."""
    if _of_server(settings, asked) is not None:
        try:
            _watch(lambda: _of_server(settings, {"do": "status"}) or {})
        except KeyboardInterrupt:
            say(
                "迁移在服务中继续：minilens move --status 查看，--stop 停止",
                "The move goes on in the server: minilens move --status shows it, --stop stops it",
            )
        return
    from minilens.serve.move.offline import opened

    with opened(settings, asked["to"]) as moves:
        if moves is not None:
            moves.answered(asked)
            _watch(lambda: moves.answered({"do": "status"}))
            return
    print_state(_asked(settings, {"do": "status"}))


def go_back(settings: Settings) -> None:
    """Make the warehouse of the settings count again, and load what the spool still keeps."""
    from minilens.serve.move.offline import returned

    count = returned(settings)
    say(
        f"已退回。接收日志中保留的 {count} 个文件将在启动后重新装载；更早的事件如在迁移之后到达，已不在其中。",
        f"Returned. {count} segments that the spool still keeps are loaded again after the start; events that came "
        "after the move and are no longer kept are missing.",
    )


def _asked(settings: Settings, asked: dict[str, str]) -> dict[str, Any]:
    """As the server answers, else as the data folder tells."""
    found = _of_server(settings, asked)
    if found is not None:
        return found
    from minilens.serve.move.offline import answered

    return answered(settings, asked)


def _of_server(settings: Settings, asked: dict[str, str]) -> dict[str, Any] | None:
    body = {name: value for name, value in asked.items() if name != "to"}
    return ask(settings, "move", *body.items(), seconds=PATIENCE, sent=asked.get("to", "-") or "-")


def _watch(look: Any) -> None:
    last = ""
    while True:
        found = look()
        line = line_of(found)
        if sys.stderr.isatty():
            click.echo(f"\r\x1b[K{line}", nl=False, err=True)
        elif (state := f"{found['move']['state']} {found['move']['round']}") != last:
            click.echo(line, err=True)
            last = state
        if not found["running"]:
            break
        time.sleep(EVERY)
    if sys.stderr.isatty():
        click.echo(err=True)
    print_state(found)
    if found["move"]["state"] == "failed":
        raise SystemExit(1)


def line_of(found: dict[str, Any]) -> str:
    """How far it is, in one line."""
    one = found["move"]
    zh, en = STATES[one["state"]]
    if one["state"] == "comparing":
        text = f"{zh}：{one['reports']}", f"{en}: {one['reports']}"
    else:
        share = f"{one['rows']:,} / {one['of_rows']:,}"
        seconds = max(0.001, (now_ms() - one["round_began"]) / 1000) if one["round_began"] else 0
        left = round((one["of_rows"] - one["rows"]) * seconds / one["rows"]) if one["rows"] else 0
        text = (
            f"{zh}（第 {one['round']} 轮）：{share} 行，约剩 {left} 秒",
            f"{en} (round {one['round']}): {share} rows, about {left} s left",
        )
    wait = ("；装载暂停中", "; loading waits") if one["paused"] else ("", "")
    return text[0] + wait[0] if language() == "zh" else text[1] + wait[1]


def print_state(found: dict[str, Any]) -> None:
    """How it stands, and what to do next."""
    one = found["move"]
    if one is None:
        say("没有迁移", "There is no move")
        return
    if found["running"]:
        click.echo(line_of(found))
        return
    zh, en = STATES[one["state"]]
    say(
        f"{zh}：{one['source']} → {one['target']}，复制 {one['copied']:,} 行，比较 {one['reports']} 个报表，"
        f"装载暂停 {one['pause']} 毫秒，其间向两边各查询 {one['questions_of_pause']} 次",
        f"{en}: {one['source']} → {one['target']}; {one['copied']:,} rows copied, {one['reports']} reports compared, "
        f"loading waited for {one['pause']} ms, in which {one['questions_of_pause']} questions were asked of both",
    )
    if one["state"] == "ended":
        say(
            "请把 MINILENS_WAREHOUSE 设为新的地址并重新启动。在此之前照常接收事件，报表停在切换时。",
            "Set MINILENS_WAREHOUSE to the new address and start Minilens again. Until then events are received, and "
            "reports stay as they were at the switch.",
        )
    elif why := one["why"][0 if language() == "zh" else 1]:
        click.echo(why)


COMMANDS = (move,)
