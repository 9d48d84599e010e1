"""The weekly programme.

Reason: hosts in turn, written updates, commitments, questions from the audience, and a record of every change.
"""

from typing import Literal

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

WAS_OPEN = sa.text("status IN ('planned', 'queued')")
IS_OPEN = sa.text("status IN ('planned', 'awaiting', 'queued')")
MOMENT = sa.DateTime(timezone=True)
CARRIED_OVER = (
    # What was queued was a reminder; one that was under way when its series was ended is nobody's business any more.
    "UPDATE sessions SET status = 'skipped', cause = 'ended' WHERE status = 'ended' OR (status IN ('planned', 'queued')"
    " AND series_id IN (SELECT id FROM series WHERE ended_at IS NOT NULL))",
    "UPDATE sessions SET status = 'awaiting', step = 'reminder', post_key = 'session\\:' || id || '\\:reminder'"
    " WHERE status = 'queued'",
    # A moment that is past: the planner looks at each of them once and sees for itself when it has to prepare it.
    "UPDATE sessions SET look_at = (SELECT created_at FROM series WHERE series.id = sessions.series_id)"
    " WHERE status IN ('planned', 'awaiting')",
    # A series stayed open after its last week. It gets its end now, without a closing report months later.
    "UPDATE series SET ended_at = (SELECT max(due_at) FROM sessions WHERE sessions.series_id = series.id)"
    " WHERE ended_at IS NULL AND NOT EXISTS (SELECT 1 FROM sessions WHERE sessions.series_id = series.id"
    " AND status IN ('planned', 'awaiting'))",
)


def upgrade() -> None:
    """Apply the change."""
    _series()
    _sessions()
    _outbox()
    _updates()
    _commitments()
    _asked()
    _history()


def downgrade() -> None:
    """Take the change back; what only the new tables can hold is lost."""
    for table in ("history", "votes", "asked", "commitment_changes", "commitments", "updates"):
        op.drop_table(table)
    with op.batch_alter_table("outbox") as outbox:
        outbox.drop_index("ix_outbox_message")
        outbox.drop_constraint("fk_outbox_series_id_series", type_="foreignkey")
        outbox.drop_column("series_id")
        outbox.alter_column("channel", type_=sa.String(32), existing_type=sa.String(80), existing_nullable=False)
    _old_sessions()
    _old_series()


def _series() -> None:
    with op.batch_alter_table("series") as series:
        series.add_column(sa.Column("audiences", sa.Text(), nullable=True))
        series.add_column(sa.Column("cadence", sa.String(8), nullable=False, server_default="weekly"))
        series.add_column(sa.Column("first_week", sa.Integer(), nullable=False, server_default="1"))
        series.add_column(sa.Column("holidays", sa.String(16), nullable=True))
        series.add_column(sa.Column("holiday_policy", sa.String(8), nullable=False, server_default="keep"))
        series.add_column(sa.Column("deputy", sa.String(32), nullable=True))
        series.add_column(sa.Column("paused_until", MOMENT, nullable=True))
        series.alter_column("weeks", existing_type=sa.Integer(), nullable=True)
        # One host was a list of one.
        series.alter_column(
            "host", new_column_name="hosts", existing_type=sa.String(32), type_=sa.Text(), nullable=False
        )


def _old_series() -> None:
    op.execute(
        "UPDATE series SET weeks = (SELECT max(week) FROM sessions WHERE series_id = series.id) WHERE weeks IS NULL"
    )
    op.execute("UPDATE series SET hosts = owner WHERE hosts LIKE '% %'")
    with op.batch_alter_table("series") as series:
        series.alter_column(
            "hosts", new_column_name="host", existing_type=sa.Text(), type_=sa.String(32), nullable=False
        )
        series.alter_column("weeks", existing_type=sa.Integer(), nullable=False)
        for name in (
            "paused_until", "deputy", "holiday_policy", "holidays", "first_week", "cadence", "audiences"
        ):  # fmt: skip
            series.drop_column(name)


def _sessions() -> None:
    op.drop_index("ix_sessions_open", "sessions")
    # A number is not given twice: weeks can be taken out of a series, and the outbox keeps their keys. SQLite says so
    # of a table only where it is made.
    anew: Literal["always", "never"] = "always" if op.get_bind().dialect.name == "sqlite" else "never"
    with op.batch_alter_table("sessions", recreate=anew, table_kwargs={"sqlite_autoincrement": True}) as sessions:
        sessions.add_column(sa.Column("moved_from", MOMENT, nullable=True))
        sessions.add_column(sa.Column("host", sa.String(32), nullable=True))
        sessions.add_column(sa.Column("asked_host", sa.String(32), nullable=True))
        sessions.add_column(sa.Column("step", sa.String(16), nullable=False, server_default="none"))
        sessions.add_column(sa.Column("look_at", MOMENT, nullable=True))
        sessions.add_column(sa.Column("revision", sa.Integer(), nullable=False, server_default="0"))
        sessions.add_column(sa.Column("post_key", sa.String(255), nullable=True))
        sessions.add_column(sa.Column("closed_by", sa.String(32), nullable=True))
    for statement in CARRIED_OVER:
        op.execute(statement)
    op.create_index("ix_sessions_open", "sessions", ["look_at"], sqlite_where=IS_OPEN, postgresql_where=IS_OPEN)


