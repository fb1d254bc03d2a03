"""What is typed of a channel: its kind, name, language, and where it leads; checked before it is kept."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Literal, get_args
from urllib.parse import SplitResult, parse_qs, urlsplit

import msgspec

from minilens.errors import Refused, did_you_mean
from minilens.networks import NOBODY, Networks
from minilens.records.database import plain
from minilens.text import LANGUAGES, Language, Text

Kind = Literal["wecom", "feishu", "dingtalk", "webhook", "mail"]
KINDS: tuple[Kind, ...] = get_args(Kind)
TITLES: dict[Kind, Text] = {
    "wecom": Text("企业微信", "WeCom"),
    "feishu": Text("飞书", "Feishu"),
    "dingtalk": Text("钉钉", "DingTalk"),
    "webhook": Text("Webhook", "Webhook"),
    "mail": Text("邮件", "Mail"),
}
LONGEST_NAME, LONGEST_ADDRESS, LONGEST_SECRET = 40, 1_000, 200
#: Of one channel of mail.
MOST_MEMBERS = 50


@dataclass(frozen=True)
class Bot:
    """Where bots of a product live: its hosts, the path, and the name of the parameter that is the key; None where the
    path ends in it. `example` is an address as the product shows it."""

    hosts: tuple[str, ...]
    path: str
    key: str | None
    example: str


BOTS: dict[Kind, Bot] = {
    "wecom": Bot(
        ("qyapi.weixin.qq.com",), "/cgi-bin/webhook/send", "key",
        "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=…",
    ),
    "feishu": Bot(
        ("open.feishu.cn", "open.larksuite.com"), "/open-apis/bot/v2/hook/", None,
        "https://open.feishu.cn/open-apis/bot/v2/hook/…",
    ),
    "dingtalk": Bot(
        ("oapi.dingtalk.com",), "/robot/send", "access_token",
        "https://oapi.dingtalk.com/robot/send?access_token=…",
    ),
}  # fmt: skip
_KEY = re.compile(r"[A-Za-z0-9_-]{8,200}").fullmatch
_APP_ID = re.compile(r"cli_[A-Za-z0-9]{8,60}").fullmatch


class Access(msgspec.Struct, frozen=True):
    """Where a channel leads, and what its messages are signed with; all of it is kept sealed. Mail has neither.
    `app_id` and `app_secret`: of Feishu, the app that uploads pictures; empty for none."""

    address: str = ""
    secret: str = ""
    app_id: str = ""
    app_secret: str = ""


@dataclass(frozen=True)
class ChannelContent:
    """A channel as it is typed. `address`, `secret`, `app_id` and `app_secret` None: as they are; `app_id` "": no app
    any more. `members`: of mail, accounts by number."""

    kind: Kind
    name: str
    language: Language
    address: str | None = None
    secret: str | None = None
    members: tuple[int, ...] = ()
    app_id: str | None = None
    app_secret: str | None = None


def kind_named(text: str) -> Kind:
    """The kind; Refused with what there is."""
    for one in KINDS:
        if one == text:
            return one
    hint = did_you_mean(text, KINDS)
    raise Refused("unknown_choice", "kind", choices=", ".join(KINDS), got=text[:40], hint=hint)


def checked(content: ChannelContent) -> ChannelContent:
    """With a clean name; Refused, naming the field, where something of it can't be."""
    name = plain(content.name, "name", LONGEST_NAME)
    if not name:
        raise Refused("missing", "name")
    if content.language not in LANGUAGES:
        raise Refused(
            "unknown_choice",
            "language",
            choices=", ".join(LANGUAGES),
            got=str(content.language)[:8],
        )
    if content.kind == "mail":
        if not content.members:
            raise Refused("missing", "members")
        if len(content.members) > MOST_MEMBERS:
            raise Refused("too_many", "members", limit=MOST_MEMBERS)
    members = tuple(dict.fromkeys(content.members)) if content.kind == "mail" else ()
    return replace(content, name=name, members=members)


def checked_address(kind: Kind, text: str, within: Networks = NOBODY) -> str:
    """The address without what a signature adds. https alone, and of bots the product's own host; elsewhere only on
    hosts of `within`, written as numbers. Refused, without the address: its key is a secret."""
    parts = _parts(text.strip())
    private = parts.hostname in within
    if parts.scheme != "https" and not (private and parts.scheme == "http"):
        raise Refused("not_https", "address")
    bot = BOTS.get(kind)
    if bot is None:
        return parts._replace(fragment="").geturl()
    if parts.hostname not in bot.hosts and not private:
        raise Refused("foreign_bot", "address", example=bot.example)
    return _of_bot(bot, parts)


def checked_secret(kind: Kind, text: str) -> str:
    """The secret, without blanks; Refused where it is too long, or the kind has none."""
    secret = text.strip()
    if len(secret) > LONGEST_SECRET:
        raise Refused("too_long", "secret", limit=LONGEST_SECRET)
    if secret and kind in ("wecom", "mail"):
        raise Refused("not_of_kind", "secret", kind=tuple(TITLES[kind]))
    return secret


def checked_app(kind: Kind, app_id: str, app_secret: str) -> tuple[str, str]:
    """The app of Feishu that uploads pictures, or nothing twice; Refused, naming the field."""
    number, secret = app_id.strip(), app_secret.strip()
    if not number:
        return "", ""
    if kind != "feishu":
        raise Refused("not_of_kind", "app_id", kind=tuple(TITLES[kind]))
    if not _APP_ID(number):
        raise Refused("bad_app_id", "app_id")
    if not secret:
        raise Refused("missing", "app_secret")
    if len(secret) > LONGEST_SECRET:
        raise Refused("too_long", "app_secret", limit=LONGEST_SECRET)
    return number, secret


def hint_of(address: str) -> str:
    """As much of an address as may be seen: the host and the end of its key."""
    parts = urlsplit(address)
    key = next((one[0] for one in parse_qs(parts.query).values()), parts.path.rpartition("/")[2])
    end = f" …{key[-4:]}" if len(key) >= 16 else ""
    return f"{parts.hostname or ''}{end}"[:80]


def _parts(text: str) -> SplitResult:
    if not text:
        raise Refused("missing", "address")
    if len(text) > LONGEST_ADDRESS:
        raise Refused("too_long", "address", limit=LONGEST_ADDRESS)
    try:
        parts = urlsplit(text)
        good = (
            bool(parts.hostname) and parts.port != 0 and not parts.username and not parts.password
        )
    except ValueError:
        good = False
    if not good or any(ord(c) <= 32 or ord(c) > 126 or c == "\\" for c in text):
        raise Refused("bad_address", "address")
    return parts


def _of_bot(bot: Bot, parts: SplitResult) -> str:
    """Only what the product gave: a signature that somebody appended would be an old one soon."""
    if bot.key is None:
        key = parts.path.removeprefix(bot.path)
        good = parts.path.startswith(bot.path) and _KEY(key)
        query = ""
    else:
        key = (parse_qs(parts.query).get(bot.key) or [""])[0]
        good = parts.path == bot.path and _KEY(key)
        query = f"{bot.key}={key}"
    if not good:
        raise Refused("foreign_bot", "address", example=bot.example)
    return parts._replace(query=query, fragment="").geturl()
