"""Cohorts: what they are, and when they were computed."""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"


def upgrade() -> None:
    """A row a cohort; who is in it is in the warehouse."""
    op.create_table(
        "cohorts",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column(
            "app_id", sa.Integer, sa.ForeignKey("apps.id", name="fk_cohorts_app_id"), nullable=False
        ),
        sa.Column("zh", sa.String(40), nullable=False),
        sa.Column("en", sa.String(40), nullable=False),
        sa.Column("body", sa.Text, nullable=False),
        sa.Column("live", sa.Boolean, nullable=False),
        sa.Column("version", sa.BigInteger, nullable=False),
        sa.Column("computed", sa.DateTime(timezone=True)),
        sa.Column("created", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_id", sa.Integer, sa.ForeignKey("people.id", name="fk_cohorts_by_id")),
    )
    op.create_index("ix_cohorts_app_id", "cohorts", ["app_id"])
