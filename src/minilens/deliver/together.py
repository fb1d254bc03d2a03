"""What is sent as one message: all that is due to a channel at about the same time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

from minilens.deliver.contents import Asking, find
from minilens.deliver.contents.content import Content
from minilens.deliver.contents.whole import message
from minilens.deliver.schedule import LATE, TOGETHER
from minilens.period import Range
from minilens.records.sends import Send
from minilens.render import format
from minilens.render.i18n import translate
from minilens.render.message import Message, Section
from minilens.text import Language

#: Reports in one message.
MOST = 12
#: What stands before all others.
FIRST = "kpis"


def groups(waiting: Sequence[Send], now: datetime) -> list[list[Send]]:
    """Those that are to be sent now, each list one message to one channel, the first of a batch first. `waiting` holds
    all that is due up to `TOGETHER` from now, the earliest first. What was put in with a message of its own, or tried
    before, is joined by nothing; the rest waits for what comes within `TOGETHER` of the first."""
    alone: dict[int, list[Send]] = {}
    fresh: dict[int, list[Send]] = {}
    for one in waiting:
        if one.alone or one.batch is not None:
            alone.setdefault(one.id if one.batch is None else one.batch, []).append(one)
        else:
            fresh.setdefault(one.channel, []).append(one)
    found = [sorted(some, key=lambda one: one.id) for some in alone.values() if some[0].at <= now]
    for some in fresh.values():
        until = some[0].at + TOGETHER
        near = [one for one in some if one.at < until or one.at <= now]
        if near[-1].at <= now:
            found += [near[n : n + MOST] for n in range(0, len(near), MOST)]
    return found


def composed(asking: Asking, some: Sequence[Send], language: Language, footer: str) -> Message:
    """The message of a group: KPIs, then the reports, a section each or more. Refused where one is no longer known."""
    contents: dict[Range, list[Content]] = {}
    for one in sorted(some, key=lambda one: (one.content != FIRST, one.id)):
        assert one.over is not None, one.key  # all others bring their message
        of_days = contents.setdefault(one.over, [])
        if (content := find(one.content, asking.records, asking.app)) not in of_days:
            of_days.append(content)
    parts = [message(asking, of, over, language, footer) for over, of in contents.items()]
    whole = parts[0] if len(parts) == 1 else _joined(asking, parts, list(contents), language)
    return late(asking, whole, min(one.due for one in some))


def again(before: Message) -> Message:
    """The same message, which says that it may have come before."""
    _ = translate(before.language)
    said = Section(sentences=(_("This message may have reached you before: no answer came."),))
    return before if said in before.sections else replace(before, sections=(said, *before.sections))


def late(asking: Asking, made: Message, due: datetime) -> Message:
    """The message, which says that it comes late where it does."""
    if asking.context.now - due <= LATE:
        return made
    _ = translate(made.language)
    here = format.moment(due.astimezone(ZoneInfo(asking.context.timezone)))
    said = Section(sentences=(_("This message comes late: it was due %(when)s.") % {"when": here},))
    return made if said in made.sections else replace(made, sections=(said, *made.sections))


def _joined(
    asking: Asking, parts: Sequence[Message], days: Sequence[Range], language: Language
) -> Message:
    """Of several ranges: each part is headed by its days."""
    _ = translate(language)
    year = asking.context.today.year
    sections = [
        replace(one, title=" · ".join(filter(None, (one.title, format.span(over.start, over.end, language, year)))))
        for part, over in zip(parts, days, strict=True)
        for one in part.sections
    ]  # fmt: skip
    app = asking.title.of(language) or asking.name
    title = _("%(app)s · %(count)s reports") % {"app": app, "count": len(sections)}
    return replace(parts[0], title=title, sections=tuple(sections))
