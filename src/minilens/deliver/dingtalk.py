"""A robot of DingTalk: an actionCard, or markdown where there is no page to open; signed anew each time."""

from __future__ import annotations

import base64
import hmac
import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from urllib.parse import quote
from zoneinfo import ZoneInfo

import msgspec

from minilens.deliver.bot_answers import clock_is_off, outcome_of
from minilens.deliver.fitting import OPEN, fitted
from minilens.deliver.http import bucket, limited, posted
from minilens.deliver.markdown import Dialect, plain, written
from minilens.deliver.outcome import Outcome
from minilens.deliver.sender import Sender
from minilens.records.channel_content import Access
from minilens.records.channels import Channel
from minilens.render.message import Message

#: Bytes of the whole body: what they allow is said to be 20 KB.
MOST_BYTES = 18_000
DIALECT = Dialect({}, tables=False, pictures=True, apart="\n\n", button=True)
#: One code for all that guards a robot: only their words tell which.
GUARD = 310000
_GUARDS = (
    ("keyword", re.compile(r"keyword|关键词")),
    ("clock", re.compile(r"timestamp|时间戳|过期|expire")),
    ("signature", re.compile(r"sign|签名")),
    ("ip", re.compile(r"\bip\b|ip地址|白名单|whitelist")),
)
TOO_MANY = (130101, 410100)
OF_THE_DAY = 90030

ANSWERS = {
    -1: Outcome("again", code="busy"),
    130101: Outcome("again", wait=600, code="their_limit"),
    410100: Outcome("again", wait=600, code="their_limit"),
    OF_THE_DAY: Outcome("again", code="day_limit"),
    GUARD: Outcome("stopped", code="guard"),
    300001: Outcome("stopped", code="bad_key"),
    300005: Outcome("stopped", code="bad_key"),
    400101: Outcome("stopped", code="bad_key"),
    400013: Outcome("stopped", code="bad_key"),
    400102: Outcome("stopped", code="bad_key"),
    400105: Outcome("failed", code="malformed"),
    460101: Outcome("failed", code="malformed"),
    430101: Outcome("failed", code="content_refused"),
    430102: Outcome("failed", code="content_refused"),
    430103: Outcome("failed", code="content_refused"),
    430104: Outcome("failed", code="content_refused"),
}


def send(
    sender: Sender, channel: Channel, message: Message, key: str, now_ms: int, access: Access
) -> Outcome:
    """One try."""
    if full := limited(sender, "dingtalk", access.address, now_ms):
        return full
    answer = posted(sender, access.address + signature(access.secret, now_ms), body_of(message))
    number, found = outcome_of(answer, ANSWERS, access.address.rpartition("=")[2])
    if number == GUARD:
        found = replace(found, code=_guard(found.answer))
        if found.code == "signature" and clock_is_off(answer, now_ms):
            found = replace(found, code="clock")
    if number == OF_THE_DAY:
        found = replace(found, wait=_until_tomorrow(now_ms))
    if found.wait and number in (*TOO_MANY, OF_THE_DAY):
        sender.rates.close(bucket(access.address), now_ms, found.wait)
    return found


def signature(secret: str, now_ms: int) -> str:
    """What is added to the address: milliseconds, and an HMAC over them, whose key is the secret; "" without one."""
    if not secret:
        return ""
    tag = base64.b64encode(hmac.digest(secret.encode(), f"{now_ms}\n{secret}".encode(), "sha256"))
    return f"&timestamp={now_ms}&sign={quote(tag, safe='')}"


def body_of(message: Message) -> bytes:
    """The body, within its limit."""
    return _body(fitted(message, lambda one: len(_body(one)), MOST_BYTES))


def _body(message: Message) -> bytes:
    text = written(message, DIALECT if message.link else replace(DIALECT, button=False))
    title = plain(message.title)
    if not message.link:
        return msgspec.json.encode(
            {"msgtype": "markdown", "markdown": {"title": title, "text": text}}
        )
    card = {
        "title": title,
        "text": text,
        "singleTitle": OPEN.of(message.language),
        "singleURL": message.link,
    }
    return msgspec.json.encode({"msgtype": "actionCard", "actionCard": card})


def _guard(answer: str) -> str:
    """Which of the guards it was; what follows is how they would mend it, and names others."""
    said = re.split(r"[;；]\s*solution", answer.lower())[0]
    return next((code for code, words in _GUARDS if words.search(said)), "guard")


def _until_tomorrow(now_ms: int) -> float:
    """Seconds until ten minutes past midnight where they are."""
    here = datetime.fromtimestamp(now_ms / 1000, UTC).astimezone(ZoneInfo("Asia/Shanghai"))
    day = (here + timedelta(days=1)).replace(hour=0, minute=10, second=0, microsecond=0)
    return (day - here).total_seconds()
