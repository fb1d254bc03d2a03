"""What is defined of events, and what waits in quarantine.

Written by scripts/client.py, not by hand: make client.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import quote

from minilens.client.answers import (
    DefinedEvent,
    EventFields,
    EventList,
    LeftQuarantine,
    LookedAt,
    PageTypePatterns,
    PlanChecked,
    SavedVirtual,
    ValueNamesOfField,
    VirtualList,
    WaitingList,
)
from minilens.client.connection import Connection


class Definitions:
    """Events, fields, virtual events, page types, plans and the quarantine of an app.

    Reading needs the scope report:read, changing admin.
    """

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def list_quarantine(self, *, event: str = "", reason: str = "") -> WaitingList:
        """Events in quarantine (隔离的事件)."""
        return self._connection.get("quarantine", {"event": event, "reason": reason}, WaitingList)

    def release_quarantine(
        self,
        *,
        event: str,
        reason: str = "",
        zh: str = "",
        fields: Sequence[Mapping[str, Any]] | None = None,
        anyway: bool = False,
    ) -> LeftQuarantine:
        """Let events in (放行隔离的事件)."""
        return self._connection.send(
            "POST",
            "quarantine/release",
            {"event": event, "reason": reason, "zh": zh, "fields": fields, "anyway": anyway},
            LeftQuarantine,
        )

    def drop_quarantine(
        self, *, event: str, reason: str = "undeclared", why: str = ""
    ) -> LeftQuarantine:
        """Drop events (丢弃隔离的事件)."""
        return self._connection.send(
            "POST",
            "quarantine/drop",
            {"event": event, "reason": reason, "why": why},
            LeftQuarantine,
        )

    def list_virtual_events(self) -> VirtualList:
        """Virtual events (虚拟事件)."""
        return self._connection.get("virtual-events", {}, VirtualList)

    def save_virtual_event(
        self,
        *,
        name: str,
        conditions: Sequence[dict[str, Any]] | None = None,
        zh: str = "",
        en: str = "",
        version: int | None = None,
        retired: bool | None = None,
    ) -> SavedVirtual:
        """Save a virtual event (保存虚拟事件)."""
        return self._connection.send(
            "POST",
            "virtual-events",
            {
                "name": name,
                "conditions": conditions,
                "zh": zh,
                "en": en,
                "version": version,
                "retired": retired,
            },
            SavedVirtual,
        )

    def preview_virtual_event(
        self,
        *,
        name: str,
        conditions: Sequence[dict[str, Any]] | None = None,
        zh: str = "",
        en: str = "",
        version: int | None = None,
        retired: bool | None = None,
    ) -> LookedAt:
        """Look at a virtual event (预览虚拟事件)."""
        return self._connection.send(
            "POST",
            "virtual-events/preview",
            {
                "name": name,
                "conditions": conditions,
                "zh": zh,
                "en": en,
                "version": version,
                "retired": retired,
            },
            LookedAt,
        )

    def page_types(self) -> PageTypePatterns:
        """Page types (页面类型)."""
        return self._connection.get("page-types", {}, PageTypePatterns)

    def set_page_types(
        self, *, types: dict[str, Any], revision: int | None = None, dry_run: bool = False
    ) -> PageTypePatterns:
        """Set the page types (设置页面类型)."""
        return self._connection.send(
            "PUT",
            "page-types",
            {"types": types, "revision": revision, "dry_run": dry_run},
            PageTypePatterns,
        )

    def make_ready_events(self, *, names: Sequence[str] | None = None) -> EventList:
        """Make drafts of ready events (生成常用事件的草稿)."""
        return self._connection.send("POST", "ready-events", {"names": names}, EventList)

    def event_fields(self) -> EventFields:
        """Fields of events (事件字段)."""
        return self._connection.get("fields", {}, EventFields)

    def field_values(self, field: str) -> ValueNamesOfField:
        """Names of a field's values (字段取值的名称)."""
        return self._connection.get(f"fields/{quote(field, safe='')}/values", {}, ValueNamesOfField)

    def set_field_values(
        self, field: str, *, values: Sequence[Any], revision: int = 0
    ) -> ValueNamesOfField:
        """Name a field's values (设置字段取值的名称)."""
        return self._connection.send(
            "PUT",
            f"fields/{quote(field, safe='')}/values",
            {"values": values, "revision": revision},
            ValueNamesOfField,
        )

    def check_plan(self, *, file: str) -> PlanChecked:
        """Check a plan's file (检查配置文件)."""
        return self._connection.send("POST", "plan/check", {"file": file}, PlanChecked)

    def events(self) -> EventList:
        """Events (事件列表)."""
        return self._connection.get("events", {}, EventList)

    def create_event(
        self,
        *,
        way: str = "form",
        template: str = "blank",
        note: str = "",
        actions: Sequence[Any] | None = None,
        fields: Sequence[Any] | None = None,
        name: str = "",
        zh: str = "",
    ) -> DefinedEvent:
        """Define an event (新建事件)."""
        return self._connection.send(
            "POST",
            "events",
            {
                "way": way,
                "template": template,
                "note": note,
                "actions": actions,
                "fields": fields,
                "name": name,
                "zh": zh,
            },
            DefinedEvent,
        )

    def event(self, event: str) -> DefinedEvent:
        """An event (单个事件)."""
        return self._connection.get(f"events/{quote(event, safe='')}", {}, DefinedEvent)

    def save_event(
        self,
        event: str,
        *,
        way: str = "form",
        template: str = "blank",
        note: str = "",
        actions: Sequence[Any] | None = None,
        fields: Sequence[Any] | None = None,
        revision: int = 0,
    ) -> DefinedEvent:
        """Save an event's draft (保存草稿)."""
        return self._connection.send(
            "PUT",
            f"events/{quote(event, safe='')}",
            {
                "way": way,
                "template": template,
                "note": note,
                "actions": actions,
                "fields": fields,
                "revision": revision,
            },
            DefinedEvent,
        )

    def publish_event(self, event: str, *, revision: int = 0, version: int = 0) -> DefinedEvent:
        """Publish an event (发布事件)."""
        return self._connection.send(
            "POST",
            f"events/{quote(event, safe='')}/publish",
            {"revision": revision, "version": version},
            DefinedEvent,
        )

    def back_event(self, event: str, *, revision: int = 0, version: int = 0) -> DefinedEvent:
        """Publish an earlier version again (恢复旧版本)."""
        return self._connection.send(
            "POST",
            f"events/{quote(event, safe='')}/back",
            {"revision": revision, "version": version},
            DefinedEvent,
        )

    def retire_event(self, event: str, *, revision: int = 0, version: int = 0) -> DefinedEvent:
        """Retire an event (停用事件)."""
        return self._connection.send(
            "POST",
            f"events/{quote(event, safe='')}/retire",
            {"revision": revision, "version": version},
            DefinedEvent,
        )

    def restore_event(self, event: str, *, revision: int = 0, version: int = 0) -> DefinedEvent:
        """Restore a retired event (恢复事件)."""
        return self._connection.send(
            "POST",
            f"events/{quote(event, safe='')}/restore",
            {"revision": revision, "version": version},
            DefinedEvent,
        )
