"""Messages, Channels: added by kind, tested, mended, removed; what leads there is never shown again."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

import pytest
from litestar.testing import TestClient

from minilens.period import now
from minilens.records.channel_content import ChannelContent
from minilens.records.unsubscribing import token
from tests.deliver.others import Other, running
from tests.deliver.products import APP_ID, APP_SECRET, PATHS, SIGNING, WECOM_KEY, said, wecom
from tests.web.cast import Theatre, sign_in
from tests.web.channels_cast import with_channels
from tests.web.sites import site
from tests.web.test_settings_of_an_app import EN, Client, deeds, done, send

PAGE = "/a/cafe/messages/channels"
ZH = {"accept-language": "zh"}


@pytest.fixture
def channels(theatre: Theatre) -> Iterator[Client]:
    with site(with_channels(theatre)) as app, TestClient(app) as client:
        sign_in(client, theatre)
        yield client


@pytest.fixture(scope="module")
def other() -> Iterator[Other]:
    with running() as found:
        yield found


def test_a_bot_is_added_tested_stopped_and_mended(
    channels: Client, theatre: Theatre, other: Other
) -> None:
    form = channels.get(f"{PAGE}?add=wecom", headers=EN).text
    assert "Add group bot" in form
    assert 'name="signing_secret"' not in form
    address = other.url + PATHS["wecom"]
    added = send(channels, PAGE, kind="wecom", name="Ops", language="zh", address=address)
    assert done(channels, added.headers["location"]).startswith("Channel added")
    (made,) = theatre.records.channels.of(1)
    other.reply = wecom
    tested = send(channels, f"{PAGE}/{made.id}/test")
    assert done(channels, tested.headers["location"]) == "Test sent."
    text = json.loads(other.got[-1].body)["markdown"]["content"]
    assert text.startswith("### 咖啡店 · 测试消息") or "测试消息" in text
    other.say(said(errcode=93000, errmsg=f"invalid webhook url {WECOM_KEY}"))
    refused = send(channels, f"{PAGE}/{made.id}/test")
    assert refused.status_code == 422
    assert "Test not sent: The bot doesn't exist" in refused.text.replace("&#39;", "'")
    page = channels.get(PAGE, headers=ZH).text
    assert "已停用" in page
    assert "请重新添加机器人并填写新地址" in page
    assert WECOM_KEY not in page + refused.text
    assert "127.0.0.1 …5aaa" in page
    other.reply = wecom
    send(channels, f"{PAGE}/{made.id}/test")
    assert "已停用" not in channels.get(PAGE, headers=ZH).text
    assert [one for one, _ in deeds(theatre)][:2] == ["channel.stop", "channel.create"]


def test_a_form_keeps_what_was_typed_but_for_secrets(channels: Client, theatre: Theatre) -> None:
    typed = {
        "kind": "feishu", "name": "群", "language": "en", "address": "https://evil.example/hook",
        "signing_secret": SIGNING,
    }  # fmt: skip
    wrong = send(channels, PAGE, **typed)
    assert wrong.status_code == 422
    assert "Webhook address must be like https://open.feishu.cn" in wrong.text
    assert 'value="群"' in wrong.text
    assert SIGNING not in wrong.text
    assert "evil.example" not in wrong.text
    assert send(channels, PAGE, **typed | {"kind": "smoke"}).status_code == 422
    assert theatre.records.channels.of(1) == []


def test_a_webhook_shows_its_secret_once_and_keeps_what_is_left_empty(
    channels: Client, theatre: Theatre
) -> None:
    added = send(
        channels,
        PAGE,
        kind="webhook",
        name="Data",
        language="en",
        address="https://example.com/hook",
    )
    page = channels.get(added.headers["location"], headers=EN).text
    (made,) = theatre.records.channels.of(1)
    access = made.access(theatre.console().secret)
    assert access is not None
    assert access.secret in page
    assert access.secret not in channels.get(added.headers["location"], headers=EN).text
    edit = channels.get(f"{PAGE}?edit={made.id}", headers=EN).text
    assert "Empty: as it is (example.com)." in edit
    send(
        channels,
        f"{PAGE}/{made.id}",
        name="Warehouse",
        language="zh",
        address="",
        signing_secret="",
    )
    (changed,) = theatre.records.channels.of(1)
    assert (changed.name, changed.access(theatre.console().secret)) == ("Warehouse", access)
    gone = send(channels, f"{PAGE}/{made.id}/remove")
    assert done(channels, gone.headers["location"]) == "Removed."
    assert theatre.records.channels.of(1) == []


def test_an_app_of_feishu_is_kept_changed_and_taken_away(
    channels: Client, theatre: Theatre
) -> None:
    """Its number is shown, its secret never; another app needs its own secret."""
    address = f"https://open.feishu.cn{PATHS['feishu']}"
    typed = {"kind": "feishu", "name": "Charts", "language": "zh", "app_id": APP_ID}
    refused = send(channels, PAGE, **typed, address=address)
    assert refused.status_code == 422
    assert 'id="w-app_secret"' in refused.text
    assert APP_ID in refused.text
    send(channels, PAGE, **typed, address=address, app_secret=APP_SECRET)
    made = theatre.records.channels.named(1, "Charts")
    key = theatre.console().secret

    def kept() -> tuple[str, str]:
        access = theatre.records.channels.get(1, made.id).access(key)
        assert access is not None
        return access.app_id, access.app_secret

    assert kept() == (APP_ID, APP_SECRET)
    form = channels.get(f"{PAGE}?edit={made.id}", headers=ZH).text
    assert (APP_ID in form, APP_SECRET in form, "图表图片" in form) == (True, False, True)
    assert send(channels, f"{PAGE}/{made.id}", **typed, address="").status_code == 303
    assert kept() == (APP_ID, APP_SECRET)
    other = typed | {"app_id": "cli_0000000000"}
    assert send(channels, f"{PAGE}/{made.id}", **other, address="").status_code == 422
    assert (
        send(channels, f"{PAGE}/{made.id}", **(typed | {"app_id": ""}), address="").status_code
        == 303
    )
    assert kept() == ("", "")
    send(channels, f"{PAGE}/{made.id}/remove")


def test_a_channel_that_was_removed_meanwhile_is_said(channels: Client, theatre: Theatre) -> None:
    content = ChannelContent("webhook", "Gone", "en", "https://example.com/x")
    made, _ = theatre.records.channels.create(1, content, theatre.console().secret, now=now())
    theatre.records.channels.remove(1, made.id, now=now())
    for do in ("", "/test", "/remove"):
        told = send(channels, f"{PAGE}/{made.id}{do}", name="Gone", language="en")
        assert told.status_code == 404
        assert "This channel has been removed" in told.text
        assert "Add a channel" in told.text, do


def test_mail_goes_to_members_who_are_ticked(channels: Client, theatre: Theatre) -> None:
    page = channels.get(f"{PAGE}?add=mail", headers=EN).text
    assert "No mail server is set" in page
    assert re.search(r'name="member-1" value="1" checked', page)  # whoever adds it
    nobody = send(channels, PAGE, kind="mail", name="Team", language="en")
    assert nobody.status_code == 422
    assert "Enter a value" in nobody.text or "Members" in nobody.text
    viewer = theatre.number("viewer")
    send(
        channels,
        PAGE,
        kind="mail",
        name="Team",
        language="en",
        **{"member-1": "1", f"member-{viewer}": "1"},
    )
    (made,) = theatre.records.channels.of(1)
    assert {one.account for one in made.members} == {1, viewer}
    tried = send(channels, f"{PAGE}/{made.id}/test")
    assert "No mail server is set" in tried.text


def test_a_reader_ends_the_mail_without_signing_in(theatre: Theatre, stranger: Client) -> None:
    secret, viewer = theatre.console().secret, theatre.number("viewer")
    content = ChannelContent("mail", "Weekly", "en", members=(1, viewer))
    made, _ = theatre.records.channels.create(1, content, secret, now=now())
    address = f"/unsubscribe/{token(secret, made.id, viewer)}"

    def readers() -> set[int]:
        return {one.account for one in theatre.records.channel_members.readers(1, made.id)}

    page = stranger.get(address, headers=EN)
    assert "Unsubscribe from this mail?" in page.text
    assert "Weekly" in page.text
    assert readers() == {1, viewer}  # whoever only looks ends nothing
    click = stranger.post(address, content=b"List-Unsubscribe=One-Click")
    assert (click.status_code, click.text) == (200, "")
    assert readers() == {1}
    again = stranger.post(address, data={"again": "1"}, headers=EN)
    assert "Unsubscribe from this mail?" in again.text
    assert readers() == {1, viewer}
    assert "You get no more" in stranger.post(address, data={"end": "1"}, headers=EN).text
    assert [one for one, _ in deeds(theatre)][:3] == [
        "channel.unsubscribe", "channel.subscribe", "channel.unsubscribe",
    ]  # fmt: skip
    forged = token(b"another", made.id, viewer)
    for bad in (forged, "x", address[13:-2]):
        assert (
            stranger.post(f"/unsubscribe/{bad}", content=b"List-Unsubscribe=One-Click").status_code
            == 404
        )
    theatre.records.channels.remove(1, made.id, now=now())
    assert stranger.get(address).status_code == 404


def test_who_may_not_manage_keys_finds_no_channels(theatre: Theatre) -> None:
    for who in ("analyst", "viewer"):
        client = theatre.client(who, raise_server_exceptions=False)
        assert client.get(PAGE).status_code == 403
        assert send(client, PAGE, kind="wecom").status_code == 403
