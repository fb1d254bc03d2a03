"""Several contents of an app as one message."""

from __future__ import annotations

from collections.abc import Sequence
from zoneinfo import ZoneInfo

from minilens.deliver.contents.content import Asking, Content
from minilens.period import Range
from minilens.render import format
from minilens.render.i18n import translate
from minilens.render.message import Message, Section
from minilens.text import Language


def message(
    asking: Asking, contents: Sequence[Content], over: Range, language: Language, footer: str = ""
) -> Message:
    """What is sent about some days of an app. Contents without anything to say are passed over; where none has, or the
    app has no events yet, the message says so."""
    _ = translate(language)
    app = asking.title.of(language) or asking.name
    days = format.span(over.start, over.end, language, asking.context.today.year)
    empty = asking.context.first_day is None
    told = [] if empty else contents
    found = [one for content in told for one in content.sections(asking, over, language)]
    here = asking.context.now.astimezone(ZoneInfo(asking.context.timezone))
    return Message(
        title=f"{app} · {_titled(contents, language)} · {days}",
        as_of=_("As of %(moment)s") % {"moment": f"{here:%Y-%m-%d %H:%M}"},
        sections=tuple(found) or (Section(sentences=(_silence(asking, language),)),),
        link=asking.page("dashboard"), language=language, footer=footer,
    )  # fmt: skip


def _titled(contents: Sequence[Content], language: Language) -> str:
    names = list(dict.fromkeys(one.title.of(language) for one in contents))
    return ("、" if language == "zh" else ", ").join(names)


def _silence(asking: Asking, language: Language) -> str:
    _ = translate(language)
    if asking.context.first_day is None:
        return _("No events have come in for this app yet.")
    return _("There is nothing to tell about these days.")
