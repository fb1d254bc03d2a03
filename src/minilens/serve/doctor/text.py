"""What the doctor found, for people and for programs."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from minilens.period import now_ms
from minilens.serve.doctor.doctor import Diagnosis, mib
from minilens.text import Language, counted

LEVELS = {
    "broken": ("✗ 故障", "✗ broken"),
    "warning": ("! 注意", "! warning"),
    "note": ("· 提示", "· note"),
}
FROM_TABLE = ("默认", "default")


def as_json(found: Diagnosis, language: Language) -> str:
    """The numbers, and the findings with their sentences."""
    body = msgspec.to_builtins(found)
    body["ok"] = not any(one.level == "broken" for one in found.findings)
    body["findings"] = [
        {"code": one.code, "level": one.level, **one.facts_in(language)}
        | dict(zip(("what", "why", "next"), one.said(language), strict=True))
        for one in found.findings
    ]
    body["settings"] = {
        name: {"value": value, "source": source or "default"}
        for name, (value, source) in found.settings.items()
    }
    return msgspec.json.format(msgspec.json.encode(body), indent=2).decode()


def as_text(found: Diagnosis, language: Language) -> str:
    """Findings last: that is where the eye is."""
    zh = language == "zh"
    at = 0 if zh else 1
    lines = ["设置" if zh else "Settings"]
    wide = max((len(name) for name in found.settings), default=0)
    for name, (value, source) in found.settings.items():
        lines.append(f"  {name:{wide}}  {value or '–'}  ({source or FROM_TABLE[at]})")
    lines += ["", "状态" if zh else "Status"]
    lines += [f"  {title[at]}: {value}" for title, value in _facts(found, language)]
    lines += ["", "发现" if zh else "Findings"]
    order = list(LEVELS)
    for one in sorted(found.findings, key=lambda one: order.index(one.level)):
        what, why, onward = one.said(language)
        lines += [f"  {LEVELS[one.level][at]}  {what}", f"      {why}", f"      → {onward}"]
    if not found.findings:
        lines.append("  一切正常" if zh else "  No problems found")
    return "\n".join(lines)


def _facts(found: Diagnosis, language: Language) -> Iterator[tuple[tuple[str, str], str]]:
    """(title in both languages, value)."""
    zh = language == "zh"
    yield ("版本", "version"), found.program
    yield (
        ("服务", "server"),
        ("运行中", "running")[not zh] if found.running else ("未运行", "stopped")[not zh],
    )
    if disk := found.disk:
        full = ""
        if found.full_in_days is not None:
            full = (
                f"，约 {found.full_in_days} 天后满"
                if zh
                else f", full in about {counted(found.full_in_days, 'day')}"
            )
        yield ("磁盘", "disk"), f"{mib(disk.free)} / {mib(disk.total)}{full}"
    yield from _servers(found, zh=zh)
    if found.waiting:
        yield (
            ("待装载", "waiting to load"),
            mib(found.waiting.bytes) + _ago(found.waiting.oldest, language),
        )
        yield ("接收日志", "spool"), mib(found.waiting.kept)
    if said := found.inside:
        store = said.store
        yield ("待计算的天数", "days to be built"), str(said.days)
        yield ("事件", "events"), f"{store.events:,}, {mib(store.bytes)}"
        yield ("每天事件", "events per day"), f"{store.a_day:,}"
        yield ("隔离区", "quarantine"), f"{sum(store.quarantine.values()):,}"
    for name, moment in found.apps.items():
        yield (
            (f"{name} 最近事件", f"last event of {name}"),
            _ago(moment, language).strip(" ,，") or "–",
        )
    if last := found.last_backup:
        about = f"{last.file}, {mib(last.bytes)}{_ago(last.at, language)}"
        yield ("最近备份", "last backup"), about


def _servers(found: Diagnosis, *, zh: bool) -> Iterator[tuple[tuple[str, str], str]]:
    """Those of a cluster."""
    for one in found.servers:
        title = f"分片 {one.shard}.{one.replica}", f"shard {one.shard}.{one.replica}"
        if one.away:
            yield title, f"{one.at} {('没有响应', 'does not respond')[not zh]}"
            continue
        kind = "ReplicatedMergeTree" if one.replicated else "MergeTree"
        size = f"{one.rows:,} {('行', 'rows')[not zh]}, {mib(one.bytes)}, {one.parts} {('个片段', 'parts')[not zh]}"
        yield title, f"{one.at}, ClickHouse {one.version}, {kind}, {size}"


def _ago(moment: int, language: Language) -> str:
    if not moment:
        return ""
    seconds = max(0, (now_ms() - moment) // 1000)
    for size, zh, en in (
        (86400, "天", "d"),
        (3600, "小时", "h"),
        (60, "分钟", "min"),
        (1, "秒", "s"),
    ):
        if seconds >= size or size == 1:
            count = seconds // size
            return f"，{count} {zh}前" if language == "zh" else f", {count} {en} ago"
    return ""
