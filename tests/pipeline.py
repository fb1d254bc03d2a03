"""The pipeline of one test process, and a new app in it for each test.

The embedded engine opens one data folder a process, and opening takes a second: so every test of a
process shares the pipeline, and what keeps them apart is the app.
"""

from __future__ import annotations

import itertools
import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from minilens.identity.actor import actor, session
from minilens.load.pipeline import Pipeline
from minilens.measure.days.run import answer
from minilens.measure.query import Traffic
from minilens.measure.table import Table
from minilens.period import Grain, Range, milliseconds
from minilens.records.store import App
from minilens.reports import find
from minilens.spool.reader import folders
from minilens.spool.record import Batch, Event, Source, encode
from minilens.spool.writer import Writer, frame
from tests import by_name, side_by_side

#: Those of the trend, and how long pages were in front, which other cards show.
OF_TREND = (*find("overview.trend").measures, "page_time_per_visit", "page_time_per_visitor")
#: A day after everything that happens here.
LATER = date(2030, 1, 1)
CREATED = datetime(2026, 1, 1, tzinfo=UTC)
_numbers = itertools.count()


@dataclass(frozen=True)
class Happening:
    """One event as a person who counts by hand would write it down. Times are UTC milliseconds."""

    ts: int
    name: str = "page_view"
    device: str = "phone"
    identity: tuple[str, str] | None = None
    session: str = ""
    page: str = "pages/index"
    query: str = ""
    duration: int | None = None
    traffic: str = "release"
    seq: int = 0
    scene: int = 1001
    province: str = ""
    city: str = ""
    app_version: str = ""
    source: str = ""
    campaign: str = ""
    placement: str = ""
    material: str = ""
    link: str = ""
    brand: str = ""
    model: str = ""
    os: str = ""
    os_version: str = ""
    screen: tuple[int, int] = (0, 0)
    language: str = ""
    network: str = ""
    wx_version: str = ""
    profile: str = ""
    props: str = ""
    value: str = ""
    currency: str = ""
    id: str = field(default_factory=lambda: str(uuid.UUID(int=next(_numbers) + (1 << 100))))


@dataclass
class House:
    """One app in the shared pipeline."""

    pipeline: Pipeline
    writer: Writer
    app: App

    def receive(self, happenings: Sequence[Happening]) -> None:
        """Acknowledge them, in this order."""
        batches = [frame(encode(batch)) for batch in self.batches(happenings)]
        self.writer.write(b"".join(batches))

    def load(self, happenings: Sequence[Happening]) -> None:
        """Acknowledge and load them as one chunk."""
        if happenings:
            self.receive(happenings)
            self.step()

    def step(self) -> None:
        """Load what was acknowledged as one chunk."""
        side_by_side.wait(load, self)

    def build(self) -> None:
        """Make all days of this app that wait."""
        side_by_side.wait(build_together, self)

    def waiting(self) -> list[date]:
        """The days of this app that wait to be made."""
        return sorted(day for app, day in self.pipeline.pending.all() if app == self.app.id)

    def ask(
        self, over: Range, grain: Grain = "day", traffic: Traffic = "release", today: date = LATER
    ) -> Table:
        """The measures of the trend."""
        query = by_name.query(self.app.id, OF_TREND, over, (grain,), traffic=traffic)
        return answer(self.pipeline.engine, query, today=today, as_of=CREATED)

    def figures(
        self, over: Range, grain: Grain = "day", traffic: Traffic = "release"
    ) -> list[tuple[object, ...]]:
        """The rows of the trend, with their bucket."""
        return list(self.ask(over, grain, traffic).rows)

    def rows(self, sql: str, **asked: object) -> list[tuple[object, ...]]:
        """Rows of a question about this app, {app:UInt32}."""
        found = self.pipeline.engine.rows(sql, {"app": self.app.id, **asked})
        return [tuple(row) for row in found]

    def change(self, sql: str, **asked: object) -> None:
        """Change or delete rows of this app, {app:UInt32}, wherever they lie."""
        bound = {"app": self.app.id, **asked}
        self.pipeline.engine.on_each_shard(sql, bound, mutations_sync=2)

    def person(self, kind: str, value: str) -> int:
        """The person number that an identity has now."""
        number = actor(self.app.id, kind, value)
        sql = "SELECT argMax(person, version) FROM person_map WHERE app = {app:UInt32} AND actor = {a:UInt64}"
        return int(str(self.rows(sql, a=number)[0][0]))

    def batches(self, happenings: Iterable[Happening]) -> list[Batch]:
        """One request for each run of happenings on one device."""
        groups = itertools.groupby(
            happenings,
            lambda h: (
                h.device, h.traffic, h.province, h.city, h.app_version, h.scene, h.source, h.campaign, h.link,
                h.placement, h.material, h.brand, h.model, h.os, h.os_version, h.screen, h.language, h.network,
                h.wx_version,
            ),
        )  # fmt: skip
        return [self._batch(list(some)) for _, some in groups]

    def _batch(self, some: list[Happening]) -> Batch:
        of = some[0]
        robot = of.traffic == "robot"
        return Batch(
            at=max(h.ts for h in some) + 1000,
            app=self.app.id,
            via="tracker",
            device=actor(self.app.id, "device", of.device),
            env="release" if robot else of.traffic,
            robot="crawler" if robot else "",
            province=of.province,
            city=of.city,
            app_version=of.app_version,
            brand=of.brand,
            model=of.model,
            os=of.os,
            os_version=of.os_version,
            width=of.screen[0],
            height=of.screen[1],
            language=of.language,
            network=of.network,
            wx_version=of.wx_version,
            received=len(some),
            sources=[
                Source(
                    of.scene,
                    of.source,
                    of.campaign,
                    of.link,
                    placement=of.placement,
                    material=of.material,
                )
            ],
            events=[self._event(n, h) for n, h in enumerate(some)],
        )

    def _event(self, n: int, h: Happening) -> Event:
        kind, value = h.identity or ("device", h.device)
        return Event(
            i=n, id=h.id, name=h.name, ts=h.ts, actor=actor(self.app.id, kind, value), actor_type=kind,
            kind="profile" if h.profile else "track", props=h.profile or h.props or "{}",
            session=session(self.app.id, h.session), seq=h.seq, page=h.page, query=h.query, duration=h.duration, o=1,
            value=h.value or None, currency=h.currency,
        )  # fmt: skip


