"""The audit in the console: narrowed, turned, as a file."""

from __future__ import annotations

import csv
import io
import re
from datetime import UTC, datetime, timedelta
from importlib.resources import files
from pathlib import Path

import pytest
from litestar import Litestar
from litestar.testing import TestClient

from minilens.period import now
from minilens.web.admin.audit_text import DEEDS
from tests.web.cast import Theatre, sign_in

Client = TestClient[Litestar]
EN = {"accept-language": "en"}
HERE = "/a/cafe/settings/audit"
CHINESE = re.compile("[\u4e00-\u9fff]")


def listed(client: Client, path: str) -> list[str]:
    """What is told, a line each."""
    page = client.get(path, headers=EN).text
    return [
        " ".join(part.split("</span>")[0].split()) for part in page.split('<span class="told">')[1:]
    ]


def test_it_is_of_this_app_and_says_who(owner: Client, theatre: Theatre) -> None:
    theatre.records.apps.change(1, zh="a", en="b", appid="", now=now(), by=2)
    theatre.records.apps.change(2, zh="a", en="b", appid="", now=now(), by=5)
    assert listed(owner, HERE)[0].startswith("<b>Admin</b> changed the app")
    assert "Neighbour" not in owner.get(HERE).text.partition('class="audit-lines"')[2]
    assert listed(owner, "/audit")[0].startswith("<b>Neighbour</b> changed the app")
    assert any("signed in" in line for line in listed(owner, "/audit"))


def test_it_is_narrowed_by_person_kind_and_day(owner: Client, theatre: Theatre) -> None:
    theatre.records.apps.change(1, zh="a", en="b", appid="", now=now(), by=2)
    theatre.records.keys.create(1, now=now() - timedelta(days=9), by=1)
    assert len(listed(owner, f"{HERE}?account=2")) == 1
    assert len(listed(owner, f"{HERE}?action=key&account=1")) == 1
    day = f"{now() - timedelta(days=9) + timedelta(hours=8):%Y-%m-%d}"
    assert [line[:12] for line in listed(owner, f"{HERE}?day={day}")] == ["<b>Owner</b>"]
    assert listed(owner, f"{HERE}?day=2001-01-01") == []
    assert "No matching entries" in owner.get(f"{HERE}?day=2001-01-01", headers=EN).text


def test_a_day_is_that_of_the_app(owner: Client, theatre: Theatre) -> None:
    """Three quarters of an hour after midnight in Shanghai it is the day before in UTC."""
    theatre.records.keys.create(1, now=datetime(2026, 3, 13, 16, 45, tzinfo=UTC), by=1)
    assert listed(owner, f"{HERE}?day=2026-03-13") == []
    assert len(listed(owner, f"{HERE}?day=2026-03-14")) == 1


@pytest.mark.parametrize("day", ["yesterday", "2026-13-01", "0001-01-01", "9999-12-31", "<i>"])
def test_a_day_that_is_none_is_named(owner: Client, day: str) -> None:
    answer = owner.get(HERE, params={"day": day}, headers=EN)
    assert answer.status_code == 422
    assert 'id="w-day"' in answer.text
    assert "<i>" not in answer.text


def test_what_does_not_fit_a_page_is_on_the_next(owner: Client, theatre: Theatre) -> None:
    for n in range(60):
        theatre.records.apps.change(1, zh=f"t{n}", en="b", appid="", now=now(), by=2)
    first = owner.get(f"{HERE}?account=2", headers=EN).text
    assert first.count('class="told"') == 50
    older = first.partition(">Older<")[0].rpartition('href="')[2].rstrip('"').replace("&amp;", "&")
    second = owner.get(older, headers=EN).text
    assert second.count('class="told"') == 10
    assert "t9 " in second
    assert "t10 " not in second


def test_the_file_has_all_and_no_formula(owner: Client, theatre: Theatre) -> None:
    theatre.records.accounts.change(2, name="=cmd|' /C calc'!A0", language=None, now=now(), by=2)
    for n in range(210):
        theatre.records.apps.change(1, zh=f"t{n}", en="b", appid="", now=now(), by=2)
    answer = owner.get(f"{HERE}.csv?action=app.change")
    assert answer.headers["content-disposition"] == 'attachment; filename="cafe_audit.csv"'
    rows = list(csv.DictReader(io.StringIO(answer.text)))
    assert len(rows) == 210
    assert {row["by"] for row in rows} == {"'=cmd|' /C calc'!A0"}
    assert owner.get("/audit.csv").status_code == 200


def test_everything_that_is_noted_has_words_in_both_languages() -> None:
    source = "".join(
        path.read_text("utf-8") for path in Path(str(files("minilens.records"))).glob("*.py")
    )
    noted = set(
        re.findall(r'(?:record_audit\(\s*connection|_archived\(app, \w+), "([\w.]+)"', source)
    )
    assert len(noted) > 20
    assert noted - DEEDS.keys() == set()
    assert all(CHINESE.search(zh) and not CHINESE.search(en) for zh, en in DEEDS.values())


def test_who_comes_by_a_link_has_joined_by_themselves(owner: Client, theatre: Theatre) -> None:
    code = theatre.records.invitations.create("li@example.org", 1, "viewer", now=now(), by=1)
    theatre.records.invitations.accept(code, now=now(), name="Li", password="a good password")
    assert any(line.startswith("<b>Li</b> joined") for line in listed(owner, "/audit"))
    assert any("</b> added a member" in line for line in listed(owner, "/audit"))


def test_a_number_in_the_address_names_no_stranger(owner: Client, theatre: Theatre) -> None:
    sign_in(owner, theatre, "admin")
    stranger, nobody = theatre.number("neighbour"), 99
    for path in (HERE, f"{HERE}.csv"):
        answers = [owner.get(f"{path}?account={one}", headers=EN) for one in (stranger, nobody)]
        assert [answer.status_code for answer in answers] == [404, 404]
        assert "Neighbour" not in answers[0].text
    assert "Neighbour" not in owner.get(HERE).text
    assert "Viewer" in owner.get(f"{HERE}?account={theatre.number('viewer')}").text


def test_who_was_a_member_is_still_found_in_the_audit(owner: Client, theatre: Theatre) -> None:
    neighbour = theatre.number("neighbour")
    theatre.records.apps.change(1, zh="a", en="b", appid="", now=now(), by=neighbour)
    sign_in(owner, theatre, "admin")
    assert len(listed(owner, f"{HERE}?account={neighbour}")) == 1
    assert f'value="{neighbour}"' in owner.get(HERE).text
    assert owner.get(f"{HERE}.csv?account={neighbour}").status_code == 200


def test_that_of_the_server_knows_everybody_and_nobody_else(owner: Client) -> None:
    assert owner.get("/audit?account=5").status_code == 200
    assert owner.get("/audit?account=99").status_code == 404
    assert owner.get("/audit.csv?account=99").status_code == 404
