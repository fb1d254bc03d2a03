"""Two servers over one database work the queue off together: each message is sent by one of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from threading import Barrier

from minilens.records.store import Records
from minilens.records.subscriptions import Schedule
from tests.deliver.queues import Desk
from tests.records.conftest import migrate

NOW = datetime(2026, 11, 30, 0, 0, tzinfo=UTC)


def test_each_message_is_sent_by_one_of_them(new_database: Callable[[], str]) -> None:
    dsn = new_database()
    migrate(dsn)
    desks = [Desk(Records(dsn), NOW, worker=name) for name in ("one", "two")]
    first = desks[0]
    app = first.app()
    for name in ("a", "b", "c", "d"):
        channel = first.channel(app, name)
        for hour in range(1, 5):
            first.subscribe(app, channel, Schedule("day", f"{hour:02}:00"))
    together = Barrier(2)

    def work(desk: Desk) -> None:
        for hour in range(16, 24):  # from midnight of the app's zone on
            together.wait(60)
            desk.at(NOW + timedelta(hours=hour, minutes=10))

    with ThreadPoolExecutor(2) as both:
        list(both.map(work, desks))
    sent = Counter(key for desk in desks for *_, key in desk.got)
    assert set(sent.values()) == {1}
    assert len(sent) == 16
    assert first.states(app) == ["sent"] * 16
    for desk in desks:
        desk.records.database.close()
