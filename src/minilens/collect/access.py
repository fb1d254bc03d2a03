"""Who may send: write keys and tokens as the receiver holds them, and how much each may send.

The receiver reads the records now and then instead of at each request; a key or token it does not know
is looked up at once, but not more often than once a second, so that guessing costs the records nothing.
"""

from __future__ import annotations

import re
import time
from collections import OrderedDict
from dataclasses import dataclass, field
from datetime import datetime

from minilens.errors import Busy, NotAllowed
from minilens.period import now
from minilens.records.store import App, Key, Records

FRESH_SECONDS = 5.0
_REFERER = re.compile(r"https://servicewechat\.com/([^/]+)/([^/]+)/").match


class Access:
    """The receiver's copy of the keys and tokens."""

    def __init__(self, records: Records) -> None:
        self._records = records
        self._keys: dict[str, Key] = {}
        self._tokens: dict[str, tuple[App, frozenset[str], int]] = {}
        self._apps: dict[int, App] = {}
        self._read_at = float("-inf")

    def key(self, text: str) -> Key:
        """The key and its app; NotAllowed where it is missing, unknown or retired."""
        if not text:
            raise NotAllowed("no_key", "k")
        self._refresh(FRESH_SECONDS)
        if text not in self._keys:
            self._refresh(1.0)
        found = self._keys.get(text)
        if found is None or (found.retires is not None and found.retires <= now()):
            raise NotAllowed("wrong_key", "k")
        return found

    def token(self, header: str, scope: str) -> tuple[App, int]:
        """The app and number of a bearer token that has the scope."""
        kind, _, text = header.partition(" ")
        if kind.lower() != "bearer" or not text.strip():
            raise NotAllowed("wrong_token", "Authorization")
        self._refresh(FRESH_SECONDS)
        found = self._tokens.get(text) or self._look_up(text.strip(), now())
        if found is None:
            raise NotAllowed("wrong_token", "Authorization")
        app, scopes, number = found
        if scope not in scopes:
            raise NotAllowed("missing_scope", "Authorization", scope=scope)
        return app, number

    def _look_up(self, text: str, moment: datetime) -> tuple[App, frozenset[str], int] | None:
        row = self._records.token(text, now=moment)
        if row is None:
            return None
        if row[0] not in self._apps:
            self._refresh(0.0)
        self._tokens[text] = found = (self._apps[row[0]], row[1], row[2])
        return found

    def _refresh(self, older_than: float) -> None:
        if time.monotonic() - self._read_at <= older_than:
            return
        self._keys = {key.key: key for key in self._records.keys()}
        self._apps = {app.id: app for app in self._records.apps()}
        self._tokens.clear()
        self._read_at = time.monotonic()


def referer(header: str, app: App) -> str:
    """The environment that WeChat's fixed Referer tells, or ""; NotAllowed for another app's.

    `https://servicewechat.com/{appid}/{version}/page-frame.html`; version 0 is develop, trial or review,
    `devtools` the developer's tool.
    """
    found = _REFERER(header)
    if not found:
        return ""
    appid, version = found.groups()
    if app.appid and appid != app.appid:
        raise NotAllowed("foreign_referer", "Referer", got=appid, ours=app.appid)
    return {"0": "trial", "devtools": "develop"}.get(version, "")


@dataclass
class Limits:
    """Events a minute by key and by device, in windows of a minute; devices not seen lately are forgotten."""

    per_key: int
    per_device: int
    most_devices: int = 200_000
    _counts: OrderedDict[object, tuple[int, int]] = field(default_factory=OrderedDict)

    def spend(self, key: int, device: int, events: int, at: int) -> None:
        """Count the events; Busy, with the seconds to wait, where that is too many."""
        self._spend(("key", key), events, at, self.per_key)
        if device:
            self._spend(device, events, at, self.per_device)

    def _spend(self, who: object, events: int, at: int, limit: int) -> None:
        minute = at // 60_000
        seen, count = self._counts.pop(who, (minute, 0))
        count = events + (count if seen == minute else 0)
        if count > limit and count > events:
            self._counts[who] = (minute, count - events)
            raise Busy("rate_limited", 60 - at // 1000 % 60, limit=limit)
        self._counts[who] = (minute, count)
        if len(self._counts) > self.most_devices:
            self._counts.popitem(last=False)
