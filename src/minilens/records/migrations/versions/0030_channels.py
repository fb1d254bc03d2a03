"""Channels that messages go to, the members behind those of mail, and which mails were taken."""

import sqlalchemy as sa
from alembic import op

revision = "0030"
down_revision = "0029"


def upgrade() -> None:
    """Make the three tables."""
    op.create_table(
        "channels",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("app_id", sa.Integer, sa.ForeignKey("apps.id", name="fk_channels_app_id"), nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("name", sa.String(40), nullable=False),
        sa.Column("language", sa.String(8), nullable=False),
        sa.Column("hint", sa.String(80), nullable=False),
        sa.Column("sealed", sa.Text, nullable=False),
        sa.Column("stopped", sa.String(32), nullable=False),
        sa.Column("told", sa.Text, nullable=False),
        sa.Column("changed", sa.DateTime(timezone=True), nullable=False),
        sa.Column("removed", sa.DateTime(timezone=True)),
        sa.Column("by_id", sa.Integer, sa.ForeignKey("people.id", name="fk_channels_by_id")),
    )  # fmt: skip
    op.create_index("ix_channels_app_id", "channels", ["app_id"])
    _make_members()


def _make_members() -> None:
    op.create_table(
        "channel_members",
        sa.Column(
            "channel_id",
            sa.Integer,
            sa.ForeignKey("channels.id", name="fk_channel_members_channel_id"),
            primary_key=True,
        ),
        sa.Column(
            "account_id",
            sa.Integer,
            sa.ForeignKey("people.id", name="fk_channel_members_account_id"),
            primary_key=True,
        ),
        sa.Column("stopped", sa.String(32), nullable=False),
        sa.Column("told", sa.Text, nullable=False),
        sa.Column("changed", sa.DateTime(timezone=True), nullable=False),
    )  # fmt: skip
    op.create_table(
        "taken_mails",
        sa.Column("message", sa.String(160), primary_key=True),
        sa.Column(
            "account_id",
            sa.Integer,
            sa.ForeignKey("people.id", name="fk_taken_mails_account_id"),
            primary_key=True,
        ),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
    )  # fmt: skip
