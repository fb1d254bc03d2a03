"""What the site needs from below, handed in by the program that serves it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal, NoReturn

from minilens.errors import NotFound, did_you_mean
from minilens.load.quarantine import Left
from minilens.measure.field_samples import FieldSample
from minilens.measure.filters import Filters
from minilens.measure.ledger.seen import EventsSeen
from minilens.measure.newest import Happened
from minilens.measure.query import Traffic
from minilens.measure.run import AnyQuery
from minilens.measure.table import Table
from minilens.measure.unreported import Unreported
from minilens.measure.virtual.preview import Preview
from minilens.measure.virtual.warnings import Warning
from minilens.records.store import Erasure, Records
from minilens.records.virtual_content import Meaning
from minilens.reference.province_map import ProvinceMap, built_in
from minilens.reports.report import Report
from minilens.spool.arrivals import Arrival
from minilens.spool.test_mode import EventInTest
from minilens.spool.turned_away import Sender
from minilens.text import Language
from minilens.web.channels.doors import ChannelDoors
from minilens.web.cohorts.doors import CohortDoors
from minilens.web.messages.doors import MessageDoors
from minilens.web.persons import doors
from minilens.web.persons.doors import PersonDoors
from minilens.web.quarantine import Group, Shown


@dataclass(frozen=True)
class App:
    """A mini program. `name` is its part of every address."""

    id: int
    name: str
    title_zh: str
    title_en: str
    timezone: str

    def title(self, language: Language) -> str:
        return (self.title_zh if language == "zh" else self.title_en) or self.name


#: Field → the events that have it.
Users = Mapping[str, tuple[str, ...]]
NoticeKind = Literal[
    "failing",
    "waiting",
    "task",
    "receiver",
    "foreign",
    "wechat",
    "refused",
    "quarantined",
    "not_counted",
    "left_out",
    "types",
    "alarms",
]


@dataclass(frozen=True)
class Notice:
    """Something that the readers of figures have to know about them.

    `failing`: loading or making days fails, since (milliseconds), why (`detail`). `waiting`: so many events are
    received and not counted yet. `task`: regular work of the server (`name`) fails, since and why. `receiver`: one
    on another host (`name`) does not answer, since. `foreign`:
    so many batches of the mini program `detail` came by a key of this app, whose AppID is `name`, since. `wechat`:
    WeChat refuses the app's credentials at sign-ins, since, with its error (`detail`). Of the last 24 hours: `refused`
    and `quarantined` events by reason (`detail`), and events of a traffic (`detail`) that is not counted. `left_out`:
    so many events lost a property in that time, such as `detail`, because the app has too many names. `types`: so
    many values of a type of identities that nobody has added (`detail`) came for the first time. `alarms`: so many
    are open and nobody has acknowledged them.
    """

    kind: NoticeKind
    detail: str = ""
    count: int = 0
    since: int = 0
    name: str = ""


@dataclass(frozen=True)
class Arrived:
    """What came for an app, or for nobody, as the receiver knows it.

    `keys`: number of a write key → what came last. `appids`: AppID → other mini programs that sent with a key of
    this app. `unknown`: how a key that nobody has begins → who sent with it. `payments`: provider and why → payments
    that were not believed.
    """

    keys: dict[int, Arrival] = field(default_factory=dict)
    appids: dict[str, Sender] = field(default_factory=dict)
    unknown: dict[str, Sender] = field(default_factory=dict)
    payments: dict[str, Sender] = field(default_factory=dict)


@dataclass(frozen=True)
class Quarantine:
    """`all` of an app; `find` by reason and name, NotFound where nothing waits; `release` and `drop` them, for an
    account, the latter with a reason; `count_anyway`: let in those of which a field is not of its type; `seen`: what
    came lately and what did not."""

    all: Callable[[App], list[Group]] = lambda app: []
    find: Callable[[App, str, str], Shown | None] = lambda app, reason, name: None
    release: Callable[[App, str, str, int | None], Left] = lambda app, reason, name, by: Left()
    count_anyway: Callable[[App, str, int | None], Left] = lambda app, name, by: Left()
    drop: Callable[[App, str, str, str, int | None], Left] = lambda app, reason, name, why, by: (
        Left()
    )
    seen: Callable[[App], EventsSeen] = lambda app: EventsSeen({}, {})


@dataclass(frozen=True)
class Looked:
    """A virtual event, looked at: what it would count, and what is odd about it."""

    preview: Preview
    warnings: list[Warning]


@dataclass(frozen=True)
class Console:
    """The doors through which the site asks.

    `answer` may block and is called in a thread. `apps` are those not archived, whoever may see them.
    `records` know the people. `secret` makes the CSRF tokens of forms. `collecting` gives `write_key` and
    `collect_url` for the first event. `timezone` is that of new apps; `public_url` how browsers reach the
    site, where that was said; `keys_used` the hour in which each write key last brought an event.
    `through` is the number of the last load; `newest` gives the newest events of the loads after one and
    up to another, the last loaded first. `first_day` is that of an app's first event.
    `notices` says what else to know about its figures; `unknown_keys` who sends with a key that nobody has, by
    how it begins. `most_names` is how many names of properties an app may have. `province_map` is the map
    of provinces, where there is one. `arrived` says what the receiver has seen of an app, `events_in_test` what
    phones sent with the test code of that name, the newest first. `quarantine` is what waits there;
    `look_at_virtual` what a virtual event of that name would count.
    `samples` says what the newest events have in fields, given with the events that have them; `properties` the names
    of properties that came, in the order of the alphabet; `unreported` how often step-by-step events were begun and
    not reported, of those whose starts can be told. `picture` is that of a message, by its signed name.
    """

    apps: Callable[[], list[App]]
    answer: Callable[[Report, AnyQuery, App], Table]
    records: Records
    secret: bytes
    collecting: Callable[[App], dict[str, object]]
    timezone: str = "Asia/Shanghai"
    most_names: int = 0
    public_url: str = ""
    keys_used: Callable[[App], dict[int, datetime]] = lambda app: {}
    through: Callable[[], int] = lambda: 0
    newest: Callable[[App, Traffic, Filters, int, int], list[Happened]] = (
        lambda app, traffic, filters, after, to: []
    )
    first_day: Callable[[App], date | None] = lambda app: None
    notices: Callable[[App], list[Notice]] = lambda app: []
    unknown_keys: Callable[[], dict[str, Sender]] = dict
    province_map: Callable[[], ProvinceMap | None] = built_in
    arrived: Callable[[App], Arrived] = lambda app: Arrived()
    events_in_test: Callable[[str], list[EventInTest]] = lambda name: []
    samples: Callable[[App, Users], dict[str, FieldSample]] = lambda app, users: {}
    unreported: Callable[[App], dict[str, Unreported]] = lambda app: {}
    properties: Callable[[App], list[str]] = lambda app: []
    picture: Callable[[str], bytes | None] = lambda name: None

    look_at_virtual: Callable[[App, str, Meaning], Looked] = lambda app, name, meaning: _nobody(
        name
    )
    quarantine: Quarantine = field(default_factory=Quarantine)
    #: A person's data as a ZIP, by `p12` or `TYPE=VALUE`, for an account; and a person erased, or one identity.
    export_person: Callable[[App, str, int | None], bytes] = lambda app, person, by: _nobody(person)
    erase_person: Callable[[App, str, bool, int | None], Erasure] = (
        lambda app, person, only_this, by: _nobody(person)
    )
    persons: PersonDoors = doors.NONE
    cohorts: CohortDoors = field(default_factory=CohortDoors)
    channels: ChannelDoors = field(default_factory=ChannelDoors)
    messages: MessageDoors = field(default_factory=MessageDoors)

    def app(self, name: str) -> App:
        """The app of that name; NotFound with a hint where there is none."""
        apps = {app.name: app for app in self.apps()}
        if name not in apps:
            hint = did_you_mean(name, apps)
            raise NotFound("unknown_app", "app", got=name, hint=hint)
        return apps[name]


def _nobody(person: str) -> NoReturn:
    """Of a site that has no warehouse behind it."""
    raise NotFound("no_such_person", "person", got=person[:64])
