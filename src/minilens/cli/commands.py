"""Every command of the other files, in one list."""

from __future__ import annotations

from minilens.cli import (
    apps,
    archives,
    cohorts,
    content,
    costs,
    events,
    identities,
    kpis,
    links,
    merges,
    operations,
    payments,
    people,
    persons,
    plans,
    quarantine,
    questions,
    rates,
    virtual,
)

COMMANDS = (
    *operations.COMMANDS,
    *people.COMMANDS,
    *apps.COMMANDS,
    *archives.COMMANDS,
    *persons.COMMANDS,
    *plans.COMMANDS,
    *links.COMMANDS,
    *costs.COMMANDS,
    *rates.COMMANDS,
    *content.COMMANDS,
    *payments.COMMANDS,
    *events.COMMANDS,
    *identities.COMMANDS,
    *merges.COMMANDS,
    *quarantine.COMMANDS,
    *questions.COMMANDS,
    *cohorts.COMMANDS,
    *kpis.COMMANDS,
    *virtual.COMMANDS,
)
