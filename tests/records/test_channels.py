"""Channels are kept with what they lead to sealed; addresses of bots are those that the products show."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from minilens.errors import NotFound, Refused
from minilens.networks import Networks
from minilens.records.channel_content import ChannelContent, Kind, checked_address
from minilens.records.store import Records

NOW = datetime(2026, 3, 2, 1, tzinfo=UTC)
KEY = b"the server's own secret"
BOT = "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=693a91f6-7xxx-4bc4-97a0-0ec2sifa5aaa"


def app_of(records: Records) -> int:
    return records.apps.create("shop", timezone="Asia/Shanghai", now=NOW).id


def test_an_address_is_opened_with_the_secret_of_the_server_alone(records: Records) -> None:
    app = app_of(records)
    made, shown = records.channels.create(
        app, ChannelContent("wecom", "运营群", "zh", BOT), KEY, now=NOW
    )
    assert (shown, made.state, made.hint) == ("", "on", "qyapi.weixin.qq.com …5aaa")
    access = made.access(KEY)
    assert access is not None
    assert access.address == BOT
    assert made.access(b"another") is None
    assert "693a91f6" not in repr(records.audit.entries()) + repr(made)


def test_what_is_not_typed_again_stays_and_a_change_mends(records: Records) -> None:
    app = app_of(records)
    made, secret = records.channels.create(
        app, ChannelContent("webhook", "data", "en", "https://example.com/hook"), KEY, now=NOW
    )
    assert len(secret) > 30
    records.channels.stop(made.id, "refused_there", "gone", now=NOW)
    assert records.channels.get(app, made.id).state == "stopped"
    changed = records.channels.change(
        app, made.id, ChannelContent("webhook", "other", "zh"), KEY, now=NOW
    )
    access = changed.access(KEY)
    assert access is not None
    assert (access.address, access.secret) == ("https://example.com/hook", secret)
    assert (changed.name, changed.language, changed.state) == ("other", "zh", "on")


def test_what_was_removed_is_forgotten_but_for_its_name(records: Records) -> None:
    app = app_of(records)
    made, _ = records.channels.create(app, ChannelContent("wecom", "a", "zh", BOT), KEY, now=NOW)
    records.channels.remove(app, made.id, now=NOW)
    with pytest.raises(NotFound):
        records.channels.get(app, made.id)
    found = records.channels.find(made.id)
    assert found is not None
    assert found.removed
    assert found.access(KEY) is None
    assert records.channels.of(app) == []


def test_mail_goes_to_those_who_see_the_app_at_that_moment(records: Records) -> None:
    app = app_of(records)
    people = records.accounts
    ann, bob, eve = (
        people.create(f"{name}@example.com", name, now=NOW).id for name in ("ann", "bob", "eve")
    )
    for one in (ann, bob):
        records.grants.set(one, app, "viewer", now=NOW, by=None)
    with pytest.raises(Refused, match="member"):
        records.channels.create(
            app, ChannelContent("mail", "m", "en", members=(ann, eve)), KEY, now=NOW
        )
    made, _ = records.channels.create(
        app, ChannelContent("mail", "m", "en", members=(ann, bob)), KEY, now=NOW
    )

    def readers() -> list[int]:
        return [one.account for one in records.channel_members.readers(app, made.id)]

    assert readers() == [ann, bob]
    records.grants.remove(bob, app, now=NOW, by=None)
    assert readers() == [ann]
    assert records.channel_members.unsubscribe(app, made.id, ann, now=NOW)
    assert not records.channel_members.unsubscribe(app, made.id, eve, now=NOW)
    assert readers() == []


def test_whoever_unsubscribed_stays_so_when_they_are_put_in_again(records: Records) -> None:
    app = app_of(records)
    ann, bob = (
        records.accounts.create(f"{name}@example.com", name, now=NOW).id for name in ("ann", "bob")
    )
    for one in (ann, bob):
        records.grants.set(one, app, "viewer", now=NOW, by=None)
    members, content = (
        records.channel_members,
        ChannelContent("mail", "m", "en", members=(ann, bob)),
    )
    made, _ = records.channels.create(app, content, KEY, now=NOW)
    members.unsubscribe(app, made.id, ann, now=NOW)
    content = replace(content, members=(bob,))
    (left,) = records.channels.change(app, made.id, content, KEY, now=NOW).members
    assert left.account == bob
    assert not members.unsubscribe(app, made.id, ann, now=NOW)  # by an old mail of theirs
    members.resume(app, made.id, ann, now=NOW)
    content = replace(content, members=(ann, bob))
    again = records.channels.change(app, made.id, content, KEY, now=NOW)
    assert [(one.account, one.stopped) for one in again.members] == [(ann, "unsubscribed"), (bob, "")]  # fmt: skip
    members.resume(app, made.id, ann, now=NOW)
    assert [one.account for one in members.readers(app, made.id)] == [ann, bob]


GOOD: list[tuple[Kind, str]] = [
    ("feishu", "https://open.feishu.cn/open-apis/bot/v2/hook/9a1b2c3d-0000-1111-2222-333344445555"),
    ("dingtalk", "https://oapi.dingtalk.com/robot/send?access_token=aaaabbbbccccdddd1111"),
    ("webhook", "https://example.com:8443/a?b=c"),
]


@pytest.mark.parametrize(("kind", "address"), GOOD)
def test_an_address_as_it_is_shown_is_taken(kind: Kind, address: str) -> None:
    assert checked_address(kind, f" {address} ") == address


def test_a_signature_that_was_copied_along_is_dropped() -> None:
    address = GOOD[1][1]
    assert checked_address("dingtalk", f"{address}&timestamp=1&sign=abc") == address


@pytest.mark.parametrize(
    ("kind", "address", "code"),
    [
        ("wecom", BOT.replace("https", "http"), "not_https"),
        ("wecom", BOT.replace("qyapi", "evil"), "foreign_bot"),
        ("wecom", "https://qyapi.weixin.qq.com/cgi-bin/webhook/send", "foreign_bot"),
        ("feishu", "https://open.feishu.cn/open-apis/bot/hook/abcdefgh12", "foreign_bot"),
        ("webhook", "https://user:pw@example.com/", "bad_address"),
        ("webhook", "https://exa mple.com/", "bad_address"),
        ("webhook", "https://[::1", "bad_address"),
        ("webhook", "file:///etc/passwd", "bad_address"),
        ("webhook", "http://127.0.0.1/", "not_https"),
        ("webhook", "", "missing"),
    ],
)  # fmt: skip
def test_another_address_is_refused_without_repeating_it(
    kind: Kind, address: str, code: str
) -> None:
    with pytest.raises(Refused) as refused:
        checked_address(kind, address)
    assert refused.value.code == code
    assert "pw" not in refused.value.message("en")


def test_http_is_for_networks_that_the_owner_named() -> None:
    assert (
        checked_address("webhook", "http://127.0.0.1:80/x", Networks(("127.0.0.0/8",)))
        == "http://127.0.0.1:80/x"
    )
