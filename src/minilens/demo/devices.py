"""What the customers hold in their hands; shares are rough guesses at today's market in China."""

from __future__ import annotations

from typing import NamedTuple

from minilens.demo.tables import slots


class Device(NamedTuple):
    """One model with one version of its system."""

    brand: str
    model: str
    os: str
    os_version: str
    platform: str
    width: int
    height: int


# brand, model as WeChat gives it, os, platform, width, height, weight
MODELS: tuple[tuple[str, str, str, str, int, int, float], ...] = (
    ("Apple", "iPhone 16 Pro<iPhone17,1>", "iOS", "ios", 402, 874, 4.5),
    ("Apple", "iPhone 16<iPhone17,3>", "iOS", "ios", 393, 852, 3.5),
    ("Apple", "iPhone 15 Pro Max<iPhone16,2>", "iOS", "ios", 430, 932, 4.0),
    ("Apple", "iPhone 15<iPhone15,4>", "iOS", "ios", 393, 852, 4.5),
    ("Apple", "iPhone 14<iPhone14,7>", "iOS", "ios", 390, 844, 4.0),
    ("Apple", "iPhone 13<iPhone14,5>", "iOS", "ios", 390, 844, 5.0),
    ("Apple", "iPhone 12<iPhone13,2>", "iOS", "ios", 390, 844, 2.5),
    ("Apple", "iPhone 11<iPhone12,1>", "iOS", "ios", 414, 896, 2.0),
    ("Apple", "iPhone SE (2nd generation)<iPhone12,8>", "iOS", "ios", 375, 667, 0.6),
    ("Huawei", "Mate 60 Pro", "HarmonyOS", "ohos", 388, 838, 4.5),
    ("Huawei", "Pura 70", "HarmonyOS", "ohos", 387, 838, 3.5),
    ("Huawei", "nova 12", "HarmonyOS", "ohos", 360, 804, 3.0),
    ("Huawei", "P50", "Android", "android", 360, 780, 3.5),
    ("Huawei", "Mate 40", "Android", "android", 360, 792, 2.5),
    ("Honor", "Magic6", "Android", "android", 360, 800, 3.0),
    ("Honor", "Honor 90", "Android", "android", 360, 800, 3.5),
    ("Honor", "X50", "Android", "android", 360, 800, 3.0),
    ("Xiaomi", "Xiaomi 14", "Android", "android", 393, 873, 3.5),
    ("Xiaomi", "Xiaomi 13", "Android", "android", 393, 873, 3.0),
    ("Redmi", "Redmi K70", "Android", "android", 393, 873, 3.5),
    ("Redmi", "Redmi Note 13", "Android", "android", 393, 873, 3.5),
    ("OPPO", "Find X7", "Android", "android", 360, 800, 2.5),
    ("OPPO", "Reno11", "Android", "android", 360, 804, 4.5),
    ("OPPO", "A3 Pro", "Android", "android", 360, 804, 3.0),
    ("vivo", "X100", "Android", "android", 360, 800, 3.5),
    ("vivo", "S18", "Android", "android", 360, 800, 4.0),
    ("vivo", "Y100", "Android", "android", 360, 800, 3.0),
    ("OnePlus", "OnePlus 12", "Android", "android", 412, 919, 1.5),
    ("realme", "GT5", "Android", "android", 360, 800, 1.2),
    ("Samsung", "Galaxy S24", "Android", "android", 360, 780, 0.8),
    ("Microsoft", "Windows PC", "Windows", "windows", 414, 736, 0.7),
    ("Apple", "MacBook Pro", "macOS", "mac", 414, 736, 0.3),
)

SYSTEM_VERSIONS: dict[str, tuple[tuple[str, float], ...]] = {
    "iOS": (("18.5", 4), ("18.3.2", 2), ("17.7.1", 2), ("17.5.1", 2), ("16.7.10", 1)),
    "HarmonyOS": (("5.0.1", 3), ("5.0.0", 1), ("4.2.0", 4)),
    "Android": (("15", 3), ("14", 5), ("13", 3), ("12", 2), ("10", 1)),
    "Windows": (("11", 2), ("10", 3)),
    "macOS": (("15.3", 2), ("14.6", 1)),
}

DEVICES = slots(
    (
        (
            Device(brand, model, os, version, platform, width, height),
            weight * share / sum(s for _, s in SYSTEM_VERSIONS[os]),
        )
        for brand, model, os, platform, width, height, weight in MODELS
        for version, share in SYSTEM_VERSIONS[os]
    ),
    4000,
)

NETWORKS = slots((("wifi", 50), ("5g", 33), ("4g", 16), ("3g", 0.6), ("unknown", 0.4)))
LANGUAGES = slots((("zh_CN", 965), ("zh_HK", 8), ("zh_TW", 7), ("en", 18), ("ja", 2)))
WECHAT_VERSIONS = slots(
    (("8.0.58", 50), ("8.0.57", 20), ("8.0.56", 15), ("8.0.50", 10), ("8.0.42", 5))
)
LIBRARY_VERSIONS = slots((("3.8.5", 55), ("3.8.1", 20), ("3.7.12", 15), ("3.5.8", 7), ("3.3.4", 3)))
