"""A connection to the mail server of the setting `smtp`, and what its answers mean."""

from __future__ import annotations

import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Literal
from urllib.parse import parse_qs, unquote, urlsplit

from minilens.deliver.outcome import Outcome

#: Seconds after which a provider that limits how often mail comes is asked again.
LIMITED_SECONDS = 3600.0


@dataclass(frozen=True)
class MailServer:
    """Where it is and who logs in there; without `user` nobody does."""

    host: str
    port: int
    security: Literal["tls", "starttls", "none"]
    user: str = ""
    password: str = ""


class Unavailable(Exception):
    """No mail can be handed over now; `outcome` says why."""

    def __init__(self, outcome: Outcome) -> None:
        self.outcome = outcome
        super().__init__(outcome.code)


def server_of(dsn: str) -> MailServer:
    """`smtps://user:password@host:465` or `smtp://host:587`, which has to offer STARTTLS but for `?tls=none`."""
    parts = urlsplit(dsn)
    bare = parse_qs(parts.query).get("tls") == ["none"]
    within = parts.scheme == "smtps"
    return MailServer(
        parts.hostname or "", parts.port or (465 if within else 587),
        "tls" if within else "none" if bare else "starttls",
        unquote(parts.username or ""), unquote(parts.password or ""),
    )  # fmt: skip


@contextmanager
def connected(server: MailServer, patience: float) -> Iterator[smtplib.SMTP]:
    """A session, logged in; Unavailable where there is none."""
    try:
        session = _opened(server, patience)
    except smtplib.SMTPAuthenticationError as error:
        raise Unavailable(
            _refused(error.smtp_code, error.smtp_error, "stopped", "mail_login")
        ) from None
    except smtplib.SMTPNotSupportedError as error:
        code = "mail_login" if "AUTH" in str(error) else "mail_security"
        raise Unavailable(Outcome("stopped", str(error)[:200], code=code)) from None
    except ssl.SSLError as error:
        raise Unavailable(Outcome("stopped", error.reason or "TLS", code="mail_security")) from None
    except smtplib.SMTPResponseException as error:
        raise Unavailable(_refused(error.smtp_code, error.smtp_error, "again", "busy")) from None
    except (OSError, smtplib.SMTPException) as error:
        raise Unavailable(Outcome("again", type(error).__name__, code="no_connection")) from None
    try:
        yield session
    finally:
        with suppress(OSError, smtplib.SMTPException):
            session.quit()


def _opened(server: MailServer, patience: float) -> smtplib.SMTP:
    context = ssl.create_default_context()
    session: smtplib.SMTP
    if server.security == "tls":
        session = smtplib.SMTP_SSL(server.host, server.port, timeout=patience, context=context)
    else:
        session = smtplib.SMTP(server.host, server.port, timeout=patience)
    try:
        if server.security == "starttls":
            session.starttls(context=context)
        if server.user:
            session.login(server.user, server.password)
        session.ehlo_or_helo_if_needed()
    except BaseException:
        session.close()
        raise
    return session


def handed_over(session: smtplib.SMTP, sender: str, reader: str, mail: bytes) -> Outcome:
    """One mail to one reader. `stopped` is of the sender's address, `failed` of the reader's or of this mail."""
    try:
        code, said = session.mail(sender)
        if code >= 400:
            return _reset(session, _refused(code, said, "stopped", "mail_sender"))
        code, said = session.rcpt(reader)
        if code >= 400:
            return _reset(session, _refused(code, said, "failed", "mailbox_refused"))
    except (OSError, smtplib.SMTPException) as error:
        return Outcome("again", type(error).__name__, code="no_connection")
    try:
        code, said = session.data(mail)
    except smtplib.SMTPDataError as error:  # before the mail itself
        return _reset(
            session, _refused(error.smtp_code, error.smtp_error, "failed", "not_taken_there")
        )
    except (OSError, smtplib.SMTPException) as error:  # after it, or in the middle
        return Outcome("unknown", type(error).__name__, code="no_answer")
    if code >= 400:
        return _refused(code, said, "failed", "not_taken_there")
    return Outcome("sent", _text(code, said))


def _reset(session: smtplib.SMTP, found: Outcome) -> Outcome:
    with suppress(OSError, smtplib.SMTPException):
        session.rset()
    return found


def _refused(
    code: int, said: bytes | str, state: Literal["stopped", "failed", "again"], reason: str
) -> Outcome:
    """4xx is for later; so is a 5xx that speaks of frequency, as Chinese providers answer to limits."""
    text = _text(code, said)
    if code >= 500 and ("frequency" in text.lower() or "频率" in text):
        return Outcome("again", text, LIMITED_SECONDS, code="mail_limited")
    if code < 500:
        return Outcome("again", text, code="busy")
    return Outcome(state, text, code=reason)


def _text(code: int, said: bytes | str) -> str:
    text = said.decode("utf-8", "replace") if isinstance(said, bytes) else said
    return f"{code} {' '.join(text.split())}"[:300]
