"""How subscriptions and sendings stand, for pages and programs alike."""

from __future__ import annotations

from datetime import datetime

from minilens.errors import NotFound, Refused
from minilens.records.sends import Send
from minilens.render.i18n import translate
from minilens.render.send_reasons import reason
from minilens.text import Language, Text
from minilens.web.console import App, Console


def content_title(console: Console, app: App, name: str, language: Language) -> str:
    """What a content is called; the name itself of one that is no more, or is none of ours."""
    try:
        return console.messages.title(app.id, name).of(language)
    except (Refused, NotFound):
        return _OTHERS.get(name, Text(name, name)).of(language)


#: What others put into the queue.
_OTHERS = {"alarm": Text("告警", "Alarm")}


def state_word(send: Send, stopped: str, language: Language) -> str:
    """How a sending stands. `stopped`: of its channel, empty where it takes messages."""
    _ = translate(language)
    if send.state == "due" and stopped:
        return _("Waits for its channel")
    if send.state == "due" and (send.tries or send.code):
        return _("Tried again")
    words = {
        "due": _("Due"),
        "claimed": _("Being sent"),
        "sent": _("Sent"),
        "unknown": _("No answer"),
        "failed": _("Not sent"),
        "skipped": _("Skipped"),
    }
    return words[send.state]


def why(send: Send, stopped: str, app: App, language: Language) -> str:
    """In a sentence why it is not sent, or what else is to be known of it; empty where nothing is."""
    _ = translate(language)
    if send.state == "skipped":
        return _("It could not be sent in time; a newer one took its place.")
    code = stopped if send.state == "due" and stopped else send.code
    said = reason(code, Text(app.title("zh"), app.title("en"))).of(language) if code else ""
    if send.twice:
        said = ". ".join(filter(None, (said, _("It may have arrived twice"))))
    elif send.late and send.state == "sent":
        said = _("Sent late: the server was not running when it was due")
    return said


def moment_of(send: Send) -> datetime:
    """When it was sent or given up, or is tried next."""
    if send.state == "due":
        return send.at
    return send.settled or send.due
