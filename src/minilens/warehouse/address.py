"""What a warehouse's DSN says."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import parse_qs, quote, unquote, urlsplit

from minilens.errors import CannotStart
from minilens.warehouse.watch import Named, Watch

PORT = 8123
#: How the DSN of a server begins; the latter asks by HTTPS.
SERVERS = ("clickhouse", "clickhouses")
#: Names that stand in statements.
_NAME, _CLUSTER = re.compile(r"[A-Za-z_]\w*"), re.compile(r"[\w.-]+")


@dataclass(frozen=True)
class Address:
    """Where a warehouse is: `hosts` with their HTTP ports, of which the first is asked; `cluster`: the name of theirs.

    `path` is the folder of an embedded engine.
    """

    scheme: str
    hosts: tuple[tuple[str, int], ...] = ()
    user: str = "default"
    password: str = ""
    database: str = "default"
    cluster: str = ""
    path: str = ""

    @property
    def embedded(self) -> bool:
        return self.scheme == "chdb"

    @property
    def secure(self) -> bool:
        return self.scheme == "clickhouses"

    def watch(self, named: Named | None = None) -> Watch:
        """Looks after the first host, which is called so."""
        host, port = self.hosts[0]
        called = named or (f"ClickHouse（{host}:{port}）", f"ClickHouse ({host}:{port})")
        return Watch(lambda: [([(host, port)], called)], secure=self.secure)

    def of(self, host: str, port: int, database: str) -> str:
        """The DSN of one server."""
        who = f"{quote(self.user, safe='')}:{quote(self.password, safe='')}"
        return f"{self.scheme}://{who}@{f'[{host}]' if ':' in host else host}:{port}/{database}"


def address(dsn: str) -> Address:
    """What it says; CannotStart where it can't be read.

    chdb:///var/lib/minilens/warehouse
    clickhouse://user:password@host:8123/name
    clickhouse://user:password@host:8123,other:8123/name?cluster=cluster
    """
    url = urlsplit(dsn)
    if url.scheme == "chdb":
        return Address("chdb", path=url.path)
    if url.scheme not in SERVERS:
        raise CannotStart(
            f"A warehouse is named like clickhouse://user:password@host:8123/minilens, not {url.scheme or dsn[:20]}:…",
            f"数据仓库应写成 clickhouse://user:password@host:8123/minilens，而不是 {url.scheme or dsn[:20]}:…",
        )
    who, _, hosts = url.netloc.rpartition("@")
    user, _, password = who.partition(":")
    database, cluster = url.path.strip("/"), parse_qs(url.query).get("cluster", [""])[0]
    if cluster and not (_NAME.fullmatch(database) and _CLUSTER.fullmatch(cluster)):
        raise CannotStart(
            "MINILENS_WAREHOUSE must name a cluster like this: clickhouse://user:password@host:8123/minilens?cluster=name",
            "MINILENS_WAREHOUSE 中的集群应写成 clickhouse://user:password@host:8123/minilens?cluster=name",
        )
    return Address(
        url.scheme,
        tuple(_host(one) for one in hosts.split(",")),
        unquote(user) or "default",
        unquote(password),
        database or "default",
        cluster,
    )


def _host(text: str) -> tuple[str, int]:
    one = urlsplit(f"//{text}")
    try:
        return one.hostname or "localhost", one.port or PORT
    except ValueError:
        raise CannotStart(
            f"MINILENS_WAREHOUSE names a host that can't be read: {text}",
            f"MINILENS_WAREHOUSE 中的主机无法识别：{text}",
        ) from None
