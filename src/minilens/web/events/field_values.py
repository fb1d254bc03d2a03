"""The names of a field's values: one form, sent whole at each press, with a table pasted from a spreadsheet."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect

from minilens.errors import NotFound, Refused
from minilens.period import now
from minilens.records.field_values import MOST_VALUES, Dictionary, ValueName, read, read_csv
from minilens.web.account.sign_in import Form
from minilens.web.admin.forms import FIELDS, Answer, Wrong
from minilens.web.admin.settings_page import AppSettings

#: What a dictionary of the longest names is as a form.
MOST_FIELDS, BYTES = 3 * MOST_VALUES + 50, 1 << 20
PAGE = "/a/{app:str}/events/fields/{field:str}"


@dataclass(frozen=True)
class Typed:
    """The form: rows as they were typed, and what was pasted."""

    rows: tuple[ValueName, ...]
    revision: int
    pasted: str = ""
    focus: str = ""
    error: Wrong | None = None


@get(PAGE, include_in_schema=False, needs="definitions:write")
async def field_page(settings: NamedDependency[AppSettings], field: FromPath[str]) -> Response[str]:
    """As it is saved."""
    held = await asyncio.to_thread(settings.records.field_values.find, settings.app.id, field)
    return await shown(settings, held, Typed(held.names or (ValueName("", ""),), held.revision))


@post(
    PAGE, include_in_schema=False, status_code=200, needs="definitions:write",
    request_max_body_size=BYTES, most_bytes=BYTES, most_fields=MOST_FIELDS,
)  # fmt: skip
async def field_form(
    settings: NamedDependency[AppSettings], field: FromPath[str], data: Form
) -> Answer:
    """A press of one of its buttons: the form again, or onward where it was saved."""
    held = await asyncio.to_thread(settings.records.field_values.find, settings.app.id, field)
    form, do = typed(data), data.get("do", "save")
    if do == "add":
        form = replace(form, rows=(*form.rows, ValueName("", "")), focus=f"v{len(form.rows)}.value")
        return await shown(settings, held, form)
    try:
        if do == "paste":
            rows = joined(form.rows, read_csv(form.pasted, "pasted"))
            return await shown(settings, held, Typed(rows, form.revision, focus="save"))
        names = read([one._asdict() for one in form.rows])
        save = settings.records.field_values.set
        await asyncio.to_thread(
            save,
            settings.app.id,
            field,
            names,
            now=now(),
            revision=form.revision,
            by=settings.me.id,
        )
    except NotFound:
        raise
    except Refused as error:
        return await shown(settings, held, replace(form, error=_wrong(error, settings)))
    return Redirect(FIELDS.at(settings.app, "named"), status_code=303)


def typed(data: Form) -> Typed:
    """What was sent; rows without a word are none."""
    numbers = sorted(
        int(one[1]) for name in data if (one := re.fullmatch(r"v(\d{1,4})\.value", name))
    )
    rows = [
        ValueName(*(data.get(f"v{n}.{part}", "").strip() for part in ValueName._fields))
        for n in numbers
    ]
    seen = data.get("revision", "")
    return Typed(
        tuple(row for row in rows if any(row)),
        int(seen) if seen.isdecimal() and len(seen) < 9 else 0,
        data.get("pasted", ""),
    )


def joined(rows: Sequence[ValueName], pasted: Sequence[ValueName]) -> tuple[ValueName, ...]:
    """The rows with the pasted ones: a value that is there has the pasted names, the others come behind."""
    new = {one.value: one for one in pasted}
    there = [new.pop(row.value, row) for row in rows]
    return (*there, *new.values())


def _wrong(error: Refused, settings: AppSettings) -> Wrong:
    """The refusal at its input: values[2].zh → v2.zh."""
    language = settings.reader.language
    at = re.sub(r"^values\[(\d+)\]\.(\w+)$", r"v\1.\2", error.field)
    place = "pasted" if error.field.startswith("pasted") else at
    return Wrong("field", place, error.message(language), error.status)


async def shown(settings: AppSettings, held: Dictionary, form: Typed) -> Response[str]:
    """The page."""
    history = await asyncio.to_thread(settings.records.events.history, settings.app.id)
    users = {held.field: (history.users or {}).get(held.field, ())}
    samples = await asyncio.to_thread(settings.console.samples, settings.app, users)
    hidden = await asyncio.to_thread(settings.records.sensitive.of, settings.app.id)
    sample = samples.get(held.field)
    named = {row.value for row in form.rows}
    seen = sample.values if sample and held.field not in hidden else ()
    return await settings.page(
        FIELDS, "field.html", error=form.error, field=history.held[held.field], held=held, typed=form, focus=form.focus,
        unnamed=[value for value in seen if value not in named], most=MOST_VALUES,
        at=f"{FIELDS.at(settings.app)}/{held.field}",
    )  # fmt: skip


ROUTES = (field_page, field_form)
