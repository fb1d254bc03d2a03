"""Every setting once: its name, default and meaning.

Read from the environment as MINILENS_<NAME>, else from a file `minilens.toml`, else the default. A secret may be
given as a file instead: MINILENS_SECRET_FILE=/run/secrets/minilens, in minilens.toml secret_file = "…".
"""

from __future__ import annotations

import ipaddress
import os
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from minilens.data_folder import kept_secret
from minilens.errors import CannotStart, did_you_mean
from minilens.networks import Networks

#: Looked for in the working directory, unless --config or MINILENS_CONFIG names another.
FILE = "minilens.toml"


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
    Setting("public_url", "", "用户浏览器看到的地址，如 https://stats.example.com；空为监听地址", "Address by which browsers reach it, such as https://stats.example.com; empty for where it listens"),
    Setting("timezone", "Asia/Shanghai", "新建小程序的默认时区", "Timezone of apps created from now on"),
    Setting("warehouse", "", "事件仓库地址；空为内嵌引擎，或 clickhouse://user:password@host:8123/minilens；集群加 ?cluster=名称", "Where events live; empty for the embedded engine, or clickhouse://user:password@host:8123/minilens, with ?cluster=NAME for a cluster"),
    Setting("records", "", "配置库地址；空为数据目录中的 SQLite，或 postgresql+psycopg://…", "Where records live; empty for SQLite in the data folder, or postgresql+psycopg://…"),
    Setting("secret", "", "签名与手机号散列用的密钥；空则自动生成于数据目录", "Signs cookies and keys phone-number hashes; made in the data folder when empty"),
    Setting("receiver", "main", "本机接收进程的名字，多机接收时各不相同", "Name of this machine's receiver; different on each where there are several"),
    Setting("receiver_url", "", "其他主机访问本机接收进程的地址，如 http://10.0.0.5:8000；空为本机名与监听端口", "Where other hosts reach this machine's receiver, such as http://10.0.0.5:8000; empty for its name and port"),
    Setting("roles", "receive,load,console", "本机做什么：receive 接收事件；load,console 装载与后台（同在一个进程）；只接收的主机写 receive", "What this machine does: receive takes events, load,console loads and serves the console (one process); a host that only receives says receive"),
    Setting("map", "", "省份地图文件；空为自带的方格图，none 为不显示地图", "File of the map of provinces; empty for the squares that come with it, none for no map"),
    Setting("cache", "", "可随时删除的缓存目录；空为用户的缓存目录", "Folder of what can be made again; empty for the user's cache folder"),
    Setting("trusted_proxies", "", "可信的反向代理地址或网段（10.0.0.0/8），逗号分隔", "Addresses or networks (10.0.0.0/8) of trusted reverse proxies, separated by commas"),
    Setting("metrics", "", "无需令牌即可读取 /metrics 的地址或网段，逗号分隔；空则须用带 admin 权限的令牌", "Addresses or networks that may read /metrics without a token, separated by commas; when empty a token with the scope admin is needed"),
    Setting("wechat_api", "https://api.weixin.qq.com", "微信接口的地址；仅在经由代理访问时修改", "Address of WeChat's API; change it only to go through a proxy"),
    Setting("smtp", "", "发送邮件的服务器：smtps://用户名:授权码@smtp.example.com:465，或 smtp://…:587（STARTTLS）；空为不发邮件", "The server that sends mail: smtps://user:password@smtp.example.com:465, or smtp://…:587 (STARTTLS); empty for no mail"),
    Setting("mail_from", "", "邮件的发件人，如 stats@example.com，也可带名称；多数服务商要求与登录账号一致", "Who mail is from, such as stats@example.com, also with a name; most providers want it to equal the login"),
    Setting("mail_dkim", "", "邮件服务商签名所用的 DKIM 选择器，如 s1；minilens doctor 据此检查域名，空为不检查", "The DKIM selector by which the mail provider signs, such as s1: minilens doctor looks it up; empty for not"),
    Setting("webhook_networks", "", "推送渠道可以访问的内网地址或网段（10.0.0.0/8），逗号分隔；空为只访问公网", "Private addresses or networks (10.0.0.0/8) that channels of messages may reach, separated by commas; empty for none"),
    Setting("reserve_mb", "512", "磁盘剩余不足此值（MiB）时拒收", "Receiving stops while less than this many MiB are free"),
    Setting("key_limit", "3000000", "每个写入密钥每分钟最多事件数", "Most events a minute for one write key"),
    Setting("device_limit", "1200", "每台设备每分钟最多事件数", "Most events a minute for one device"),
    Setting("late_days", "7", "早于此天数的事件拒收（导入除外）", "Events older than this many days are refused, imports apart"),
    Setting("spool_hours", "24", "装载后的接收日志保留小时数", "Hours that received segments are kept after loading"),
    Setting("keep_months", "0", "原始事件保留的月数；0 为永久", "Months that raw events are kept; 0 for ever"),
    Setting("archive", "", "每月存档的位置：目录，或 s3://BUCKET/目录?endpoint=https://…；空为不存档", "Where months are archived: a folder, or s3://BUCKET/FOLDER?endpoint=https://…; empty for no archive"),
    Setting("backup_disk", "", "事件放在 ClickHouse 时，备份写入其中哪个磁盘（服务器配置 backups.allowed_disk 中的名称）；空为不备份事件", "Where events are in ClickHouse: its disk that backups of them go to, as named in backups.allowed_disk of the servers' configuration; empty for none"),
    Setting("question_seconds", "30", "一次查询最长的秒数；0 为不限", "Longest time of one question in seconds; 0 for no limit"),
    Setting("question_rows", "2000000000", "一次查询最多读取的行数；0 为不限", "Most rows that one question may read; 0 for no limit"),
    Setting("memory_mb", "4096", "内嵌引擎的内存上限（MiB）；一次查询最多用其四分之三", "Most memory of the embedded engine, in MiB; one question takes at most three quarters of it"),
    Setting("kept_mb", "256", "两次查询之间在内存中保留的行数据上限（MiB），供漏斗和路径复用；0 为不保留", "Most memory for rows that are kept between questions, for the next funnel or path, in MiB; 0 keeps none"),
)

