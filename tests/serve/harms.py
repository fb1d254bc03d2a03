"""What may befall a server, each as a `with`: the cause is there inside of it, and gone after.

None of them knows the program from within: they are signals, limits of processes, files where none belong, a full
disk, a store that is stopped, odd shapes, and kills.
"""

from __future__ import annotations

import os
import random
import resource
import shutil
import signal
import subprocess
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import httpx

from minilens.spool.writer import frame
from tests.load.odd_shapes import Shapes
from tests.serve.postgres_server import Postgres
from tests.serve.server import MINILENS, Server


@dataclass
class Scene:
    """A server, what it stands on, and the dice."""

    server: Server
    postgres: Postgres | None
    small_disk: bool  # the data folder has a disk of its own, which may be filled
    odd_key: str  # a write key of another app, for what is odd
    dice: random.Random
    pace: float = 1.0  # harms last so much longer
    odd_accepted: int = 0

    def rest(self, least: float, most: float) -> None:
        """A while."""
        time.sleep(self.dice.uniform(least, most) * self.pace)

    def signal(self, name: str, what: signal.Signals) -> int:
        """To the receiver or the engine, as soon as it is there."""
        pid = self.pid(name)
        with suppress(ProcessLookupError):
            os.kill(pid, what)
        return pid

    def pid(self, name: str) -> int:
        """Of the receiver or the engine."""
        for _ in range(
            1500
        ):  # looks, not seconds: a machine may stand still for longer than any limit
            if pid := self.server.child(name):
                return pid
            time.sleep(0.04)
        raise AssertionError(f"no {name}\n{self.server.log.read_text()[-6000:]}")


Harm = Callable[[Scene], AbstractContextManager[None]]


@contextmanager
def engine_is_killed(scene: Scene) -> Iterator[None]:
    """Some times, at any moment of loading and building."""
    for _ in range(scene.dice.randint(1, 3)):
        scene.rest(0.0, 2.0)
        scene.signal("engine", signal.SIGKILL)
    yield


@contextmanager
def receiver_is_killed(scene: Scene) -> Iterator[None]:
    """Some times, at any moment of receiving."""
    for _ in range(scene.dice.randint(1, 3)):
        scene.rest(0.0, 0.7)
        scene.signal("receiver", signal.SIGKILL)
    yield


@contextmanager
def everything_is_killed_and_started_at_once(scene: Scene) -> Iterator[None]:
    """Whoever watches is gone; those watched end by themselves, and the next server waits for them."""
    assert scene.server.process is not None
    scene.server.process.kill()
    scene.server.process.wait(30)
    launch(scene.server)
    yield


@contextmanager
def processes_stand_still(scene: Scene) -> Iterator[None]:
    """As on a machine that is put to sleep."""
    names = scene.dice.sample(("engine", "receiver"), scene.dice.randint(1, 2))
    held = [scene.signal(name, signal.SIGSTOP) for name in names]
    try:
        scene.rest(1.0, 3.0)
        yield
    finally:
        for pid in held:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGCONT)


@contextmanager
def marks_cannot_be_written(scene: Scene) -> Iterator[None]:
    """A folder stands where they are written: each chunk fails in the middle of being loaded."""
    place = scene.server.data / "spool" / "main" / "marks.json.new"
    while not place.is_dir():
        with suppress(FileExistsError):
            place.mkdir()
    scene.rest(1.0, 3.0)
    yield
    place.rmdir()


@contextmanager
def files_cannot_grow(scene: Scene) -> Iterator[None]:
    """The system refuses one process what is written beyond a few bytes: segments, marks, inserts."""
    pid = scene.pid(scene.dice.choice(("engine", "engine", "receiver")))
    with limited(pid, resource.RLIMIT_FSIZE, scene.dice.choice((0, 100, 5000))):
        scene.rest(1.0, 3.0)
        yield


@contextmanager
def no_files_can_be_opened(scene: Scene) -> Iterator[None]:
    """All file descriptors are in use, of one process or of both."""
    names = scene.dice.sample(("engine", "receiver"), scene.dice.randint(1, 2))
    pids = [scene.pid(name) for name in names]
    counts = [len(os.listdir(f"/proc/{pid}/fd")) for pid in pids]
    limits = [
        limited(pid, resource.RLIMIT_NOFILE, max(count + scene.dice.choice((-5, 0, 3)), 3))
        for pid, count in zip(pids, counts, strict=True)
    ]
    for one in limits:
        one.__enter__()
    scene.rest(1.0, 3.0)
    yield
    for one in limits:
        one.__exit__(None, None, None)


@contextmanager
def no_process_can_be_started(scene: Scene) -> Iterator[None]:
    """A child dies while whoever starts it again has no file descriptor left."""
    assert scene.server.process is not None
    supervisor = scene.server.process.pid
    name = scene.dice.choice(("engine", "receiver"))
    victim = scene.pid(name)
    with limited(supervisor, resource.RLIMIT_NOFILE, 3):
        os.kill(victim, signal.SIGKILL)
        scene.rest(1.0, 3.0)
        yield


@contextmanager
def records_stand_still(scene: Scene) -> Iterator[None]:
    """The records' database takes connections and answers nothing."""
    assert scene.postgres is not None
    held = scene.postgres.all()
    for pid in held:
        os.kill(pid, signal.SIGSTOP)
    scene.rest(1.0, 4.0)
    yield
    for pid in held:
        os.kill(pid, signal.SIGCONT)


