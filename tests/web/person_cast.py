"""A user by formula, for the pages and the API: p12, who was p34 as well; p7 is somebody else."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from minilens.errors import NotFound, Refused
from minilens.identity.audit import Largest, Pair
from minilens.identity.not_added import FoundType
from minilens.identity.preview import Touched
from minilens.identity.types import Types
from minilens.measure.person.facts import Identity, PersonFacts, Totals, Touch
from minilens.measure.person.history import Apart, History, Merge
from minilens.measure.person.timeline import Timeline, TimelineAsked, TimelineEvent, place
from minilens.web.persons.doors import Broken, Deed, HandedOn, Holder, PersonDoors

HASH = "00c0ffee12345678"
NOON = datetime(2026, 11, 20, 4, 0, tzinfo=UTC)
FIRST = Touch(
    NOON,
    "pages/index/index",
    1047,
    campaign="autumn",
    link="L1",
    utm_source="mail",
    province="广东",
)
SAID = {"city": "深圳", "salary": "9000", "phone": "13700001234"}

NUMBERS = [
    HandedOn("mobile", HASH, [Holder("p7", None), Holder("p12", NOON)], kept=False),
    HandedOn("mobile", "cd" * 8, [Holder("p12", None)], kept=True),
]
TOUCHED = Touched(3, 1, 10, 10)


def identities() -> list[Identity]:
    return [
        Identity("device", HASH, NOON, False, "device", "claimed", "wechat-unionid"),
        Identity("wechat-unionid", "ab" * 8, NOON, True, "device", "claimed", "device"),
    ]


def facts(person: int) -> PersonFacts:
    totals = Totals(3, 1_234, 83.4, 1_240, NOON, NOON + timedelta(days=2))
    return PersonFacts(f"p{person}", 2, identities(), FIRST, FIRST, totals, dict(SAID))


def event(n: int, name: str, asked: TimelineAsked) -> TimelineEvent:
    return TimelineEvent(
        at=NOON - timedelta(hours=n), name=name, raw_name="", kind="track", page="pages/menu/menu", query="id=7",
        referrer="", target_name="拿铁", target_id="sku-1", duration=8.4, value=Decimal("19.9000"), currency="CNY",
        scene=1047, source="", campaign="autumn", placement="Door", material="", link="", utm_source="",
        utm_medium="", utm_campaign="", utm_term="", utm_content="", country="", province="广东", city="深圳",
        brand="Apple", model="iPhone 15", app_version="1.2",
        traffic="trial" if n == 1 else "release", via="tracker", properties=asked.visible(SAID),
    )  # fmt: skip


@dataclass
class Persons:
    """Notes what is done to them."""

    done: list[tuple[str, object, Deed]] = field(default_factory=list)
    looked: list[tuple[list[str], Types]] = field(default_factory=list)
    touched: Touched = TOUCHED

    def find(self, app: int, text: str) -> tuple[int, int]:
        known = {"p12": 12, "12": 12, "p34": 12, "p7": 7, "wechat-unionid=o6_li": 12}
        if text not in known:
            raise NotFound("no_such_person", "person", got=text)
        return known[text], int(HASH, 16) if "=" in text else 0

    def facts(self, app: int, person: int) -> PersonFacts:
        if app != 1 or person not in (7, 12):
            raise NotFound("no_such_person", "person", got=f"p{person}")
        return facts(person)

    def history(self, app: int, person: int) -> History:
        types = ["mobile", "wechat-unionid"]
        merges = [
            Merge(5021, types, "p34", "event", "claimed", NOON, undone=False),
            Merge(5001, types, "p7", "hand", "verified", NOON, undone=True),
        ]
        return History(merges, [Apart(types, "p7", 1, "two sisters", NOON)])

    def timeline(self, app: int, person: int, asked: TimelineAsked) -> Timeline:
        if asked.before:
            place(asked.before)
        events = [
            event(n, name, asked)
            for n, name in enumerate(("page_view", "pay_success", "own_event"))
        ]
        if asked.event:
            events = [one for one in events if one.name == asked.event]
        return Timeline(
            events, None if asked.before else "1-2-3-4", {"page_view": 1, "own_event": 1}
        )

    def join(self, app: int, one: str, other: str, deed: Deed) -> int:
        if other == "p99":
            raise Refused("no_such_person", "person", got=other)
        self.done.append(("join", (one, other), deed))
        return 5022

    def undo(self, app: int, merge: int, deed: Deed) -> None:
        self.done.append(("undo", merge, deed))

    def keep_number(self, app: int, number: str, deed: Deed, *, handed_on: bool) -> HandedOn:
        if number != HASH:
            raise NotFound("not_found", "identity")
        self.done.append(("release" if handed_on else "keep", number, deed))
        return NUMBERS[0]

    def elsewhere(
        self, app: int, person: int, apps: Collection[int]
    ) -> list[tuple[int, PersonFacts]]:
        return [(2, facts(7))] if (app, person) == (1, 12) and 2 in apps else []

    def preview(
        self, app: int, kinds: Collection[str], types: Types, values: Collection[int]
    ) -> Touched:
        self.looked.append((sorted(kinds), types))
        return self.touched

    def doors(self) -> PersonDoors:
        return PersonDoors(
            self.find, self.facts, self.history, self.timeline, self.join, self.undo,
            merges=lambda app: [pair("live", 5021, 12, 12), pair("removed", 5001, 12, 7)],
            conflicts=lambda app: [pair("limit", 0, 12, 7), pair("held", 0, 12, 12)] if app == 1 else [],
            largest=lambda app: [Largest(12, 41, 38)],
            broken=lambda app: [Broken("c_memberid", 12, 2)],
            preview=self.preview,
            found=found,
            handed_on=lambda app, person: NUMBERS if person in (0, 12) else [],
            keep_number=self.keep_number,
            elsewhere=self.elsewhere,
        )  # fmt: skip


def found(app: int, names: Collection[str]) -> list[FoundType]:
    some = [FoundType("crm", 1_204, 1_300, NOON, True), FoundType("客户 号", 1, 0, NOON, False)]
    return [one for one in some if one.name not in names]


def pair(state: str, merge: int, one: int, other: int) -> Pair:
    return Pair(("mobile", "wechat-unionid"), (one, other), "claimed", "event", state, NOON, merge)