def new_house(pipeline: Pipeline, writer: Writer, zone: str = "Asia/Shanghai") -> House:
    """A new app of the shared pipeline."""
    name = f"t{next(_numbers)}-{uuid.uuid4().hex[:8]}"
    return House(pipeline, writer, pipeline.records.apps.create(name, timezone=zone, now=CREATED))


def load_together(stories: Mapping[int, Sequence[Happening]], houses: Sequence[House]) -> None:
    """Acknowledge what happens in each of some apps, by their place, and load all of it as one chunk."""
    for place, happenings in stories.items():
        houses[place].receive(happenings)
    load(houses)


def load(houses: Sequence[House]) -> None:
    """Load what these apps have acknowledged, as one chunk."""
    assert houses[0].pipeline.loader.step()


def build_together(houses: Sequence[House]) -> None:
    """Make all days of these apps that wait, in one go: a tenth of the work of one after another."""
    while waiting := {house.app.id: days for house in houses if (days := house.waiting())}:
        houses[0].pipeline.builder.make_all(waiting)


#: Tables that hold rows of apps.
OF_APPS = """
SELECT DISTINCT table FROM system.columns INNER JOIN system.tables AS t ON t.database = database AND t.name = table
WHERE database = currentDatabase() AND columns.name = 'app' AND engine LIKE '%MergeTree' ORDER BY table
"""


def empty(pipeline: Pipeline, writer: Writer) -> None:
    """Let the shared pipeline forget every app that there was: rows, days that wait, and what lies in the spool."""
    pipeline.loader.drain()
    for shard in pipeline.engine.shards():
        for (table,) in shard.rows(OF_APPS):
            shard.run(f"TRUNCATE TABLE {table}")
    pipeline.engine.kept.forget()
    for app, day in pipeline.pending.all():
        pipeline.pending.take(app, [day])
    kept, writer.segment_bytes = writer.segment_bytes, 0
    writer.write(b"")  # begins a segment: the one before may be swept
    writer.segment_bytes = kept
    for folder in folders(pipeline.spool):
        folder.sweep()


def at(text: str, zone: str = "Asia/Shanghai") -> int:
    """Milliseconds of a local time written 2026-11-22 23:50, or of one with its offset."""
    moment = datetime.fromisoformat(text)
    return milliseconds(moment if moment.tzinfo else moment.replace(tzinfo=ZoneInfo(zone)))


def days(start: str, end: str = "") -> Range:
    """A range written as two dates, or one day."""
    return Range(date.fromisoformat(start), date.fromisoformat(end or start))


def around(happenings: Iterable[Happening], zone: str) -> Range:
    """All days of these happenings and two more on each side."""
    moments = [h.ts for h in happenings]
    first, last = (
        datetime.fromtimestamp(f(moments) / 1000, ZoneInfo(zone)).date() for f in (min, max)
    )
    return Range(first - timedelta(days=2), last + timedelta(days=2))


def spool_writer(folder: Path) -> Writer:
    """A receiver's hand on the spool that asks for no free space."""
    return Writer(folder / "tests", reserve=0)
