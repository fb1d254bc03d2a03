"""What advertising cost, by day and advertisement, and how the files of a source are read."""

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"


def upgrade() -> None:
    """A row a day and advertisement; a day of a source is replaced as a whole."""
    names = [
        sa.Column(name, sa.String(128), nullable=False)
        for name in ("source", "campaign", "ad_set", "creative")
    ]
    counts = [
        sa.Column(name, sa.BigInteger) for name in ("impressions", "clicks", "conversions", "reach")
    ]
    op.create_table(
        "ad_costs",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("app_id", sa.Integer, sa.ForeignKey("apps.id", name="fk_ad_costs_app_id"), nullable=False),
        sa.Column("day", sa.Date, nullable=False),
        *names,
        sa.Column("landing", sa.String(16), nullable=False),
        sa.Column("currency", sa.String(3), nullable=False),
        sa.Column("cost", sa.BigInteger, nullable=False),
        *counts,
    )  # fmt: skip
    op.create_index("ix_ad_costs_app_id", "ad_costs", ["app_id", "day", "source"])
    op.create_table(
        "cost_mappings",
        sa.Column("app_id", sa.Integer, sa.ForeignKey("apps.id", name="fk_cost_mappings_app_id"), primary_key=True),
        sa.Column("source", sa.String(128), primary_key=True),
        sa.Column("content", sa.Text, nullable=False),
        sa.Column("changed", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_id", sa.Integer, sa.ForeignKey("people.id", name="fk_cost_mappings_by_id")),
    )  # fmt: skip
