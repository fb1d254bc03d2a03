"""What sending needs to know of the server: its secret, its mail server, where it may connect to."""

from __future__ import annotations

from dataclasses import dataclass, field

from minilens.deliver.feishu_apps import FeishuApps
from minilens.deliver.rate import Rates
from minilens.networks import NOBODY, Networks
from minilens.records.store import Records


@dataclass(frozen=True)
class Sender:
    """Made once a process: `rates` remembers how much was sent where, `feishu_apps` tokens and pictures. `within`:
    private networks that addresses may lie in. `smtp`: the DSN of the mail server, "" where there is none. `url`: where
    readers reach this server."""

    records: Records
    secret: bytes
    within: Networks = NOBODY
    smtp: str = ""
    mail_from: str = ""
    url: str = ""
    rates: Rates = field(default_factory=Rates)
    feishu_apps: FeishuApps = field(default_factory=FeishuApps)
    #: Seconds for one request, from beginning to end.
    patience: float = 15.0
