"""A custom bot of Feishu: a card. Its signature stands in the body, and its key is what others sign."""

from __future__ import annotations

import base64
import hmac
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

import msgspec

from minilens.deliver.bot_answers import clock_is_off, outcome_of
from minilens.deliver.feishu_pictures import NotUploaded, uploaded
from minilens.deliver.fitting import MORE, OPEN, fitted
from minilens.deliver.http import bucket, limited, posted
from minilens.deliver.outcome import Outcome
from minilens.deliver.sender import Sender
from minilens.records.channel_content import Access
from minilens.records.channels import Channel
from minilens.render.message import Figure, Listing, Message, Picture, Section, Tone
from minilens.text import Language

#: Bytes of the whole body: they take 20 KB.
MOST_BYTES = 20_000
#: Tables of one card; more are refused (11310).
MOST_TABLES = 5
COLOURS: dict[Tone, str] = {"good": "green", "bad": "red", "": "grey"}
TOO_MANY_TABLES, CROWDED, SIGNATURE = 230099, 11232, 19021
_SIGNS = str.maketrans({c: f"&#{ord(c)};" for c in "&<>*~[]()`_#\\"})

ANSWERS = {
    SIGNATURE: Outcome("stopped", code="signature"),
    19022: Outcome("stopped", code="ip"),
    19024: Outcome("stopped", code="keyword"),
    19001: Outcome("stopped", code="bad_key"),
    19007: Outcome("stopped", code="bad_key"),
    9499: Outcome("failed", code="malformed"),
    TOO_MANY_TABLES: Outcome("failed", code="malformed"),
    11310: Outcome("failed", code="malformed"),
    CROWDED: Outcome("again", wait=60, code="their_limit"),
    2200: Outcome("again", code="busy"),
}


def send(
    sender: Sender, channel: Channel, message: Message, key: str, now_ms: int, access: Access
) -> Outcome:
    """One try; once more without tables where there were too many of them. With an app pictures are uploaded before,
    and where they are not taken the message goes without."""
    if full := limited(sender, "feishu", access.address, now_ms):
        return full
    keys, refused = _uploaded(sender, access, message, now_ms)
    number, found = _said(sender, access, message, now_ms, MOST_TABLES, keys)
    if number in (TOO_MANY_TABLES, 11310) and "11310" in found.answer:
        if full := limited(sender, "feishu", access.address, now_ms):
            return full
        _, found = _said(sender, access, message, now_ms, 0, keys)
    if refused and found.state == "sent":
        return replace(found, answer=refused, code="without_picture")
    return found


def _uploaded(
    sender: Sender, access: Access, message: Message, now_ms: int
) -> tuple[dict[bytes, str], str]:
    """Image → its key; and why there is none, empty where there is, or nothing was to be uploaded."""
    if not access.app_id:
        return {}, ""
    pngs = [one.picture.png for one in message.sections if one.picture is not None]
    try:
        return uploaded(sender, access, pngs, now_ms), ""
    except NotUploaded as error:
        return {}, str(error)


def _said(
    sender: Sender, access: Access, message: Message, now_ms: int, tables: int, keys: Mapping[bytes, str]
) -> tuple[int | None, Outcome]:  # fmt: skip
    body = body_of(message, access.secret, now_ms, tables, keys)
    answer = posted(sender, access.address, body)
    number, found = outcome_of(answer, ANSWERS, access.address.rpartition("/")[2])
    if number == SIGNATURE and clock_is_off(answer, now_ms):
        found = replace(found, code="clock")
    if number == CROWDED and found.wait:
        sender.rates.close(bucket(access.address), now_ms, found.wait)
    return number, found


