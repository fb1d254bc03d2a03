"""Roles and what each may do: one table.

    viewer   reports, without persons
    analyst  also saved questions, persons (masked), export
    admin    also definitions, keys, members, identities and merges, erasure, the audit
    owner    also apps, backups, roles

A role is granted for one app or for all. Within an app a missing right is refused as such; who has no
role there is told that there is no such app.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

from minilens.errors import NotAllowed, Refused, did_you_mean

Role = Literal["viewer", "analyst", "admin", "owner"]
ROLES: tuple[Role, ...] = ("viewer", "analyst", "admin", "owner")

#: role → what it may beyond the role before it
_ALSO: dict[Role, tuple[str, ...]] = {
    "viewer": ("report:read",),
    "analyst": ("saved:write", "persons:read", "export"),
    "admin": (
        "definitions:write",
        "keys:write",
        "members:write",
        "identities:write",
        "erasure",
        "audit:read",
    ),
    "owner": ("apps:write", "backups", "roles"),
}
#: role → all that it may
RIGHTS: dict[Role, frozenset[str]] = {
    role: frozenset(right for lower in ROLES[: n + 1] for right in _ALSO[lower])
    for n, role in enumerate(ROLES)
}
#: What every role may: to see the app at all.
SEES = "report:read"
#: To see single persons.
OF_PERSONS = "persons:read"
#: Role → (zh, en), as pages call it.
TITLES: dict[Role, tuple[str, str]] = {
    "viewer": ("查看者", "Viewer"),
    "analyst": ("分析师", "Analyst"),
    "admin": ("管理员", "Admin"),
    "owner": ("所有者", "Owner"),
}
#: Right → (zh, en), what only some roles can.
TASKS: dict[str, tuple[str, str]] = {
    "report:read": ("查看报表", "view reports"),
    "saved:write": ("保存查询", "save queries"),
    "persons:read": ("查看单个用户", "view individual users"),
    "export": ("导出数据", "export data"),
    "definitions:write": ("修改标注与事件定义", "change annotations and event definitions"),
    "keys:write": ("管理密钥与令牌", "manage keys and tokens"),
    "members:write": ("管理成员", "manage members"),
    "identities:write": ("修改标识设置与合并", "change identities and merges"),
    "erasure": ("删除用户数据", "erase user data"),
    "audit:read": ("查看操作记录", "view the audit log"),
    "apps:write": ("管理小程序", "manage apps"),
    "backups": ("管理备份", "manage backups"),
    "roles": ("管理账号", "manage accounts"),
}
#: Scope of a token → the right of whoever makes it, when it is made and each time it is used.
SCOPE_NEEDS: dict[str, str] = {
    "report:read": "report:read",
    "events:write": "keys:write",
    "links:write": "keys:write",
    "costs:write": "keys:write",
    "content:write": "keys:write",
    "admin": "apps:write",
}
SCOPES = tuple(SCOPE_NEEDS)


def rank(role: Role | None) -> int:
    """0 for no role, then 1 to 4."""
    return ROLES.index(role) + 1 if role else 0


def may(role: Role | None, right: str) -> bool:
    """Whether the role has the right. A right that no role has is a mistake of ours."""
    if right not in RIGHTS["owner"]:
        raise KeyError(right)
    return role is not None and right in RIGHTS[role]


def missing(right: str, field: str = "") -> NotAllowed:
    """The refusal where a right is lacking: it says whose it is, the lowest role that has it."""
    zh, en = TITLES[next(role for role in ROLES if may(role, right))]
    roles = f"{zh}{'' if zh == TITLES[ROLES[-1]][0] else '及以上角色'}", f"{en.lower()}s"
    return NotAllowed("missing_right", field, roles=roles, right=TASKS[right])


def opened(scopes: Iterable[str], role: Role | None) -> frozenset[str]:
    """What a token with these scopes opens where its maker has that role now. `admin` is all of them."""
    held = SCOPES if "admin" in scopes else scopes
    return frozenset(scope for scope in held if may(role, SCOPE_NEEDS[scope]))


def grantable(role: Role | None) -> tuple[Role, ...]:
    """The roles that someone of this role may give to others: none above their own."""
    return ROLES[: rank(role)] if may(role, "members:write") else ()


def may_change(own: Role | None, theirs: Role | None) -> bool:
    """Whether the grant of another may be changed or taken: of one's own rank only by an owner."""
    if not may(own, "members:write"):
        return False
    return rank(theirs) < rank(own) or may(own, "roles")


def role_named(text: str) -> Role:
    """The role of that name; Refused with a hint."""
    if text not in ROLES:
        raise Refused("unknown_choice", "role", got=text, hint=did_you_mean(text, ROLES))
    return text
