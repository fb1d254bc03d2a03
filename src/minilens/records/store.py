"""The only door to the records: what people edit, in SQLite or PostgreSQL."""

from __future__ import annotations

from minilens.records.annotations import Annotation, Annotations
from minilens.records.apps import App, Apps, Key, Opens, Token
from minilens.records.audit import Audit, Entry
from minilens.records.people import People, Person
from minilens.records.phone_links import Phones
from minilens.records.rights import SCOPES
from minilens.records.sessions import Entering, Invitation, Session

__all__ = [
    "SCOPES", "Annotation", "App", "Entry", "Invitation", "Key", "Opens", "Person", "Records", "Session", "Token",
]  # fmt: skip


class Records(Apps, Entering, Phones, People, Annotations, Audit):
    """All of them. Opened once a process; safe to use from several threads."""
