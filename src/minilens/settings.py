"""Every setting once: its name, default and meaning. Read from the environment as MINILENS_<NAME>.

A secret may be given as a file instead: MINILENS_SECRET_FILE=/run/secrets/minilens.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path

from minilens.errors import CannotStart


@dataclass(frozen=True)
class Setting:
    """One row of the settings table."""

    name: str
    default: str
    zh: str
    en: str


TABLE: tuple[Setting, ...] = (
    Setting("data", "minilens-data", "数据目录，一切都在其中", "The data folder; everything is in it"),
    Setting("host", "127.0.0.1", "监听地址", "Address to listen on"),
    Setting("port", "8000", "监听端口", "Port to listen on"),
    Setting("timezone", "Asia/Shanghai", "新建小程序的默认时区", "Timezone of apps created from now on"),
    Setting(
        "warehouse",
        "",
        "事件仓库地址；空为内嵌引擎，或 clickhouse://user:password@host:8123/minilens",
        "Where events live; empty for the embedded engine, or clickhouse://user:password@host:8123/minilens",
    ),
    Setting(
        "records",
        "",
        "配置库地址；空为数据目录中的 SQLite，或 postgresql+psycopg://…",
        "Where records live; empty for SQLite in the data folder, or postgresql+psycopg://…",
    ),
    Setting("secret", "", "签名与手机号散列用的密钥；空则自动生成于数据目录", "Signs cookies and keys phone-number hashes; made in the data folder when empty"),
    Setting("receiver", "main", "本机接收进程的名字，多机接收时各不相同", "Name of this machine's receiver; different on each where there are several"),
    Setting("cache", "", "可随时删除的缓存目录；空为用户的缓存目录", "Folder of what can be made again; empty for the user's cache folder"),
    Setting("trusted_proxies", "", "可信的反向代理地址，逗号分隔", "Addresses of trusted reverse proxies, separated by commas"),
    Setting("reserve_mb", "512", "磁盘剩余不足此值（MiB）时拒收", "Receiving stops while less than this many MiB are free"),
    Setting("key_limit", "3000000", "每个写入密钥每分钟最多事件数", "Most events a minute for one write key"),
    Setting("device_limit", "1200", "每台设备每分钟最多事件数", "Most events a minute for one device"),
    Setting("late_days", "7", "早于此天数的事件拒收（导入除外）", "Events older than this many days are refused, imports apart"),
    Setting("spool_hours", "24", "装载后的接收日志保留小时数", "Hours that received segments are kept after loading"),
    Setting("keep_months", "0", "原始事件保留的月数；0 为永久", "Months that raw events are kept; 0 for ever"),
    Setting("question_seconds", "30", "一次查询最长的秒数；0 为不限", "Longest time of one question in seconds; 0 for no limit"),
    Setting("question_rows", "2000000000", "一次查询最多读取的行数；0 为不限", "Most rows that one question may read; 0 for no limit"),
    Setting("memory_mb", "4096", "引擎内存上限（MiB）", "Most memory of the engine, in MiB"),
)


NUMBERS = (
    "port", "reserve_mb", "key_limit", "device_limit", "late_days", "spool_hours", "keep_months", "question_seconds",
    "question_rows", "memory_mb",
)  # fmt: skip


@dataclass(frozen=True)
class Settings:
    """All settings, typed. Made by `load`."""

    data: Path
    host: str
    port: int
    timezone: str
    warehouse: str
    records: str
    receiver: str
    cache: Path
    secret: bytes
    trusted_proxies: tuple[str, ...]
    reserve_mb: int
    key_limit: int
    device_limit: int
    late_days: int
    spool_hours: int
    keep_months: int
    question_seconds: int
    question_rows: int
    memory_mb: int

    @property
    def spool(self) -> Path:
        return self.data / "spool"

    @property
    def engine_socket(self) -> Path:
        return self.data / "engine.sock"

    @property
    def warehouse_dsn(self) -> str:
        return self.warehouse or f"chdb://{self.data / 'warehouse'}"

    @property
    def records_dsn(self) -> str:
        return self.records or f"sqlite:///{self.data / 'records.sqlite'}"


def load(environ: Mapping[str, str] | None = None) -> Settings:
    """Settings from the environment; CannotStart names the setting that is wrong."""
    env = os.environ if environ is None else environ
    raw = {setting.name: _read(env, setting) for setting in TABLE}
    data = Path(raw["data"]).absolute()
    values: dict[str, object] = {**raw, "data": data}
    for name in NUMBERS:
        try:
            values[name] = int(raw[name])
        except ValueError:
            raise CannotStart(f"MINILENS_{name.upper()} is not a whole number: {raw[name]!r}") from None
    values["cache"] = Path(raw["cache"]) if raw["cache"] else _cache(env, data)
    values["trusted_proxies"] = tuple(filter(None, (p.strip() for p in raw["trusted_proxies"].split(","))))
    values["secret"] = raw["secret"].encode() or _made_secret(data)
    return Settings(**{f.name: values[f.name] for f in fields(Settings)})  # type: ignore[arg-type]


def _read(env: Mapping[str, str], setting: Setting) -> str:
    key = f"MINILENS_{setting.name.upper()}"
    if path := env.get(f"{key}_FILE"):
        try:
            return Path(path).read_text().strip()
        except OSError as error:
            raise CannotStart(f"{key}_FILE cannot be read: {error}") from error
    return env.get(key, setting.default)


def _cache(env: Mapping[str, str], data: Path) -> Path:
    """The user's cache folder; without a home, a folder beside the data."""
    home = env.get("XDG_CACHE_HOME") or (env.get("HOME") and f"{env['HOME']}/.cache")
    return Path(home, "minilens") if home and os.access(Path(home).parent, os.W_OK) else data / "cache"


def _made_secret(data: Path) -> bytes:
    """The secret of this data folder; made once, readable by its owner only."""
    path = data / "secret"
    try:
        data.mkdir(parents=True, exist_ok=True)
        with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(secrets.token_hex(32))
    except FileExistsError:
        pass
    except OSError as error:
        raise CannotStart(f"The data folder {data} cannot be written: {error.strerror}") from error
    return path.read_bytes().strip()
