"""Bots of WeCom, Feishu and DingTalk take what is sent to them, and what they refuse is told for what it is."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from email.utils import formatdate

import pytest

from minilens.deliver.outcome import Outcome
from minilens.deliver.send import remember, send, tried
from minilens.deliver.sender import Sender
from minilens.records.channel_content import Kind
from minilens.records.sends import NewSend
from minilens.render.message import Figure, Listing, Message, Picture, Section
from minilens.render.send_reasons import REASONS, reason
from minilens.text import Text
from tests.deliver.conftest import NOW, NOW_MS, Makes, with_rates
from tests.deliver.others import Other, Reply
from tests.deliver.products import (
    DINGTALK_KEY,
    FEISHU_KEY,
    PATHS,
    SIGNING,
    WECOM_KEY,
    dingtalk,
    feishu,
    said,
    wecom,
)

LINK = "https://stats.example.com/a/shop?period=yesterday&f=path(a)"
TABLE = Listing(
    "页面", ("页面", "人数"), (("首页|a", "9"), ("[点我](https://evil.example) <@all>", "8")), 4
)
PNG = b"\x89PNG\r\n\x1a\n" + bytes(100)
MESSAGE = Message(
    "小店 · 日报", "截至 3月1日 24:00",
    (
        Section("KPI", (), (
            Figure("访问*人数*", "1,234", "+12.3% 较上周", "good", "目标 2,000"), Figure("支付", "¥9", "-3%", "bad"),
        )),
        Section("流量", ("一切<b>正常</b>。",), (), Picture(PNG, "7 天访问人数", "▁▃█", ""), TABLE, LINK),
    ),
    LINK, "zh", "每天 09:00 推送",
)  # fmt: skip
WITHOUT_TABLE = replace(MESSAGE, sections=MESSAGE.sections[:1])
SAFE_LINK = LINK.replace("(", "%28").replace(")", "%29")


def test_a_server_that_begins_sends_bots_nothing_while_their_minute_runs(
    made: Makes, other: Other, sender: Sender
) -> None:
    """How much was sent within it nobody knows any more."""
    other.reply = wecom
    bot, webhook = made("wecom", PATHS["wecom"]), made("webhook")
    sends, seconds = sender.records.sends, timedelta(seconds=1)
    for channel in (bot, webhook):
        number = sends.put([NewSend(1, channel.id, f"{channel.id}", "alarm", NOW, alone=True)], now=NOW)  # fmt: skip
        assert number == 1
        batch = sends.claim([sends.due(NOW)[0].id], "one", now=NOW)
        assert batch
        sends.begin(batch, "one", "{}", now=NOW)
    after = with_rates(sender)
    remember(after, NOW + 20 * seconds)
    states = [
        send(one, MESSAGE, NOW_MS + at * 1000, sender=after, key="k").state
        for one, at in ((bot, 20), (bot, 59), (bot, 61), (webhook, 20))
    ]
    assert states == ["again", "again", "sent", "sent"]


def test_wecom_takes_a_table_and_then_the_picture(
    made: Makes, other: Other, sender: Sender
) -> None:
    channel = made("wecom", PATHS["wecom"])
    other.reply = wecom
    found = send(channel, MESSAGE, NOW_MS, sender=with_rates(sender), key="k")
    assert (found.state, found.code) == ("sent", "")
    text, picture = (json.loads(got.body) for got in other.got)
    said_there = text["markdown_v2"]["content"]
    assert said_there.startswith("### 小店 · 日报")
    assert said_there.endswith(f"[查看详情]({SAFE_LINK})")
    assert "| 首页｜a | 9 |" in said_there
    assert "［点我］(https:／／evil.example) ＜@all＞" in said_there
    assert "另有 4 项" in said_there
    assert picture["msgtype"] == "image"
    assert "▁" not in said_there  # the picture says it


def test_wecom_without_a_table_has_colours(made: Makes, other: Other, sender: Sender) -> None:
    channel = made("wecom", PATHS["wecom"])
    other.reply = wecom
    assert send(channel, WITHOUT_TABLE, NOW_MS, sender=with_rates(sender), key="k").state == "sent"
    (text,) = (json.loads(got.body)["markdown"]["content"] for got in other.got)
    assert '访问＊人数＊：**1,234** <font color="info">+12.3% 较上周</font> 目标 2,000' in text
    assert '<font color="warning">-3%</font>' in text


def test_a_picture_that_does_not_arrive_sends_nothing_twice(
    made: Makes, other: Other, sender: Sender
) -> None:
    channel = made("wecom", PATHS["wecom"])
    other.reply = lambda got: (
        wecom(got) if b"markdown" in got.body else said(errcode=45009, errmsg="freq")
    )
    found = send(channel, MESSAGE, NOW_MS, sender=with_rates(sender), key="k")
    assert (found.state, found.code) == ("sent", "without_picture")


def test_feishu_takes_the_card_signed_in_its_way(made: Makes, other: Other, sender: Sender) -> None:
    channel = made("feishu", PATHS["feishu"], SIGNING)
    other.reply = lambda got: feishu(got, NOW_MS)
    assert send(channel, MESSAGE, NOW_MS, sender=with_rates(sender), key="k").state == "sent"
    card = json.loads(other.got[0].body)["card"]
    assert card["header"]["title"]["content"] == MESSAGE.title
    *_, button = card["elements"]
    assert button["actions"][0]["url"] == SAFE_LINK
    (table,) = (one for one in card["elements"] if one["tag"] == "table")
    assert table["rows"][1]["c0"] == "[点我](https://evil.example) <@all>"  # plain text there
    texts = json.dumps(card, ensure_ascii=False)
    assert "一切<b>正常</b>。" in texts  # plain text there as well
    assert "访问&#42;人数&#42;" in texts
    assert "▁▃█" in texts


def test_feishu_gets_a_smaller_card_where_tables_are_too_many(
    made: Makes, other: Other, sender: Sender
) -> None:
    channel = made("feishu", PATHS["feishu"])
    refused = said(code=230099, msg="Failed to create card content, ext=ErrCode: 11310; over limit")
    other.reply = lambda got: refused if b'"table"' in got.body else feishu(got, NOW_MS, "")
    assert send(channel, MESSAGE, NOW_MS, sender=with_rates(sender), key="k").state == "sent"
    assert len(other.got) == 2


def test_dingtalk_takes_a_card_signed_anew_each_time(
    made: Makes, other: Other, sender: Sender
) -> None:
    channel = made("dingtalk", PATHS["dingtalk"], SIGNING)
    found = with_rates(sender)
    for at in (NOW_MS, NOW_MS + 7_200_000):
        other.reply = lambda got, at=at: dingtalk(got, at)  # type: ignore[misc]
        assert send(channel, MESSAGE, at, sender=found, key="k").state == "sent"
    assert [got.path.count("sign=") for got in other.got] == [1, 1]
    card = json.loads(other.got[0].body)["actionCard"]
    assert card["singleURL"] == SAFE_LINK
    assert "- 首页｜a **9**" in card["text"]
    other.reply = lambda got: dingtalk(got, NOW_MS)
    assert send(channel, replace(MESSAGE, link=""), NOW_MS, sender=found, key="k").state == "sent"
    assert json.loads(other.got[2].body)["msgtype"] == "markdown"


# ruff: noqa: E501 — a row a refusal
REFUSED: list[tuple[Kind, Reply, Outcome]] = [
    ("wecom", said(errcode=45009, errmsg="api freq out of limit"), Outcome("again", wait=60, code="their_limit")),
    ("wecom", said(errcode=40058, errmsg="markdown.content exceed"), Outcome("failed", code="malformed")),
    ("wecom", said(errcode=93000, errmsg="invalid webhook url"), Outcome("stopped", code="bad_key")),
    ("wecom", said(errcode=12345, errmsg="?"), Outcome("failed", code="not_taken_there")),
    ("feishu", said(code=19021, msg="sign match fail"), Outcome("stopped", code="signature")),
    ("feishu", said(code=19022, msg="Ip Not Allowed"), Outcome("stopped", code="ip")),
    ("feishu", said(code=19024, msg="Key Words Not Found"), Outcome("stopped", code="keyword")),
    ("feishu", said(400, code=9499, msg="Bad Request"), Outcome("failed", code="malformed")),
    ("feishu", said(code=11232, msg="frequency limited"), Outcome("again", wait=60, code="their_limit")),
    ("feishu", said(code=2200, msg="internal error"), Outcome("again", code="busy")),
    ("feishu", said(400, code=19001, msg="param invalid: incoming webhook access token invalid"), Outcome("stopped", code="bad_key")),
    ("dingtalk", said(errcode=310000, errmsg="keywords not in content"), Outcome("stopped", code="keyword")),
    ("dingtalk", said(errcode=310000, errmsg="description:关键词不匹配;solution:请在消息里包含关键词"), Outcome("stopped", code="keyword")),
    ("dingtalk", said(errcode=310000, errmsg="sign not match"), Outcome("stopped", code="signature")),
    ("dingtalk", said(errcode=310000, errmsg="description:机器人发送签名不匹配;solution:签名和时间戳都放在网址中"), Outcome("stopped", code="signature")),
    ("dingtalk", said(errcode=310000, errmsg="invalid timestamp"), Outcome("stopped", code="clock")),
    ("dingtalk", said(errcode=310000, errmsg="ip 1.2.3.4 not in whitelist"), Outcome("stopped", code="ip")),
    ("dingtalk", said(errcode=310000, errmsg="?"), Outcome("stopped", code="guard")),
    ("dingtalk", said(errcode=130101, errmsg="send too fast"), Outcome("again", wait=600, code="their_limit")),
    ("dingtalk", said(errcode=90030, errmsg="over"), Outcome("again", wait=(14 * 60 + 63) * 60, code="day_limit")),
    ("dingtalk", said(errcode=300001, errmsg="token is not exist"), Outcome("stopped", code="bad_key")),
    ("wecom", Reply(b'{"errc', half=6), Outcome("unknown", code="no_answer")),
    ("feishu", Reply(b"<html>hello</html>"), Outcome("unknown", code="no_answer")),
    ("dingtalk", Reply(status=429, headers={"Retry-After": "5"}), Outcome("again", wait=5, code="busy")),
    ("dingtalk", Reply(status=502, body=b"<html>"), Outcome("again", code="busy")),
    ("feishu", Reply(after=1.5), Outcome("unknown", code="no_answer")),
]  # fmt: skip


@pytest.mark.parametrize(
    ("kind", "reply", "expected"), REFUSED, ids=lambda one: getattr(one, "code", None)
)
def test_each_refusal_is_told_for_what_it_is(
    made: Makes, other: Other, sender: Sender, kind: Kind, reply: Reply, expected: Outcome
) -> None:
    channel = made(kind, PATHS[kind])
    other.say(reply)
    patient = replace(with_rates(sender), patience=0.5)
    found = send(channel, WITHOUT_TABLE, NOW_MS, sender=patient, key="k")
    assert replace(found, answer="") == expected
    assert found.code in REASONS
    kept = sender.records.channels.get(1, channel.id)
    assert (kept.stopped or None) == (expected.code if expected.state == "stopped" else None)
    if expected.wait:  # nobody knocks again before
        again = send(kept, WITHOUT_TABLE, NOW_MS + 1000, sender=patient, key="k")
        knocks = 1 if found.code != "busy" else 2
        assert len(other.got) == knocks
        assert again.state == "again"


def test_a_signature_that_fails_by_a_wrong_clock_says_so(
    made: Makes, other: Other, sender: Sender
) -> None:
    late = {"Date": formatdate(NOW_MS / 1000 + 7200, usegmt=True)}
    for kind, reply in (
        ("feishu", said(code=19021, msg="x")),
        ("dingtalk", said(errcode=310000, errmsg="sign not match")),
    ):
        channel = made(kind, PATHS[kind])
        other.say(replace(reply, headers=late))
        assert send(channel, MESSAGE, NOW_MS, sender=with_rates(sender), key="k").code == "clock"


def test_a_key_that_is_said_back_is_not_kept(made: Makes, other: Other, sender: Sender) -> None:
    for kind, key, field in (
        ("wecom", WECOM_KEY, "errcode"), ("feishu", FEISHU_KEY, "code"), ("dingtalk", DINGTALK_KEY, "errcode"),
    ):  # fmt: skip
        channel = made(kind, PATHS[kind])
        other.say(said(200, **{field: 777}, errmsg=f"bad {key}"))
        found = send(channel, WITHOUT_TABLE, NOW_MS, sender=with_rates(sender), key="k")
        assert key not in found.answer
        other.say(Reply(f"no such {key}".encode(), 404))
        found = send(channel, WITHOUT_TABLE, NOW_MS, sender=with_rates(sender), key="k")
        assert (found.state, key in found.answer) == ("stopped", False)


def test_no_more_than_the_products_allow_goes_there(
    made: Makes, other: Other, sender: Sender
) -> None:
    most: dict[Kind, int] = {"wecom": 18, "feishu": 4, "dingtalk": 18}
    for kind, count in most.items():
        channel, limited = made(kind, PATHS[kind]), with_rates(sender)
        other.say(said(errcode=0) if kind != "feishu" else said(code=0))
        states = [
            send(channel, WITHOUT_TABLE, NOW_MS, sender=limited, key="k") for _ in range(count + 1)
        ]
        assert [one.state for one in states] == ["sent"] * count + ["again"]
        assert states[-1].wait == (1 if kind == "feishu" else 60)
        assert (
            send(channel, WITHOUT_TABLE, NOW_MS + 60_001, sender=limited, key="k").state == "sent"
        )


def test_a_stopped_channel_is_silent_until_a_try_goes_through(
    made: Makes, other: Other, sender: Sender
) -> None:
    channel = made("wecom", PATHS["wecom"])
    other.say(said(errcode=93000, errmsg="invalid webhook url"))
    assert send(channel, MESSAGE, NOW_MS, sender=with_rates(sender), key="k").state == "stopped"
    stopped = sender.records.channels.get(1, channel.id)
    other.reply = wecom
    assert send(stopped, MESSAGE, NOW_MS, sender=with_rates(sender), key="k").code == "bad_key"
    assert len(other.got) == 1
    assert tried(stopped, WITHOUT_TABLE, NOW_MS, sender=with_rates(sender), key="k").state == "sent"
    assert sender.records.channels.get(1, channel.id).state == "on"


def test_the_keyword_is_named() -> None:
    assert "「小店」" in reason("keyword", Text("小店", "Shop")).zh
    assert "“Shop”" in reason("keyword", Text("小店", "Shop")).en
