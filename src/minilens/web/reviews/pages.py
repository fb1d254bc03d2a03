"""Reviews by pages: of a week or month what changed, which step moved, what was kept, and what people write."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlencode

from litestar import Request, Response, get, post
from litestar.datastructures import State
from litestar.di import NamedDependency
from litestar.params import FromPath

from minilens.errors import NotFound
from minilens.period import now
from minilens.records.reviews import LONGEST, PARTS, Review
from minilens.records.rights import SEES
from minilens.render import format
from minilens.render.as_month import as_articles, as_margins, as_months, as_verdicts, margin_said
from minilens.render.as_review import as_alarms, as_change, as_kept, as_steps, changed
from minilens.render.i18n import translate
from minilens.reports.reviews import effect as effects
from minilens.reports.reviews.days import ReviewGrain, after, before, first_of
from minilens.reports.reviews.watched import named
from minilens.reports.reviews.whole import ReviewOf
from minilens.text import Language
from minilens.web.account.sign_in import Form
from minilens.web.admin.forms import MONTHLY, WEEKLY, Answer, Part, Wrong, attempt, clock, names
from minilens.web.admin.settings_page import AppSettings
from minilens.web.console import App, Console
from minilens.web.reader import ReaderContext
from minilens.web.reviews.typed import offered, typed, written
from minilens.web.reviews.wiring import review_of
from minilens.web.templating import html

Req = Request[Any, Any, State]
WRITES = "saved:write"
_HERE = "/a/{app:str}/reviews"
_ONE = f"{_HERE}/{{grain:str}}/{{day:str}}"
#: Earlier reviews that are listed.
LISTED = 12


@get([_HERE, f"{_HERE}/monthly"], include_in_schema=False, needs=SEES)
async def newest(request: Req, settings: NamedDependency[AppSettings]) -> Response[str]:
    """The one that is to be held now."""
    grain: ReviewGrain = "month" if request.url.path.endswith("/monthly") else "week"
    one = review_of(settings.console, settings.app, settings.reader, grain, None)
    return await shown(settings, one)


@get(_ONE, include_in_schema=False, needs=SEES)
async def review_page(
    settings: NamedDependency[AppSettings], grain: FromPath[str], day: FromPath[str]
) -> Response[str]:
    """Of a week or month, by any of its days."""
    return await shown(settings, _of(settings, grain, day))


@post(_ONE, include_in_schema=False, status_code=303, needs=WRITES)
async def write(
    settings: NamedDependency[AppSettings], data: Form, grain: FromPath[str], day: FromPath[str]
) -> Answer:
    """What people make of it, instead of what was there."""
    one = _of(settings, grain, day)

    def do() -> str:
        records = settings.records
        given = typed(data, one.written(), records.kpis.of(settings.app.id))
        records.reviews.write(settings.app.id, given, now=now(), by=settings.me.id)
        return f"{address(settings.app, one)}?done=written"

    return await attempt(
        "review", settings.reader, do, lambda error: shown(settings, one, error, data)
    )


@get(f"{_ONE}/part/{{name:str}}", include_in_schema=False, needs=SEES)
async def part(
    request: Req,
    console: NamedDependency[Console],
    reader: NamedDependency[ReaderContext],
    held: NamedDependency[App],
    grain: FromPath[str],
    day: FromPath[str],
    name: FromPath[str],
) -> Response[str]:
    """One of its cards."""
    if name not in CARDS:
        raise NotFound("not_found")
    found, start = first_of(
        grain, day, review_of(console, held, reader, "week", None).context.today
    )
    one = review_of(console, held, reader, found, start)
    figure = request.query_params.get("figure", "")
    context = await asyncio.to_thread(CARDS[name], one, reader.language, figure)
    return html(f"_review_{name}.html", reader, app=held, one=one, **context)


@get(f"{_ONE}/sheet", include_in_schema=False, needs=SEES)
async def sheet(
    settings: NamedDependency[AppSettings], grain: FromPath[str], day: FromPath[str]
) -> Response[str]:
    """All of it on one page, to be printed."""
    one = _of(settings, grain, day)
    context = await asyncio.to_thread(_whole, one, settings.reader.language)
    return await settings.page(
        _part(one), "review_sheet.html", one=one, days=_days(one, settings.reader.language),
        here=address(settings.app, one), **context,
    )  # fmt: skip


def address(app: App, one: ReviewOf) -> str:
    """Its page."""
    return f"/a/{app.name}/reviews/{one.grain}/{one.start}"


def _of(settings: AppSettings, grain: str, day: str) -> ReviewOf:
    console, app, reader = settings.console, settings.app, settings.reader
    today = review_of(console, app, reader, "week", None).context.today
    found, start = first_of(grain, day, today)
    return review_of(console, app, reader, found, start)


def _part(one: ReviewOf) -> Part:
    return WEEKLY if one.grain == "week" else MONTHLY


async def shown(
    settings: AppSettings, one: ReviewOf, error: Wrong | None = None, data: Mapping[str, str] | None = None
) -> Response[str]:  # fmt: skip
    """The page: its cards come from addresses of their own."""
    context = await asyncio.to_thread(_told, settings, one)
    fields = context.pop("fields")
    later = after(one.grain, one.start)
    return await settings.page(
        _part(one), "reviews.html", error=error, one=one, here=address(settings.app, one),
        days=_days(one, settings.reader.language), typed=dict(data) if data else fields, longest=LONGEST,
        earlier=before(one.grain, one.start), later=later if later <= one.context.today else None,
        writes=settings.may(WRITES), hints=_hints(settings.reader.language), **context,
    )  # fmt: skip


def _told(settings: AppSettings, one: ReviewOf) -> dict[str, Any]:
    review, language = one.written(), settings.reader.language
    past = [
        r for r in settings.records.reviews.of(settings.app.id, one.grain) if r.start != one.start
    ]
    return {
        **_words(one, language),
        "figures": [
            (each.name, each.title.of(language), urlencode({"figure": each.name}))
            for each in one.figures()
        ],
        "review": review, "fields": written(review), "past": [r for r in past if r.written][:LISTED],
        "measured": _title(review, language),
        "offered": offered(settings.records.kpis.of(settings.app.id), review, language),
        "members": [
            (str(member.id), member.name)
            for member in settings.records.accounts.all()
            if member.may(SEES, settings.app.id) and member.disabled is None
        ],
    }  # fmt: skip


def _words(one: ReviewOf, language: Language) -> dict[str, Any]:
    """The parts that people write, and what they are called."""
    return {"parts_of": PARTS[one.grain], "named": names(language)}


def _hints(language: Language) -> dict[str, str]:
    """What belongs into each part."""
    _ = translate(language)
    return {
        "insight": _("What did we learn that we did not know?"),
        "friction": _("Where do users get stuck?"),
        "change": _("What do we do about it by next Friday?"),
        "scale": _("What works, and deserves more budget?"),
        "keep": _("What goes on as it is?"),
        "stop": _("What costs more than it brings?"),
    }


def _title(review: Review, language: Language) -> str:
    figure = effects.figure_of(review)
    return figure.title.of(language) if figure else ""


def _days(one: ReviewOf, language: Language) -> tuple[str, str]:
    """The days that it is of, and those before, in words; empty where none is over."""
    days, year = one.days, one.context.today.year
    if days is None:
        return "", ""
    return (
        format.span(days.over.start, days.over.end, language, year),
        format.span(days.before.start, days.before.end, language, year),
    )


def _changes(one: ReviewOf, language: Language, figure: str) -> dict[str, Any]:
    found = one.changed(named(figure, one.records.kpis.of(one.app)))
    return {"card": as_change(found, language) if found else None}


def _steps(one: ReviewOf, language: Language, _figure: str) -> dict[str, Any]:
    return {"rows": as_steps(one.steps(), language)}


def _kept(one: ReviewOf, language: Language, _figure: str) -> dict[str, Any]:
    found = one.kept()
    if found is None:
        return {"kept": None, "groups": [], "restated": 0, "seen": ""}
    kept, beside = found
    restated = sum(1 for each in beside if each.restated)
    return {
        "kept": kept, "groups": as_kept(kept, beside, language), "restated": restated,
        "seen": clock(kept.as_of, one.context.timezone),
    }  # fmt: skip


def _effect(one: ReviewOf, language: Language, _figure: str) -> dict[str, Any]:
    found = one.effect()
    if found is None:
        return {"effect": None, "card": None, "change": None}
    moved = found.moved
    return {
        "effect": found, "card": as_change(moved, language) if moved else None,
        "change": changed(moved, language) if moved else None,
    }  # fmt: skip


def _campaigns(one: ReviewOf, language: Language, _figure: str) -> dict[str, Any]:
    return {
        "rows": as_margins(one.campaigns(), language),
        "said": margin_said(one.margin, language),
    }


def _verdicts(one: ReviewOf, language: Language, _figure: str) -> dict[str, Any]:
    return {"groups": as_verdicts(one.campaigns(), one.articles(), language)}


def _cohorts(one: ReviewOf, language: Language, _figure: str) -> dict[str, Any]:
    return {"months": as_months(one.cohorts(), language)}


def _articles(one: ReviewOf, language: Language, _figure: str) -> dict[str, Any]:
    return {"list": as_articles(one.articles(), language)}


def _alarms(one: ReviewOf, language: Language, _figure: str) -> dict[str, Any]:
    return {"rows": as_alarms(one.alarms(), one.context.timezone, language)}


#: Name of a card → what its template is told.
CARDS: dict[str, Callable[[ReviewOf, Language, str], dict[str, Any]]] = {
    "changes": _changes, "steps": _steps, "kept": _kept, "effect": _effect, "campaigns": _campaigns,
    "alarms": _alarms, "verdicts": _verdicts, "cohorts": _cohorts, "articles": _articles,
}  # fmt: skip
#: Those that only a month has.
OF_MONTHS = ("verdicts", "campaigns", "cohorts", "articles")


def _has(one: ReviewOf, card: str) -> bool:
    return one.grain == "month" or card not in OF_MONTHS


def _whole(one: ReviewOf, language: Language) -> dict[str, Any]:
    review = one.written()
    cards = [found for figure in one.figures() if (found := one.changed(figure))]
    return {
        **_words(one, language), "review": review, "measured": _title(review, language),
        "changes": [as_change(found, language) for found in cards],
        **{name: CARDS[name](one, language, "") for name in CARDS if name != "changes" and _has(one, name)},
    }  # fmt: skip


ROUTES = (newest, review_page, write, part, sheet)