NUMBERS = ("port", "reserve_mb", "key_limit", "device_limit", "late_days", "spool_hours", "keep_months",
           "question_seconds", "question_rows", "memory_mb", "kept_mb")  # fmt: skip

#: Never shown; of an address only the password.
SECRETS = ("secret", "warehouse", "records", "archive", "smtp")
#: From where to where a number may be; else any that is not negative.
BOUNDS = {"port": (0, 65_535), "memory_mb": (512, 1 << 30), "kept_mb": (0, 1 << 30)}
PATHS, MAYBE_PATHS = ("data", "cache"), ("map", "archive")  # the latter may be something else
ROLES = "receive,load,console"


@dataclass(frozen=True)
class Given:
    """What a setting is, and where that was said: a variable, a file, or nowhere.

    `path` is the file in which the text itself stood.
    """

    text: str
    source: str = ""
    path: Path | None = None


@dataclass(frozen=True)
class Settings:
    """All settings, typed. Made by `load`."""

    data: Path
    host: str
    port: int
    public_url: str
    timezone: str
    warehouse: str
    records: str
    receiver: str
    receiver_url: str
    roles: tuple[str, ...]
    map: str
    cache: Path
    secret: bytes
    trusted_proxies: Networks
    metrics: Networks
    wechat_api: str
    smtp: str
    mail_from: str
    mail_dkim: str
    webhook_networks: Networks
    reserve_mb: int
    key_limit: int
    device_limit: int
    late_days: int
    spool_hours: int
    keep_months: int
    archive: str
    backup_disk: str
    question_seconds: int
    question_rows: int
    memory_mb: int
    kept_mb: int

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
        return driven(self.records) or f"sqlite:///{self.data / 'records.sqlite'}"

    @property
    def url(self) -> str:
        """Where browsers and phones reach it; no slash at the end."""
        return self.public_url or f"http://{self.host}:{self.port}"


def load(environ: Mapping[str, str] | None = None, *, make: bool = True) -> Settings:
    """Settings from the environment and the file; CannotStart names the setting that is wrong.

    `make`: the secret of the data folder is made, and the folder with it, where there is none.
    """
    env = os.environ if environ is None else environ
    said = given(env)
    data = Path(said["data"].text).absolute()
    values: dict[str, object] = {name: one.text for name, one in said.items()} | {"data": data}
    values |= {name: _number(name, said) for name in NUMBERS}
    _check_words(said)
    values["public_url"], values["receiver_url"] = _url(said), _url(said, "receiver_url")
    values["roles"], values["wechat_api"] = _roles(said), _wechat_api(said)
    _check_mail(said)
    values["cache"] = Path(said["cache"].text) if said["cache"].text else _cache(env, data)
    for name in ("trusted_proxies", "metrics", "webhook_networks"):
        values[name] = _networks(name, said)
    values["secret"] = said["secret"].text.encode() or kept_secret(data, make=make)
    return Settings(**{f.name: values[f.name] for f in fields(Settings)})  # type: ignore[arg-type]


def given(environ: Mapping[str, str] | None = None) -> dict[str, Given]:
    """Every setting as text, with its source. Nothing is made or checked."""
    env = os.environ if environ is None else environ
    from_file = _file(env)
    return {s.name: _read(env, s) or from_file.get(s.name) or Given(s.default) for s in TABLE}


