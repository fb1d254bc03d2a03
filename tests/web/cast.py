"""The fixed cast of the site's tests: two apps, people and tokens, a believable table made by a formula."""

from __future__ import annotations

import functools
import hashlib
import math
import re
import sqlite3
import tempfile
from collections.abc import Callable
from contextlib import ExitStack, closing
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit
from zoneinfo import ZoneInfo

from litestar import Litestar
from litestar.testing import TestClient

from minilens import reports
from minilens.measure.activity.query import ActivityQuery
from minilens.measure.attribution.query import AttributionQuery
from minilens.measure.dimensions import DIMENSIONS
from minilens.measure.distribution.query import DistributionQuery
from minilens.measure.events.query import EventsQuery
from minilens.measure.funnels.query import FunnelQuery
from minilens.measure.ledger.query import LedgerListQuery, LedgerQuery, SamplesQuery
from minilens.measure.ltv.query import LtvQuery
from minilens.measure.measures import DAY, MEASURES, MOMENT
from minilens.measure.paths.query import PathsQuery
from minilens.measure.persons.query import PersonsQuery
from minilens.measure.query import Query
from minilens.measure.retention.query import RetentionQuery
from minilens.measure.run import AnyQuery
from minilens.measure.table import Cell, Column, Cost, Row, Table
from minilens.measure.why.query import FigureWhyQuery, WhyQuery
from minilens.period import Range, now, today
from minilens.records.passwords import HASHER
from minilens.records.store import Erasure, Records
from minilens.reports.report import Report
from minilens.web.console import App, Console
from minilens.web.persons.doors import Deed
from tests.web.activity_cast import active
from tests.web.attribution_cast import attributed
from tests.web.campaigns_cast import plain
from tests.web.content_cast import ContentQuery, counted
from tests.web.costs_cast import CostsQuery, costed
from tests.web.distribution_cast import distributed
from tests.web.events_cast import asked, behind
from tests.web.funnels_cast import explained, funnelled
from tests.web.kpis_cast import in_one_row
from tests.web.ledger_cast import ledger, samples
from tests.web.live_cast import live_answer, newest
from tests.web.paths_cast import pathed
from tests.web.payments_cast import PaymentsQuery, reconciled
from tests.web.person_cast import Persons
from tests.web.quarantine_cast import QUARANTINE
from tests.web.retention_cast import returned
from tests.web.shares_cast import SharesQuery, shared
from tests.web.sites import site

#: Type of question → what answers it.
ANSWERS: tuple[tuple[Any, Callable[..., Table]], ...] = (
    (RetentionQuery, returned), (DistributionQuery, distributed), (LedgerQuery | LedgerListQuery, ledger),
    (WhyQuery | FigureWhyQuery, explained), (SamplesQuery, samples), (EventsQuery, asked),
    (FunnelQuery, funnelled), (PathsQuery, pathed), (AttributionQuery, attributed), (SharesQuery, shared),
    (ActivityQuery | LtvQuery, active), (PaymentsQuery, reconciled), (CostsQuery, costed), (ContentQuery, counted),
)  # fmt: skip

CAFE = App(1, "cafe", "小满咖啡", "Xiaoman Coffee", "Asia/Shanghai")
SHOP = App(2, "shop", "山野书店", "Hillside Books", "Asia/Shanghai")

PAGES = (
    "pages/index/index", "pages/menu/menu", "pages/order/confirm", "pages/item/item", "pages/coupon/list",
    "pages/mine/mine", "packageA/member/level", "pages/store/nearby", "pages/search/search", "pages/pay/done",
    "pages/share/card", "=cmd|' /C calc'!A0",
)  # fmt: skip


def wave(n: float) -> float:
    """A weekly rhythm on a rising line."""
    return 1 + 0.14 * math.sin(n / 7 * 2 * math.pi) + 0.03 * math.sin(n * 1.7) + n / 900


