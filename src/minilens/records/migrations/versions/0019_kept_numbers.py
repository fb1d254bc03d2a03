"""Identities that somebody said were not handed on."""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "kept_numbers",
        sa.Column(
            "app_id",
            sa.Integer,
            sa.ForeignKey("apps.id", name="fk_kept_numbers_app_id"),
            primary_key=True,
        ),
        sa.Column("hash", sa.String(16), primary_key=True),
        sa.Column("type", sa.String(64), nullable=False),
        sa.Column("why", sa.String(120), nullable=False),
        sa.Column("holds", sa.Boolean, nullable=False),
        sa.Column("applied", sa.Boolean, nullable=False),
        sa.Column("created", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_id", sa.Integer, sa.ForeignKey("people.id", name="fk_kept_numbers_by_id")),
    )
