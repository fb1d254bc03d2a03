"""A user's data by API and by command, on a real server, and a backup from before the erasure."""

from __future__ import annotations

import csv
import io
import json
import time
import zipfile
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import httpx
import pytest

from tests.serve.server import Server, key_of, server

pytestmark = pytest.mark.waits

LI, WANG = "u-" + "L" * 26, "u-" + "W" * 26
SECRETS = (LI, WANG, "13700001234")


#: One moment for all, so that events come in the order of their numbers.
BEGAN = time.time_ns() // 1_000_000 - 60_000
#: The day of all events: not today's when the tests run through midnight.
DAY = datetime.fromtimestamp(BEGAN / 1000, ZoneInfo("Asia/Shanghai")).date().isoformat()


def event(n: int, name: str = "page_view", **more: Any) -> dict[str, Any]:
    return {
        "id": f"0000{n:04d}-0000-4000-8000-000000000000",
        "n": name,
        "t": BEGAN + n,
        "s": "s",
        "p": "pages/a",
    } | more


def send(one: Server, device: str, unionid: str, *events: dict[str, Any]) -> None:
    ids = (
        {"wechat-unionid": unionid, "mobile": "13700001234"}
        if unionid == LI
        else {"wechat-unionid": unionid}
    )
    send_as(one, device, ids, *events)


def send_as(one: Server, device: str, ids: dict[str, str], *events: dict[str, Any]) -> None:
    body = {
        "v": 1,
        "k": key_of(one),
        "d": device,
        "ids": ids,
        "sent": time.time_ns() // 1_000_000,
        "ev": events,
    }
    assert httpx.post(f"{one.url}/v1/collect", json=body, timeout=20).json()["accepted"] == len(
        events
    )


class Api:
    """The API of the shop with a token."""

    def __init__(self, one: Server, *scopes: str) -> None:
        words = [word for scope in scopes for word in ("--scope", scope)]
        token = one.command("tokens", "create", "shop", *words).split()[-1]
        self._client = httpx.Client(
            base_url=f"{one.url}/api/v1/apps", headers={"authorization": f"Bearer {token}"}, timeout=60
        )  # fmt: skip

    def post(self, do: str, app: str = "shop", **body: Any) -> httpx.Response:
        return self._client.post(f"/{app}/persons/{do}", json=body)

    def get(self, path: str, app: str = "shop", **asked: str) -> httpx.Response:
        return self._client.get(f"/{app}/persons/{path}", params=asked)

    def ask(self, path: str, **body: Any) -> httpx.Response:
        return self._client.post(f"/shop/{path}", json=body)

    def lists(self, name: str) -> httpx.Response:
        return self._client.get(f"/shop/identities/{name}")

    def close(self) -> None:
        self._client.close()


def visits(one: Server) -> int:
    over = ("--from", DAY, "--to", DAY)
    text = one.command("report", "overview.trend", "--app", "shop", *over, "--format", "json")
    body = json.loads(text)
    return sum(row["visits"] or 0 for row in body["rows"])


def test_by_api_by_command_and_after_a_restore(tmp_path: Path) -> None:
    with server(tmp_path / "data") as one:
        one.inside_this_process("apps", "create", "other")
        profile = event(3, "profile", ty="profile", pr={"city": "深圳"})
        send(one, "phone-li", LI, *(event(n) for n in range(3)), profile)
        send(one, "phone-wang", WANG, *(event(10 + n) for n in range(5)))
        one.settle()
        assert visits(one) == 8
        one.command("backup", str(tmp_path / "backups"))
        owner, poor = Api(one, "admin"), Api(one, "report:read")
        looked_at(owner, poor)
        merged_and_parted(one, owner, poor)
        handed_out(owner)
        refused(owner, poor)
        erased(one, owner)
        typed(one, owner, poor)
        for api in (owner, poor):
            api.close()
        one.stop()
        log = one.log.read_text()
        kept = b"".join(file.read_bytes() for file in one.data.glob("records.sqlite*"))
        assert not [text for text in SECRETS if text in log or text.encode() in kept]
    beside = (tmp_path / "backups" / "minilens-erasures.jsonl").read_text().splitlines()
    assert len(beside) == 2
    restored(tmp_path)


