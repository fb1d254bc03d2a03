"""Whether a mini program is connected: what came, and what is wrong with it. Asked for again and again by the page."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Literal
from zoneinfo import ZoneInfo

from litestar import Response, get
from litestar.di import NamedDependency

from minilens.records.store import Key
from minilens.spool.arrivals import Arrival, Fault, Reason, merged
from minilens.spool.turned_away import MOST_OF_A_KEY
from minilens.web.admin.settings_page import AppSettings
from minilens.web.admin.tracker_file import RequestDomain, request_domain, server_of
from minilens.web.console import Arrived
from minilens.web.templating import html

#: What is older is no trouble any more.
LATELY = timedelta(hours=24)
#: `connected`: the released version sends. `quiet`: it did, and has not lately. `apart`: others do.
#: `refused`: something comes and is refused. `waiting`: nothing comes.
State = Literal["connected", "quiet", "apart", "refused", "waiting"]


@dataclass(frozen=True)
class Foreign:
    """Another mini program that sends with a key of this app."""

    appid: str
    ours: str
    at: int


@dataclass(frozen=True)
class Check:
    """`last` is what came by the keys together; times are in milliseconds.

    `apart`: environment that is kept apart from the released version → when it last came. `minutes`: how far the
    phone's clock is ahead.
    `retired`: keys of this app that are still sent with. `unknown`: how keys begin that nobody has, where nothing
    else comes.
    """

    state: State
    last: Arrival
    apart: dict[str, int]
    minutes: int
    reasons: list[Reason]
    faults: dict[str, Fault]
    foreign: list[Foreign]
    retired: list[str]
    unknown: list[str]
    domain: RequestDomain


@get("/a/{app:str}/settings/tracker/check", include_in_schema=False, needs="keys:write")
async def tracker_check(settings: NamedDependency[AppSettings]) -> Response[str]:
    """The part of the page."""
    found = await asyncio.to_thread(checked, settings)
    return html("_tracker_check.html", settings.reader, app=settings.app, **told(found, settings))


def told(check: Check, settings: AppSettings) -> dict[str, Any]:
    """What the template is given."""
    return {"check": check, "at": told_time(settings)}


def told_time(settings: AppSettings) -> Callable[[int], str]:
    """Milliseconds → 18:04:53 of the app's clock, with the day where it is not today's."""
    zone = ZoneInfo(settings.app.timezone)

    def clock(at: int) -> str:
        moment = datetime.fromtimestamp(at / 1000, UTC).astimezone(zone)
        same = moment.date() == settings.reader.moment.astimezone(zone).date()
        return f"{moment:%H:%M:%S}" if same else f"{moment:%m-%d %H:%M:%S}"

    return clock


def checked(settings: AppSettings) -> Check:
    """As things stand."""
    app, records = settings.app, settings.records
    keys = records.keys.of(app.id)
    arrived = settings.console.arrived(app)
    moment = settings.reader.moment
    since = round((moment - LATELY).timestamp() * 1000)
    last = together(arrived.keys.values())
    apart = {
        name: at for name, at in last.environments.items() if name != "release" and at >= since
    }
    ours = records.apps.named(app.name).appid
    foreign = [
        Foreign(appid, ours, one.last) for appid, one in arrived.appids.items() if one.last >= since
    ]
    reasons = [reason for reason in last.reasons if reason.at >= since]
    retired, unknown = strangers(arrived, keys, moment, since)
    return Check(
        state_of(last, apart, since, refused=bool(reasons or foreign or retired)),
        last,
        apart,
        -round(last.skew / 60_000) if last.skew_at >= since else 0,
        reasons,
        {code: fault for code, fault in last.faults.items() if fault.at >= since},
        foreign,
        retired,
        [] if last.environments else unknown,
        request_domain(server_of(settings.console, app)),
    )


def together(every: Iterable[Arrival]) -> Arrival:
    """What came by several keys."""
    found = Arrival()
    for one in every:
        found = merged(found, one)
    return found


def state_of(last: Arrival, apart: dict[str, int], since: int, *, refused: bool) -> State:
    """What came of the released version outweighs all else: was it after `since`? A trial outweighs a refusal."""
    if released := last.environments.get("release"):
        return "connected" if released >= since else "quiet"
    if apart:
        return "apart"
    return "refused" if refused else "waiting"


def strangers(
    arrived: Arrived, keys: list[Key], moment: datetime, since: int
) -> tuple[list[str], list[str]]:
    """Retired keys of this app that are still sent with, and beginnings of keys that nobody has."""
    retired: list[str] = []
    unknown: list[str] = []
    over = [one.key for one in keys if one.retires is not None and one.retires <= moment]
    for beginning, one in arrived.unknown.items():
        if one.last < since:
            continue
        text = beginning.removesuffix("…")
        of_ours = [key for key in over if text and key[:MOST_OF_A_KEY] == text]
        retired += of_ours
        if not of_ours:
            unknown.append(beginning)
    return retired, unknown
