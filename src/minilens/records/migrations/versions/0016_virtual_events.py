"""Events that are conditions over others, each version kept."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "virtual_events",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column(
            "app_id",
            sa.Integer,
            sa.ForeignKey("apps.id", name="fk_virtual_events_app_id"),
            nullable=False,
        ),
        sa.Column("name", sa.String(32), nullable=False),
        sa.Column("zh", sa.String(32), nullable=False),
        sa.Column("en", sa.String(32), nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("created", sa.DateTime(timezone=True), nullable=False),
        sa.Column("retired", sa.DateTime(timezone=True)),
        sa.UniqueConstraint("app_id", "name", name="uq_virtual_events_app_id"),
    )
    op.create_table(
        "virtual_versions",
        sa.Column(
            "event_id",
            sa.Integer,
            sa.ForeignKey("virtual_events.id", name="fk_virtual_versions_event_id"),
            primary_key=True,
        ),
        sa.Column("version", sa.Integer, primary_key=True),
        sa.Column("meaning", sa.Text, nullable=False),
        sa.Column("created", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "by_id", sa.Integer, sa.ForeignKey("people.id", name="fk_virtual_versions_by_id")
        ),
    )
