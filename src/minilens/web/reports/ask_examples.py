"""Questions as examples of the description of the API: each can be asked as it stands."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

_SHOP = [{"event": "product_detail"}, {"event": "add_to_cart"}, {"event": "pay_success"}]
_PAGE, _PAY = {"event": "page_view"}, {"event": "pay_success"}
#: What it is called → what it asks, in both languages, and the body.
EXAMPLES: Mapping[str, tuple[str, Mapping[str, Any]]] = {
    "events": (
        "How often, by how many persons, and for how much on each day. 每天的次数、人数与金额。",
        {
            "kind": "events", "events": [_PAY], "groups": [{"field": "scene"}], "period": "30d",
            "measures": [
                {"aggregate": "total"}, {"aggregate": "persons"},
                {"aggregate": "sum", "property": "amount"}, {"formula": "m3 / m2", "title": "Per buyer"},
            ],
        },
    ),
    "funnel": (
        "Three steps within a week, in order. 一周内依次完成三步。",
        {"kind": "funnel", "steps": _SHOP, "window": "7d", "period": "30d"},
    ),
    "funnel_of_one_product": (
        "One product at all steps, paid within a day, by city. 各步同一商品，一天内支付，按城市分组。",
        {
            "kind": "funnel", "steps": [*_SHOP[:2], {**_PAY, "within": "1d"}], "hold": [{"property": "sku"}],
            "excluded": [{"event": "refund_request", "after": 2, "before": 3}], "groups": [{"field": "city"}],
            "attributed": "last", "period": "30d",
        },
    ),
    "funnel_trend": (
        "Attempts by the week of their entry, in natural days. 按进入的周看趋势，窗口期按自然日。",
        {
            "kind": "funnel", "steps": _SHOP, "counts": "attempts", "entry": "first", "window": "3d",
            "natural_days": True, "show": "trend", "grain": "week", "period": "90d",
        },
    ),
    "funnel_times": (
        "How long it takes from the second step to the third. 第二步到第三步的用时分布。",
        {"kind": "funnel", "steps": _SHOP, "show": "times", "from_step": 2, "step": 3, "period": "30d"},
    ),
    "funnel_compared": (
        "Against the days before, by more than chance or not. 与前一时段相比是否显著。",
        {"kind": "funnel", "steps": _SHOP, "show": "compare", "compared": "previous", "period": "7d"},
    ),
    "retention": (
        "Of those who came for the first time, who pays on the days after. 首次到访者之后每天付款的比例。",
        {"kind": "retention", "first": _PAGE, "return": _PAY, "periods": 7, "period": "30d"},
    ),
    "retention_in_brackets": (
        "Anywhere within some days, and what it comes to. 若干天内任意一天回访，及其金额。",
        {
            "kind": "retention", "first": _PAY, "entry": "first_in_range", "brackets": ["0", "1-3", "4-7", "8-30"],
            "value": {"property": "amount"}, "period": "90d",
        },
    ),
    "retention_of_weeks": (
        "Each week with a start, 7 × 24 hours since then or any later. 每个起始周，自起始时刻每 7×24 小时或之后。",
        {
            "kind": "retention", "entry": "each", "mode": "on_or_after", "blocks": "from_start", "grain": "week",
            "show": "curve", "period": "90d",
        },
    ),
    "stickiness": (
        "On how many days of each week persons are active. 每周活跃几天的人数分布。",
        {"kind": "stickiness", "activity": _PAGE, "per": "week", "period": "30d"},
    ),
    "lifecycle": (
        "New, returning, resurrected and dormant persons by the week. 每周的新增、持续、回流与沉默人数。",
        {"kind": "lifecycle", "activity": _PAGE, "grain": "week", "period": "90d"},
    ),
    "paths": (
        "What follows a page, and then another one. 某页之后，再到另一页之后。",
        {
            "kind": "paths", "anchor": {"page": "pages/index/index"}, "chosen": [{"page": "pages/goods/detail"}],
            "events": [{"event": "add_to_cart"}, _PAY], "period": "7d",
        },
    ),
    "paths_to_an_event": (
        "The links of ways that lead to a payment, by person. 按人列出通向支付的各段路径。",
        {
            "kind": "paths", "anchor": _PAY, "direction": "before", "counts": "persons", "gap": "2h",
            "pages": "folder", "show": "links", "steps": 4, "links": 50, "period": "7d",
        },
    ),
}  # fmt: skip
