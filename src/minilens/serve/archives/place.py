"""Where archives lie: a folder, or a bucket of a store that speaks S3."""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

from minilens.errors import CannotStart, Refused, did_you_mean

S3 = "s3://"
PIECE = 1 << 20
#: What an address of a bucket may say behind `?`.
SAYS = ("endpoint", "region", "addressing")
#: Seconds: a store that does not answer must not hold up a stop for long.
CONNECT, ANSWER = 10, 60


@dataclass(frozen=True)
class Place:
    """A folder of a file system. `local`: the folder where it is one of this machine, else None."""

    files: Any
    root: str
    local: Path | None
    shown: str

    def read(self, name: str) -> bytes | None:
        """The bytes of a small file; None where there is none."""
        with self._said():
            if not self._is_file(name):
                return None
            with self.files.open_input_stream(self._at(name), compression=None) as file:
                return bytes(file.read())

    def folders(self, name: str) -> list[str]:
        """Names of the folders in a folder, in order; none where it does not exist."""
        from pyarrow import fs  # type: ignore[import-untyped]

        with self._said():
            inside = fs.FileSelector(self._at(name), allow_not_found=True)
            found = self.files.get_file_info(inside)
        return sorted(one.base_name for one in found if one.type == fs.FileType.Directory)

    def put(self, source: Path, name: str) -> None:
        """Store a file under a name: whole, or what was there before stays."""
        with self._said():
            if self.local is not None:
                _put(source, self.local / name)
                return
            with (
                open(source, "rb") as file,
                self.files.open_output_stream(self._at(name), compression=None) as out,
            ):
                shutil.copyfileobj(file, out, PIECE)

    def fetch(self, name: str, into: Path) -> None:
        """Copy a file from here."""
        with self._said(), open(into, "wb") as out:
            for piece in self._pieces(name):
                out.write(piece)

    def hash(self, name: str) -> str | None:
        """SHA-256 of a file's bytes, in hexadecimal digits; None where there is none."""
        found = hashlib.sha256()
        with self._said():
            if not self._is_file(name):
                return None
            for piece in self._pieces(name):
                found.update(piece)
        return found.hexdigest()

    def _pieces(self, name: str) -> Iterator[bytes]:
        with self.files.open_input_stream(self._at(name), compression=None) as file:
            while piece := file.read(PIECE):
                yield piece

    def _is_file(self, name: str) -> bool:
        return bool(self.files.get_file_info(self._at(name)).is_file)

    def _at(self, name: str) -> str:
        return f"{self.root}/{name}" if name else self.root

    @contextmanager
    def _said(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            why = error.strerror or str(error)
            raise CannotStart(
                f"The archive {self.shown} cannot be read or written: {why}",
                f"存档位置 {self.shown} 无法读写：{why}",
            ) from error


def place_of(text: str, field: str = "to") -> Place:
    """The place that a text names: a folder, or `s3://BUCKET/FOLDER?endpoint=…&region=…`. Refused where it is neither.

    Keys to a bucket come from the address (`s3://KEY:SECRET@BUCKET`) or from where tools of AWS look for them.
    """
    if not text:
        raise _no_place(
            field, "须为目录，或 s3:// 地址", "a folder, or an address that begins with s3://"
        )
    if "://" in text:
        return _bucket(text, field)
    from pyarrow import fs

    folder = Path(text).absolute()
    return Place(fs.LocalFileSystem(), str(folder), folder, str(folder))


#: Not every store knows the checksums that AWS adds to what is sent; ours are in the manifest.
_PLAIN = ("AWS_REQUEST_CHECKSUM_CALCULATION", "when_required")


def _bucket(text: str, field: str) -> Place:
    from pyarrow import fs

    os.environ.setdefault(*_PLAIN)

    parts, says = _checked(text, field)
    endpoint = urlsplit(says.get("endpoint", ""))
    root = f"{parts.hostname}{parts.path.rstrip('/')}"
    given: dict[str, Any] = {
        "access_key": parts.username and unquote(parts.username),
        "secret_key": parts.password and unquote(parts.password), "region": says.get("region"),
        "endpoint_override": endpoint.netloc or None, "scheme": endpoint.scheme or "https",
        "force_virtual_addressing": says.get("addressing") == "virtual",
        "connect_timeout": CONNECT, "request_timeout": ANSWER,
    }  # fmt: skip
    store = fs.S3FileSystem(**{name: value for name, value in given.items() if value is not None})
    return Place(store, root, None, f"{S3}{root}")


def _checked(text: str, field: str) -> tuple[SplitResult, dict[str, str]]:
    """The parts of an address of a bucket, and what it says behind `?`."""
    parts, says = urlsplit(text), dict(parse_qsl(urlsplit(text).query))
    if parts.scheme != "s3" or not parts.hostname:
        raise _no_place(field, "须为 s3://BUCKET/目录", "s3://BUCKET/FOLDER")
    for name in says:
        if name not in SAYS:
            raise Refused("unknown_choice", field, got=name, hint=did_you_mean(name, SAYS))
    endpoint = urlsplit(says.get("endpoint", ""))
    if says.get("endpoint") and (endpoint.scheme not in ("http", "https") or not endpoint.netloc):
        reason = "endpoint 须为 https://主机，如 https://oss.example.com"
        raise _no_place(field, reason, "an endpoint such as https://oss.example.com")
    if (bool(parts.username)) != bool(parts.password):
        raise _no_place(field, "密钥须成对：s3://KEY:SECRET@BUCKET", "both or none of KEY:SECRET@")
    return parts, says


def _no_place(field: str, zh: str, en: str) -> Refused:
    return Refused("bad_shape", field, reason=(zh, en))


def _put(source: Path, path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    torn = path.with_name(f".{path.name}.torn")
    try:
        made = os.open(torn, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with open(source, "rb") as file, open(made, "wb") as out:
            shutil.copyfileobj(file, out, PIECE)
            out.flush()
            os.fsync(out.fileno())
        os.replace(torn, path)
    finally:
        torn.unlink(missing_ok=True)
