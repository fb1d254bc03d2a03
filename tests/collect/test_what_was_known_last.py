"""What receiving needs of the records is kept on the disk of the receiver, and opens with its own secret alone."""

from __future__ import annotations

from pathlib import Path

import pytest

from minilens.collect.access import Access
from minilens.collect.last_known import NAME, Kept
from minilens.errors import Busy
from minilens.period import now
from minilens.records.keys import Keys
from tests.collect.receiving import House
from tests.collect.test_who_may_send import broken

SECRET = b"the secret of this installation"


def test_a_receiver_that_cannot_read_the_records_goes_by_it(
    tmp_path: Path, door: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    app, key = door.app.id, door.key
    door.records.blocked_identities.add(app, "device", 1 << 63, "d…", now=now())
    token = door.records.tokens.create(app, ("events:write",), now=now())
    other = door.records.tokens.create(app, ("report:read",), now=now())
    before = Access(door.records, Kept(tmp_path, SECRET))
    assert before.key(key).app == door.app
    assert before.away() is None
    assert not (tmp_path / f"{NAME}.new").exists()
    monkeypatch.setattr(Keys, "all", broken)
    after = Access(door.records, Kept(tmp_path, SECRET))
    assert after.key(key) == before.key(key)
    assert after.blocked(app) == before.blocked(app) == {1 << 63}
    assert after.joining(app) == before.joining(app)
    assert after.plans.all() == before.plans.all()
    word, age = after.away() or ("", None)
    assert word == "records_cannot_be_read"
    assert age is not None
    known = Kept(tmp_path, SECRET).read()
    assert known is not None
    assert [one.scopes for one in known[0].grants.values()] == [{"events:write"}]
    assert token not in str(known)
    assert other not in str(known)


@pytest.mark.parametrize("harm", ["another secret", "altered", "cut short", "empty"])
def test_what_others_wrote_does_not_open(
    tmp_path: Path, door: House, monkeypatch: pytest.MonkeyPatch, harm: str
) -> None:
    key, path = door.key, tmp_path / NAME
    Access(door.records, Kept(tmp_path, SECRET)).key(key)
    text = path.read_text()
    cut = {"altered": "A" + text[1:] if text[0] != "A" else "B" + text[1:], "cut short": text[:-7]}
    path.write_text(cut.get(harm, "" if harm == "empty" else text))
    monkeypatch.setattr(Keys, "all", broken)
    secret = b"another one" if harm == "another secret" else SECRET
    holder = Access(door.records, Kept(tmp_path, secret))
    with pytest.raises(Busy):
        holder.key(key)
    assert holder.away() == ("records_cannot_be_read", None)
