"""One connection to the engine, embedded or a server, and what is asked of every statement on it."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import clickhouse_connect
from clickhouse_connect.driver.client import Client

from minilens.errors import CannotStart
from minilens.warehouse.address import Address
from minilens.warehouse.emptied import drop_emptied_scratch, emptied_tables

#: What the driver puts before what a server says.
_BY_HTTP = re.compile(r"^Received ClickHouse exception, code: \d+, server response: ")
#: Seconds to connect to a server.
CONNECT = 3
#: How the driver says that it reaches no server.
_UNREACHED = re.compile(
    r"host='([^']+)', port=(\d+)\).*?(?:\[Errno -?\d+\] |Connection to \S+ )([^\"')(]+)", re.DOTALL
)
#: Stated, not left to defaults: they differ between versions.
ALWAYS: dict[str, Any] = {
    "insert_deduplicate": 1,
    "max_insert_block_size": 1_048_576,
    "min_insert_block_size_rows": 1_048_576,
    "min_insert_block_size_bytes": 1 << 30,
    "join_use_nulls": 0,
    "force_grouping_standard_compatibility": 1,
    "use_query_cache": 0,
    # wrong answers in several versions
    "use_query_condition_cache": 0,
    # a chunk may hold many small apps, an import many years
    "max_partitions_per_insert_block": 0,
    # what an owner sends is what the owner finds again: text that looks like a date stays text, true is not 1
    "input_format_try_infer_dates": 0,
    "input_format_try_infer_datetimes": 0,
    "input_format_json_try_infer_numbers_from_strings": 0,
    "input_format_json_read_bools_as_numbers": 0,
    "input_format_json_read_bools_as_strings": 0,
    "session_timezone": "UTC",
    "json_type_escape_dots_in_keys": 1,
    "input_format_skip_unknown_fields": 1,
    "output_format_json_quote_64bit_integers": 0,
    "format_csv_null_representation": "",
    # sets of persons stand in the text of statements
    "max_query_size": 64 << 20,
    "output_format_arrow_string_as_string": 1,
    "output_format_arrow_low_cardinality_as_dictionary": 0,
}
#: Asked of the embedded engine alone: its answers cross no network.
IN_PROCESS: dict[str, Any] = {"output_format_arrow_compression_method": "none"}
#: Of the embedded engine. Where more parts wait to be rewritten than it works on at once, it would let up to a second
#: pass before it looks for more to do, again and again: what deletes waits beside an idle processor. While there is
#: nothing to do it looks less and less often, so that this costs nothing.
EMBEDDED = {
    "background_processing_pool_thread_sleep_seconds_if_nothing_to_do": 0.01,
    "background_processing_pool_task_sleep_seconds_when_no_work_random_part": 0.01,
}


def connect(there: Address, settings: dict[str, Any], memory: int) -> Client:
    """Open it; CannotStart with the reason where that fails."""
    try:
        if there.embedded:
            Path(there.path).mkdir(parents=True, exist_ok=True)
            drop_emptied_scratch(Path(there.path))
            return clickhouse_connect.get_client(
                interface="chdb",
                path=there.path,
                settings={**settings, **IN_PROCESS},
                chdb_options={**EMBEDDED, "max_server_memory_usage": memory},
            )
        host, port = there.hosts[0]
        return clickhouse_connect.get_client(
            host=host,
            port=port,
            username=there.user,
            password=there.password,
            database=there.database,
            secure=there.secure,
            settings=settings,
            autogenerate_session_id=False,
            connect_timeout=CONNECT,
        )
    except (
        Exception
    ) as error:  # the driver raises many kinds here, and each means the same to an owner
        why = reason_of(error)
        if damaged := emptied_tables(Path(there.path)) if there.embedded else []:
            why = f"{', '.join(map(str, damaged))}: 0 bytes"
        raise CannotStart(
            f"The warehouse cannot be opened: {why}", f"数据仓库无法打开：{why}"
        ) from error


def reason_of(error: Exception) -> str:
    """The engine's sentence without its stack of prefixes; of a server that isn't reached where it is, and why."""
    if unreached := _UNREACHED.search(str(error)):
        return "{}:{}: {}".format(*unreached.groups())
    text = str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
    return _BY_HTTP.sub("", text)[:2000]
