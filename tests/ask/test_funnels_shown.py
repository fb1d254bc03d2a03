"""What else is shown of funnels in situations that those of other products are tried with: groups, trends, times."""

from __future__ import annotations

from typing import Any

import pytest

from tests.ask.stories import Case, funnel, of_range

TWO_WEEKS = of_range("06-01", "06-14")
REFUND = [{"event": "refund_request"}]
BY_BROWSER = {"groups": [{"property": "browser"}]}
GROUPED = ("property.browser", "step", "persons")
TWO_BROWSERS = """
a: s@0{browser=Chrome} p@1h{browser=Chrome} b@2h{browser=Chrome}
b: s@0{browser=Safari} p@2h{browser=Chrome}
c: s@0 p@1h{browser=Safari}
d: s@0{browser=Safari}
"""
CASES: dict[str, Case] = {
    "nobody": Case("e: o@0", funnel(), ("persons", "from_first", "mean_time"), [(0, None, None)] * 3),
    "left out, and through by a later attempt": Case(
        "a: s@0 x@1s p@31s s@1h p@1h29s", funnel("s", "p", window="30s", excluded=REFUND, ended="left_out"),
        ("persons", "mean_time"), [(1, None), (1, 29)],
    ),
    "left out in one week, not in another": Case(
        "a: s@0 x@1h p@2h s@7d p@8d\nb: s@0 p@1h",
        funnel("s", "p", show="each_day", grain="week", excluded=REFUND, ended="left_out", **TWO_WEEKS),
        ("day", "step_1", "step_2"), [("2026-06-01", 1, 1), ("2026-06-08", 1, 1)],
    ),
    "a trend of groups": Case(
        "a: s@0{browser=Chrome} p@1h\nb: s@1d{browser=Chrome}\nc: s@1d{browser=Safari} p@25h",
        funnel("s", "p", show="trend", groups=[{"property": "browser"}], **of_range("06-01", "06-02")),
        ("property.browser", "day", "step_1", "step_2"),
        [("Chrome", "2026-06-01", 1, 1), ("Chrome", "2026-06-02", 1, 0), ("Safari", "2026-06-01", 0, 0),
         ("Safari", "2026-06-02", 1, 1)],
    ),
    "a trend by hours": Case(
        "a: s@10m p@20m\nb: s@50m p@70m\nc: s@2h",
        funnel("s", "p", show="trend", grain="hour"), ("moment", "step_1", "step_2"),
        [("2026-06-01T00:00:00+08:00", 2, 2), ("2026-06-01T01:00:00+08:00", 0, 0),
         ("2026-06-01T02:00:00+08:00", 1, 0)],
    ),
    "times in rows of one width": Case(
        "a: s@0 p@1h b@3h\nb: s@0 p@37m\nc: s@0 p@23h", funnel(show="times", step=2, bins=3),
        ("from_time", "to_time", "count"), [(2220, 29081, 2), (29081, 55942, 0), (55942, 82803, 1)],
    ),
    "times of one event as all steps": Case(
        "a: s@0 s@1h s@3h\nb: s@0 s@37m\nc: s@0 s@23h", funnel("s", "s", "s", show="times", step=2, bins=7),
        ("from_time", "to_time", "count"),
        [(2220, 13732, 2), (13732, 25244, 0), (25244, 36756, 0), (36756, 48268, 0), (48268, 59780, 0),
         (59780, 71292, 0), (71292, 82804, 1)],
    ),
    "times in any order": Case(
        "a: b@0 s@1h p@3h\nb: s@0 p@37m\nc: p@0 s@23h", funnel(order="any", show="times", step=2, bins=1),
        ("from_time", "to_time", "count"), [(2220, 82801, 3)],
    ),
    "times of nobody": Case("a: s@0", funnel("s", "p", show="times", bins=3), ("count",), []),
    "times from one step to another": Case(
        "a: v@0 s@1h p@2h b@4h\nb: v@0 s@1h p@2h b@5h",
        funnel("v", "s", "p", "b", show="times", from_step=2, step=4, bins=1),
        ("from_time", "to_time", "count"), [(10800, 14401, 2)],
    ),
    "groups by the entry": Case(
        TWO_BROWSERS, funnel(**BY_BROWSER), GROUPED,
        [("Safari", 1, 2), ("Safari", 2, 1), ("Safari", 3, 0), (None, 1, 1), (None, 2, 1), (None, 3, 0),
         ("Chrome", 1, 1), ("Chrome", 2, 1), ("Chrome", 3, 1)],
    ),
    "groups by the last step": Case(
        TWO_BROWSERS, funnel(attributed="last", **BY_BROWSER), GROUPED,
        [("Chrome", 1, 2), ("Chrome", 2, 2), ("Chrome", 3, 1), ("Safari", 1, 2), ("Safari", 2, 1),
         ("Safari", 3, 0)],
    ),
    "groups by a step": Case(
        TWO_BROWSERS, funnel("s", "p", attributed=2, **BY_BROWSER), GROUPED,
        [("Chrome", 1, 2), ("Chrome", 2, 2), ("(not reached)", 1, 1), ("(not reached)", 2, 0),
         ("Safari", 1, 1), ("Safari", 2, 1)],
    ),
    "groups, each value by itself": Case(
        TWO_BROWSERS, funnel(attributed="each", **BY_BROWSER), GROUPED,
        [("Safari", 1, 2), ("Safari", 2, 0), ("Safari", 3, 0), (None, 1, 1), (None, 2, 0), (None, 3, 0),
         ("Chrome", 1, 1), ("Chrome", 2, 1), ("Chrome", 3, 1)],
    ),
    "somebody in two groups": Case(
        "a: s@0{browser=Chrome} s@1h{browser=Safari} p@2h{browser=Safari}",
        funnel("s", "p", attributed="each", **BY_BROWSER), GROUPED,
        [("Chrome", 1, 1), ("Chrome", 2, 0), ("Safari", 1, 1), ("Safari", 2, 1)],
    ),
    "of two values a day": Case(
        "a: s@0{browser=Chrome} s@25h{browser=Safari} p@26h{browser=Safari}",
        funnel("s", "p", attributed="each", show="trend", **BY_BROWSER, **of_range("06-01", "06-02")),
        ("property.browser", "day", "step_1", "step_2"),
        [("Chrome", "2026-06-01", 1, 0), ("Chrome", "2026-06-02", 0, 0), ("Safari", "2026-06-01", 0, 0),
         ("Safari", "2026-06-02", 1, 1)],
    ),
    "everybody once among the smaller groups": Case(
        "a: s@0{browser=A}\nb: s@0{browser=A} s@1h{browser=B}\nc: s@0{browser=B} s@1h{browser=C} p@2h{browser=C}\n"
        "d: s@0{browser=A}", funnel("s", "p", attributed="each", top=1, **BY_BROWSER), GROUPED,
        [("A", 1, 3), ("A", 2, 0), ("(rest)", 1, 2), ("(rest)", 2, 1)],
    ),
    "groups by two values": Case(
        "a: s@0{browser=Chrome,os=A} p@1h\nb: s@0{browser=Chrome,os=B}\nc: s@0{browser=Chrome,os=A}",
        funnel("s", "p", groups=[{"property": "browser"}, {"property": "os"}]),
        ("property.browser", "property.os", "persons"),
        [("Chrome", "A", 2), ("Chrome", "A", 1), ("Chrome", "B", 1), ("Chrome", "B", 0)],
    ),
    "the smaller groups together": Case(
        "a: s@0{browser=A}\nb: s@0{browser=A}\nc: s@0{browser=B} p@1h\nd: s@0{browser=C}",
        funnel("s", "p", top=1, **BY_BROWSER), GROUPED,
        [("A", 1, 2), ("A", 2, 0), ("(rest)", 1, 2), ("(rest)", 2, 1)],
    ),
    "a trend of nobody": Case(
        "a: s@-1h p@0", funnel("s", "p", show="trend", **of_range("06-01", "06-02")),
        ("day", "step_1", "step_2", "from_first"), [("2026-06-01", 0, 0, None), ("2026-06-02", 0, 0, None)],
    ),
    "a trend by months where the app is": Case(
        "a: s@30d p@30d1h", funnel("s", "p", show="trend", grain="month", **of_range("06-01", "07-31")),
        ("day", "step_1", "step_2"), [("2026-06-01", 0, 0), ("2026-07-01", 1, 1)], zone="America/Los_Angeles",
    ),
    "a trend by the day of the entry": Case(
        "a: s@0 p@25h\nb: s@1h\nc: s@24h p@26h\nd: s@72h",
        funnel("s", "p", show="trend", **of_range("06-01", "06-04")),
        ("day", "step_1", "step_2", "from_first"),
        [("2026-06-01", 2, 1, 0.5), ("2026-06-02", 1, 1, 1), ("2026-06-03", 0, 0, None), ("2026-06-04", 1, 0, 0)],
    ),
    "each day of entry for itself": Case(
        "a: s@0 s@24h p@25h", funnel("s", "p", show="each_day", **of_range("06-01", "06-02")),
        ("day", "step_1", "step_2"), [("2026-06-01", 1, 1), ("2026-06-02", 1, 1)],
    ),
    "each week of entry for itself": Case(
        "a: s@0 s@24h p@25h\nb: s@6d s@7d p@7d1h",
        funnel("s", "p", show="each_day", grain="week", **TWO_WEEKS),
        ("day", "step_1", "step_2"), [("2026-06-01", 2, 2), ("2026-06-08", 1, 1)],
    ),
    "each hour of entry for itself": Case(
        "a: s@10m s@50m p@55m s@70m\nb: s@20m", funnel("s", "p", window="10m", show="each_day", grain="hour"),
        ("moment", "step_1", "step_2"), [("2026-06-01T00:00:00+08:00", 2, 1), ("2026-06-01T01:00:00+08:00", 1, 0)],
    ),
    "a trend by weeks that the range cuts": Case(
        "a: s@5d p@6d\nb: s@7d\nc: s@8d p@9d",
        funnel("s", "p", show="trend", grain="week", **of_range("06-06", "06-10")),
        ("day", "step_1", "step_2"), [("2026-06-01", 1, 1), ("2026-06-08", 2, 1)],
    ),
    "a trend by months": Case(
        "a: s@29d p@30d\nb: s@30d", funnel("s", "p", show="trend", grain="month", **of_range("06-01", "07-31")),
        ("day", "step_1", "step_2"), [("2026-06-01", 1, 1), ("2026-07-01", 1, 0)],
    ),
    "how long it took": Case(
        "a: s@0 p@1h b@3h\nb: s@0 p@37m\nc: s@0 p@23h", funnel(show="times", step=2),
        ("from_time", "to_time", "count"),
        [(0, 1, 0), (1, 10, 0), (10, 30, 0), (30, 60, 0), (60, 300, 0), (300, 900, 0), (900, 1800, 0),
         (1800, 3600, 1), (3600, 10800, 1), (10800, 21600, 0), (21600, 43200, 0), (43200, 86400, 1)],
    ),
    "median and mean of the time from the step before": Case(
        "a: s@0 p@1h b@3h\nb: s@0 p@37m\nc: s@0 p@23h", funnel(),
        ("mean_time", "median_time"), [(None, None), (29540, 3600), (7200, 7200)],
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_a_situation(ask: Any, name: str) -> None:
    case = CASES[name]
    assert case.read(ask(name)) == case.rows
