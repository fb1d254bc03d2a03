"""`minilens doctor`: what is configured, what it is like, what is wrong.

It changes nothing, but has days made again that differ from their events.
"""

from __future__ import annotations

import contextlib
import os
import re
import stat
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from minilens import __version__
from minilens import settings as settings_file
from minilens.errors import CannotStart, EngineFailed, MinilensError, did_you_mean
from minilens.load import stored_secrets
from minilens.load.blocks import rules_of
from minilens.load.pending import Counter, Pending
from minilens.load.stored_secrets import Removed
from minilens.load.worker import Failure
from minilens.period import now_ms
from minilens.records.store import Records
from minilens.reference import province_map
from minilens.serve import clock, status
from minilens.serve.backup.backup import Last, last
from minilens.serve.control_client import ask
from minilens.serve.doctor.channels import channel_findings
from minilens.serve.doctor.days_check import Checked, check_days, findings
from minilens.serve.doctor.findings import TASK_NAMES, Finding
from minilens.serve.doctor.mail_records import mail_findings
from minilens.serve.doctor.moves import move_findings
from minilens.serve.doctor.receivers import receiver_findings
from minilens.serve.doctor.shards import ServerState, servers, shard_findings
from minilens.serve.doctor.turned_away import turned_away_findings
from minilens.serve.status import Disk, Store, Waiting
from minilens.settings import SECRETS, TABLE, Given, Settings
from minilens.spool.reader import DAMAGED
from minilens.spool.turned_away import turned_away

#: Damaged parts of the embedded warehouse.
PUT_ASIDE = "store/*/*/detached/*"
#: Variables that are no settings, and mean something all the same.
OURS = {"MINILENS_CONFIG", "MINILENS_LISTENER", "MINILENS_ANNOUNCE", "MINILENS_SHARED"}
SOON_FULL, OLD_BACKUP, TOLD_DAYS = 14, 3, 30  # days
SILENT, NEW_KEY = 24, 1  # hours
HOUR = 3_600_000


class EngineState(msgspec.Struct, frozen=True):
    """What whoever has the engine open can say."""

    store: Store
    pending: list[str]
    days: int = 0
    reasons: list[str] = []
    checked: Checked = Checked()
    failing: list[Failure] = []  # what the running server tries again and again
    url: str = ""  # where the running server is reached
    host: str = ""  # and what it listens on
    secrets: dict[int, int] = {}  # app → stored events that hold secrets
    removed: list[Removed] = []


class Diagnosis(msgspec.Struct):
    """All of it."""

    program: str
    settings: dict[str, tuple[str, str]]  # name → what, from where
    findings: list[Finding]
    running: bool = False
    disk: Disk | None = None
    full_in_days: int | None = None
    waiting: Waiting | None = None
    inside: EngineState | None = None
    apps: dict[str, int] = {}  # name → when the last event was received
    last_backup: Last | None = None
    records_schema: str = ""
    servers: list[ServerState] = []  # of a cluster


def diagnose(environ: Mapping[str, str] | None = None) -> Diagnosis:
    """Look at everything; whatever is broken, the rest is looked at."""
    env = os.environ if environ is None else environ
    found = Diagnosis(__version__, {}, list(_unknown(env)))
    try:
        said = settings_file.given(env)
        found.settings = {name: (_shown(name, one), one.source) for name, one in said.items()}
        settings = settings_file.load(env, make=False)
    except CannotStart as error:
        reason = error.message("zh"), error.message("en")
        found.findings.append(Finding("settings", {"reason": reason}))
        return found
    _look_at_map(found, settings)
    if not settings.data.is_dir():
        found.findings.append(Finding("no_folder", {"folder": str(settings.data)}))
        return found
    _look_at_folder(found, settings)
    _look_at_modes(found, settings, said)
    _look_at_cluster(found, settings)
    _ask_engine(found, settings)
    _look_at_backups(found, settings)
    found.findings += move_findings(settings, running=found.running)
    found.findings += mail_findings(settings)
    noted = clock.read(settings.data)
    if noted and noted.jump and not noted.settled():
        days = round(abs(noted.jump) / clock.DAY, 1)
        found.findings.append(Finding("clock_jumped", {"days": f"{days:g}"}))
    if count := status.damaged(settings.spool):
        folder = str(settings.spool / "*" / DAMAGED)
        found.findings.append(Finding("damaged_records", {"count": count, "folder": folder}))
    if parts := list((settings.data / "warehouse").glob(PUT_ASIDE)):
        some = {"count": len(parts), "folder": str(parts[0].parent)}
        found.findings.append(Finding("damaged_parts", some))
    host = (found.inside and found.inside.host) or settings.host
    url = (found.inside and found.inside.url) or settings.url
    if host not in ("127.0.0.1", "::1", "localhost") and not url.startswith("https:"):
        found.findings.append(Finding("plain_http", {"host": host}))
    return found


