"""Page views out of a web server's log in the combined format.

    203.0.113.9 - - [17/May/2015:10:05:03 +0000] "GET /a?b=c HTTP/1.1" 200 512 "http://x.org/" "M/5"

A view is a GET answered with 200 or 304; other lines are passed over. The person is the address and
the browser, hashed with the server's secret; the address itself is gone after its look-up.
"""

from __future__ import annotations

import hmac
import re
from collections.abc import Callable, Iterator
from functools import lru_cache
from urllib.parse import urlsplit

from minilens.collect.addresses import parameters, query, without_secrets
from minilens.collect.flat.event import TEXT, Context, Origin, Rejected, Taken, rejected
from minilens.collect.flat.event_ids import EventIds
from minilens.collect.flat.lines import Line, Lines, nul, shown
from minilens.collect.flat.mapping import ORIGIN, Unfit
from minilens.collect.flat.timestamps import check_moment, moment
from minilens.errors import Refused
from minilens.identity.actor import actor
from minilens.reference.events import VISIT
from minilens.reference.places import Place
from minilens.reference.robots import user_agent_robot
from minilens.spool.record import Event

ANSWERS = ("200", "304")
LONGEST_TAG = 255
_TEXT = r'"((?:[^"\\]|\\.)*+)"'
_LINE = re.compile(
    rf"(\S+) \S+ .*? \[([^\]]{{20,30}})\] {_TEXT} "
    rf"([0-9]{{3}}) (?:[0-9]+|-)(?: {_TEXT} {_TEXT})?(?: .*)?"
)
_REQUEST = re.compile(r"([A-Z]+) (\S+)(?: HTTP/[0-9.]+)?")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_MONTH = {name: f"{n:02}" for n, name in enumerate(_MONTHS, 1)}
_TAGS = ORIGIN[1:]


def is_combined(text: str) -> bool:
    """Whether a line is of this format."""
    return _LINE.fullmatch(text) is not None


class Log:
    """Reads one log. `passed_over` counts the lines that are no page views."""

    def __init__(
        self,
        app: int,
        secret: bytes,
        now_ms: int,
        place: Callable[[str], Place] | None = None,
    ) -> None:
        self._app = app
        self._secret = secret
        self._now_ms = now_ms
        self._place = place
        # the line holds an address, so its id is keyed as the person is
        self._ids = EventIds(app, secret)
        self.passed_over = 0

    def views(self, lines: Lines) -> Iterator[Taken | Rejected]:
        """The page views, and the lines that are not of the format."""
        for line in lines:
            try:
                taken = self._view(line)
            except Refused as error:
                yield rejected(line[0], error, shown(line[1]))
                continue
            if taken is None:
                self.passed_over += 1
            else:
                yield taken

    def _view(self, line: Line) -> Taken | None:
        if line[2] is not None:
            raise line[2]
        if not line[1].strip():
            return None
        if "\0" in line[1]:
            raise nul()
        found = _LINE.fullmatch(line[1].removesuffix("\r"))
        if not found:
            raise Unfit("line", "不是 combined 格式", "is not in the combined format")
        address, time, asked, answer, referrer, agent = found.groups("")
        request = _REQUEST.fullmatch(asked)
        if not request or request[1] != "GET" or answer not in ANSWERS:
            return None
        ms = moment(_iso(time), None)
        check_moment(ms, self._now_ms, time)
        page, asked_query = _target(request[2])
        referrer = "" if referrer == "-" else referrer
        for name, text in (("page", page), ("query", asked_query), ("referrer", referrer)):
            if len(text) > TEXT:
                raise Refused("too_long", name, limit=TEXT)
        event = Event(
            i=0,
            id=self._ids.made("\x1f".join((address, str(ms), asked, answer, referrer, agent))),
            name=VISIT,
            ts=ms,
            actor=self._person(address, agent),
            page=without_secrets(page),
            query=query(asked_query),
            referrer=without_secrets(referrer),
        )
        return event, _origin(referrer, asked_query), self._context(address, agent)

    def _person(self, address: str, agent: str) -> int:
        # there are few enough addresses to guess one from a bare hash
        visitor = hmac.digest(self._secret, f"{address}\0{agent}".encode(), "sha256").hex()
        return actor(self._app, "device", visitor)

    def _context(self, address: str, agent: str) -> Context:
        facts = []
        if robot := _robot(agent):
            facts.append(("robot", robot))
        if self._place is not None:
            place = self._place(address)
            named = (("country", place.country), ("province", place.province), ("city", place.city))
            facts += [fact for fact in named if fact[1]]
        return tuple(facts)


def _iso(time: str) -> str:
    """17/May/2015:10:05:03 +0000 as 2015-05-17T10:05:03+0000."""
    return f"{time[7:11]}-{_MONTH.get(time[3:6], '')}-{time[:2]}T{time[12:20]}{time[21:]}"


def _target(target: str) -> tuple[str, str]:
    """Path and query; a proxy's log has the whole address."""
    if "://" in target[:12]:
        host = target.index("://") + 3
        slash = target.find("/", host)
        target = "/" if slash < 0 else target[slash:]
    page, _, query = target.partition("?")
    return page, query


@lru_cache(maxsize=1 << 12)
def _robot(agent: str) -> str:
    return user_agent_robot("" if agent == "-" else agent)


@lru_cache(maxsize=1 << 12)
def _host(address: str) -> str:
    try:
        return (urlsplit(address).hostname or "")[:LONGEST_TAG]
    except ValueError:
        return ""


def _origin(referrer: str, asked_query: str) -> Origin | None:
    """The host the visitor came from, and the tags of the link."""
    host = _host(referrer) if referrer else ""
    if "utm_" not in asked_query:
        return (0, host, "") if host else None
    found = parameters(asked_query)
    return (0, host, "", "", *(found.get(tag, "")[:LONGEST_TAG] for tag in _TAGS))
