"""The tables: what Candor remembers. Every change here needs a migration beside it."""

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    Date,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
    literal_column,
)

from bot.storage.database import UtcDateTime

# Names by rule, so that a migration can name what it changes on both databases.
metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)

series = Table(
    "series",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("title", Text, nullable=False),
    Column("channel", String(32), nullable=False),
    Column("private", Boolean, nullable=False),
    Column("language", String(8), nullable=False),
    Column("zone", String(64), nullable=False),  # IANA name
    Column("at", String(5), nullable=False),  # wall-clock time in the zone, HH:MM
    Column("first_date", Date, nullable=False),  # in the zone; its weekday is the series' weekday
    Column("weeks", Integer, nullable=False),
    Column("owner", String(32), nullable=False),
    Column("host", String(32), nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("ended_at", UtcDateTime),
    Column("ended_by", String(32)),
    Column("request_key", String(255), nullable=False, unique=True),  # the command that made it, once
)

sessions = Table(
    "sessions",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("series_id", ForeignKey("series.id"), nullable=False),
    Column("week", Integer, nullable=False),  # 1 to series.weeks
    Column("due_at", UtcDateTime, nullable=False),
    Column("status", String(16), nullable=False),  # planned, queued, posted, late, missed, ended
    Column("posted_at", UtcDateTime),
    Column("cause", Text),  # why it was missed
    UniqueConstraint("series_id", "week"),
)

outbox = Table(
    "outbox",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("key", String(255), nullable=False, unique=True),  # the idempotency key, also in the message's metadata
    Column("channel", String(32), nullable=False),  # or a user's id: their direct message
    Column("thread_ts", String(32)),
    Column("text", Text, nullable=False),
    Column("blocks", JSON, nullable=False),
    Column("tell", String(32)),  # the user who is told when it cannot be delivered
    Column("state", String(16), nullable=False),  # see bot.storage.outbox
    Column("not_before", UtcDateTime, nullable=False),  # when to look at it next, in pending, sending and unknown
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("reads", Integer, nullable=False, server_default="0"),  # how often the history was read for it
    Column("lease", String(64)),  # which process is sending it
    Column("created_at", UtcDateTime, nullable=False),
    Column("attempted_at", UtcDateTime),
    Column("sent_at", UtcDateTime),
    Column("posted_channel", String(32)),
    Column("message_ts", String(32)),
    Column("error", Text),
)

threads = Table(
    "threads",
    metadata,
    Column("channel", String(32), primary_key=True),
    Column("thread_ts", String(32), primary_key=True),
    Column("lesson", String(128)),  # the lesson last answered there, if one was
    Column("language", String(8), nullable=False),
    Column("updated_at", UtcDateTime, nullable=False),
)

questions = Table(
    "questions",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("key", String(255), nullable=False, unique=True),
    Column("text", Text, nullable=False),  # never who asked
    Column("language", String(8), nullable=False),
    Column("status", String(16), nullable=False),  # suggested, declined, disputed
    Column("nearest", String(128)),
    Column("asked_at", UtcDateTime, nullable=False, index=True),
    Column("ruling_id", ForeignKey("rulings.id"), index=True),  # what settled it
    Column("wanted_by", String(32)),  # the curator who writes a lesson for it
    Column("wanted_at", UtcDateTime),
    # A number is not given twice, even when all questions were forgotten: old digests have buttons that name it.
    sqlite_autoincrement=True,
)

rulings = Table(
    "rulings",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("text", Text, nullable=False),
    Column("language", String(8), nullable=False),
    Column("lesson", String(128)),  # none: off-topic
    Column("ruled_by", String(32), nullable=False),
    Column("ruled_at", UtcDateTime, nullable=False),
    Column("undone_by", String(32)),
    Column("undone_at", UtcDateTime),
)

feedback = Table(
    "feedback",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("key", String(255), nullable=False, unique=True),
    Column("lesson", String(128), nullable=False),
    Column("language", String(8), nullable=False),
    Column("helpful", Boolean, nullable=False),  # never who said so
    Column("given_at", UtcDateTime, nullable=False, index=True),
)

# The tick asks for what is open; the record grows for ever and must not slow it down. A query uses a partial index only
# if it holds the index's own condition with its literals: a bound value is not enough for SQLite.
SESSION_IS_OPEN = sessions.c.status.in_([literal_column("'planned'"), literal_column("'queued'")])
DELIVERY_IS_OPEN = outbox.c.state.in_(
    [literal_column("'pending'"), literal_column("'sending'"), literal_column("'unknown'")]
)
Index("ix_sessions_open", sessions.c.due_at, sqlite_where=SESSION_IS_OPEN, postgresql_where=SESSION_IS_OPEN)
Index("ix_outbox_open", outbox.c.not_before, sqlite_where=DELIVERY_IS_OPEN, postgresql_where=DELIVERY_IS_OPEN)
