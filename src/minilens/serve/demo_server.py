"""The demo: ninety days of a believable mini program, and events that go on arriving."""

from __future__ import annotations

import threading
from collections.abc import Callable

import httpx
from rich.console import Console
from rich.progress import Progress

from minilens import demo
from minilens.demo import saved
from minilens.demo.content import content
from minilens.demo.costs import costs
from minilens.demo.payments import CHANNEL, Notifications, signed
from minilens.load.pipeline import Pipeline, open_pipeline
from minilens.measure.execution.executor import QueryExecutor
from minilens.period import milliseconds, now
from minilens.records.payments import Provider
from minilens.records.store import App, Records
from minilens.reports.alarm_targets import USUAL
from minilens.reports.kpis import encoded as encoded_kpi
from minilens.reports.question import encoded
from minilens.serve.wiring import cohorts_of
from minilens.settings import Settings
from minilens.spool.reader import ReceiverSpool
from minilens.spool.record import encode
from minilens.spool.writer import Writer, frame
from minilens.warehouse.retention import forget_ids
from minilens.web.reports.questions import PREFIX

NAME = "demo"
PAYMENTS: Provider = "hmac"
OWNER = ("demo@example.org", "Demo")
BATCHES = 5000


def make_history(settings: Settings, events: int) -> App:
    """The demo app with its past, loaded and made; at once where it is there already."""
    records = Records(settings.records_dsn)
    records.database.migrate()
    try:
        if not records.accounts.all():
            owner = records.accounts.create(*OWNER, now=now())
            records.grants.set(owner.id, None, "owner", now=now(), by=None)
        if found := [app for app in records.apps.all() if app.name == NAME]:
            return found[0]
        app = records.apps.create(
            NAME,
            timezone=settings.timezone,
            now=now(),
            zh=demo.NAME_ZH,
            en=demo.NAME_EN,
            appid=demo.APPID,
        )
        key = records.keys.of(app.id)[0].id
        links = list(saved.LINKS.values())
        records.links.create(app.id, links, now=now(), codes=list(saved.LINKS))
        records.payment_channels.set(app.id, PAYMENTS, CHANNEL, "", settings.secret, now=now())
    finally:
        records.database.close()
    pipeline, tally = open_pipeline(settings), demo.Tally()
    with Progress(console=Console(stderr=True)) as bar:
        task = bar.add_task(f"90 days of {demo.NAME_EN}", total=events)
        _receive(
            pipeline, settings, app, key, events, tally,
            lambda done: bar.update(task, advance=done * 0.8),
        )  # fmt: skip
        pipeline.builder.drain()
        forget_ids(pipeline.engine, days=settings.late_days * 2)  # nobody sends these again
        bar.update(task, completed=events)
    _save(pipeline, app, tally)
    pipeline.close()
    return app


def _save(pipeline: Pipeline, app: App, tally: demo.Tally) -> None:
    """What the app's team has saved and its owner has pinned, what its ads cost, and what its Official Account has."""
    records = pipeline.records
    if spent := costs(tally.paid, tally.days):
        records.costs.put(app.id, spent, today=tally.days[-1], now=now())
    records.content.put(app.id, content(tally.days), today=tally.days[-1], now=now())
    owner = records.accounts.all()[0].id
    for one in saved.QUESTIONS:
        made = records.questions.create(
            app.id, one.name, encoded(one.question), team=True, now=now(), by=owner
        )
        records.pins.add(app.id, owner, f"{PREFIX}{made.id}", "")
    records.alarm_rules.create(app.id, USUAL, now=now(), by=owner)
    for named, kpi in saved.KPIS:
        records.kpis.create(app.id, named, encoded_kpi(kpi), owner, now=now(), by=owner)
    name, definition = saved.COHORT
    executor = QueryExecutor(pipeline.engine)
    cohorts_of(pipeline, executor).create(app.id, name, definition, True, owner)


def _receive(
    pipeline: Pipeline,
    settings: Settings,
    app: App,
    key: int,
    events: int,
    tally: demo.Tally,
    tell: Callable[[int], None],
) -> None:
    """Write the past to a spool folder and load it, in turns."""
    folder = settings.spool / "import-demo"
    writer = Writer(folder, reserve=settings.reserve_mb << 20)
    held: list[bytes] = []
    end = now()
    told = Notifications(app.id, milliseconds(end))
    past = demo.history(
        app=app.id,
        timezone=app.timezone,
        end=end,
        events=events,
        secret=settings.secret,
        tally=tally,
    )
    for batch in past:
        batch.key = key
        held += [frame(encode(one)) for one in (*told.behind(batch), batch)]
        tell(len(batch.events))
        if len(held) >= BATCHES:
            writer.write(b"".join(held))
            pipeline.loader.step()
            held.clear()
    held += [frame(encode(one)) for one in told.rest()]
    writer.write(b"".join(held))
    writer.close()
    pipeline.loader.drain()
    ReceiverSpool(folder).finish()


def send_live(settings: Settings, app: App, events: int, stop: threading.Event) -> None:
    """Post the demo's present to our own collector, and its payments as they are notified, until told to stop."""
    records = Records(settings.records_dsn)
    key, channel = records.keys.of(app.id)[0].key, records.payment_channels.find(app.id, PAYMENTS)
    records.database.close()
    secret = channel.secret(settings.secret) if channel else None
    url = f"http://{settings.host}:{settings.port}/v1"
    with httpx.Client(headers=demo.HEADERS, timeout=10) as client:
        for delay, envelope, address in demo.live(
            app=app.id, key=key, timezone=app.timezone, events=events, rate=0.6
        ):
            if stop.wait(delay):
                return
            try:
                client.post(f"{url}/collect", json=envelope, headers={"X-Forwarded-For": address})
                for body, headers in signed(envelope, secret) if secret else ():
                    client.post(f"{url}/payments/{NAME}/{PAYMENTS}", content=body, headers=headers)
            except httpx.TransportError:
                stop.wait(2.0)
