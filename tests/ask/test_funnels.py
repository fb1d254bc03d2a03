"""Situations that funnels of other products are tried with: what we answer, by the API."""

from __future__ import annotations

from typing import Any

import pytest

from tests.ask.stories import Case, funnel, of_range

WHO = ("persons",)
REFUND = [{"event": "refund_request"}]
FIVE = """
a: s@0 p@1h b@2h
b: s@0 p@3h b@4h
c: s@0 b@1h p@2h
d: s@0
e: p@0 b@1h
"""
CASES: dict[str, Case] = {
    "a window of days where an hour is twice": Case(
        "a: s@150d p@164d\nb: s@150d p@164d1ms", funnel("s", "p", window="14d", **of_range("10-29", "10-29")), WHO,
        [(2,), (1,)], zone="America/Los_Angeles",
    ),
    "strict, of seven ways": Case(
        "a: s@0\nb: v@0 s@1h\nc: s@0 v@1h o@2h b@3h\nd: b@0 o@1h v@2h s@3h\ne: v@0 s@1h o@2h v@3h b@4h\n"
        "f: o@0 s@1h o@2h v@3h\ng: o@0 s@1h v@2h b@3h o@4h\nh: b@0 v@1h",
        funnel("s", "v", "b", order="strict"), WHO, [(7,), (2,), (1,)],
    ),
    "any order: an excluded event ends it": Case(
        "a: s@0 p@1h x@2h b@3h\nb: b@0 p@2h s@3h\nc: p@0 x@1h s@2h b@3h",
        funnel(order="any", excluded=REFUND), WHO, [(3,), (3,), (1,)],
    ),
    "any order: whatever people do under a condition": Case(
        "a: s@0 p@1h{saved=yes}\nb: p@0{saved=yes} s@1h\nc: s@0 p@1h", {"kind": "funnel", "order": "any", "steps": [
            {"event": "add_favorite"},
            {"event": "*", "where": {"property": "saved", "operator": "is", "values": ["yes"]}},
        ]}, WHO, [(3,), (2,)],
    ),
    "any order: one event under two conditions": Case(
        "a: s@0{a=x} s@1h{b=other}\nb: s@0{a=x}\nc: s@0{a=x,b=other}", {"kind": "funnel", "order": "any", "steps": [
            {"event": "add_favorite", "where": {"property": "a", "operator": "is", "values": ["x"]}},
            {"event": "add_favorite", "where": {"property": "b", "operator": "contains", "values": ["oth"]}},
        ]}, WHO, [(3,), (1,)],
    ),
    "pages that are steps several times": Case(
        "a: s@0\nb: s@0 v@1m{page=x}\nc: s@0 v@1m{page=x} o@2m v@3m{page=y}\n"
        "d: s@0 v@1m{page=x} v@2m{page=y} v@3m{page=y} o@4m\n"
        "e: s@0 v@1m{page=x} o@2m v@3m{page=y} v@4m{page=x} v@5m{page=y}",
        {"kind": "funnel", "steps": [
            {"event": "add_favorite"}, *(
                {"event": "page_view", "where": {"field": "page", "operator": "is", "values": [one]}} for one in "xyy"
            ), {"event": "page_view"},
        ]}, WHO, [(5,), (4,), (3,), (2,), (0,)],
    ),
    "excluded events under two conditions": Case(
        "a: s@0 x@1s{why=true} p@2s\nb: s@0 x@1s{why=yes} p@2s\nc: s@0\nd: s@0 x@1s{why=no} p@2s",
        funnel("s", "p", window="10s", ended="left_out", excluded=[
            {"event": "refund_request", "where": {"property": "why", "operator": "is", "values": [one]}}
            for one in ("true", "yes")
        ]), WHO, [(2,), (1,)],
    ),
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
    "each attempt that was ended is left out": Case(
        "a: s@0 x@1m s@2m p@3m s@1h x@61m\nb: s@0", funnel(
            "s", "p", window="30m", counts="attempts", excluded=REFUND, ended="left_out"), ("attempts",), [(2,), (1,)],
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
    assert case.read(ask(name)) == case.rows