def driven(dsn: str) -> str:
    """The address of records with the driver that comes with us, where it names none."""
    kind, there, rest = dsn.partition("://")
    return f"postgresql+psycopg://{rest}" if there and kind in ("postgres", "postgresql") else dsn


def _read(env: Mapping[str, str], setting: Setting) -> Given | None:
    """What a variable says; an empty one says nothing where the default is something."""
    key = f"MINILENS_{setting.name.upper()}"
    if path := env.get(f"{key}_FILE"):
        return Given(_text_of(Path(path), f"{key}_FILE"), f"{key}_FILE", Path(path))
    said = key in env and (env[key] or not setting.default)
    return Given(env[key], key) if said else None


def _file(env: Mapping[str, str]) -> dict[str, Given]:
    """What the file says. Its paths are meant from where it lies."""
    path = Path(env.get("MINILENS_CONFIG") or FILE)
    if not env.get("MINILENS_CONFIG") and not path.exists():
        return {}
    try:
        written = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise _unreadable(str(path), error) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise CannotStart(f"{path} is not valid TOML: {error}", f"{path} 不是 TOML：{error}") from error
    known = [setting.name for setting in TABLE]
    found = {}
    for word, value in written.items():
        name = word.removesuffix("_file") if word not in known else word
        if name not in known:
            near = did_you_mean(name, known)
            raise CannotStart(
                f"{path}: there is no setting {word}" + (near and f"; did you mean {near}?"),
                f"{path}：没有设置 {word}" + (near and f"；是否想写 {near}？"),
            )
        if word != name and name in written:
            raise CannotStart(
                f"{path}: both {name} and {word} are set; keep only one",
                f"{path}：同时给出了 {name} 与 {word}，请只留一个",
            )
        text, source = _text(value, f"{path}: {word}"), path
        if word != name:
            source = path.parent / text
            text = _text_of(source, f"{path}: {word}")
        elif text and (name in PATHS or (name in MAYBE_PATHS and text != "none" and "://" not in text)):
            text = str(path.parent.absolute() / text)
        found[name] = Given(text, str(path), source)
    return found


def _text(value: object, where: str) -> str:
    """A value of the file as it would be written into the environment."""
    if isinstance(value, list) and all(isinstance(one, str) for one in value):
        return ",".join(value)
    if isinstance(value, str) or (isinstance(value, int) and not isinstance(value, bool)):
        return str(value)
    raise CannotStart(
        f"{where} must be text, a whole number or a list of texts",
        f"{where} 须为文本、整数或文本列表",
    )


def _text_of(path: Path, where: str) -> str:
    """The text of a file that stands for a value. An empty one is a mistake: nobody asks for the default so."""
    try:
        text = path.read_text(encoding="utf-8-sig").strip()
    except OSError as error:
        raise _unreadable(where, error, f"{path}: ") from error
    except UnicodeDecodeError:
        raise CannotStart(f"{where}: {path} is not a text file", f"{where}：{path} 不是文本") from None
    if not text:
        raise CannotStart(f"{where}: {path} is empty", f"{where}：{path} 是空文件")
    return text


def _unreadable(where: str, error: OSError, path: str = "") -> CannotStart:
    why = f"{path}{error.strerror}"
    return CannotStart(f"{where} cannot be read: {why}", f"{where} 无法读取：{why}")


def _where(name: str, said: Mapping[str, Given]) -> str:
    """How to speak of a setting: by its variable, or by its name in the file."""
    source = said[name].source
    return source if source.startswith("MINILENS_") else f"{source}: {name}"


def _number(name: str, said: Mapping[str, Given]) -> int:
    text, where = said[name].text, _where(name, said)
    if not re.fullmatch(r"\s*[+-]?[0-9]{1,18}\s*", text):
        raise CannotStart(f"{where} is not a whole number: {text!r}", f"{where} 不是整数：{text!r}")
    least, most = BOUNDS.get(name, (0, 1 << 53))
    if not least <= int(text) <= most:
        raise CannotStart(
            f"{where} must be from {least} to {most}: {int(text)}",
            f"{where} 须在 {least} 到 {most} 之间：{int(text)}",
        )
    return int(text)


def _check_words(said: Mapping[str, Given]) -> None:
    """The timezone is one; the receiver's name can be that of a folder."""
    zone, name = said["timezone"].text, said["receiver"].text
    try:
        ZoneInfo(zone)
    except (ValueError, OSError, ZoneInfoNotFoundError):
        where = _where("timezone", said)
        raise CannotStart(
            f"{where}: unknown time zone {zone!r}; write it like Asia/Shanghai",
            f"{where}：没有时区 {zone!r}，应形如 Asia/Shanghai",
        ) from None
    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._-]{0,62}", name):
        where = _where("receiver", said)
        raise CannotStart(
            f"{where} may only contain letters, digits, dots, hyphens and underscores: {name!r}",
            f"{where} 只能含字母、数字、点、连字符与下划线：{name!r}",
        )


