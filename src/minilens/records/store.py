"""The only door to the records: what people edit, in SQLite or PostgreSQL."""

from __future__ import annotations

from minilens.records.accounts import Account, Accounts
from minilens.records.annotations import Annotation, Annotations
from minilens.records.apps import App, Apps, Key, Token, TokenGrant
from minilens.records.audit import Audit, Entry
from minilens.records.phone_links import PhoneLinks
from minilens.records.rights import SCOPES
from minilens.records.sessions import Invitation, Session, Sessions

__all__ = [
    "SCOPES",
    "Account",
    "Annotation",
    "App",
    "Entry",
    "Invitation",
    "Key",
    "Records",
    "Session",
    "Token",
    "TokenGrant",
]  # fmt: skip


class Records(Apps, Sessions, PhoneLinks, Accounts, Annotations, Audit):
    """All of them. Opened once a process; safe to use from several threads."""
