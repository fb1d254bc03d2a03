"""Mail is handed over to a real server: once to each member, in a form that mail programs show."""

from __future__ import annotations

import ssl
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from urllib.parse import quote

import pytest

from minilens.deliver.outcome import Outcome
from minilens.deliver.send import send
from minilens.deliver.sender import Sender
from minilens.records.channel_content import ChannelContent
from minilens.records.channels import Channel
from minilens.records.unsubscribing import read
from minilens.render.message import Figure, Listing, Message, Picture, Section
from tests.deliver.conftest import NOW, NOW_MS, SECRET
from tests.deliver.mail_server import PASSWORD, USER, Post, running

PNG = b"\x89PNG\r\n\x1a\n" + bytes(300)
MESSAGE = Message(
    "小店 · 周报\r\nBcc: all@example.com", "截至 3月1日 24:00",
    (
        Section(
            "KPI", ("<script>alert(1)</script>",),
            (Figure("访问人数", "1,234", "+12.3%", "good"), Figure("支付", "¥9")),
        ),
        Section(
            "流量", (), (), Picture(PNG, "7 天访问人数", "▁▃█"),
            Listing("页面", ("页面", "人数"), (("首页" * 200, "9"),), 4), "https://stats.example.com/a/shop/traffic",
        ),
    ),
    "https://stats.example.com/a/shop", "zh", "每周一 09:00 推送",
)  # fmt: skip


@pytest.fixture(scope="module")
def post() -> Iterator[Post]:
    with running() as found:
        yield found


@pytest.fixture
def mail(sender: Sender, post: Post) -> Sender:
    """A sender with that server, which takes everything again."""
    post.said, post.drop, post.mails, post.froms = {}, False, [], []
    return replace(
        sender, smtp=f"smtp://127.0.0.1:{post.port}?tls=none", mail_from="Minilens 统计 <stats@example.com>",
        url="https://stats.example.com",
    )  # fmt: skip


@pytest.fixture
def channel(sender: Sender, request: pytest.FixtureRequest) -> Iterator[Channel]:
    """One of mail to two members of the app."""
    records, names = sender.records, ("ann@example.com", "bob@example.com")
    known = {one.email: one.id for one in records.accounts.all()}
    for name in names:
        if name not in known:
            known[name] = records.accounts.create(name, name.partition("@")[0], now=NOW).id
            records.grants.set(known[name], 1, "viewer", now=NOW, by=None)
    content = ChannelContent("mail", request.node.name[:40], "zh", members=tuple(known.values()))
    made, _ = records.channels.create(1, content, SECRET, now=NOW)
    yield made
    records.channels.remove(1, made.id, now=NOW)


