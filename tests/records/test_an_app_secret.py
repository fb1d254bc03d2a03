"""An AppSecret is kept under the server's secret: whoever has the records alone has nothing."""

from __future__ import annotations

from pathlib import Path

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st

from minilens.errors import Refused
from minilens.period import now
from minilens.records.sealed import opened, seal
from minilens.records.store import Records

APP_SECRET = "0123456789abcdef0123456789ABCDEF"
KEY = b"the server's secret"


@pytest.fixture
def records(tmp_path: Path) -> Records:
    made = Records(f"sqlite:///{tmp_path}/records.sqlite")
    made.database.migrate()
    return made


def app_of(records: Records, name: str, appid: str = "wx0123456789abcdef") -> int:
    return records.apps.create(name, timezone="Asia/Shanghai", now=now(), appid=appid).id


def test_it_is_kept_sealed(records: Records, tmp_path: Path) -> None:
    app = app_of(records, "shop")
    assert records.app_secrets.find(app) is None
    records.app_secrets.set(app, f" {APP_SECRET}\n", KEY, now=now())
    records.database.close()
    files = b"".join(file.read_bytes() for file in tmp_path.glob("records*"))
    assert APP_SECRET.encode() not in files
    assert records.app_secrets.opened(app, KEY) == APP_SECRET
    assert records.app_secrets.opened(app, b"another secret") is None
    found = records.app_secrets.find(app)
    assert found is not None
    assert APP_SECRET not in repr(found)
    records.app_secrets.remove(app, now=now())
    assert records.app_secrets.find(app) is None
    assert records.app_secrets.opened(app, KEY) is None
    assert [entry.action for entry in records.audit.entries(apps=(app,))][:2] == [
        "wechat.forget", "wechat.secret",
    ]  # fmt: skip
    assert all(APP_SECRET not in str(entry.details) for entry in records.audit.entries(apps=(app,)))


def test_anothers_row_does_not_open(records: Records) -> None:
    ours, theirs = app_of(records, "ours"), app_of(records, "theirs")
    records.app_secrets.set(theirs, APP_SECRET, KEY, now=now())
    records.app_secrets.set(ours, APP_SECRET[::-1], KEY, now=now())
    with records.database.write() as connection:
        connection.execute(
            sa.text(
                "UPDATE credentials SET sealed = (SELECT sealed FROM credentials WHERE app_id = :t) WHERE app_id = :o"
            ),
            {"t": theirs, "o": ours},
        )
    assert records.app_secrets.opened(ours, KEY) is None
    assert records.app_secrets.opened(theirs, KEY) == APP_SECRET


@pytest.mark.parametrize("text", ["", "abc", APP_SECRET + "0", APP_SECRET[:-1] + "é", "x" * 10_000])
def test_what_is_none_is_refused(records: Records, text: str) -> None:
    app = app_of(records, "shop")
    with pytest.raises(Refused) as error:
        records.app_secrets.set(app, text, KEY, now=now())
    assert error.value.code == "bad_app_secret"
    assert not text or text not in str(error.value)


def test_without_an_appid_it_is_of_no_use(records: Records) -> None:
    with pytest.raises(Refused) as error:
        records.app_secrets.set(app_of(records, "shop", ""), APP_SECRET, KEY, now=now())
    assert error.value.code == "no_appid"


@given(st.text(), st.binary(min_size=1), st.integers(0), st.integers(1, 255))
def test_what_is_sealed_opens_whole_or_not_at_all(
    text: str, key: bytes, at: int, change: int
) -> None:
    import base64

    sealed = seal(text, key, "x")
    assert opened(sealed, key, "x") == text
    assert opened(sealed, key, "y") is None
    whole = bytearray(base64.b64decode(sealed))
    whole[at % len(whole)] ^= change
    assert opened(base64.b64encode(bytes(whole)).decode(), key, "x") is None
