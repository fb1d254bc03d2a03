"""What event management calls things: triggers, actions, types, states, and the places of a definition."""

from __future__ import annotations

import re

from minilens.records.event_fields import State
from minilens.text import Language, Text

#: Trigger → its name, and when it fires.
TRIGGERS = {
    "click": (Text("点击", "tap"), Text("点按元素时", "when the element is tapped")),
    "enterPage": (Text("进入页面", "enter page"), Text(
        "打开、返回或从后台回到页面时", "when the page is opened, returned to, or brought to the front")),
    "leavePage": (Text("离开页面", "leave page"), Text(
        "跳转、返回或切到后台时", "when the page is left by any way, or sent to the background")),
    "pageLoad": (Text("页面加载", "page load"), Text("页面新打开时", "when the page is newly opened")),
    "pageUnload": (Text("页面卸载", "page unload"), Text("页面关闭时", "when the page is closed for good")),
    "pullDownRefresh": (Text("下拉刷新", "pull-down refresh"), Text(
        "在页面上下拉刷新时", "when the page is pulled down")),
    "launch": (Text("启动", "launch"), Text("小程序启动时", "when the mini program is launched")),
    "background": (Text("切到后台", "to background"), Text(
        "小程序切到后台时", "when the mini program is sent to the background")),
    "foreground": (Text("回到前台", "to foreground"), Text(
        "小程序从后台回来时，启动不算", "when it comes back from the background; a launch is none")),
    "share": (Text("分享", "share"), Text("用户分享时", "when the user shares")),
    "switchTab": (Text("切换标签", "switch tab"), Text("切换到该标签页时", "when this tab is switched to")),
}  # fmt: skip
KINDS = {
    "once": Text("一次性上报", "one-time report"),
    "start": Text("分步骤：开始（清空并采集）", "step by step: start (empty, then collect)"),
    "collect": Text("分步骤：采集", "step by step: collect"),
    "report": Text("分步骤：上报（采集并发送）", "step by step: report (collect, then send)"),
}
FROM = {
    "menu": Text("右上角菜单", "the menu at the top right"),
    "button": Text("页面内按钮", "a button on the page"),
    "timeline": Text("朋友圈", "Moments"),
    "any": Text("任意方式", "any way"),
}
TYPES = {
    "number": Text("数值", "number"),
    "text": Text("文本", "text"),
    "boolean": Text("是/否", "yes or no"),
    "time": Text("时间", "time"),
}
TEMPLATES = {
    "blank": Text("空白", "Blank"),
    "enter": Text("进入页面", "Enter page"),
    "leave": Text("离开页面", "Leave page"),
    "share": Text("小程序内分享", "Share inside the mini program"),
}
#: What a template begins with.
BEGINS = {"blank": "click", "enter": "enterPage", "leave": "leavePage", "share": "share"}
#: State of a field → its name, and what it means for whoever edits.
STATES: dict[State, tuple[Text, Text]] = {
    "new": (Text("新字段", "new"), Text(
        "发布后名称和类型不能再改", "once published, its names and type stay as they are")),
    "existing": (Text("已有", "existing"), Text(
        "在已发布的版本中，只能改备注", "in the published version; only the note can be changed")),
    "elsewhere": (Text("其他事件已定义", "defined elsewhere"), Text(
        "与其他事件含义一致，不能修改", "keep its meaning as in the other events; nothing can be changed")),
    "unused": (Text("不再使用", "no longer used"), Text(
        "发布后不再采集", "no more data once this draft is published")),
    "again": (Text("再次使用", "used again"), Text(
        "新旧数值记在同一字段；含义不同请另建字段",
        "old and new values share this field; if the meaning is another, use another field")),
}  # fmt: skip
#: Where a value may come from, as it is written, and what that is.
SOURCES = (
    (
        "price",
        Text(
            "页面 data 中的变量，可写 goods.price",
            "a variable of the page's data; goods.price works too",
        ),
    ),
    ("$DATASET.x", Text("元素的 data-x", "data-x of the element")),
    ("$MARK.x", Text("元素或其外层的 mark:x", "mark:x of the element or one around it")),
    ("$DETAIL.x", Text("事件的 detail.x", "detail.x of the event")),
    ("$QUERY.x", Text("页面参数 x", "parameter x of the page")),
    ("$APP.x", Text("App 实例的属性 x", "property x of the App instance")),
    ("list[].name", Text("列表中被点的那一项", "of the item of a list that was tapped")),
    ("list[].$INDEX", Text("被点的是第几项，从 0 起", "its place in the list, from 0")),
    ("$PAGE_TIME", Text("进入页面后的毫秒数", "milliseconds since the page was entered")),
    ("$APP_TIME", Text("打开小程序后的毫秒数", "milliseconds since the mini program was opened")),
    ("$CURRENT_PAGE", Text("当前页面", "the current page")),
    ("$LAST_PAGE", Text("上一个页面", "the page before")),
    ('"…"', Text("引号中的固定文本", "a fixed text in quotes")),
)
_PARTS = {
    "actions": Text("动作", "Action"),
    "trigger": Text("触发方式", "trigger"),
    "action": Text("上报方式", "report"),
    "page": Text("页面", "page"),
    "element": Text("元素", "element"),
    "from": Text("分享来源", "shared by"),
    "data": Text("数据", "data"),
    "field": Text("字段", "field"),
    "value": Text("数据来源", "value source"),
    "fields": Text("字段", "Field"),
    "name": Text("英文名", "English name"),
    "zh": Text("中文名", "Chinese name"),
    "type": Text("类型", "type"),
    "note": Text("备注", "note"),
    "way": Text("配置方式", "Way of reporting"),
    "template": Text("模板", "Template"),
    "events": Text("事件", "Events"),
}


def place(at: str, language: Language) -> str:
    """actions[2].data[0].value → 动作 3 · 数据 1 · 数据来源. A field that stands by its name keeps it."""
    words = []
    for part in at.split("."):
        found = re.fullmatch(r"(\w*)(?:\[(\d+)\])?", part)
        name, number = (found[1], found[2]) if found else (part, None)
        title = _PARTS[name].of(language) if name in _PARTS else part
        words.append(f"{title} {int(number) + 1}" if number is not None else title)
    return " · ".join(words)
