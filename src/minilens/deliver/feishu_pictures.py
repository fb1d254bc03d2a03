"""Pictures of Feishu cards: a custom bot takes none, but shows those that an app of the same company has uploaded.

`POST /open-apis/auth/v3/tenant_access_token/internal` gives a token for two hours, `POST /open-apis/im/v1/images` takes
the image and tells its key, by which cards name it.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from hashlib import sha256
from urllib.parse import urlsplit

import msgspec

from minilens.deliver.feishu_apps import REMEMBERED
from minilens.deliver.http import Answer, posted
from minilens.deliver.sender import Sender
from minilens.records.channel_content import Access

#: They take images of 10 MB; a card of more pictures is not read.
MOST_PICTURE, MOST_PICTURES = 10 << 20, 3
#: Seconds before its end at which a token is got anew.
EARLY = 300.0
#: The token is none, or over.
NO_TOKEN = (99991661, 99991663, 99991664, 99991668)
_TOKEN, _IMAGES = "/open-apis/auth/v3/tenant_access_token/internal", "/open-apis/im/v1/images"


class NotUploaded(Exception):
    """What they said; nothing of the app's secret or token."""


class _Data(msgspec.Struct):
    image_key: str = ""


class _Said(msgspec.Struct):
    code: int | None = None
    msg: str = ""
    tenant_access_token: str = ""
    expire: float = 0.0
    data: _Data | None = None


def uploaded(
    sender: Sender, access: Access, pngs: Iterable[bytes], now_ms: int
) -> dict[bytes, str]:
    """Image → its key, of the first ones that can be sent. NotUploaded where one of them was not taken."""
    some = [png for png in dict.fromkeys(pngs) if 0 < len(png) <= MOST_PICTURE][:MOST_PICTURES]
    return {png: _key(sender, access, png, now_ms) for png in some}


def _key(sender: Sender, access: Access, png: bytes, now_ms: int) -> str:
    apps, of = sender.feishu_apps, (access.app_id, sha256(png).digest())
    with apps.lock:
        if kept := apps.keys.get(of):
            return kept
    said = _upload(sender, access, png, _token(sender, access, now_ms))
    if said.code in NO_TOKEN:  # over before its time, or taken back
        said = _upload(sender, access, png, _token(sender, access, now_ms, anew=True))
    if said.code or not said.data or not said.data.image_key:
        raise NotUploaded(_told(said))
    with apps.lock:
        apps.keys[of] = said.data.image_key
        for old in list(apps.keys)[:-REMEMBERED]:
            del apps.keys[old]
    return said.data.image_key


def _token(sender: Sender, access: Access, now_ms: int, *, anew: bool = False) -> str:
    apps, of = sender.feishu_apps, (access.app_id, sha256(access.app_secret.encode()).digest())
    with apps.lock:
        token, until = apps.tokens.get(of, ("", 0.0))
        if token and not anew and now_ms / 1000 < until - EARLY:
            return token
    body = msgspec.json.encode({"app_id": access.app_id, "app_secret": access.app_secret})
    said = _read(posted(sender, _of(access, _TOKEN), body))
    if said.code or not said.tenant_access_token:
        raise NotUploaded(_told(said))
    with apps.lock:
        apps.tokens[of] = said.tenant_access_token, now_ms / 1000 + said.expire
    return said.tenant_access_token


def _upload(sender: Sender, access: Access, png: bytes, token: str) -> _Said:
    mark = f"minilens-{secrets.token_hex(16)}"
    parts = (
        f'--{mark}\r\nContent-Disposition: form-data; name="image_type"\r\n\r\nmessage\r\n'
        f'--{mark}\r\nContent-Disposition: form-data; name="image"; filename="chart.png"\r\n'
        "Content-Type: image/png\r\n\r\n"
    )
    body = parts.encode() + png + f"\r\n--{mark}--\r\n".encode()
    heads = {
        "Authorization": f"Bearer {token}",
        "Content-Type": f"multipart/form-data; boundary={mark}",
    }
    return _read(posted(sender, _of(access, _IMAGES), body, heads))


def _of(access: Access, path: str) -> str:
    """Where the bot is, its app is as well: at Feishu, Lark, or behind the same gateway."""
    return urlsplit(access.address)._replace(path=path, query="", fragment="").geturl()


def _read(answer: Answer) -> _Said:
    """Their word; NotUploaded where there is none."""
    try:
        said = msgspec.json.decode(answer.body, type=_Said)
    except (msgspec.MsgspecError, UnicodeError):
        said = _Said()
    if said.code is None:
        raise NotUploaded(f"{answer.status or answer.outcome.code}")
    return said


def _told(said: _Said) -> str:
    return f"{said.code} {' '.join(said.msg.split())}"[:200]