def looked_at(owner: Api, poor: Api) -> None:
    """Li, found by a phone number; nobody without the right finds anybody."""
    found = owner.post("find", person="mobile=+86 137-0000-1234").json()
    assert found == owner.post("find", person=f"wechat-unionid={LI}").json()
    who = found["person"]
    one = owner.get(who).json()
    assert sorted(i["type"] for i in one["facts"]["identities"]) == [
        "device",
        "mobile",
        "wechat-unionid",
    ]
    assert {i["beside"] for i in one["facts"]["identities"]} <= {
        "device",
        "mobile",
        "wechat-unionid",
    }
    totals = one["facts"]["totals"]
    assert (totals["launches"], totals["visits"], totals["events"]) == (1, 3, 4)
    assert one["facts"]["properties"] == {"city": "深圳"}
    assert (one["merges"], one["apart"]) == ([], [])
    line = owner.get(f"{who}/events").json()
    assert [event["name"] for event in line["events"]] == ["profile", *["page_view"] * 3]
    assert (line["older"], line["names"]) == (None, {"page_view": 3, "profile": 1})
    only = owner.get(f"{who}/events", event="profile").json()["events"]
    assert [event["properties"] for event in only] == [{"city": "深圳"}]
    for answer, status, code in (
        (poor.get(who), 403, "missing_scope"),
        (poor.post("find", person=who), 403, "missing_scope"),
        (owner.get("p99"), 404, "no_such_person"),
        (owner.get("x" * 500), 404, "no_such_person"),
        (owner.get(f"p{2**32}"), 404, "no_such_person"),
        (owner.get(f"{who}/events", before="' OR 1"), 422, "bad_value"),
        (owner.post("find", person={"a": 1}), 422, "wrong_type"),
        (owner.post("find", person="mobile=13900000000"), 404, "no_such_person"),
        (owner.get(who, app="other"), 404, "unknown_app"),
    ):
        assert (answer.status_code, answer.json()["code"]) == (status, code), answer.url


def merged_and_parted(one: Server, owner: Api, poor: Api) -> None:
    """Li and Wang are one, and then are not; each is found by their own number again."""
    li = owner.post("find", person=f"wechat-unionid={LI}").json()["person"]
    wang = owner.post("find", person=f"wechat-unionid={WANG}").json()["person"]
    made = owner.ask("identities/merges", one=li, other=wang, why="one card").json()["merge"]
    gone, kept = sorted((li, wang), reverse=True)
    assert owner.post("find", person=gone).json() == {"person": kept}
    assert owner.get(gone).status_code == 404
    (merge,) = owner.get(kept).json()["merges"]
    assert (merge["merge"], merge["other"], merge["cause"], merge["undone"]) == (
        made,
        gone,
        "hand",
        False,
    )
    (pair,) = owner.lists("merges").json()["pairs"]
    assert (pair["merge"], pair["persons"], pair["state"]) == (made, [kept, kept], "live")
    assert owner.lists("largest").json()["persons"][0] == {
        "person": kept,
        "identities": 5,
        "devices": 2,
    }
    for answer, status, code in (
        (owner.ask("identities/merges", one=kept, other=kept), 409, "same_person"),
        (owner.ask("identities/merges", one=kept, other="p99"), 404, "no_such_person"),
        (owner.ask("identities/merges", one=kept, other="x"), 422, "bad_value"),
        (owner.ask("identities/merges", one=kept, other=gone, why="x" * 200), 422, "too_long"),
        (owner.ask(f"identities/merges/{made + 1}/undo"), 404, "no_such_merge"),
        (poor.ask("identities/merges", one=kept, other=gone), 403, "missing_scope"),
        (poor.lists("conflicts"), 403, "missing_scope"),
    ):
        assert (answer.status_code, answer.json()["code"]) == (status, code), answer.url
    assert owner.ask(f"identities/merges/{made}/undo", why="two sisters").json() == {"merge": made}
    assert owner.ask(f"identities/merges/{made}/undo").status_code == 404
    for number in (li, wang):
        assert owner.get(number).json()["merges"][0]["undone"]
        assert owner.get(number).json()["apart"][0]["why"] == "two sisters"
    assert owner.lists("broken").json() == {"broken": []}
    one.settle()
    assert visits(one) == 8


