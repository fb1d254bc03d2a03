"""Addresses that owners type lead nowhere within the server's own network, and nobody in between is believed."""

from __future__ import annotations

import ssl
from dataclasses import replace
from pathlib import Path

import pytest

from minilens.deliver import http
from minilens.deliver.http import _is_public, reachable
from minilens.deliver.send import send
from minilens.deliver.sender import Sender
from minilens.networks import NOBODY, Networks
from minilens.records.channel_content import ChannelContent
from tests.deliver.conftest import NOW, NOW_MS, SECRET
from tests.deliver.mail_server import certificate
from tests.deliver.others import Other, running
from tests.deliver.test_webhooks import MESSAGE


@pytest.mark.parametrize(
    "text",
    [
        "127.0.0.1", "10.1.2.3", "192.168.0.1", "172.16.0.9", "169.254.169.254", "100.64.0.1", "0.0.0.0", "224.0.0.1",
        "255.255.255.255", "::1", "::", "fd00::1", "fe80::1%eth0", "::ffff:10.0.0.1", "2002:0a00:0001::",
        "64:ff9b::a00:1", "ff02::1",
    ],
)  # fmt: skip
def test_what_is_not_of_the_open_internet_is_known(text: str) -> None:
    assert not _is_public(text)


@pytest.mark.parametrize("text", ["1.1.1.1", "2606:4700::1111", "64:ff9b::101:101"])
def test_what_is_of_the_open_internet_is_known(text: str) -> None:
    assert _is_public(text)


def test_a_name_that_leads_within_is_seen_through() -> None:
    assert reachable("localhost", NOBODY) == []
    assert "127.0.0.1" in reachable("localhost", Networks(("127.0.0.0/8", "::1")))


def test_by_https_the_name_that_was_typed_is_proved(
    sender: Sender, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pem = certificate(tmp_path)
    within = Networks(("127.0.0.0/8", "::1"))

    def sent(host: str, other: Other) -> str:
        address = f"https://{host}:{other.url.rpartition(':')[2]}/hook"
        content = ChannelContent("webhook", f"by {host}", "en", address)
        made, _ = sender.records.channels.create(1, content, SECRET, within=within, now=NOW)
        found = send(made, MESSAGE, NOW_MS, sender=replace(sender, within=within), key="k")
        sender.records.channels.remove(1, made.id, now=NOW)
        return found.state

    monkeypatch.setattr(http, "trusted", lambda: ssl.create_default_context(cafile=pem))
    with running(pem) as other:
        assert sent("localhost", other) == "sent"
        assert other.got[0].headers["host"].startswith("localhost:")
        assert sent("127.0.0.1", other) == "again"  # the certificate is of another name
        monkeypatch.setattr(http, "trusted", ssl.create_default_context)
        assert sent("localhost", other) == "again"  # nobody vouches for it
        assert len(other.got) == 1
