"""What WeCom, Feishu and DingTalk do with a request: they check its form, its size, its signature, its rate."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from dataclasses import dataclass, field
from email import message_from_bytes
from typing import Any
from urllib.parse import parse_qs, urlsplit

from tests.deliver.others import Got, Reply

WECOM_KEY = "693a91f6-0000-4bc4-97a0-0ec2sifa5aaa"
FEISHU_KEY = "9a1b2c3d-0000-1111-2222-333344445555"
DINGTALK_KEY = "aaaabbbbccccddddeeeeffff0000111122223333"
SIGNING = "SEC-of-the-bot-0123456789"
PATHS = {
    "wecom": f"/cgi-bin/webhook/send?key={WECOM_KEY}",
    "feishu": f"/open-apis/bot/v2/hook/{FEISHU_KEY}",
    "dingtalk": f"/robot/send?access_token={DINGTALK_KEY}",
}


def wecom(got: Got) -> Reply:
    """As WeCom answers; pictures by base64 and MD5."""
    if parse_qs(urlsplit(got.path).query).get("key") != [WECOM_KEY]:
        return said(errcode=93000, errmsg="invalid webhook url")
    body = json.loads(got.body)
    kind = body["msgtype"]
    if kind == "image":
        raw = base64.b64decode(body["image"]["base64"], validate=True)
        if hashlib.md5(raw).hexdigest() != body["image"]["md5"] or len(raw) > 2 << 20:
            return said(errcode=301019, errmsg="image md5 not match")
        return said(errcode=0, errmsg="ok")
    if kind not in ("markdown", "markdown_v2") or set(body) != {"msgtype", kind}:
        return said(errcode=40008, errmsg="invalid message type")
    if not 0 < len(body[kind]["content"].encode()) <= 4096:
        return said(errcode=40058, errmsg="markdown.content exceed max length 4096")
    return said(errcode=0, errmsg="ok")


def feishu(got: Got, now_ms: int, secret: str = SIGNING) -> Reply:
    """As Feishu answers; the key of its signature is time and secret, what is signed is nothing."""
    if len(got.body) > 20 << 10:
        return said(400, code=9499, msg="Bad Request")
    body = json.loads(got.body)
    if secret:
        stamp = body.get("timestamp", "")
        tag = base64.b64encode(hmac.digest(f"{stamp}\n{secret}".encode(), b"", "sha256")).decode()
        if body.get("sign") != tag or abs(int(stamp) - now_ms / 1000) > 3600:
            return said(
                code=19021,
                msg="sign match fail or timestamp is not within one hour from current time",
            )
    card = body["card"]
    if body["msg_type"] != "interactive" or card["header"]["title"]["tag"] != "plain_text":
        return said(400, code=9499, msg="Bad Request")
    tables = [one for one in card["elements"] if one["tag"] == "table"]
    if len(tables) > 5:
        return said(
            code=230099,
            msg="Failed to create card content, ext=ErrCode: 11310; card table number over limit",
        )
    for one in tables:
        names = [column["name"] for column in one["columns"]]
        assert all(set(row) <= set(names) for row in one["rows"])
        assert len(one["rows"]) <= one["page_size"] <= 10
    assert {one["tag"] for one in card["elements"]} <= {
        "div",
        "hr",
        "note",
        "table",
        "action",
        "img",
    }
    return said(StatusCode=0, StatusMessage="success", code=0, msg="success", data={})


def dingtalk(got: Got, now_ms: int, secret: str = SIGNING) -> Reply:
    """As DingTalk answers; the key of its signature is the secret, what is signed is time and secret."""
    query = parse_qs(urlsplit(got.path).query)
    if query.get("access_token") != [DINGTALK_KEY]:
        return said(errcode=300001, errmsg="token is not exist")
    if secret:
        stamp = query.get("timestamp", ["0"])[0]
        tag = base64.b64encode(
            hmac.digest(secret.encode(), f"{stamp}\n{secret}".encode(), "sha256")
        ).decode()
        if abs(int(stamp) - now_ms) > 3_600_000:
            return said(errcode=310000, errmsg="invalid timestamp")
        if query.get("sign") != [tag]:
            return said(errcode=310000, errmsg="sign not match")
    body = json.loads(got.body)
    if len(got.body) > 20_000:
        return said(errcode=460101, errmsg="message too long")
    if body["msgtype"] == "actionCard":
        assert set(body["actionCard"]) == {"title", "text", "singleTitle", "singleURL"}
    elif body["msgtype"] == "markdown":
        assert set(body["markdown"]) == {"title", "text"}
    else:
        return said(errcode=400105, errmsg="unsupported msgtype")
    return said(errcode=0, errmsg="ok")


def said(status: int = 200, /, **body: Any) -> Reply:
    """An answer as JSON."""
    return Reply(
        json.dumps(body, ensure_ascii=False).encode(), status, {"Content-Type": "application/json"}
    )


APP_ID, APP_SECRET = "cli_a1b2c3d4e5f6a7b8", "dskLLdkasdKK0123456789abcdefghij"


@dataclass
class FeishuApp:
    """Feishu with an app that may upload images, and a bot without a signature whose cards show them. `tokens`: those
    that hold, until when; `images`: by key."""

    now_ms: int
    tokens: dict[str, int] = field(default_factory=dict)
    images: dict[str, bytes] = field(default_factory=dict)

    def reply(self, got: Got) -> Reply:
        """As they answer."""
        if got.path == "/open-apis/auth/v3/tenant_access_token/internal":
            return self._token(json.loads(got.body))
        if got.path == "/open-apis/im/v1/images":
            return self._image(got)
        for one in json.loads(got.body)["card"]["elements"]:
            if one["tag"] == "img" and one["img_key"] not in self.images:
                return said(400, code=230099, msg="Failed to create card content, img_key invalid")
        return feishu(got, self.now_ms, "")

    def _token(self, body: dict[str, str]) -> Reply:
        if set(body) != {"app_id", "app_secret"} or body["app_id"] != APP_ID:
            return said(400, code=10003, msg="invalid param")
        if body["app_secret"] != APP_SECRET:
            return said(400, code=10014, msg="app secret invalid")
        token = f"t-{len(self.tokens)}-{self.now_ms}"
        self.tokens[token] = self.now_ms + 7_200_000
        return said(code=0, msg="ok", tenant_access_token=token, expire=7200)

    def _image(self, got: Got) -> Reply:
        token = got.headers.get("authorization", "").removeprefix("Bearer ")
        if self.tokens.get(token, 0) <= self.now_ms:
            return said(
                400,
                code=99991663,
                msg="Invalid access token for authorization. Please make a test attempt.",
            )
        head = f"Content-Type: {got.headers['content-type']}\r\n\r\n".encode()
        parts = {
            str(part.get_param("name", header="content-disposition")): part.get_payload(decode=True)
            for part in message_from_bytes(head + got.body).walk()
            if not part.is_multipart()
        }
        image = parts.get("image")
        if parts.get("image_type") != b"message" or not isinstance(image, bytes):
            return said(400, code=234001, msg="Invalid request param.")
        if not image or len(image) > 10 << 20:
            return said(400, code=234006, msg="The file size exceed the max value.")
        key = f"img_v3_{len(self.images):04}"
        self.images[key] = image
        return said(code=0, msg="success", data={"image_key": key})
