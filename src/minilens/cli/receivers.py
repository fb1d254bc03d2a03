"""Commands about the hosts of an installation: listed, removed."""

from __future__ import annotations

import click

from minilens.cli.people import Listed, form, opened_records, show


@click.group()
def receivers() -> None:
    """The hosts that receive, where there are several, and which of them loads.

    多台主机接收时：各台主机，以及由哪台装载。
    """


@receivers.command(name="list")
@form
def list_receivers(form: str) -> None:
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


COMMANDS = (receivers,)
