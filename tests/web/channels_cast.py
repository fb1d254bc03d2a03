"""A site whose channels are sent to for real: to the other side on this machine."""

from __future__ import annotations

from dataclasses import replace

from minilens.deliver.rate import Rates
from minilens.deliver.sender import Sender
from minilens.networks import Networks
from minilens.serve.sending import tested
from minilens.web.channels.doors import ChannelDoors
from minilens.web.console import Console
from tests.web.cast import Theatre

LOOPBACK = Networks(("127.0.0.0/8",))


def with_channels(theatre: Theatre) -> Console:
    """The console of a theatre, with a way out to this machine alone."""
    console = theatre.console()
    sender = Sender(theatre.records, console.secret, within=LOOPBACK, rates=Rates(), patience=3.0)
    doors = ChannelDoors(lambda channel, who: tested(sender, channel, who), LOOPBACK)
    return replace(console, channels=doors)
