"""The reports of the tab campaign.

Written by scripts/client.py, not by hand: make client.
"""

from __future__ import annotations

from typing import Literal, TypedDict, Unpack

from minilens.client.answers import Answer
from minilens.client.arguments import Comparison, Listed, Range, Subject
from minilens.client.connection import Connection


class TrendArguments(Range, Subject, total=False):
    #: Length of each point; by the hour a single day also has the whole day in values.total.
    grain: Literal["hour", "day", "week", "month"]
    #: Only what came by this campaign.
    campaign: str
    #: The event that counts as a conversion.
    event: str
    #: The currency of money, that in which the app reports unless given. Amounts in others are
    #: converted to the app's by their rates, and left out without one.
    currency: str
    #: The event that takes revenue back: refund_success of pay_success, nothing of other events
    #: unless given; - for nothing.
    refund: str
    #: The dimension whose values are listed.
    by: Literal["placement", "material", "link"]
    #: The measure to sort rows by.
    sort: Literal["launches", "scans", "visits", "visitors", "new_users"]


class TrendRow(TypedDict, total=False):
    placement: str | None
    material: str | None
    link: str | None
    day: str | None
    moment: str | None
    launches: int | None
    scans: int | None
    visits: int | None
    visitors: int | None
    new_users: int | None


class ListArguments(Range, Comparison, Subject, Listed, total=False):
    #: Only what came by this campaign.
    campaign: str
    #: The event that counts as a conversion.
    event: str
    #: The currency of money, that in which the app reports unless given. Amounts in others are
    #: converted to the app's by their rates, and left out without one.
    currency: str
    #: The event that takes revenue back: refund_success of pay_success, nothing of other events
    #: unless given; - for nothing.
    refund: str
    #: The dimension whose values are listed.
    by: Literal["placement", "material", "link"]
    #: The measure to sort rows by.
    sort: Literal[
        "launches",
        "scans",
        "visitors",
        "new_users",
        "visits",
        "visit_depth",
        "launch_bounce_rate",
        "conversions",
        "converters",
        "conversion_rate",
        "revenue",
        "refunds",
        "net_revenue",
    ]
    #: Sort by the measure's value, by its change against the other range, or by its change in
    #: per cent (change_rate). The latter two need a range to compare with, and list the values
    #: of either range.
    sort_by: Literal["value", "change", "change_rate"]


class ListRow(TypedDict, total=False):
    placement: str | None
    material: str | None
    link: str | None
    launches: int | None
    scans: int | None
    visitors: int | None
    new_users: int | None
    visits: int | None
    visit_depth: float | None
    launch_bounce_rate: float | None
    conversions: int | None
    converters: int | None
    conversion_rate: float | None
    revenue: float | None
    refunds: float | None
    net_revenue: float | None


class HoursArguments(Range, Subject, total=False):
    #: Only what came by this campaign.
    campaign: str
    #: The event that counts as a conversion.
    event: str
    #: The currency of money, that in which the app reports unless given. Amounts in others are
    #: converted to the app's by their rates, and left out without one.
    currency: str
    #: The event that takes revenue back: refund_success of pay_success, nothing of other events
    #: unless given; - for nothing.
    refund: str


class HoursRow(TypedDict, total=False):
    moment: str | None
    visits: int | None
    visitors: int | None
    conversions: int | None
    converters: int | None
    revenue: float | None
    refunds: float | None
    net_revenue: float | None


class ConversionsArguments(Range, Subject, total=False):
    #: Length of each point; by the hour a single day also has the whole day in values.total.
    grain: Literal["hour", "day", "week", "month"]
    #: Only what came by this campaign.
    campaign: str
    #: The event that counts as a conversion.
    event: str
    #: The currency of money, that in which the app reports unless given. Amounts in others are
    #: converted to the app's by their rates, and left out without one.
    currency: str
    #: The event that takes revenue back: refund_success of pay_success, nothing of other events
    #: unless given; - for nothing.
    refund: str
    #: The dimension whose values are listed.
    by: Literal["placement", "material", "link"]
    #: The measure to sort rows by.
    sort: Literal["conversions", "converters", "revenue", "refunds", "net_revenue"]


class ConversionsRow(TypedDict, total=False):
    placement: str | None
    material: str | None
    link: str | None
    day: str | None
    moment: str | None
    conversions: int | None
    converters: int | None
    revenue: float | None
    refunds: float | None
    net_revenue: float | None


class PlacesArguments(Range, Comparison, Subject, Listed, total=False):
    #: Only what came by this campaign.
    campaign: str
    #: The event that counts as a conversion.
    event: str
    #: The currency of money, that in which the app reports unless given. Amounts in others are
    #: converted to the app's by their rates, and left out without one.
    currency: str
    #: The event that takes revenue back: refund_success of pay_success, nothing of other events
    #: unless given; - for nothing.
    refund: str
    #: The dimension whose values are listed.
    by: Literal["province", "city"]
    #: The measure to sort rows by.
    sort: Literal["launches", "scans", "visitors", "new_users", "conversions", "net_revenue"]
    #: Sort by the measure's value, by its change against the other range, or by its change in
    #: per cent (change_rate). The latter two need a range to compare with, and list the values
    #: of either range.
    sort_by: Literal["value", "change", "change_rate"]


class PlacesRow(TypedDict, total=False):
    province: str | None
    city: str | None
    launches: int | None
    scans: int | None
    visitors: int | None
    new_users: int | None
    conversions: int | None
    net_revenue: float | None


class Campaign:
    """The reports of this tab."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def trend(self, **arguments: Unpack[TrendArguments]) -> Answer[TrendRow]:
        """Course of the campaign (活动走势)."""
        return self._connection.report("campaign.trend", arguments)

    def list(self, **arguments: Unpack[ListArguments]) -> Answer[ListRow]:
        """Placements, materials and links (推广位、物料与链接)."""
        return self._connection.report("campaign.list", arguments)

    def hours(self, **arguments: Unpack[HoursArguments]) -> Answer[HoursRow]:
        """The first 48 hours (上线后的头 48 小时)."""
        return self._connection.report("campaign.hours", arguments)

    def conversions(self, **arguments: Unpack[ConversionsArguments]) -> Answer[ConversionsRow]:
        """Conversions of the campaign (活动转化走势)."""
        return self._connection.report("campaign.conversions", arguments)

    def places(self, **arguments: Unpack[PlacesArguments]) -> Answer[PlacesRow]:
        """Where people were (扫码与访问所在地)."""
        return self._connection.report("campaign.places", arguments)
