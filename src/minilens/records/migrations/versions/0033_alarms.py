"""Alarms: rules, where they are sent, what they found, and when nothing could be judged."""

import sqlalchemy as sa
from alembic import op

revision = "0033"
down_revision = "0032"


def upgrade() -> None:
    """A row a rule; a row an app; a row each time; a row a pause."""
    _rules()
    _found()
    op.create_table(
        "alarm_pauses",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("reason", sa.String(16), nullable=False),
        sa.Column("started", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended", sa.DateTime(timezone=True), nullable=False),
    )


def _app(table: str, *, key: bool = False) -> sa.Column[int]:
    to = sa.ForeignKey("apps.id", name=f"fk_{table}_app_id")
    if key:
        return sa.Column("app_id", sa.Integer, to, primary_key=True)
    return sa.Column("app_id", sa.Integer, to, nullable=False)


def _rules() -> None:
    op.create_table(
        "alarm_rules",
        sa.Column("id", sa.Integer, primary_key=True),
        _app("alarm_rules"),
        sa.Column("zh", sa.String(40), nullable=False),
        sa.Column("en", sa.String(40), nullable=False),
        sa.Column("body", sa.Text, nullable=False),
        sa.Column("enabled", sa.Boolean, nullable=False),
        sa.Column("changed", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_index("ix_alarm_rules_app_id", "alarm_rules", ["app_id"])
    op.create_table(
        "alarm_settings",
        _app("alarm_settings", key=True),
        sa.Column("channels", sa.Text, nullable=False),
        sa.Column("quiet_from", sa.Integer),
        sa.Column("quiet_to", sa.Integer),
    )


def _found() -> None:
    by = sa.ForeignKey("people.id", name="fk_alarms_acknowledged_by")
    op.create_table(
        "alarms",
        sa.Column("id", sa.Integer, primary_key=True),
        _app("alarms"),
        sa.Column("rule_id", sa.Integer),
        sa.Column("subject", sa.String(160), nullable=False),
        sa.Column("facts", sa.Text, nullable=False),
        *(
            sa.Column(name, sa.DateTime(timezone=True), nullable=False)
            for name in ("since", "opened", "seen")
        ),
        sa.Column("resolved", sa.DateTime(timezone=True)),
        sa.Column("acknowledged", sa.DateTime(timezone=True)),
        sa.Column("acknowledged_by", sa.Integer, by),
        sa.Column("note", sa.String(400), nullable=False),
        sa.Column("sent", sa.DateTime(timezone=True)),
        sa.Column("sent_resolved", sa.DateTime(timezone=True)),
    )
    op.create_index("ix_alarms_app_id", "alarms", ["app_id", "opened"])
    op.create_index(
        "uq_alarms_open", "alarms", ["rule_id", "subject"], unique=True,
        sqlite_where=sa.text("resolved IS NULL"), postgresql_where=sa.text("resolved IS NULL"),
    )  # fmt: skip
