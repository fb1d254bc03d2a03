"""Who may send: write keys and tokens as the receiver holds them, and how much each may send.

The receiver reads the records now and then instead of at each request. Twice a second it asks for the number
of their last change (0.3 ms, in a thread), and reads them where that is another: what was revoked or
retired is refused within a second, and what has an end is held against the clock at each request. For a
key it does not know it reads them at once, but not more often than once a second; a token is looked up by its
hash. While the records cannot be read, what is known stays good; a receiver that is started meanwhile goes by what was
known last.
"""

from __future__ import annotations

import asyncio
import logging
import re
import time
from collections import OrderedDict
from dataclasses import dataclass, field

import msgspec

from minilens.collect.last_known import Kept, LastKnown
from minilens.collect.plans import PublishedPlans
from minilens.errors import Busy, CannotStart, NotAllowed, NotFound
from minilens.identity.types import DEFAULT, types_of
from minilens.period import now, now_ms
from minilens.records import rights
from minilens.records.database import RecordsNotMade, hashed
from minilens.records.outage import Outage
from minilens.records.store import App, Key, PaymentChannel, Records, TokenGrant

log = logging.getLogger(__name__)

#: How often the number of the last change is asked, and all is read however that number is.
LOOK, SURELY = 0.5, 5.0
#: In place of the number of a change, as long as the records have not been read.
NEVER = -1
_REFERER = re.compile(r"https://servicewechat\.com/([^/]+)/([^/]+)/").match


class Access:
    """The receiver's copy of the keys and tokens."""

    def __init__(self, records: Records, disk: Kept | None = None) -> None:
        self._records, self._disk = records, disk
        self._outage = Outage("who may send")
        self.plans = PublishedPlans(records)
        self.paid_orders = records.paid_orders
        self._keys: dict[str, Key] = {}
        self._tokens: dict[str, tuple[App, TokenGrant]] = {}
        self._apps: dict[int, App] = {}
        self._blocked: dict[int, frozenset[int]] = {}
        self._joining: dict[int, frozenset[str]] = {}
        self._channels: dict[tuple[str, str], tuple[App, PaymentChannel]] = {}
        self._grants: dict[str, TokenGrant] = {}
        self._known_at: float | None = None  # seconds since 1970; None: nothing is known
        self._number = NEVER
        self._read_at = self._looked_at = float("-inf")
        self._kept = False

    async def keep_fresh(self) -> None:
        """Look at the records again and again. A request does not have to then, nor wait where they hang."""
        try:
            while True:
                try:
                    await asyncio.to_thread(self._look)
                except Busy:
                    pass
                except Exception:  # whoever looks for keys must go on looking
                    log.exception("the records cannot be looked at; trying again")
                self._kept = self._read_at > 0
                await asyncio.sleep(LOOK)
        finally:
            self._kept = False

    def key(self, text: str) -> Key:
        """The key and its app; NotAllowed where it is missing, unknown or retired."""
        if not text:
            raise NotAllowed("no_key", "k")
        self._refresh()
        if text not in self._keys and self._asks_again():
            self._read()
        found = self._keys.get(text)
        if found is None and self._number == NEVER:  # it may be a new one
            raise Busy("starting", 5)
        if found is None or (found.retires is not None and found.retires <= now()):
            raise NotAllowed("wrong_key", "k")
        return found

    def token(self, header: str, scope: str) -> tuple[App, int]:
        """The app and number of a bearer token that has the scope."""
        kind, _, text = header.partition(" ")
        if kind.lower() != "bearer" or not text.strip():
            raise NotAllowed("wrong_token", "Authorization")
        self._refresh()
        found = self._tokens.get(text.strip()) or self._look_up(text.strip())
        if found is None or (found[1].expires is not None and found[1].expires <= now()):
            raise NotAllowed("wrong_token", "Authorization")
        app, opens = found
        if scope not in opens.scopes:
            raise NotAllowed("missing_scope", "Authorization", scope=scope)
        return app, opens.token

    def blocked(self, app: int) -> frozenset[int]:
        """Identities that an app's owner says are nobody's, as hashes."""
        return self._blocked.get(app, frozenset())

    def joining(self, app: int) -> frozenset[str]:
        """The types of identities of an app that may stand for a person."""
        return self._joining.get(app, DEFAULT.joining)

    def payment_channel(self, app: str, provider: str) -> tuple[App, PaymentChannel]:
        """How an app's notifications of a provider are read; NotFound where it has none set up."""
        self._refresh()
        if (app, provider) not in self._channels and self._asks_again():
            self._read()
        found = self._channels.get((app, provider))
        if found is None and self._number == NEVER:
            raise Busy("starting", 5)
        if found is None:
            raise NotFound("not_found")
        return found

    def keeper(self, header: str) -> None:
        """NotAllowed unless a token speaks for the whole server: an app's owner has figures of their app only."""
        _, number = self.token(header, "admin")
        try:
            if not self._records.tokens.made_by_owner(number):
                raise rights.missing("backups", "Authorization")
        except CannotStart as error:
            raise Busy("starting", 5) from error

    def away(self) -> tuple[str, float | None] | None:
        """Why the records cannot be read, as a word, and how many seconds ago that was known by which events are taken;
        None: by nothing, none is taken. None where they can be read."""
        if (failing := self._outage.failing) is None:
            return None
        made = not isinstance(failing, RecordsNotMade)
        age = None if self._known_at is None else max(0.0, now_ms() / 1000 - self._known_at)
        return "records_cannot_be_read" if made else "records_not_made", age

    def _look_up(self, text: str) -> tuple[App, TokenGrant] | None:
        tokens = self._tokens  # those of before a change that comes meanwhile are forgotten with it
        row = self._grants.get(hashed(text))
        if not (self._kept and self._outage.failing):
            try:
                row = self._records.tokens.find(text, now=now())
            except CannotStart as error:
                self._outage.failed(error)
        if row is None and self._outage.failing:  # nobody can say
            raise Busy("starting", 5)
        if row is None:
            return None
        if row.app not in self._apps:
            self._read()
        if row.app not in self._apps:  # archived just now
            return None
        tokens[text] = found = (self._apps[row.app], row)
        return found

    def _asks_again(self) -> bool:
        """Whether what is not known is looked for at once: not where that would keep all others waiting in vain."""
        away = self._kept and self._outage.failing
        return not away and time.monotonic() - self._read_at > 1.0

    def _refresh(self) -> None:
        """Look, where nobody does it by the clock and it is time."""
        if not self._kept and time.monotonic() - self._looked_at > LOOK:
            self._look()

    def _look(self) -> None:
        self._looked_at = time.monotonic()
        try:
            number = self._records.audit.last_change()
        except CannotStart:  # it is said when all is read
            number = self._number
        if number != self._number or self._looked_at - self._read_at > SURELY:
            self._read(number)

    def _read(self, number: int | None = None) -> None:
        """All of it. The number of the change is from before, so that none is overlooked."""
        number, at = self._number if number is None else number, now_ms() / 1000
        try:
            known = self._asked(number)
        except CannotStart as error:
            self._outage.failed(error)
            if self._known_at is None and self._disk and (found := self._disk.read()):
                known, self._known_at = found
                self.plans.hold(known.plans, known.drafts)
                self._hold(known)
        else:
            self._hold(known)
            self._number, self._known_at = number, at
            self._outage.over()
            self.plans.refresh()
            if self._disk:
                plans, drafts = self.plans.all()
                self._disk.write(msgspec.structs.replace(known, plans=plans, drafts=drafts))
        self._read_at = time.monotonic()

    def _asked(self, number: int) -> LastKnown:
        """What the records say. Tokens only where they may have changed: each is asked about by itself."""
        records, types = self._records, self._records.identity_types.all()
        grants = self._grants
        if self._disk and number != self._number:
            grants = records.tokens.grants("events:write", now=now())
        return LastKnown(
            records.keys.all(), records.apps.all(), records.payment_channels.all(),
            records.blocked_identities.hashes(),
            {app: types_of(rows).joining for app, rows in types.items()}, grants,
        )  # fmt: skip

    def _hold(self, known: LastKnown) -> None:
        self._keys = {key.key: key for key in known.keys}
        self._apps = {app.id: app for app in known.apps}
        self._channels = {
            (self._apps[one.app].name, one.provider): (self._apps[one.app], one)
            for one in known.channels
            if one.app in self._apps
        }
        self._tokens, self._grants = {}, known.grants
        self._blocked, self._joining = known.blocked, known.joining


