"""Questions about Official Account content, as values."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import Literal

from minilens.measure.attribution.query import AttributionQuery
from minilens.measure.attribution.touch import FIELDS, TouchField
from minilens.measure.campaigns.query import conditions
from minilens.measure.dimensions import DIMENSIONS
from minilens.measure.events.query import MOST_TOP, EventsQuery
from minilens.measure.filters import Condition, Filters
from minilens.measure.measures import MEASURES, Measure
from minilens.measure.query import ALL_ROWS, Query
from minilens.period import Grain, Range
from minilens.records.store import Article, FollowerDay, MenuDay
from minilens.reference.scenes import SCENES
from minilens.text import Language, Text

#: What rows of a list are.
Apart = Literal["article", "menu_item", "way"]
#: Scenes of launches from what an Official Account publishes (articles, posts and what is mirrored to it), and from
#: its menu.
ARTICLES = (
    "1058", "1091", "1144", "1309", "1311", "1385", "1388", "1389", "1406", "1426", "1427", "1429",
)  # fmt: skip
MENU = ("1035", "1130")
#: Other scenes of Official Accounts: messages, profile, video and the like.
OTHERS = tuple(
    str(code)
    for code, one in SCENES.items()
    if one.group.en == "Official Account" and str(code) not in (*ARTICLES, *MENU)
)
_OF_ACCOUNT = {
    "oa_article": (Text("公众号文章", "OA article"), ARTICLES),
    "oa_menu": (Text("公众号菜单", "OA menu"), MENU),
    "oa_other": (Text("公众号其他", "OA, other"), OTHERS),
}
_CASES = ", ".join(
    f"scene IN ({', '.join(scenes)}), '{name}'" for name, (_, scenes) in _OF_ACCOUNT.items()
)


_KIND = FIELDS["touch"]


def _touch(value: str, language: Language) -> str:
    if value in _OF_ACCOUNT:
        return _OF_ACCOUNT[value][0].of(language)
    return _KIND.shown(value, language) if _KIND.shown else value


#: What touches of ways are told apart by: what of the account it was, else the kind of touch.
TOUCH = TouchField("touch", _KIND.title, f"multiIf({_CASES}, {_KIND.sql})", _touch)


@dataclass(frozen=True)
class Told:
    """What the records tell. `articles`: all rows of the articles that it is about, of any day; `followers` and
    `menu` of its days, followers of as many days around as are looked at."""

    articles: tuple[Article, ...] = ()
    followers: tuple[FollowerDay, ...] = ()
    menu: tuple[MenuDay, ...] = ()


@dataclass(frozen=True)
class ContentQuery:
    """What articles, followers and menu of an app came to, beside launches that came from them and the events that
    `counted` counts in these.

    A row for each `grain` of `range`; or, with `apart`, the `top` values by `sort`: articles published in the range
    with all they came to, items of the menu, or ways of touches to these events. `around`: so many days before and
    after publishing. `compare` is the other range. `told` and `then` are said by whoever knows the records.
    """

    app: int
    measures: tuple[Measure, ...]
    range: Range
    counted: EventsQuery
    grain: Grain = "day"
    apart: Apart | None = None
    compare: Range | None = None
    around: int = 3
    sort: Measure | None = None
    ascending: bool = False
    top: int = 10
    offset: int = 0
    include_other: bool = False
    search: str = ""
    told: Told = Told()
    then: Told = Told()

    def launches(self, over: Range, scenes: tuple[str, ...]) -> Query:
        """The question how often the mini program was opened from some scenes, by period."""
        held = Condition(DIMENSIONS["scene"], "is", scenes)
        return Query(self.app, (MEASURES["launches"],), over, (self.grain,), filters=((held,),))

    def launches_by(self, over: Range, campaigns: tuple[str, ...]) -> Query:
        """The question how often it was opened from articles by each of some campaigns."""
        by = DIMENSIONS["campaign"]
        filters: Filters = (
            *self.launches(over, ARTICLES).filters,
            (Condition(by, "is", campaigns),),
        )
        found = self.launches(over, ARTICLES)
        return replace(
            found, dimensions=(by,), filters=filters, sort=MEASURES["launches"], top=ALL_ROWS
        )

    def conversions(self, query: Query) -> EventsQuery:
        """The question how often the events happened in the launches of another question, told apart alike."""
        grain = self.grain if query.time is not None else "whole"
        return replace(
            self.counted, app=self.app, range=query.range, grain=grain, groups=query.values, top=MOST_TOP,
            where=conditions(query.filters),
        )  # fmt: skip

    def ways(self, over: Range) -> AttributionQuery:
        """The question which ways of touches led to the events, of those through the account."""
        rows = replace(
            self.counted, app=self.app, measures=(), range=over, grain="whole", top=MOST_TOP
        )
        return AttributionQuery(rows, (TOUCH,), show="ways", through=tuple(_OF_ACCOUNT))

    def since(self, today: date) -> Range | None:
        """The days from the first article's publishing up to now; None where there is no article."""
        first = min((one.published for one in self.told.articles), default=None)
        return None if first is None else Range(first, max(first, today))
