"""Watches the alarm rules of all apps, a step a minute: finds, resolves, tells channels. What it knows is in the
records, so a step may be repeated, or missed, at any time."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from minilens.deliver import alarms as as_messages
from minilens.deliver import queue
from minilens.deliver.contents import Asking
from minilens.errors import NotFound
from minilens.load.pipeline import Pipeline
from minilens.measure.alarms.events_seen import EventsSeen
from minilens.measure.alarms.learned import Learned
from minilens.period import now as present
from minilens.records.alarms import Alarm, Pause
from minilens.records.store import Records, SavedRule
from minilens.reports.alarm_facts import decoded as facts_of
from minilens.reports.alarm_facts import encoded
from minilens.reports.alarm_targets import decoded
from minilens.reports.alarms import Finding, Situation, findings
from minilens.reports.event_names import events
from minilens.serve.messages import asking
from minilens.serve.status import FAILS_AFTER
from minilens.serve.tasks import Task
from minilens.settings import Settings
from minilens.web.console import App, Console

#: Minutes between two looks at an app; apps take turns.
EVERY = 5
#: Loading this far behind says nothing of the apps.
BEHIND = timedelta(minutes=10)
#: Alarms that open within as long are one message.
TOGETHER = timedelta(minutes=5)


@dataclass(frozen=True)
class Watch:
    """`asks`: what may be asked about an app as of a moment. `complete`: up to when all that was received is loaded,
    None where loading or building fails."""

    records: Records
    apps: Callable[[], Sequence[App]]
    asks: Callable[[App, datetime], Asking]
    complete: Callable[[], datetime | None]
    seen: EventsSeen
    learned: dict[int, Learned]

    def step(self, now: datetime) -> None:
        """Look at the apps whose turn it is, and tell what is to be told. What one app refuses holds up no other; the
        first failure is raised at the end."""
        complete = self.complete()
        behind = complete is None or complete < now - BEHIND
        self.records.alarms.alive(now, behind=behind)
        failed: Exception | None = None
        if not behind and complete:
            failed = self._look(now, complete)
        self.tell(now)
        if failed:
            raise failed

    def _look(self, now: datetime, complete: datetime) -> Exception | None:
        watched = self.records.alarm_rules.watched()
        minute = int(now.timestamp()) // 60
        due = [one for one in self.apps() if one.id in watched and (minute + one.id) % EVERY == 0]
        failed: Exception | None = None
        last = self.seen.last([one.id for one in due], now) if due else {}
        for app in due:
            try:
                self.look(app, watched[app.id], now, complete, last.get(app.id))
            except Exception as error:
                failed = failed or error
        return failed

    def look(
        self, app: App, rules: Sequence[SavedRule], now: datetime, complete: datetime, last: datetime | None
    ) -> None:  # fmt: skip
        """Look at one app: what is off is open from now on, what is fine or watched no more is over."""
        asks, alarms = self.asks(app, now), self.records.alarms
        opened = {(one.rule or 0, one.subject): one for one in alarms.open(app.id)}
        situation = Situation(
            asks.context, app.id, asks.ask, complete, last,
            lambda: self.seen.hours(app.id, asks.context.today),
            self.learned.setdefault(app.id, Learned()), self.records.kpis.of(app.id), paused(alarms.pauses()),
            {key: one.since for key, one in opened.items()}, events(self.records, app.id),
        )  # fmt: skip
        found = findings({one.id: decoded(one.body) for one in rules}, situation)
        for one in found:
            if one.state == "off" and one.facts and one.since:
                alarms.found(app.id, one.rule, one.subject, encoded(one.facts), one.since, now=now)
        self._resolve(found, rules, opened, now)

    def _resolve(
        self, found: Sequence[Finding], rules: Sequence[SavedRule], opened: Mapping[tuple[int, str], Alarm],
        now: datetime,
    ) -> None:  # fmt: skip
        looked = {one.id for one in rules}
        stay = {(one.rule, one.subject) for one in found if one.state != "fine"}
        over = [one for key, one in opened.items() if one.rule in looked and key not in stay]
        self.records.alarms.resolve([one.id for one in over], now=now)

    def tell(self, now: datetime) -> None:
        """Put what no channel was told of into the queue. Those that opened within the same five minutes are one
        message, so they are told when these are over; a key keeps each from being told twice."""
        groups: dict[tuple[int, datetime, bool], list[Alarm]] = {}
        for one in self.records.alarms.unsent():
            at = one.resolved or one.opened
            groups.setdefault((one.app, _floor(at), one.open), []).append(one)
        apps = {one.id: one for one in self.apps()}
        for (app, start, is_open), some in sorted(groups.items()):
            if now >= start + TOGETHER and app in apps:
                self._tell(apps[app], some, start, now, over=not is_open)

    def _tell(
        self, app: App, some: Sequence[Alarm], start: datetime, now: datetime, *, over: bool
    ) -> None:
        settings = self.records.alarm_rules.settings(app.id)
        local = now.astimezone(ZoneInfo(app.timezone))
        if not settings.channels or settings.is_quiet(local.hour * 60 + local.minute):
            return
        told = [as_messages.Told(one.id, facts_of(one.facts), over) for one in reversed(some)]
        asks, kind, sends = self.asks(app, now), "over" if over else "open", []
        for number in settings.channels:
            try:
                channel = self.records.channels.get(app.id, number)
            except NotFound:
                continue
            made = as_messages.message(asks, told, channel.language)
            key = f"alarm:{kind}:{app.id}:{number}:{start:%Y-%m-%dT%H:%M}"
            sends.append(
                queue.new(made, app=app.id, channel=number, key=key, content="alarm", now=now)
            )
        self.records.alarms.tell(some, sends, now=now)


def _floor(at: datetime) -> datetime:
    return at.replace(minute=at.minute - at.minute % EVERY, second=0, microsecond=0)


def paused(pauses: Sequence[Pause]) -> Callable[[datetime, datetime], bool]:
    """Whether one of them lies between two moments."""
    return lambda start, end: any(one.started < end and start < one.ended for one in pauses)


def watch(pipeline: Pipeline, site: Console) -> Watch:
    """That of a server."""

    def complete() -> datetime | None:
        failing = [one for one in pipeline.failures.all() if one.times >= FAILS_AFTER]
        if any(one.name in ("load", "build") for one in failing):
            return None
        return datetime.fromtimestamp(pipeline.as_of(), UTC)

    def asks(app: App, now: datetime) -> Asking:
        found = asking(site, app, now)
        return replace(found, context=replace(found.context, now=now))

    return Watch(
        pipeline.records, site.apps, asks, complete, EventsSeen(pipeline.engine.on_one_thread()), {}
    )


def task(pipeline: Pipeline, site: Console) -> Task:
    """A step each minute, beside all else."""
    watching = watch(pipeline, site)

    def step(_pipeline: Pipeline, _settings: Settings) -> None:
        watching.step(present())

    return Task("watch alarms", 60.0, step, beside=True)
