"""What the site needs from below, handed in by the program that serves it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from minilens.errors import NotFound, did_you_mean
from minilens.measure.filters import Filters
from minilens.measure.newest import Happened
from minilens.measure.query import Traffic
from minilens.measure.run import AnyQuery
from minilens.measure.table import Table
from minilens.records.store import Records
from minilens.reference.province_map import ProvinceMap, built_in
from minilens.reports.report import Report
from minilens.spool.turned_away import Sender
from minilens.text import Language


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


NoticeKind = Literal[
    "failing", "waiting", "task", "foreign", "refused", "quarantined", "not_counted", "left_out"
]


@dataclass(frozen=True)
class Notice:
    """Something that the readers of figures have to know about them.

    `failing`: loading or making days fails, since (milliseconds), why (`detail`). `waiting`: so many events are
    received and not counted yet. `task`: regular work of the server (`name`) fails, since and why. `foreign`:
    so many batches of the mini program `detail` came by a key of this app, whose AppID is `name`, since. Of the last 24
    hours: `refused` and `quarantined` events by reason (`detail`), and events of a traffic (`detail`) that is not
    counted. `left_out`: so many events lost a property in that time, such as `detail`, because the app has too
    many names.
    """

    kind: NoticeKind
    detail: str = ""
    count: int = 0
    since: int = 0
    name: str = ""


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
    of provinces, where there is one.
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

    def app(self, name: str) -> App:
        """The app of that name; NotFound with a hint where there is none."""
        apps = {app.name: app for app in self.apps()}
        if name not in apps:
            hint = did_you_mean(name, apps)
            raise NotFound("unknown_app", "app", got=name, hint=hint)
        return apps[name]