def test_a_mail_is_what_mail_programs_show(mail: Sender, post: Post, channel: Channel) -> None:
    found = send(channel, MESSAGE, NOW_MS, sender=mail, key="weekly.7.2026-02-23")
    assert (found.state, found.answer) == ("sent", "2/2")
    assert [reader for reader, _ in post.mails] == ["ann@example.com", "bob@example.com"]
    assert all(len(line) <= 998 for _, raw in post.mails for line in raw.split(b"\r\n"))
    one, other = post.read()
    assert one["Subject"] == "小店 · 周报 Bcc: all@example.com"
    assert one["Bcc"] is None
    assert one["From"] == "Minilens 统计 <stats@example.com>"
    assert post.froms == ["stats@example.com"] * 2
    assert one["Auto-Submitted"] == "auto-generated"
    assert one["Date"] == "Mon, 02 Mar 2026 01:07:00 +0000"
    assert one["Message-ID"] != other["Message-ID"]
    assert one["Message-ID"].startswith("<weekly.7.2026-02-23.")
    assert one["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    address = one["List-Unsubscribe"].strip(" <>")
    assert address.startswith("https://stats.example.com/unsubscribe/")
    assert read(SECRET, address.rpartition("/")[2]) == (channel.id, channel.members[0].account)
    assert one.get_content_type() == "multipart/alternative"
    plain, related = one.iter_parts()
    assert "访问人数: 1,234  +12.3%" in plain.get_content()
    assert address in plain.get_content()
    html, picture = related.iter_parts()
    text = html.get_content()
    assert "<script>" not in text
    assert "另有 4 项" in text
    assert f"cid:{picture['Content-ID'].strip('<>')}" in text
    assert picture.get_content() == PNG
    assert picture.get_content_disposition() == "inline"


def test_who_has_got_it_never_gets_it_again(mail: Sender, post: Post, channel: Channel) -> None:
    post.said["bob@example.com"] = "451 greylisted, come again"
    found = send(channel, MESSAGE, NOW_MS, sender=mail, key="k1")
    assert replace(found, answer="") == Outcome("again", code="busy")
    post.said.clear()
    assert send(channel, MESSAGE, NOW_MS + 60_000, sender=mail, key="k1").state == "sent"
    assert send(channel, MESSAGE, NOW_MS + 60_000, sender=mail, key="k1").state == "sent"
    assert [reader for reader, _ in post.mails] == ["ann@example.com", "bob@example.com"]


def test_a_mailbox_that_is_gone_gets_nothing_more(
    mail: Sender, post: Post, channel: Channel
) -> None:
    post.said["bob@example.com"] = "550 5.1.1 no such user"
    found = send(channel, MESSAGE, NOW_MS, sender=mail, key="k2")
    assert (found.state, found.code) == ("sent", "mailbox_refused")
    kept = mail.records.channels.get(1, channel.id)
    assert [(one.name, one.stopped, one.told) for one in kept.members] == [
        ("ann", "", ""), ("bob", "mailbox_refused", "550 5.1.1 no such user"),
    ]  # fmt: skip
    assert send(channel, MESSAGE, NOW_MS, sender=mail, key="k3").answer == "1/1"


def test_who_unsubscribed_or_lost_the_app_gets_nothing(
    mail: Sender, post: Post, channel: Channel
) -> None:
    for one in channel.members:
        mail.records.channel_members.unsubscribe(1, channel.id, one.account, now=NOW)
    assert send(channel, MESSAGE, NOW_MS, sender=mail, key="k4") == Outcome(
        "failed", code="no_readers"
    )
    assert not post.mails


@pytest.mark.parametrize(
    ("command", "said", "expected"),
    [
        ("ann@example.com", "550 Sender frequency limited", Outcome("again", wait=3600, code="mail_limited")),
        ("MAIL", "553 Mail from must equal authorized user", Outcome("stopped", code="mail_sender")),
        ("MAIL", "421 try later", Outcome("again", code="busy")),
        ("DATA", "554 5.7.1 spam", Outcome("failed", code="not_taken_there")),
        ("DATA", "451 later", Outcome("again", code="busy")),
        ("DATA", "550 Connection frequency limited", Outcome("again", wait=3600, code="mail_limited")),
    ],
)  # fmt: skip
def test_what_the_server_says_decides(
    mail: Sender, post: Post, channel: Channel, command: str, said: str, expected: Outcome
) -> None:
    post.said[command] = said
    found = send(channel, MESSAGE, NOW_MS, sender=mail, key=f"{command}-{said}")
    assert replace(found, answer="") == expected
    assert not post.mails
    state = mail.records.channels.get(1, channel.id).state
    assert state == ("stopped" if expected.state == "stopped" else "on")


def test_a_line_that_breaks_after_the_mail_says_nothing(
    mail: Sender, post: Post, channel: Channel
) -> None:
    post.drop = True
    found = send(channel, MESSAGE, NOW_MS, sender=mail, key="k5")
    assert (found.state, found.code) == ("unknown", "no_answer")
    post.drop = False
    assert send(channel, MESSAGE, NOW_MS, sender=mail, key="k5").state == "sent"
    first, second = (one["Message-ID"] for one in post.read()[:2])
    assert first == second  # programs show it once


def test_without_a_server_it_waits_for_one(mail: Sender, channel: Channel) -> None:
    found = send(channel, MESSAGE, NOW_MS, sender=replace(mail, smtp=""), key="k")
    assert found == Outcome("again", wait=3600, code="no_mail_server")
    gone = replace(mail, smtp="smtp://127.0.0.1:1?tls=none")
    assert send(channel, MESSAGE, NOW_MS, sender=gone, key="k").code == "no_connection"


def test_a_server_without_encryption_gets_no_mail(
    mail: Sender, post: Post, channel: Channel
) -> None:
    bare = replace(mail, smtp=f"smtp://127.0.0.1:{post.port}")
    found = send(channel, MESSAGE, NOW_MS, sender=bare, key="k")
    assert (found.state, found.code) == ("stopped", "mail_security")


def test_one_logs_in_under_encryption(
    mail: Sender, channel: Channel, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with running(tmp_path) as post:
        trusted = ssl.create_default_context(cafile=tmp_path / "localhost.pem")
        monkeypatch.setattr(ssl, "create_default_context", lambda: trusted)
        login = f"{quote(USER, safe='')}:{quote(PASSWORD, safe='')}"
        good = replace(mail, smtp=f"smtp://{login}@localhost:{post.port}")
        assert send(channel, MESSAGE, NOW_MS, sender=good, key="k6").state == "sent"
        assert len(post.mails) == 2
        wrong = replace(mail, smtp=f"smtp://{quote(USER)}:no@localhost:{post.port}")
        found = send(channel, MESSAGE, NOW_MS, sender=wrong, key="k7")
        assert (found.state, found.code) == ("stopped", "mail_login")
        assert "no@" not in found.answer
