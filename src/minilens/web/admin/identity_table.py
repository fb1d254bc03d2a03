"""The types of identities as the page of settings shows them, each with what is set of it in a line."""

from __future__ import annotations

from typing import Any

from minilens.identity.types import IdentityType, row_of
from minilens.render.i18n import translate, translate_plural
from minilens.web.admin.settings_page import AppSettings
from minilens.web.persons.type_changes import FIXED, movable, types, version


def table(settings: AppSettings) -> dict[str, Any]:
    """The types in their order, those that nobody added, and values that are nobody's, as the page shows them."""
    of, language = types(settings.console, settings.app), settings.reader.language
    rows = movable(of)
    fixed = [of.of(name) for name in FIXED]
    return {
        "types": [(one, summary(one, settings)) for one in rows],
        "fixed": [(one, summary(one, settings)) for one in fixed],
        "found": settings.console.persons.found(settings.app.id, of.by_name),
        "order_seen": version(*map(row_of, rows)),
        "type_choices": [(one.name, one.label.of(language)) for one in (*rows, *fixed)],
        "blocked": [
            (one, of.of(one.type).label.of(language) or one.type)
            for one in settings.records.blocked_identities.of(settings.app.id)
        ],
    }


def summary(one: IdentityType, settings: AppSettings) -> str:
    """What is set of a type, in a line."""
    language = settings.reader.language
    _, ngettext = translate(language), translate_plural(language)
    if not one.takes_part:
        return _("not used for merging")
    if not one.most:
        held = _("any number per user")
    elif one.days:
        held = ngettext(
            "up to %(count)s per user in %(days)s day", "up to %(count)s per user in %(days)s days", one.days
        ) % {"count": one.most, "days": one.days}  # fmt: skip
    else:
        held = _("up to %(count)s per user") % {"count": one.most}
    over = {
        "refuse": _("more are not merged"), "succeed": _("a new one replaces the old one"),
        "oldest": _("then the oldest is no longer used"),
    }  # fmt: skip
    parts = [held, over[one.over]] if one.most else [held]
    if one.crowd and one.name == "device":
        said = ngettext(
            "shared from %(count)s user in 30 days", "shared from %(count)s users in 30 days", one.crowd
        )  # fmt: skip
        parts.append(said % {"count": one.crowd})
    elif one.crowd:
        said = ngettext(
            "shared from %(count)s device a day", "shared from %(count)s devices a day", one.crowd
        )
        parts.append(said % {"count": one.crowd})
    return " · ".join(parts)
