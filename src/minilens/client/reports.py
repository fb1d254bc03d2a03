"""All reports, by tab and name.

Written by scripts/client.py, not by hand: make client.
"""

from __future__ import annotations

from minilens.client.ads import Ads
from minilens.client.audience import Audience
from minilens.client.campaign import Campaign
from minilens.client.campaigns import Campaigns
from minilens.client.connection import Connection
from minilens.client.content import Content
from minilens.client.live import Live
from minilens.client.overview import Overview
from minilens.client.page import Page
from minilens.client.quality import Quality
from minilens.client.sources import Sources
from minilens.client.traffic import Traffic


class Reports:
    """Each tab of the console with its reports."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self.overview = Overview(connection)
        self.live = Live(connection)
        self.traffic = Traffic(connection)
        self.page = Page(connection)
        self.sources = Sources(connection)
        self.audience = Audience(connection)
        self.campaigns = Campaigns(connection)
        self.campaign = Campaign(connection)
        self.ads = Ads(connection)
        self.content = Content(connection)
        self.quality = Quality(connection)
