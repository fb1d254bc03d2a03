"""Real ClickHouse servers, each a process of its own on free ports of this machine.

    with running(folder, 2) as nodes:    the addresses of two that know each other as the cluster `nodes`

The server is a library that scripts/clickhouse.sh puts into .cache. It has neither Keeper nor replicated tables,
no ON CLUSTER and no interserver port.

    python -m tests.warehouse.clickhouse_node LIBRARY FOLDER    serves until the standard input is closed
"""

from __future__ import annotations

import ctypes
import os
import secrets
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest

ROOT = Path(__file__).resolve().parents[2]
#: All that `default`, who has no password, may do. No output format: it would become that of every answer.
FOREVER = (
    "SYSTEM START LISTEN TCP; SYSTEM START LISTEN HTTP; "
    "SELECT sleepEachRow(1) FROM system.numbers SETTINGS max_block_size = 1"
)
CONFIG = """<clickhouse>
    <listen_host>127.0.0.1</listen_host>
    <http_port>{http}</http_port>
    <tcp_port>{tcp}</tcp_port>
    <max_server_memory_usage>2000000000</max_server_memory_usage>
    <users_config>{home}/config.xml</users_config>
    <users>
        <minilens>
            <password>{password}</password>
            <networks><ip>127.0.0.1</ip></networks>
            <profile>default</profile>
            <quota>default</quota>
        </minilens>
        <default>
            <no_password/>
            <networks><ip>127.0.0.1</ip></networks>
            <profile>default</profile>
            <quota>default</quota>
            <grants>
                <query>GRANT SYSTEM LISTEN ON *.*</query>
                <query>GRANT SELECT ON system.numbers</query>
            </grants>
        </default>
    </users>
    <profiles><default>
        <distributed_foreground_insert>1</distributed_foreground_insert>{threads}
    </default></profiles>
    <quotas><default/></quotas>
    <macros><shard>{shard}</shard></macros>
    <remote_servers><nodes>{shards}</nodes><two>{two}</two></remote_servers>
</clickhouse>
"""
SHARD = """
        <shard><replica>
            <host>127.0.0.1</host><port>{tcp}</port><user>minilens</user><password>{password}</password>
        </replica></shard>"""


def library() -> Path | None:
    """The server's library, where there is one."""
    found = sorted(ROOT.glob(".cache/clickhouse-*/libchdb.so"))
    return found[-1] if found else None


class Nodes(list[str]):
    """The addresses of servers, without the name of a database; each can be killed and started again."""

    def __init__(self, file: Path, homes: list[Path], addresses: list[str]) -> None:
        super().__init__(addresses)
        self._file, self._homes = file, homes
        self._processes: dict[int, subprocess.Popen[bytes]] = {}

    @property
    def pids(self) -> list[int]:
        """The processes of those that run, in order."""
        return [process.pid for _, process in sorted(self._processes.items())]

    def start(self, n: int) -> None:
        """Start a server, and wait until it answers."""
        self._processes[n] = process(self._file, self._homes[n])
        wait_for(self[n], self._processes[n])

    def kill(self, n: int) -> None:
        """End a server as kill -9 does."""
        server = self._processes.pop(n)
        server.kill()
        server.wait()
        assert server.stdin is not None
        server.stdin.close()

    def start_all(self) -> None:
        """Start those that were killed, and those that ended by themselves: now and then this library's server aborts
        ("terminate called", 26.7) when a connection to one that is killed is reset.
        """
        for n in set(range(len(self))) - self.alive():
            self.start(n)

    def alive(self) -> set[int]:
        """Those that run."""
        return {n for n, server in self._processes.items() if server.poll() is None}

    @contextmanager
    def asleep(self, n: int) -> Iterator[None]:
        """A server stands still, as on a machine that is put to sleep: it takes connections and says nothing."""
        self._processes[n].send_signal(signal.SIGSTOP)
        try:
            yield
        finally:
            self._processes[n].send_signal(signal.SIGCONT)

    def named(self, database: str, cluster: str = "nodes") -> str:
        """The address of a database of the cluster that they are; the first two of them are the cluster `two`."""
        some = self[:2] if cluster == "two" else self
        hosts = ",".join(address.rpartition("@")[2] for address in some)
        return f"{self[0].rpartition('@')[0]}@{hosts}/{database}?cluster={cluster}"


