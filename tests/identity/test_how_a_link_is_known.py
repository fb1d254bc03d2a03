"""A link that only the public write key vouches for is claimed, whatever arrives beside it."""

from __future__ import annotations

import pytest

from minilens.collect.login import tell
from minilens.identity.actor import actor
from minilens.spool.record import Batch, encode
from minilens.spool.writer import frame
from minilens.warehouse.migrate import steps
from tests.pipeline import Happening, House, at, days

pytestmark = pytest.mark.side_by_side
LI, WANG = ("c_memberid", "li"), ("c_memberid", "wang")
NOON = at("2026-11-16 12:00")


def said(house: House, via: str, device: str, *identities: tuple[str, str]) -> Batch:
    """One request by this way; events of servers and imports name the device themselves, or none."""
    happenings = [Happening(NOON, device=device, identity=one) for one in identities]
    (batch,) = house.batches(happenings)
    batch.via = via
    if not device:
        batch.device = 0
    return batch


def load(house: House, *batches: Batch) -> None:
    house.writer.write(b"".join(frame(encode(batch)) for batch in batches))
    house.step()


def grades(house: House) -> dict[str, str]:
    """The grade of each identity's first assignment."""
    found = house.rows(
        "SELECT actor, argMax(grade, at) FROM person_map WHERE app = {app:UInt32} AND version = 0 GROUP BY actor"
    )
    known = {
        actor(house.app.id, kind, value): value
        for kind, value in (LI, WANG, ("device", "phone"), ("device", "tablet"))
    }
    return {known[int(str(number))]: str(grade) for number, grade in found}


@pytest.mark.parametrize("first", ["tracker", "server"])
def test_a_tracker_beside_a_server_is_not_believed_more(house: House, first: str) -> None:
    batches = [said(house, "tracker", "phone", LI), said(house, "server", "", WANG)]
    load(house, *(batches if first == "tracker" else batches[::-1]))
    assert grades(house) == {"li": "claimed", "phone": "claimed", "wang": "verified"}


@pytest.mark.parametrize("via", ["server", "login"])
def test_who_names_both_verifies_the_link(house: House, via: str) -> None:
    load(house, said(house, via, "phone", LI), said(house, "tracker", "tablet", WANG))
    assert grades(house) == {
        "li": "verified", "phone": "verified", "wang": "claimed", "tablet": "claimed",
    }  # fmt: skip


def test_a_sign_in_by_code_is_no_visit(house: House) -> None:
    visit = Happening(NOON, device="phone", session="a")
    house.load([visit])
    house.build()
    before = house.figures(days("2026-11-16"))
    found = {"applet-wechat": "o" + "A" * 27, "wechat-unionid": "u" + "B" * 27}
    device = actor(house.app.id, "device", "phone")
    load(house, tell(found, Batch(NOON + 9000, house.app.id, "login", 3, device=device), b""))
    house.build()
    assert house.figures(days("2026-11-16")) == before
    assert house.person("applet-wechat", found["applet-wechat"]) == house.person("device", "phone")
    assert house.person("wechat-unionid", found["wechat-unionid"]) == 1
    sums = house.rows(
        "SELECT received, accepted, loaded FROM ledger WHERE app = {app:UInt32} AND via = 'login'"
    )
    assert sums == [(2, 2, 2)]


def test_the_same_pair_by_both_ways_at_once_is_verified(house: House) -> None:
    load(house, said(house, "tracker", "phone", LI), said(house, "server", "phone", LI))
    assert grades(house) == {"li": "verified", "phone": "verified"}


def regrade(house: House) -> None:
    """Take the step that looks at what is stored."""
    (step,) = [step for step in steps() if step.version == 4]
    for statement in step.statements:
        house.pipeline.engine.run(statement.rstrip(";"))


def believed(house: House) -> None:
    """Store every assignment as verified, as one event of a server in the chunk once did."""
    house.change(
        f"ALTER TABLE person_map UPDATE grade = 'verified' IN PARTITION {house.app.id} WHERE 1"
    )


def test_what_was_stored_wrong_is_found(house: House) -> None:
    load(house, said(house, "tracker", "phone", LI), said(house, "server", "tablet", WANG))
    load(house, said(house, "server", "", LI))  # names Li, not the phone
    believed(house)
    persons = house.rows(
        "SELECT DISTINCT actor, person FROM person_map WHERE app = {app:UInt32} ORDER BY 1"
    )
    ((rows,),) = house.rows("SELECT count() FROM person_map WHERE app = {app:UInt32}")
    regrade(house)
    regrade(house)
    assert grades(house) == {
        "li": "claimed", "phone": "claimed", "wang": "verified", "tablet": "verified",
    }  # fmt: skip
    assert house.rows("SELECT count() FROM person_map WHERE app = {app:UInt32}") == [
        (int(str(rows)) + 2,)
    ]
    assert persons == house.rows(
        "SELECT actor, argMax(person, version) FROM person_map WHERE app = {app:UInt32} GROUP BY 1 ORDER BY 1"
    )


def test_what_only_a_server_names_stays_verified(house: House) -> None:
    load(house, said(house, "server", "", WANG), said(house, "import", "", LI))
    believed(house)
    regrade(house)
    assert grades(house) == {"li": "verified", "wang": "verified"}
