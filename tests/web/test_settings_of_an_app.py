"""The forms of the settings: what they change, what they refuse and how they say so."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from litestar import Litestar
from litestar.testing import TestClient

from minilens.period import now
from minilens.web.app import create_app
from tests.web.cast import Theatre, mark, sign_in

Client = TestClient[Litestar]
EN = {"accept-language": "en"}
HERE = "/a/cafe/settings"


def send(client: Client, path: str, language: str = "en", **form: Any) -> Any:
    """A form of our own, sent without following where it leads."""
    form["csrf"] = mark(client, "/account")
    header = {"accept-language": language}
    return client.post(path, data=form, headers=header, follow_redirects=False)


@pytest.fixture
def signed_in(theatre: Theatre) -> Callable[[str], Client]:
    """A client of someone."""

    def client(who: str) -> Client:
        return theatre.client(who, raise_server_exceptions=False)

    return client


def deeds(theatre: Theatre) -> list[tuple[str, int | None]]:
    """What the audit of the app says, newest first, with who did it."""
    return [(one.action, one.account) for one in theatre.records.audit.entries(apps=(1,))]


def done(client: Client, path: str) -> str:
    """What a page says was just done."""
    found = re.search(r'<p class="done" role="status">(.*?)</p>', client.get(path, headers=EN).text)
    return found[1] if found else ""


# the app


def test_titles_are_changed_and_written_down(owner: Client, theatre: Theatre) -> None:
    answer = send(owner, HERE, zh="新店", en="New <b>shop</b>", appid="wx0123456789abcdef")
    assert answer.headers["location"] == f"{HERE}?done=saved"
    found = theatre.records.apps.named("cafe")
    assert (found.zh, found.en, found.appid) == ("新店", "New <b>shop</b>", "wx0123456789abcdef")
    assert deeds(theatre)[0] == ("app.change", 1)
    page = owner.get(f"{HERE}?done=saved", headers=EN).text
    assert "Saved." in page
    assert "<b>shop</b>" not in page
    assert "New &lt;b&gt;shop" in page


def test_an_app_secret_is_entered_and_never_shown(owner: Client, theatre: Theatre) -> None:
    secret = "0123456789abcdef0123456789abcdef"
    early = send(owner, f"{HERE}/wechat", secret=secret)
    assert early.status_code == 409
    assert "Enter the AppID first" in early.text
    send(owner, HERE, zh="店", en="Shop", appid="wx0123456789abcdef")
    refused = send(owner, f"{HERE}/wechat", secret="too short &lt;")
    assert refused.status_code == 422
    assert "32 letters" in refused.text
    assert "too short" not in refused.text
    kept = send(owner, f"{HERE}/wechat", secret=secret)
    assert kept.headers["location"] == f"{HERE}?done=secret"
    assert theatre.records.app_secrets.opened(1, theatre.console().secret) == secret
    page = owner.get(f"{HERE}?done=secret", headers=EN).text
    assert "AppSecret saved 20" in page
    assert secret not in page
    gone = send(owner, f"{HERE}/wechat/remove")
    assert gone.headers["location"] == f"{HERE}?done=forgotten"
    assert theatre.records.app_secrets.find(1) is None
    assert [one for one, _ in deeds(theatre)][:2] == ["wechat.forget", "wechat.secret"]
    assert "entered the AppSecret" in owner.get(f"{HERE}/audit", headers=EN).text


def test_sensitive_properties_are_named(
    signed_in: Callable[[str], Client], theatre: Theatre
) -> None:
    admin = signed_in("admin")
    kept = send(admin, f"{HERE}/sensitive", sensitive=" salary，id card、salary\nnote ")
    assert kept.headers["location"] == f"{HERE}?done=saved"
    assert theatre.records.sensitive.of(1) == ("card", "id", "note", "salary")
    assert 'value="card, id, note, salary"' in admin.get(HERE, headers=EN).text
    assert deeds(theatre)[0][0] == "app.sensitive"
    refused = send(admin, f"{HERE}/sensitive", sensitive="x" * 65)
    assert refused.status_code == 422
    assert "Sensitive properties is longer" in refused.text
    many = send(admin, f"{HERE}/sensitive", sensitive=" ".join(f"p{n}" for n in range(101)))
    assert many.status_code == 422
    assert theatre.records.sensitive.of(1) == ("card", "id", "note", "salary")
    send(admin, f"{HERE}/sensitive", sensitive="")
    assert theatre.records.sensitive.of(1) == ()
    analyst = signed_in("analyst")
    assert send(analyst, f"{HERE}/sensitive", sensitive="x").status_code == 403


@pytest.mark.parametrize("who", ["viewer", "admin"])
def test_only_an_owner_enters_it(
    signed_in: Callable[[str], Client], theatre: Theatre, who: str
) -> None:
    client = signed_in(who)
    assert "h-wechat" not in client.get(HERE, headers=EN).text
    assert send(client, f"{HERE}/wechat", secret="0" * 32).status_code == 403
    assert theatre.records.app_secrets.find(1) is None


@pytest.mark.parametrize(
    ("language", "said"), [("zh", "中文名称 超过 64"), ("en", "Chinese name is longer")]
)
def test_a_name_of_ten_thousand_characters_is_refused_beside_its_field(
    owner: Client, theatre: Theatre, language: str, said: str
) -> None:
    answer = send(owner, HERE, language, zh="x" * 10_000, en="kept as typed", appid="")
    assert answer.status_code == 422
    assert said in answer.text
    assert 'aria-invalid="true" aria-describedby="w-zh"' in answer.text
    assert 'value="kept as typed"' in answer.text
    assert theatre.records.apps.named("cafe").zh == "小满咖啡"


def test_an_empty_title_is_refused(owner: Client) -> None:
    answer = send(owner, HERE, zh="店", en="  ", appid="")
    assert answer.status_code == 422
    assert 'aria-describedby="w-en"' in answer.text


def test_undeclared_events_are_accepted_or_set_aside(
    signed_in: Callable[[str], Client], theatre: Theatre
) -> None:
    admin = signed_in("admin")
    assert send(admin, f"{HERE}/events", undeclared="open").status_code == 303
    assert theatre.records.apps.named("cafe").undeclared == "open"
    assert send(admin, f"{HERE}/events", undeclared="loose").status_code == 422
    assert deeds(theatre)[0] == ("app.undeclared", 2)


def test_an_app_is_archived_and_comes_back(owner: Client, theatre: Theatre) -> None:
    assert send(owner, f"{HERE}/archive").headers["location"] == "/apps?done=archived"
    assert [app.name for app in theatre.records.apps.all()] == ["shop"]
    assert 'name="app" value="cafe"' in owner.get("/apps").text
    assert done(owner, "/apps?done=archived") == "App archived."
    assert done(owner, "/apps") == done(owner, "/apps?done=sold") == ""
    assert send(owner, "/apps/restore", app="cafe").headers["location"] == "/apps?done=restored"
    assert done(owner, "/apps?done=restored") == "App restored."
    assert [app.name for app in theatre.records.apps.all()] == ["cafe", "shop"]


# the tracker


def test_a_key_is_rotated_once_however_often_it_is_sent(owner: Client, theatre: Theatre) -> None:
    form = {"days": "14", "newest": "1"}
    assert send(owner, f"{HERE}/tracker/rotate", **form).status_code == 303
    again = send(owner, f"{HERE}/tracker/rotate", **form)
    assert again.status_code == 409
    assert "key was just rotated" in again.text
    new, old = theatre.records.keys.of(1)
    assert new.retires is None
    assert old.retires is not None
    assert timedelta(days=13) < old.retires - now() < timedelta(days=15)


@pytest.mark.parametrize("days", ["", "-1", "abc", "401", "1e9", "9" * 300, "١٢"])
def test_days_that_are_none_are_refused(owner: Client, theatre: Theatre, days: str) -> None:
    answer = send(owner, f"{HERE}/tracker/rotate", days=days, newest="1")
    assert answer.status_code == 422
    assert 'aria-describedby="w-days"' in answer.text
    assert len(theatre.records.keys.of(1)) == 1


def test_a_key_is_retired_and_one_of_another_app_is_not_there(
    signed_in: Callable[[str], Client], theatre: Theatre
) -> None:
    admin = signed_in("admin")
    foreign = theatre.records.keys.of(2)[0]
    assert send(admin, f"{HERE}/tracker/{foreign.id}/retire").status_code == 404
    assert theatre.records.keys.of(2)[0].retires is None
    own = theatre.records.keys.of(1)[0]
    assert send(admin, f"{HERE}/tracker/{own.id}/retire").status_code == 303
    assert theatre.records.keys.of(1)[0].retires is not None
    assert "retired" in admin.get(f"{HERE}/tracker", headers=EN).text


# members


def test_an_invitation_is_shown_once_and_leads_to_that_app_alone(
    owner: Client, theatre: Theatre, stranger: Client
) -> None:
    sent = send(owner, f"{HERE}/members/invite", email="li@example.com", role="viewer", where="")
    assert sent.status_code == 303
    answer = owner.get(sent.headers["location"])
    assert answer.headers["cache-control"] == "no-store"
    link = re.search(r"http://[^<]+(/invitation\?code=[\w-]+)", answer.text)
    assert link
    page = owner.get(f"{HERE}/members").text
    assert link[1] not in page
    assert "li@example.com" in page
    form = {
        "code": link[1].partition("=")[2], "name": "Li", "password": "a good password",
        "again": "a good password", "csrf": mark(stranger, link[1]),
    }  # fmt: skip
    assert stranger.post("/invitation", data=form).status_code == 200
    assert stranger.get("/a/cafe/overview").status_code == 200
    assert stranger.get("/a/shop/overview").status_code == 404
    assert stranger.get(f"{HERE}/members").status_code == 403
    person = theatre.records.accounts.find("li@example.com")
    assert person
    assert send(owner, f"{HERE}/members/{person.id}/remove").status_code == 303
    assert stranger.get("/a/cafe/overview").status_code == 404


def test_an_invitation_is_withdrawn(owner: Client, theatre: Theatre) -> None:
    code = theatre.records.invitations.create("x@example.com", 1, "viewer", now=now(), by=1)
    number = theatre.records.invitations.of(1, now=now())[0].id
    assert send(owner, f"/a/shop/settings/invitations/{number}/withdraw").status_code == 404
    assert send(owner, f"{HERE}/invitations/{number}/withdraw").status_code == 303
    assert theatre.records.invitations.find(code, now=now()) is None


def test_an_address_that_is_none_is_kept_to_be_mended(owner: Client) -> None:
    answer = send(owner, f"{HERE}/members/invite", email="<li>@", role="analyst", where="")
    assert answer.status_code == 422
    assert 'value="&lt;li&gt;@"' in answer.text
    assert '<option value="analyst" selected>' in answer.text


def test_nobody_gives_a_role_above_their_own(
    signed_in: Callable[[str], Client], theatre: Theatre
) -> None:
    admin = signed_in("admin")
    invited = send(admin, f"{HERE}/members/invite", email="a@b.cn", role="owner", where="")
    assert invited.status_code == 403
    assert 'value="owner"' not in admin.get(f"{HERE}/members").text
    viewer, boss = theatre.number("viewer"), theatre.number("owner")
    assert send(admin, f"{HERE}/members/{viewer}/role", role="owner").status_code == 403
    assert theatre.records.accounts.get(viewer).role(1) == "viewer"
    assert send(admin, f"{HERE}/members/{viewer}/role", role="admin").status_code == 303
    everywhere = send(admin, f"{HERE}/members/{boss}/remove", where="all")
    assert everywhere.status_code == 403
    invited = send(admin, f"{HERE}/members/invite", email="a@b.cn", role="viewer", where="all")
    assert invited.status_code == 403
    assert theatre.records.invitations.of(None, now=now()) == []


def test_a_role_is_not_given_to_someone_who_is_no_member(owner: Client, theatre: Theatre) -> None:
    neighbour = theatre.number("neighbour")
    assert send(owner, f"{HERE}/members/{neighbour}/role", role="viewer").status_code == 404
    assert theatre.records.accounts.get(neighbour).role(1) is None


def test_the_last_owner_stays(owner: Client, theatre: Theatre) -> None:
    answer = send(owner, f"{HERE}/members/1/remove", where="all")
    assert answer.status_code == 409
    assert "At least one owner" in answer.text
    assert theatre.records.accounts.get(1).role(None) == "owner"


def test_markup_in_the_name_of_a_member_stays_text(
    signed_in: Callable[[str], Client], theatre: Theatre
) -> None:
    evil = "<script>alert(1)</script>"
    theatre.records.accounts.change(2, name=evil, language=None, now=now(), by=2)
    theatre.records.tokens.create(1, ("report:read",), now=now(), name=evil, by=2)
    owner = signed_in("owner")
    for page in ("members", "tokens", "audit"):
        text = owner.get(f"{HERE}/{page}").text
        assert "<script>alert" not in text
        assert "&lt;script&gt;alert" in text


# tokens


def test_a_token_is_shown_once_opens_and_is_revoked(owner: Client, theatre: Theatre) -> None:
    form: dict[str, Any] = {"name": "BI", "scope": ["report:read", "events:write"], "days": "30"}
    sent = send(owner, f"{HERE}/tokens", **form)
    answer = owner.get(sent.headers["location"])
    token = re.search(r"mt_[\w-]+", answer.text)
    assert token
    assert answer.headers["cache-control"] == "no-store"
    assert token[0] not in owner.get(f"{HERE}/tokens").text
    found = theatre.records.tokens.find(token[0], now=now())
    assert found
    assert found[:2] == (1, frozenset({"report:read", "events:write"}))
    assert send(owner, f"{HERE}/tokens/{found[2]}/revoke").status_code == 303
    assert theatre.records.tokens.find(token[0], now=now()) is None
    assert send(owner, f"/a/shop/settings/tokens/{found[2]}/revoke").status_code == 404


def test_a_token_whose_maker_was_barred_is_refused_and_marked(
    owner: Client, theatre: Theatre
) -> None:
    admin = theatre.records.accounts.find("admin@example.org")
    assert admin
    made = theatre.records.tokens.create(1, ("report:read",), now=now(), name="BI", by=admin.id)
    address, headers = "/api/v1/apps/cafe/reports", {"Authorization": f"Bearer {made}"}
    mark = "创建者已失去其中部分权限"
    assert owner.get(address, headers=headers).status_code == 200
    assert mark not in owner.get(f"{HERE}/tokens").text
    theatre.records.accounts.disable(admin.id, now=now(), by=None)
    refused = owner.get(address, headers=headers)
    assert (refused.status_code, refused.json()["code"]) == (403, "missing_scope")
    assert mark in owner.get(f"{HERE}/tokens").text
    theatre.records.accounts.enable(admin.id, now=now(), by=None)
    assert owner.get(address, headers=headers).status_code == 200


@pytest.mark.parametrize(
    ("form", "field"),
    [
        ({"name": "", "scope": "report:read", "days": ""}, "name"),
        ({"name": "x" * 10_000, "scope": "report:read", "days": ""}, "name"),
        ({"name": "x", "days": ""}, "scope"),
        ({"name": "x", "scope": "everything", "days": ""}, "scope"),
        ({"name": "x", "scope": "report:read", "days": "0"}, "days"),
    ],
)
def test_a_token_that_is_wrong_names_its_field(
    owner: Client, theatre: Theatre, form: dict[str, str], field: str
) -> None:
    before = len(theatre.records.tokens.of(1))
    answer = send(owner, f"{HERE}/tokens", **form)
    assert answer.status_code == 422
    assert f'id="w-{field}"' in answer.text
    assert len(theatre.records.tokens.of(1)) == before


def test_an_admin_makes_no_token_that_may_more_than_they(
    signed_in: Callable[[str], Client], theatre: Theatre
) -> None:
    admin, before = signed_in("admin"), len(theatre.records.tokens.of(1))
    assert send(admin, f"{HERE}/tokens", name="x", scope="admin", days="").status_code == 403
    assert len(theatre.records.tokens.of(1)) == before
    assert 'value="admin"' not in admin.get(f"{HERE}/tokens").text


# who sees what


def test_a_viewer_sees_what_the_app_is_and_no_form(signed_in: Callable[[str], Client]) -> None:
    viewer = signed_in("viewer")
    page = viewer.get(HERE, headers=EN).text
    assert "Asia/Shanghai" in page
    assert f'action="{HERE}' not in page
    assert f'href="{HERE}/members"' not in page
    assert send(viewer, HERE, zh="x", en="x", appid="").status_code == 403
    assert send(viewer, f"{HERE}/tracker/rotate", days="1", newest="1").status_code == 403


def test_without_its_mark_no_form_is_taken(owner: Client, theatre: Theatre) -> None:
    for path in ("", "/archive", "/tracker/rotate", "/members/invite", "/tokens"):
        answer = owner.post(HERE + path, data={"zh": "x", "en": "x", "days": "1", "newest": "1"})
        assert answer.status_code == 403, path
    assert theatre.records.apps.named("cafe").zh == "小满咖啡"
    assert len(theatre.records.keys.of(1)) == 1


def test_a_key_made_within_the_hour_is_not_used_before_it_was_made(theatre: Theatre) -> None:
    """Use is known by the hour in which it was."""
    made = datetime(2026, 11, 20, 4, 20, tzinfo=UTC)
    theatre.records.keys.create(1, now=made, by=1)
    number = theatre.records.keys.of(1)[0].id
    used = {number: made.replace(minute=0)}
    console = replace(theatre.console(), keys_used=lambda _app: used)
    client = TestClient(create_app(console), raise_server_exceptions=False)
    sign_in(client, theatre)
    page = client.get(f"{HERE}/tracker", headers=EN).text
    assert "created 2026-11-20 12:20 · last used 2026-11-20 12:20" in page
    used[number] = made + timedelta(minutes=40)
    page = client.get(f"{HERE}/tracker", headers=EN).text
    assert "last used 2026-11-20 13:00" in page