#: More that a server is told: files by name, of the number of the server, everyone's port and the password.
Told = Callable[[int, list[int], str], dict[str, str]]


@contextmanager
def running(
    folder: Path, count: int, *, threads: int = 0, told: Told = lambda n, ports, password: {}
) -> Iterator[Nodes]:
    """So many servers, each statement on so many threads; the test is skipped without a library."""
    file, password = library(), secrets.token_hex(16)
    if file is None:
        pytest.skip("no ClickHouse server: scripts/clickhouse.sh gets it, or says why it cannot")
    ports = free_ports(2 * count)
    pairs = list(zip(ports[::2], ports[1::2], strict=True))
    every = [SHARD.format(tcp=tcp, password=password) for _, tcp in pairs]
    shards = "".join(every)
    homes = [folder / f"node-{n}" for n in range(1, count + 1)]
    for n, ((http, tcp), home) in enumerate(zip(pairs, homes, strict=True), 1):
        home.mkdir(mode=0o700, parents=True)
        config = CONFIG.format(
            home=home,
            http=http,
            tcp=tcp,
            password=password,
            shard=n,
            shards=shards,
            two="".join(every[:2]),
            threads=f"<max_threads>{threads}</max_threads>" if threads else "",
        )
        (home / "config.xml").write_text(config)
        (home / "config.d").mkdir()
        for name, text in told(n, [tcp for _, tcp in pairs], password).items():
            (home / "config.d" / name).write_text(text)
    addresses = [f"clickhouse://minilens:{password}@127.0.0.1:{http}" for http, _ in pairs]
    nodes = Nodes(file, homes, addresses)
    try:
        for n in range(count):
            nodes.start(n)
        yield nodes
    finally:
        for n in list(nodes._processes):
            nodes.kill(n)


def process(file: Path, home: Path) -> subprocess.Popen[bytes]:
    """A server that ends with the test, also where the test is killed: its input is closed then."""
    command = [sys.executable, "-m", "tests.warehouse.clickhouse_node", str(file), str(home)]
    with (home / "log").open("ab") as log:
        return subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=log, stderr=log)


def free_ports(count: int) -> list[int]:
    """Ports that nobody listens on, all different. None of those that connections get: one that is free for a moment,
    while its server is started again, would be taken by the next.
    """
    with ExitStack() as stack:
        found: list[int] = []
        while len(found) < count:
            one = stack.enter_context(socket.socket())
            with suppress(OSError):
                one.bind(("127.0.0.1", secrets.choice(range(15_000, 32_000))))
                found.append(int(one.getsockname()[1]))
        return found


def wait_for(address: str, server: subprocess.Popen[bytes]) -> None:
    """Until it answers to its password."""
    url = urlsplit(address)
    asked = {"user": url.username or "", "password": url.password or "", "query": "SELECT 1"}
    until = time.monotonic() + 120
    while True:
        try:
            answer = httpx.get(f"http://127.0.0.1:{url.port}/", params=asked, trust_env=False)
        except httpx.TransportError:
            assert server.poll() is None, "the server has ended"
            assert time.monotonic() < until, "the server does not answer"
            time.sleep(0.05)
            continue
        assert answer.text == "1\n", answer.text
        return


def serve(file: str, folder: str) -> None:
    """Be a server."""
    os.chdir(folder)
    threading.Thread(target=lambda: os._exit(bool(sys.stdin.read())), daemon=True).start()
    words = [
        "clickhouse",
        "--multiquery",
        f"--config-file={folder}/config.xml",
        f"--path={folder}/data",
    ]
    words.append(f"--query={FOREVER}")
    given = (ctypes.c_char_p * len(words))(*(word.encode() for word in words))
    ctypes.CDLL(file).query_stable_v2(len(words), given)


if __name__ == "__main__":
    serve(*sys.argv[1:])
