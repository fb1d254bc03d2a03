"""What a campaign link is made of, before it has a code: read, checked, its path written."""

from __future__ import annotations

import re
from collections.abc import Collection
from datetime import date
from typing import Literal
from urllib.parse import quote, urlsplit

import msgspec

from minilens.errors import Refused, did_you_mean
from minilens.records.app_pages import LONGEST_PATH
from minilens.records.database import plain
from minilens.records.json_text import wrong

Method = Literal["", "path", "code"]
#: Characters of a path that carries its parameters itself.
MOST_OF_PATH = 128
LONGEST, LONGEST_NOTE, LONGEST_QUERY, LONGEST_WEB = 64, 255, 1024, 1024
MOST_TAGS, LONGEST_TAG = 20, 32
#: The parameter that carries the code.
CODE = "lc"
#: What stays as it is in a query: what is encoded already, and what addresses may hold there.
_SAFE = "=&%!$'()*+,/:;@-._~[]"
_NAME = re.compile(r"[^=&]+").match
_BARE_PERCENT = re.compile(r"%(?![0-9A-Fa-f]{2})")


class NewLink(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """A link to be made. `campaign`, `placement` and `material` are what it is counted under and stay as they are.

    `page` is the landing page, `query` its parameters (`a=1&b=2`). `method`: `path` carries them in the path, at most
    128 characters; `code` stands for them; empty: the first where they fit. `expires`: the last day, by the app's
    clock. `web`: where it leads in a browser.
    """

    campaign: str
    page: str
    placement: str = ""
    material: str = ""
    query: str = ""
    method: Method = ""
    tags: list[str] = []
    expires: date | None = None
    note: str = ""
    owner: str = ""
    web: str = ""


def checked(given: NewLink, pages: Collection[str] | None, code: str, at: str = "") -> NewLink:
    """The same as it is kept, its method decided; Refused, naming the field after `at`. `pages`: those of the
    `app.json`, None where nobody handed one in."""
    names = {
        field: plain(getattr(given, field), f"{at}{field}", LONGEST)
        for field in ("campaign", "placement", "material", "owner")
    }
    if not names["campaign"]:
        raise Refused("missing", f"{at}campaign")
    if names["material"] and not names["placement"]:
        raise Refused("missing", f"{at}placement")
    page = _page(given.page, pages, f"{at}page")
    query = _query(given.query, f"{at}query")
    return NewLink(
        **names,
        page=page,
        query=query,
        method=_method(given.method, len(direct(page, query, code)), f"{at}method"),
        tags=_tags(given.tags, f"{at}tags"),
        expires=given.expires,
        note=plain(given.note, f"{at}note", LONGEST_NOTE),
        web=web_address(given.web, f"{at}web"),
    )


def direct(page: str, query: str, code: str) -> str:
    """The path with its parameters and the code: all that is to be known of the link, written out."""
    return f"{page}?{query}&{CODE}={code}" if query else f"{page}?{CODE}={code}"


def web_address(text: str, field: str) -> str:
    """Where a browser is led: an absolute http or https address without a password in it; empty for none."""
    text = text.strip()
    if not text:
        return ""
    if len(text) > LONGEST_WEB:
        raise Refused("too_long", field, limit=LONGEST_WEB)
    try:
        parts = urlsplit(text)
        sound = parts.scheme in ("http", "https") and parts.hostname and parts.port != 0
    except ValueError:
        sound = False
    # browsers take a backslash for a slash, and leave out ends of lines
    if not sound or "@" in parts.netloc or re.search(r"[\s\\\x00-\x1f\x7f]", text):
        raise wrong(field, "应为完整的 http 或 https 网址", "must be a whole http or https address")
    return text


def _page(text: str, pages: Collection[str] | None, field: str) -> str:
    path = plain(text, field, LONGEST_PATH).strip("/").removesuffix(".html")
    if not path:
        raise Refused("missing", field)
    if not path.isascii() or any(sign in path for sign in "?#&= \\%\"'<>"):
        zh, en = (
            "应为页面路径，参数写在 query 中",
            "must be a page's path; its parameters go into query",
        )
        raise wrong(field, zh, en)
    if pages is not None and path not in pages:
        raise Refused("page_not_in_app", field, got=path, hint=did_you_mean(path, pages))
    return path


def _query(text: str, field: str) -> str:
    said = plain(text, field, LONGEST_QUERY).removeprefix("?").strip("&")
    for pair in filter(None, said.split("&")):
        found = _NAME(pair)
        if not found or "#" in pair or "?" in pair:
            zh, en = f"应形如 a=1&b=2：{pair[:40]}", f"must be like a=1&b=2, not {pair[:40]}"
            raise wrong(field, zh, en)
        if found[0] in (CODE, "scene", "scancode_time"):
            raise wrong(field, f"{found[0]} 由系统使用", f"{found[0]} is used by the link itself")
    written = quote(_BARE_PERCENT.sub("%25", said), safe=_SAFE)
    if len(written) > LONGEST_QUERY:
        raise Refused("too_long", field, limit=LONGEST_QUERY)
    return written


def _method(wanted: Method, length: int, field: str) -> Method:
    fits = length <= MOST_OF_PATH
    if wanted == "path" and not fits:
        zh = f"路径共 {length} 个字符，超过 {MOST_OF_PATH} 个，请改用 code"
        en = f"the path has {length} characters, more than {MOST_OF_PATH}; use code"
        raise wrong(field, zh, en)
    return wanted or ("path" if fits else "code")


def _tags(given: list[str], field: str) -> list[str]:
    found = dict.fromkeys(filter(None, (plain(tag, field, LONGEST_TAG) for tag in given)))
    if len(found) > MOST_TAGS:
        raise Refused("too_many", field, limit=MOST_TAGS)
    return list(found)
