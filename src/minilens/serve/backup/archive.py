"""A backup as a file: a tar whose last member says what each of the others must be."""

from __future__ import annotations

import hashlib
import io
import os
import stat
import tarfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import IO

import msgspec

from minilens.errors import CannotStart, Refused
from minilens.serve.backup.snapshot import FILE, Point

MANIFEST = "manifest.json"
FORMAT = 1
PIECE = 1 << 20
#: What a member costs beside its bytes: its header, and what is left of its last block.
BESIDE = 1024


class Manifest(msgspec.Struct, frozen=True):
    """The point, and every file with its size and the hash of its bytes."""

    format: int
    point: Point
    files: dict[str, tuple[int, str]]
    links: dict[str, str]
    folders: list[str]


@dataclass
class _Hashed:
    """A file that is hashed while it is read."""

    file: IO[bytes]

    def __post_init__(self) -> None:
        self.hash = hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        """The next bytes."""
        piece = self.file.read(size)
        self.hash.update(piece)
        return piece


def size_of(folder: Path, point: Point) -> int:
    """How large the file will be, nearly."""
    found = 0
    for path in folder.rglob("*"):
        name, facts = path.relative_to(folder).as_posix(), path.lstat()
        if stat.S_ISREG(facts.st_mode):
            found += min(facts.st_size, point.segments.get(name, facts.st_size))
        found += BESIDE + 120 + 2 * len(name)
    return found


def write(folder: Path, point: Point, out: IO[bytes], tell: Callable[[int], None]) -> None:
    """Write the folder; `tell` is given the bytes of each file that is done."""
    files: dict[str, tuple[int, str]] = {}
    links: dict[str, str] = {}
    folders: list[str] = []
    with tarfile.open(fileobj=out, mode="w|", format=tarfile.PAX_FORMAT, bufsize=PIECE) as tar:
        tar.copybufsize = PIECE  # type: ignore[attr-defined]  # larger pieces than its own
        for path in sorted(folder.rglob("*")):
            name = path.relative_to(folder).as_posix()
            member = tarfile.TarInfo(name)
            member.mtime = point.at // 1000
            if path.is_symlink():
                member.type, member.linkname = tarfile.SYMTYPE, os.readlink(path)
                links[name] = member.linkname
                tar.addfile(member)
            elif path.is_dir():
                member.type, member.mode = tarfile.DIRTYPE, 0o700
                folders.append(name)
                tar.addfile(member)
            elif name != FILE:
                size = min(path.stat().st_size, point.segments.get(name, 1 << 62))
                files[name] = size, _add(tar, member, path, size)
                tell(size)
        manifest = Manifest(FORMAT, point, files, links, folders)
        text = msgspec.json.format(msgspec.json.encode(manifest), indent=1)
        last = tarfile.TarInfo(MANIFEST)
        last.size, last.mtime, last.mode = len(text) + 65, point.at // 1000, 0o600
        seal = hashlib.sha256(text).hexdigest().encode() + b"\n"
        tar.addfile(last, io.BytesIO(seal + text))


def _add(tar: tarfile.TarFile, member: tarfile.TarInfo, path: Path, size: int) -> str:
    member.size, member.mode = size, 0o600
    with open(path, "rb") as file:
        hashed = _Hashed(file)
        tar.addfile(member, hashed)
    return hashed.hash.hexdigest()


def manifest(path: Path) -> Manifest:
    """What the backup says of itself; Refused where it is torn, altered, or none at all."""
    last = ""
    try:
        with tarfile.open(path, "r:") as tar:
            for member in tar:
                if member.name == MANIFEST:
                    return _manifest(path, tar.extractfile(member))
                last = member.name
    except OSError as error:
        raise CannotStart(
            f"{path} cannot be read: {error.strerror}", f"{path} 无法读取：{error.strerror}"
        ) from error
    except tarfile.TarError:
        pass
    if not last:
        raise Refused("not_a_backup", "", path=path)
    raise Refused("torn_backup", "", path=path, last=last)


def _manifest(path: Path, file: IO[bytes] | None) -> Manifest:
    seal, _, text = (file.read() if file else b"").partition(b"\n")
    if hashlib.sha256(text).hexdigest().encode() != seal:
        raise Refused("altered_backup", "", path=path, of=MANIFEST)
    try:
        return msgspec.json.decode(text, type=Manifest)
    except msgspec.ValidationError:
        got = str(msgspec.json.decode(text).get("point", {}).get("program", "?"))
        raise Refused("newer_backup", "", got=got) from None


def unpack(path: Path, said: Manifest, into: Path, tell: Callable[[int], None]) -> None:
    """Write the backup's files; Refused, naming the first that is not as the manifest says."""
    seen: set[str] = set()
    with tarfile.open(path, "r:") as tar:
        for member in _members(path, tar):
            name = member.name
            if name == MANIFEST:
                break
            through_link = any(str(one) in said.links for one in PurePosixPath(name).parents)
            if not _inside(name) or name in seen or through_link:
                raise Refused("altered_backup", "", path=path, of=name)
            seen.add(name)
            if not _unpacked(tar, member, said, into / name):
                raise Refused("altered_backup", "", path=path, of=name)
            tell(member.size)
    missing = {*said.files, *said.links, *said.folders} - seen
    if missing:
        raise Refused("altered_backup", "", path=path, of=min(missing))


def _members(path: Path, tar: tarfile.TarFile) -> Iterator[tarfile.TarInfo]:
    try:
        yield from tar
    except tarfile.TarError as error:
        raise Refused("altered_backup", "", path=path, of=str(error)) from error


def _inside(name: str) -> bool:
    parts = PurePosixPath(name).parts
    return bool(parts) and parts[0] != "/" and ".." not in parts


def _unpacked(tar: tarfile.TarFile, member: tarfile.TarInfo, said: Manifest, into: Path) -> bool:
    """Whether it is what the manifest says; written then."""
    name = member.name
    if member.isdir():
        into.mkdir()
        return name in said.folders
    if member.issym():
        whole = os.path.normpath(os.path.join(os.path.dirname(name), member.linkname))
        if said.links.get(name) != member.linkname or not _inside(whole):
            return False
        into.symlink_to(member.linkname)
        return True
    file = tar.extractfile(member) if member.isreg() else None
    if file is None or name not in said.files or said.files[name][0] != member.size:
        return False
    hashed = _Hashed(file)
    with open(os.open(into, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out:
        while piece := hashed.read(PIECE):
            out.write(piece)
    return hashed.hash.hexdigest() == said.files[name][1]
