"""This host among those of an installation: its name, the mark of its data folder, its address, its part in loading."""

from __future__ import annotations

import os
import secrets
import socket
import time
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from minilens import __version__
from minilens.errors import CannotStart
from minilens.load.election import PATIENCE, Election
from minilens.records.receivers import Host
from minilens.records.store import Records
from minilens.settings import Settings

if TYPE_CHECKING:
    from minilens.load.pipeline import Pipeline

#: In the data folder: which of all it is, whatever its host is called.
INSTANCE = "instance"
EVERYWHERE = ("", "0.0.0.0", "::")


def shared(settings: Settings) -> bool:
    """Whether other hosts may have the same records: they are in a server, not in a file of this host."""
    return not settings.records_dsn.startswith("sqlite:")


def this_host(settings: Settings) -> Host:
    """As others see it."""
    return Host(settings.receiver, instance_of(settings.data), url_of(settings), __version__)


def url_of(settings: Settings) -> str:
    """Where other hosts reach it: the setting, else its name and where it listens."""
    host = socket.gethostname() if settings.host in EVERYWHERE else settings.host
    host = f"[{host}]" if ":" in host else host
    return settings.receiver_url or f"http://{host}:{settings.port}"


def election_of(settings: Settings, records: Records) -> Election:
    """This host's part in electing the one that loads."""
    host = this_host(settings)
    embedded = settings.warehouse_dsn.startswith("chdb:")
    return Election(records.loader_lease, host, f"chdb {host.instance}" if embedded else "server")


def open_here(settings: Settings) -> Pipeline:
    """The warehouse, opened by a command of this host; CannotStart where another host loads, or this one only
    receives."""
    from minilens.load.pipeline import open_pipeline

    if "load" not in settings.roles:
        raise CannotStart(
            "This host only receives (MINILENS_ROLES); run this on the host that loads",
            "这台主机只接收事件（MINILENS_ROLES）；请在负责装载的主机上执行",
        )
    return open_pipeline(settings, elected_now(settings))


def elected_now(settings: Settings) -> Election | None:
    """That this host loads, for as long as a command runs; CannotStart where another does. None: nothing is shared."""
    if not shared(settings):
        return None
    records = Records(settings.records_dsn)
    if not records.loader_lease.made():
        records.database.migrate()
    election = election_of(settings, records)
    until = time.monotonic() + PATIENCE + 2
    while not election.take():
        seen = records.loader_lease.look()
        if seen is None or seen.age < PATIENCE or time.monotonic() > until:
            raise loads_elsewhere(records)
        time.sleep(1.0)  # its holder is gone
    election.keep()
    return election


def loads_elsewhere(records: Records) -> CannotStart:
    """Who loads, for a command that must be run there."""
    seen = records.loader_lease.look()
    name = seen.name if seen else "?"
    return CannotStart(
        f"The host {name} loads for all hosts of these records; run this there, or wait until it is stopped",
        f"由主机 {name} 为这些配置库的所有主机装载；请在那台主机上执行，或先停止它",
    )


def instance_of(data: Path) -> str:
    """The mark of a data folder, made once."""
    path = data / INSTANCE
    if not path.exists():
        data.mkdir(mode=0o700, parents=True, exist_ok=True)
        new = data / f".{INSTANCE}-{secrets.token_hex(8)}"
        try:
            new.write_text(secrets.token_hex(16))
            with suppress(FileExistsError):  # another process was faster
                os.link(new, path)
        finally:
            new.unlink(missing_ok=True)
    return path.read_text().strip()
