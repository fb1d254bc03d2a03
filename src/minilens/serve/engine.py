"""The engine process: the console and its API, the loader, the builder, on a socket of this machine.

The socket has mode 0600. The receiver passes browsers' requests on to it; commands of the same user ask
under `/-/`, which the receiver never passes on, and which the engine does not answer to what was passed on.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import socket
import sys
from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from dataclasses import replace
from functools import partial
from types import MappingProxyType
from typing import Any
from urllib.parse import parse_qsl

import click
import msgspec
import uvicorn
from prometheus_client import CollectorRegistry

from minilens import __version__
from minilens import settings as settings_file
from minilens.data_folder import address_of
from minilens.errors import CannotStart, MinilensError, Refused, problem
from minilens.load.election import Election
from minilens.load.pipeline import Pipeline, Workers, open_pipeline
from minilens.load.replay import replay
from minilens.load.worker import reason_of
from minilens.measure.execution.asker import Asker
from minilens.measure.execution.executor import QueryExecutor
from minilens.measure.execution.queue import QueryCancelled
from minilens.records.store import Records
from minilens.serve import (
    alarm_commands,
    alarms,
    cohort_commands,
    engine_failure,
    engine_metrics,
    hosts,
    kpi_commands,
    merging,
    quarantine,
    review_commands,
    snapshots,
    tasks,
    virtual,
)
from minilens.serve.archives import keeping
from minilens.serve.archives.months import STOPPING
from minilens.serve.backup.backup import ASIDE
from minilens.serve.backup.elsewhere import Elsewhere
from minilens.serve.backup.snapshot import Point, take
from minilens.serve.behind import behind, stop
from minilens.serve.control import FROM_OUTSIDE, INTERNAL, SIGN_IN, run, sign_in_code, sign_in_link
from minilens.serve.deliveries import deliveries
from minilens.serve.doctor.doctor import engine_state
from minilens.serve.logs import to_stderr
from minilens.serve.metrics import text_of
from minilens.serve.move.running import Moves
from minilens.serve.standby import wait_for_turn
from minilens.serve.status import not_ready, warnings
from minilens.serve.terminal import language
from minilens.serve.transfer import export_file, person_file
from minilens.serve.wiring import Pairs, asked, cohorts_of, console, questions, report
from minilens.settings import Settings
from minilens.text import Language
from minilens.warehouse.cluster import Cluster
from minilens.web.app import create_app
from minilens.web.cancellation import Stopping

log = logging.getLogger(__name__)

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]


#: So many times in a row, so many seconds apart, a server is away before another is asked.
LOOKS, LOOK_EVERY = 3, 5.0


class EngineApp:
    """Commands under `/-/`, everything else to the console."""

    def __init__(
        self,
        pipeline: Pipeline,
        executor: QueryExecutor,
        site: Callable[..., Awaitable[None]],
        more: Mapping[str, Callable[[Pairs], object]] = MappingProxyType({}),
    ) -> None:
        self._pipeline = pipeline
        self._site = site
        self._commands: dict[str, Callable[[Pairs], object]] = {
            "ping": lambda _: {"ok": True},
            "report": lambda asked: {"base64": report(pipeline, executor, asked)},
            "ask": lambda given: {"base64": asked(pipeline, executor, given)},
            "cohorts": lambda asked: cohort_commands.answered(
                cohorts_of(pipeline, executor), pipeline.records, dict(asked)
            ),
            "alarms": lambda asked: alarm_commands.answered(pipeline, dict(asked)),
            "kpis": lambda asked: kpi_commands.answered(pipeline, executor, dict(asked)),
            "reviews": lambda asked: review_commands.answered(pipeline, executor, dict(asked)),
            "left": lambda asked: dict(
                zip(("bytes", "days"), pipeline.left(dict(asked)["receiver"]), strict=True)
            ),
            "replay": lambda asked: msgspec.to_builtins(
                replay(pipeline.spool, pipeline.receivers, dict(asked).get("receiver", ""))
            ),
            "sign-in": lambda asked: {
                "code": sign_in_code(pipeline.records, dict(asked).get("email"))
            },
            **more,
        }

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Route one request."""
        if scope["type"] != "http" or not scope["path"].startswith(INTERNAL):
            await self._site(scope, receive, send)
            return
        command = self._commands.get(scope["path"].removeprefix(INTERNAL))
        asked = parse_qsl(scope["query_string"].decode())
        spoken: Language = "zh" if ("lang", "zh") in asked else "en"
        status, body = 200, b""
        try:
            if command is None or any(name == FROM_OUTSIDE for name, _ in scope["headers"]):
                raise Refused("not_found")
            if scope["method"] == "POST":
                asked.append(("body", (await _body(receive)).decode()))
            ping = scope["path"] == f"{INTERNAL}ping"  # waits for no thread while others work
            found = command(asked) if ping else await asyncio.to_thread(command, asked)
            body = msgspec.json.encode(found)
        except QueryCancelled:  # nobody reads it
            status = 499
        except Refused as error:
            status, body = error.status, msgspec.json.encode(problem(error, spoken, ""))
        except MinilensError as error:
            said = {"code": "internal", "message": error.message(spoken)}
            status, body = 500, msgspec.json.encode(said)
        headers = [(b"content-type", b"application/json"), (b"content-length", b"%d" % len(body))]
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": body})


