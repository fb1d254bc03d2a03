"""Answers questions about Official Account content: figures of the records, beside launches and events of it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

from minilens.measure.attribution import run as attribution
from minilens.measure.attribution.query import AttributionQuery
from minilens.measure.content.figures import (
    Sums,
    Told,
    add_around,
    add_articles,
    add_followers,
    add_menu,
    by_day,
    item_of,
    settled,
)
from minilens.measure.content.query import ARTICLES, MENU, Apart, ContentQuery
from minilens.measure.content.query import Told as OfRecords
from minilens.measure.days import run as days
from minilens.measure.events import run as events
from minilens.measure.events.query import EventsQuery
from minilens.measure.measures import DAY
from minilens.measure.prepared import AsOf, Prepared
from minilens.measure.query import Query
from minilens.measure.table import Column, Cost, Row, Table
from minilens.period import Range, floor
from minilens.text import Language, Text, counted
from minilens.warehouse.engine import Engine

#: The column of a list's values.
COLUMNS: dict[Apart, Column] = {
    "article": Column("article", Text("文章", "Article"), "text"),
    "menu_item": Column("menu_item", Text("菜单项", "Menu item"), "text"),
    "way": Column("way", Text("触点路径", "Way of touches"), "text"),
}
#: Said of every answer.
TOTALS = Text(
    "公众号的数字是后台的总数，不是 Minilens 认识的用户",
    "Figures of the Official Account are its console's totals, not persons that Minilens knows",
)
#: Campaigns that a note names.
_MOST_NAMED = 3
#: Sums of what the mini program itself saw.
_OURS = ("launches", "menu_launches", "conversions")
Asked = dict[str, Table]


def prepare(engine: Engine, query: ContentQuery, as_of: AsOf) -> Prepared:
    """The question; it stands on the figures it was given, and on what its other questions stand on."""
    if not query.apart:
        query.range.check(query.grain)
    ranges = [query.range] + ([query.compare] if query.compare else [])
    asked = [
        {name: _prepare(engine, one, as_of) for name, one in _questions(query, over, as_of).items()}
        for over in ranges
    ]
    every = [one for some in asked for one in some.values()]
    stands_on = tuple(one.stands_on for one in every)
    return Prepared(
        run=lambda: _table(
            query, as_of, [{name: one.run() for name, one in some.items()} for some in asked]
        ),
        heavy=any(one.heavy for one in every),
        stands_on=None if None in stands_on else (query, as_of.today, stands_on),
        cost=Cost(0, 0, 0),
    )


def _prepare(
    engine: Engine, query: Query | EventsQuery | AttributionQuery, as_of: AsOf
) -> Prepared:
    if isinstance(query, AttributionQuery):
        return attribution.prepare(engine, query, as_of)
    if isinstance(query, Query):
        return days.prepare(engine, query, as_of)
    return events.prepare(engine, query, as_of)


def _questions(
    query: ContentQuery, over: Range, as_of: AsOf
) -> dict[str, Query | EventsQuery | AttributionQuery]:
    """What is asked of launches and events."""
    if query.apart == "menu_item":
        return {}
    if query.apart == "way":
        return {"ways": query.ways(over)}
    if query.apart:
        since = query.since(as_of.today)
        if since is None:
            return {}
        names = tuple(sorted({one.campaign for one in settled(query.told.articles)}))
        launches = query.launches_by(since, names)
        return {"launches": launches, "conversions": query.conversions(launches)}
    launches = query.launches(over, ARTICLES)
    return {
        "launches": launches,
        "menu_launches": query.launches(over, MENU),
        "conversions": query.conversions(launches),
    }


def _table(query: ContentQuery, as_of: AsOf, asked: Sequence[Asked]) -> Table:
    """Rows: period or value, measures."""
    make = {None: _periods, "article": _articles, "menu_item": _menu, "way": _ways}[query.apart]
    other, costs = query.compare, [table.cost for some in asked for table in some.values()]
    return Table(
        **make(query, as_of, asked),
        start=query.range.start, end=query.range.end, as_of=as_of.as_of, today=as_of.today,
        compared_start=other.start if other else None, compared_end=other.end if other else None,
        running=not query.apart and query.range.start <= as_of.today <= query.range.end,
        cost=Cost(
            sum(one.rows for one in costs), sum(one.bytes for one in costs), sum(one.milliseconds for one in costs)
        ),
    )  # fmt: skip


def _periods(query: ContentQuery, as_of: AsOf, asked: Sequence[Asked]) -> dict[str, Any]:
    """Oldest first; those that have not begun are unknown."""

    def of(over: Range, told: OfRecords, some: Asked) -> tuple[Row, ...]:
        found = by_period(query, over, told, some)
        return tuple(
            (day, *_cells(query, found.get(day, Sums()) if day <= as_of.today else Sums()))
            for day in over.buckets(query.grain)
        )

    rows = of(query.range, query.told, asked[0])
    return {
        "columns": (DAY, *(one.column() for one in query.measures)), "rows": rows, "total_rows": len(rows),
        "compared": of(query.compare, query.then, asked[1]) if query.compare else (),
        "notes": (TOTALS,) if _any(query.told) else (),
    }  # fmt: skip


def by_period(query: ContentQuery, over: Range, told: OfRecords, asked: Asked) -> dict[date, Sums]:
    """First day of a period → its sums."""
    found: dict[date, Sums] = defaultdict(Sums)

    def period(day: date) -> date:
        return floor(day, query.grain)

    articles = settled(told.articles)
    for one in articles:
        rows = [row for row in one.rows if over.start <= row.day <= over.end]
        for row in rows:
            add_articles(found[period(row.day)], [row])
        if over.start <= one.published <= over.end:
            found[period(one.published)].put("published", 1)
    _quiet(found, over, articles, query)
    followers, menu = defaultdict[date, list[Any]](list), defaultdict[date, list[Any]](list)
    for day in told.followers:
        followers[period(day.day)].append(day)
    for click in told.menu:
        menu[period(click.day)].append(click)
    for first, some in followers.items():
        add_followers(found[first], some)
    known = by_day(told.followers)
    for first, clicks in menu.items():
        add_menu(found[first], clicks, clicks, known)
    for name, table in asked.items():
        for begins, count in table.rows:
            assert isinstance(begins, date)
            found[period(begins)].put(name, int(str(count or 0)))
    return found


def _quiet(
    found: dict[date, Sums], over: Range, articles: Sequence[Told], query: ContentQuery
) -> None:
    """Where articles are told as a whole, nothing was opened of those published on a day without any."""
    rows = [row for one in articles for row in one.rows if over.start <= row.day <= over.end]
    if not rows or not all(row.whole for row in rows):
        return
    first, last = min(row.day for row in rows), max(row.day for row in rows)
    for day in over.buckets(query.grain):
        if floor(first, query.grain) <= day <= last:
            for name in ("opens", "published"):
                found[day].put(name, 0)


def _articles(query: ContentQuery, as_of: AsOf, asked: Sequence[Asked]) -> dict[str, Any]:
    """Articles with the most first; those of which it is not known come last."""
    del as_of
    told = settled(query.told.articles)
    followers, came = by_day(query.told.followers), _by_campaign(asked[0])
    claims: dict[str, int] = defaultdict(int)
    for one in told:
        claims[one.campaign] += 1
    every: dict[str, Sums] = {}
    for one in told:
        sums = every[one.value] = Sums()
        add_articles(sums, one.rows)
        add_around(sums, one, followers, query.around)
        if claims[one.campaign] == 1:
            for name, counts in came.items():
                sums.put(name, counts.get(one.campaign, 0))
    whole = _together(every.values())
    for name, counts in came.items():
        whole.held[name] = sum(counts.values())
    titles = {one.value: f"{one.published} · {one.title}" for one in told}
    made = _list(query, every, every, whole, _rest(every), _called(COLUMNS["article"], titles))
    shared = [one for one, count in claims.items() if count > 1]
    return {**made, "notes": (*made["notes"], *_of_several(shared, came))}


def _of_several(campaigns: Sequence[str], came: Mapping[str, Mapping[str, int]]) -> Iterator[Text]:
    """What came by campaigns that several articles have: of which of them nobody can say."""
    launches, conversions = (
        sum(came.get(name, {}).get(one, 0) for one in campaigns)
        for name in ("launches", "conversions")
    )
    if not launches and not conversions:
        return
    named, more = sorted(campaigns)[:_MOST_NAMED], len(campaigns) - _MOST_NAMED
    zh, en = "、".join(named), ", ".join(named)
    if more > 0:
        zh, en = f"{zh} 等 {len(campaigns)} 个", f"{en} and {more} more"
    yield Text(
        f"推广活动 {zh} 各有几篇文章在用，带来的 {launches:,} 次打开和 {conversions:,} 次转化只在合计里，不在任何一行："
        "请给每篇文章里的链接一个自己的推广活动",
        f"Several articles share a campaign ({en}): the {counted(launches, 'launch', 'launches')} and "
        f"{counted(conversions, 'conversion')} it brought are in the total and in no row. "
        "Give the links of each article a campaign of its own",
    )


def _rest(every: Mapping[str, Sums]) -> Callable[[list[str]], Sums]:
    return lambda some: _together(every[value] for value in some)


def _by_campaign(asked: Asked) -> dict[str, dict[str, int]]:
    """What came by each campaign."""
    return {
        name: {str(row[0]): int(str(row[1] or 0)) for row in table.rows}
        for name, table in asked.items()
    }


def _together(some: Any) -> Sums:
    """What several articles come to. Days around them overlap: of these no sum is told."""
    found = Sums()
    for one in some:
        for name, value in one.held.items():
            if not name.endswith(("_before", "_after")):
                found.put(name, value)
    return found


def _menu(query: ContentQuery, as_of: AsOf, asked: Sequence[Asked]) -> dict[str, Any]:
    """Items of the menu with the most first."""
    del as_of, asked

    def of(told: OfRecords, some: Collection[str] | None = None) -> tuple[dict[str, Sums], Sums]:
        known, rows = by_day(told.followers), defaultdict[str, list[Any]](list)
        for row in told.menu:
            if some is None or item_of(row) in some:
                rows[item_of(row)].append(row)
        found: dict[str, Sums] = defaultdict(Sums)
        for value, own in rows.items():
            add_menu(found[value], own, told.menu, known)
        whole = Sums()
        add_menu(whole, [row for own in rows.values() for row in own], told.menu, known)
        return found, whole

    every, whole = of(query.told)

    def rest(some: list[str]) -> Sums:
        return of(query.told, some)[1]

    return _list(query, every, of(query.then)[0], whole, rest, COLUMNS["menu_item"])


def _ways(query: ContentQuery, as_of: AsOf, asked: Sequence[Asked]) -> dict[str, Any]:
    """Ways through the account that led to the most conversions first."""
    del as_of

    def of(table: Table) -> dict[str, Sums]:
        found: dict[str, Sums] = {}
        total = sum(int(str(row[1])) for row in table.rows)
        for way, many, _, touches, took in table.rows:
            sums = found[str(way)] = Sums()
            count = int(str(many))
            sums.put("came", count)
            sums.put("all_came", total)
            sums.put("touches", Decimal(str(touches)) * count)
            sums.put("days", Decimal(str(took)) / 86_400 * count)
        return found

    every = of(asked[0]["ways"])
    then = of(asked[1]["ways"]) if query.compare else {}
    whole = _of_ways(every, list(every))
    column = replace(asked[0]["ways"].columns[0], name="way", title=COLUMNS["way"].title)
    made = _list(query, every, then, whole, lambda some: _of_ways(every, some), column)
    return {**made, "notes": ()}


def _of_ways(every: Mapping[str, Sums], some: list[str]) -> Sums:
    """Several ways together; all there are is the same of each."""
    found = _together(every[value] for value in some)
    for one in list(every.values())[:1]:
        found.held["all_came"] = one.held["all_came"]
    return found


def _list(
    query: ContentQuery, every: Mapping[str, Sums], then: Mapping[str, Sums], whole: Sums,
    rest_of: Callable[[list[str]], Sums], column: Column,
) -> dict[str, Any]:  # fmt: skip
    found = _found(query, every, column)
    shown = found[query.offset : query.offset + query.top]
    rest = [value for value in every if value not in set(shown)]
    return {
        "columns": (column, *(one.column() for one in query.measures)),
        "rows": tuple((value, *_cells(query, every[value])) for value in shown),
        "compared": tuple((value, *_cells(query, then.get(value, Sums()))) for value in shown)
        if query.compare
        else (),
        "total_rows": len(found),
        "totals": ("", *_cells(query, whole)) if every else None,
        "other": ("", *_cells(query, rest_of(rest))) if query.include_other and rest else None,
        "notes": (TOTALS,) if every else (),
    }


def _found(query: ContentQuery, every: Mapping[str, Sums], column: Column) -> list[str]:
    wanted, sort = query.search.lower(), query.sort or query.measures[0]
    called = {value: text.zh for value, text in column.called.items()}
    some = [value for value in every if wanted in f"{value} {called.get(value, '')}".lower()]
    leads = {value: every[value].figure(sort.name) for value in some}
    known = sorted(value for value in some if leads[value] is not None)
    known.sort(key=lambda value: leads[value] or 0, reverse=not query.ascending)
    return [*known, *sorted(value for value in some if leads[value] is None)]


def _called(column: Column, titles: Mapping[str, str]) -> Column:
    """The column with the titles of its values."""

    def shown(value: str, language: Language) -> str:
        del language
        return titles.get(value, value)

    names = {value: Text(title, title) for value, title in titles.items()}
    return Column(column.name, column.title, column.unit, shown=shown, called=names)


def _cells(query: ContentQuery, sums: Sums) -> Row:
    return tuple(sums.figure(one.name) for one in query.measures)


def _any(told: OfRecords) -> bool:
    return bool(told.articles or told.followers or told.menu)
