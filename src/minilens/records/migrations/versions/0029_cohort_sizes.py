"""How many persons were in a cohort, a day each."""

import sqlalchemy as sa
from alembic import op

revision = "0029"
down_revision = "0028"


def upgrade() -> None:
    """A row a cohort and day on which it was computed."""
    op.create_table(
        "cohort_sizes",
        sa.Column(
            "cohort_id",
            sa.Integer,
            sa.ForeignKey("cohorts.id", name="fk_cohort_sizes_cohort_id"),
            primary_key=True,
        ),
        sa.Column("day", sa.Date, primary_key=True),
        sa.Column("size", sa.Integer, nullable=False),
    )
