"""What an entry of the audit says, in words."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from minilens.records.audit import Entry
from minilens.render.i18n import translate
from minilens.text import Language

#: action → (zh, en)
DEEDS: dict[str, tuple[str, str]] = {
    "app.create": ("新建小程序", "created the app"),
    "app.change": ("修改小程序信息", "changed the app"),
    "app.undeclared": ("修改未定义事件的处理", "changed how undeclared events are handled"),
    "app.pages": ("更新页面列表", "updated the list of pages"),
    "app.page_types": ("设置页面类型", "set the page types"),
    "app.rates": ("设置报表币种与汇率", "set the reporting currency and rates"),
    "app.sensitive": ("修改敏感属性", "changed the sensitive properties"),
    "app.archive": ("归档小程序", "archived the app"),
    "app.restore": ("恢复小程序", "restored the app"),
    "key.create": ("新建写入密钥", "created a write key"),
    "key.rotate": ("更换写入密钥", "rotated the write key"),
    "key.retire": ("停用写入密钥", "retired a write key"),
    "wechat.secret": ("填写 AppSecret", "entered the AppSecret"),
    "wechat.forget": ("移除 AppSecret", "removed the AppSecret"),
    "payments.set": ("设置支付通知", "set up payment notifications"),
    "payments.remove": ("移除支付通知", "removed payment notifications"),
    "feed.create": ("新建取数地址", "created an address for tools"),
    "feed.revoke": ("撤销取数地址", "revoked an address for tools"),
    "token.create": ("新建 API 令牌", "created an API token"),
    "token.revoke": ("撤销 API 令牌", "revoked an API token"),
    "merge.join": ("合并用户", "joined two persons"),
    "merge.undo": ("撤销合并", "undid a merge"),
    "identity.order": ("调整标识类型的顺序", "changed the order of identity types"),
    "identity.block": ("屏蔽一个标识值", "blocked an identity value"),
    "identity.unblock": ("取消屏蔽标识值", "unblocked an identity value"),
    "identity.keep": ("设定手机号未转手", "said that a number was not handed on"),
    "identity.release": ("取消手机号未转手的设定", "let a number be handed on again"),
    "identity.type": ("修改标识类型", "changed a type of identity"),
    "virtual.create": ("新建虚拟事件", "created a virtual event"),
    "virtual.change": ("修改虚拟事件", "changed a virtual event"),
    "virtual.retire": ("停用虚拟事件", "retired a virtual event"),
    "virtual.restore": ("恢复虚拟事件", "restored a virtual event"),
    "quarantine.release": ("放行隔离的事件", "let in events from the quarantine"),
    "quarantine.drop": ("丢弃隔离的事件", "dropped events from the quarantine"),
    "definition.create": ("定义事件", "declared an event"),
    "event.create": ("新建事件", "created an event"),
    "event.save": ("保存事件草稿", "saved an event's draft"),
    "event.publish": ("发布事件", "published an event"),
    "event.back": ("恢复事件的旧版本", "went back to an earlier version of an event"),
    "event.retire": ("停用事件", "retired an event"),
    "event.restore": ("恢复事件", "restored an event"),
    "field.values": ("修改字段取值的名称", "changed the names of a field's values"),
    "plan.push": ("发布配置", "published a plan"),
    "plan.back": ("恢复旧配置", "went back to an earlier plan"),
    "plan.off": ("停止采集", "stopped the tracker"),
    "plan.on": ("恢复采集", "let the tracker go on"),
    "annotation.create": ("添加标注", "added an annotation"),
    "annotation.remove": ("删除标注", "removed an annotation"),
    "question.create": ("保存问题", "saved a question"),
    "question.change": ("修改问题", "changed a question"),
    "question.remove": ("删除问题", "removed a question"),
    "cohort.create": ("新建人群", "made a cohort"),
    "cohort.change": ("修改人群", "changed a cohort"),
    "cohort.remove": ("删除人群", "removed a cohort"),
    "review.write": ("填写复盘", "wrote a review"),
    "checklist.put_away": ("收起清单", "put the checklist away"),
    "checklist.show": ("重新显示清单", "showed the checklist again"),
    "kpi.create": ("新建 KPI", "made a KPI"),
    "kpi.change": ("修改 KPI", "changed a KPI"),
    "kpi.remove": ("删除 KPI", "removed a KPI"),
    "alarm_rule.create": ("新建告警规则", "made an alarm rule"),
    "alarm_rule.change": ("修改告警规则", "changed an alarm rule"),
    "alarm_rule.on": ("启用告警规则", "turned an alarm rule on"),
    "alarm_rule.off": ("停用告警规则", "turned an alarm rule off"),
    "alarm_rule.remove": ("删除告警规则", "removed an alarm rule"),
    "alarm_settings.change": ("修改告警推送设置", "changed where alarms go"),
    "alarm.acknowledge": ("确认告警", "acknowledged an alarm"),
    "channel.create": ("新建推送渠道", "made a channel"),
    "channel.change": ("修改推送渠道", "changed a channel"),
    "channel.remove": ("删除推送渠道", "removed a channel"),
    "channel.stop": ("推送渠道已停用", "a channel was stopped"),
    "channel.unsubscribe": ("退订邮件", "unsubscribed from mail"),
    "channel.subscribe": ("重新订阅邮件", "subscribed to mail again"),
    "subscription.create": ("新建推送", "scheduled a message"),
    "subscription.change": ("修改推送", "changed a scheduled message"),
    "subscription.pause": ("暂停推送", "paused a scheduled message"),
    "subscription.resume": ("恢复推送", "resumed a scheduled message"),
    "subscription.remove": ("删除推送", "removed a scheduled message"),
    "link.create": ("新建推广链接", "made campaign links"),
    "link.change": ("修改推广链接", "changed a campaign link"),
    "content.put": ("更新公众号数据", "updated Official Account figures"),
    "costs.put": ("更新投放成本", "updated advertising costs"),
    "link.end": ("结束推广链接", "ended a campaign link"),
    "view.create": ("保存视图", "saved a view"),
    "view.change": ("修改视图", "changed a view"),
    "view.remove": ("删除视图", "removed a view"),
    "person.create": ("新增成员", "added a member"),
    "person.join": ("加入", "joined"),
    "person.change": ("修改个人信息", "changed their profile"),
    "person.password": ("修改密码", "changed a password"),
    "person.disable": ("停用账号", "disabled an account"),
    "person.enable": ("启用账号", "enabled an account"),
    "grant.set": ("授予角色", "assigned a role"),
    "grant.remove": ("移除角色", "removed a role"),
    "invitation.create": ("发出邀请", "sent an invitation"),
    "invitation.cancel": ("撤回邀请", "withdrew an invitation"),
    "invitation.accept": ("接受邀请", "accepted an invitation"),
    "session.begin": ("登录", "signed in"),
    "session.end": ("退出登录", "signed out"),
    "session.end_all": ("退出所有设备", "signed out everywhere"),
    "sign_in.create": ("生成登录链接", "created a sign-in link"),
    "user.erase": ("删除用户", "erased a user"),
    "user.export": ("导出用户数据", "exported a user's data"),
    "phone.create": ("生成手机查看二维码", "created a QR code for a phone"),
    "phone.open": ("用手机打开", "opened on a phone"),
}
#: Deeds whose target is a person's number.
OF_PERSONS = ("person", "grant", "session", "sign_in")
#: A field of the details → (zh, en)
FACTS: dict[str, tuple[str, str]] = {
    "name": ("名称", "name"),
    "zh": ("中文名", "Chinese name"),
    "en": ("英文名", "English name"),
    "appid": ("AppID", "AppID"),
    "timezone": ("时区", "time zone"),
    "undeclared": ("未定义事件", "undeclared events"),
    "undeclared_server": ("服务器的未定义事件", "undeclared events of servers"),
    "undeclared_import": ("导入的未定义事件", "undeclared events of imports"),
    "event": ("事件", "event"),
    "report": ("报表", "report"),
    "reason": ("原因", "reason"),
    "why": ("理由", "why"),
    "role": ("角色", "role"),
    "before": ("原角色", "previous role"),
    "scopes": ("权限", "scopes"),
    "expires": ("有效期至", "expires"),
    "others_retire": ("旧密钥有效至", "old keys valid until"),
    "ended": ("设备数", "devices"),
    "agent": ("设备", "device"),
    "day": ("日期", "day"),
    "text": ("内容", "text"),
    "events": ("事件数", "events"),
    "pages": ("页面数", "pages"),
    "patterns": ("规则数", "patterns"),
    "version": ("版本", "version"),
    "of": ("原版本", "revision"),
    "identities": ("标识数", "identities"),
    "merge": ("合并编号", "merge"),
    "value": ("值", "value"),
    "one": ("用户", "user"),
    "other": ("与用户", "and user"),
    "to": ("改为", "now"),
    "was": ("原为", "before"),
    "anyway": ("按收到的内容", "as they came"),
    "values": ("取值数", "values"),
    "whole": ("整个用户", "the whole user"),
}


@dataclass(frozen=True)
class Deed:
    """An entry, told. `who` is empty for the command line."""

    id: int
    at: datetime
    who: str
    app: str
    action: str
    what: str
    target: str
    facts: tuple[tuple[str, str], ...]


def kinds(language: Language) -> dict[str, str]:
    """Groups of actions → their names, for the menu of kinds."""
    _ = translate(language)
    return {
        "app": _("App"),
        "key": _("Write keys"),
        "wechat": _("WeChat"),
        "token": _("API tokens"),
        "feed": _("Addresses for tools"),
        "payments": _("Payments"),
        "grant": _("Roles"),
        "invitation": _("Invitations"),
        "person": _("People"),
        "session": _("Sign-in"),
        "phone": _("Phones"),
        "user": _("User data"),
        "merge": _("Merges"),
        "identity": _("Identities"),
        "definition": _("Names of events"),
        "event": _("Events"),
        "plan": _("Plans"),
        "annotation": _("Annotations"),
        "view": _("Saved views"),
        "question": _("Saved questions"),
    }


def told(
    entry: Entry,
    people: Mapping[int, str],
    roles: Mapping[str, str],
    time: Callable[[datetime], str],
    language: Language,
) -> Deed:
    """The entry in words."""
    joined = entry.action == "person.create" and str(entry.account) == entry.target
    pair = DEEDS.get("person.join" if joined else entry.action)
    kind = entry.action.partition(".")[0]
    target = entry.target
    if kind in OF_PERSONS or entry.action.startswith("phone."):
        own = entry.account is not None and str(entry.account) == target
        target = "" if own else people.get(int(target), target) if target.isdecimal() else target
    elif entry.action == "app.create" and entry.app == target:
        target = ""
    elif (
        kind in ("invitation", "token", "feed", "annotation", "view", "question", "plan")
        and target.isdecimal()
    ):
        target = f"#{target}"
    facts = ((key, value) for key, value in entry.details.items() if value not in (None, ""))
    return Deed(
        id=entry.id,
        at=entry.at,
        who=entry.by or "",
        app=entry.app or "",
        action=entry.action,
        what=pair[language != "zh"] if pair else entry.action,
        target=target,
        facts=tuple(
            (_named(key, language), _said(key, value, roles, time)) for key, value in facts
        ),
    )


def _named(fact: str, language: Language) -> str:
    return FACTS[fact][language != "zh"] if fact in FACTS else fact


def _said(
    fact: str, value: object, roles: Mapping[str, str], time: Callable[[datetime], str]
) -> str:
    text = str(value)
    if fact in ("role", "before"):
        return roles.get(text, text)
    if fact in ("expires", "others_retire"):
        return time(datetime.fromisoformat(text))
    return text
