"""Pictures of messages where chats can fetch them: each at an address that is signed and good for 30 days.

An image is kept as it was sent and not drawn again: figures change since, and a message must not.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from pathlib import Path

#: Days for which a picture can be fetched, the last one begun.
DAYS = 30
DAY_MS = 86_400_000
_NAME = re.compile(r"([0-9]{5,6})-([0-9a-f]{32})-([0-9a-f]{32})\.png")
_KEPT = re.compile(r"([0-9]{5,6})-.+")


class Pictures:
    """Those of a data folder. `site` is how browsers reach the server; where nobody said it none is kept."""

    def __init__(self, data: Path, secret: bytes, site: str) -> None:
        self._folder, self._site = data / "pictures", site
        self._key = hmac.digest(secret, b"pictures of messages", "sha256")

    def keep(self, png: bytes, now_ms: int) -> str:
        """The whole address of an image; empty where the server has no public one. The same image has the same one all
        day."""
        if not self._site:
            return ""
        last = now_ms // DAY_MS + DAYS
        name = f"{last}-{hashlib.sha256(png).hexdigest()[:32]}"
        path = self._folder / f"{name}.png"
        if not path.exists():
            self._folder.mkdir(mode=0o700, exist_ok=True)
            made = path.with_suffix(".part")
            made.write_bytes(png)
            made.replace(path)
        return f"{self._site}/m/{name}-{self._signed(name)}.png"

    def find(self, name: str, now_ms: int) -> bytes | None:
        """The image of the last part of an address; None where it is none of ours, or its days are over."""
        found = _NAME.fullmatch(name)
        if found is None:
            return None
        last, digest, signed = found.groups()
        if not hmac.compare_digest(signed, self._signed(f"{last}-{digest}")):
            return None
        if int(last) < now_ms // DAY_MS:
            return None
        try:
            return (self._folder / f"{last}-{digest}.png").read_bytes()
        except FileNotFoundError:
            return None

    def sweep(self, now_ms: int) -> None:
        """Delete those whose days are over."""
        if not self._folder.is_dir():
            return
        for path in self._folder.iterdir():
            kept = _KEPT.fullmatch(path.name)
            if kept and int(kept[1]) < now_ms // DAY_MS:
                path.unlink(missing_ok=True)

    def _signed(self, name: str) -> str:
        return hmac.digest(self._key, name.encode(), "sha256").hex()[:32]
