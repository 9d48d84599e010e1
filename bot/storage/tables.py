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
    Column("audiences", Text),  # further channels and "outlet:NAME", spaces between
    Column("language", String(8), nullable=False),
    Column("zone", String(64), nullable=False),  # IANA name
    Column("at", String(5), nullable=False),  # wall-clock time in the zone, HH:MM
    Column("cadence", String(8), nullable=False, server_default="weekly"),  # or monthly
    Column("first_date", Date, nullable=False),  # of week `first_week`, in the zone; its weekday is the series' weekday
    Column("first_week", Integer, nullable=False, server_default="1"),  # the week from which the present rule holds
    Column("weeks", Integer),  # none: until ended
    Column("holidays", String(16)),  # country, or country-subdivision; none: holidays are days like others
    Column("holiday_policy", String(8), nullable=False, server_default="keep"),  # move, skip, keep
    Column("owner", String(32), nullable=False),
    Column("hosts", Text, nullable=False),  # ids with a space between, in the order in which they take turns
    Column("deputy", String(32)),
    Column("paused_until", UtcDateTime),
    Column("created_at", UtcDateTime, nullable=False),
    Column("ended_at", UtcDateTime),
    Column("ended_by", String(32)),  # none: it came to its planned end
    Column("request_key", String(255), nullable=False, unique=True),  # the command that made it, once
)

sessions = Table(
    "sessions",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("series_id", ForeignKey("series.id"), nullable=False),
    Column("week", Integer, nullable=False),  # 1 to series.weeks
    Column("due_at", UtcDateTime, nullable=False),
    Column("moved_from", UtcDateTime),  # where the rule had put it
    Column("status", String(16), nullable=False),  # planned, awaiting, queued; posted, late, skipped, missed
    Column("host", String(32)),  # who took it over; none: whose turn it is
    Column("asked_host", String(32)),  # who was asked to take it over and has not answered
    Column("step", String(16), nullable=False, server_default="none"),  # the last one taken, see bot.updates.rules
    Column("look_at", UtcDateTime),  # when its next step is due, while planned or awaiting
    Column("revision", Integer, nullable=False, server_default="0"),  # grows when it is moved or handed over
    Column("post_key", String(255)),  # of its update in the outbox, while queued and after
    Column("posted_at", UtcDateTime),
    Column("cause", Text),  # why it was missed or skipped
    Column("closed_by", String(32)),  # who skipped it
    UniqueConstraint("series_id", "week"),
    # A number is not given twice, even when weeks were taken out: the outbox keeps their keys.
    sqlite_autoincrement=True,
)

updates = Table(
    "updates",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("series_id", ForeignKey("series.id"), nullable=False, index=True),
    Column("session_id", ForeignKey("sessions.id"), unique=True),  # none: an update outside the rhythm
    Column("texts", JSON, nullable=False),  # what is written, by the agenda's item
    Column("draft", JSON),  # what is being written: shown in the modal, never posted
    Column("nothing_new", Boolean, nullable=False),
    Column("version", Integer, nullable=False),  # grows each time it or its draft is saved
    Column("author", String(32), nullable=False),
    Column("saved_at", UtcDateTime, nullable=False),
    Column("written_at", UtcDateTime),  # none: only a draft
    Column("post_key", String(255), index=True),  # of the post in the outbox
    Column("request_key", String(255), unique=True),  # the click that made one outside the rhythm, once
)

commitments = Table(
    "commitments",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("series_id", ForeignKey("series.id"), nullable=False),
    Column("number", Integer, nullable=False),  # 1, 2, 3 … within its series
    Column("text", Text, nullable=False),
    Column("owner", String(32)),
    Column("due", Date),  # in the series' zone
    Column("state", String(8), nullable=False),  # on_track, done, late, dropped
    Column("reason", Text),  # of a delay or a drop
    Column("made_at", UtcDateTime, nullable=False),
    Column("made_by", String(32), nullable=False),
    Column("closed_at", UtcDateTime),  # when it was done or dropped
    UniqueConstraint("series_id", "number"),
)

commitment_changes = Table(
    "commitment_changes",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("commitment_id", ForeignKey("commitments.id"), nullable=False, index=True),
    Column("changed_at", UtcDateTime, nullable=False),
    Column("changed_by", String(32), nullable=False),
    Column("field", String(16), nullable=False),  # made, text, owner, due, state
    Column("old", Text),
    Column("new", Text),
    Column("reason", Text),
)

asked = Table(
    "asked",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("series_id", ForeignKey("series.id"), nullable=False, index=True),
    Column("key", String(255), nullable=False, unique=True),  # the click or the message that asked it, once
    Column("text", Text, nullable=False),
    Column("asked_by", String(32)),  # none: anonymous
    Column("asked_at", UtcDateTime, nullable=False),
    Column("channel", String(32)),  # of the post below which it was asked
    Column("thread_ts", String(32)),
    Column("merged_into", ForeignKey("asked.id")),
    Column("answer", Text),
    Column("answered_by", String(32)),
    Column("answered_at", UtcDateTime),
)

votes = Table(
    "votes",
    metadata,
    Column("asked_id", ForeignKey("asked.id"), primary_key=True),
    Column("voter", String(32), primary_key=True),
)

history = Table(
    "history",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("series_id", ForeignKey("series.id"), nullable=False, index=True),
    Column("happened_at", UtcDateTime, nullable=False),
    Column("by", String(32)),  # none: Candor itself
    Column("what", String(32), nullable=False),  # a key of responses/phrases/history.yaml
    Column("details", JSON, nullable=False),
)

outbox = Table(
    "outbox",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("key", String(255), nullable=False, unique=True),  # the idempotency key, also in the message's metadata
    Column("channel", String(80), nullable=False),  # or a user's id: their direct message; or "outlet:NAME"
    Column("thread_ts", String(32)),
    Column("text", Text, nullable=False),
    Column("blocks", JSON, nullable=False),
    Column("tell", String(32)),  # the user who is told when it cannot be delivered
    Column("series_id", ForeignKey("series.id")),  # whose post it is: people reply below it
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
SESSION_IS_OPEN = sessions.c.status.in_([literal_column(f"'{status}'") for status in ("planned", "awaiting", "queued")])
DELIVERY_IS_OPEN = outbox.c.state.in_(
    [literal_column("'pending'"), literal_column("'sending'"), literal_column("'unknown'")]
)
Index("ix_sessions_open", sessions.c.look_at, sqlite_where=SESSION_IS_OPEN, postgresql_where=SESSION_IS_OPEN)
Index("ix_outbox_open", outbox.c.not_before, sqlite_where=DELIVERY_IS_OPEN, postgresql_where=DELIVERY_IS_OPEN)
Index("ix_outbox_message", outbox.c.posted_channel, outbox.c.message_ts)
