"""Stable names for what trackers say about a device: its system and its brand."""

from __future__ import annotations

import re

from minilens.text import Text

#: WeChat's `platform` → the system, for when `system` says nothing that is known.
PLATFORMS = {
    "ios": "iOS",
    "android": "Android",
    "ohos": "HarmonyOS",
    "ohos_pc": "HarmonyOS",
    "windows": "Windows",
    "mac": "macOS",
    "linux": "Linux",
    "devtools": "DevTools",
}

#: How `system` begins, in lower case → the system. Longer beginnings stand before shorter ones.
SYSTEMS = {
    "iphone os": "iOS",
    "ipados": "iOS",  # WeChat itself reports tablets as iOS
    "ios": "iOS",
    "android": "Android",
    "openharmony": "HarmonyOS",
    "harmonyos": "HarmonyOS",
    "harmony": "HarmonyOS",
    "ohos": "HarmonyOS",
    "windows": "Windows",
    "macos": "macOS",
    "mac os x": "macOS",
    "mac": "macOS",
    "linux": "Linux",
}

#: What Windows calls itself inside → what people call it.
WINDOWS_NT = {"10.0": "10", "6.3": "8.1", "6.2": "8", "6.1": "7"}

#: Brand → other ways in which devices spell it. Case never matters.
BRANDS: dict[str, tuple[str, ...]] = {
    "Apple": ("iphone", "ipad", "ipod", "mac", "macintosh", "苹果"),
    "Huawei": ("华为",),
    "Honor": ("荣耀",),
    "Xiaomi": ("小米", "mi"),
    "Redmi": ("红米",),
    "POCO": (),
    "Black Shark": ("blackshark", "黑鲨"),
    "OPPO": (),
    "OnePlus": ("one plus", "一加"),
    "realme": ("真我",),
    "vivo": (),
    "iQOO": (),
    "Samsung": ("三星",),
    "Meizu": ("魅族",),
    "ZTE": ("中兴",),
    "Nubia": ("努比亚",),
    "RedMagic": ("red magic", "红魔"),
    "Lenovo": ("联想",),
    "Motorola": ("moto", "摩托罗拉"),
    "Google": ("pixel",),
    "Sony": ("索尼",),
    "ASUS": ("华硕",),
    "Nokia": ("诺基亚", "hmd global"),
    "LG": ("lge",),
    "HTC": (),
    "TCL": (),
    "Hisense": ("海信",),
    "Gionee": ("金立",),
    "Coolpad": ("酷派", "yulong"),
    "LeEco": ("letv", "lemobile", "乐视"),
    "Smartisan": ("锤子", "坚果"),
    "360": ("qiku", "奇酷"),
    "Tecno": ("tecno mobile limited",),
    "Infinix": ("infinix mobility limited",),
    "itel": (),
    "Microsoft": ("微软",),
    "DevTools": (),
}
#: What WeChat calls the networks; it says `none` of a phone that had none just then.
NETWORKS = {
    "wifi": Text("Wi-Fi", "Wi-Fi"),
    "5g": Text("5G", "5G"),
    "4g": Text("4G", "4G"),
    "3g": Text("3G", "3G"),
    "2g": Text("2G", "2G"),
    "none": Text("无网络", "Offline"),
}
NOTHING = frozenset({"", "-", "unknown", "unkown", "null", "none", "undefined", "other", "未知"})
LONGEST = 32

_BRAND = {
    spelling: brand for brand, others in BRANDS.items() for spelling in (brand.casefold(), *others)
}
#: Brands that are called otherwise in Chinese, by their Chinese name and the maker's own.
NAMES = {
    name: Text(chinese, name)
    for name, others in BRANDS.items()
    if (chinese := next((one for one in others if not one.isascii()), ""))
}
_VERSION = re.compile(r"\d+(?:[._]\d+)*")


def os_name(system: str, platform: str) -> tuple[str, str]:
    """System and version: ("iOS 17.5.1", "ios") → ("iOS", "17.5.1").

    The developer tools only play a device, so their system is DevTools and has no version. A system
    that is not known keeps the name it gave itself; nothing at all is ("", "").
    """
    text = " ".join(system.split())
    of_platform = PLATFORMS.get(platform.strip().casefold(), "")
    if of_platform == "DevTools":
        return of_platform, ""
    found = _VERSION.search(text)
    version = found[0].replace("_", ".") if found else ""
    low = text.casefold()
    name = next((known for start, known in SYSTEMS.items() if low.startswith(start)), of_platform)
    if not name and low not in NOTHING:
        name = (text[: found.start()] if found else text)[:LONGEST].strip(" -/")
    if low.startswith("windows nt"):
        version = WINDOWS_NT.get(version, version)
    return (name, version[:LONGEST].rstrip(".")) if name else ("", "")


def brand(raw: str) -> str:
    """The brand as its maker writes it. A brand that is not known is written Like this."""
    key = " ".join(raw.split()).casefold()[:LONGEST].rstrip()
    if key in NOTHING:
        return ""
    return _BRAND.get(key) or (key[0].upper() + key[1:] if key[0].isascii() else key)