def signature(secret: str, now_ms: int) -> dict[str, str]:
    """Seconds, and an HMAC over nothing, whose key is the seconds and the secret; nothing without one."""
    if not secret:
        return {}
    stamp = str(now_ms // 1000)
    tag = hmac.digest(f"{stamp}\n{secret}".encode(), b"", "sha256")
    return {"timestamp": stamp, "sign": base64.b64encode(tag).decode()}


def body_of(
    message: Message, secret: str, now_ms: int, tables: int = MOST_TABLES, keys: Mapping[bytes, str] | None = None
) -> bytes:  # fmt: skip
    """The signed body, within its limit. `keys`: of images that they have."""

    def whole(one: Message) -> bytes:
        return msgspec.json.encode(
            {
                **signature(secret, now_ms),
                "msg_type": "interactive",
                "card": card_of(one, tables, keys or {}),
            }
        )

    return whole(fitted(message, lambda one: len(whole(one)), MOST_BYTES))


def card_of(message: Message, tables: int, keys: Mapping[bytes, str]) -> dict[str, Any]:
    """The card; so many lists are tables, the others lines; pictures are shown where they have keys."""
    elements = [_small(message.as_of)] if message.as_of else []
    for section in message.sections:
        elements.append({"tag": "hr"})
        as_table = tables > 0 and section.listing is not None and bool(section.listing.rows)
        tables -= as_table
        elements += _section(section, message.language, keys, as_table=as_table)
    if message.footer:
        elements.append(_small(message.footer))
    if message.link:
        button = {
            "tag": "button", "type": "primary", "url": message.link,
            "text": {"tag": "plain_text", "content": OPEN.of(message.language)},
        }  # fmt: skip
        elements.append({"tag": "action", "actions": [button]})
    head = {"template": "blue", "title": {"tag": "plain_text", "content": message.title}}
    return {"config": {"wide_screen_mode": True}, "header": head, "elements": elements}


def plain(text: str) -> str:
    """The text as it can stand in their markdown: signs that mean something by their numbers."""
    return text.translate(_SIGNS).replace("://", "&#58;//")


def _section(
    section: Section, language: Language, keys: Mapping[bytes, str], *, as_table: bool
) -> Iterator[dict[str, Any]]:
    if section.title:
        title = plain(section.title)
        yield _text(f"**[{title}]({section.link})**" if section.link else f"**{title}**")
    if section.sentences:
        yield {"tag": "div", "text": _as_it_is("\n".join(section.sentences))}
    if section.figures:
        short = len(section.figures) > 1
        yield {
            "tag": "div",
            "fields": [
                {"is_short": short, "text": _markdown(_figure(one))} for one in section.figures
            ],
        }
    if section.picture is not None:
        yield from _picture(section.picture, keys)
    if section.listing is not None:
        yield from _listing(section.listing, language, as_table=as_table)


def _picture(picture: Picture, keys: Mapping[bytes, str]) -> Iterator[dict[str, Any]]:
    """The image itself where they have it; else its bars, with a link."""
    if key := keys.get(picture.png):
        yield {"tag": "img", "img_key": key, "alt": _as_it_is(picture.alt)}
    elif picture.bars or picture.link:
        alt = plain(picture.alt)
        shown = f"[{alt}]({picture.link})" if picture.link else alt
        yield _text(f"{shown}\n{plain(picture.bars)}".rstrip())


def _figure(one: Figure) -> str:
    change = f"<font color='{COLOURS[one.tone]}'>{plain(one.change)}</font>" if one.change else ""
    return "\n".join(
        part
        for part in (plain(one.title), f"**{plain(one.value)}** {change}".rstrip(), plain(one.note))
        if part
    )


def _listing(one: Listing, language: Language, *, as_table: bool) -> Iterator[dict[str, Any]]:
    if one.title:
        yield _text(f"**{plain(one.title)}**")
    if as_table:
        names = [f"c{n}" for n in range(len(one.columns))]
        columns = [
            {"name": name, "display_name": title, "data_type": "text", "width": "auto"}
            for name, title in zip(names, one.columns, strict=True)
        ]
        rows = [dict(zip(names, row, strict=False)) for row in one.rows]
        yield {
            "tag": "table",
            "page_size": 10,
            "row_height": "low",
            "columns": columns,
            "rows": rows,
        }
    elif one.rows:
        yield _text("\n".join(" · ".join(map(plain, row)) for row in one.rows))
    if one.more:
        yield _small(MORE.of(language).format(n=one.more))


def _small(text: str) -> dict[str, Any]:
    return {"tag": "note", "elements": [_as_it_is(text)]}


def _text(content: str) -> dict[str, Any]:
    return {"tag": "div", "text": _markdown(content)}


def _as_it_is(content: str) -> dict[str, str]:
    """Text that is no markdown."""
    return {"tag": "plain_text", "content": content}


def _markdown(content: str) -> dict[str, str]:
    return {"tag": "lark_md", "content": content}
