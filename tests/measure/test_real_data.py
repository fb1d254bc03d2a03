"""Two files of real data, imported by command, give the figures that were counted by brute force.

A year of a grocery chain and five days of a web server; where they are, MINILENS_SHARED says. What the
report shows is asked of the report, everything else of the events.
"""

from __future__ import annotations

import csv
import json
import os
from pathlib import Path

import pytest

from tests import prepared
from tests.measure.ltv import journey

ROOT = Path(__file__).resolve().parents[2]
DATA = Path(os.environ.get("MINILENS_SHARED", ROOT.parent / "shared")) / "data"
JOURNEY, LOG = "complete_journey.csv.gz", "semicomplete.csv.gz"
Rows = list[list[object]]

#: With these a file is of one process: each of several would import everything anew.
pytestmark = pytest.mark.waits

#: Asks the warehouse in a process of its own, as one process at a time may open it.
ASK = """
import json, sys
from minilens.warehouse.engine import Engine
engine = Engine(sys.argv[1])
asked = json.load(sys.stdin)
print(json.dumps([[list(row) for row in engine.rows(sql)] for sql in asked], default=str))
engine.close()
"""
EVENTS = "FROM events WHERE app = (SELECT app FROM events GROUP BY app HAVING {which})"
IN_JOURNEY = EVENTS.format(which="countIf(name = 'pay_success') > 0")
IN_LOG = EVENTS.format(which="countIf(name = 'pay_success') = 0")
PAID = f"count(), uniqExact(person), toString(sum(value)) {IN_JOURNEY} AND name = 'pay_success'"
TOP_PAGES = (
    "SELECT value, sum(visits) AS n, groupBitmapMerge(visitors) FROM days WHERE dimension = 'page' "
    "AND traffic = 'release' AND (app, day, build) IN (SELECT app, day, max(build) FROM builds GROUP BY app, day) "
    "GROUP BY value ORDER BY n DESC LIMIT 4"
)
QUESTIONS: dict[str, tuple[str, Rows]] = {
    "events and persons": (f"SELECT count(), uniqExact(person) {IN_JOURNEY}", [[164_539, 2_469]]),
    "first and last day": (
        f"SELECT toString(min(day)), toString(max(day)) {IN_JOURNEY}",
        [["2016-11-14", "2018-01-01"]],
    ),
    "payments": (f"SELECT {PAID}", [[155_848, 2_469, "4596039.58"]]),
    "more than one payment": (
        f"SELECT sum(n > 1) FROM (SELECT count() AS n {IN_JOURNEY} AND name = 'pay_success' GROUP BY person)",
        [[2_438]],
    ),
    "payments of a day": (f"SELECT {PAID} AND day = '2017-12-24'", [[652, 492, "24831.81"]]),
    "payments of a month": (
        f"SELECT {PAID} AND toYYYYMM(day) = 201705",
        [[13_734, 2_077, "404879.57"]],
    ),
    "persons with a campaign": (
        f"SELECT uniqExact(person) {IN_JOURNEY} AND name = 'campaign_received'",
        [[1_559]],
    ),
    "other events": (
        f"SELECT toString(name), count() {IN_JOURNEY} AND name != 'pay_success' GROUP BY name ORDER BY name",
        [["campaign_received", 6_589], ["coupon_redeemed", 2_102]],
    ),
    "currency": (
        f"SELECT DISTINCT toString(currency) {IN_JOURNEY} AND name = 'pay_success'",
        [["USD"]],
    ),
    "each event has an id of its own": (
        f"SELECT * FROM (SELECT uniqExact(id) {IN_JOURNEY} UNION ALL SELECT uniqExact(id) {IN_LOG}) ORDER BY 1",
        [[9_535], [164_539]],
    ),
    "visits and persons of the log": (
        f"SELECT count(), uniqExact(person) {IN_LOG} AND name = 'page_view'",
        [[9_535, 1_782]],
    ),
    "top pages": (
        f"SELECT toString(page), count() AS n, uniqExact(person) {IN_LOG} GROUP BY page ORDER BY n DESC LIMIT 4",
        [
            ["/favicon.ico", 799, 695],
            ["/", 572, 221],
            ["/style2.css", 546, 522],
            ["/reset.css", 538, 515],
        ],
    ),
    "top pages as they were made": (
        TOP_PAGES,
        [
            ["/favicon.ico", 799, 695],
            ["/", 572, 221],
            ["/style2.css", 546, 522],
            ["/reset.css", 538, 515],
        ],
    ),
    "the ledger, with a second import of each": (
        "SELECT sum(received), sum(refused), sum(loaded), sum(duplicate), sum(quarantined) FROM ledger",
        [[2 * 174_074, 0, 174_074, 174_074, 0]],
    ),
}  # fmt: skip


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder into which both files were imported twice."""
    for name in (JOURNEY, LOG):
        if not (DATA / name).exists():
            pytest.skip(f"{name} is not there; set MINILENS_SHARED to the folder that holds data/")
    data = tmp_path_factory.mktemp("real") / "data"
    both = (
        ["import", str(DATA / JOURNEY), "--app", "grocer"],
        ["import", str(DATA / LOG), "--app", "site"],
    )
    for _ in ("once", "again"):
        journey, log = minilens(data, *both)
        assert "164,539 events read, 0 lines rejected" in journey
        assert "9,535 events read, 0 lines rejected" in log
    return data


def minilens(data: Path, *commands: list[str]) -> list[str]:
    """What each of these commands says."""
    said = []
    for words in commands:
        done = prepared.run(words, os.environ | {"MINILENS_DATA": str(data), "LC_ALL": "C.UTF-8"})
        assert done.returncode == 0, done.stderr
        said.append(done.stdout)
    return said


@pytest.fixture(scope="module")
def answers(folder: Path) -> dict[str, Rows]:
    """What the warehouse says to each question."""
    sqls = json.dumps([sql for sql, _ in QUESTIONS.values()])
    done = prepared.python(ASK, [f"chdb://{folder}/warehouse"], os.environ, given=sqls)
    assert done.returncode == 0, done.stderr
    return dict(zip(QUESTIONS, json.loads(done.stdout), strict=True))


@pytest.mark.parametrize("question", QUESTIONS)
def test_the_warehouse_says(answers: dict[str, Rows], question: str) -> None:
    assert answers[question] == QUESTIONS[question][1]


def reports(data: Path, *asked: str) -> list[dict[str, list[str]]]:
    """The columns of the trend, as CSV, of each of these: an app, first and last day, grain."""
    calls = []
    for words in asked:
        app, first, last, grain = words.split()
        where = ["--app", app, "--from", first, "--to", last, "--grain", grain]
        calls.append(["report", "overview.trend", *where, "--format", "csv"])
    found = []
    for text in minilens(data, *calls):
        rows = list(csv.DictReader(text.lstrip("\ufeff").splitlines()))
        found.append({name: [row[name] for row in rows] for name in rows[0]})
    return found


def test_the_report_of_the_log(folder: Path) -> None:
    day, month, week = reports(
        folder,
        "site 2015-05-16 2015-05-22 day",
        "site 2015-05-01 2015-05-31 month",
        "site 2015-05-11 2015-05-24 week",
    )
    assert day["visits"] == ["0", "586", "2774", "2766", "2756", "653", "0"]
    assert day["visitors"] == ["0", "149", "602", "629", "546", "168", "0"]
    assert sum(map(int, day["launches"])) == 3_069
    assert sum(map(int, day["new_users"])) == 1_782
    assert day["total_users"][-1] == "1782"
    assert month["visits"] == ["9535"]
    assert month["visitors"] == month["new_users"] == month["total_users"] == ["1782"]
    assert month["launches"] == ["3069"]
    assert week["day"] == ["2015-05-11", "2015-05-18"]
    assert week["visits"] == ["586", "8949"]


def test_a_grocer_has_payments_but_no_visits(folder: Path) -> None:
    (shown,) = reports(folder, "grocer 2016-11-14 2018-01-01 month")
    for name in ("visits", "visitors", "launches", "total_users"):
        assert set(shown[name]) == {"0"}


BUYERS = {
    "kind": "ltv", "first": {"event": "pay_success"}, "return": {"event": "pay_success"}, "grain": "month",
    "from": "2016-11-14", "to": "2018-01-01",
}  # fmt: skip
CELLS = (0, 30, 90, 365)


def test_what_households_are_worth(folder: Path, tmp_path: Path) -> None:
    """Cohorts by the month of the first payment: returns, repeat purchases, orders and revenue, up to now and by days
    later, equal a count from the file."""
    told = [BUYERS, BUYERS | {"show": "triangle", "days": list(CELLS)}]
    files = [tmp_path / f"{n}.json" for n in range(len(told))]
    for file, one in zip(files, told, strict=True):
        file.write_text(json.dumps(one), "utf-8")
    calls = [["ask", "grocer", str(file), "--format", "csv"] for file in files]
    listed, cells = (
        [row for row in csv.DictReader(text.lstrip("\ufeff").splitlines()) if row["day"]]
        for text in minilens(folder, *calls)
    )
    months = journey.cohorts(DATA / JOURNEY)
    assert len(months) > 5
    for row in listed:
        users, *back, repeat, orders, revenue = months.get((row["day"],), ["0"] * 7)
        assert (row["cohort_users"], row["repeat_buyers"], row["orders"]) == (users, repeat, orders)
        assert row["buyers"] == users
        assert float(row["revenue"]) == pytest.approx(float(revenue))
        for days, count in zip((7, 14, 30), back, strict=True):
            rate = row[f"return_rate_{days}"]
            assert (float(rate or 0)) == pytest.approx(int(count) / max(1, int(users)))
    assert sum(float(row["revenue"]) for row in listed) == pytest.approx(4_596_039.58)
    assert sum(int(row["cohort_users"]) for row in listed) == 2_469
    assert sum(int(row["repeat_buyers"]) for row in listed) == 2_438
    right = journey.triangle(DATA / JOURNEY, CELLS)
    for row in cells:
        repeat, orders, revenue = right.get((row["day"], row["days_later"]), ["0", "0", "0"])
        assert (row["repeat_buyers"], row["orders"]) == (repeat, orders)
        assert float(row["revenue"]) == pytest.approx(float(revenue))
        assert {row["currency"]} == {"USD"}
