"""What the mini program sends from now on: the tracker's requests and when to post them."""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterator
from datetime import datetime
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

import msgspec

from minilens.demo.arrivals import Arrival, Door
from minilens.demo.devices import NETWORKS, Device
from minilens.demo.growth import WEEKEND_HOURS, WORKDAY_HOURS, people, plan
from minilens.demo.history import COLD, SECOND_DEVICE, known
from minilens.demo.menu import APPID, LIB, VERSIONS
from minilens.demo.people import NEWCOMERS_LIVE, Person, person
from minilens.demo.places import ADDRESSES
from minilens.demo.tables import draw
from minilens.demo.walk import BATCH, Customer, Walk
from minilens.period import milliseconds, now
from minilens.spool.record import Event, Source

Envelope = dict[str, Any]

#: Headers as WeChat sends them. Another User-Agent would pass for a robot.
HEADERS = {
    "Content-Type": "application/json",
    "Referer": f"https://servicewechat.com/{APPID}/58/page-frame.html",
    "User-Agent": (
        "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 "
        "(KHTML, like Gecko) Mobile/15E148 MicroMessenger/8.0.58 NetType/WIFI Language/zh_CN"
    ),
}

EVENTS_PER_SESSION = 12.0
NEW_SHARE = 0.25
FLUSH = 5_000  # the tracker sends at the latest after so many milliseconds
REGULARS_FIRST = {"once": 0.05, "casual": 0.4, "regular": 1.0}
SLOWEST, FASTEST = 0.4, 1.6  # of `rate`: at night, at the peak
MEMBER_BY_NOW = 0.6


def live(
    *,
    app: int,
    key: str,
    timezone: str,
    days: int = 90,
    events: int = 1_000_000,
    seed: int = 1,
    rate: float = 8.0,
    clock: Callable[[], datetime] = now,
) -> Iterator[tuple[float, Envelope, str]]:
    """Without end: seconds to wait, then a body for `POST /v1/collect` and the address it comes from.

    The people are those of `history` with the same seed, days and events, and new ones among them.
    `rate` is events a second on the average of a day.
    """
    began = clock()
    known_ones = people(plan(began, timezone, days), events)
    street = Street(app, key, seed, timezone, known_ones, began)
    waiting: list[tuple[int, int, Envelope, str]] = []
    opening = milliseconds(began)
    serial = 0
    while True:
        while not waiting or opening <= waiting[0][0]:
            for due, envelope, address in street.session(opening):
                serial += 1
                heapq.heappush(waiting, (due, serial, envelope, address))
            opening += street.gap(opening, rate)
        due, _, envelope, address = heapq.heappop(waiting)
        present = milliseconds(clock())
        envelope["sent"] = max(due, present)
        yield max(0, due - present) / 1000, envelope, address


class Street:
    """Those who pass by now; the customers of the history among them."""

    def __init__(
        self, app: int, key: str, seed: int, timezone: str, people: float, began: datetime
    ) -> None:
        self.app, self.key, self.seed = app, key, seed
        self.zone = ZoneInfo(timezone)
        self.people = max(1, int(people * 0.95))  # the plan knows their number only about
        self.random = Random(f"{seed}:live:{milliseconds(began)}")
        self.newcomer = NEWCOMERS_LIVE + milliseconds(began)
        self.door = Door(self.random)

    def gap(self, at: int, rate: float) -> int:
        """Milliseconds until the next one opens the mini program."""
        local = datetime.fromtimestamp(at / 1000, self.zone)
        hours = WEEKEND_HOURS if local.weekday() >= 5 else WORKDAY_HOURS
        lift = min(FASTEST, max(SLOWEST, hours[local.hour] * 24 / sum(hours)))
        return 1 + int(self.random.expovariate(rate * lift / EVENTS_PER_SESSION) * 1000)

    def pick(self) -> Customer:
        """Somebody new, or one of the history, the loyal ones more often."""
        chance = self.random.random
        if chance() < NEW_SHARE:
            self.newcomer += 1
            return known(person(self.seed, self.newcomer), self.app, b"")
        someone = person(self.seed, int(chance() * self.people))
        while chance() >= REGULARS_FIRST[someone.loyalty]:
            someone = person(self.seed, int(chance() * self.people))
        customer = known(someone, self.app, b"")
        customer.known, customer.mood = True, "back"
        customer.member = bool(customer.mobile) and chance() < MEMBER_BY_NOW
        return customer

    def session(self, start: int) -> list[tuple[int, Envelope, str]]:
        """One session's requests, each with the time it is due and the address it comes from."""
        chance = self.random.random
        customer = self.pick()
        someone = customer.person
        fresh = not customer.known
        second = bool(someone.second_device_id) and not fresh and chance() < SECOND_DEVICE
        arrival = self.door.arrive("first" if fresh else "return")
        name = f"{self.random.getrandbits(128):032x}"
        walk = Walk(
            self.random,
            customer,
            customer.second_device if second else customer.device,
            1,
            start,
            self.door.cards.append,
            arrival.source.campaign,
            arrival.source.link,
        )
        made = walk.go(arrival, cold=fresh or chance() < COLD)
        device = someone.second_device if second else someone.device
        head: Envelope = {
            "v": 1,
            "k": self.key,
            "lib": LIB,
            "sent": 0,
            "d": someone.second_device_id if second else someone.device_id,
            "ids": identities(someone, made[-1].actor_type),
            "ctx": context(someone, device, draw(NETWORKS, chance())),
            "src": [origin(arrival)],
        }
        requests, address = [], ADDRESSES[someone.province, someone.city]
        for cut in flushes(made):
            body = [wire(event, name, someone, made[-1].actor_type) for event in cut]
            requests.append((cut[-1].ts + 30, {**head, "ev": body}, address))
        return requests


