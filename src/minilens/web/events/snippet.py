"""Code that reports an event by API, to be pasted into a mini program."""

from __future__ import annotations

from minilens.web.events.editor_form import Typed

#: Type → what stands for a value until there is one.
EMPTY = {"number": "0", "text": "''", "boolean": "false", "time": "new Date().toISOString()"}


def snippet(form: Typed) -> str:
    """The call, with every field."""
    lines = [
        f"  {name}: {EMPTY.get(form.described[name].type if name in form.described else '', EMPTY['text'])},"
        for name in form.names
        if name
    ]
    body = "{\n" + "\n".join(lines) + "\n}" if lines else "{}"
    return f"getApp().cl_tracker.track('{form.name or 'event_name'}', {body});"