def figures(bucket: date, size: float) -> dict[str, Cell]:
    """The figures of one period of so many days. One day in April has no times."""
    n = (bucket - date(2026, 1, 1)).days
    visitors = round(23_500 * wave(n) * size**0.8)
    unknown = (bucket.month, bucket.day) == (4, 4)
    return {
        "total_users": 400_000 + n * 2_100,
        "launches": round(visitors * 1.56),
        "visits": round(visitors * 5.08),
        "transitions": round(visitors * 5.08),
        "visitors": visitors,
        "new_users": round(visitors * 0.25),
        "shares": round(visitors * 0.0352),
        "sharers": round(visitors * 0.0281),
        "duration_per_visitor": None if unknown else 96.4 * wave(n),
        "duration_per_launch": None if unknown else 61.8 * wave(n),
        "page_time_per_visit": None if unknown else 12.4 * wave(n),
        "page_time_per_visitor": None if unknown else 63.1 * wave(n),
        "scans": round(visitors * 0.3),
        "scan_users": round(visitors * 0.25),
        "scan_new_users": round(visitors * 0.09),
        "scan_continued": round(visitors * 0.2),
        "timed_loads": round(visitors * 2.2),
        "load_time": 0.64 * wave(n),
        "entries": round(visitors * 1.56),
        "bounce_rate": 0.23 * wave(n),
        "exits": round(visitors * 1.5),
        "exit_rate": 0.31 * wave(n),
    }


def row(named: Cell, query: Query, of: dict[str, Cell], whole: dict[str, Cell]) -> Row:
    """The measures asked for; shares are of the whole."""
    cells: list[Cell] = [named]
    for one in query.measures:
        share_of = one.share_of
        part, every = of.get(share_of), whole.get(share_of)
        known = isinstance(part, int) and isinstance(every, int) and every
        cells.append(of.get(one.name) if not share_of else part / every if known else None)  # type: ignore[operator]
    return tuple(cells)


def of_page(whole: dict[str, Cell], page: str) -> dict[str, Cell]:
    """What one page has of all: half of what the one before has."""
    part = 0.5 ** (PAGES.index(page) + 1)
    return {n: round(cell * part) if isinstance(cell, int) else cell for n, cell in whole.items()}


def periods(over: Range, query: Query) -> tuple[Row, ...]:
    """A row for each period."""
    if query.grain == "hour":
        return hours(over, query)
    size = {"day": 1, "week": 7, "month": 30}[query.grain]
    found = ((bucket, figures(bucket, size)) for bucket in over.buckets(query.grain))
    return tuple(row(bucket, query, cells, cells) for bucket, cells in found)


def hours(over: Range, query: Query) -> tuple[Row, ...]:
    """A row for each hour; those after the present one are still to come."""
    moment, zone = now(), ZoneInfo(query.timezone)
    found: list[Row] = []
    for hour in over.hours(query.timezone):
        cells = figures(over.start, 1)
        come = {name: cell if hour <= moment else None for name, cell in cells.items()}
        found.append(row(hour.astimezone(zone), query, come, come))
    return tuple(found)


def pages(over: Range, query: Query, shown: tuple[str, ...]) -> tuple[Row, ...]:
    """A row for each of these pages."""
    whole = figures(over.start, over.days)
    return tuple(row(page, query, of_page(whole, page), whole) for page in shown)


def by_page(query: Query, table: Table) -> Table:
    """The pages in the order asked for, all of them, and those not shown."""
    at = query.measures.index(query.sort) + 1 if query.sort else 1
    every = pages(query.range, query, PAGES)
    ranked = sorted(every, key=lambda r: float(str(r[at] or 0)), reverse=not query.ascending)
    end = query.offset + query.top
    rows, others = ranked[query.offset : end], [*ranked[: query.offset], *ranked[end:]]
    shown = tuple(str(r[0]) for r in rows)
    whole = figures(query.range.start, query.range.days)
    left = [of_page(whole, str(r[0])) for r in others]
    rest = {
        name: sum(int(str(o[name])) for o in left)
        for name, cell in whole.items()
        if isinstance(cell, int)
    }
    return replace(
        table,
        columns=(DIMENSIONS["page"].column(), *table.columns[1:]),
        rows=tuple(rows),
        compared=pages(query.compare, query, shown) if query.compare else (),
        total_rows=len(PAGES),
        totals=row(None, query, whole, whole),
        other=row(None, query, dict(rest), whole) if query.include_other and others else None,
        unknown=every[-1] if query.include_unknown else None,
    )


