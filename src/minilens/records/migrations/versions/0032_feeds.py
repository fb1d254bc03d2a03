"""Addresses for tools that poll."""

import sqlalchemy as sa
from alembic import op

revision = "0032"
down_revision = "0031"


def upgrade() -> None:
    """A row an address."""
    op.create_table(
        "feeds",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column(
            "app_id", sa.Integer, sa.ForeignKey("apps.id", name="fk_feeds_app_id"), nullable=False
        ),
        sa.Column("hash", sa.String(64), nullable=False),
        sa.Column("name", sa.String(64), nullable=False),
        sa.Column("report", sa.String(64), nullable=False),
        sa.Column("query", sa.Text, nullable=False),
        sa.Column("created", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.Integer, sa.ForeignKey("people.id", name="fk_feeds_created_by")),
        sa.Column("revoked", sa.DateTime(timezone=True)),
        sa.Column("last_used", sa.DateTime(timezone=True)),
        sa.UniqueConstraint("hash", name="uq_feeds_hash"),
    )
    op.create_index("ix_feeds_app_id", "feeds", ["app_id"])
