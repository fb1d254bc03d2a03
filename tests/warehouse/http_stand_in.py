"""A small server that speaks ClickHouse's HTTP interface over an embedded engine.

    python -m tests.warehouse.http_stand_in FOLDER    prints its port, then serves until it is ended

As much of the interface as a driver needs: the statement in the body or in `query`, a block of data after
an INSERT … FORMAT, `param_x` as typed parameters, any other parameter as a setting, the exception's code
and the summary as headers. Each request has a connection of its own, as settings last for a request.
"""

from __future__ import annotations

import json
import re
import sys
import tempfile
import threading
import time
from email.parser import BytesParser
from email.policy import HTTP
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import chdb

#: Parameters of the transport, not of the engine.
TRANSPORT = {
    "query", "database", "user", "password", "role", "query_id", "session_id", "session_timeout", "session_check",
    "wait_end_of_query", "buffer_size", "compress", "decompress", "enable_http_compression", "default_format",
    "client_protocol_version", "send_progress_in_http_headers", "http_headers_progress_interval_ms",
}  # fmt: skip
_BLOCK = re.compile(rb"\s*(INSERT INTO [^;]*?)\s+FORMAT\s+(\w+)[ ]*\n", re.IGNORECASE)
_FORMAT = re.compile(r"\s+FORMAT\s+(\w+)\s*;?\s*$", re.IGNORECASE)
_FAILED = re.compile(r"Code: (\d+)")


def quoted(text: str) -> str:
    """A string of SQL."""
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"


class Asked:
    """One request: settings, parameters, the statement and what came with it."""

    def __init__(self, query: str, headers: Any, body: bytes) -> None:
        given = dict(parse_qsl(query, keep_blank_values=True))
        if "multipart/form-data" in headers.get("Content-Type", ""):
            form = BytesParser(policy=HTTP).parsebytes(
                b"Content-Type: " + headers["Content-Type"].encode() + b"\r\n\r\n" + body
            )
            for part in form.iter_parts():
                name = part.get_param("name", header="content-disposition")
                given[str(name)] = str(part.get_content())
            body = b""
        self.database = given.get("database") or "default"
        self.form = given.get("default_format") or "TabSeparated"
        self.values = {k[6:]: v for k, v in given.items() if k.startswith("param_")}
        self.settings = {
            k: v for k, v in given.items() if k not in TRANSPORT and not k.startswith("param_")
        }
        self.text = (given["query"].encode() + b"\n" if "query" in given else b"") + body


def answered(folder: str, asked: Asked) -> tuple[bytes, str, Any]:
    """Run it; the body, its format, and the engine's result."""
    connection = chdb.connect(folder)
    try:
        connection.query(f"USE `{asked.database}`")
        if asked.settings:
            every = (f"{name} = {quoted(value)}" for name, value in asked.settings.items())
            connection.query(f"SET {', '.join(every)}")
        if block := _BLOCK.match(asked.text):
            with tempfile.NamedTemporaryFile() as file:
                file.write(asked.text[block.end() :])
                file.flush()
                into, form = block[1].decode(), block[2].decode()
                sql = f"{into} FROM INFILE {quoted(file.name)} FORMAT {form}"
                return b"", form, connection.query(sql)
        sql = asked.text.decode()
        form = asked.form
        if named := _FORMAT.search(sql):
            sql, form = sql[: named.start()], named[1]
        result = connection.query(sql, form, params=asked.values)
        return result.bytes() or b"", form, result
    finally:
        connection.close()


class Handler(BaseHTTPRequestHandler):
    """Answers one request after another on a connection."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True  # or the body waits 40 ms for word that the head has come
    folder = ""

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""

    def do_GET(self) -> None:
        """Ping, or a statement in the address."""
        if urlsplit(self.path).path == "/ping":
            self._send(200, b"Ok.\n", {})
        else:
            self.do_POST()

    def do_POST(self) -> None:
        """A statement."""
        body = self._body()
        started = time.perf_counter()
        try:
            asked = Asked(urlsplit(self.path).query, self.headers, body)
            data, form, result = answered(self.folder, asked)
        except Exception as error:
            code = _FAILED.search(str(error))
            self._send(
                500, str(error).encode(), {"X-ClickHouse-Exception-Code": code[1] if code else "1"}
            )
            return
        summary = {
            "read_rows": str(result.rows_read()),
            "read_bytes": str(result.bytes_read()),
            "elapsed_ns": str(round((time.perf_counter() - started) * 1e9)),
        }
        headers = {"X-ClickHouse-Summary": json.dumps(summary), "X-ClickHouse-Format": form}
        self._send(200, data, headers | {"X-ClickHouse-Timezone": "UTC"})

    def _body(self) -> bytes:
        if "chunked" in self.headers.get("Transfer-Encoding", ""):
            pieces = []
            while size := int(self.rfile.readline().split(b";")[0], 16):
                pieces.append(self.rfile.read(size))
                self.rfile.readline()
            self.rfile.readline()
            return b"".join(pieces)
        return self.rfile.read(int(self.headers.get("Content-Length") or 0))

    def _send(self, status: int, body: bytes, headers: dict[str, str]) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


def main(folder: str) -> None:
    """Serve on a free port until the standard input is closed."""
    keep = chdb.connect(folder)
    Handler.folder = folder
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever).start()
    sys.stdout.write(f"{server.server_port}\n")
    sys.stdout.flush()
    sys.stdin.read()
    server.shutdown()
    server.server_close()
    keep.close()


if __name__ == "__main__":
    main(sys.argv[1])
