"""Event management: the list, the editor in five steps, versions, fields; the same for programs."""

from __future__ import annotations

from minilens.web.events import (
    api,
    ask,
    ask_answer,
    editor,
    field_api,
    field_values,
    manage,
    page_types,
    page_types_api,
    plan_api,
    questions,
    ready,
    ready_api,
    value_search,
    versions,
    virtual,
    virtual_api,
)

ROUTES = (
    *ask.ROUTES,
    *ask_answer.ROUTES,
    *questions.ROUTES,
    *manage.ROUTES,
    *editor.ROUTES,
    *versions.ROUTES,
    *virtual.ROUTES,
    *virtual_api.ROUTES,
    *page_types.ROUTES,
    *page_types_api.ROUTES,
    *ready.ROUTES,
    *ready_api.ROUTES,
    *field_values.ROUTES,
    *field_api.ROUTES,
    *value_search.ROUTES,
    *plan_api.ROUTES,
    *api.ROUTES,
)
