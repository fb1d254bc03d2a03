"""The demo: ninety days of a believable mini program, and events that go on arriving."""

from __future__ import annotations

import threading

import httpx
from rich.console import Console
from rich.progress import Progress

from minilens import demo
from minilens.load.works import open_works
from minilens.period import now, now_ms
from minilens.records.store import App, Records
from minilens.settings import Settings
from minilens.spool.reader import Folder
from minilens.spool.record import encode
from minilens.spool.writer import Writer, frame

NAME = "demo"
BATCHES = 5000


def make_history(settings: Settings, events: int) -> App:
    """The demo app with its past, loaded and made; at once where it is there already."""
    records = Records(settings.records_dsn)
    records.migrate()
    for app in records.apps():
        if app.name == NAME:
            records.close()
            return app
    app = records.create_app(
        NAME,
        timezone=settings.timezone,
        now=now(),
        zh=demo.NAME_ZH,
        en=demo.NAME_EN,
        appid=demo.APPID,
    )
    records.close()
    works = open_works(settings)
    folder = settings.spool / "import-demo"
    writer = Writer(folder, reserve=settings.reserve_mb << 20)
    key = works.records.keys(app.id)[0].id
    with Progress(console=Console(stderr=True)) as bar:
        task = bar.add_task("90 days of " + demo.NAME_EN, total=events)
        held: list[bytes] = []
        for batch in demo.history(
            app=app.id, timezone=app.timezone, end=now(), events=events, secret=settings.secret
        ):
            batch.key = key
            held.append(frame(encode(batch)))
            bar.update(task, advance=len(batch.events) * 0.8)
            if len(held) >= BATCHES:
                writer.write(b"".join(held))
                works.loader.step()
                held.clear()
        writer.write(b"".join(held))
        writer.close()
        works.loader.drain()
        bar.update(task, completed=events * 0.9)
        works.builder.drain()
        bar.update(task, completed=events)
    Folder(folder).sweep(now_ms() / 1000)
    Folder(folder).remove()
    works.close()
    return app


def send_live(settings: Settings, app: App, events: int, stop: threading.Event) -> None:
    """Post the demo's present to our own collector until told to stop."""
    records = Records(settings.records_dsn)
    key = records.keys(app.id)[0].key
    records.close()
    url = f"http://{settings.host}:{settings.port}/v1/collect"
    with httpx.Client(headers=demo.HEADERS, timeout=10) as client:
        for delay, envelope in demo.live(
            app=app.id, key=key, timezone=app.timezone, events=events, rate=0.6
        ):
            if stop.wait(delay):
                return
            try:
                client.post(url, json=envelope)
            except httpx.TransportError:
                stop.wait(2.0)
