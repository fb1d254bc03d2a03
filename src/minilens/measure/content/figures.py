"""What rows of the records come to: of articles, of followers, of the menu."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from minilens.measure.content.names import NAMED, TARGETS
from minilens.measure.sums import Sums as AnySums
from minilens.records.store import Article, FollowerDay, MenuDay

MILLION = 1_000_000
#: Account and day → its followers.
ByDay = Mapping[tuple[str, date], FollowerDay]


class Sums(AnySums):
    """Figures of content together."""

    made_of = {one.name: one for one in NAMED}


@dataclass(frozen=True)
class Told:
    """An article with the rows that count: all it came to, or its days."""

    value: str
    title: str
    account: str
    published: date
    campaign: str
    rows: tuple[Article, ...]


def settled(rows: Iterable[Article]) -> list[Told]:
    """Each article once, by day of publishing. Of one that is told as a whole and by day those with more opens count:
    opens never fall, so they are the later ones."""
    found: dict[tuple[object, ...], list[Article]] = defaultdict(list)
    for row in rows:
        found[row.called].append(row)
    told = [_settled(some) for some in found.values()]
    return sorted(told, key=lambda one: (one.published, one.title, one.value))


def _settled(rows: Sequence[Article]) -> Told:
    wholes = sorted((row for row in rows if row.whole), key=_opened)
    days = [row for row in rows if not row.whole]
    count = days
    if wholes and (not days or _opened(wholes[-1]) >= sum(map(_opened, days))):
        count = wholes[-1:]
    last = max(rows, key=lambda row: (row.day, row.whole))
    published = min(row.published for row in rows)
    title = last.title or last.article
    named = (last.account, last.article or f"{last.title} {last.published}")
    return Told(
        " · ".join(filter(None, named)), title, last.account, published, last.campaign or last.title, tuple(count)
    )  # fmt: skip


def _opened(row: Article) -> int:
    return (row.readers if row.opens is None else row.opens) or 0


def add_articles(sums: Sums, rows: Sequence[Article]) -> None:
    """Rows of one article as well. People of several days are not added up: some may be the same."""
    for row in rows:
        for name in ("opens", "shares", "follows", *TARGETS):
            sums.put(name, getattr(row, name))
        for name in ("shares", *TARGETS):
            if getattr(row, name) is not None and row.opens is not None:
                sums.put(f"{name}_counted", getattr(row, name))
                sums.put(f"{name}_opens", row.opens)
        if row.completion is not None:
            sums.put("completed", row.completion * _opened(row))
            sums.put("completing", MILLION * _opened(row))
    if len(rows) == 1:
        sums.put("readers", rows[0].readers)


def add_around(sums: Sums, one: Told, followers: ByDay, days: int) -> None:
    """Followers gained and lost on so many days before the article, and from its day on; nothing where one of these
    days is not known."""
    spans = {"before": range(-days, 0), "after": range(days)}
    for end, places in spans.items():
        held = [followers.get((one.account, one.published + timedelta(days=n))) for n in places]
        for name in ("gained", "lost"):
            known = [getattr(day, name) for day in held if day is not None]
            if len(known) == days and None not in known:
                sums.put(f"{name}_{end}", sum(known))


def add_followers(sums: Sums, rows: Iterable[FollowerDay]) -> None:
    """Days of followers as well; of the followers themselves the last known ones of each account."""
    last: dict[str, tuple[date, int]] = {}
    for row in rows:
        sums.put("gained", row.gained)
        sums.put("lost", row.lost)
        if row.gained is not None and row.lost is not None:
            sums.put("net", row.gained - row.lost)
        if row.followers is None:
            continue
        last[row.account] = max(last.get(row.account, (row.day, 0)), (row.day, row.followers))
        if row.gained is not None and row.lost is not None:
            sums.put("leaving", row.lost)
            sums.put("beginning", row.followers - row.gained + row.lost)
    for _, followers in last.values():
        sums.put("followers", followers)


def add_menu(
    sums: Sums, rows: Iterable[MenuDay], every: Iterable[MenuDay], followers: ByDay
) -> None:
    """Clicks on some items as well. `every`: those on all items, whose days the followers are of."""
    accounts: set[str] = set()
    for row in rows:
        accounts.add(row.account)
        sums.put("clicks", row.clicks)
        sums.put("clickers", row.clickers)
        if _known(followers, row.account, row.day) is not None:
            sums.put("clicked", row.clicks)
    days = {(row.account, row.day) for row in every if row.account in accounts}
    for account, day in days:
        sums.put("clickable", _known(followers, account, day))
    sums.put("all_clicks", sum(row.clicks for row in every) if accounts else None)


def _known(followers: ByDay, account: str, day: date) -> int | None:
    row = followers.get((account, day))
    return row.followers if row else None


def by_day(rows: Iterable[FollowerDay]) -> ByDay:
    """By account and day."""
    return {(row.account, row.day): row for row in rows}


def item_of(row: MenuDay) -> str:
    """An item of the menu, as it is told from others."""
    return " › ".join(filter(None, (row.account, row.menu, row.item)))
