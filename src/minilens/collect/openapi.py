"""`GET /v1/openapi.json`: how the receiver's routes are described, made from the types they read.

Which codes an address may answer with stands here once; a test asks a running server whether it is so.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import msgspec

from minilens import __version__
from minilens.collect import login, wire
from minilens.errors import CODES

#: Of the request as a whole, by address; the status of each is in the table of codes.
OF_ANY = ("method_not_allowed", "bad_json", "bad_gzip", "bad_shape", "too_large", "too_slow")
OF_ALL = (*OF_ANY, "rate_limited", "no_room", "stopping", "starting", "internal")
OF_BATCHES = (*OF_ALL, "newer_protocol", "no_key", "wrong_key", "foreign_referer")
OF_LOGINS = (
    "method_not_allowed", "bad_json", "too_large", "too_slow", "no_room", "stopping", "starting", "internal", "missing",
    "too_long", "wrong_type", "blocked_identity", "no_key", "wrong_key", "foreign_referer", "too_many_sign_ins",
    "not_set_up", "bad_code", "used_code", "risky_user", "wechat_refuses", "wechat_busy", "wechat_down",
)  # fmt: skip
OF_CONFIG = (
    "method_not_allowed", "rate_limited", "stopping", "starting", "internal", "no_key", "wrong_key", "foreign_referer",
)  # fmt: skip
OF_PAYMENTS = (
    *OF_ALL, "not_found", "bad_signature", "old_signature", "unknown_serial", "not_decrypted", "foreign_payment",
    "sealed_otherwise", "missing", "wrong_type", "unknown_choice", "bad_time", "bad_value", "future", "late",
    "too_long", "too_many", "too_deep",
)  # fmt: skip
OF_ROWS = (*OF_ALL, "wrong_token", "missing_scope", "unknown_choice", "missing")

PROBLEM = {
    "type": "object",
    "description": "Every refusal of a request. `code` never changes; `message` is in the caller's language.",
    "required": ["code", "status", "message", "request_id"],
    "additionalProperties": False,
    "properties": {
        "code": {"type": "string", "enum": sorted(CODES)},
        "status": {"type": "integer"},
        "message": {"type": "string"},
        "request_id": {"type": "string"},
        "field": {"type": "string"},
        "hint": {"type": "string"},
    },
}
SECONDS = {"description": "Seconds to wait", "schema": {"type": "integer", "minimum": 1}}
HEADERS = {
    401: {"WWW-Authenticate": {"schema": {"type": "string"}}},
    405: {"Allow": {"schema": {"type": "string"}}},
    429: {"Retry-After": SECONDS},
    503: {"Retry-After": SECONDS},
}
ROW = {
    "type": "object",
    "required": ["event_name", "ts"],
    "properties": {
        "event_name": {"type": "string", "examples": ["pay_success"]},
        "user_id": {"type": "string", "description": "Of the kind that X-Identity names."},
        "session_id": {"type": "string"},
        "source": {"type": "string"},
        "campaign": {"type": "string"},
        "page": {"type": "string"},
        "value": {"type": ["string", "number"], "examples": ["199.00"]},
        "currency": {"type": "string", "examples": ["CNY"]},
        "ts": {"type": "string", "description": "ISO 8601 with its zone."},
        "event_id": {"type": "string", "description": "The same id counts once."},
    },
    "additionalProperties": True,
}
APP = {
    "name": "app",
    "in": "path",
    "required": True,
    "description": "Its short name.",
    "schema": {"type": "string"},
}
PAYMENT = {
    "type": "object",
    "required": ["order", "amount", "time"],
    "properties": {
        "kind": {"type": "string", "enum": ["payment", "refund"], "default": "payment"},
        "order": {"type": "string", "description": "Its number, the same as in the mini program."},
        "amount": {
            "type": ["string", "number"],
            "description": "In yuan or fen, as is set.",
            "examples": ["199.00"],
        },
        "currency": {"type": "string", "default": "CNY"},
        "time": {
            "type": ["string", "integer"],
            "description": "ISO 8601 with its zone, or seconds since 1970.",
        },
        "id": {
            "type": "string",
            "description": "Of the payment or refund: the same counts once. Without it a payment goes by its order.",
        },
        "openid": {"type": "string"},
        "user": {
            "type": "string",
            "description": "Where there is no openid; of the type that is set.",
        },
        "props": {"type": "object", "additionalProperties": True},
    },
}
NOTIFICATION = {
    "type": "object",
    "description": "As WeChat Pay v3 sends it.",
    "required": ["event_type", "resource"],
    "properties": {
        "event_type": {"type": "string", "examples": ["TRANSACTION.SUCCESS", "REFUND.SUCCESS"]},
        "resource": {
            "type": "object",
            "required": ["ciphertext", "nonce"],
            "properties": {
                "algorithm": {"type": "string", "enum": ["AEAD_AES_256_GCM"]},
                "ciphertext": {"type": "string"},
                "nonce": {"type": "string"},
                "associated_data": {"type": ["string", "null"]},
            },
        },
    },
}
VERDICT = {
    "type": "object",
    "required": ["code"],
    "properties": {
        "code": {"type": "string", "enum": ["SUCCESS", "FAIL"]},
        "message": {"type": "string"},
    },
}


@lru_cache(maxsize=1)
def description() -> bytes:
    """The document."""
    _, types = msgspec.json.schema_components(
        [wire.Envelope, wire.Receipt, login.Login, login.Identified],
        ref_template="#/components/schemas/{name}",
    )
    return msgspec.json.encode(
        {
            "openapi": "3.1.0",
            "info": {"title": "Minilens collector", "version": __version__},
            "paths": {
                "/v1/collect": {"post": _collect()},
                "/v1/events": {"post": _events()},
                "/v1/login": {"post": _login()},
                "/v1/config": {"get": _config()},
                "/v1/payments/{app}/wechat": {"post": _of_wechat_pay()},
                "/v1/payments/{app}/hmac": {"post": _payments()},
            },
            "components": {
                "schemas": {
                    **types,
                    "Problem": PROBLEM,
                    "Row": ROW,
                    "Payment": PAYMENT,
                    "Notification": NOTIFICATION,
                    "Verdict": VERDICT,
                },
                "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
            },
        }
    )


def _collect() -> dict[str, Any]:
    return {
        "operationId": "collect",
        "summary": "A batch of a mini program (小程序上报)",
        "description": "200 once the batch is on disk; events refused are named by index. gzip is told by its bytes.",
        "requestBody": _body(
            {"application/json": _ref("Envelope"), "text/plain": _ref("Envelope")}
        ),
        "responses": _answers(OF_BATCHES),
    }


def _events() -> dict[str, Any]:
    rows = {"type": "array", "items": _ref("Row"), "maxItems": 5000}
    listed = {"type": "object", "required": ["events"], "properties": {"events": rows}}
    text = {"type": "string"}
    return {
        "operationId": "events",
        "summary": "Events of a server (服务端事件)",
        "description": "A token with the scope `events:write`. 200 once the rows are on disk.",
        "security": [{"token": []}],
        "parameters": [
            _header("Idempotency-Key", "The same row under the same key counts once.", text),
            _header("X-Identity", "What user_id is.", {**text, "default": "c_memberid"}),
        ],
        "requestBody": _body(
            {
                "application/json": {"anyOf": [_ref("Row"), rows, listed]},
                "application/x-ndjson": text,
                "text/csv": text,
            }
        ),
        "responses": _answers(OF_ROWS),
    }


def _login() -> dict[str, Any]:
    answer = {
        "description": "Who it is, as WeChat says.",
        "content": {"application/json": {"schema": _ref("Identified")}},
    }
    return {
        "operationId": "login",
        "summary": "A sign-in by code (code 登录)",
        "description": "The code of wx.login; the app has an AppSecret. The session key is never passed on.",
        "requestBody": _body({"application/json": _ref("Login")}),
        "responses": {**_answers(OF_LOGINS), "200": answer},
    }


def _config() -> dict[str, Any]:
    text = {"type": "string"}
    plan = {
        "type": "object",
        "required": ["rev"],
        "properties": {"rev": text, "off": {"type": "boolean"}},
    }
    answers = _answers(OF_CONFIG)
    kept = {name: {"schema": text} for name in ("ETag", "Cache-Control", "Vary")}
    answers["200"] = {
        "description": "The plan; tracker/config.schema.json describes all of it.",
        "headers": kept,
        "content": {"application/json": {"schema": plan}},
    }
    answers["304"] = {"description": "The revision that was named is the newest.", "headers": kept}
    return {
        "operationId": "config",
        "summary": "The published plan, for trackers (采集配置)",
        "parameters": [
            {"name": name, "in": "query", "required": needed, "description": said, "schema": text}
            for name, needed, said in (
                ("k", True, "The write key."),
                ("rev", False, "The revision that is known already."),
                ("test", False, "The code of a phone in test mode."),
            )
        ],
        "responses": answers,
    }


def _payments() -> dict[str, Any]:
    text = {"type": "string"}
    return {
        "operationId": "payments",
        "summary": "A payment or refund, signed with HMAC (签名的支付通知)",
        "description": "Signed within five minutes under the secret of the settings. Told twice, it counts once.",
        "parameters": [
            APP,
            _header("Minilens-Timestamp", "Seconds since 1970.", text),
            _header(
                "Minilens-Signature",
                "`sha256=` and the HMAC-SHA-256 of timestamp, a full stop and the body, in hex.",
                text,
            ),
        ],
        "requestBody": _body({"application/json": _ref("Payment")}),
        "responses": _answers(OF_PAYMENTS),
    }


def _of_wechat_pay() -> dict[str, Any]:
    verdict = {"application/json": {"schema": _ref("Verdict")}}
    headers = ("Timestamp", "Nonce", "Signature", "Serial")
    answers = {
        status: {**one, "content": verdict} for status, one in _answers(OF_PAYMENTS).items()
    }  # fmt: skip
    answers["200"] = {"description": "On disk, or nothing that counts.", "content": verdict}
    return {
        "operationId": "wechat_pay",
        "summary": "A notification of WeChat Pay v3 (微信支付通知)",
        "description": "The notify_url of orders and refunds: verified, decrypted, counted once.",
        "parameters": [
            APP,
            *(
                _header(f"Wechatpay-{one}", "As WeChat Pay sends it.", {"type": "string"})
                for one in headers
            ),
        ],
        "requestBody": _body({"application/json": _ref("Notification")}),
        "responses": answers,
    }


def _header(name: str, description: str, schema: dict[str, Any]) -> dict[str, Any]:
    return {"name": name, "in": "header", "description": description, "schema": schema}


def _ref(name: str) -> dict[str, Any]:
    return {"$ref": f"#/components/schemas/{name}"}


def _body(kinds: dict[str, dict[str, Any]]) -> dict[str, Any]:
    return {
        "required": True,
        "content": {kind: {"schema": schema} for kind, schema in kinds.items()},
    }


def _answers(codes: tuple[str, ...]) -> dict[str, Any]:
    found: dict[str, Any] = {
        "200": {
            "description": "On disk: how many were accepted, and which were refused and why.",
            "content": {"application/json": {"schema": _ref("Receipt")}},
        }
    }
    for status in sorted({CODES[code][0] for code in codes}):
        these = [code for code in codes if CODES[code][0] == status]
        found[str(status)] = {
            "description": "; ".join(f"`{code}`: {CODES[code][2]}" for code in these),
            "headers": HEADERS.get(status, {}),
            "content": {"application/problem+json": {"schema": _ref("Problem")}},
        }
    return found
