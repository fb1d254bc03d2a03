"""KPIs: named outcomes with a target and an owner."""

import sqlalchemy as sa
from alembic import op

revision = "0028"
down_revision = "0027"


def upgrade() -> None:
    """A row a KPI."""
    op.create_table(
        "kpis",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column(
            "app_id", sa.Integer, sa.ForeignKey("apps.id", name="fk_kpis_app_id"), nullable=False
        ),
        sa.Column("zh", sa.String(40), nullable=False),
        sa.Column("en", sa.String(40), nullable=False),
        sa.Column("body", sa.Text, nullable=False),
        sa.Column("owner_id", sa.Integer, sa.ForeignKey("people.id", name="fk_kpis_owner_id")),
        sa.Column("changed", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_index("ix_kpis_app_id", "kpis", ["app_id"])