async def _body(receive: Receive) -> bytes:
    """What a command sends along."""
    parts, more = list[bytes](), True
    while more:
        message = await receive()
        parts.append(message.get("body", b""))
        more = message["type"] == "http.request" and message.get("more_body", False)
    return b"".join(parts)


def running(
    pipeline: Pipeline, settings: Settings, hands: Workers, registry: CollectorRegistry
) -> dict[str, Callable[[Pairs], object]]:
    """The commands of those who run it."""
    return {
        "ping": lambda _: {"ok": True, "url": settings.url},
        "merges": lambda asked: merging.answered(pipeline, asked),
        "backup": lambda asked: point(pipeline, settings, dict(asked)["folder"]),
        "ready": lambda _: {
            "reasons": not_ready(settings, pipeline, hands),
            "warnings": warnings(settings),
        },
        "export": lambda asked: export_file.planned(pipeline, dict(asked)),
        "export-portion": lambda asked: export_file.answered(pipeline, dict(asked)),
        "archive": lambda asked: keeping.answered(pipeline, settings, dict(asked)),
        "virtual": lambda asked: virtual.answered(pipeline, dict(asked)),
        "quarantine": lambda asked: quarantine.answered(pipeline, dict(asked)),
        "person": lambda asked: person_file.answered(pipeline, dict(asked)),
        "doctor": lambda _: engine_state(
            settings,
            pipeline.engine,
            pipeline.records,
            pipeline.pending,
            pipeline.counter,
            days=len(pipeline.pending.all()),
            reasons=not_ready(settings, pipeline, hands),
            failing=pipeline.failures.all(),
            url=settings.url,
            host=settings.host,
        ),
        "sign-in": lambda asked: {
            "code": sign_in_code(pipeline.records, dict(asked).get("email")),
            "url": settings.url,
        },
        "metrics": lambda _: {"text": text_of(registry)},
    }


def point(pipeline: Pipeline, settings: Settings, folder: str) -> Point:
    """Put a point aside in a folder of the data folder that a command made and holds."""
    into = settings.data / folder
    if not folder.startswith(ASIDE) or "/" in folder or not into.is_dir():
        raise Refused("not_found")
    elsewhere = Elsewhere(pipeline.receivers) if pipeline.receivers else None
    still = partial(elsewhere.still, pipeline.still) if elsewhere else pipeline.still
    try:
        made = take(settings, pipeline.engine, into, still)
        return elsewhere.copied(into, made) if elsewhere else made
    except OSError as error:
        raise MinilensError(f"{error.filename or into}: {error.strerror}") from error


def listen(settings: Settings) -> socket.socket:
    """The socket of this machine, readable and writable by its owner only."""
    path = settings.engine_socket
    with contextlib.suppress(OSError):  # a folder in its place is named below
        path.unlink(missing_ok=True)
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    before = os.umask(0o177)
    try:
        listener.bind(address_of(path))
    except OSError as error:
        raise CannotStart(
            f"The socket {path} cannot be created: {error.strerror or error}",
            f"无法建立套接字 {path}：{error.strerror or error}",
        ) from error
    finally:
        os.umask(before)
    return listener


def announce(settings: Settings, pipeline: Pipeline) -> None:
    """Print where the console is; how to get in, where nobody can yet, and for the demo always."""
    click.echo(f"Minilens {__version__}  {settings.url}")
    if not pipeline.records.accounts.all():
        link = sign_in_link(settings, sign_in_code(pipeline.records))
        click.echo(f"Create owner account / 创建所有者账号:  {link}")
    elif os.environ["MINILENS_ANNOUNCE"] == SIGN_IN:
        link = sign_in_link(settings, sign_in_code(pipeline.records))
        click.echo(f"Sign in / 登录:  {link}")
    sys.stdout.flush()


