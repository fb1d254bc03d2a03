"""Public keys of payment systems, as their consoles hand them out: a platform certificate, or a key with its number."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from minilens.errors import Refused

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

#: Of a key that WeChat Pay gives a number instead of a certificate.
NUMBERED = re.compile(r"PUB_KEY_ID_[0-9A-Za-z_]{1,64}").fullmatch
LONGEST = 8 << 10
_SERIAL = re.compile(r"0*([0-9A-F]+)").fullmatch


def known_as(text: str) -> str:
    """A serial or key number as it is compared: capitals, without leading zeros."""
    found = _SERIAL(text.strip().upper())
    return found[1] if found else text.strip()


@lru_cache(maxsize=256)
def public_key(pem: str) -> RSAPublicKey:
    """The key of a certificate or of a public key in PEM; Refused where the text is neither."""
    return _read(pem)[0]


def named_key(pem: str, number: str) -> tuple[str, str]:
    """Number and PEM of a key: a certificate names itself, anything else needs the number that WeChat Pay shows."""
    pem = pem.strip()
    if len(pem) > LONGEST:
        raise Refused("too_long", "key", limit=LONGEST)
    _, serial = _read(pem)
    if serial:
        return serial, pem
    if not number.strip():
        raise Refused("missing", "number")
    if not NUMBERED(number.strip()):
        reason = "应以 PUB_KEY_ID_ 开头", "must begin with PUB_KEY_ID_"
        raise Refused("bad_shape", "number", reason=reason)
    return number.strip(), pem


def _read(pem: str) -> tuple[RSAPublicKey, str]:
    """The key, and the serial where it is a certificate's."""
    # loaded here: only those who are paid through it need it
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
    from cryptography.hazmat.primitives.serialization import load_pem_public_key
    from cryptography.x509 import load_pem_x509_certificate

    serial = ""
    found: object
    try:
        if "BEGIN CERTIFICATE" in pem:
            certificate = load_pem_x509_certificate(pem.encode())
            found, serial = certificate.public_key(), f"{certificate.serial_number:X}"
        else:
            found = load_pem_public_key(pem.encode())
    except Exception:  # whatever the library says of text that is no key
        raise Refused("bad_public_key", "key") from None
    if not isinstance(found, RSAPublicKey):
        raise Refused("bad_public_key", "key")
    return found, serial
