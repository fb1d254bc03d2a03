"""The Data quality tab."""

from __future__ import annotations

from minilens.measure.table import Advice
from minilens.reports.kinds import breakdown, ledger, undeclared_pages, unknown_scenes
from minilens.reports.report import Report
from minilens.text import Text

LEDGER = Report(
    name="quality.ledger",
    title=Text("收发台账", "Ledger"),
    kind=ledger.KIND,
    measures=(
        "received_events",
        "counted_events",
        "duplicate_events",
        "quarantined_events",
        "refused_events",
        "unaccounted_events",
        "lost_events",
    ),
    first="received_events",
    period="7d",
    advice=Advice(
        Text(
            "正在收到的事件见“实时统计”。差额不为 0 说明台账有误，请运行 minilens doctor。",
            "Events arriving now are on Live. A difference other than 0 is a fault of the ledger: run minilens doctor.",
        ),
        Text("实时统计", "Live"),
        "live",
    ),
)

REASONS = Report(
    name="quality.reasons",
    title=Text("未计入的原因", "Why events don't count"),
    kind=ledger.LIST_OF_LEDGER,
    measures=("not_counted_events", "quarantined_events", "refused_events"),
    first="not_counted_events",
    period="7d",
    by="reason",
)

QUARANTINE = Report(
    name="quality.quarantine",
    title=Text("隔离的事件", "Events in quarantine"),
    kind=ledger.LIST_OF_LEDGER,
    measures=("quarantined_events",),
    first="quarantined_events",
    period="7d",
    by="event",
    advice=Advice(
        Text(
            "名称写错的，改正上报代码；确实要用的，到隔离区定义并放行。",
            "Correct misspelt names in the tracking code; define wanted events in the quarantine and let them in.",
        ),
        Text("隔离区", "Quarantine"),
        "events/quarantine",
    ),
)

SAMPLES = Report(
    name="quality.samples",
    title=Text("隔离事件样本", "Samples from quarantine"),
    kind=ledger.SAMPLES,
    measures=("quarantined_events",),
    first="quarantined_events",
    period="7d",
    advice=Advice(
        Text(
            "每种原因至多 5 个，最新的在前；用户标识等个人信息已隐去。拒收的事件不保留内容，原因见返回给发送方的结果。",
            "Five of each reason at most, the newest first; whatever may name a person is left out. "
            "Of rejected events nothing is kept; the answer to the sender says why.",
        ),
        Text("错误代码", "Error codes"),
        "guide/errors",
    ),
)

KEYS = Report(
    name="quality.keys",
    title=Text("按密钥", "By key"),
    kind=ledger.LIST_OF_LEDGER,
    measures=(
        "received_events",
        "counted_events",
        "duplicate_events",
        "quarantined_events",
        "refused_events",
        "lost_events",
    ),
    first="received_events",
    period="7d",
    by="key",
    advice=Advice(
        Text(
            "不再使用的密钥仍有事件，说明旧版小程序还在使用；没有事件后再停用。",
            "Events by a key that is no longer used come from older versions of the mini program; "
            "retire it once none arrive.",
        ),
        Text("写入密钥", "Write keys"),
        "settings/tracker",
    ),
)

DELAYS = Report(
    name="quality.delays",
    title=Text("迟到的事件", "Late events"),
    kind=ledger.DELAYS,
    measures=("late_share", "late_events", "day_late_events", "sent_events"),
    first="late_share",
    period="7d",
    advice=Advice(
        Text(
            "少量迟到属正常，手机断网时会稍后补发。占比突然升高，多为网络或接收地址故障。",
            "A few are normal: phones without a network send later. A sudden rise usually means "
            "trouble with the network or the endpoint.",
        ),
        Text("故障排查", "Troubleshooting"),
        "guide/troubleshooting",
    ),
)

RESTATED = Report(
    name="quality.restated",
    title=Text("重算过的日期", "Days recalculated"),
    kind=ledger.PART_OF_LEDGER,
    measures=("added_events", "added_share", "day_events", "restated_after"),
    first="added_events",
    period="30d",
    by="restated",
    advice=Advice(
        Text(
            "引用过这些日期的数字，请再核对。日期旁是重算的原因。",
            "Check figures of these days that you have quoted. Beside each day is why it was recalculated.",
        ),
        Text("数据质量", "Data quality"),
        "guide/quality",
    ),
)

UNDECLARED = Report(
    name="quality.undeclared",
    title=Text("未定义但计入的事件", "Undeclared events that count"),
    kind=ledger.PART_OF_LEDGER,
    measures=("sent_events",),
    first="sent_events",
    period="7d",
    by="undeclared",
    advice=Advice(
        Text(
            "这些事件参与统计，但没有定义。名称写错的，请改正上报代码。",
            "These events count although nobody declared them. Correct misspelt names in the tracking code.",
        ),
        Text("小程序的设置", "Settings of an app"),
        "guide/settings-of-an-app",
    ),
)

PAGES = Report(
    name="quality.pages",
    title=Text("未声明的页面", "Undeclared pages"),
    kind=undeclared_pages.KIND,
    measures=("visits", "visit_share", "visitors", "entries"),
    first="visits",
    period="7d",
    by="page",
    advice=Advice(
        Text(
            "不在 app.json 里却有访问的页面，多来自旧版本，或服务器、导入数据的路径有误。上传 app.json 后列出。",
            "Pages with visits that app.json does not list: from old versions, or misspelt by a server or an import. "
            "Nothing is listed until app.json is uploaded.",
        ),
        Text("上传 app.json", "Upload app.json"),
        "settings",
    ),
)

SCENES = Report(
    name="quality.scenes",
    title=Text("未收录的场景值", "Unknown scenes"),
    kind=unknown_scenes.KIND,
    measures=("launches", "visits", "visitors"),
    first="launches",
    period="7d",
    by="scene",
    advice=Advice(
        Text(
            "微信新增的场景值；升级后即有名称，在此之前归入其他来源。",
            "Scenes that WeChat has added; an upgrade names them. Until then they count among other sources.",
        ),
        Text("升级", "Upgrading"),
        "guide/upgrade",
    ),
)

VERSIONS = Report(
    name="quality.versions",
    title=Text("小程序版本", "Mini program versions"),
    kind=breakdown.KIND,
    measures=("visits", "visit_share", "visitors", "launches"),
    first="visits",
    period="7d",
    by="app_version",
    advice=Advice(
        Text(
            "没有版本的，是未上报版本的服务器事件或导入的数据。旧版本会在用户手机上停留数周。",
            "Without a version are events of servers and imports that named none. Old versions stay "
            "in use on phones for weeks.",
        ),
        Text("接入小程序", "Connecting the mini program"),
        "guide/tracker",
    ),
)

TRACKERS = Report(
    name="quality.trackers",
    title=Text("追踪代码版本", "Tracker versions"),
    kind=ledger.LIST_OF_LEDGER,
    measures=("sent_events", "late_share", "late_events", "day_late_events"),
    first="sent_events",
    period="7d",
    by="tracker",
    advice=Advice(
        Text(
            "旧版追踪代码随下一次发布小程序更新。迟到占比明显偏高的版本，请尽快更新。",
            "An old tracker is replaced with the next release of the mini program. Replace one soon "
            "whose share of late events stands out.",
        ),
        Text("接入小程序", "Connecting the mini program"),
        "guide/tracker",
    ),
)

#: In the order of the tab.
ALL = (
    LEDGER, KEYS, REASONS, QUARANTINE, SAMPLES, DELAYS, RESTATED, UNDECLARED, SCENES, PAGES, VERSIONS,
    TRACKERS,
)  # fmt: skip
