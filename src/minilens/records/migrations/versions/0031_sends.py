"""What is sent to whom and when, and every sending."""

import sqlalchemy as sa
from alembic import op

revision = "0031"
down_revision = "0030"

_moment = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Subscriptions, sends, and the messages as they were sent."""
    _subscriptions()
    _sends()


def _subscriptions() -> None:
    app = sa.ForeignKey("apps.id", name="fk_subscriptions_app_id")
    by = sa.ForeignKey("people.id", name="fk_subscriptions_by_id")
    op.create_table(
        "subscriptions",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("app_id", sa.Integer, app, nullable=False),
        sa.Column("channel_id", sa.Integer, nullable=False),
        sa.Column("content", sa.String(400), nullable=False),
        sa.Column("cadence", sa.String(8), nullable=False),
        sa.Column("at", sa.String(5), nullable=False),
        sa.Column("weekday", sa.Integer, nullable=False),
        sa.Column("month_day", sa.Integer, nullable=False),
        sa.Column("paused", sa.Boolean, nullable=False),
        sa.Column("through", _moment, nullable=False),
        sa.Column("by_id", sa.Integer, by),
    )
    op.create_index("ix_subscriptions_app_id", "subscriptions", ["app_id"])


def _sends() -> None:
    app = sa.ForeignKey("apps.id", name="fk_sends_app_id")
    op.create_table(
        "sends",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("app_id", sa.Integer, app, nullable=False),
        sa.Column("channel_id", sa.Integer, nullable=False),
        sa.Column("subscription_id", sa.Integer),
        sa.Column("key", sa.String(120), nullable=False),
        sa.Column("content", sa.String(400), nullable=False),
        sa.Column("first_day", sa.Date),
        sa.Column("last_day", sa.Date),
        sa.Column("due", _moment, nullable=False),
        sa.Column("put", _moment, nullable=False),
        sa.Column("at", _moment, nullable=False),
        sa.Column("alone", sa.Boolean, nullable=False),
        sa.Column("late", sa.Boolean, nullable=False),
        sa.Column("twice", sa.Boolean, nullable=False),
        sa.Column("state", sa.String(8), nullable=False),
        sa.Column("tries", sa.Integer, nullable=False),
        sa.Column("code", sa.String(40), nullable=False),
        sa.Column("answer", sa.String(500), nullable=False),
        sa.Column("batch", sa.Integer),
        sa.Column("worker", sa.String(64), nullable=False),
        sa.Column("claimed", _moment),
        sa.Column("begun", _moment),
        sa.Column("settled", _moment),
        sa.UniqueConstraint("key", name="uq_sends_key"),
    )
    op.create_index("ix_sends_state", "sends", ["state", "at"])
    op.create_index("ix_sends_app_id", "sends", ["app_id", "due"])
    op.create_index("ix_sends_batch", "sends", ["batch"])
    send = sa.ForeignKey("sends.id", name="fk_sent_messages_send_id")
    op.create_table(
        "sent_messages",
        sa.Column("send_id", sa.Integer, send, primary_key=True),
        sa.Column("body", sa.Text, nullable=False),
    )
