"""What values of fields are called."""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"


def upgrade() -> None:
    """A dictionary for each field."""
    op.create_table(
        "field_values",
        sa.Column(
            "app_id",
            sa.Integer,
            sa.ForeignKey("apps.id", name="fk_field_values_app_id"),
            primary_key=True,
        ),
        sa.Column("field", sa.String(32), primary_key=True),
        sa.Column("names", sa.Text, nullable=False),
        sa.Column("revision", sa.Integer, nullable=False),
        sa.Column("updated", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_id", sa.Integer, sa.ForeignKey("people.id", name="fk_field_values_by_id")),
    )
