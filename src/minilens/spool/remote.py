"""The folders of a receiver on another host: the same as `ReceiverSpool`, by HTTP.

What is known of them is as of the last look; each change answers with how the folder is then. Bytes come in pieces,
each with its digest, and one that was cut short or came damaged is asked for again.
"""

from __future__ import annotations

import hmac
import math
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import msgspec

from minilens.errors import CannotStart
from minilens.period import now_ms
from minilens.spool import signing
from minilens.spool.fencing import StaleLoader
from minilens.spool.reader import Mark, MarksMoved, Segment
from minilens.spool.signing import PREFIX
from minilens.spool.state import Change, FolderState, ReceiverState, SegmentState

#: Bytes that are asked for at once, and how often a piece is asked for before the receiver is left alone for a while.
PIECE, TRIES = 4 << 20, 3
#: Seconds.
PATIENCE = httpx.Timeout(20.0, connect=3.0)
#: What was not seen for so many seconds is not known to be there.
FRESH = 5.0


class ReceiverUnreachable(CannotStart):
    """It does not answer, or not as it should."""

    def __init__(self, name: str, url: str, why: str) -> None:
        super().__init__(
            f"The receiver {name} at {url} cannot be read: {why}",
            f"接收进程 {name}（{url}）无法读取：{why}",
        )


@dataclass(frozen=True)
class RemoteSegment(Segment):
    """Its bytes come from another host. `length` as of the last look."""

    length: int = 0
    fetch: Callable[[str, int, int], bytes] = field(
        default=lambda name, start, most: b"", compare=False
    )

    def size(self) -> int:
        """Bytes, as of the last look."""
        return self.length

    def piece(self, start: int, most: int) -> bytes:
        """Bytes from `start` on, fewer than `most` only where the segment ends."""
        parts, at, end = [], start, min(start + most, self.length)
        while at < end:
            part = self.fetch(str(self.path), at, min(PIECE, end - at))
            if not part:
                break
            parts.append(part)
            at += len(part)
        return b"".join(parts)


@dataclass(eq=False)
class RemoteReceiver:
    """One receiver on another host. `number`: of the lease of whoever asks, None for those who only look."""

    name: str
    url: str
    key: bytes
    number: Callable[[], int | None] = lambda: None
    state: ReceiverState | None = None
    looked: float = -math.inf  # when it last answered (monotonic)
    looked_at: int = 0  # the same in milliseconds since 1970
    client: httpx.Client | None = None
    _folders: dict[str, RemoteSpool] = field(default_factory=dict)
    _changes: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def look(self) -> None:
        """Ask how it is; ReceiverUnreachable where it does not answer, StaleLoader where another loader has it."""
        changes, at = self._changes, now_ms()
        found = msgspec.json.decode(self.ask("GET", PREFIX), type=ReceiverState)
        if found.receiver != self.name:
            raise self.unreachable(f"{found.receiver}?")
        with self._lock:
            if (
                changes == self._changes or self.state is None
            ):  # else it may be from before a change
                self.state = found
            self.looked, self.looked_at = time.monotonic(), at

    def fresh(self) -> bool:
        """Whether it answered just now."""
        return time.monotonic() - self.looked < FRESH

    def folders(self) -> list[RemoteSpool]:
        """Its own and those of imports there, as of the last look."""
        state = self.state
        names = [one.name for one in state.folders] if state else []
        with self._lock:
            for name in names:
                self._folders.setdefault(name, RemoteSpool(self, name))
            return [self._folders[name] for name in names]

    def file(self, name: str) -> bytes:
        """One of the small files beside the segments of its own folder."""
        return self.bytes_of(f"{PREFIX}/{self.name}/{name}", 0, PIECE)

    def told(self, folder: FolderState) -> None:
        """How a folder is after a change."""
        with self._lock:
            self._changes += 1
            if self.state is not None:
                others = [one for one in self.state.folders if one.name != folder.name]
                every = sorted([*others, folder], key=lambda one: one.name)
                self.state = msgspec.structs.replace(self.state, folders=every)

    def unreachable(self, why: str) -> ReceiverUnreachable:
        """The error that says so."""
        return ReceiverUnreachable(self.name, self.url, why)

    def bytes_of(self, path: str, start: int, most: int) -> bytes:
        """A piece of a segment; asked for again where it was cut short or came damaged."""
        headers = {"range": f"bytes={start}-{start + most - 1}"}
        for n in range(TRIES):
            try:
                return self.ask("GET", path, headers)
            except ReceiverUnreachable:
                if n == TRIES - 1:
                    raise
        raise AssertionError

    def ask(
        self, method: str, path: str, headers: Mapping[str, str] | None = None, body: bytes = b""
    ) -> bytes:
        """The body of an answer that is surely its own; b"" for bytes behind the end of a segment."""
        number = self.number()
        sent = dict(headers or {}) | {signing.DIGEST: signing.digest(body)}
        sent |= {signing.NUMBER: str(number)} if number is not None else {}
        made = signing.signed(self.key, method, path, self.name, sent, now_ms())
        sent["authorization"] = made
        try:
            answer = self._open().request(
                method, self.url + path, headers=sent, content=body or None
            )
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise self.unreachable(str(error) or type(error).__name__) from error
        of = signing.digest(answer.content)
        covered = answer.headers.get("content-range", "")
        good = signing.answer_signed(self.key, made, answer.status_code, covered, of)
        if not hmac.compare_digest(good, answer.headers.get(signing.ANSWER, "")):
            raise self.unreachable(_why(answer))
        return self._judged(answer, sent.get("range", ""))

    def _judged(self, answer: httpx.Response, asked: str) -> bytes:
        if answer.status_code in (200, 206):
            start = asked.removeprefix("bytes=").partition("-")[0]
            if asked and not answer.headers.get("content-range", "").startswith(f"bytes {start}-"):
                raise self.unreachable("Content-Range")
            return answer.content
        if answer.status_code == 416:
            return b""
        said = msgspec.json.decode(answer.content)
        if said.get("code") == "stale_loader":
            raise StaleLoader(self.number() or 0, int(said["highest"]))
        if said.get("code") == "marks_moved":
            raise MarksMoved(f"{self.name}: {said.get('message')}")
        raise self.unreachable(f"HTTP {answer.status_code}: {said.get('message', '')}")

    def _open(self) -> httpx.Client:
        with self._lock:  # those who look and those who load come at once
            if self.client is None:
                secure = self.url.startswith("https:")
                self.client = httpx.Client(timeout=PATIENCE, verify=secure, trust_env=False)
            return self.client

    def close(self) -> None:
        """Close the connections."""
        if self.client is not None:
            self.client.close()


