"""The past of the mini program: the requests it would have left in the spool, as they came in."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator
from copy import copy
from dataclasses import dataclass, field
from datetime import date, datetime
from operator import attrgetter
from random import Random

from minilens.demo.arrivals import CRAWLER, Arrival, Door
from minilens.demo.costs import key_of
from minilens.demo.devices import NETWORKS, Device
from minilens.demo.growth import (
    AGAIN_SAME_DAY,
    DAY,
    HOUR,
    RETURNER_EVENTS,
    Day,
    moment_of,
    new_people,
    plan,
    return_days,
)
from minilens.demo.menu import DETAIL, HOME, LIB, MENU, NEXT_VERSION, PRODUCTS, version_on
from minilens.demo.people import HOW_MANY_TESTERS, ROBOTS, TESTERS, Person, person
from minilens.demo.places import COUNTRY, HOMES
from minilens.demo.tables import draw, slots
from minilens.demo.walk import BATCH, Customer, Walk
from minilens.identity.actor import actor, session
from minilens.period import milliseconds
from minilens.spool.record import Batch, Event, Source

TRIAL = 0.03  # of sessions: what the makers try out before a release
CRAWLED = 0.012
OFFLINE = 0.012  # sessions whose events arrive hours or days later
LONGEST_OFFLINE = 5 * DAY
RESENT = 0.004  # batches sent again because the answer was lost
REFUSING = 0.003  # batches in which one event was wrong
LOSING = 0.0005
ELSEWHERE = 0.04  # sessions away from home
COLD = 0.62
SECOND_DEVICE = 0.3
ENVIRONMENTS = slots((("trial", 65), ("develop", 35)), 100)
CRAWLED_PAGES = slots(((HOME, 30), (DETAIL, 50), (MENU, 20)), 100)


@dataclass
class Tally:
    """What was made so far. `events` are distinct; `duplicates` came a second time. `paid`: day and key of
    `demo.costs.ADS` → launches that an ad brought; `days`: those of the history."""

    events: int = 0
    duplicates: int = 0
    refused: int = 0
    late: int = 0
    batches: int = 0
    sessions: int = 0
    people: int = 0
    trial: int = 0  # events of trial and develop versions
    robots: int = 0  # events of robots
    paid: Counter[tuple[date, str]] = field(default_factory=Counter)
    days: tuple[date, ...] = ()


def history(
    *,
    app: int,
    timezone: str,
    end: datetime,
    days: int = 90,
    events: int = 1_000_000,
    seed: int = 1,
    secret: bytes = b"",
    tally: Tally | None = None,
) -> Iterator[Batch]:
    """All requests of the `days` days up to `end`, in order of receipt.

    The distinct events are `events`, within two in a hundred. `tally` is filled as the
    batches are taken.
    """
    plans = plan(end, timezone, days)
    last = milliseconds(end)
    maker = Maker(app, seed, secret, last, plans, Tally() if tally is None else tally)
    waiting: list[Batch] = []
    for day in plans:
        maker.fill(day, events)
        waiting += maker.batches
        maker.batches.clear()
        waiting.sort(key=attrgetter("at"))
        over = plans[day.number + 1].start if day.number + 1 < days else last + 1
        ready = next((n for n, batch in enumerate(waiting) if batch.at >= over), len(waiting))
        yield from waiting[:ready]
        del waiting[:ready]


class Maker:
    """Makes the sessions of one day after the other; keeps who has come and who comes again."""

    def __init__(
        self, app: int, seed: int, secret: bytes, last: int, days: tuple[Day, ...], tally: Tally
    ) -> None:
        self.app, self.seed, self.secret, self.last = app, seed, secret, last
        self.days, self.tally = days, tally
        tally.days = tuple(day.date for day in days)
        self.random = Random(f"{seed}:history")
        self.door = Door(self.random)
        self.customers: dict[int, Customer] = {}
        self.coming: list[list[int]] = [[] for _ in days]
        self.batches: list[Batch] = []

    def fill(self, day: Day, wanted: int) -> None:
        """New people, as many as `wanted` events in all ask for, and those who come again."""
        coming = sum(map(len, self.coming[day.number :])) * RETURNER_EVENTS
        missing = wanted - self.tally.events - coming
        for number in self.coming[day.number]:
            self.come(self.customers[number], day, "return")
        self.coming[day.number].clear()
        for _ in range(new_people(self.days, day.number, wanted, missing, self.random)):
            self.welcome(day)

    def welcome(self, day: Day) -> None:
        """Somebody's first day."""
        number = self.tally.people
        self.tally.people += 1
        someone = person(self.seed, number)
        customer = known(someone, self.app, self.secret)
        later = return_days(someone, day.number, self.days, self.random)
        if later:
            self.customers[number] = customer
        for n in later:
            self.coming[n].append(number)
        self.come(customer, day, "launch" if day.launch else "first")

    def come(self, customer: Customer, day: Day, who: str) -> None:
        """The sessions of one person on one day; now and then a tester or a robot beside them."""
        chance = self.random.random
        start = moment_of(day, self.random)
        self.play(customer, day, start, who)
        if chance() < AGAIN_SAME_DAY[customer.person.loyalty]:
            again = start + HOUR // 4 + int(chance() * 5 * HOUR)
            if again < self.last and (again - day.start) < DAY:
                self.play(customer, day, again, "return")
        if chance() < TRIAL:
            self.test(day)
        if chance() < CRAWLED:
            self.crawl(day)

    def play(self, customer: Customer, day: Day, start: int, who: str) -> None:
        """One session of a customer."""
        chance = self.random.random
        someone = customer.person
        cold = not customer.known or chance() < COLD
        second = bool(someone.second_device_id) and customer.known and chance() < SECOND_DEVICE
        arrival = self.door.arrive(who)
        if not arrival.card:
            said = arrival.source
            if key := key_of(said.scene, said.campaign, said.link):
                self.tally.paid[day.date, key] += 1
        if who == "return" and someone.loyalty != "once":
            customer.mood = "back"
        walk = Walk(
            self.random,
            customer,
            customer.second_device if second else customer.device,
            self.next_session(),
            start,
            self.door.cards.append,
            arrival.source.campaign,
            arrival.source.link,
        )
        made = walk.go(arrival, cold=cold)
        device = someone.second_device if second else someone.device
        version = version_on(day.ninetieth, someone.patience)
        self.send(made, self.head(someone, walk.device, device, version, arrival.source))

    def test(self, day: Day) -> None:
        """One session of a maker on a trial or develop version."""
        number = TESTERS + int(self.random.random() * HOW_MANY_TESTERS)
        customer = known(person(self.seed, number), self.app, self.secret)
        arrival = Arrival(Source(1011), HOME, "")
        start = moment_of(day, self.random)
        cards: list[object] = []
        walk = Walk(
            self.random, customer, customer.device, self.next_session(), start, cards.append
        )
        made = walk.go(arrival, cold=True)
        head = self.head(
            customer.person, walk.device, customer.person.device, NEXT_VERSION, arrival.source
        )
        head.env = draw(ENVIRONMENTS, self.random.random())
        self.tally.trial += self.send(made, head)

    def crawl(self, day: Day) -> None:
        """One visit of WeChat's crawler: a page, no gestures."""
        robot = person(self.seed, ROBOTS + self.tally.sessions)
        customer = known(robot, self.app, self.secret)
        customer.openid = 0
        cards: list[object] = []
        walk = Walk(
            self.random,
            customer,
            customer.device,
            self.next_session(),
            moment_of(day, self.random),
            cards.append,
        )
        walk.add("app_launch", walk.now)
        page = draw(CRAWLED_PAGES, self.random.random())
        walk.page = page
        walk.query = f"id={draw(PRODUCTS, self.random.random()).id}" if page == DETAIL else ""
        walk.add("page_view", walk.now + 90)
        walk.add("page_leave", walk.now + 2090, duration=2000)
        version = version_on(day.ninetieth, 0.0)
        head = self.head(robot, walk.device, robot.device, version, Source(CRAWLER))
        head.robot = "crawler"
        self.tally.robots += self.send(walk.events, head)

    def next_session(self) -> int:
        self.tally.sessions += 1
        return session(self.app, f"{self.seed}:{self.tally.sessions}")

    def head(
        self, someone: Person, device: int, phone: Device, version: str, source: Source
    ) -> Batch:
        """A batch without events: the facts all batches of a session share."""
        chance = self.random.random
        away = chance() < ELSEWHERE
        province, city = draw(HOMES, chance()) if away else (someone.province, someone.city)
        return Batch(
            at=0,
            app=self.app,
            via="tracker",
            lib=LIB,
            device=device,
            country=COUNTRY,
            province=province,
            city=city,
            brand=phone.brand,
            model=phone.model,
            os=phone.os,
            os_version=phone.os_version,
            platform=phone.platform,
            wx_version=someone.wx_version,
            sdk_version=someone.sdk_version,
            app_version=version,
            language=someone.language,
            network=draw(NETWORKS, chance()),
            width=phone.width,
            height=phone.height,
            sources=[source],
        )

    def send(self, events: list[Event], head: Batch) -> int:
        """Cuts a session into requests; how many of its events arrived before the end."""
        chance = self.random.random
        delay = 0
        if chance() < OFFLINE:
            delay = int(HOUR * math.exp(chance() * math.log(LONGEST_OFFLINE / HOUR)))
            if events[-1].ts + delay + 2000 > self.last:
                delay = 0
        arrived = 0
        for start in range(0, len(events), BATCH):
            cut = events[start : start + BATCH]
            at = cut[-1].ts + delay + 60 + int(chance() * 700)
            if at > self.last:
                break
            arrived += len(cut)
            self.receive(copy(head), at, cut)
        self.tally.events += arrived
        return arrived

    def receive(self, batch: Batch, at: int, events: list[Event]) -> None:
        """One request, its faults, and its second sending if the first answer was lost."""
        chance = self.random.random
        batch.at = at
        batch.events = events
        batch.received = len(events)
        if at - events[0].ts > DAY:
            for event in events:
                event.late = at - event.ts > DAY
            self.tally.late += sum(event.late for event in events)
        if chance() < REFUSING:
            batch.refused = {"wrong_type": 1}
            batch.received += 1
            self.tally.refused += 1
        if chance() < LOSING:
            batch.lost = 1 + int(chance() * 3)
        self.batches.append(batch)
        self.tally.batches += 1
        again = at + 2_000 + int(chance() * 60_000)
        if chance() < RESENT and again <= self.last and not batch.refused:
            second = copy(batch)
            second.at = again
            self.batches.append(second)
            self.tally.batches += 1
            self.tally.duplicates += len(events)


def known(someone: Person, app: int, secret: bytes) -> Customer:
    """A person with the hashes of their identities, as the receiver would make them."""
    device = actor(app, "device", someone.device_id)
    second = someone.second_device_id
    return Customer(
        person=someone,
        device=device,
        second_device=actor(app, "device", second) if second else device,
        openid=actor(app, "applet-wechat", someone.openid),
        mobile=actor(app, "mobile", someone.mobile, secret) if someone.mobile else 0,
    )
