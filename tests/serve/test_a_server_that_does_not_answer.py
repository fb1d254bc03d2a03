"""A command that asks a server which dies meanwhile, or says nonsense, tells so in a sentence."""

from __future__ import annotations

import socket
import threading
from pathlib import Path

import pytest

from minilens.errors import CannotStart
from minilens.serve.control_client import ask
from minilens.settings import load


@pytest.mark.parametrize(
    "answer", [b"", b"HTTP/1.1 200 OK\r\n", b"HTTP/1.1 500 X\r\ncontent-length: 3\r\n\r\nbad"]
)
def test_it_is_said(tmp_path: Path, answer: bytes) -> None:
    settings = load({"MINILENS_DATA": str(tmp_path)})
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(settings.engine_socket))
        listener.listen()

        def once() -> None:
            connection, _ = listener.accept()
            with connection:
                connection.recv(4096)
                connection.sendall(answer)

        thread = threading.Thread(target=once)
        thread.start()
        with pytest.raises(CannotStart, match="was cut off") as error:
            ask(settings, "ping", seconds=10)
        thread.join()
    assert "响应中断" in error.value.message("zh")
