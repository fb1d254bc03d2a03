"""What is kept of one person, as a file for that person; and having it erased. What commands and the API share."""

from __future__ import annotations

import base64
import csv
import io
import zipfile
from datetime import datetime
from typing import Any

import msgspec

from minilens import __version__
from minilens.identity.lookup import Subject, look_up
from minilens.load.pipeline import Pipeline
from minilens.measure import person_export
from minilens.period import now
from minilens.records.store import App, Erasure
from minilens.serve.backup.backup import tell_backups

README = """\
Minilens {version} · {app} · {at}

person.json       标识类型、首次访问、属性 · types of identities, first visit, properties
identities.csv    同上之标识 · the identities of it
properties.csv    同上之属性 · the properties of it
events.csv        全部事件，一行一条 · every event, one a line
events.json       同上，保留属性的原有结构 · the same, properties as they were
waiting.json      尚未计入的事件 · events that do not count yet

openid、unionid、手机号等只保存散列值，文件中的 hash 无法还原。
Of openid, unionid, phone numbers and the like only hashes are kept; a hash can't be turned back.
"""


def exported(
    pipeline: Pipeline, app: App, person: str, *, by: int | None = None, at: datetime | None = None
) -> bytes:
    """The file, a ZIP. That it was made stands in the audit, without a name."""
    engine, at = pipeline.engine, at or now()
    subject = look_up(engine, app.id, person, pipeline.secret)
    facts = person_export.facts(engine, app.id, subject.person, subject.actors)
    files: dict[str, str | bytes] = {
        "README.txt": README.format(version=__version__, app=app.name, at=at.isoformat(timespec="seconds")),
        "person.json": _json({"app": app.name, "exported": at, **facts}),
        "identities.csv": _csv(
            ("type", "since", "cause", "grade", "hash"),
            [tuple(one.values()) for one in facts["identities"]],
        ),
        "properties.csv": _csv(("name", "value"), list(facts["properties"].items())),
        "events.csv": person_export.events(engine, app.id, subject, "CSVWithNames"),
        "events.json": _listed(person_export.events(engine, app.id, subject, "JSONEachRow")),
        "waiting.json": _listed("\n".join(person_export.waiting(engine, app.id, subject)).encode()),
    }  # fmt: skip
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as out:
        for name, content in files.items():
            member = zipfile.ZipInfo(name, at.timetuple()[:6])
            member.compress_type = zipfile.ZIP_DEFLATED
            out.writestr(member, content)
    pipeline.records.erasures.exported(app.id, now=at, by=by)
    return made.getvalue()


def erased(
    pipeline: Pipeline, app: App, person: str, *, only_this: bool = False, by: int | None = None
) -> Erasure:
    """Erase them."""
    subject = meant(pipeline, app, person, only_this=only_this)
    done = pipeline.eraser.erase(app.id, subject, by=by)
    tell_backups(pipeline.spool.parent, done)
    return done


def meant(pipeline: Pipeline, app: App, person: str, *, only_this: bool = False) -> Subject:
    """Who it would be."""
    return look_up(pipeline.engine, app.id, person, pipeline.secret, only_this=only_this)


def answered(pipeline: Pipeline, asked: dict[str, str]) -> dict[str, object]:
    """What a running server answers a command: the file, who is meant, or what there was of whom is erased now."""
    app, person, only = (
        pipeline.records.apps.named(asked["app"], archived=True),
        asked["person"],
        "only" in asked,
    )
    if asked["do"] == "export":
        return {"base64": base64.b64encode(exported(pipeline, app, person)).decode()}
    if asked["do"] == "look":
        found = meant(pipeline, app, person, only_this=only)
        return {"person": found.person, "identities": len(found.actors)}
    done = erased(pipeline, app, person, only_this=only)
    return {"id": done.id, "counts": dict(done.counts)}


def _json(value: dict[str, Any]) -> bytes:
    return msgspec.json.format(msgspec.json.encode(value), indent=2)


def _listed(lines: bytes) -> bytes:
    rows = [line for line in lines.split(b"\n") if line.strip()]
    return b"[" + b",\n ".join(rows) + b"]\n"


def _csv(names: tuple[str, ...], rows: list[tuple[str, ...]]) -> str:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(names)
    writer.writerows(rows)
    return out.getvalue()