def answer(report: Report, query: Query, app: App) -> Table:
    """What the measuring room would answer, by formula."""
    moment = now()
    by_hour = query.grain == "hour" and not query.values
    whole = row(None, query, figures(query.range.start, 1), {}) if by_hour else None
    table = Table(
        columns=(MOMENT if by_hour else DAY, *(one.column() for one in query.measures)),
        rows=() if query.values else periods(query.range, query), start=query.range.start, end=query.range.end,
        as_of=moment - timedelta(seconds=2),
        cost=Cost(312_408, 4_100_000, 18.4),
        compared=periods(query.compare, query) if query.compare and not query.values else (),
        compared_start=query.compare.start if query.compare else None,
        compared_end=query.compare.end if query.compare else None,
        running=not query.values and query.range.end >= today(app.timezone, moment),
        same_hours=query.cutoff is not None and query.compare is not None,
        totals=whole, compared_total=whole if query.compare else None,
    )  # fmt: skip
    if not query.dimensions:
        table = in_one_row(table)
    return by_page(query, table) if query.values else table


def series(query: Query, app: App) -> Table:
    """The periods of some values, each with half of what the one before has."""
    plain = replace(query, dimensions=(query.grain,), compare=None)
    table = answer(reports.find("overview.trend"), plain, app)
    values = ("4", "1", "10", "", "no such source")[: query.top]

    def part(cell: Cell, n: int) -> Cell:
        return cell // 2**n if isinstance(cell, int) else cell

    rows = tuple(
        (value, row[0], *(part(cell, n) for cell in row[1:]))
        for n, value in enumerate(values) for row in table.rows
    )  # fmt: skip
    columns = (query.values[0].column(), *table.columns)
    return replace(table, columns=columns, rows=rows, keys=2, total_rows=len(values))


def nothing(report: Report, query: Query, app: App) -> Table:
    """An app that has never received an event."""
    full = answer(report, query, app)
    empty = tuple((r[0], *(zero(c) for c in full.columns[1:])) for r in full.rows)
    listed = bool(query.values)
    return replace(
        full,
        rows=() if listed else empty,
        compared=(),
        compared_start=None,
        compared_end=None,
        cost=Cost(0, 0, 1.2),
        total_rows=0,
        totals=(None, *(zero(c) for c in full.columns[1:])) if listed else None,
        other=None,
    )


def zero(column: Column) -> Cell:
    """What a measure says where nothing happened."""
    return 0 if MEASURES[column.name].empty != "unknown" else None


#: token → its app and scopes
TOKENS = {
    "reader": (CAFE, ("report:read",)),
    "writer": (CAFE, ("events:write",)),
    "neighbour": (SHOP, ("report:read",)),
    "expired": (CAFE, ("report:read",)),
    "revoked": (CAFE, ("report:read",)),
}
#: who → app and role; None: all apps
PEOPLE: dict[str, tuple[App | None, str]] = {
    "owner": (None, "owner"),
    "admin": (CAFE, "admin"),
    "analyst": (CAFE, "analyst"),
    "viewer": (CAFE, "viewer"),
    "neighbour": (SHOP, "owner"),
}
PASSWORD = "correct horse battery"
LONG_AGO = datetime(2026, 1, 2, tzinfo=UTC)