def _why(answer: httpx.Response) -> str:
    """What to look at where an answer is not signed as it should be."""
    try:
        said = msgspec.json.decode(answer.content)
        return f"HTTP {answer.status_code}: {said['message']}"
    except (msgspec.MsgspecError, KeyError, TypeError):
        return f"HTTP {answer.status_code}, not signed with the secret of this installation"


@dataclass(eq=False)
class RemoteSpool:
    """The loader's side of one folder there."""

    receiver: RemoteReceiver
    folder: str

    @property
    def name(self) -> str:
        """Of the receiver, or of the import."""
        return self.folder

    @property
    def state(self) -> FolderState:
        """As of the last look or change."""
        known = self.receiver.state
        found = [one for one in known.folders if one.name == self.folder] if known else []
        return found[0] if found else FolderState(self.folder, [])

    def segments(self) -> list[Segment]:
        """All segments, oldest first."""
        return [self._segment(one) for one in self.state.segments]

    def pending(self) -> Iterator[Segment]:
        """Segments with bytes that are not loaded."""
        return (one for one in self.segments() if one.size() > one.loaded)

    def waiting(self) -> int:
        """Bytes not loaded yet."""
        return sum(max(0, one.size - one.loaded) for one in self.state.segments)

    def mark_of(self, segment: str) -> Mark:
        """The mark as it was told."""
        for one in self.state.segments:
            if one.id == segment:
                return Mark(
                    one.loaded, one.records, intended=one.intended, generation=one.generation, clear=one.clear
                )  # fmt: skip
        return Mark()

    def intended(self, segment: str) -> int:
        """The end of the chunk that was begun and perhaps not finished; 0 where there is none."""
        return self.mark_of(segment).intended

    def intend(self, segment: Segment, end: int) -> None:
        """As that of `ReceiverSpool`."""
        self._change("intend", segment, end=end)

    def mark(self, segment: Segment, loaded: int, records: int, moment: float) -> None:
        """As that of `ReceiverSpool`."""
        self._change("mark", segment, end=loaded, records=records, moment=moment)

    def note_damaged(self, segment: Segment, start: int, end: int, records: int) -> None:
        """As that of `ReceiverSpool`."""
        self._do(Change("damaged", segment.id, start, segment.generation, end, records))

    def damaged(self) -> int:
        """Records that could not be read, whose segments are kept."""
        return self.state.damaged

    def rewind(self, segment: str) -> None:
        """Have a segment loaded again from its beginning, after what it brought is taken out."""
        self._do(Change("rewind", segment))

    def cleared(self, segment: str) -> None:
        """What the segment brought before has been taken out."""
        self._do(Change("cleared", segment))

    def sweep(self, older_than: float = math.inf) -> int:
        """Delete closed segments that were loaded whole, before `older_than` (seconds); how many."""
        before = len(self.state.segments)
        self._do(Change("sweep", moment=min(older_than, 1e15)))
        return before - len(self.state.segments)

    def finish(self) -> None:
        """Remove what an import left, as far as it is loaded."""
        self._do(Change("finish"))

    def kept_damaged(self) -> list[Segment]:
        """Segments that are kept because records of them cannot be read."""
        return [
            RemoteSegment(Path(f"damaged/{name}.seg"), size, 0, closed=True, length=size, fetch=self._fetch)
            for name, size in self.state.kept.items()
        ]  # fmt: skip

    def replace(self, segment: Segment, was: bytes, made: bytes) -> None:
        """Other bytes in a closed segment; nothing where it holds others than `was`."""
        path = f"{PREFIX}/{self.folder}/{segment.path}"
        headers = {"if-match": signing.digest(was)}
        self.receiver.ask("PUT", path, headers, made)

    def _segment(self, one: SegmentState) -> RemoteSegment:
        return RemoteSegment(
            Path(f"{one.id}.seg"), one.loaded, one.records, one.closed, one.generation, one.clear,
            length=one.size, fetch=self._fetch,
        )  # fmt: skip

    def _fetch(self, path: str, start: int, most: int) -> bytes:
        return self.receiver.bytes_of(f"{PREFIX}/{self.folder}/{path}", start, most)

    def _change(self, do: str, segment: Segment, **more: float) -> None:
        given = {name: value for name, value in more.items() if name != "moment"}
        self._do(
            Change(
                do, segment.id, segment.loaded, segment.generation, moment=more.get("moment", 0.0),
                **{name: int(value) for name, value in given.items()},
            )
        )  # fmt: skip

    def _do(self, change: Change) -> None:
        body = msgspec.json.encode(change)
        answer = self.receiver.ask("POST", f"{PREFIX}/{self.folder}", body=body)
        self.receiver.told(msgspec.json.decode(answer, type=FolderState))
