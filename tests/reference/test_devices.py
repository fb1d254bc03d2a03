"""Systems and brands get one spelling each."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from minilens.reference import devices


@pytest.mark.parametrize(
    ("system", "platform", "expected"),
    [
        ("iOS 17.5.1", "ios", ("iOS", "17.5.1")),
        ("iPhone OS 13_3", "", ("iOS", "13.3")),
        ("iPadOS 17.1", "ios", ("iOS", "17.1")),
        ("Android 14", "android", ("Android", "14")),
        ("android  8.1.0", "", ("Android", "8.1.0")),
        ("Android OS 10 / API-29", "android", ("Android", "10")),
        ("HarmonyOS 5.0.1", "ohos", ("HarmonyOS", "5.0.1")),
        ("OpenHarmony-5.0.0.71", "ohos", ("HarmonyOS", "5.0.0.71")),
        ("5.0", "ohos_pc", ("HarmonyOS", "5.0")),
        ("Windows 11 x64", "windows", ("Windows", "11")),
        ("Windows NT 10.0; Win64", "windows", ("Windows", "10")),
        ("Windows 8.1", "", ("Windows", "8.1")),
        ("macOS 14.4.1", "mac", ("macOS", "14.4.1")),
        ("Mac OS X 10.15.7", "mac", ("macOS", "10.15.7")),
        ("14", "android", ("Android", "14")),
        ("", "ios", ("iOS", "")),
        ("iOS 10.0.1", "devtools", ("DevTools", "")),
        ("KaiOS 2.5", "", ("KaiOS", "2.5")),
        ("", "", ("", "")),
        ("unknown", "", ("", "")),
        ("12", "", ("", "")),
    ],
)
def test_systems(system: str, platform: str, expected: tuple[str, str]) -> None:
    assert devices.os_name(system, platform) == expected


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("HUAWEI", "Huawei"),
        ("huawei", "Huawei"),
        ("华为", "Huawei"),
        ("iPhone", "Apple"),
        ("apple", "Apple"),
        ("OPPO", "OPPO"),
        ("oppo", "OPPO"),
        ("VIVO", "vivo"),
        (" Xiaomi ", "Xiaomi"),
        ("REDMI", "Redmi"),
        ("devtools", "DevTools"),
        ("ACME", "Acme"),
        ("acme", "Acme"),
        ("某厂", "某厂"),
        ("unknown", ""),
        ("", ""),
    ],
)
def test_brands(raw: str, expected: str) -> None:
    assert devices.brand(raw) == expected


def test_no_spelling_belongs_to_two_brands() -> None:
    spellings = [
        spelling
        for brand, others in devices.BRANDS.items()
        for spelling in (brand.casefold(), *others)
    ]
    assert sorted(set(spellings)) == sorted(spellings)
    assert all(spelling == spelling.casefold() for spelling in spellings)


@given(st.text())
def test_a_brand_that_is_clean_stays_as_it_is(raw: str) -> None:
    once = devices.brand(raw)
    assert devices.brand(once) == once
    assert len(once) <= devices.LONGEST


@given(st.text(), st.text())
def test_any_text_gives_a_short_name_and_a_version_of_digits(system: str, platform: str) -> None:
    name, version = devices.os_name(system, platform)
    assert len(name) <= devices.LONGEST
    assert version == "" or (name and version.replace(".", "").isdigit())
