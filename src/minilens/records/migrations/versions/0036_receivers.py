"""Receivers of several hosts, and which one loads."""

import sqlalchemy as sa
from alembic import op

revision = "0036"
down_revision = "0035"


def upgrade() -> None:
    """Two tables."""
    op.create_table(
        "receivers",
        sa.Column("name", sa.String(63), primary_key=True),
        sa.Column("instance", sa.String(32), nullable=False),
        sa.Column("url", sa.String(400), nullable=False),
        sa.Column("version", sa.String(40), nullable=False),
        sa.Column("seen", sa.DateTime(timezone=True), nullable=False),
        sa.Column("left", sa.Boolean, nullable=False),
        *(sa.Column(name, sa.BigInteger, nullable=False) for name in ("waiting", "oldest", "free")),
    )
    op.create_table(
        "loader_lease",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("name", sa.String(63), nullable=False),
        sa.Column("instance", sa.String(32), nullable=False),
        sa.Column("number", sa.BigInteger, nullable=False),
        sa.Column("beats", sa.BigInteger, nullable=False),
        sa.Column("warehouse", sa.String(80), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("renewed", sa.DateTime(timezone=True), nullable=False),
    )
