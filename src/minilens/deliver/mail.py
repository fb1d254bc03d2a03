"""Mail to members of an app: each gets one of their own, with an address that ends it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, parseaddr
from hashlib import sha256

from minilens.deliver.fitting import fitted
from minilens.deliver.outcome import Outcome
from minilens.deliver.sender import Sender
from minilens.deliver.smtp import Unavailable, connected, handed_over, server_of
from minilens.records.channel_content import Access
from minilens.records.channel_members import Member
from minilens.records.channels import Channel
from minilens.records.unsubscribing import token
from minilens.render.as_mail import as_html, as_plain, picture_id
from minilens.render.message import Message

#: Bytes of HTML: what is longer is clipped by some who show it.
MOST_BYTES = 90_000
#: Seconds before one asks again whether there is a mail server now.
LATER = 3600.0
_PLAIN_KEY = re.compile(r"[A-Za-z0-9._-]{1,100}").fullmatch


def send(
    sender: Sender, channel: Channel, message: Message, key: str, now_ms: int, access: Access
) -> Outcome:
    """One try for each member who hasn't got it yet; what was taken for one is never handed over again."""
    if not sender.smtp or not sender.mail_from:
        return Outcome("again", wait=LATER, code="no_mail_server")
    members = sender.records.channel_members
    readers = members.readers(channel.app, channel.id)
    if not readers:
        return Outcome("failed", code="no_readers")
    name = name_of(key)
    taken = members.taken(name)
    left = [one for one in readers if one.account not in taken]
    cut = small(message)
    found = [Outcome("sent")] * (len(readers) - len(left))
    try:
        if left:
            with connected(server_of(sender.smtp), sender.patience) as session:
                for one in left:
                    mail = bytes(composed(sender, channel, cut, one, name, now_ms))
                    said = handed_over(session, parseaddr(sender.mail_from)[1], one.email, mail)
                    _note(sender, channel, one, name, said, now_ms)
                    found.append(said)
                    if said.state in ("stopped", "unknown") or said.code in (
                        "mail_limited",
                        "no_connection",
                    ):
                        break
    except Unavailable as error:
        found.append(error.outcome)
    return _together(found, len(readers))


def small(message: Message) -> Message:
    """As much of it as is shown."""
    return fitted(message, lambda one: len(as_html(one, "example.com").encode()), MOST_BYTES)


def name_of(key: str) -> str:
    """What stands before the @ of a Message-ID, but for the reader: the key, or its hash."""
    return key if _PLAIN_KEY(key) else sha256(key.encode()).hexdigest()


def composed(
    sender: Sender, channel: Channel, message: Message, reader: Member, name: str, now_ms: int
) -> EmailMessage:
    """The mail. Its Message-ID is the same at each try."""
    domain = parseaddr(sender.mail_from)[1].rpartition("@")[2]
    end = (
        f"{sender.url}/unsubscribe/{token(sender.secret, channel.id, reader.account)}"
        if sender.url
        else ""
    )
    mail = EmailMessage(policy=SMTP)
    mail["From"], mail["To"] = sender.mail_from, reader.email
    mail["Subject"] = message.title
    mail["Date"] = format_datetime(datetime.fromtimestamp(now_ms / 1000, UTC))
    mail["Message-ID"] = f"<{name}.{reader.account}@{domain}>"
    mail["List-ID"] = f"<channel-{channel.id}.{domain}>"
    mail["Auto-Submitted"] = "auto-generated"
    mail["Content-Language"] = "zh-CN" if message.language == "zh" else "en"
    if end:
        mail["List-Unsubscribe"] = f"<{end}>"
        mail["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    mail.set_content(as_plain(message, end), cte="base64")
    mail.add_alternative(as_html(message, domain, end), subtype="html", cte="base64")
    *_, html = mail.iter_parts()
    assert isinstance(html, EmailMessage)
    for number, section in enumerate(message.sections):
        if section.picture is not None and section.picture.png:
            html.add_related(
                section.picture.png, "image", "png", cid=f"<{picture_id(number)}@{domain}>",
                filename=f"{picture_id(number)}.png", disposition="inline",
            )  # fmt: skip
    return mail


def _note(
    sender: Sender, channel: Channel, reader: Member, name: str, said: Outcome, now_ms: int
) -> None:
    moment = datetime.fromtimestamp(now_ms / 1000, UTC)
    if said.state == "sent":
        sender.records.channel_members.took(name, reader.account, now=moment)
    elif said.code == "mailbox_refused":
        sender.records.channel_members.stop(
            channel.id, reader.account, said.code, said.answer, now=moment
        )


def _together(found: Sequence[Outcome], readers: int) -> Outcome:
    """What came of all of them: the worst that has to be acted on; where some got it and none is left, it is sent."""
    taken = sum(one.state == "sent" for one in found)
    for state in ("stopped", "unknown", "again"):
        one = next((one for one in found if one.state == state), None)
        if one is not None:
            return Outcome(one.state, f"{taken}/{readers} {one.answer}".strip(), one.wait, one.code)
    refused = next((one for one in found if one.state == "failed"), None)
    if refused is None:
        return Outcome("sent", f"{taken}/{readers}")
    told = f"{taken}/{readers} {refused.answer}"
    return Outcome("sent" if taken else "failed", told, code=refused.code)