def flushes(events: list[Event]) -> Iterator[list[Event]]:
    """The events as the tracker sends them: ten at a time, or what five seconds brought."""
    cut: list[Event] = []
    for event in events:
        if cut and (len(cut) == BATCH or event.ts - cut[0].ts > FLUSH):
            yield cut
            cut = []
        cut.append(event)
    yield cut


def wire(event: Event, session: str, someone: Person, usual: str) -> Envelope:
    """An event in the short names of the contract; empty fields are left out.

    `usual` is the strongest identity of the envelope; an event that carried another one says so.
    """
    body: Envelope = {
        "id": event.id,
        "n": event.name,
        "ty": "page" if event.name in ("page_view", "page_leave") else event.kind,
        "t": event.ts,
        "s": session,
        "q": event.seq,
        "o": 0,
    }
    more = {
        "p": event.page,
        "pq": event.query,
        "rf": event.referrer,
        "tn": event.target_name,
        "ti": event.target_id,
        "du": event.duration,
        "val": event.value,
        "cur": event.currency,
        "pr": msgspec.json.decode(event.props),
    }
    body.update((name, value) for name, value in more.items() if value)
    if event.actor_type != usual:
        body["ids"] = identities(someone, event.actor_type)
    return body


def identities(someone: Person, strongest: str) -> dict[str, str]:
    """What the tracker's slots hold when `strongest` is the strongest of them."""
    if strongest == "device":
        return {}
    ids = {"applet-wechat": someone.openid}
    if strongest == "mobile":
        ids["mobile"] = someone.mobile
    return ids


def context(someone: Person, device: Device, network: str) -> dict[str, str | int]:
    """`ctx` of a request."""
    return {
        "appv": VERSIONS[0][0],
        "env": "release",
        "brand": device.brand,
        "model": device.model,
        "os": device.os,
        "osv": device.os_version,
        "plat": device.platform,
        "wxv": someone.wx_version,
        "sdkv": someone.sdk_version,
        "w": device.width,
        "h": device.height,
        "lang": someone.language,
        "net": network,
    }


def origin(arrival: Arrival) -> dict[str, str | int]:
    """One entry of `src`."""
    said: Source = arrival.source
    entry: dict[str, str | int] = {
        "scene": said.scene,
        "path": arrival.page,
        "query": arrival.query,
        "source": "" if said.source == "wechat_ad" else said.source,
        "campaign": said.campaign,
        "lc": said.link,
        "utm_source": said.utm_source,
        "utm_medium": said.utm_medium,
        "utm_campaign": said.utm_campaign,
        "utm_content": said.utm_content,
    }
    if said.source == "wechat_ad":  # known by the click id that WeChat puts on the path
        click = f"wx0{said.scene}{len(said.campaign):02d}{said.utm_content:_<9.9}00"
        entry["query"] = "&".join(filter(None, (arrival.query, f"gdt_vid={click}")))
    return {name: value for name, value in entry.items() if value}