def engine_state(
    settings: Settings,
    engine: object,
    records: Records,
    pending: Pending | None = None,
    counter: Counter | None = None,
    **more: object,
) -> EngineState:
    """What the engine's owner says; also the answer of a running server."""
    from minilens.warehouse.engine import Engine
    from minilens.warehouse.migrate import behind

    assert isinstance(engine, Engine)
    steps = [f"records {step}" for step in records.database.pending()]
    steps += [f"warehouse {step.version:04d}" for step in behind(engine)]
    checked = (
        Checked() if steps else check_days(engine, pending, counter, rules_of(records).types_of)
    )
    secrets: dict[int, int] = {}
    with contextlib.suppress(EngineFailed):  # it takes too long, or too much memory
        secrets = stored_secrets.find(engine)
    said = {"store": status.store(engine), "pending": steps, "checked": checked, **more}
    said |= {"secrets": secrets, "removed": stored_secrets.removed(engine)}
    return msgspec.convert(said, EngineState)


def _unknown(env: Mapping[str, str]) -> Iterator[Finding]:
    """Variables with our prefix that no setting has."""
    known = {f"MINILENS_{one.name.upper()}" for one in TABLE}
    known |= {f"{name}_FILE" for name in known} | OURS
    for name in sorted(env):
        if name.startswith("MINILENS_") and name not in known and "_TEST_" not in name:
            near = did_you_mean(name, known)
            yield Finding("unknown_variable", {"name": name, "hint": f" ({near}?)" if near else ""})


def _shown(name: str, one: Given) -> str:
    """A value that may be shown: of secrets nothing, of addresses all but the password."""
    if not one.text or name not in SECRETS:
        return one.text
    if name == "secret":
        return "***"
    return re.sub(
        r"(?<=[?&]password=)[^&]*", "***", re.sub(r"(://[^:/@]*):.*@", r"\1:***@", one.text)
    )


def _look_at_map(found: Diagnosis, settings: Settings) -> None:
    if settings.map in ("", province_map.NONE):
        return
    try:
        province_map.read(Path(settings.map))
    except (OSError, msgspec.DecodeError) as error:
        some = {"file": settings.map, "reason": str(error)}
        found.findings.append(Finding("bad_map", some))


def _look_at_folder(found: Diagnosis, settings: Settings) -> None:
    add = found.findings.append
    for folder in (settings.data, settings.spool, settings.data / "warehouse"):
        here = folder == settings.data or folder.exists()
        if here and not (folder.is_dir() and os.access(folder, os.W_OK | os.X_OK)):
            add(Finding("not_writable", {"folder": str(folder)}))
    found.disk = status.disk(settings)
    if found.disk.free < found.disk.reserve:
        facts = {"free": mib(found.disk.free), "reserve": mib(found.disk.reserve)}
        add(Finding("disk_full", facts))
    with contextlib.suppress(OSError, ValueError):
        found.waiting = status.waiting(settings.spool)
    if found.waiting and found.waiting.oldest:
        seconds = (now_ms() - found.waiting.oldest) // 1000
        if seconds > status.BEHIND_SECONDS:
            add(Finding("behind", {"seconds": seconds, "bytes": mib(found.waiting.bytes)}))


def _look_at_modes(found: Diagnosis, settings: Settings, said: Mapping[str, Given]) -> None:
    """Who else may read what is secret; what a container is handed read-only has the modes of its giver."""
    looked = {settings.data: 0o700, settings.data / "secret": 0o600}
    looked[settings.data / "records.sqlite"] = 0o600
    looked |= {path: 0o600 for path in secret_files(said) if Path("/run") not in path.parents}
    for path, want in looked.items():
        with contextlib.suppress(OSError):
            mode = stat.S_IMODE(path.stat().st_mode)
            if mode & 0o007 or (path == settings.data / "secret" and mode & 0o077):
                facts = {"path": str(path), "mode": f"{mode:o}", "want": f"{want:o}"}
                found.findings.append(Finding("open_to_others", facts))


def secret_files(said: Mapping[str, Given]) -> list[Path]:
    """Files of the owner's in which a secret stands: the secret itself, or a password of an address."""
    return [
        one.path
        for name, one in said.items()
        if name in SECRETS and one.path and one.text != _shown(name, one)
    ]


def _look_at_cluster(found: Diagnosis, settings: Settings) -> None:
    """Each server by itself: whoever has the engine open can say nothing while one is away."""
    if "cluster=" not in settings.warehouse:
        return
    from minilens.warehouse.engine import Engine

    try:
        engine = Engine(settings.warehouse_dsn, memory_mb=settings.memory_mb)
    except MinilensError as error:
        found.findings.append(Finding("warehouse", {"reason": str(error)}))
        return
    if engine.cluster:
        found.servers = servers(engine.cluster)
        found.findings += shard_findings(found.servers)
    engine.close()


