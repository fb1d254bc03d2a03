"""SPF, DKIM and DMARC of the domain that mail is from, as a DNS server tells them; without one nothing fails."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator, Mapping
from pathlib import Path

import dns.flags
import dns.message
import dns.rcode
import dns.rrset
import pytest

from minilens.serve.doctor.findings import FINDINGS
from minilens.serve.doctor.mail_records import LookupFailed, lookup, mail_findings
from minilens.settings import Settings, load
from minilens.text import LANGUAGES

GOOD = {
    "example.com": ["v=spf1 include:spf.example.net -all", "site-verification=1"],
    "s1._domainkey.example.com": ["v=DKIM1; k=rsa; p=MIGf" + "A" * 300],
    "_dmarc.example.com": ["v=DMARC1; p=none"],
}
BAD = {
    "example.com": ["v=spf1 -all", "v=spf1 ~all"],
    "s1._domainkey.example.com": ["v=DKIM1; p="],
    "_dmarc.example.com": ["v=spf1 -all"],
}
MAIL = {"SMTP": "smtps://a:b@smtp.example.com", "MAIL_FROM": "Shop <a@example.com>", "MAIL_DKIM": "s1"}  # fmt: skip


@pytest.fixture(scope="module")
def zones() -> Iterator[tuple[tuple[str, int], dict[str, list[str]]]]:
    """A server over UDP, and the texts that it tells by name; of `broken.` it knows no answer."""
    told: dict[str, list[str]] = {}
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as door:
        door.bind(("127.0.0.1", 0))
        thread = threading.Thread(target=_answer, args=(door, told), daemon=True)
        thread.start()
        yield door.getsockname(), told
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as last:
            last.sendto(b"", door.getsockname())
        thread.join()


def _answer(door: socket.socket, told: Mapping[str, list[str]]) -> None:
    while True:
        asked, whose = door.recvfrom(4096)
        if not asked:
            return
        query = dns.message.from_wire(asked)
        name = str(query.question[0].name).rstrip(".")
        found = dns.message.make_response(query)
        found.flags |= dns.flags.RA
        if name.startswith("broken"):
            found.set_rcode(dns.rcode.SERVFAIL)
        elif name not in told:
            found.set_rcode(dns.rcode.NXDOMAIN)
        for text in told.get(name, []):
            parts = " ".join(f'"{text[n : n + 200]}"' for n in range(0, len(text), 200))
            found.answer.append(dns.rrset.from_text(f"{name}.", 60, "IN", "TXT", parts))
        door.sendto(found.to_wire(), whose)


def settings(tmp_path: Path, **more: str) -> Settings:
    given = {f"MINILENS_{name}": value for name, value in (MAIL | more).items() if value}
    return load({"MINILENS_DATA": str(tmp_path), **given})


@pytest.mark.parametrize(
    ("texts", "codes"),
    [
        (GOOD, []),
        (BAD, ["mail_many_spf", "mail_no_dkim", "mail_no_dmarc"]),
        ({}, ["mail_no_spf", "mail_no_dkim", "mail_no_dmarc"]),
    ],
)
def test_what_is_missing(
    zones: tuple[tuple[str, int], dict[str, list[str]]], tmp_path: Path, texts: dict[str, list[str]], codes: list[str]
) -> None:  # fmt: skip
    address, told = zones
    told.clear()
    told |= texts
    found = list(mail_findings(settings(tmp_path), lambda name: lookup(name, address)))
    assert [one.code for one in found] == codes
    for one in found:
        for language in LANGUAGES:
            assert "example.com" in one.said(language)[0]


def test_of_a_domain_below_and_without_a_selector(
    zones: tuple[tuple[str, int], dict[str, list[str]]], tmp_path: Path
) -> None:
    """The policy of the domain above counts for those below it."""
    address, told = zones
    told.clear()
    told |= GOOD | {"mail.example.com": ["V=SPF1 -all"]}
    below = settings(tmp_path, MAIL_FROM="a@mail.example.com", MAIL_DKIM="")
    found = list(mail_findings(below, lambda name: lookup(name, address)))
    assert [(one.code, FINDINGS[one.code][0]) for one in found] == [("mail_dkim_skipped", "note")]


def test_a_server_that_does_not_answer_fails_nothing(
    zones: tuple[tuple[str, int], dict[str, list[str]]], tmp_path: Path
) -> None:
    address, _ = zones
    with pytest.raises(LookupFailed):
        lookup("broken.example.com", address)
    broken = settings(tmp_path, MAIL_FROM="a@broken.example.com")
    (found,) = mail_findings(broken, lambda name: lookup(name, address))
    assert (found.code, found.level) == ("mail_records_unseen", "note")


def test_without_mail_nobody_is_asked(tmp_path: Path) -> None:
    def asked(name: str) -> list[str]:
        raise AssertionError(name)

    assert list(mail_findings(settings(tmp_path, SMTP="", MAIL_FROM=""), asked)) == []
    local = settings(tmp_path, SMTP="smtp://localhost?tls=none", MAIL_FROM="a@localhost")
    assert list(mail_findings(local, asked)) == []
