"""Questions that every app can ask without writing them: what a shop's pages, actions, service and speed come to.

They are questions like those that people save, and answer at the same addresses under names in place of numbers:
`question.key_actions`. What their rows and rates mean is said here alone.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from minilens.reports.kinds.events import EventsRequest
from minilens.reports.questions.events import AskedEvent, AskedMeasure, EventsQuestion
from minilens.reports.questions.parts import AskedGroup, Filter
from minilens.text import Text

KEY = ("add_to_cart", "start_checkout", "select_coupon", "pay_success")
OPERATIONS = ("refund_request", "return_approved", "ticket_created")
PERFORMANCE = ("page_load_time", "api_error", "payment_retry")
#: What took longer than ten minutes is a phone that slept, as in the report of load times.
_LOADED = Filter(property="ms", operator="between", values=[0.0, 600_000.0])
_TIMES, _PERSONS = Text("次数", "Times"), Text("人数", "Persons")
_VISITORS = Text("访问人数", "Visitors")


@dataclass(frozen=True)
class Rate:
    """What one event is a part of, in words; the measure `EVENT_rate` has it, and `of` what it is divided by."""

    of: str
    title: Text


@dataclass(frozen=True)
class Ready:
    """A question with its titles. `titles`: measure → what people read.

    `events`: those of a table with a row an event, of which the question has `EVENT`, `EVENT_persons` and `EVENT_rate`;
    of others rows are groups. `note` says what to know of the figures.
    """

    name: str
    title: Text
    question: EventsQuestion
    titles: Mapping[str, Text]
    note: Text
    events: tuple[str, ...] = ()
    rates: Mapping[str, Rate] = field(default_factory=dict)

    def titled(self, state: EventsRequest) -> EventsRequest:
        """The request with the titles of this question in both languages."""
        query = state.asked
        named = tuple(
            replace(one, title=self.titles[one.name]) if one.name in self.titles else one
            for one in query.measures
        )
        return replace(state, asked=replace(query, measures=named))


def _counted(*names: str) -> list[AskedMeasure]:
    found = []
    for name in names:
        found += [AskedMeasure("total", of=name, name=name)]
        found += [AskedMeasure("persons", of=name, name=f"{name}_persons")]
    return found


def _ratio(name: str, formula: str) -> AskedMeasure:
    return AskedMeasure(formula=formula, name=name, unit="ratio")


def _events(*names: str) -> list[AskedEvent]:
    return [AskedEvent(name, name) for name in names]


def _asked(
    events: Sequence[AskedEvent], measures: Sequence[AskedMeasure], by: str = "", sort: str = ""
) -> EventsQuestion:
    groups = [AskedGroup(field=by)] if by else []
    return EventsQuestion(
        list(events), list(measures), groups, period="30d", grain="whole", sort=sort
    )


def _titles(events: Sequence[str], rates: Mapping[str, Rate]) -> dict[str, Text]:
    """Of rows of events: each by its own name, so that files say which is which."""
    found = {}
    for name in events:
        found[name] = Text(f"{name} {_TIMES.zh}", f"{name} times")
        found[f"{name}_persons"] = Text(f"{name} {_PERSONS.zh}", f"{name} persons")
        found[f"{name}_rate"] = Text(
            f"{name} {rates[name].title.zh}", f"{name} {rates[name].title.en}"
        )
    return found


_KEY_RATES = {
    "add_to_cart": Rate("visitors", Text("占访问人数", "of visitors")),
    "start_checkout": Rate("add_to_cart_persons", Text("占加购人数", "of persons who added to the cart")),
    "select_coupon": Rate("start_checkout_persons", Text("占结算人数", "of persons who started a checkout")),
    "pay_success": Rate("start_checkout_persons", Text("占结算人数", "of persons who started a checkout")),
}  # fmt: skip
_SERVICE_RATES = {
    "refund_request": Rate("paid", Text("占支付次数", "of payments")),
    "return_approved": Rate("refund_request", Text("占退款申请次数", "of refund requests")),
    "ticket_created": Rate("visitors", Text("次数 ÷ 访问人数", "per visitor")),
}

_PAGES = Ready(
    "page_types",
    Text("各类页面的访问", "Visits by page type"),
    _asked(
        _events("page_view"),
        [
            AskedMeasure("total", name="visits"), AskedMeasure("persons", name="visitors"),
            AskedMeasure("per_person", name="visits_per_visitor"),
        ],
        by="page_type",
    ),
    {
        "visits": Text("访问次数", "Visits"), "visitors": _VISITORS,
        "visits_per_visitor": Text("人均访问次数", "Visits per visitor"),
    },
    Text("按“页面类型”中的规则归类；不属于任何类型的页面显示为未知。",
         "By the patterns on Page types; pages of no type are unknown."),
)  # fmt: skip
_ACTIONS = Ready(
    "key_actions",
    Text("关键行为", "Key actions"),
    _asked(
        [AskedEvent("page_view", "page_view"), *_events(*KEY)],
        [
            AskedMeasure("persons", of="page_view", name="visitors"), *_counted(*KEY),
            *(_ratio(f"{name}_rate", f"{name}_persons / {_KEY_RATES[name].of}") for name in KEY),
            _ratio("cart_to_paid", "pay_success_persons / add_to_cart_persons"),
        ],
    ),
    {"visitors": _VISITORS, "cart_to_paid": Text("加购到支付", "Cart to payment"), **_titles(KEY, _KEY_RATES)},
    Text("比率为人数之比，不看先后顺序；按先后计算请用漏斗。",
         "Rates divide persons by persons, in whatever order they did it."),
    KEY, _KEY_RATES,
)  # fmt: skip
_SERVICE = Ready(
    "operations",
    Text("售后与服务", "After-sales and service"),
    _asked(
        _events("page_view", "pay_success", *OPERATIONS),
        [
            AskedMeasure("persons", of="page_view", name="visitors"),
            AskedMeasure("total", of="pay_success", name="paid"), *_counted(*OPERATIONS),
            *(_ratio(f"{name}_rate", f"{name} / {_SERVICE_RATES[name].of}") for name in OPERATIONS),
        ],
    ),
    {"visitors": _VISITORS, "paid": Text("支付次数", "Payments"), **_titles(OPERATIONS, _SERVICE_RATES)},
    Text("比率为同一时间段内的次数之比；退款的订单可能更早支付。",
         "Rates divide what happened in the same period; a refunded order may have been paid before it."),
    OPERATIONS, _SERVICE_RATES,
)  # fmt: skip
_SPEED = Ready(
    "performance",
    Text("性能，按版本", "Performance by version"),
    _asked(
        [
            *_events("page_view"), AskedEvent("page_load_time", "page_load_time", _LOADED),
            *_events("api_error", "payment_retry", "pay_success"),
        ],
        [
            AskedMeasure("total", of="page_view", name="visits"),
            AskedMeasure("total", of="page_load_time", name="loads"),
            *(AskedMeasure(level, of="page_load_time", property="ms", name=name)
              for level, name in (("median", "p50"), ("p75", "p75"), ("p95", "p95"))),
            *_counted("api_error", "payment_retry"), AskedMeasure("total", of="pay_success", name="paid"),
            _ratio("errors_per_visit", "api_error / visits"), _ratio("retries_per_payment", "payment_retry / paid"),
        ],
        by="app_version", sort="visits",
    ),
    {
        "visits": Text("访问次数", "Visits"), "loads": Text("页面加载次数", "Page loads"),
        "p50": Text("加载 p50（毫秒）", "Load p50 (ms)"), "p75": Text("加载 p75（毫秒）", "Load p75 (ms)"),
        "p95": Text("加载 p95（毫秒）", "Load p95 (ms)"),
        "api_error": Text("接口错误", "API errors"),
        "api_error_persons": Text("遇到接口错误的人数", "Persons with API errors"),
        "errors_per_visit": Text("接口错误 ÷ 访问", "API errors ÷ visits"),
        "payment_retry": Text("重新支付", "Payment retries"),
        "payment_retry_persons": Text("重新支付的人数", "Persons who retried"),
        "paid": Text("支付次数", "Payments"), "retries_per_payment": Text("重新支付 ÷ 支付", "Retries ÷ payments"),
    },
    Text("加载耗时取页面加载事件的 ms，超过 10 分钟的不计。",
         "Load times are the property ms of page_load_time; those of more than 10 minutes are left out."),
)  # fmt: skip
#: In the order of their page.
READY = {one.name: one for one in (_PAGES, _ACTIONS, _SERVICE, _SPEED)}
