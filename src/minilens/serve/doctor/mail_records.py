"""What the domain of mail says of itself in the DNS: SPF, DKIM and DMARC, without which mail is taken for spam."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from email.utils import parseaddr

from minilens.serve.doctor.findings import Finding
from minilens.settings import Settings

#: Name → its TXT records, none where it has none; LookupFailed where nobody could be asked.
Texts = Callable[[str], list[str]]
#: Seconds in which a name must be answered.
PATIENCE = 3.0


class LookupFailed(Exception):
    """Nobody answered, or not what was asked for."""


def mail_findings(settings: Settings, texts: Texts | None = None) -> Iterator[Finding]:
    """What is missing at the domain of the sender, where mail is sent at all. Where the DNS can't be asked, it says so
    and nothing else."""
    domain = _ascii(parseaddr(settings.mail_from)[1].rpartition("@")[2])
    if not settings.smtp or "." not in domain:
        return
    asked = texts or lookup
    try:
        yield from _spf(domain, asked)
        yield from _dkim(domain, settings.mail_dkim, asked)
        yield from _dmarc(domain, asked)
    except LookupFailed as error:
        yield Finding("mail_records_unseen", {"domain": domain, "reason": str(error)})


def _ascii(domain: str) -> str:
    """As the DNS has it; empty where it can't be."""
    try:
        return domain.encode("idna").decode().lower()
    except UnicodeError:
        return ""


def _spf(domain: str, texts: Texts) -> Iterator[Finding]:
    """Several are an error to those who look (RFC 7208, 4.5)."""
    found = [one for one in texts(domain) if one.lower().split(" ")[0] == "v=spf1"]
    if not found:
        yield Finding("mail_no_spf", {"domain": domain})
    if len(found) > 1:
        yield Finding("mail_many_spf", {"domain": domain, "count": len(found)})


def _dkim(domain: str, selector: str, texts: Texts) -> Iterator[Finding]:
    """A record without a key, `p=`, is one that was revoked (RFC 6376, 3.6.1)."""
    if not selector:
        yield Finding("mail_dkim_skipped", {"domain": domain})
        return
    name = f"{selector}._domainkey.{domain}"
    if not any(_tags(one).get("p") for one in texts(name)):
        yield Finding("mail_no_dkim", {"name": name})


def _dmarc(domain: str, texts: Texts) -> Iterator[Finding]:
    """That of the domain, or of one above it."""
    labels = domain.split(".")
    above = [".".join(labels[n:]) for n in range(len(labels) - 1)]
    if not any(
        _tags(one).get("v") == "DMARC1" for each in above for one in texts(f"_dmarc.{each}")
    ):
        yield Finding("mail_no_dmarc", {"name": f"_dmarc.{domain}"})


def _tags(record: str) -> dict[str, str]:
    """`v=DKIM1; k=rsa; p=…` by name."""
    pairs = (part.partition("=") for part in record.split(";"))
    return {name.strip().lower(): value.strip() for name, _, value in pairs}


def lookup(name: str, servers: tuple[str, int] | None = None) -> list[str]:
    """By the resolver of this machine, or by a server at that address and port."""
    from dns import exception, resolver

    try:
        asked = resolver.Resolver(configure=servers is None)
        if servers:
            asked.nameservers, asked.port = [servers[0]], servers[1]
        answer = asked.resolve(name, "TXT", lifetime=PATIENCE, search=False)
    except (resolver.NXDOMAIN, resolver.NoAnswer):
        return []
    except (exception.DNSException, OSError) as error:
        raise LookupFailed(type(error).__name__) from None
    return [b"".join(one.strings).decode("utf-8", "replace") for one in answer]
