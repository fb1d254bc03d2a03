"""Pictures in Feishu cards: uploaded by an app of the same company, shown by their keys; without one there are bars."""

from __future__ import annotations

import json
from dataclasses import replace

from minilens.deliver.send import send
from minilens.deliver.sender import Sender
from minilens.records.channels import Channel
from minilens.render.message import Message, Picture, Section
from tests.deliver.conftest import NOW_MS, Makes, with_rates
from tests.deliver.others import Got, Other
from tests.deliver.products import APP_ID, APP_SECRET, PATHS, FeishuApp, feishu, said

PNG, SECOND = (b"\x89PNG\r\n\x1a\n" + bytes([n]) * 400 for n in (0, 1))
HOUR_MS = 3_600_000


def told(*pngs: bytes) -> Message:
    """A message with these pictures."""
    drawn = tuple(
        Section(f"第 {n} 张", picture=Picture(png, "7 天访问人数", "▁▃█"))
        for n, png in enumerate(pngs)
    )
    return Message("小店 · 日报", "截至 3月1日 24:00", drawn, "", "zh")


def channel_of(made: Makes, app_secret: str = APP_SECRET) -> Channel:
    return made("feishu", PATHS["feishu"], app_id=APP_ID, app_secret=app_secret)


def paths(other: Other) -> list[str]:
    return [got.path.rpartition("/")[2][:8] for got in other.got]


def card(other: Other) -> str:
    return json.dumps(json.loads(other.got[-1].body)["card"], ensure_ascii=False)


def test_they_are_in_the_card(made: Makes, other: Other, sender: Sender) -> None:
    """One token for all, and each image once, also over several messages."""
    channel, app, fresh = channel_of(made), FeishuApp(NOW_MS), with_rates(sender)
    other.reply = app.reply
    assert send(channel, told(PNG, SECOND), NOW_MS, sender=fresh, key="k").state == "sent"
    assert paths(other) == ["internal", "images", "images", "9a1b2c3d"]
    images = [
        one for one in json.loads(other.got[-1].body)["card"]["elements"] if one["tag"] == "img"
    ]
    assert [app.images[one["img_key"]] for one in images] == [PNG, SECOND]
    assert images[0]["alt"] == {"tag": "plain_text", "content": "7 天访问人数"}
    assert "▁" not in card(other)
    assert send(channel, told(PNG), NOW_MS + 5_000, sender=fresh, key="l").state == "sent"
    assert paths(other)[4:] == ["9a1b2c3d"]


def test_a_token_is_got_anew(made: Makes, other: Other, sender: Sender) -> None:
    """Before two hours are over, and where it was taken back before."""
    channel, app, fresh = channel_of(made), FeishuApp(NOW_MS), with_rates(sender)
    other.reply = app.reply
    send(channel, told(PNG), NOW_MS, sender=fresh, key="k")
    app.now_ms = NOW_MS + 2 * HOUR_MS - 60_000
    other.got.clear()
    assert send(channel, told(SECOND), app.now_ms, sender=fresh, key="l").code == ""
    assert paths(other) == ["internal", "images", "9a1b2c3d"]
    app.tokens.clear()
    other.got.clear()
    third = told(PNG + b"3")
    assert send(channel, third, app.now_ms + 5_000, sender=fresh, key="m").code == ""
    assert paths(other) == ["images", "internal", "images", "9a1b2c3d"]


def test_what_is_not_taken_sends_bars_and_says_so(
    made: Makes, other: Other, sender: Sender
) -> None:
    """A wrong secret, no permission, a word that is none of theirs: the message arrives all the same. Neither secret
    nor token is told."""
    app = FeishuApp(NOW_MS)
    answers = {
        "10014": lambda got: app.reply(got),
        "99991672": lambda got: (
            said(400, code=99991672, msg="Access denied") if got.path.endswith("images") else app.reply(got)
        ),
        "502": lambda got: said(502, hello=1) if got.path.endswith("images") else app.reply(got),
    }  # fmt: skip
    for n, (word, answer) in enumerate(answers.items()):
        channel = channel_of(made, "wrong" if word == "10014" else APP_SECRET)
        other.reply = answer
        found = send(channel, told(PNG), NOW_MS, sender=with_rates(sender), key=f"k{n}")
        assert (found.state, found.code) == ("sent", "without_picture")
        assert word in found.answer
        assert not any(one in found.answer for one in ("wrong", APP_SECRET, *app.tokens))
        assert "▁▃█" in card(other)


def test_without_an_app_there_are_bars(made: Makes, other: Other, sender: Sender) -> None:
    channel = made("feishu", PATHS["feishu"])

    def reply(got: Got):  # type: ignore[no-untyped-def]
        return feishu(got, NOW_MS, "")

    other.reply = reply
    found = send(channel, told(PNG), NOW_MS, sender=with_rates(sender), key="k")
    assert (found.state, found.code) == ("sent", "")
    assert len(other.got) == 1
    assert "▁▃█" in card(other)
    large = replace(told(PNG), sections=told(bytes(10 << 20) + b"x").sections)
    app = FeishuApp(NOW_MS)
    other.reply = app.reply
    assert send(channel_of(made), large, NOW_MS, sender=with_rates(sender), key="l").code == ""
    assert "▁▃█" in card(other)
