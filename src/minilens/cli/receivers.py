"""Commands about the hosts of an installation: listed, removed, loaded again."""

from __future__ import annotations

from typing import Any

import click

from minilens.cli.asking import opened
from minilens.cli.people import Listed, form, opened_records, settings_of_data, show
from minilens.serve.control_client import ask
from minilens.serve.terminal import say


@click.group(invoke_without_command=True)
@click.pass_context
def receivers(context: click.Context) -> None:
    """The hosts that receive, where there are several, and which of them loads.

    多台主机接收时：各台主机，以及由哪台装载。
    """
    if context.invoked_subcommand is None:
        context.invoke(list_receivers)


@receivers.command(name="list")
@form
def list_receivers(form: str = "table") -> None:
    """List hosts: when each was last seen, and what waits there. 列出主机、最近在线时间与待装载的字节数。"""
    with opened_records() as records:
        lease = records.loader_lease.look()
        rows: list[Listed] = [
            {
                "name": one.name, "url": one.url, "program": one.version, "last_seen": one.seen,
                "stopped": one.left, "waiting_bytes": one.waiting, "free_bytes": one.free,
                "loads": bool(lease and lease.held and lease.instance == one.instance),
            }
            for one in records.receivers.all()
        ]  # fmt: skip
    show(rows, form)


@receivers.command(name="remove")
@click.argument("name")
def remove_receiver(name: str) -> None:
    """Forget a host that will not come back; what it still holds is not loaded. 移除不再使用的主机。"""
    with opened_records() as records:
        records.receivers.remove(name)


@click.command()
@click.option("--receiver", default="", help="Only what this host keeps. 只重新装载这台主机的分段")
def replay(receiver: str) -> None:
    """Load the kept segments again after a loading problem has been fixed. 装载故障修复后，重新装载保留的分段。"""
    settings = settings_of_data()
    if (answered := ask(settings, "replay", ("receiver", receiver))) is not None:
        _say_of_replay(answered)
        return
    import msgspec

    from minilens.load import replay as again

    with opened(settings) as pipeline:
        found = again.replay(pipeline.spool, pipeline.receivers, receiver)
        pipeline.drain()
    _say_of_replay(msgspec.to_builtins(found))


def _say_of_replay(told: dict[str, Any]) -> None:
    count, hosts = told["segments"], told["hosts"]
    say(f"将重新装载 {count} 段。", f"{count} segments are loaded again.")
    if hosts is None:
        return
    if hosts:
        say(
            f"其他主机中已响应：{'、'.join(hosts)}。",
            f"Other hosts that answered: {', '.join(hosts)}.",
        )
    for name in told["away"]:
        say(
            f"主机 {name} 没有响应，它保留的分段不会重新装载。恢复后请执行 minilens replay --receiver {name}。",
            f"The host {name} doesn't answer; what it keeps isn't loaded again. Once it is back, run "
            f"minilens replay --receiver {name}.",
        )
    say(
        "不在 minilens receivers list 中的主机不受影响，例如恢复备份后尚未启动的主机；待其列出后，再对它执行 "
        "minilens replay --receiver 主机名。",
        "Hosts that minilens receivers list doesn't show aren't reached, such as those not started since a restore. "
        "Once they are listed, run minilens replay --receiver NAME for each.",
    )


COMMANDS = (receivers, replay)
