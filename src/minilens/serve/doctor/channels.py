"""Channels that send nothing: of mail without a server, and stopped ones."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from minilens.records.store import Records
from minilens.serve.doctor.findings import Finding
from minilens.settings import Settings


def channel_findings(
    records: Records, apps: Mapping[int, str], settings: Settings
) -> Iterator[Finding]:
    """`apps`: number → name, of those that are looked at."""
    here = [one for one in records.channels.all() if not one.removed and one.app in apps]
    mail = sum(one.kind == "mail" for one in here)
    if mail and not settings.smtp:
        yield Finding("no_mail_server", {"count": mail})
    if stopped := [f"{apps[one.app]}: {one.name}" for one in here if one.stopped]:
        yield Finding("stopped_channels", {"names": ", ".join(sorted(stopped))})
