"""What sending messages needs of this server."""

from __future__ import annotations

from minilens.deliver.sender import Sender
from minilens.records.store import Records
from minilens.settings import Settings


def sender_of(records: Records, settings: Settings) -> Sender:
    """One a process: it remembers how much was sent where."""
    return Sender(
        records, settings.secret, within=settings.webhook_networks, smtp=settings.smtp, mail_from=settings.mail_from,
        url=settings.public_url,
    )  # fmt: skip
