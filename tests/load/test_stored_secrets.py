"""Secrets that earlier versions stored are found and removed wherever they lie; figures stay."""

from __future__ import annotations

from collections.abc import Callable

import msgspec
import pytest

from minilens.load import stored_secrets
from minilens.load.pending import LAST_NUMBER
from minilens.load.reconcile import of_app
from minilens.spool.record import Batch, encode
from minilens.spool.writer import frame
from tests.pipeline import Happening, House, at, days

#: What deletes looks at every part.
pytestmark = [pytest.mark.waits, pytest.mark.usefixtures("emptied")]

HIDDEN = "S3CRET"
WEEK = days("2026-11-16", "2026-11-18")
PROPS = {
    "n": 1.5,
    "day": "2023-02-30",
    "a.b": [True, 1],
    "id": 9007199254740993,
    "session_key": HIDDEN,
}


def visits() -> list[Happening]:
    return [
        Happening(at("2026-11-16 10:00"), session="a", page=f"pages/order?token={HIDDEN}"),
        Happening(at("2026-11-16 10:01"), session="a", page="pages/order"),
        Happening(
            at("2026-11-16 11:00"), session="b", device="other", page=f"pages/order?token=2{HIDDEN}"
        ),
        Happening(at("2026-11-17 10:00"), session="c", page="pages/index?id=1"),
    ]


def dirty(batch: Batch) -> Batch:
    """As a door without the rule took it."""
    first, *others = batch.events
    props = msgspec.json.encode({**PROPS, "url": f"https://x.cn/?code={HIDDEN}&n=1"}).decode()
    first = msgspec.structs.replace(
        first,
        query=f"id=1&scene=a%3D1%26token%3D{HIDDEN}",
        referrer=f"pages/a#pwd={HIDDEN}",
        props=props,
    )
    return msgspec.structs.replace(batch, events=[first, *others])


def received(house: House) -> None:
    """Events, days and lines in quarantine with secrets in them."""
    batches = [dirty(batch) for batch in house.batches(visits())]
    house.writer.write(b"".join(frame(encode(batch)) for batch in batches))
    assert house.pipeline.loader.step()
    house.build()
    house.pipeline.engine.run(
        "INSERT INTO quarantine (app, reason, name, at, segment, record, i, line, detail) "
        "SELECT {app:UInt32}, 'undeclared', name, received, 'a', record, i, "
        "toJSONString(tuple(id, query, toJSONString(props))::Tuple(id UUID, query String, props String)), '' "
        "FROM events WHERE app = {app:UInt32} AND notEmpty(query)",
        {"app": house.app.id},
    )
    house.change("TRUNCATE TABLE removed_secrets")


def remove(house: House) -> None:
    pipeline = house.pipeline
    stored_secrets.remove(pipeline.engine, pipeline.spool)
    last = int(pipeline.engine.one(LAST_NUMBER))
    pipeline.counter.value = max(pipeline.counter.value, last)


def with_secrets(house: House) -> int:
    """Rows of the app in which the hidden text stands somewhere."""
    row = "toString(tuple(*))"
    columns = {
        "quarantine": row,
        "sessions": row,
        "day_page_views": row,
        "days": "concat(value, page)",
        "day_values": "concat(value, page)",
    }
    columns["events"] = "concat(toString(tuple(page, query, referrer)), toJSONString(props))"
    found = 0
    for table, text in columns.items():
        sql = f"SELECT countIf({text} LIKE '%{HIDDEN}%') FROM {table} WHERE app = {{app:UInt32}}"
        found += int(str(house.rows(sql)[0][0]))
    return found


@pytest.fixture(scope="module")
def cleaned(emptied: None, new_app: Callable[..., House]) -> tuple[House, list[tuple[object, ...]]]:
    """An app from which secrets were removed, a kill in the middle included; its figures before."""
    house = new_app()
    received(house)
    before = house.figures(WEEK)
    assert with_secrets(house) > 10
    assert stored_secrets.find(house.pipeline.engine)[house.app.id] == 6
    count = "SELECT count() FROM events WHERE app = {app:UInt32}"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(stored_secrets, "_mutate", stopped)
        with pytest.raises(KeyboardInterrupt):
            remove(house)
    assert house.rows(count) == [(7,)]
    remove(house)
    assert house.rows(count) == [(4,)]
    return house, before


def stopped(*_: object) -> None:
    raise KeyboardInterrupt


Cleaned = tuple[House, list[tuple[object, ...]]]


def test_they_are_gone_everywhere_and_figures_stay(cleaned: Cleaned) -> None:
    house, before = cleaned
    assert with_secrets(house) == 0
    assert house.figures(WEEK) == before
    assert of_app(house.pipeline.engine, house.pipeline.pending, house.app.id) == []
    assert stored_secrets.find(house.pipeline.engine) == {}
    (noted,) = [
        one for one in stored_secrets.removed(house.pipeline.engine) if one.app == house.app.id
    ]
    assert noted.events == 6


def test_only_the_secret_goes(cleaned: Cleaned) -> None:
    rows = cleaned[0].rows(
        "SELECT page, query, referrer, toJSONString(props) FROM events WHERE app = {app:UInt32} ORDER BY ts"
    )
    page, query, referrer, props = rows[0]
    assert (page, query, referrer) == ("pages/order", "id=1&scene=a%3D1", "pages/a")
    kept = {name: value for name, value in PROPS.items() if name != "session_key"}
    assert msgspec.json.decode(str(props)) == {**kept, "url": "https://x.cn/&n=1"}
    assert rows[-1][0] == "pages/index?id=1"


def test_pages_that_became_one_are_one_row(cleaned: Cleaned) -> None:
    rows = cleaned[0].rows(
        "SELECT value, sum(visits), max(visitors_count), count() FROM days WHERE app = {app:UInt32} "
        "AND (app, day, build) IN (SELECT app, day, max(build) FROM builds GROUP BY app, day) "
        "AND dimension = 'page' AND day = '2026-11-16' AND traffic = 'release' GROUP BY value"
    )
    assert rows == [("pages/order", 3, 2, 1)]


def test_it_is_done_once(cleaned: Cleaned) -> None:
    house, _ = cleaned
    noted = house.rows("SELECT * FROM removed_secrets ORDER BY ALL")
    remove(house)
    assert house.rows("SELECT * FROM removed_secrets ORDER BY ALL") == noted
