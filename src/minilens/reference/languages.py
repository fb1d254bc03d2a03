"""Languages as WeChat tells them, by what they are called."""

from __future__ import annotations

from minilens.text import Text

#: WeChat's own list is short; phones and imports tell some more.
LANGUAGES = {
    "zh_CN": Text("简体中文", "Simplified Chinese"),
    "zh_TW": Text("繁体中文（台湾）", "Traditional Chinese (Taiwan)"),
    "zh_HK": Text("繁体中文（香港）", "Traditional Chinese (Hong Kong)"),
    "zh_MO": Text("繁体中文（澳门）", "Traditional Chinese (Macao)"),
    "zh_Hans": Text("简体中文（未注明地区）", "Simplified Chinese (no region)"),
    "zh_Hant": Text("繁体中文（未注明地区）", "Traditional Chinese (no region)"),
    "zh": Text("中文（未注明）", "Chinese (unspecified)"),
    "en": Text("英语", "English"),
    "en_US": Text("英语（美国）", "English (US)"),
    "en_GB": Text("英语（英国）", "English (UK)"),
    "ja": Text("日语", "Japanese"),
    "ja_JP": Text("日语（日本）", "Japanese (Japan)"),
    "ko": Text("韩语", "Korean"),
    "ko_KR": Text("韩语（韩国）", "Korean (Korea)"),
    "id": Text("印尼语", "Indonesian"),
    "th": Text("泰语", "Thai"),
    "vi": Text("越南语", "Vietnamese"),
    "ms": Text("马来语", "Malay"),
    "ru": Text("俄语", "Russian"),
    "fr": Text("法语", "French"),
    "de": Text("德语", "German"),
    "es": Text("西班牙语", "Spanish"),
    "pt": Text("葡萄牙语", "Portuguese"),
    "it": Text("意大利语", "Italian"),
    "tr": Text("土耳其语", "Turkish"),
    "ar": Text("阿拉伯语", "Arabic"),
    "hi": Text("印地语", "Hindi"),
}
