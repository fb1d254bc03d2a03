"""From the bytes of a file to numbered lines: unpacked, decoded, and each of bounded length.

Whatever is wrong with one line is told with that line and the next is read; what is wrong with the
file as a whole is `Unfit`. A gzip file that ends early gives all its whole lines first.
"""

from __future__ import annotations

import codecs
import zlib
from collections.abc import Iterator
from itertools import chain
from pathlib import Path

from minilens.collect.flat.foreign import check_magic, encoding_of
from minilens.collect.flat.mapping import Unfit
from minilens.errors import Refused

#: Characters of one line; what is longer is skipped without being held in memory.
LONGEST_LINE = 1_000_000
CHUNK = 1 << 18
GZIP, PARQUET = b"\x1f\x8b", b"PAR1"
#: Of a line that cannot be kept whole, this much is shown.
SHOWN = 1000
#: (number, text, what is wrong with it as text). A carriage return before the line feed is kept, as
#: it may belong to a field in quotes.
Line = tuple[int, str, Refused | None]


class Content:
    """The unpacked bytes of a file, and how far they have been read.

    `bytes_read` and `bytes_total` count bytes on disk, so a bar over a packed file moves evenly.
    """

    def __init__(self, path: Path) -> None:
        self.name = path.name
        try:
            self._file = path.open("rb")
            self.bytes_total = path.stat().st_size
            self._file.seek(0)
            self.start = self._file.read(512)
            self._file.seek(0)
        except OSError as error:
            why = error.strerror or str(error)
            raise Unfit(self.name, f"无法打开文件：{why}", f"cannot be opened: {why}") from error
        self.bytes_read = 0
        self.broken: Unfit | None = None
        if not self.bytes_total:
            self.close()
            raise empty(self.name)
        if not self.start.startswith((GZIP, PARQUET)):
            try:
                check_magic(self.start, self.name)
            except Unfit:
                self.close()
                raise

    def close(self) -> None:
        self._file.close()

    def chunks(self) -> Iterator[bytes]:
        """The bytes in pieces of at most CHUNK. Where a packed file is damaged `broken` says so."""
        if self.start.startswith(GZIP):
            yield from self._unpacked()
            return
        while piece := self._read(CHUNK):
            yield piece

    def _read(self, size: int) -> bytes:
        piece = self._file.read(size)
        self.bytes_read += len(piece)
        return piece

    def _unpacked(self) -> Iterator[bytes]:
        unpacker = zlib.decompressobj(31)
        try:
            while packed := self._read(1 << 16):
                while packed:
                    if unpacker.eof:  # a file may hold several packed members, one after another
                        packed = packed.lstrip(b"\0")
                        if not packed:
                            break
                        unpacker = zlib.decompressobj(31)
                    if piece := unpacker.decompress(packed, CHUNK):
                        yield piece
                    packed = unpacker.unused_data or unpacker.unconsumed_tail
            if piece := unpacker.flush():
                yield piece
        except zlib.error as error:
            self.broken = self._damaged(
                f"gzip 数据损坏（{error}）", f"the gzip data is damaged ({error})"
            )
            return
        if not unpacker.eof:
            self.broken = self._damaged(
                "gzip 数据不完整，文件被截断", "the gzip data is incomplete; the file was cut off"
            )

    def _damaged(self, zh: str, en: str) -> Unfit:
        return Unfit(self.name, zh, en, "bad_gzip")


def nul() -> Unfit:
    """The refusal of a line with a NUL byte where no careful writer puts one."""
    return Unfit("line", "含有 NUL 字节", "contains a NUL byte")


def empty(name: str) -> Unfit:
    """The refusal of a file without a line."""
    return Unfit(name, "文件是空的", "the file is empty")


class Lines:
    """The numbered lines of a file. `first` is the start of the text, for telling its kind."""

    def __init__(self, content: Content, encoding: str = "") -> None:
        self._content = content
        chunks = content.chunks()
        head = next(chunks, b"")
        if not head:
            raise content.broken or empty(content.name)
        check_magic(head, content.name)
        encoding = encoding or encoding_of(head, content.name)
        self._decoder = codecs.getincrementaldecoder(encoding)("surrogateescape")
        self._chunks = chain([head], chunks)
        self._texts = self._decoded()
        self.first = next(self._texts, "").removeprefix("\ufeff")
        self.last = 0

    def __iter__(self) -> Iterator[Line]:
        number, rest, skipping = 0, "", False
        for text in chain([self.first], self._texts):
            block = rest + text
            # one look at the whole block spares a look at each line of a sound one
            sound = len(block) <= LONGEST_LINE and _whole(block)
            lines = block.split("\n")
            rest = lines.pop()
            if skipping and lines:
                del lines[0]
                skipping = False
            for line in lines:
                number += 1
                self.last = number
                yield (number, line, None) if sound else _looked_at(number, line)
            if skipping:
                rest = ""
            elif len(rest) > LONGEST_LINE:
                number += 1
                self.last = number
                yield _looked_at(number, rest)
                rest, skipping = "", True
        if rest and self._content.broken is None:
            self.last = number + 1
            yield _looked_at(number + 1, rest)

    def check_end(self) -> None:
        """Raises what stopped the reading, if anything did, and says where."""
        if broken := self._content.broken:
            raise Unfit(
                "",
                f"{broken.message('zh')}；第 {self.last} 行及之前已读取",
                f"{broken.message('en')}; everything up to line {self.last} was read",
                broken.code,
            )

    def _decoded(self) -> Iterator[str]:
        try:
            for piece in self._chunks:
                yield self._decoder.decode(piece)
            if self._content.broken is None:
                yield self._decoder.decode(b"", final=True)
        except UnicodeError as error:
            self._content.broken = Unfit(
                self._content.name,
                f"无法按指定的编码读取（{error}）",
                f"does not match the given encoding ({error})",
            )


def shown(text: str) -> str:
    """A line as it stood, fit to be written to a file: cut if endless, broken bytes as U+FFFD."""
    cut = text.removesuffix("\r") if len(text) <= LONGEST_LINE else text[:SHOWN] + "…"
    if _whole(cut):
        return cut
    return "".join("\ufffd" if "\ud800" <= char <= "\udfff" else char for char in cut)


def _whole(text: str) -> bool:
    """Whether every byte could be decoded (those that could not are lone surrogates)."""
    if text.isascii():
        return True
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _looked_at(number: int, text: str) -> Line:
    if len(text) > LONGEST_LINE:
        return number, text, Refused("too_long", "line", limit=LONGEST_LINE)
    if not _whole(text):
        return (
            number,
            text,
            Unfit("line", "含有无法解码的字节", "contains bytes that cannot be decoded"),
        )
    return number, text, None
