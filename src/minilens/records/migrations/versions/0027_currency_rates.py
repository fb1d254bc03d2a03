"""Rates from other currencies to the one that an app reports in."""

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "currency_rates",
        sa.Column(
            "app_id",
            sa.Integer,
            sa.ForeignKey("apps.id", name="fk_currency_rates_app_id"),
            primary_key=True,
        ),
        sa.Column("currency", sa.String(3), nullable=False),
        sa.Column("rates", sa.Text, nullable=False),
        sa.Column("changed", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_id", sa.Integer, sa.ForeignKey("people.id", name="fk_currency_rates_by_id")),
    )
