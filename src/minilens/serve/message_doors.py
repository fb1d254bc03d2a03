"""What pages and commands ask about messages, answered by the contents there are and the queue."""

from __future__ import annotations

from datetime import datetime

from minilens import reports
from minilens.deliver.contents import KINDS, find
from minilens.deliver.contents.report import PREFIX
from minilens.deliver.schedule import at_once, coming
from minilens.records.apps import App
from minilens.records.store import Records
from minilens.records.subscriptions import Cadence, Subscription
from minilens.reports.tabs import TABS
from minilens.serve.messages import preview
from minilens.text import Text
from minilens.web.messages.doors import MessageDoors, Offered

#: Reports of the moment, which are of no days.
_OF_THE_MOMENT = "live."


def message_doors(records: Records) -> MessageDoors:
    """Those of this server."""

    def title(app: int, name: str) -> Text:
        return find(name, records, app).title

    def cadence(app: int, name: str) -> Cadence:
        return find(name, records, app).cadence

    def next_time(one: Subscription, now: datetime) -> datetime | None:
        return coming(one, _app(records, one), now)

    def send_now(one: Subscription, now: datetime) -> None:
        at_once(records, one, _app(records, one), now=now)

    return MessageDoors(
        lambda app: offered(records, app), title, cadence, next_time, preview, send_now
    )


def offered(records: Records, app: int) -> list[Offered]:
    """Contents, then the reports of all pages in their order, then the team's saved questions."""
    found = [Offered(one.name, one.title, one.cadence) for one in KINDS.values()]
    cards = {
        name: _below(tab.title, reports.find(name).title)
        for tab in TABS
        for name in tab.cards
        if not name.startswith(_OF_THE_MOMENT)
    }
    found += [Offered(f"{PREFIX}{name}", title, "day", "report") for name, title in cards.items()]
    found += [
        Offered(f"{PREFIX}question.{one.id}", one.name, "day", "question")
        for one in records.questions.of(app, None)
    ]
    return found


def _below(page: Text, card: Text) -> Text:
    return Text(f"{page.zh} · {card.zh}", f"{page.en} · {card.en}")


def _app(records: Records, one: Subscription) -> App:
    return next(app for app in records.apps.all(archived=True) if app.id == one.app)
