"""Situations that funnels of other products are tried with: what we answer, by the API."""

from __future__ import annotations

from typing import Any

import pytest

from tests.ask.stories import Case, funnel, of_range

WHO = ("persons",)
WEEK = of_range("06-01", "06-07")
TWO_WEEKS = of_range("06-01", "06-14")
REFUND = [{"event": "refund_request"}]
BY_BROWSER = {"groups": [{"property": "browser"}]}
GROUPED = ("property.browser", "step", "persons")
FIVE = """
a: s@0 p@1h b@2h
b: s@0 p@3h b@4h
c: s@0 b@1h p@2h
d: s@0
e: p@0 b@1h
"""
TWO_BROWSERS = """
a: s@0{browser=Chrome} p@1h{browser=Chrome} b@2h{browser=Chrome}
b: s@0{browser=Safari} p@2h{browser=Chrome}
c: s@0 p@1h{browser=Safari}
d: s@0{browser=Safari}
"""
CASES: dict[str, Case] = {
    "in order, with anything between": Case(
        "a: s@0 o@10m p@1h b@2h\nb: s@0 b@1h p@2h\nc: p@0 s@1h b@2h\nd: o@0", funnel(), WHO, [(3,), (2,), (1,)],
    ),
    "five persons in order": Case(FIVE, funnel(), WHO, [(4,), (3,), (2,)]),
    "strict: what stands between ends the way": Case(
        "a: s@0 p@1h b@2h\nb: s@0 o@10m p@1h b@2h\nc: s@0 p@1h o@90m b@2h", funnel(order="strict"), WHO,
        [(3,), (2,), (1,)],
    ),
    "strict: a later beginning is as good": Case(
        "a: s@0 o@10m s@1h p@2h b@3h", funnel(order="strict"), WHO, [(1,), (1,), (1,)],
    ),
    "strict: of a step twice the second goes on": Case(
        "a: s@0 s@1h p@2h\nb: s@0 p@1h p@2h b@3h", funnel(order="strict"), WHO, [(2,), (2,), (0,)],
    ),
    "whom an excluded event ended is left out": Case(
        "a: s@1h p@2h\nb: s@3h x@3h30m p@4h\nc: s@5h x@6h\nd: s@7h x@32h",
        funnel("s", "p", window="1d", excluded=REFUND, ended="left_out"), WHO, [(2,), (1,)],
    ),
    "whom an excluded event ended is left out of every step": Case(
        "a: s@0 p@1h x@90m b@2h\nb: s@0 p@1h b@2h x@3h\nc: s@0\nd: s@0 x@1h s@2h",
        funnel(excluded=REFUND, ended="left_out"), WHO, [(3,), (1,), (1,)],
    ),
    "left out, unless another attempt got as far": Case(
        "a: s@0 x@1s p@31s s@1h p@1h29s\nb: s@0 x@1s s@31s\nc: s@0 s@31s x@32s\nd: s@0 s@1s x@2s\n"
        "e: s@0 x@11s s@12s x@13s p@14s",
        funnel("s", "p", window="10s", excluded=REFUND, ended="left_out"), WHO, [(3,), (0,)],
    ),
    "left out, and through by a later attempt": Case(
        "a: s@0 x@1s p@31s s@1h p@1h29s", funnel("s", "p", window="30s", excluded=REFUND, ended="left_out"),
        ("persons", "mean_time"), [(1, None), (1, 29)],
    ),
    "each attempt that was ended is left out": Case(
        "a: s@0 x@1m s@2m p@3m s@1h x@61m\nb: s@0", funnel(
            "s", "p", window="30m", counts="attempts", excluded=REFUND, ended="left_out"), ("attempts",), [(2,), (1,)],
    ),
    "left out in one week, not in another": Case(
        "a: s@0 x@1h p@2h s@7d p@8d\nb: s@0 p@1h",
        funnel("s", "p", show="each_day", grain="week", excluded=REFUND, ended="left_out", **TWO_WEEKS),
        ("day", "step_1", "step_2"), [("2026-06-01", 1, 1), ("2026-06-08", 1, 1)],
    ),
    "any order: as many steps as were done": Case(
        FIVE, funnel(order="any"), WHO, [(5,), (4,), (3,)],
    ),
    "any order: the same event twice needs two of them": Case(
        "a: s@0 s@1h\nb: s@0\nc: p@0 s@1h s@2h", funnel("s", "s", "p", order="any"), WHO, [(3,), (2,), (1,)],
    ),
    "any order: all within the window from the first": Case(
        "a: b@0 p@1h s@25h\nb: b@0 p@1h s@24h", funnel(order="any", window="1d"), WHO, [(2,), (2,), (1,)],
    ),
    "one event as all steps": Case(
        "a: s@0\nb: s@0 s@1h\nc: s@0 s@1h s@2h\nd: s@0 s@1h s@2h s@3h", funnel("s", "s", "s"), WHO,
        [(4,), (3,), (2,)],
    ),
    "one event twice and another between": Case(
        "a: s@0 p@1h s@2h\nb: s@0 s@1h p@2h\nc: p@0 s@1h", funnel("s", "p", "s"), WHO, [(3,), (2,), (1,)],
    ),
    "onboarding and two views in one moment": Case(
        "a: s@0 v@1h v@1h", funnel("s", "v", "v"), WHO, [(1,), (1,), (1,)],
    ),
    "a window of seconds, with its edge": Case(
        "a: s@0 p@10s\nb: s@0 p@10s1ms\nc: s@0 s@9s p@15s", funnel("s", "p", window="10s"), WHO, [(3,), (2,)],
    ),
    "a window of minutes": Case(
        "a: s@0 p@14m b@16m\nb: s@0 p@14m b@15m", funnel(window="15m"), WHO, [(2,), (2,), (1,)],
    ),
    "a window of hours": Case(
        "a: s@0 p@1h b@3h1s\nb: s@0 p@1h b@3h", funnel(window="3h"), WHO, [(2,), (2,), (1,)],
    ),
    "a window of days that ends behind the range": Case(
        "a: s@0 p@1d b@13d\nb: s@0 p@1d b@15d", funnel(window="14d"), WHO, [(2,), (2,), (1,)],
    ),
    "a window of weeks": Case(
        "a: s@0 p@13d\nb: s@0 p@14d\nc: s@0 p@14d1ms", funnel("s", "p", window="2w"), WHO, [(3,), (2,)],
    ),
    "a window of months of the calendar": Case(
        "a: s@1h p@30d1h\nb: s@1h p@30d1h1ms\nc: s@0 p@30d", funnel("s", "p", window="1mo"), WHO, [(3,), (2,)],
    ),
    "an excluded event between steps that are not neighbours": Case(
        "a: s@0 x@30m p@1h b@2h v@3h\nb: s@0 p@1h x@90m b@2h v@3h\nc: s@0 p@1h b@2h x@150m v@3h\n"
        "d: s@0 p@1h b@2h v@3h",
        funnel("s", "p", "b", "v", excluded=[{"event": "refund_request", "after": 1, "before": 3}]), WHO,
        [(4,), (3,), (2,), (2,)],
    ),
    "the first entry ever": Case(
        "a: s@-3d s@0 p@1h\nb: s@0 s@1h p@2h\nc: s@1h\nd: s@-400d s@1h p@2h", funnel("s", "p", entry="first_ever"),
        WHO, [(2,), (1,)],
    ),
    "the first entry ever under a condition": Case(
        "a: s@-3d{plan=a} s@0{plan=b} p@1h\nb: s@-3d{plan=b} s@0{plan=b} p@1h",
        {"kind": "funnel", "entry": "first_ever", "steps": [
            {"event": "add_favorite", "where": {"property": "plan", "operator": "is", "values": ["b"]}},
            {"event": "add_to_cart"},
        ]}, WHO, [(1,), (1,)],
    ),
    "the first entry ever of somebody with two phones": Case(
        "phone1: s@-3d!li\nphone2: s@0!li p@1h\nphone3: s@0 p@1h", funnel("s", "p", entry="first_ever"), WHO,
        [(1,), (1,)],
    ),
    "two steps that may be left out": Case(
        "a: s@0 p@1h b@2h o@3h\nb: s@0 p@1h o@2h\nc: s@0 b@1h o@2h\nd: s@0 o@1h",
        {"kind": "funnel", "steps": [
            {"event": "add_favorite"}, {"event": "add_to_cart", "optional": True},
            {"event": "pay_success", "optional": True}, {"event": "share"},
        ]}, ("way", "step", "persons"),
        [("with", 1, 4), ("with", 2, 2), ("with", 3, 1), ("with", 4, 1),
         ("without 2", 1, 4), ("without 2", 2, 2), ("without 2", 3, 2),
         ("without 3", 1, 4), ("without 3", 2, 2), ("without 3", 3, 2),
         ("without 2, 3", 1, 4), ("without 2, 3", 2, 4)],
    ),
    "whatever people do as a step": Case(
        "a: s@0 o@1h\nb: s@0\nc: o@0 s@1h\nd: s@0 s@1h",
        {"kind": "funnel", "steps": [{"event": "add_favorite"}, {"event": "*"}]}, WHO, [(4,), (2,)],
    ),
    "whatever people do as the beginning": Case(
        "a: o@0 s@1h\nb: s@0\nc: s@0 s@1h",
        {"kind": "funnel", "steps": [{"event": "*"}, {"event": "add_favorite"}]}, WHO, [(3,), (2,)],
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
    "times from one step to another": Case(
        "a: v@0 s@1h p@2h b@4h\nb: v@0 s@1h p@2h b@5h",
        funnel("v", "s", "p", "b", show="times", from_step=2, step=4, bins=1),
        ("from_time", "to_time", "count"), [(10800, 14401, 2)],
    ),
    "natural days end at midnight": Case(
        "a: s@23h p@25h b@47h\nb: s@1h p@25h b@48h", funnel(window="2d", natural_days=True), WHO,
        [(2,), (2,), (1,)],
    ),
    "what came before the range is no entry": Case(
        "a: s@-1h p@1h b@2h\nb: s@0 p@1h", funnel(), WHO, [(1,), (1,), (0,)],
    ),
    "what comes behind the range is a step": Case("a: s@23h p@25h b@30h", funnel(), WHO, [(1,), (1,), (1,)]),
    "all steps in the range": Case(
        "a: s@23h p@25h\nb: s@1h p@2h", funnel("s", "p", mode="closed"), WHO, [(2,), (1,)],
    ),
    "each step by itself": Case(FIVE, funnel(mode="open"), ("persons", "events"), [(4, 4), (4, 4), (4, 4)]),
    "the day begins where the app is": Case(
        "a: s@0 p@1h\nb: s@23h59m p@24h", funnel("s", "p"), WHO, [(2,), (2,)], zone="America/Los_Angeles",
    ),
    "any entry may lead on": Case(
        "a: s@0 s@3h p@3h30m b@3h40m", funnel(window="1h"), WHO, [(1,), (1,), (1,)],
    ),
    "the first entry alone": Case(
        "a: s@0 s@3h p@3h30m b@3h40m\nb: s@0 p@30m", funnel(window="1h", entry="first"), WHO, [(2,), (1,), (0,)],
    ),
    "an excluded event between two steps": Case(
        "a: s@0 x@30m p@1h b@2h\nb: s@0 p@1h x@90m b@2h\nc: x@0 s@1m p@1h b@2h x@3h\nd: s@0 p@1h b@2h",
        funnel(excluded=[{"event": "refund_request", "after": 1}]), WHO, [(4,), (3,), (3,)],
    ),
    "an excluded event anywhere between": Case(
        "a: s@0 x@30m p@1h b@2h\nb: s@0 p@1h x@90m b@2h\nc: x@0 s@1m p@1h b@2h x@3h",
        funnel(excluded=[{"event": "refund_request"}]), WHO, [(3,), (2,), (1,)],
    ),
    "several excluded events": Case(
        "a: s@0 x@30m p@1h b@2h\nb: s@0 p@1h y@90m b@2h\nc: s@0 y@30m p@1h x@90m b@2h",
        funnel(excluded=[{"event": "refund_request", "after": 1}, {"event": "select_coupon", "after": 2}]), WHO,
        [(3,), (2,), (1,)],
    ),
    "an excluded event under a condition": Case(
        "a: s@0 x@30m{level=high} p@1h\nb: s@0 x@30m{level=low} p@1h",
        funnel("s", "p", excluded=[{
            "event": "refund_request", "where": {"property": "level", "operator": "is", "values": ["high"]},
        }]), WHO, [(2,), (1,)],
    ),
    "an entry behind the excluded event begins anew": Case(
        "a: s@0 x@30m s@1h p@2h b@3h", funnel(excluded=[{"event": "refund_request"}]), WHO, [(1,), (1,), (1,)],
    ),
    "one film through all steps": Case(
        "a: s@0{film=1} p@1h{film=2} b@2h{film=1}\nb: s@0{film=1} p@1h{film=1} b@2h{film=1}\nc: s@0 p@1h{film=1}",
        funnel(hold=[{"property": "film"}]), WHO, [(2,), (1,), (1,)],
    ),
    "a held property under two names": Case(
        "a: s@0{film=1} p@1h{watched=1}\nb: s@0{film=1} p@1h{watched=2}\nc: s@0{watched=1} p@1h{film=1}",
        funnel("s", "p", hold=[{"properties": ["film", "watched"]}]), WHO, [(2,), (1,)],
    ),
    "a step is one of several events": Case(
        "a: s@0 p@1h\nb: o@0 p@1h\nc: p@0",
        {"kind": "funnel", "steps": [{"event": ["add_favorite", "share"]}, {"event": "add_to_cart"}]}, WHO,
        [(2,), (2,)],
    ),
    "a step under a condition": Case(
        "a: s@0 p@1h{minutes=90}\nb: s@0 p@1h{minutes=5} p@2h{minutes=61}\nc: s@0 p@1h{minutes=60}",
        {"kind": "funnel", "steps": [{"event": "add_favorite"}, {
            "event": "add_to_cart", "where": {"property": "minutes", "operator": "gt", "values": [60]},
        }]}, WHO, [(3,), (2,)],
    ),
    "a condition on every step": Case(
        "a: s@0{browser=Chrome} p@1h{browser=Chrome}\nb: s@0{browser=Chrome} p@1h{browser=Safari}\nc: s@0 p@1h",
        funnel("s", "p", where={"property": "browser", "operator": "is", "values": ["Chrome"]}), WHO,
        [(2,), (1,)],
    ),
    "a launch holds all steps": Case(
        "a: s@0#1 p@1m#1 s@1h#2\nb: s@0#1 p@1h#2", funnel("s", "p", counts="sessions"), ("sessions",),
        [(3,), (1,)],
    ),
    "attempts one after the other": Case(
        "a: s@0 p@1m s@1h p@61m s@2h\nb: s@0 s@1m p@2m", funnel("s", "p", counts="attempts", window="30m"),
        ("attempts",), [(4,), (3,)],
    ),
    "a phone that signs in later is one person": Case(
        "phone1: s@0 p@1h b@2h!li\nphone2: s@0!li\nphone3: s@0", funnel(), WHO, [(2,), (1,), (1,)],
    ),
    "two phones of one person": Case(
        "phone1: s@0!li\nphone2: p@1h!li\nphone3: b@2h!li", funnel(), WHO, [(1,), (1,), (1,)],
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
    "a step that may be left out": Case(
        "a: s@0 p@1h b@2h\nb: s@0 b@2h\nc: s@0 p@1h",
        {"kind": "funnel", "steps": [
            {"event": "add_favorite"}, {"event": "add_to_cart", "optional": True}, {"event": "pay_success"},
        ]}, ("way", "event", "persons"),
        [("with", "add_favorite", 3), ("with", "add_to_cart", 2), ("with", "pay_success", 1),
         ("without", "add_favorite", 3), ("without", "pay_success", 2)],
    ),
    "steps that have windows of their own": Case(
        "a: s@0 p@2m p@9m b@15m\nb: s@0 p@11m b@12m",
        {"kind": "funnel", "steps": [
            {"event": "add_favorite"}, {"event": "add_to_cart", "within": "10m"},
            {"event": "pay_success", "within": "10m"},
        ]}, WHO, [(2,), (1,), (1,)],
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_a_situation(ask: Any, name: str) -> None:
    case = CASES[name]
    told = ask(name)
    assert told.status_code == 200, told.text
    some = len(case.rows) if case.question.get("grain") == "hour" else None
    assert [
        tuple(row[one] for one in case.columns) for row in told.json()["rows"][:some]
    ] == case.rows
