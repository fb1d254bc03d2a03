"""A warehouse that isn't reached, or is named wrongly, is told in few words."""

from __future__ import annotations

import socket

import pytest

from minilens.errors import CannotStart
from minilens.warehouse.address import address
from minilens.warehouse.connection import connect


def test_a_server_that_is_not_there() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # and does not listen
        where = f"127.0.0.1:{taken.getsockname()[1]}"
        with pytest.raises(CannotStart) as error:
            connect(address(f"clickhouse://u:secret@{where}/minilens"), {}, 0)
    assert str(error.value) == f"The warehouse cannot be opened: {where}: Connection refused"
    assert error.value.message("zh") == f"数据仓库无法打开：{where}: Connection refused"


@pytest.mark.parametrize(
    "dsn", ["clickhous://u:secret@host/minilens", "host:8123/minilens", "", "/var/lib"]
)
def test_what_names_no_warehouse(dsn: str) -> None:
    with pytest.raises(CannotStart) as error:
        address(dsn)
    assert "named like clickhouse://" in str(error.value)
    assert "secret" not in str(error.value)