def _ask_engine(found: Diagnosis, settings: Settings) -> None:
    """Through the running server, or by opening the engine where none runs."""
    try:
        answered = ask(settings, "doctor", seconds=30)
        found.running = answered is not None
        if answered is not None:
            found.inside = msgspec.convert(answered, EngineState, str_keys=True)
    except Exception as error:  # whatever it is: the server is there and does not answer
        found.running = True
        found.findings.append(Finding("not_ready", {"reasons": str(error) or type(error).__name__}))
        return
    records = None
    try:
        records = Records(settings.records_dsn)
        records.database.pending()
    except (MinilensError, Exception) as error:
        found.findings.append(Finding("records", {"reason": str(error).splitlines()[0]}))
    else:
        if "load" not in settings.roles:
            found.findings += receiver_findings(records, now_ms())
        elif not found.running:
            found.findings.append(Finding("not_running"))
            _open(found, settings, records)
        if found.inside:
            _judge(found, settings, records, found.inside)
    finally:
        if records:
            records.database.close()


def _open(found: Diagnosis, settings: Settings, records: Records) -> None:
    from minilens.warehouse.engine import Engine

    if not settings.warehouse and not (settings.data / "warehouse").exists():
        return
    try:
        engine = Engine(settings.warehouse_dsn, memory_mb=settings.memory_mb)
        try:
            found.inside = engine_state(settings, engine, records)
        finally:
            engine.close()
    except MinilensError as error:
        found.findings.append(Finding("warehouse", {"reason": str(error)}))


def _judge(found: Diagnosis, settings: Settings, records: Records, said: EngineState) -> None:
    add, store, now = found.findings.append, said.store, now_ms()
    found.findings += _failing(said)
    if said.pending:
        add(Finding("pending", {"count": len(said.pending)}))
    if found.disk:
        found.full_in_days = status.full_on(found.disk, store)
        if found.full_in_days is not None and found.full_in_days < SOON_FULL:
            add(Finding("disk_soon_full", {"days": found.full_in_days}))
    if store.quarantine:
        reasons = ", ".join(sorted({one.split(" ", 1)[1] for one in store.quarantine}))
        add(Finding("quarantine", {"count": sum(store.quarantine.values()), "reasons": reasons}))
    if store.newest > now + 5000:
        add(Finding("clock", {"seconds": (store.newest - now) // 1000}))
    if store.events and any(step.startswith("records 0001") for step in said.pending):
        add(Finding("records_gone", {"events": store.events}))
    if any(step.startswith("records") for step in said.pending):
        return  # of an older schema: the rest is not asked
    names = {app.id: app.name for app in records.apps.all(archived=True)}
    found.findings += findings(said.checked, names)
    found.findings += _secrets(said, names, now)
    found.findings += turned_away_findings(
        turned_away(settings.spool, now),
        {app.id: (app.name, app.appid) for app in records.apps.all()},
    )
    found.findings += channel_findings(records, names, settings)
    found.findings += receiver_findings(records, now)
    found.apps = {app.name: store.last_event.get(app.id, 0) for app in records.apps.all()}
    for name, at in found.apps.items():
        if at and now - at > SILENT * HOUR:
            add(Finding("silent", {"app": name, "hours": (now - at) // HOUR}))
    for app, key in status.keys_never_used(records, store.key_used):
        add(Finding("never_used", {"app": app, "key": key, "url": said.url or settings.url}))


def _failing(said: EngineState) -> Iterator[Finding]:
    """What the running server cannot do."""
    named = {status.failing_word(one.name) for one in said.failing}
    if reasons := [reason for reason in said.reasons if reason not in named]:
        yield Finding("not_ready", {"reasons": ", ".join(reasons)})
    for one in said.failing:
        work = TASK_NAMES.get(one.name, (one.name, one.name))
        since = f"{datetime.fromtimestamp(one.since / 1000, UTC):%Y-%m-%d %H:%M} UTC"
        code = "counting_fails" if one.name in ("load", "build") else "task_fails"
        yield Finding(code, {"work": work, "since": since, "reason": one.reason})


def _secrets(said: EngineState, names: Mapping[int, str], now: int) -> Iterator[Finding]:
    """Secrets that are stored; and for some time, that they were."""
    for app, count in said.secrets.items():
        yield Finding("stored_secrets", {"app": names.get(app, app), "count": count})
    for one in said.removed:
        if now - one.at < TOLD_DAYS * status.DAY_MS:
            day = f"{datetime.fromtimestamp(one.at / 1000, UTC):%Y-%m-%d %H:%M} UTC"
            facts = {"app": names.get(one.app, one.app), "count": one.events, "moment": day}
            yield Finding("secrets_removed", facts)


def _look_at_backups(found: Diagnosis, settings: Settings) -> None:
    found.last_backup = last(settings.data)
    if not found.last_backup:
        if found.inside and found.inside.store.events:
            found.findings.append(Finding("no_backup"))
        return
    days = (now_ms() - found.last_backup.at) // status.DAY_MS
    if days >= OLD_BACKUP:
        facts = {"days": days, "file": found.last_backup.file}
        found.findings.append(Finding("old_backup", facts))


def mib(size: int) -> str:
    """In MiB."""
    return f"{-(-size >> 20):,} MiB"
