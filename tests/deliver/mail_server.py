"""A real mail server on this machine, which says what a test wants it to say."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, LoginPassword
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

USER, PASSWORD = "stats@example.com", "p@ss:word"


@dataclass
class Post:
    """`said`: word of a command, or reader → what is answered to it instead of 250; `drop`: the line breaks after the
    mail came. `mails`: what was taken, by reader; `froms`: who sent it."""

    said: dict[str, str] = field(default_factory=dict)
    drop: bool = False
    mails: list[tuple[str, bytes]] = field(default_factory=list)
    froms: list[str] = field(default_factory=list)
    port: int = 0

    def read(self) -> list[EmailMessage]:
        """The mails, taken apart."""
        return [message_from_bytes(raw, policy=policy.default) for _, raw in self.mails]

    async def handle_MAIL(
        self, server: Any, session: Any, envelope: Any, address: str, options: Any
    ) -> str:
        envelope.mail_from = address
        self.froms.append(address)
        return self.said.get("MAIL", "250 OK")

    async def handle_RCPT(
        self, server: Any, session: Any, envelope: Any, address: str, options: Any
    ) -> str:
        said = self.said.get(address, "250 OK")
        if said.startswith("250"):
            envelope.rcpt_tos.append(address)
        return said

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        said = self.said.get("DATA", "250 taken")
        if said.startswith("250"):
            self.mails += [(one, envelope.content) for one in envelope.rcpt_tos]
        if self.drop:
            server.transport.abort()
        return said


@contextmanager
def running(folder: Path | None = None) -> Iterator[Post]:
    """While it is needed. With a folder it wants STARTTLS and a login, by a certificate that is written there."""
    post = Post()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        post.port = free.getsockname()[1]
    more: dict[str, Any] = {}
    if folder is not None:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate(folder))
        more = {
            "tls_context": context, "require_starttls": True, "auth_required": True,
            "authenticator": _authenticated,
        }  # fmt: skip
    controller = Controller(post, hostname="127.0.0.1", port=post.port, **more)
    controller.start()
    try:
        yield post
    finally:
        controller.stop()


def _authenticated(
    server: Any, session: Any, envelope: Any, mechanism: str, data: Any
) -> AuthResult:
    good = isinstance(data, LoginPassword) and data == LoginPassword(
        USER.encode(), PASSWORD.encode()
    )
    return AuthResult(success=good, handled=good)


def certificate(folder: Path) -> Path:
    """Key and certificate of `localhost` in one file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    path = folder / "localhost.pem"
    pem = serialization.Encoding.PEM
    path.write_bytes(
        key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        + made.public_bytes(pem)
    )
    return path
