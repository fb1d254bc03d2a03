"""Custom, Saved queries: one's own and the team's; and what one asked lately, to be asked again."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import datetime

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect

from minilens.errors import Refused
from minilens.period import now
from minilens.records.questions import SavedQuestion
from minilens.render import format
from minilens.reports.question import decoded
from minilens.web.admin.forms import QUESTIONS
from minilens.web.admin.settings_page import AppSettings
from minilens.web.auth.guard import MEMBER
from minilens.web.events.builder import checked, may_change
from minilens.web.reports.builders import address, of_saved
from minilens.web.reports.questions import PREFIX
from minilens.web.reports.views import OF_OTHERS

PAGE = "/a/{app:str}/events/questions"
#: What was asked lately that is shown.
MOST_ASKED = 30


@dataclass(frozen=True)
class Listed:
    """A saved question. `said`: what it asks, in a line; empty where it can't be asked any more."""

    saved: SavedQuestion
    name: str
    said: str
    href: str
    report: str
    mine: bool


@dataclass(frozen=True)
class Lately:
    """What was asked, in a line, and where it is asked again."""

    said: str
    href: str
    at: datetime


@get(PAGE, include_in_schema=False, needs=MEMBER)
async def questions_page(settings: NamedDependency[AppSettings]) -> Response[str]:
    """Both lists."""
    saved, lately = await asyncio.to_thread(listed, settings)
    return await settings.page(QUESTIONS, "questions.html", saved=saved, lately=lately)


@post(f"{PAGE}/{{question:int}}/remove", include_in_schema=False, status_code=303, needs=MEMBER)
async def remove_question(
    settings: NamedDependency[AppSettings], question: FromPath[int]
) -> Redirect:
    """Take one away: what they made, or where they may, what others saved for the team."""
    rooms, others = settings.records.questions, settings.may(OF_OTHERS)
    await asyncio.to_thread(
        rooms.remove, settings.app.id, question, now=now(), by=settings.me.id, others=others
    )
    return Redirect(QUESTIONS.at(settings.app, "removed"), status_code=303)


def listed(settings: AppSettings) -> tuple[list[Listed], list[Lately]]:
    """The saved ones by name, and what was asked lately, the newest first."""
    rooms, app, language = settings.records.questions, settings.app, settings.reader.language
    saved = [
        Listed(
            one, one.name.of(language), summary(settings, one.body), of_saved(app.name, one.id, decoded(one.body)),
            f"{PREFIX}{one.id}", may_change(settings, one),
        )
        for one in rooms.of(app.id, settings.me.id)
    ]  # fmt: skip
    asked = rooms.asked(app.id, settings.me.id)[:MOST_ASKED]
    told = [(one, summary(settings, one.body)) for one in asked]
    lately = [
        Lately(said, address(app.name, decoded(one.body)), one.at) for one, said in told if said
    ]
    return saved, lately


def summary(settings: AppSettings, body: str) -> str:
    """What a question asks, and over which days; empty where it can't be asked any more."""
    language = settings.reader.language
    try:
        state = checked(settings, decoded(body))
    except Refused:
        return ""
    over = format.span(state.range.start, state.range.end, language, state.today.year)
    return " · ".join((*state.subject(language), *state.conditions(language), over))


ROUTES = (questions_page, remove_question)
