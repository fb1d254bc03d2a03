"""A folder on another host is read and marked as one of this host; what is cut, damaged or strange is not taken."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from minilens.period import now_ms
from minilens.spool import signing
from minilens.spool.fencing import StaleLoader, highest
from minilens.spool.reader import MarksMoved, ReceiverSpool, read
from minilens.spool.remote import PIECE, ReceiverUnreachable
from minilens.spool.rewriting import rewrite_complete
from minilens.spool.signing import PREFIX
from minilens.spool.writer import frame
from tests.spool.far import SECRET, Far, far_receiver


@pytest.fixture
def far(tmp_path: Path) -> Iterator[Far]:
    with far_receiver(tmp_path / "spool") as one:
        yield one


def written(far: Far, *texts: bytes, close: bool = True) -> bytes:
    """One segment of these; its bytes."""
    writer, whole = far.writer(), b"".join(frame(text) for text in texts)
    writer.write(whole)
    if close:
        writer.close()
    return whole


def test_what_is_read_and_marked_is_as_on_the_disk(far: Far) -> None:
    whole = written(far, b"one", b"two")
    seen = far.seen_by(1)
    (folder,) = seen.folders()
    (segment,) = folder.pending()
    chunk = read(segment, 1 << 20)
    assert (chunk.texts, chunk.end, folder.waiting()) == ([b"one", b"two"], len(whole), len(whole))
    folder.intend(segment, chunk.end)
    assert ReceiverSpool(far.spool / "far").intended(segment.id) == len(whole)
    folder.mark(segment, chunk.end, 2, moment=3.0)
    (there,) = ReceiverSpool(far.spool / "far").segments()
    assert (there.loaded, there.records, list(folder.pending())) == (len(whole), 2, [])
    folder.rewind(segment.id)
    (again,) = folder.segments()
    assert (again.loaded, again.generation, again.clear) == (0, 1, True)
    folder.cleared(again.id)
    folder.note_damaged(again, 0, 12, 1)
    assert (folder.segments()[0].clear, folder.damaged()) == (False, 1)


def test_a_segment_of_several_pieces_comes_whole(far: Far) -> None:
    texts = [b"%07d" % n * 20_000 for n in range(70)]
    whole = written(far, *texts)
    (segment,) = far.seen_by(1).folders()[0].segments()
    assert len(whole) > 2 * PIECE
    assert read(segment, 16 << 20).texts == texts
    assert read(segment, 1).texts == texts[:1]  # a record larger than what was asked for


@pytest.mark.parametrize(
    "harm", [lambda body: body[: len(body) // 2], lambda body: None, lambda body: body[:-1] + b"?"]
)  # fmt: skip
def test_an_answer_that_is_cut_short_or_damaged_is_asked_for_again(far: Far, harm: object) -> None:
    texts = [b"%07d" % n * 20_000 for n in range(70)]
    written(far, *texts)
    (segment,) = far.seen_by(1).folders()[0].segments()
    far.harms += [lambda body: body, harm]  # type: ignore[list-item]
    far.asked.clear()
    assert read(segment, 16 << 20).texts == texts
    assert (
        len(far.asked) == 4
    )  # three pieces, of which one twice: what had come was not asked for again


def test_what_goes_on_coming_damaged_is_not_taken(far: Far) -> None:
    written(far, b"one")
    (segment,) = far.seen_by(1).folders()[0].segments()
    far.harms += [lambda body: body[:-2] + b"?\n"] * 3
    with pytest.raises(ReceiverUnreachable):
        read(segment, 100)
    assert read(segment, 100).texts == [b"one"]


def test_a_stranger_is_told_nothing(far: Far) -> None:
    written(far, b"one")
    with pytest.raises(ReceiverUnreachable, match="MINILENS_SECRET"):
        far.seen_by(1, secret=b"another").look()
    (segment,) = (far.spool / "far").glob("*.seg")
    for path in (PREFIX, f"{PREFIX}/far/{segment.name}"):
        answer = httpx.get(far.url + path)
        assert (answer.status_code, answer.json()["code"]) == (401, "not_a_peer")
    assert httpx.post(f"{far.url}{PREFIX}/far", json={"do": "sweep"}).status_code == 401


def test_a_request_is_good_for_one_time_one_receiver_and_some_minutes(far: Far) -> None:
    key = signing.key_of(SECRET)

    def asked(receiver: str, at: int) -> dict[str, str]:
        headers = {signing.DIGEST: signing.digest(b"")}
        return headers | {
            "authorization": signing.signed(key, "GET", PREFIX, receiver, headers, at)
        }

    good = asked("far", now_ms())
    answers = [httpx.get(far.url + PREFIX, headers=good) for _ in range(2)]
    assert [one.status_code for one in answers] == [200, 401]
    assert httpx.get(far.url + PREFIX, headers=asked("near", now_ms())).status_code == 401
    late = asked("far", now_ms() - signing.TOLERANCE - 60_000)
    assert httpx.get(far.url + PREFIX, headers=late).status_code == 401
    moved = asked("far", now_ms()) | {signing.NUMBER: "99"}
    assert httpx.get(far.url + PREFIX, headers=moved).status_code == 401


def test_no_path_leads_out_of_the_spool(far: Far, tmp_path: Path) -> None:
    (tmp_path / "secret.seg").write_text("secret")
    written(far, b"one")
    seen = far.seen_by(1)
    for path in (
        "../secret.seg",
        "far/../../secret.seg",
        "far/..%2f..%2fsecret.seg",
        "far/marks.json",
    ):
        with pytest.raises(ReceiverUnreachable):
            seen.ask("GET", f"{PREFIX}/{path}", {"range": "bytes=0-10"})


def test_a_loader_with_a_lower_number_is_refused_and_told_so(far: Far) -> None:
    whole = written(far, b"one")
    old, new = far.seen_by(4), far.seen_by(5)
    (segment,) = old.folders()[0].segments()
    with pytest.raises(StaleLoader) as told:
        old.folders()[0].intend(segment, len(whole))
    assert (told.value.highest, highest(far.spool / "far")) == (5, 5)
    with pytest.raises(StaleLoader):
        old.look()
    with pytest.raises(StaleLoader):  # also one of the same host
        ReceiverSpool(far.spool / "far", number=4).intend(segment, len(whole))
    new.folders()[0].intend(segment, len(whole))
    far.seen_by(None)  # who only looks needs none


def test_of_two_loaders_only_one_begins_a_chunk(far: Far) -> None:
    whole = written(far, b"one", b"two")
    first, second = far.seen_by(7), far.seen_by(7)
    (segment,) = first.folders()[0].segments()
    first.folders()[0].intend(segment, 13)
    with pytest.raises(MarksMoved):
        second.folders()[0].intend(segment, len(whole))
    first.folders()[0].mark(segment, 13, 1, moment=1.0)
    with pytest.raises(MarksMoved):
        second.folders()[0].intend(segment, len(whole))
    second.look()
    (fresh,) = second.folders()[0].segments()
    assert read(fresh, 100).texts == [b"two"]


def test_a_change_whose_answer_was_lost_may_be_repeated(far: Far) -> None:
    whole = written(far, b"one")
    seen = far.seen_by(1)
    (segment,) = seen.folders()[0].segments()
    for _ in range(2):
        seen.folders()[0].intend(segment, len(whole))
    for _ in range(2):
        seen.folders()[0].mark(segment, len(whole), 1, moment=1.0)
    assert ReceiverSpool(far.spool / "far").waiting() == 0


def test_erased_texts_are_rewritten_where_they_lie(far: Far) -> None:
    whole = written(far, b"keep", b"who?")
    written(far, b"who?", close=False)
    seen = far.seen_by(1)

    def change(text: str) -> str:
        return text.replace("who?", "x")

    done: set[str] = set()
    assert rewrite_complete(seen.folders(), change, now_ms() + 1000, done) is False
    (closed,) = [one for one in seen.folders()[0].segments() if one.closed]
    assert read(closed, 100).texts == [b"keep", b"x   "]
    assert closed.size() == len(whole)
    assert done == {closed.id}


def test_loaded_segments_are_swept_there(far: Far) -> None:
    whole = written(far, b"one")
    seen = far.seen_by(1)
    folder = seen.folders()[0]
    (segment,) = folder.segments()
    assert folder.sweep(5.0) == 0
    folder.mark(segment, len(whole), 1, moment=4.0)
    assert (folder.sweep(4.0), folder.sweep(5.0)) == (0, 1)
    assert list((far.spool / "far").glob("*.seg")) == []
    with pytest.raises(MarksMoved):  # what is gone leaves no mark
        folder.rewind(segment.id)


def test_one_that_is_down_is_asked_once_and_named(far: Far) -> None:
    seen = far.seen_by(1)
    far.asked.clear()
    far.down = True
    with pytest.raises(ReceiverUnreachable, match="far"):
        seen.look()
    assert far.asked == [f"GET {PREFIX}"]
    far.down = False
    seen.look()
    assert seen.fresh()
