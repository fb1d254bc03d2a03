"""What may be said of an app: its name, its timezone, its AppID."""

from __future__ import annotations

import re
from functools import cache
from zoneinfo import ZoneInfo, available_timezones

from minilens.errors import Refused

_APPID = re.compile(r"wx[0-9a-z]{16}").fullmatch


def check_appid(appid: str, kept: str = "") -> None:
    """Empty, or of WeChat's form: with another one all traffic of the mini program would be refused.

    One that was `kept` before this was looked at may stay.
    """
    text = appid.strip()
    if text and text != kept and not _APPID(text):
        raise Refused("bad_appid", "appid", got=text[:40])


def check_app(name: str, timezone: str) -> None:
    """A name for addresses, and a timezone that this machine knows."""
    if not re.fullmatch(r"[a-z0-9][a-z0-9_-]{0,62}", name):
        raise Refused("bad_app_name", "app")
    if timezone not in _zones():
        raise Refused("bad_timezone", "timezone", got=timezone[:64])
    ZoneInfo(timezone)


@cache
def _zones() -> set[str]:
    """The zones of this machine: a folder of six hundred files, read once."""
    return available_timezones()
