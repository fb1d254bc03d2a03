"""Saved views, a page of an app with its address, of one person or of the team; and pinned cards."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Make both tables."""
    op.create_table(
        "views",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column(
            "app_id", sa.Integer, sa.ForeignKey("apps.id", name="fk_views_app_id"), nullable=False
        ),
        sa.Column(
            "person_id",
            sa.Integer,
            sa.ForeignKey("people.id", name="fk_views_person_id"),
            nullable=False,
        ),
        sa.Column("team", sa.Boolean, nullable=False),
        sa.Column("name", sa.String(40), nullable=False),
        sa.Column("tab", sa.String(32), nullable=False),
        sa.Column("query", sa.Text, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("changed", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_index("ix_views_app_id_person_id", "views", ["app_id", "person_id"])
    op.create_table(
        "pins",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column(
            "app_id", sa.Integer, sa.ForeignKey("apps.id", name="fk_pins_app_id"), nullable=False
        ),
        sa.Column(
            "person_id",
            sa.Integer,
            sa.ForeignKey("people.id", name="fk_pins_person_id"),
            nullable=False,
        ),
        sa.Column("position", sa.Integer, nullable=False),
        sa.Column("report", sa.String(64), nullable=False),
        sa.Column("query", sa.Text, nullable=False),
        sa.UniqueConstraint("app_id", "person_id", "report", name="uq_pins_app_id"),
    )