def typed(one: Server, owner: Api, poor: Api) -> None:
    """A value that is nobody's: phones that send it are two users; a type gets another limit."""
    said = {"type": "c_memberid", "value": "no-card-1"}
    assert owner.ask("identities/blocked", **said, dry_run=True).json()["saved"] is False
    assert owner.lists("types").json()["blocked"] == []
    assert owner.ask("identities/blocked", **said).json()["saved"] is True
    (blocked,) = owner.lists("types").json()["blocked"]
    assert (blocked["type"], blocked["shown"]) == ("c_memberid", "no-…d-1")
    time.sleep(1.2)  # the receiver looks twice a second
    for n, device in enumerate(("phone-x", "phone-y")):
        send_as(one, device, {"c_memberid": "no-card-1"}, event(50 + n))
    one.settle()
    x, y = (
        owner.post("find", person=f"device={d}").json()["person"] for d in ("phone-x", "phone-y")
    )
    assert x != y
    assert owner.post("find", person="c_memberid=no-card-1").status_code == 404
    assert owner.ask("identities/blocked/remove", hash=blocked["hash"]).status_code == 200
    before = {row["name"]: row for row in owner.lists("types").json()["types"]}["c_memberid"]
    changed = owner.ask("identities/types", name="c_memberid", most=2, version=before["version"])
    assert changed.json()["saved"] is True
    for answer, status, code in (
        (
            owner.ask("identities/types", name="c_memberid", most=3, version=before["version"]),
            409,
            "changed_meanwhile",
        ),
        (owner.ask("identities/types", name="c_memberid", most=5000), 422, "out_of_range"),
        (owner.ask("identities/types", name="c_memberid", most="x"), 422, "wrong_type"),
        (owner.ask("identities/types", name="1a"), 422, "bad_identity_type"),
        (owner.ask("identities/order", order=["mobile"]), 422, "bad_value"),
        (owner.ask("identities/blocked", type="nope", value="x"), 422, "unknown_choice"),
        (owner.ask("identities/blocked", type="mobile", value="null"), 422, "value_of_nobody"),
        (owner.ask("identities/blocked/remove", hash="zz"), 404, "not_found"),
        (poor.lists("types"), 403, "missing_scope"),
    ):
        assert (answer.status_code, answer.json()["code"]) == (status, code), answer.url


def handed_out(owner: Api) -> None:
    """All there is of Li."""
    assert owner.post("export", person=f"wechat-unionid={LI}").status_code == 200
    made = owner.post("export", person="mobile=+86 137-0000-1234")
    assert (made.status_code, made.headers["cache-control"]) == (200, "no-store")
    with zipfile.ZipFile(io.BytesIO(made.content)) as held:
        files = {name: held.read(name).decode() for name in held.namelist()}
    told = json.loads(files["person.json"])
    assert sorted(one["type"] for one in told["identities"]) == [
        "device",
        "mobile",
        "wechat-unionid",
    ]
    assert told["properties"] == {"city": "深圳"}
    assert len(list(csv.DictReader(io.StringIO(files["events.csv"])))) == 4
    events = json.loads(files["events.json"])
    assert [row["event_name"] for row in events] == ["page_view"] * 3 + ["profile"]
    assert events[-1]["props"] == {"city": "深圳"}
    assert json.loads(files["waiting.json"]) == []


def refused(owner: Api, poor: Api) -> None:
    """Whom nobody is, and who may not."""
    for do, body, status, code in (
        ("export", {"person": ""}, 422, "bad_person"),
        ("erase", {"person": "nobody"}, 422, "bad_person"),
        ("erase", {"person": "p99"}, 404, "no_such_person"),
        ("erase", {"person": "mobile=13912345678"}, 404, "no_such_person"),
        ("erase", {"person": 7}, 422, "wrong_type"),
        ("erase", {"person": "p1", "only_this": True}, 404, "no_such_person"),
    ):
        answer = owner.post(do, **body)
        assert (answer.status_code, answer.json()["code"]) == (status, code), body
    assert poor.post("erase", person="p1").status_code == 403
    assert owner.post("erase", app="other", person="p1").status_code == 404
    assert owner.post("erase", app="nowhere", person="p1").status_code == 404


def erased(one: Server, owner: Api) -> None:
    """Li by API, Wang by command."""
    done = owner.post("erase", person="mobile=13700001234").json()
    assert (done["whole"], done["counts"]["events"]) == (True, 4)
    assert owner.post("export", person="mobile=13700001234").status_code == 404
    one.settle()
    assert visits(one) == 5
    send(one, "phone-li", LI, event(30))
    one.settle()
    assert visits(one) == 5, "what was before comes too late"
    listed = json.loads(one.command("person", "erased", "shop", "--format", "json"))
    assert [(row["id"], row["events"], row["by"]) for row in listed] == [
        (done["id"], 4, "command line")
    ]
    by_hand = one.command("person", "erase", "shop", f"wechat-unionid={WANG}", "--yes")
    assert "events: 5" in by_hand
    one.settle()
    assert visits(one) == 0


def restored(tmp_path: Path) -> None:
    """The backup of before has both; a server on it has neither."""
    (file,) = (tmp_path / "backups").glob("*.tar")
    again = Server(tmp_path / "again")
    again.command("restore", str(file), "--data", str(again.data))
    assert again.rows("SELECT count() FROM events") == [[[9]]]
    again.start()
    try:
        again.settle()
        assert visits(again) == 0
        listed = json.loads(again.command("person", "erased", "shop", "--format", "json"))
        assert [row["events"] for row in listed] == [5, 4]
    finally:
        again.stop()
    assert again.rows(
        "SELECT count() FROM events", "SELECT countIf(kind != 'erased') FROM person_map"
    ) == [[[0]], [[0]]]
