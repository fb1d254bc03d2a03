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
    "app.archive": ("归档小程序", "archived the app"),
    "app.restore": ("恢复小程序", "restored the app"),
    "key.create": ("新建写入密钥", "created a write key"),
    "key.rotate": ("更换写入密钥", "rotated the write key"),
    "key.retire": ("停用写入密钥", "retired a write key"),
    "token.create": ("新建 API 令牌", "created an API token"),
    "token.revoke": ("撤销 API 令牌", "revoked an API token"),
    "definition.create": ("定义事件", "declared an event"),
    "annotation.create": ("添加标注", "added an annotation"),
    "annotation.remove": ("删除标注", "removed an annotation"),
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
    "role": ("角色", "role"),
    "before": ("原角色", "previous role"),
    "scopes": ("权限", "scopes"),
    "expires": ("有效期至", "expires"),
    "others_retire": ("旧密钥有效至", "old keys valid until"),
    "ended": ("设备数", "devices"),
    "agent": ("设备", "device"),
    "day": ("日期", "day"),
    "text": ("内容", "text"),
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
        "token": _("API tokens"),
        "grant": _("Roles"),
        "invitation": _("Invitations"),
        "person": _("People"),
        "session": _("Sign-in"),
        "phone": _("Phones"),
        "definition": _("Events"),
        "annotation": _("Annotations"),
        "view": _("Saved views"),
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
    elif kind in ("invitation", "token", "annotation", "view") and target.isdecimal():
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