@contextmanager
def records_are_stopped(scene: Scene) -> Iterator[None]:
    """The records' database ends, in order or at once."""
    assert scene.postgres is not None
    scene.postgres.stop(scene.dice.choice((signal.SIGINT, signal.SIGQUIT)))
    scene.rest(1.0, 4.0)
    yield
    scene.postgres.start()


@contextmanager
def disk_is_full(scene: Scene) -> Iterator[None]:
    """To the last byte; now and then the engine dies and has to start on it."""
    with filled(scene.server.data):
        scene.rest(1.0, 3.0)
        if scene.dice.random() < 0.5:
            scene.signal("engine", signal.SIGKILL)
            scene.rest(1.0, 3.0)
        yield


@contextmanager
def server_starts_on_a_full_disk(scene: Scene) -> Iterator[None]:
    """It is killed as a whole, and started again while not a byte is free."""
    with filled(scene.server.data):
        scene.rest(0.2, 1.0)
        with everything_is_killed_and_started_at_once(scene):
            scene.rest(1.0, 4.0)
        yield


@contextmanager
def events_are_odd(scene: Scene) -> Iterator[None]:
    """Lawful JSON that nobody means to send; each event is refused, or counted, or named in quarantine."""
    shapes = Shapes(scene.dice.randrange(10**9), lawful=True)
    for _ in range(10):
        now = time.time_ns() // 1_000_000
        events = ",".join(
            f'{{"id":"{uuid.uuid4()}","n":"page_view","t":{now},"s":"s","p":"p","pr":{shapes.props()}}}'
            for _ in range(20)
        )
        body = f'{{"v":1,"k":"{scene.odd_key}","sent":{now},"d":"odd-phone","ev":[{events}]}}'
        answer = httpx.post(f"{scene.server.url}/v1/collect", content=body.encode(), timeout=30)
        assert answer.status_code == 200, answer.text
        scene.odd_accepted += answer.json()["accepted"]
    yield


@contextmanager
def strange_files_lie_in_the_spool(scene: Scene) -> Iterator[None]:
    """A segment that is a folder, one of other bytes, an import whose marks cannot be read."""
    spool = scene.server.data / "spool"
    odd = spool / "main" / "00000000-0000-7000-8000-000000000000.seg"
    odd.mkdir()
    broken = spool / "import-00000000-0000-0000-0000-000000000000"
    (broken / "marks.json").mkdir(parents=True)
    (broken / "00000000-0000-7000-8000-000000000001.seg").write_bytes(frame(b"{}"))
    nonsense = spool / f"import-{uuid.uuid4()}"
    nonsense.mkdir()
    (nonsense / "00000000-0000-7000-8000-000000000002.seg").write_bytes(
        frame(b"nix") + b"\x00" * 5000 + b"\n" + frame(b"[1,2]") + b"torn"
    )
    scene.rest(1.0, 3.0)
    yield
    odd.rmdir()
    shutil.rmtree(broken)


#: Those that need nothing but the server, a disk of its own, PostgreSQL.
ALWAYS: tuple[Harm, ...] = (
    engine_is_killed, receiver_is_killed, everything_is_killed_and_started_at_once, processes_stand_still,
    marks_cannot_be_written, files_cannot_grow, no_files_can_be_opened,
    no_process_can_be_started, events_are_odd, strange_files_lie_in_the_spool,
)  # fmt: skip
WITH_A_DISK: tuple[Harm, ...] = (disk_is_full, server_starts_on_a_full_disk)
WITH_POSTGRES: tuple[Harm, ...] = (records_stand_still, records_are_stopped)


def possible(scene: Scene) -> list[Harm]:
    """What can be done here."""
    return [
        *ALWAYS,
        *(WITH_A_DISK if scene.small_disk else ()),
        *(WITH_POSTGRES if scene.postgres else ()),
    ]


def launch(one: Server) -> None:
    """Start it, without waiting for anything."""
    with open(one.log, "ab") as log:
        one.process = subprocess.Popen(
            [MINILENS, "serve"], env=one.environment, stdout=log, stderr=log
        )


@contextmanager
def limited(pid: int, what: int, most: int) -> Iterator[None]:
    """A process may use no more than this; after that what it might before."""
    before = resource.prlimit(pid, what)
    resource.prlimit(pid, what, (most, before[1]))
    yield
    with suppress(ProcessLookupError):
        resource.prlimit(pid, what, before)


@contextmanager
def filled(disk: Path) -> Iterator[None]:
    """Not a byte is free on this disk."""
    filler = disk / "filler"
    with open(filler, "wb", buffering=0) as file:
        for size in (8 << 20, 4096, 1):
            with suppress(OSError):
                while True:
                    file.write(bytes(size))
    yield
    filler.unlink()


@contextmanager
def small_disk(folder: Path, megabytes: int) -> Iterator[bool]:
    """A disk of so many MiB on this folder; False where the machine refuses it."""
    folder.mkdir(mode=0o700)
    mount = ["mount", "-t", "tmpfs", "-o", f"size={megabytes}m,mode=700", "minilens-test"]
    done = subprocess.run([*mount, folder], capture_output=True, text=True, check=False)
    if done.returncode:
        print(f"no disk is filled: {done.stderr.strip()}")  # noqa: T201 - the reason is shown
        yield False
        return
    try:
        yield True
    finally:
        subprocess.run(["umount", folder], check=True)
