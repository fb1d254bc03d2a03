"""Which person an event belongs to, decided when it is loaded."""

from __future__ import annotations

import pytest

from tests.pipeline import Happening, House, at

pytestmark = pytest.mark.side_by_side
UNION = "wechat-unionid"
LI, WANG = (UNION, "li"), (UNION, "wang")
NOON = at("2026-11-16 12:00")


MINUTE = 60_000


def seen(
    house: House, device: str, identity: tuple[str, str] | None = None, *, after: int = 0
) -> Happening:
    """So many minutes after noon."""
    return Happening(NOON + after * MINUTE, device=device, identity=identity)


def test_what_was_done_before_the_sign_in_is_the_persons(house: House) -> None:
    house.load([seen(house, "phone")])
    house.load([seen(house, "phone", LI)])
    assert house.person("device", "phone") == house.person(*LI) == 1


def test_one_person_on_two_devices_signed_in(house: House) -> None:
    house.load([seen(house, "phone", LI), seen(house, "tablet", LI)])
    assert {
        house.person("device", "phone"),
        house.person("device", "tablet"),
        house.person(*LI),
    } == {1}


def test_another_sign_in_on_the_same_phone_is_somebody_else(house: House) -> None:
    house.load([seen(house, "phone", LI), seen(house, "phone", WANG, after=1)])
    assert (house.person(*LI), house.person(*WANG)) == (1, 2)
    assert house.person("device", "phone") == 1


def test_somebody_else_on_a_new_device_of_a_known_person(house: House) -> None:
    """The device becomes Li's and then Wang signs in on it, both in one chunk."""
    house.load([seen(house, "phone", LI)])
    house.load([seen(house, "tablet", LI), seen(house, "tablet", WANG, after=1)])
    assert house.person("device", "tablet") == house.person(*LI) == 1
    assert house.person(*WANG) == 2


def test_an_identity_of_another_type_is_the_same_person(house: House) -> None:
    house.load([seen(house, "phone", LI), seen(house, "phone", ("c_memberid", "m1"))])
    house.load([seen(house, "phone", ("mobile", "13800000000"))])
    assert house.person("c_memberid", "m1") == house.person(*LI) == 1
    assert house.person("mobile", "13800000000") == 1


def test_numbers_are_dense_in_each_app(house: House) -> None:
    house.load([Happening(NOON, device=f"d{n}") for n in range(50)])
    numbers = house.rows(
        "SELECT DISTINCT person FROM person_map WHERE app = {app:UInt32} ORDER BY 1"
    )
    assert numbers == [(n,) for n in range(1, 51)]
