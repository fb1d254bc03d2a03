"""Log lines on standard error, without personal data: JSON, one an event; plain text on a terminal.

Nobody writes addresses, identities or secrets into the log on purpose. What a failure quotes may hold some all the
same: whatever looks like one is masked here, at the only way out.
"""

from __future__ import annotations

import logging
import re
import sys
from typing import Any

import msgspec

from minilens.period import now

_PLAIN = set(logging.makeLogRecord({}).__dict__) | {"message", "asctime", "taskName"}
MOST_TEXT = 4000
MASK = "***"
#: What looks like something personal or secret.
PERSONAL = re.compile(
    "|".join(
        (
            r"(?<=\?)[^\s\"'<>]+=[^\s\"'<>]*",  # a query
            r"\bm[fkst]_[A-Za-z0-9_-]{8,}",  # a token, of an address for tools as well, or a write key
            r"(?i:\bbearer\s+)[^\s\"']+",
            r"\bmi(?:nilens)?_[a-z]+=[^\s;]+",  # a cookie
            r"(?<=://)[^\s/@]+@",  # a password in an address
            r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+",  # an e-mail address
            r"(?<![\w-])o[A-Za-z0-9_-]{27}(?![\w-])",  # an openid or unionid
            r"(?<!\d)(?:\+?86)?1[3-9]\d{9}(?!\d)",  # a mobile number
            r"(?<![\w.])(?:\d{1,3}\.){3}\d{1,3}(?![\w.])",  # an address
            r"(?<![\w:])(?:[0-9a-fA-F]{1,4}:){4,7}[0-9a-fA-F]{1,4}(?![\w:])",
        )
    )
)


def masked(value: Any) -> Any:
    """The same without what looks personal."""
    if not isinstance(value, str):
        return value if isinstance(value, int | float) or value is None else masked(str(value))
    text = PERSONAL.sub(MASK, value)
    return text if len(text) <= MOST_TEXT else text[:MOST_TEXT] + "…"


class Lines(logging.Formatter):
    """A record as one line of JSON, or as text."""

    def __init__(self, process: str, *, plain: bool = False) -> None:
        super().__init__()
        self._process = process
        self._in_words = plain

    def format(self, record: logging.LogRecord) -> str:
        line = {
            "at": now().isoformat(timespec="milliseconds"),
            "process": self._process,
            "level": record.levelname.lower(),
            "message": masked(record.getMessage()),
            **{k: masked(v) for k, v in record.__dict__.items() if k not in _PLAIN},
        }
        if record.exc_info:
            line["trace"] = masked(self.formatException(record.exc_info))
        return self._plain(line) if self._in_words else msgspec.json.encode(line).decode()

    def _plain(self, line: dict[str, Any]) -> str:
        at, process, level, message = (line.pop(k) for k in ("at", "process", "level", "message"))
        trace = line.pop("trace", "")
        facts = "".join(f"  {key}={value}" for key, value in line.items())
        return f"{at[11:19]} {process} {level}  {message}{facts}" + (trace and f"\n{trace}")


def to_stderr(process: str) -> None:
    """Log from here on, warnings of libraries included."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(Lines(process, plain=sys.stderr.isatty()))
    logging.basicConfig(level=logging.INFO, handlers=[handler], force=True)
    for noisy in ("httpx", "httpcore", "alembic", "uvicorn.error", "clickhouse_connect"):
        logging.getLogger(noisy).setLevel(logging.WARNING)
