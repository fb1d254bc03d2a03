"""What is due is put into the queue, each period of a subscription once."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import takewhile

from minilens.deliver.due import Due, days_of, dues, next_due
from minilens.period import milliseconds, today
from minilens.records.apps import App
from minilens.records.sends import NewSend
from minilens.records.store import Records
from minilens.records.subscriptions import Subscription

#: All that is due to a channel within this time becomes one message.
TOGETHER = timedelta(minutes=10)
#: What is due is looked up so long before: who is to wait for it must know of it.
AHEAD = TOGETHER + timedelta(minutes=1)
#: After this time a message says that it comes late.
LATE = timedelta(minutes=30)
#: So many that were missed are noted.
MOST_MISSED = 31


def enqueue(records: Records, *, now: datetime) -> None:
    """Put in all that is due soon. Of several that were missed the last one is sent late, the others are skipped."""
    apps = {app.id: app for app in records.apps.all()}
    gone = {one.id for one in records.channels.all() if one.removed}
    for one in records.subscriptions.running():
        app = apps.get(one.app)
        if app is None or one.channel in gone:
            continue
        if found := _until(one, app, now + AHEAD):
            records.subscriptions.advance(one, found[-1].at, _sends(one, found, now), now=now)


def _until(one: Subscription, app: App, until: datetime) -> list[Due]:
    every = dues(one.schedule, one.through, app.timezone, seed(one))
    return list(takewhile(lambda due: due.at <= until, every))


def _sends(one: Subscription, found: list[Due], now: datetime) -> list[NewSend]:
    missed = [due for due in found if due.at <= now]
    late = missed[-1:]
    coming = [due for due in found if due.at > now]
    return [
        NewSend(
            one.app, one.channel, key(one, due), one.content, due.at, over=due.over, subscription=one.id,
            late=now - due.at > LATE, skipped=due not in (*late, *coming),
        )
        for due in found[-MOST_MISSED:]
    ]  # fmt: skip


def at_once(records: Records, one: Subscription, app: App, *, now: datetime) -> None:
    """Put one in by hand, of the days that a message of today would be of, by itself."""
    over = days_of(one.schedule, today(app.timezone, now))
    by_hand = f"subscription:{one.id}:now:{milliseconds(now)}"
    new = NewSend(
        one.app, one.channel, by_hand, one.content, now, over=over, subscription=one.id, alone=True
    )
    records.sends.put([new], now=now)


def coming(one: Subscription, app: App, now: datetime) -> datetime | None:
    """When it is sent next, or is tried to be; None where it is paused."""
    if one.paused:
        return None
    after = max(one.through, now)
    return next_due(one.schedule, after, app.timezone, seed(one)).at


def key(one: Subscription, due: Due) -> str:
    """What is sent once: a subscription's days, whenever they are due."""
    return f"subscription:{one.id}:{due.over.start}:{due.over.end}"


def seed(one: Subscription) -> str:
    """Decides on its minute."""
    return f"subscription:{one.id}"
