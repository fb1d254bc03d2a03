"""The reports of the tab content.

Written by scripts/client.py, not by hand: make client.
"""

from __future__ import annotations

from typing import Literal, TypedDict, Unpack

from minilens.client.answers import Answer
from minilens.client.arguments import Comparison, Listed, Range
from minilens.client.connection import Connection


class TrendArguments(Range, Comparison, total=False):
    #: Length of each point; by the hour a single day also has the whole day in values.total.
    grain: Literal["hour", "day", "week", "month"]
    #: The event that counts as a conversion.
    event: str


class TrendRow(TypedDict, total=False):
    day: str | None
    article_opens: int | None
    published_articles: int | None
    article_shares: int | None
    followers_gained: int | None
    followers_lost: int | None
    followers_net: int | None
    followers_total: int | None
    unfollow_rate: float | None
    menu_clicks: int | None
    menu_click_rate: float | None
    article_launches: int | None
    menu_launches: int | None
    article_conversions: int | None


class ArticlesArguments(Range, Listed, total=False):
    #: The event that counts as a conversion.
    event: str
    #: Followers are counted over so many days before and after publishing.
    around: int
    #: The measure to sort rows by.
    sort: Literal[
        "article_opens",
        "article_readers",
        "completion_rate",
        "article_shares",
        "article_sharing_rate",
        "article_follows",
        "to_menu",
        "to_menu_rate",
        "to_mini_program",
        "to_mini_program_rate",
        "to_form",
        "to_form_rate",
        "gained_before",
        "gained_after",
        "lost_before",
        "lost_after",
        "article_launches",
        "article_conversions",
    ]


class ArticlesRow(TypedDict, total=False):
    article: str | None
    article_opens: int | None
    article_readers: int | None
    completion_rate: float | None
    article_shares: int | None
    article_sharing_rate: float | None
    article_follows: int | None
    to_menu: int | None
    to_menu_rate: float | None
    to_mini_program: int | None
    to_mini_program_rate: float | None
    to_form: int | None
    to_form_rate: float | None
    gained_before: int | None
    gained_after: int | None
    lost_before: int | None
    lost_after: int | None
    article_launches: int | None
    article_conversions: int | None


class MenuArguments(Range, Comparison, Listed, total=False):
    #: The measure to sort rows by.
    sort: Literal["menu_clicks", "menu_click_share", "menu_clickers", "menu_click_rate"]


class MenuRow(TypedDict, total=False):
    menu_item: str | None
    menu_clicks: int | None
    menu_click_share: float | None
    menu_clickers: int | None
    menu_click_rate: float | None


class WaysArguments(Range, Comparison, Listed, total=False):
    #: The event that counts as a conversion.
    event: str
    #: The measure to sort rows by.
    sort: Literal["way_conversions", "way_share", "way_touches", "way_days"]


class WaysRow(TypedDict, total=False):
    way: str | None
    way_conversions: int | None
    way_share: float | None
    way_touches: float | None
    way_days: float | None


class Content:
    """The reports of this tab."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def trend(self, **arguments: Unpack[TrendArguments]) -> Answer[TrendRow]:
        """Articles, followers and menu (文章、关注与菜单)."""
        return self._connection.report("content.trend", arguments)

    def articles(self, **arguments: Unpack[ArticlesArguments]) -> Answer[ArticlesRow]:
        """Articles published (发布的文章)."""
        return self._connection.report("content.articles", arguments)

    def menu(self, **arguments: Unpack[MenuArguments]) -> Answer[MenuRow]:
        """Menu clicks (菜单点击)."""
        return self._connection.report("content.menu", arguments)

    def ways(self, **arguments: Unpack[WaysArguments]) -> Answer[WaysRow]:
        """Ways from the Official Account to conversion (从公众号到转化的路径)."""
        return self._connection.report("content.ways", arguments)
