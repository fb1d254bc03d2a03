"""The reports of the tab ads.

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
    #: The currency of money, that in which the app reports unless given. Amounts in others are
    #: converted to the app's by their rates, and left out without one.
    currency: str
    #: The event that takes revenue back: refund_success of pay_success, nothing of other events
    #: unless given; - for nothing.
    refund: str
    #: Most times a person should see an ad a day; days above it are named.
    cap: int


class TrendRow(TypedDict, total=False):
    day: str | None
    spend: float | None
    campaign_events: int | None
    cost_per_event: float | None
    campaign_net_revenue: float | None
    roas: float | None
    impressions: int | None
    clicks: int | None
    ctr: float | None
    cpc: float | None
    cpm: float | None
    frequency: float | None
    ad_conversions: int | None
    campaign_revenue: float | None
    campaign_refunds: float | None


class CampaignsArguments(Range, Comparison, Listed, total=False):
    #: The event that counts as a conversion.
    event: str
    #: The currency of money, that in which the app reports unless given. Amounts in others are
    #: converted to the app's by their rates, and left out without one.
    currency: str
    #: The event that takes revenue back: refund_success of pay_success, nothing of other events
    #: unless given; - for nothing.
    refund: str
    #: The measure to sort rows by.
    sort: Literal[
        "spend",
        "campaign_events",
        "cost_per_event",
        "campaign_net_revenue",
        "roas",
        "impressions",
        "clicks",
        "ctr",
        "cpc",
        "cpm",
        "frequency",
        "ad_conversions",
        "campaign_revenue",
        "campaign_refunds",
    ]


class CampaignsRow(TypedDict, total=False):
    ad_campaign: str | None
    spend: float | None
    campaign_events: int | None
    cost_per_event: float | None
    campaign_net_revenue: float | None
    roas: float | None
    impressions: int | None
    clicks: int | None
    ctr: float | None
    cpc: float | None
    cpm: float | None
    frequency: float | None
    ad_conversions: int | None
    campaign_revenue: float | None
    campaign_refunds: float | None


class AdSetsArguments(Range, Comparison, Listed, total=False):
    #: The event that counts as a conversion.
    event: str
    #: The currency of money, that in which the app reports unless given. Amounts in others are
    #: converted to the app's by their rates, and left out without one.
    currency: str
    #: The event that takes revenue back: refund_success of pay_success, nothing of other events
    #: unless given; - for nothing.
    refund: str
    #: The measure to sort rows by.
    sort: Literal[
        "spend",
        "campaign_events",
        "cost_per_event",
        "campaign_net_revenue",
        "roas",
        "impressions",
        "clicks",
        "ctr",
        "cpc",
        "cpm",
        "frequency",
        "ad_conversions",
        "campaign_revenue",
        "campaign_refunds",
    ]


class AdSetsRow(TypedDict, total=False):
    ad_set: str | None
    spend: float | None
    campaign_events: int | None
    cost_per_event: float | None
    campaign_net_revenue: float | None
    roas: float | None
    impressions: int | None
    clicks: int | None
    ctr: float | None
    cpc: float | None
    cpm: float | None
    frequency: float | None
    ad_conversions: int | None
    campaign_revenue: float | None
    campaign_refunds: float | None


class CreativesArguments(Range, Comparison, Listed, total=False):
    #: The event that counts as a conversion.
    event: str
    #: The currency of money, that in which the app reports unless given. Amounts in others are
    #: converted to the app's by their rates, and left out without one.
    currency: str
    #: The event that takes revenue back: refund_success of pay_success, nothing of other events
    #: unless given; - for nothing.
    refund: str
    #: The measure to sort rows by.
    sort: Literal[
        "spend",
        "campaign_events",
        "cost_per_event",
        "campaign_net_revenue",
        "roas",
        "impressions",
        "clicks",
        "ctr",
        "cpc",
        "cpm",
        "frequency",
        "ad_conversions",
        "campaign_revenue",
        "campaign_refunds",
    ]


class CreativesRow(TypedDict, total=False):
    creative: str | None
    spend: float | None
    campaign_events: int | None
    cost_per_event: float | None
    campaign_net_revenue: float | None
    roas: float | None
    impressions: int | None
    clicks: int | None
    ctr: float | None
    cpc: float | None
    cpm: float | None
    frequency: float | None
    ad_conversions: int | None
    campaign_revenue: float | None
    campaign_refunds: float | None


class LandingsArguments(Range, Comparison, Listed, total=False):
    #: The event that counts as a conversion.
    event: str
    #: The currency of money, that in which the app reports unless given. Amounts in others are
    #: converted to the app's by their rates, and left out without one.
    currency: str
    #: The event that takes revenue back: refund_success of pay_success, nothing of other events
    #: unless given; - for nothing.
    refund: str
    #: The measure to sort rows by.
    sort: Literal[
        "spend",
        "campaign_events",
        "cost_per_event",
        "campaign_net_revenue",
        "roas",
        "impressions",
        "clicks",
        "ctr",
        "cpc",
        "cpm",
        "frequency",
        "ad_conversions",
        "campaign_revenue",
        "campaign_refunds",
    ]


class LandingsRow(TypedDict, total=False):
    landing: str | None
    spend: float | None
    campaign_events: int | None
    cost_per_event: float | None
    campaign_net_revenue: float | None
    roas: float | None
    impressions: int | None
    clicks: int | None
    ctr: float | None
    cpc: float | None
    cpm: float | None
    frequency: float | None
    ad_conversions: int | None
    campaign_revenue: float | None
    campaign_refunds: float | None


class PlatformsArguments(Range, Comparison, Listed, total=False):
    #: The event that counts as a conversion.
    event: str
    #: The currency of money, that in which the app reports unless given. Amounts in others are
    #: converted to the app's by their rates, and left out without one.
    currency: str
    #: The event that takes revenue back: refund_success of pay_success, nothing of other events
    #: unless given; - for nothing.
    refund: str
    #: The measure to sort rows by.
    sort: Literal[
        "spend",
        "campaign_events",
        "cost_per_event",
        "campaign_net_revenue",
        "roas",
        "impressions",
        "clicks",
        "ctr",
        "cpc",
        "cpm",
        "frequency",
        "ad_conversions",
        "campaign_revenue",
        "campaign_refunds",
    ]


class PlatformsRow(TypedDict, total=False):
    platform: str | None
    spend: float | None
    campaign_events: int | None
    cost_per_event: float | None
    campaign_net_revenue: float | None
    roas: float | None
    impressions: int | None
    clicks: int | None
    ctr: float | None
    cpc: float | None
    cpm: float | None
    frequency: float | None
    ad_conversions: int | None
    campaign_revenue: float | None
    campaign_refunds: float | None


class Ads:
    """The reports of this tab."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def trend(self, **arguments: Unpack[TrendArguments]) -> Answer[TrendRow]:
        """Spend and results (投放趋势)."""
        return self._connection.report("ads.trend", arguments)

    def campaigns(self, **arguments: Unpack[CampaignsArguments]) -> Answer[CampaignsRow]:
        """By campaign (按推广活动)."""
        return self._connection.report("ads.campaigns", arguments)

    def ad_sets(self, **arguments: Unpack[AdSetsArguments]) -> Answer[AdSetsRow]:
        """By ad set (按广告组)."""
        return self._connection.report("ads.ad_sets", arguments)

    def creatives(self, **arguments: Unpack[CreativesArguments]) -> Answer[CreativesRow]:
        """By creative (按创意)."""
        return self._connection.report("ads.creatives", arguments)

    def landings(self, **arguments: Unpack[LandingsArguments]) -> Answer[LandingsRow]:
        """Article or mini program landing (公众号文章与小程序落地)."""
        return self._connection.report("ads.landings", arguments)

    def platforms(self, **arguments: Unpack[PlatformsArguments]) -> Answer[PlatformsRow]:
        """By platform (按投放平台)."""
        return self._connection.report("ads.platforms", arguments)