async def serve(settings: Settings, pipeline: Pipeline) -> None:
    """Run until told to stop."""
    hands = Workers(pipeline)
    hands.start()
    executor = questions(pipeline, settings, hands.healing.met)
    registry = CollectorRegistry()
    registry.register(engine_metrics.OfEngine(pipeline, settings))
    opened, own = console(pipeline, settings, executor), Asker()
    patient = behind(pipeline, opened, executor, own)
    sending = deliveries(pipeline, settings, patient, lambda: stop(executor, own))
    every = (*sending.tasks(), alarms.task(pipeline, patient), snapshots.task(pipeline, patient))
    opened = replace(opened, answer=engine_metrics.Asked(registry).counted(opened.answer))
    regular, moves = (
        asyncio.create_task(tasks.run(pipeline, settings, every)),
        Moves(pipeline, settings),
    )
    more = running(pipeline, settings, hands, registry) | {"move": moves.asked}
    app = EngineApp(pipeline, executor, create_app(opened), more)
    config = uvicorn.Config(
        Stopping(app, executor.stop),
        loop="uvloop", http="httptools", lifespan="on",
        access_log=False, log_config=None, server_header=False,
        timeout_graceful_shutdown=5,
        timeout_keep_alive=60,  # longer than the door's: it must be the one to close
        proxy_headers=False,
    )  # fmt: skip
    if os.environ.get("MINILENS_ANNOUNCE"):
        announce(settings, pipeline)
    try:
        await _answer(config, settings, pipeline)
    finally:
        STOPPING.set()
        regular.cancel()
        await asyncio.to_thread(moves.close)
        await asyncio.to_thread(sending.stop)
        await asyncio.to_thread(hands.stop)
        await asyncio.gather(regular, return_exceptions=True)  # what is under way is done
        with contextlib.suppress(OSError):
            settings.engine_socket.unlink(missing_ok=True)


async def _answer(config: uvicorn.Config, settings: Settings, pipeline: Pipeline) -> None:
    """Until told to stop, or another host loads."""
    server = uvicorn.Server(config)
    watching = asyncio.create_task(_while_elected(pipeline.election, server))
    looking = asyncio.create_task(_while_asked(pipeline.engine.cluster))
    try:
        await server.serve(sockets=[listen(settings)])
    finally:
        watching.cancel()
        looking.cancel()


async def _while_elected(election: Election | None, server: uvicorn.Server) -> None:
    """Stop at once when another host loads; the process is started again, and stands by."""
    while election and not election.lost:
        await asyncio.sleep(0.5)
    if election:
        log.error("another host loads now")
        server.should_exit = True


async def _while_asked(cluster: Cluster | None) -> None:
    """End as if killed when the server of a cluster that is asked stays away and another could be asked: the process is
    started again and asks that one. What is under way would wait for the dead."""
    missed = 0
    while cluster and missed < LOOKS:
        await asyncio.sleep(LOOK_EVERY)
        try:
            missed = missed + 1 if await asyncio.to_thread(cluster.answers_elsewhere) else 0
        except Exception:  # whatever it is: nobody else would look
            log.exception("servers of the cluster could not be looked at; trying again")
    if cluster:
        log.error("the server that is asked does not answer; starting again with another")
        os._exit(0)


def main() -> None:
    """Entry of the process. On a stop: the step under way is finished, then all that waits is loaded."""
    to_stderr("engine")
    try:
        settings = settings_file.load()
    except CannotStart as error:
        log.error(error.message(language()))
        raise SystemExit(3) from None
    try:
        election = _turn(settings)
        pipeline = open_pipeline(settings, election)
    except Exception as error:  # whatever it is: receiving goes on, and this is tried again
        failure = engine_failure.write(settings.data, error)
        log.error(
            failure.reason(language()), exc_info=not isinstance(error, (MinilensError, OSError))
        )
        raise SystemExit(3) from None
    engine_failure.clear(settings.data)
    try:
        run(serve(settings, pipeline))
    except CannotStart as error:
        failure = engine_failure.write(settings.data, error)
        log.error(failure.reason(language()))
        pipeline.close()
        raise SystemExit(3) from None
    if election is None or not election.lost:
        _drain(pipeline)
    pipeline.close()


def _turn(settings: Settings) -> Election | None:
    """When this host is to load; None where no other can. The process ends where it is told to stop before."""
    if not hosts.shared(settings):
        return None
    records = Records(settings.records_dsn)
    if not records.loader_lease.made():
        records.database.migrate()
    election = hosts.election_of(settings, records)
    engine_failure.clear(settings.data)
    if not wait_for_turn(settings, election, listen):
        raise SystemExit(0)
    election.keep()
    return election


def _drain(pipeline: Pipeline) -> None:
    try:
        pipeline.drain()
    except Exception as error:  # what waits is in the spool, and is loaded by the next start
        log.error("not all that waits was loaded", extra={"reason": reason_of(error)})


if __name__ == "__main__":
    main()