def _old_sessions() -> None:
    op.drop_index("ix_sessions_open", "sessions")
    op.execute("UPDATE sessions SET status = 'queued' WHERE status = 'awaiting'")
    op.execute("UPDATE sessions SET status = 'ended' WHERE status = 'skipped'")
    with op.batch_alter_table("sessions") as sessions:
        for name in (
            "closed_by", "post_key", "revision", "look_at", "step", "asked_host", "host", "moved_from"
        ):  # fmt: skip
            sessions.drop_column(name)
    op.create_index("ix_sessions_open", "sessions", ["due_at"], sqlite_where=WAS_OPEN, postgresql_where=WAS_OPEN)


def _outbox() -> None:
    with op.batch_alter_table("outbox") as outbox:
        outbox.alter_column("channel", existing_type=sa.String(32), type_=sa.String(80), existing_nullable=False)
        outbox.add_column(sa.Column("series_id", sa.Integer(), nullable=True))
        outbox.create_foreign_key("fk_outbox_series_id_series", "series", ["series_id"], ["id"])
        outbox.create_index("ix_outbox_message", ["posted_channel", "message_ts"])


def _updates() -> None:
    op.create_table(
        "updates",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("series_id", sa.Integer(), nullable=False),
        sa.Column("session_id", sa.Integer(), nullable=True),
        sa.Column("texts", sa.JSON(), nullable=False),
        sa.Column("draft", sa.JSON(), nullable=True),
        sa.Column("nothing_new", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("author", sa.String(32), nullable=False),
        sa.Column("saved_at", MOMENT, nullable=False),
        sa.Column("written_at", MOMENT, nullable=True),
        sa.Column("post_key", sa.String(255), nullable=True),
        sa.Column("request_key", sa.String(255), nullable=True),
        sa.ForeignKeyConstraint(["series_id"], ["series.id"], name=op.f("fk_updates_series_id_series")),
        sa.ForeignKeyConstraint(["session_id"], ["sessions.id"], name=op.f("fk_updates_session_id_sessions")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_updates")),
        sa.UniqueConstraint("session_id", name=op.f("uq_updates_session_id")),
        sa.UniqueConstraint("request_key", name=op.f("uq_updates_request_key")),
    )
    op.create_index(op.f("ix_updates_series_id"), "updates", ["series_id"])
    op.create_index(op.f("ix_updates_post_key"), "updates", ["post_key"])


def _commitments() -> None:
    op.create_table(
        "commitments",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("series_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("owner", sa.String(32), nullable=True),
        sa.Column("due", sa.Date(), nullable=True),
        sa.Column("state", sa.String(8), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.Column("made_by", sa.String(32), nullable=False),
        sa.Column("closed_at", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(["series_id"], ["series.id"], name=op.f("fk_commitments_series_id_series")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_commitments")),
        sa.UniqueConstraint("series_id", "number", name=op.f("uq_commitments_series_id_number")),
    )
    op.create_table(
        "commitment_changes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("commitment_id", sa.Integer(), nullable=False),
        sa.Column("changed_at", MOMENT, nullable=False),
        sa.Column("changed_by", sa.String(32), nullable=False),
        sa.Column("field", sa.String(16), nullable=False),
        sa.Column("old", sa.Text(), nullable=True),
        sa.Column("new", sa.Text(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["commitment_id"], ["commitments.id"], name=op.f("fk_commitment_changes_commitment_id_commitments")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_commitment_changes")),
    )
    op.create_index(op.f("ix_commitment_changes_commitment_id"), "commitment_changes", ["commitment_id"])


def _asked() -> None:
    op.create_table(
        "asked",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("series_id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(255), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("asked_by", sa.String(32), nullable=True),
        sa.Column("asked_at", MOMENT, nullable=False),
        sa.Column("channel", sa.String(32), nullable=True),
        sa.Column("thread_ts", sa.String(32), nullable=True),
        sa.Column("merged_into", sa.Integer(), nullable=True),
        sa.Column("answer", sa.Text(), nullable=True),
        sa.Column("answered_by", sa.String(32), nullable=True),
        sa.Column("answered_at", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(["series_id"], ["series.id"], name=op.f("fk_asked_series_id_series")),
        sa.ForeignKeyConstraint(["merged_into"], ["asked.id"], name=op.f("fk_asked_merged_into_asked")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_asked")),
        sa.UniqueConstraint("key", name=op.f("uq_asked_key")),
    )
    op.create_index(op.f("ix_asked_series_id"), "asked", ["series_id"])
    op.create_table(
        "votes",
        sa.Column("asked_id", sa.Integer(), nullable=False),
        sa.Column("voter", sa.String(32), nullable=False),
        sa.ForeignKeyConstraint(["asked_id"], ["asked.id"], name=op.f("fk_votes_asked_id_asked")),
        sa.PrimaryKeyConstraint("asked_id", "voter", name=op.f("pk_votes")),
    )


def _history() -> None:
    op.create_table(
        "history",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("series_id", sa.Integer(), nullable=False),
        sa.Column("happened_at", MOMENT, nullable=False),
        sa.Column("by", sa.String(32), nullable=True),
        sa.Column("what", sa.String(32), nullable=False),
        sa.Column("details", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["series_id"], ["series.id"], name=op.f("fk_history_series_id_series")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_history")),
    )
    op.create_index(op.f("ix_history_series_id"), "history", ["series_id"])
