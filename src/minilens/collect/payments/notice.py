"""What every notification comes to, whoever sent it: payments and refunds, and how their amounts are written."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Literal

from minilens.errors import NotAllowed, Refused

Kind = Literal["payment", "refund"]
#: A signature is good for so many minutes before and after it was made.
MINUTES = 5
#: Currencies whose smallest unit is the unit itself.
WHOLE_UNITS = ("JPY", "KRW", "VND")


@dataclass(frozen=True)
class Notice:
    """One payment or refund. `id`: by which it is one event however often it is told. `openid` or `user`: whose it is,
    "" where that is not said. `amount`: decimal text in units of `currency`. `time`: ISO 8601 with its zone."""

    kind: Kind
    id: str
    order: str
    amount: str
    currency: str
    time: str
    openid: str = ""
    user: str = ""
    props: dict[str, object] = field(default_factory=dict)


def check_clock(said: str, at: int, name: str) -> None:
    """Seconds since 1970, within some minutes of `at` (milliseconds); NotAllowed otherwise."""
    if not (said.isascii() and said.isdigit() and len(said) < 12):
        raise NotAllowed("bad_signature", name)
    if abs(int(said) - at / 1000) > MINUTES * 60:
        raise NotAllowed("old_signature", name, minutes=MINUTES)


def units(amount: int, currency: str) -> str:
    """Fen as yuan: 19900 is 199.00."""
    places = 0 if currency in WHOLE_UNITS else 2
    return f"{Decimal(amount).scaleb(-places):f}"


def text_of(found: object, name: str, *, needed: bool = True) -> str:
    """A text of decoded JSON; Refused where it is missing, or something else."""
    if isinstance(found, int | Decimal) and not isinstance(found, bool):
        found = str(found)
    if found is None or found == "":
        if needed:
            raise Refused("missing", name)
        return ""
    if not isinstance(found, str):
        raise Refused("wrong_type", name, reason=("应为文本", "must be text"))
    return found


def object_of(found: object, name: str) -> dict[str, object]:
    """An object of decoded JSON; an absent one is empty."""
    if found is None:
        return {}
    if not isinstance(found, dict):
        raise Refused("wrong_type", name, reason=("应为对象", "must be an object"))
    return found
