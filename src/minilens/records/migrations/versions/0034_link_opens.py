"""How often web links were opened."""

import sqlalchemy as sa
from alembic import op

revision = "0034"
down_revision = "0033"


def upgrade() -> None:
    """A row a link and day."""
    op.create_table(
        "link_opens",
        sa.Column(
            "code",
            sa.String(32),
            sa.ForeignKey("campaign_links.code", name="fk_link_opens_code"),
            primary_key=True,
        ),
        sa.Column("day", sa.Date, primary_key=True),
        sa.Column("opens", sa.Integer, nullable=False),
    )
