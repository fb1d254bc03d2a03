"""Campaign links, each with a code of its own."""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"


def upgrade() -> None:
    """A row a link; none is ever removed, so that no code is given twice."""
    moment = sa.DateTime(timezone=True)
    op.create_table(
        "campaign_links",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column(
            "app_id",
            sa.Integer,
            sa.ForeignKey("apps.id", name="fk_campaign_links_app_id"),
            nullable=False,
        ),
        sa.Column("code", sa.String(32), nullable=False),
        sa.Column("campaign", sa.String(64), nullable=False),
        sa.Column("placement", sa.String(64), nullable=False),
        sa.Column("material", sa.String(64), nullable=False),
        sa.Column("page", sa.String(255), nullable=False),
        sa.Column("query", sa.String(1024), nullable=False),
        sa.Column("method", sa.String(8), nullable=False),
        sa.Column("tags", sa.Text, nullable=False),
        sa.Column("note", sa.String(255), nullable=False),
        sa.Column("owner", sa.String(64), nullable=False),
        sa.Column("web", sa.String(1024), nullable=False),
        sa.Column("expires", sa.Date),
        sa.Column("ended", moment),
        sa.Column("created", moment, nullable=False),
        sa.Column("by_id", sa.Integer, sa.ForeignKey("people.id", name="fk_campaign_links_by_id")),
        sa.UniqueConstraint("code", name="uq_campaign_links_code"),
    )
    op.create_index(
        "ix_campaign_links_app_id",
        "campaign_links",
        ["app_id", "campaign", "placement", "material"],
    )