def _host_of(text: str) -> str | None:
    """The host of an http or https address that has nothing behind it but a port; None for any other text."""
    try:
        parts = urlsplit(text)
        good = parts.scheme in ("http", "https") and parts.port != 0
    except ValueError:
        return None
    more = parts.path or parts.query or parts.fragment or parts.username
    return parts.hostname if good and not more else None


def _roles(said: Mapping[str, Given]) -> tuple[str, ...]:
    text, where = said["roles"].text, _where("roles", said)
    found = tuple(sorted({one.strip() for one in text.split(",")} - {""}, key=ROLES.find))
    if not found or any(one not in ROLES.split(",") for one in found) or ("load" in found) != ("console" in found):
        raise CannotStart(
            f"{where} is receive, or load,console, or all three: the console is where events are loaded: {text!r}",
            f"{where} 应为 receive、load,console 或三者：后台与装载须在同一台主机：{text!r}",
        )
    return found


def _url(said: Mapping[str, Given], name: str = "public_url") -> str:
    text = said[name].text.rstrip("/")
    if text and not _host_of(text):
        where = _where(name, said)
        raise CannotStart(
            f"{where} must be like https://stats.example.com, without a path, as Minilens needs a host of its own: {text!r}",
            f"{where} 应形如 https://stats.example.com，不带路径（Minilens 需要独立的域名，不支持子路径）：{text!r}",
        )
    return text


def _wechat_api(said: Mapping[str, Given]) -> str:
    """Each app's secret goes there: nobody on the way may read it, but on this very machine."""
    text = said["wechat_api"].text.strip().rstrip("/")
    host = _host_of(text)
    safe = text.lower().startswith("https:") or host in ("localhost", "127.0.0.1", "::1")
    if not (host and safe) or set(text) & set(" ?#@\\"):
        where = _where("wechat_api", said)
        raise CannotStart(
            f"{where} must be like https://api.weixin.qq.com: https, a host and no path; the AppSecret is sent there: {text!r}",
            f"{where} 应形如 https://api.weixin.qq.com：须为 https，只写主机，不带路径（AppSecret 会发往这里）：{text!r}",
        )
    return text


def _check_mail(said: Mapping[str, Given]) -> None:
    """Never repeats the server's address: it holds a password."""
    server, sender = said["smtp"].text, said["mail_from"].text
    if server and not re.fullmatch(r"smtps?://(\S+@)?[^\s/@:]+(:[0-9]{1,5})?/?(\?tls=none)?", server):
        where = _where("smtp", said)
        raise CannotStart(
            f"{where} must be like smtps://user:password@smtp.example.com:465, signs such as @ in the password as %40",
            f"{where} 应形如 smtps://用户名:授权码@smtp.example.com:465，授权码中的 @ 等写成 %40",
        )
    selector = said["mail_dkim"].text
    if not re.fullmatch(r"([A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)*)?", selector):
        where = _where("mail_dkim", said)
        raise CannotStart(
            f"{where} must be a selector such as s1, without the domain: {selector!r}",
            f"{where} 应为选择器，如 s1，不带域名：{selector!r}",
        )
    if (server or sender) and not re.fullmatch(r"[^<>\r\n]*<[^<>@\s]+@[^<>@\s]+>|[^<>@\s]+@[^<>@\s]+", sender):
        where = _where("mail_from", said) if sender else "MINILENS_MAIL_FROM"
        raise CannotStart(
            f"{where} must be an address, such as Minilens <stats@example.com>: {sender!r}",
            f"{where} 应为邮件地址，如 Minilens <stats@example.com>：{sender!r}",
        )


def _networks(name: str, said: Mapping[str, Given]) -> Networks:
    texts = tuple(filter(None, (one.strip() for one in said[name].text.split(","))))
    for text in texts:
        try:
            ipaddress.ip_network(text, strict=False)
        except ValueError:
            where = _where(name, said)
            raise CannotStart(
                f"{where}: {text!r} is not an IP address or a network",
                f"{where}：{text!r} 不是地址，也不是网段",
            ) from None
    return Networks(texts)


def _cache(env: Mapping[str, str], data: Path) -> Path:
    """The user's cache folder; without a home, a folder beside the data."""
    home = env.get("XDG_CACHE_HOME") or (env.get("HOME") and f"{env['HOME']}/.cache")
    return (
        Path(home, "minilens") if home and os.access(Path(home).parent, os.W_OK) else data / "cache"
    )