def referer(header: str, app: App) -> str:
    """The environment that WeChat's fixed Referer tells, or ""; NotAllowed for another app's.

    `https://servicewechat.com/{appid}/{version}/page-frame.html`; version 0 is develop, trial or
    review, `devtools` the developer's tool.
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
    """Events a minute by key and by device; the devices not seen for longest are forgotten."""

    per_key: int
    per_device: int
    most_devices: int = 200_000
    code: str = "rate_limited"
    _counts: OrderedDict[object, tuple[int, int]] = field(default_factory=OrderedDict)

    def spend(self, key: int | str, device: int, events: int, at: int) -> None:
        """Count the events; Busy, with the seconds to wait, where that is too many.

        A request that is refused is not counted. The first of a minute always goes in.
        """
        minute = at // 60_000
        of_key = self._count(("key", key), minute, events, self.per_key, at)
        if device:
            of_device = self._count(device, minute, events, self.per_device, at)
            self._keep(device, minute, of_device)
        self._keep(("key", key), minute, of_key)

    def _count(self, who: object, minute: int, events: int, limit: int, at: int) -> int:
        seen, before = self._counts.get(who, (minute, 0))
        if seen != minute:
            before = 0
        if before and before + events > limit:
            raise Busy(self.code, 60 - at // 1000 % 60, limit=limit)
        return before + events

    def _keep(self, who: object, minute: int, count: int) -> None:
        self._counts[who] = (minute, count)
        self._counts.move_to_end(who)
        if len(self._counts) > self.most_devices:
            self._counts.popitem(last=False)
