"""Raw events of an app into a file that can be imported again."""

from __future__ import annotations

import base64
import gzip
import io
import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, cast

import msgspec

from minilens.errors import CannotStart, Refused, did_you_mean
from minilens.measure.raw_export import COLUMNS, TOLD, Portion, portion, portions
from minilens.period import FIRST_DAY, LAST_DAY
from minilens.serve.control_client import ask
from minilens.serve.terminal import not_written
from minilens.settings import Settings

if TYPE_CHECKING:
    from minilens.load.pipeline import Pipeline

#: Ending of the file → the engine's name of its form.
FORMS = {".csv": "CSV", ".ndjson": "JSONEachRow", ".parquet": "ArrowStream"}
#: The next portion: its rows in the form.
Portions = Iterator[tuple[Portion, bytes]]


def form_of(path: Path) -> str:
    """The form that the file's name tells; Refused where it tells none."""
    name = path.name.removesuffix(".gz")
    ending = Path(name).suffix
    if ending not in FORMS or (ending == ".parquet" and path.suffix == ".gz"):
        raise Refused("unknown_choice", "output", got=path.name, hint=did_you_mean(ending, FORMS))
    return ending


def planned(pipeline: Pipeline, asked: dict[str, str]) -> dict[str, object]:
    """What a running server answers: the portions there are."""
    app = pipeline.records.apps.named(asked["app"]).id
    first, last = date.fromisoformat(asked["from"]), date.fromisoformat(asked["to"])
    return {"portions": [asdict(one) for one in portions(pipeline.engine, app, first, last)]}


def answered(pipeline: Pipeline, asked: dict[str, str]) -> dict[str, str]:
    """What a running server answers: one of them."""
    one = msgspec.json.decode(asked["portion"], type=Portion)
    rows = portion(
        pipeline.engine, pipeline.records.apps.named(asked["app"]).id, one, asked["form"]
    )
    return {"base64": base64.b64encode(rows).decode()}


def of_server(settings: Settings, app: str, first: date, last: date, form: str) -> Portions | None:
    """Portions as the running server gives them; None where none runs."""
    plan = ask(settings, "export", ("app", app), ("from", str(first)), ("to", str(last)))
    return _asked(settings, app, plan, form) if plan is not None else None


def _asked(settings: Settings, app: str, plan: dict[str, Any], form: str) -> Portions:
    for one in msgspec.convert(plan["portions"], list[Portion]):
        given = ("portion", msgspec.json.encode(one).decode())
        said = ask(settings, "export-portion", ("app", app), ("form", form), given)
        if said is None:
            raise CannotStart(
                "The server stopped during the export. Export again.",
                "服务在此期间停止了，请重新导出。",
            )
        yield one, base64.b64decode(said["base64"])


def of_works(pipeline: Pipeline, app: str, first: date, last: date, form: str) -> Portions:
    """Portions out of the folder that this process has open."""
    number = pipeline.records.apps.named(app).id
    for one in portions(pipeline.engine, number, first, last):
        yield one, portion(pipeline.engine, number, one, form)


def write(found: Portions, path: Path, tell: Callable[[int], None]) -> int:
    """Write the file, whole or not at all, and the mapping beside it; how many events."""
    count = write_events(found, path, tell)
    try:
        mapping_of(path).write_text(mapping(), encoding="utf-8")
    except OSError as error:
        raise not_written(path, error) from error
    return count


def write_events(found: Portions, path: Path, tell: Callable[[int], None]) -> int:
    """Write the file, whole or not at all; how many events."""
    ending, count = form_of(path), 0
    torn = path.with_name(f".{path.name}.torn")
    try:
        with ExitStack() as stack:
            out: IO[bytes] = stack.enter_context(open(torn, "wb"))
            if path.suffix == ".gz":
                packed = gzip.GzipFile(path.stem, "wb", 5, out, mtime=0)
                out = cast(IO[bytes], stack.enter_context(packed))
            put = _parquet(out, stack) if ending == ".parquet" else out.write
            if ending == ".csv":
                put((",".join(COLUMNS) + "\n").encode())
            for _, rows in found:
                count += _rows_of(rows, ending)
                put(rows)
                tell(count)
        os.replace(torn, path)
    except OSError as error:
        raise not_written(path, error) from error
    finally:
        torn.unlink(missing_ok=True)
    return count


def _rows_of(rows: bytes, ending: str) -> int:
    if ending == ".parquet":
        import pyarrow  # type: ignore[import-untyped]

        return sum(batch.num_rows for batch in pyarrow.ipc.open_stream(rows))
    if ending == ".ndjson":
        return rows.count(b"\n")
    import csv

    return sum(1 for _ in csv.reader(io.StringIO(rows.decode(), newline="")))


def _parquet(out: IO[bytes], stack: ExitStack) -> Callable[[bytes], object]:
    """A writer of Parquet, made when the first rows tell the types."""
    import pyarrow
    from pyarrow import parquet

    made: list[Any] = []

    def put(rows: bytes) -> None:
        table = pyarrow.ipc.open_stream(rows).read_all()
        if not made:
            made.append(parquet.ParquetWriter(out, table.schema, compression="zstd"))
            stack.callback(made[0].close)
        made[0].write_table(table)

    return put


def mapping_of(path: Path) -> Path:
    """The mapping beside the file."""
    return path.with_name(f"{path.name}.mapping.toml")


def mapping() -> str:
    """What `minilens import --mapping` has to be told."""
    return "".join(f'{name} = "{name}"\n' for name in TOLD)


def span(first: date | None, last: date | None) -> tuple[date, date]:
    """The days asked for; all of them where none are."""
    return first or FIRST_DAY, last or LAST_DAY


__all__ = ["answered", "form_of", "of_server", "of_works", "planned", "span", "write"]
