"""Apps, their write keys and tokens, on both stores."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest

from minilens.errors import NotFound, Refused
from minilens.records.store import Records

NOW = datetime(2026, 11, 22, 3, 4, 5, tzinfo=UTC)
HOUR = timedelta(hours=1)


def test_an_app_is_found_by_its_name_and_has_a_key(records: Records) -> None:
    made = records.apps.create(
        "coffee", timezone="Asia/Shanghai", now=NOW, zh="小满咖啡", en="Coffee"
    )
    assert records.apps.named("coffee") == made
    assert (made.zh, made.timezone, made.undeclared) == ("小满咖啡", "Asia/Shanghai", "strict")
    assert [key.app for key in records.keys.of(made.id)] == [made]


def test_apps_are_listed_oldest_first(records: Records) -> None:
    for name in ("b", "a", "c"):
        records.apps.create(name, timezone="UTC", now=NOW)
    assert [app.name for app in records.apps.all()] == ["b", "a", "c"]


def test_an_unknown_app_is_not_found_and_a_near_name_offered(records: Records) -> None:
    records.apps.create("coffee", timezone="UTC", now=NOW)
    with pytest.raises(NotFound) as error:
        records.apps.named("cofee")
    assert "coffee" in error.value.message("en")


@pytest.mark.parametrize("name", ["", "Coffee", "小满", "-a", "a b", "a" * 64])
def test_a_name_that_is_no_word_of_an_address_is_refused(records: Records, name: str) -> None:
    with pytest.raises(Refused) as error:
        records.apps.create(name, timezone="UTC", now=NOW)
    assert error.value.field == "app"
    assert records.apps.all() == []


def test_a_second_app_of_that_name_and_an_unknown_timezone_are_refused(records: Records) -> None:
    records.apps.create("coffee", timezone="UTC", now=NOW)
    with pytest.raises(Refused, match="coffee"):
        records.apps.create("coffee", timezone="UTC", now=NOW)
    with pytest.raises(Refused, match="Mars/Olympus"):
        records.apps.create("tea", timezone="Mars/Olympus", now=NOW)
    assert [app.name for app in records.apps.all()] == ["coffee"]


def test_rotation_lets_the_old_key_go_on_for_a_while(records: Records) -> None:
    app = records.apps.create("coffee", timezone="UTC", now=NOW)
    other = records.apps.create("tea", timezone="UTC", now=NOW)
    old = records.keys.of(app.id)[0].key
    new = records.keys.create(app.id, now=NOW, retire_others_after=HOUR)
    assert [(key.key, key.retires) for key in records.keys.of(app.id)] == [
        (new, None),
        (old, NOW + HOUR),
    ]
    assert [key.retires for key in records.keys.of(other.id)] == [None]


def test_a_second_rotation_does_not_lengthen_the_first(records: Records) -> None:
    app = records.apps.create("coffee", timezone="UTC", now=NOW)
    records.keys.create(app.id, now=NOW, retire_others_after=HOUR)
    records.keys.create(app.id, now=NOW + HOUR / 2, retire_others_after=HOUR)
    assert [key.retires for key in records.keys.of(app.id)] == [None, NOW + HOUR * 1.5, NOW + HOUR]


def test_a_token_opens_its_app_with_its_scopes_until_it_expires(records: Records) -> None:
    app = records.apps.create("coffee", timezone="UTC", now=NOW)
    token = records.tokens.create(app.id, ("report:read", "events:write"), now=NOW, lasts=HOUR)
    found = records.tokens.find(token, now=NOW)
    assert found is not None
    assert found[:2] == (app.id, frozenset({"report:read", "events:write"}))
    assert records.tokens.find(token, now=NOW + HOUR - timedelta(microseconds=1)) == found
    assert records.tokens.find(token, now=NOW + HOUR) is None
    assert records.tokens.find(token + "x", now=NOW) is None
    assert records.tokens.find(token, now=NOW.astimezone(timezone(8 * HOUR))) == found


def test_a_token_without_end_and_an_unknown_scope(records: Records) -> None:
    app = records.apps.create("coffee", timezone="UTC", now=NOW)
    token = records.tokens.create(app.id, ("admin",), now=NOW)
    assert records.tokens.find(token, now=NOW + 9999 * HOUR)
    with pytest.raises(Refused) as error:
        records.tokens.create(app.id, ("report:reed",), now=NOW)
    assert "report:read" in error.value.message("en")


def test_declared_events_are_of_their_app(records: Records) -> None:
    app = records.apps.create("coffee", timezone="UTC", now=NOW)
    records.definitions.create(app.id, "taste", "品尝", now=NOW)
    assert records.definitions.all() == {(app.id, "taste")}


def test_secrets_are_not_kept_as_they_are(records: Records, dsn: str) -> None:
    import sqlalchemy as sa

    app = records.apps.create("coffee", timezone="UTC", now=NOW)
    token, code = (
        records.tokens.create(app.id, ("admin",), now=NOW),
        records.sign_ins.create(now=NOW),
    )
    engine = sa.create_engine(dsn)
    with engine.connect() as connection:
        kept = [
            str(tuple(row))
            for table in ("tokens", "sign_ins")
            for row in connection.execute(sa.text(f"SELECT * FROM {table}"))
        ]
    engine.dispose()
    assert len(kept) == 2
    assert not [row for row in kept if token in row or code in row]


def test_a_revoked_token_opens_nothing_and_stays_listed(records: Records) -> None:
    app = records.apps.create("coffee", timezone="UTC", now=NOW).id
    other = records.apps.create("tea", timezone="UTC", now=NOW).id
    token = records.tokens.create(app, ("report:read",), now=NOW, name="nightly", lasts=HOUR)
    listed = records.tokens.of(app)[0]
    assert (listed.name, listed.scopes, listed.last_used) == ("nightly", ("report:read",), None)
    with pytest.raises(NotFound):
        records.tokens.revoke(other, listed.id, now=NOW)
    assert records.tokens.find(token, now=NOW)
    records.tokens.find(token, now=NOW + timedelta(minutes=9))
    assert records.tokens.of(app)[0].last_used == NOW
    records.tokens.revoke(app, listed.id, now=NOW + HOUR / 2)
    records.tokens.revoke(app, listed.id, now=NOW + HOUR)
    assert records.tokens.find(token, now=NOW + HOUR / 2) is None
    assert records.tokens.of(app)[0].revoked == NOW + HOUR / 2
    assert records.tokens.of(other) == []


def test_a_key_retired_now_is_refused_now(records: Records) -> None:
    app = records.apps.create("coffee", timezone="UTC", now=NOW).id
    other = records.apps.create("tea", timezone="UTC", now=NOW).id
    key = records.keys.of(app)[0]
    assert (key.created, key.retires) == (NOW, None)
    with pytest.raises(NotFound):
        records.keys.retire(other, key.id, now=NOW)
    records.keys.retire(app, key.id, now=NOW + HOUR)
    records.keys.retire(app, key.id, now=NOW + 2 * HOUR)
    assert records.keys.of(app)[0].retires == NOW + HOUR


def test_an_archived_app_is_hidden_and_refuses(records: Records) -> None:
    app = records.apps.create("coffee", timezone="UTC", now=NOW)
    token = records.tokens.create(app.id, ("report:read",), now=NOW)
    records.apps.archive(app.id, now=NOW)
    assert records.apps.all() == []
    assert records.keys.all() == []
    assert records.tokens.find(token, now=NOW) is None
    with pytest.raises(NotFound) as error:
        records.apps.named("cofee")
    assert "coffee" not in error.value.message("en")
    assert [one.archived for one in records.apps.all(archived=True)] == [NOW]
    with pytest.raises(Refused, match="already"):
        records.apps.create("coffee", timezone="UTC", now=NOW)
    records.apps.restore(app.id, now=NOW)
    assert records.apps.named("coffee") == app
    assert records.tokens.find(token, now=NOW)