@functools.cache
def first_records(*, with_people: bool) -> bytes:
    """A file of records with the two apps, the people, and tokens whose words are known."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "records.sqlite"
        made = Records(f"sqlite:///{path}")
        made.database.migrate()
        for app in (CAFE, SHOP):
            recorded = made.apps.create(
                app.name, timezone=app.timezone, now=LONG_AGO, zh=app.title_zh, en=app.title_en
            )
            assert recorded.id == app.id
        for who, (of, role) in PEOPLE.items() if with_people else ():
            person = made.accounts.create(f"{who}@example.org", who.title(), now=LONG_AGO)
            made.grants.set(person.id, of.id if of else None, role, now=LONG_AGO, by=None)
        for word, (app, scopes) in TOKENS.items():
            lasts = timedelta(days=1) if word == "expired" else None
            made.tokens.create(app.id, scopes, now=LONG_AGO, lasts=lasts, name=word)
        made.tokens.revoke(CAFE.id, list(TOKENS).index("revoked") + 1, now=LONG_AGO)
        made.database.close()
        with closing(sqlite3.connect(path)) as file:
            for word in TOKENS:
                known = hashlib.sha256(word.encode()).hexdigest()
                file.execute("UPDATE tokens SET hash = ? WHERE name = ?", (known, word))
            kept = HASHER.hash(PASSWORD)
            file.execute("UPDATE people SET password = ?", (kept,))
            file.commit()
            file.execute("PRAGMA journal_mode=DELETE")
        return path.read_bytes()


def some_records(folder: Path, *, with_people: bool) -> Records:
    """These records, for one test."""
    path = folder / "records.sqlite"
    path.write_bytes(first_records(with_people=with_people))
    return Records(f"sqlite:///{path}")


class Theatre:
    """A console over real records, whose answers a test may change while it runs."""

    def __init__(self, *, with_people: bool = True) -> None:
        self.answer: Callable[[Report, Query, App], Table] = answer
        self.apps: list[App] = [CAFE, SHOP]
        self.through = 3
        self.first: date | None = None
        self.persons = Persons()
        self._folder = tempfile.TemporaryDirectory(prefix="minilens-theatre-")
        self._sites = ExitStack()
        self.records = some_records(Path(self._folder.name), with_people=with_people)

    def number(self, who: str) -> int:
        """The person's number."""
        return list(PEOPLE).index(who) + 1

    def code(self, who: str = "owner") -> str:
        """A code that signs this person in once."""
        return self.records.sign_ins.create(now=now(), account=self.number(who))

    def client(self, who: str = "owner", **how: Any) -> TestClient[Litestar]:
        """A site of its own, which this person is signed in to."""
        client = TestClient(self._sites.enter_context(site(self.console())), **how)
        sign_in(client, self, who)
        return client

    def close(self) -> None:
        """Let the records go, and leave the sites to other tests."""
        self._sites.close()
        self.records.database.close()
        self._folder.cleanup()

    def erased(self, app: App, person: str, by: int | None) -> Erasure:
        """Note it."""
        self.persons.done.append(("erase", person, Deed(by)))
        return Erasure("e1", app.id, now(), True, (), {})

    def _answered(self, report: Report, query: AnyQuery, app: App) -> Table:
        if isinstance(query, PersonsQuery):
            return behind(query)
        told = next((told for kind, told in ANSWERS if isinstance(query, kind)), None)
        if told is not None:
            return told(query, app)
        query = plain(query)
        assert isinstance(query, Query)
        if report.kind.drawing == "series":
            return series(query, app)
        if query.moments:
            return live_answer(query, query.moments)
        return self.answer(report, query, app)

    def console(self) -> Console:
        return Console(
            apps=lambda: self.apps,
            answer=self._answered,
            records=self.records,
            secret=b"a secret of the tests only",
            collecting=lambda _app: {
                "write_key": "wk_test",
                "collect_url": "http://127.0.0.1:8000/v1/collect",
            },
            through=lambda: self.through,
            newest=newest,
            first_day=lambda _app: self.first,
            persons=self.persons.doors(),
            export_person=lambda _app, person, _by: f"all of {person}".encode(),
            erase_person=lambda app, person, _only, by: self.erased(app, person, by),
            quarantine=QUARANTINE,
        )


def sign_in(client: Any, theatre: Theatre, who: str = "owner") -> None:
    """Let this person in by a link."""
    answer = press(client, f"/sign-in?code={theatre.code(who)}")
    assert answer.status_code == 303


def press(client: Any, link: str, **headers: str) -> Any:
    """The answer to the button of a link that signs in."""
    form = {"csrf": mark(client, link), **dict(parse_qsl(urlsplit(link).query))}
    return client.post("/sign-in", data=form, headers=headers, follow_redirects=False)


def mark(client: Any, path: str = "/sign-in") -> str:
    """The mark that a form of this page carries."""
    found = re.search(r'name="csrf" value="([0-9a-f]{64})"', client.get(path).text)
    assert found, path
    return found[1]
