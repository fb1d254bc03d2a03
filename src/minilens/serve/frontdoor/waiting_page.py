"""What a browser shows while nobody answers for the console. It asks again by itself."""

from __future__ import annotations

import base64
import hashlib
import html

from minilens.errors import Busy
from minilens.text import Language, Text

_STYLE = (
    "html{font:16px/1.6 system-ui,-apple-system,'PingFang SC','Microsoft YaHei',sans-serif;color-scheme:light dark}"
    "body{box-sizing:border-box;max-width:34rem;margin:0 auto;padding:18vh 24px 24px}"
    "h1{margin:0 0 8px;font-size:20px}p{margin:0 0 8px}.again{opacity:.7;font-size:14px}"
)
_PAGE = """<!doctype html><html lang="{language}"><meta charset="utf-8">
<meta name="viewport" content="width=device-width"><meta http-equiv="refresh" content="{seconds}">
<title>Minilens</title><style>{style}</style>
<h1>Minilens</h1><p>{said}{stop}</p><p class="again">{again}</p></html>"""
_AGAIN = Text("本页会自动刷新。", "This page reloads by itself.")
_STOP = Text("。", ".")
_SHA = base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()
POLICY = f"default-src 'none'; style-src 'sha256-{_SHA}'"


def page(error: Busy, language: Language) -> bytes:
    """The page that says so."""
    text = _PAGE.format(
        language="zh-CN" if language == "zh" else "en", seconds=error.retry_after, style=_STYLE,
        said=html.escape(error.message(language)), stop=_STOP.of(language), again=_AGAIN.of(language),
    )  # fmt: skip
    return text.encode()
