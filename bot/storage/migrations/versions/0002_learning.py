"""Learning from people.

Reason: curators' rulings on kept questions, and clicks on "helpful" or "not helpful".
"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply the change."""
    _rulings()
    _feedback()
    _questions()


def downgrade() -> None:
    """Take the change back."""
    with op.batch_alter_table("questions") as questions:
        questions.drop_constraint("fk_questions_ruling_id_rulings", type_="foreignkey")
        questions.drop_index("ix_questions_ruling_id")
        for name in ("ruling_id", "wanted_by", "wanted_at"):
            questions.drop_column(name)
    op.drop_table("feedback")
    op.drop_table("rulings")


def _rulings() -> None:
    op.create_table(
        "rulings",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("lesson", sa.String(length=128), nullable=True),
        sa.Column("ruled_by", sa.String(length=32), nullable=False),
        sa.Column("ruled_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("undone_by", sa.String(length=32), nullable=True),
        sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rulings")),
    )


def _feedback() -> None:
    op.create_table(
        "feedback",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=255), nullable=False),
        sa.Column("lesson", sa.String(length=128), nullable=False),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("helpful", sa.Boolean(), nullable=False),
        sa.Column("given_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_feedback")),
        sa.UniqueConstraint("key", name=op.f("uq_feedback_key")),
    )
    op.create_index(op.f("ix_feedback_given_at"), "feedback", ["given_at"], unique=False)


def _questions() -> None:
    # On SQLite the table is made anew for the foreign key, and from now on without giving a number twice.
    with op.batch_alter_table("questions", table_kwargs={"sqlite_autoincrement": True}) as questions:
        questions.add_column(sa.Column("ruling_id", sa.Integer(), nullable=True))
        questions.add_column(sa.Column("wanted_by", sa.String(length=32), nullable=True))
        questions.add_column(sa.Column("wanted_at", sa.DateTime(timezone=True), nullable=True))
        questions.create_foreign_key("fk_questions_ruling_id_rulings", "rulings", ["ruling_id"], ["id"])
        questions.create_index(op.f("ix_questions_ruling_id"), ["ruling_id"], unique=False)
