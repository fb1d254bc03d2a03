"""How payment notifications of an app are read, and who has paid an order, for the refund that names nobody."""

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"


def upgrade() -> None:
    """Make both tables."""
    op.create_table(
        "payment_channels",
        sa.Column("app_id", sa.Integer, sa.ForeignKey("apps.id", name="fk_payment_channels_app_id"), primary_key=True),
        sa.Column("provider", sa.String(16), primary_key=True),
        sa.Column("content", sa.Text, nullable=False),
        sa.Column("sealed", sa.Text, nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_id", sa.Integer, sa.ForeignKey("people.id", name="fk_payment_channels_by_id")),
    )  # fmt: skip
    op.create_table(
        "paid_orders",
        sa.Column("app_id", sa.Integer, sa.ForeignKey("apps.id", name="fk_paid_orders_app_id"), primary_key=True),
        sa.Column("key", sa.String(32), primary_key=True),
        sa.Column("actor", sa.String(20), nullable=False),
        sa.Column("kind", sa.String(64), nullable=False),
        sa.Column("day", sa.Date, nullable=False),
    )  # fmt: skip
    op.create_index("ix_paid_orders_day", "paid_orders", ["day"])
    op.create_index("ix_paid_orders_app_id", "paid_orders", ["app_id", "actor"])
