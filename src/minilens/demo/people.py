"""The customers: each is a function of the seed and a number, so the same people come back live."""

from __future__ import annotations

import base64
import hashlib
import struct
from typing import Literal

import msgspec

from minilens.demo.devices import (
    DEVICES,
    LANGUAGES,
    LIBRARY_VERSIONS,
    WECHAT_VERSIONS,
    Device,
)
from minilens.demo.places import HOMES
from minilens.demo.tables import draw, slots

#: Numbers above these are not customers of the history.
NEWCOMERS_LIVE = 1 << 32
TESTERS = 1 << 40
ROBOTS = 1 << 41
HOW_MANY_TESTERS = 14

Loyalty = Literal["once", "casual", "regular"]
#: Most come once; the retention curve is made from these and from `growth.RETURNS`.
LOYALTIES: tuple[tuple[Loyalty, float], ...] = (("once", 52), ("casual", 43), ("regular", 5))
LOYALTY_SLOTS = slots(LOYALTIES, 100)

MEMBERS = {"once": 0.08, "casual": 0.45, "regular": 0.85}  # who gives a mobile number when asked
TWO_DEVICES = 0.025
LOG_OUT = 0.01  # of members, at a look at the member page

_SCALE = 1 / (1 << 32)
_FIRST_DEVICE_ID = 1_700_000_000_000  # milliseconds: the time part of the device ids


class Person(msgspec.Struct, frozen=True, gc=False):
    """One customer with what does not change about them."""

    number: int
    loyalty: Loyalty
    device_id: str
    second_device_id: str  # "" for most
    device: Device
    second_device: Device
    openid: str
    mobile: str  # "" for those who will not give it
    province: str
    city: str
    language: str
    wx_version: str
    sdk_version: str
    patience: float


def person(seed: int, number: int) -> Person:
    """The customer of that number."""
    digest = hashlib.blake2b(f"{seed}:{number}".encode(), digest_size=64).digest()
    a, b, c, d, e, f, g, h, i = (n * _SCALE for n in struct.unpack_from("<9I", digest))
    loyalty = draw(LOYALTY_SLOTS, a)
    province, city = draw(HOMES, b)
    return Person(
        number=number,
        loyalty=loyalty,
        device_id=_device_id(number, digest[40:50]),
        second_device_id=_device_id(number + 7, digest[50:60]) if c < TWO_DEVICES else "",
        device=draw(DEVICES, d),
        second_device=draw(DEVICES, e),
        openid="oXm" + base64.urlsafe_b64encode(digest[36:56])[:25].decode(),
        mobile=_mobile(seed, number) if f < MEMBERS[loyalty] else "",
        province=province,
        city=city,
        language=draw(LANGUAGES, g),
        wx_version=draw(WECHAT_VERSIONS, h),
        sdk_version=draw(LIBRARY_VERSIONS, i),
        patience=(a * 977 + h) % 1.0,
    )


#: Years of the customers of a café; who gives none has None.
AGES = slots(
    (
        (None, 8), (16, 3), (19, 10), (22, 15), (26, 19), (28, 10), (32, 14), (36, 9), (44, 8), (55, 4),
    ),
    100,
)  # fmt: skip
GENDERS = slots((("female", 60), ("male", 36), (None, 4)), 100)


def profile(someone: Person) -> str:
    """What a member's page asks for, as the owner's program would send it."""
    spread = someone.number * 2654435761 % (1 << 32)
    said = {
        "gender": draw(GENDERS, spread * _SCALE),
        "age": draw(AGES, spread * 40503 % (1 << 32) * _SCALE),
    }
    given = {name: value for name, value in said.items() if value is not None}
    return msgspec.json.encode(given).decode()


def _device_id(number: int, noise: bytes) -> str:
    """A UUIDv7 as the tracker makes one at the first start."""
    time = f"{_FIRST_DEVICE_ID + number % (1 << 32) * 1009:012x}"
    rest = noise.hex()
    return f"{time[:8]}-{time[8:]}-7{rest[:3]}-8{rest[3:6]}-{rest[6:18]}"


def _mobile(seed: int, number: int) -> str:
    """Eleven digits; numbers that begin with 12 belong to no subscriber."""
    return f"12{(number * 7919 + seed * 104729) % 10**9:09d}"
