"""A store that speaks as much of S3 as archives ask: objects in parts, read in ranges, listed by folder."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, unquote, urlsplit
from xml.sax.saxutils import escape


class Store(ThreadingHTTPServer):
    """Objects by `/BUCKET/KEY`."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.objects: dict[str, bytes] = {}
        self.parts: dict[str, dict[int, bytes]] = {}
        self.signed: set[str] = set()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Store

    def log_message(self, format: str, *args: object) -> None:
        """Nothing is printed."""

    def do_HEAD(self) -> None:
        self.do_GET()

    def do_GET(self) -> None:
        path, says = self._asked()
        if "list-type" in says:
            self._answer(200, self._listed(path.strip("/"), says))
        elif (found := self.server.objects.get(path)) is None:
            self._answer(404, b"")
        elif said := re.fullmatch(r"bytes=(\d+)-(\d*)", self.headers.get("Range", "")):
            end = int(said[2]) + 1 if said[2] else len(found)
            self._answer(206, found[int(said[1]) : end])
        else:
            self._answer(200, found)

    def do_POST(self) -> None:
        path, says = self._asked()
        body = self._body()
        if "uploads" in says:
            self.server.parts[path] = {}
            made = f"<InitiateMultipartUploadResult><UploadId>{escape(path)}</UploadId></InitiateMultipartUploadResult>"
            self._answer(200, made.encode())
        else:
            assert body
            parts = self.server.parts.pop(path)
            self.server.objects[path] = b"".join(parts[n] for n in sorted(parts))
            self._answer(
                200,
                b"<CompleteMultipartUploadResult><ETag>x</ETag></CompleteMultipartUploadResult>",
            )

    def do_PUT(self) -> None:
        path, says = self._asked()
        body = self._body()
        if "partNumber" in says:
            self.server.parts[path][int(says["partNumber"][0])] = body
        else:
            self.server.objects[path] = body
        self._answer(200, b"")

    def _asked(self) -> tuple[str, dict[str, list[str]]]:
        self.server.signed.add(self.headers.get("Authorization", "").partition("/")[0])
        parts = urlsplit(self.path)
        return unquote(parts.path), parse_qs(parts.query, keep_blank_values=True)

    def _body(self) -> bytes:
        length = int(self.headers.get("Content-Length", 0))
        return self.rfile.read(length) if length else b"".join(self._chunks())

    def _chunks(self) -> Iterator[bytes]:
        chunked = self.headers.get("Transfer-Encoding", "") == "chunked"
        while chunked and (size := int(self.rfile.readline().split(b";")[0], 16)):
            yield self.rfile.read(size)
            self.rfile.readline()
        if chunked:
            self.rfile.readline()

    def _listed(self, bucket: str, says: dict[str, list[str]]) -> bytes:
        prefix = says.get("prefix", [""])[0]
        keys = [key.removeprefix(f"/{bucket}/") for key in self.server.objects]
        inside = [key.removeprefix(prefix) for key in keys if key.startswith(prefix)]
        folders = sorted({key.split("/")[0] for key in inside if "/" in key})
        files = sorted(key for key in inside if "/" not in key)
        text = "".join(
            f"<Contents><Key>{escape(prefix + key)}</Key><Size>1</Size></Contents>" for key in files
        )
        text += "".join(
            f"<CommonPrefixes><Prefix>{escape(prefix + name)}/</Prefix></CommonPrefixes>"
            for name in folders
        )
        return f"<ListBucketResult><KeyCount>{len(files) + len(folders)}</KeyCount>{text}</ListBucketResult>".encode()

    def _answer(self, status: int, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("ETag", '"x"')
        self.send_header("Last-Modified", "Mon, 02 Nov 2026 08:00:00 GMT")
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)


@contextmanager
def store() -> Iterator[Store]:
    """One that runs."""
    server = Store()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
