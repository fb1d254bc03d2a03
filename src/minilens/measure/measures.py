"""Every measure once: its name, labels, definition, unit, value, and what an empty bucket holds.

WeChat's own field for each is named beside it, so that the two can be held against each other.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from minilens.measure.content.names import NAMED as OF_CONTENT
from minilens.measure.costs.names import NAMED
from minilens.measure.table import Column, Rise, Unit
from minilens.measure.values import NotInDays, People, Ratio, RunningTotal, Sum, Value
from minilens.text import Text

Scope = Literal[
    "visits", "sessions", "launches", "pages", "order", "loads", "everyone", "now", "retention", "ledger",
    "conversion", "costs", "content",
]


@dataclass(frozen=True)
class Measure:
    """One measure.

    `empty`: an empty bucket is 0, unknown (None), or goes on with the value before. `scope` says what it
    counts: visits, sessions (which have no page of their own), launches by what is known of them alone, pages as
    entries and exits, visits by the page before or after them (which only the order of pages tells), pages that were loaded (which only
    their own event tells), everyone there ever was (whom no filter can pick), who is there now (which only a live question
    can tell), who comes back (which only one about retention can), what advertising cost and what Official Accounts came to (which only the records tell), or what became of events that came in (which only
    the ledger tells).
    `share_of`: its cell is divided by that of all rows. `rise_is`: what it means that the figure rises.

    Who stands behind it, its value says: the set of those whose rows it is made of.
    """

    name: str
    title: Text
    unit: Unit
    value: Value
    official: str
    definition: Text
    empty: Literal["zero", "unknown", "carry"] = "zero"
    scope: Scope = "visits"
    share_of: str = ""
    rise_is: Rise = "better"

    @property
    def has_persons(self) -> bool:
        """Whether persons stand behind it; of what the ledger tells nobody does."""
        return bool(self.value.persons) or (isinstance(self.value, NotInDays) and self.value.of_persons)

    def column(self) -> Column:
        """The column it makes in a table."""
        return Column(
            self.name, self.title, self.unit, self.definition, rise_is=self.rise_is, has_persons=self.has_persons,
        )  # fmt: skip


#: What the ledger tells of events that came in: name, title, what it means that it rises, definition.
_OF_LEDGER: tuple[tuple[str, Text, Rise, Text, Unit], ...] = (
    ("received_events", Text("收到事件", "Received"), "neither",
    Text("收到的事件数，含重复、隔离和拒收的。应等于计入、重复、隔离、拒收之和",
    "Events that came in, including duplicates, quarantined and rejected ones. Equals counted + duplicate + quarantined + rejected"), "count"),
    ("counted_events", Text("计入", "Counted"), "neither",
    Text("写入并参与统计的事件数", "Events stored for the reports"), "count"),
    ("duplicate_events", Text("重复", "Duplicate"), "neither",
    Text("同一事件再次收到的次数，多因网络重试；只计一次", "Events that had come before, usually retries after a lost answer; each counts once"), "count"),
    ("quarantined_events", Text("隔离", "Quarantined"), "worse",
    Text("已接收但不参与统计的事件数，例如未定义的事件；原文完整保留", "Events accepted but not counted, such as undeclared ones; each is kept whole"), "count"),
    ("refused_events", Text("拒收", "Rejected"), "worse",
    Text("不合规则、未接收的事件数", "Events that break a rule and were not accepted"), "count"),
    ("not_counted_events", Text("未计入", "Not counted"), "worse",
    Text("隔离与拒收之和", "Quarantined and rejected together"), "count"),
    ("lost_events", Text("设备丢弃", "Dropped on devices"), "worse",
    Text("追踪代码报告的、因设备上排队过多而丢弃的事件数；不在收到事件之内", "Events that trackers report to have dropped because too many waited on the device; not among those received"), "count"),
    ("unaccounted_events", Text("差额", "Difference"), "worse",
    Text("收到事件减去计入、重复、隔离、拒收；应为 0", "Received minus counted, duplicate, quarantined and rejected; must be 0"), "count"),
    ("sent_events", Text("发送的事件", "Sent"), "neither",
    Text("追踪代码与服务器发送并计入的事件数，按发生的日期，含各种流量；导入的除外", "Counted events that trackers and servers sent, by the day they happened, of all traffic; imports aside"), "count"),
    ("late_events", Text("迟到", "Late"), "worse",
    Text("发生 10 分钟后才收到的事件数，多因断网", "Events received more than 10 minutes after they happened, usually for want of a network"), "count"),
    ("late_share", Text("迟到占比", "Share late"), "worse",
    Text("迟到 ÷ 发送的事件", "Late ÷ sent"), "ratio"),
    ("day_late_events", Text("迟到超过一天", "Over a day late"), "worse",
    Text("发生 24 小时后才收到的事件数；已过日期的数字会因此改变", "Events received more than 24 hours after they happened; they change figures of past days"), "count"),
    ("day_events", Text("当天事件", "Events of the day"), "neither",
    Text("当天发生并计入的事件数，含导入", "Counted events that happened on the day, imports included"), "count"),
    ("added_events", Text("其后增加", "Added since"), "neither",
    Text("当天结束一小时后才收到的事件数", "Of these, events received more than an hour after the day was over"), "count"),
    ("added_share", Text("增加占比", "Share added"), "neither",
    Text("其后增加 ÷ 当天事件", "Added since ÷ events of the day"), "ratio"),
    ("restated_after", Text("结束后多久重算", "Recalculated after"), "neither",
    Text("当天数字最近一次重算距当天结束的时间", "Time from the end of the day to the last time that its figures were made again"), "seconds"),
)  # fmt: skip

MEASURES: dict[str, Measure] = {
    m.name: m
    for m in (
        Measure(
            "total_users", Text("累计用户数", "Total users"), "count",
            RunningTotal("new_count"),
            "visit_total",
            Text("截至该周期结束，曾经访问过的用户数",
            "People who have ever visited, up to the end of the period"),
            empty="carry", scope="everyone",
        ),
        Measure(
            "launches", Text("打开次数", "Launches"), "count", Sum("launches"), "session_cnt",
            Text("从打开到离开为一次；切到后台超过 5 分钟再返回，或带新的场景、路径、参数返回，另计一次。计入开始的那一天",
            "One launch lasts from opening to leaving. Returning after more than 5 minutes in the background, or with "
            "a new scene, path or parameters, starts another. Counted on the day it began"),
            scope="sessions",
        ),
        Measure(
            "visits", Text("访问次数", "Visits"), "count", Sum("visits"), "visit_pv",
            Text("页面浏览次数，重复浏览重复计",
            "Page views; repeat views of a page count again"),
        ),
        Measure(
            "visitors", Text("访问人数", "Visitors"), "count", People("visitors"), "visit_uv",
            Text("周期内访问过的去重人数；周、月在整个周期内去重，不是每日之和",
            "Distinct people who visited in the period; deduplicated across the whole week or month, not a sum of days"),
        ),
        Measure(
            "new_users", Text("新用户数", "New users"), "count", People("new_users"), "visit_uv_new",
            Text("有史以来第一次访问落在周期内的用户数",
            "People whose first visit ever falls in the period"),
        ),
        Measure(
            "shares", Text("分享次数", "Shares"), "count", Sum("shares"), "share_pv",
            Text("触发分享的次数；微信不告知分享是否完成",
            "Times a share was started; WeChat does not report whether it was completed"),
        ),
        Measure(
            "sharers", Text("分享人数", "Sharers"), "count", People("sharers"), "share_uv",
            Text("触发过分享的去重人数",
            "Distinct people who started a share"),
        ),
        Measure(
            "duration_per_visitor", Text("人均停留时长", "Time per visitor"), "seconds",
            Ratio(Sum("duration", thousandth=True), People("timed_visitors")),
            "stay_time_uv",
            Text("前台停留秒数 ÷ 有停留记录的人数；没有记录时显示“–”",
            "Foreground seconds ÷ people with a recorded time; “–” if there are none"),
            empty="unknown", scope="sessions",
        ),
        Measure(
            "duration_per_launch", Text("次均停留时长", "Time per launch"), "seconds",
            Ratio(Sum("duration", thousandth=True), Sum("timed_launches")),
            "stay_time_session",
            Text("前台停留秒数 ÷ 有停留记录的打开次数；没有记录时显示“–”",
            "Foreground seconds ÷ launches with a recorded time; “–” if there are none"),
            empty="unknown", scope="sessions",
        ),
        Measure(
            "visit_depth", Text("平均访问深度", "Visit depth"), "depth",
            Ratio(Sum("depth"), Sum("built_launches")), "visit_depth",
            Text("一次打开中访问过的不同页面数，按打开次数平均",
            "Different pages visited in one launch, averaged over launches"),
            empty="unknown", scope="sessions",
        ),
        Measure(
            "page_time_per_visit", Text("次均页面停留", "Time per visit"), "seconds",
            Ratio(Sum("page_duration", thousandth=True), Sum("timed_visits")), "page_staytime_pv",
            Text("页面在前台的秒数 ÷ 有停留记录的访问次数；没有记录时显示“–”。计入离开页面的那一天",
            "Seconds that pages were in front ÷ visits with a recorded time; “–” if there are none. Counted on the day "
            "the page was left"),
            empty="unknown",
        ),
        Measure(
            "page_time_per_visitor", Text("人均页面停留", "Page time per visitor"), "seconds",
            Ratio(Sum("page_duration", thousandth=True), People("page_timed")), "",
            Text("页面在前台的秒数 ÷ 有停留记录的人数；没有记录时显示“–”",
            "Seconds that pages were in front ÷ people with a recorded time; “–” if there are none"),
            empty="unknown",
        ),
        Measure(
            "launch_share", Text("打开占比", "Share of launches"), "ratio", Sum("launches"), "",
            Text("该行打开次数 ÷ 全部打开次数（不限于所列各行）",
            "Launches in this row ÷ all launches, including rows not shown"),
            empty="unknown", scope="sessions", share_of="launches", rise_is="neither",
        ),
        Measure(
            "launch_users", Text("打开人数", "People who launched"), "count", People("openers"), "",
            Text("打开过的去重人数；同一人的多次打开可以落在多行，每行只计一次",
            "Distinct people who launched; someone with several launches may be in several rows, once in each"),
            scope="launches",
        ),
        Measure(
            "launch_user_share", Text("人数占比", "Share of people"), "ratio", People("openers"), "",
            Text("该行打开人数 ÷ 全部打开人数；一人可以在多行，合计可超过 100%",
            "People in this row ÷ all people who launched; one may be in several rows, so shares can exceed 100% together"),
            empty="unknown", scope="launches", share_of="launch_users", rise_is="neither",
        ),
        Measure(
            "scans", Text("扫码次数", "Scans"), "count", Sum("scanned"), "",
            Text("通过扫码、长按识别或从相册选取二维码打开的次数",
            "Launches opened by a code: scanned, long-pressed or picked from the album"),
            scope="sessions",
        ),
        Measure(
            "scan_users", Text("扫码人数", "People who scanned"), "count", People("openers"), "",
            Text("通过二维码打开过的去重人数", "Distinct people who opened the mini program by a code"),
            scope="launches",
        ),
        Measure(
            "scan_new_users", Text("扫码新用户数", "New users who scanned"), "count", People("new_openers"), "",
            Text("首次访问当天通过二维码打开过的去重人数",
            "Distinct people who opened the mini program by a code on the day of their first visit"),
            scope="launches",
        ),
        Measure(
            "scan_continued", Text("扫码后继续浏览", "Went on"), "count", Sum("continued"), "",
            Text("通过二维码打开后访问页面超过一次的打开次数", "Launches by a code with more than one page view"),
            scope="launches",
        ),
        Measure(
            "entries", Text("入口页次数", "Entries"), "count", Sum("entries"), "entrypage_pv",
            Text("以该页面为第一个页面的打开次数",
            "Launches that started on this page"),
            scope="pages",
        ),
        Measure(
            "exits", Text("退出页次数", "Exits"), "count", Sum("exits"), "exitpage_pv",
            Text("以该页面为最后一个页面的打开次数",
            "Launches that ended on this page"),
            scope="pages", rise_is="neither",
        ),
        Measure(
            "exit_rate", Text("退出率", "Exit rate"), "ratio",
            Ratio(Sum("exits"), Sum("visits")), "",
            Text("退出页次数 ÷ 该页面的访问次数",
            "Exits ÷ visits to the page"),
            empty="unknown", scope="pages", rise_is="worse",
        ),
        Measure(
            "bounce_rate", Text("跳出率", "Bounce rate"), "ratio",
            Ratio(Sum("bounces"), Sum("entries")), "",
            Text("从该页面进入后没有访问其他页面的打开次数 ÷ 入口页次数",
            "Entries without a visit to any other page ÷ entries"),
            empty="unknown", scope="pages", rise_is="worse",
        ),
        Measure(
            "launch_bounce_rate", Text("打开跳出率", "Launch bounce rate"), "ratio",
            Ratio(Sum("bounces"), Sum("built_launches")), "",
            Text("只访问一次页面的打开次数 ÷ 打开次数", "Launches with a single page view ÷ launches"),
            empty="unknown", scope="sessions", rise_is="worse",
        ),
        Measure(
            "visit_share", Text("访问占比", "Share of visits"), "ratio", Sum("visits"), "",
            Text("该行访问次数 ÷ 全部访问次数（不限于所列各行）",
            "Visits in this row ÷ all visits, including rows not shown"),
            empty="unknown", share_of="visits", rise_is="neither",
        ),
        Measure(
            "visitor_share", Text("访问人数占比", "Share of visitors"), "ratio", People("visitors"), "",
            Text("该行访问人数 ÷ 全部访问人数；一人可属于多行，各行之和可能超过 100%",
            "Visitors in this row ÷ all visitors; one person may be in several rows, so rows can add up to more than 100%"),
            empty="unknown", share_of="visitors", rise_is="neither",
        ),
        Measure(
            "new_user_share", Text("新用户占比", "Share of new users"), "ratio", People("new_users"), "",
            Text("该行新用户数 ÷ 全部新用户数；一人可属于多行，各行之和可能超过 100%",
            "New users in this row ÷ all new users; one person may be in several rows, so rows can add up to more than 100%"),
            empty="unknown", share_of="new_users", rise_is="neither",
        ),
        Measure(
            "entry_share", Text("入口占比", "Share of entries"), "ratio", Sum("entries"), "",
            Text("该行入口页次数 ÷ 全部入口页次数（不限于所列各行）",
            "Entries in this row ÷ all entries, including rows not shown"),
            empty="unknown", scope="pages", share_of="entries", rise_is="neither",
        ),
        Measure(
            "transitions", Text("流转次数", "Transitions"), "count", Sum("visits"), "",
            Text("打开中对该页面的访问次数，按紧接着的前一页或后一页区分；属于打开开始的那一天",
            "Visits to the page within launches, told apart by the page just before or after; counted on the day the launch began"),
            scope="order", rise_is="neither",
        ),
        Measure(
            "transition_share", Text("流转占比", "Share of transitions"), "ratio", Sum("visits"), "",
            Text("该行流转次数 ÷ 该页面的全部流转次数", "Transitions in this row ÷ all transitions of the page"),
            empty="unknown", scope="order", share_of="transitions", rise_is="neither",
        ),
        Measure(
            "load_time", Text("平均加载耗时", "Load time"), "seconds",
            Ratio(Sum("load_duration", thousandth=True), Sum("timed_loads")), "",
            Text("页面加载事件（page_load_time）的毫秒数 ms 之和 ÷ 有耗时记录的加载次数；没有记录时显示“–”，超过 10 分钟的不计",
            "Milliseconds of page_load_time events (property ms) ÷ loads with a recorded time; “–” if there are none. Those "
            "of more than 10 minutes are left out"),
            empty="unknown", scope="loads", rise_is="worse",
        ),
        Measure(
            "timed_loads", Text("有记录的加载", "Timed loads"), "count", Sum("timed_loads"), "",
            Text("有耗时记录的页面加载次数", "Page loads with a recorded time"),
            scope="loads", rise_is="neither",
        ),
        Measure(
            "online", Text("在线人数", "Online now"), "count", People("present"), "",
            Text("最近 5 分钟内有任何事件的去重人数",
            "Distinct people with any event in the last 5 minutes"),
            scope="now",
        ),
        Measure(
            "cohort_users", Text("人群人数", "Users"), "count", NotInDays(of_persons=True), "",
            Text("当天（当周、当月）的新用户数，或访问人数",
            "New users of the day, week or month, or its visitors"),
            scope="retention",
        ),
        Measure(
            "retained_users", Text("留存人数", "Returned"), "count", NotInDays(of_persons=True), "",
            Text("其中在之后第 N 天（周、月）再次访问的人数",
            "Of those, people who visited again N days, weeks or months later"),
            scope="retention",
        ),
        Measure(
            "retention_rate", Text("留存率", "Retention"), "ratio", NotInDays(of_persons=True), "",
            Text("留存人数 ÷ 人群人数；未到的日、周、月显示“–”",
            "Returned ÷ users; “–” for days, weeks or months still to come"),
            empty="unknown", scope="retention",
        ),
        Measure(
            "conversions", Text("转化次数", "Conversions"), "count", NotInDays(of_persons=True), "",
            Text("在该行的打开中发生所选事件的次数", "Times the chosen event happened in launches of this row"),
            scope="conversion",
        ),
        Measure(
            "converters", Text("转化人数", "People who converted"), "count", NotInDays(of_persons=True), "",
            Text("在该行的打开中发生过所选事件的去重人数",
            "Distinct people with the chosen event in launches of this row"),
            scope="conversion",
        ),
        Measure(
            "conversion_rate", Text("转化率", "Conversion rate"), "ratio", NotInDays(of_persons=True), "",
            Text("转化人数 ÷ 访问人数", "People who converted ÷ visitors"),
            empty="unknown", scope="conversion",
        ),
        Measure(
            "revenue", Text("收入", "Revenue"), "number", NotInDays(of_persons=True), "",
            Text("所选事件的金额（value）之和，换算成同一币种；没有汇率的不计入，未写币种的视为该币种。未扣退款",
            "The sum of the chosen event's value in one currency: others are converted, or left out without a rate; one "
            "without any is in it. Refunds are not subtracted"),
            scope="conversion",
        ),
        Measure(
            "refunds", Text("退款", "Refunds"), "number", NotInDays(of_persons=True), "",
            Text("退款事件的金额之和（取绝对值），计在退款当天，归入被退订单所在的行：按 order_id 对应；没有对应的订单编号时，归入"
                 "该用户 90 天内最近的一单",
            "The sum of the refund event's value, without its sign, on the day of the refund, in the row of the order it "
            "gives back: that with the same order_id; where there is none, the person's newest one in 90 days"),
            scope="conversion", rise_is="worse",
        ),
        Measure(
            "net_revenue", Text("净收入", "Net revenue"), "number", NotInDays(of_persons=True), "",
            Text("收入 − 退款", "Revenue − refunds"),
            scope="conversion",
        ),
        *(
            Measure(name, title, unit, NotInDays(), "", definition, scope="ledger", rise_is=rise)
            for name, title, rise, definition, unit in _OF_LEDGER
        ),
        *(
            Measure(one.name, one.title, one.unit, NotInDays(), "", one.definition, scope="costs", rise_is=one.rise)
            for one in NAMED
        ),
        *(
            Measure(one.name, one.title, one.unit, NotInDays(), "", one.definition, scope="content", rise_is=one.rise)
            for one in OF_CONTENT
        ),
    )
}  # fmt: skip

DAY = Column("day", Text("日期", "Date"), "day")
#: Length of a cohort → the column that tells how many of them later.
LATER = {
    "day": Column("days_later", Text("之后天数", "Days later"), "count"),
    "week": Column("weeks_later", Text("之后周数", "Weeks later"), "count"),
    "month": Column("months_later", Text("之后月数", "Months later"), "count"),
}
DAYS_LATER = LATER["day"]
MOMENT = Column("moment", Text("时间", "Time"), "moment")
