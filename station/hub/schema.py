"""The hub's tables, and how an older database becomes today's.

``operations`` is the record: rows are added and never changed. ``cases``, ``clocks``, ``cards``
and ``documents`` are what follows from it, written in the same transaction, so that lists need no
recomputing. Nothing here can hold content: no name of an applicant, no number, no reason in words.
"""

from __future__ import annotations

import sqlalchemy as sa

from station.errors import StoreError
from station.hub.database import Database, Moment

VERSION = 4

metadata = sa.MetaData()

about = sa.Table(
    "about",
    metadata,
    sa.Column("name", sa.String(40), primary_key=True),
    sa.Column("value", sa.Text, nullable=False),
)

items = sa.Table(
    "items",
    metadata,
    sa.Column("code", sa.String(64), primary_key=True),
    sa.Column("version", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("structure", sa.Text, nullable=False),
)

operations = sa.Table(
    "operations",
    metadata,
    sa.Column("position", sa.Integer, primary_key=True, autoincrement=False),  # leaf of the tree
    sa.Column("id", sa.String(64), nullable=False, unique=True),
    sa.Column("case_id", sa.String(64), nullable=False),
    sa.Column("seq", sa.Integer, nullable=False),
    sa.Column("number", sa.String(40), nullable=False),
    sa.Column("action", sa.String(16), nullable=False),
    sa.Column("from_state", sa.String(24)),
    sa.Column("to_state", sa.String(24), nullable=False),
    sa.Column("item", sa.String(64), nullable=False),
    sa.Column("item_version", sa.Integer, nullable=False),
    sa.Column("station", sa.String(12), nullable=False),
    sa.Column("unit", sa.String(12), nullable=False),
    sa.Column("level", sa.String(12), nullable=False),
    sa.Column("role", sa.String(16), nullable=False),
    sa.Column("actor", sa.String(32), nullable=False),
    sa.Column("actor_name", sa.String(64), nullable=False),
    sa.Column("certificate", sa.String(64), nullable=False),  # fingerprint
    sa.Column("client_at", Moment, nullable=False),
    sa.Column("received_at", Moment, nullable=False),
    sa.Column("reason_codes", sa.JSON, nullable=False),
    sa.Column("statement", sa.LargeBinary, nullable=False),
    sa.Column("signature", sa.LargeBinary, nullable=False),
    sa.Column("previous", sa.String(64), nullable=False),
    sa.Column("hash", sa.String(64), nullable=False),
    sa.UniqueConstraint("case_id", "seq"),
    sa.Index("operations_by_station", "station", "position"),
    sa.Index("operations_by_time", "received_at"),
)

cases = sa.Table(
    "cases",
    metadata,
    sa.Column("id", sa.String(64), primary_key=True),
    sa.Column("number", sa.String(40), nullable=False, unique=True),
    sa.Column("item", sa.String(64), nullable=False),
    sa.Column("item_version", sa.Integer, nullable=False),
    sa.Column("station", sa.String(12), nullable=False),
    sa.Column("state", sa.String(24), nullable=False),
    sa.Column("rev", sa.Integer, nullable=False),
    sa.Column("head", sa.String(64), nullable=False),
    sa.Column("opened_at", Moment, nullable=False),
    sa.Column("updated_at", Moment, nullable=False),
    sa.Column("warn_at", Moment),
    sa.Column("due_at", Moment),
    sa.Column("order_at", Moment, nullable=False),  # due, or where none runs the last change
    sa.Column("returns", sa.Integer, nullable=False),
    sa.Column("header", sa.String(64)),  # the newest sealed header
    sa.Column("contact", sa.String(64)),  # the newest sealed contact
    sa.Index("cases_by_urgency", "state", "order_at", "id"),
    sa.Index("cases_by_change", "updated_at", "id"),
    sa.Index("cases_by_station", "station", "state"),
)

documents = sa.Table(
    "documents",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("case_id", sa.String(64), sa.ForeignKey("cases.id"), nullable=False),
    sa.Column("operation", sa.String(64), sa.ForeignKey("operations.id"), nullable=False),
    sa.Column("kind", sa.String(16), nullable=False),
    sa.Column("sha256", sa.String(64), nullable=False),
    sa.Column("sealed_sha256", sa.String(64), nullable=False),
    sa.Column("size", sa.Integer, nullable=False),
    sa.Index("documents_by_case", "case_id"),
    sa.Index("documents_by_digest", "sealed_sha256"),
)

answers = sa.Table(
    "answers",
    metadata,
    sa.Column("key", sa.String(64), primary_key=True),  # the operation's id
    sa.Column("digest", sa.String(64), nullable=False),  # of statement and signature
    sa.Column("answer", sa.Text, nullable=False),
    sa.Column("created_at", Moment, nullable=False),
)

leases = sa.Table(
    "leases",
    metadata,
    # A lease that was given back keeps its row: the token must never be dealt twice.
    sa.Column("case_id", sa.String(64), sa.ForeignKey("cases.id"), primary_key=True),
    sa.Column("token", sa.Integer, nullable=False),
    sa.Column("holder", sa.String(32), nullable=False),
    sa.Column("holder_name", sa.String(64), nullable=False),
    sa.Column("until", Moment, nullable=False),
)

clocks = sa.Table(
    "clocks",
    metadata,
    sa.Column("case_id", sa.String(64), sa.ForeignKey("cases.id"), primary_key=True),
    sa.Column("stage", sa.String(64), primary_key=True),
    sa.Column("level", sa.String(12), nullable=False),
    sa.Column("unit", sa.String(12), nullable=False),
    sa.Column("used_days", sa.Integer, nullable=False),
    sa.Column("started_at", Moment, nullable=False),
    sa.Column("warn_at", Moment, nullable=False),
    sa.Column("due_at", Moment, nullable=False),
    sa.Column("stopped_at", Moment),
    sa.Column("provisional", sa.Boolean, nullable=False),
    sa.Index("clocks_running", "warn_at", sqlite_where=sa.text("stopped_at IS NULL")),
)

cards = sa.Table(
    "cards",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("case_id", sa.String(64), sa.ForeignKey("cases.id"), nullable=False),
    sa.Column("stage", sa.String(64), nullable=False),
    sa.Column("colour", sa.String(8), nullable=False),
    sa.Column("level", sa.String(12), nullable=False),
    sa.Column("unit", sa.String(12), nullable=False),
    sa.Column("station", sa.String(12), nullable=False),
    sa.Column("at", Moment, nullable=False),
    sa.Column("holder", sa.String(32), nullable=False),
    sa.Column("holder_name", sa.String(64), nullable=False),
    sa.UniqueConstraint("case_id", "stage", "colour"),  # each dealt once
    sa.Index("cards_by_time", "at"),
)

sms = sa.Table(
    "sms",
    metadata,
    sa.Column("position", sa.Integer, primary_key=True),
    sa.Column("id", sa.String(64), nullable=False, unique=True),  # what the gateway is told
    sa.Column("dedup_key", sa.String(160), nullable=False, unique=True),
    sa.Column("case_id", sa.String(64), sa.ForeignKey("cases.id"), nullable=False),
    sa.Column("station", sa.String(12), nullable=False),
    sa.Column("template", sa.String(32), nullable=False),
    sa.Column("facts", sa.JSON, nullable=False),
    sa.Column("contact", sa.String(64)),  # sealed contact of the applicant …
    sa.Column("unit", sa.String(12)),  # … or the unit whose duty telephone is meant
    sa.Column("status", sa.String(16), nullable=False),
    sa.Column("tries", sa.Integer, nullable=False),
    sa.Column("next_at", Moment, nullable=False),
    sa.Column("created_at", Moment, nullable=False),
    sa.Column("handed_at", Moment),  # when the gateway said that it has it
    sa.Column("finished_at", Moment),
    sa.Column("masked_to", sa.String(32), nullable=False),
    sa.Column("reference", sa.String(128), nullable=False),  # the gateway's own
    sa.Column("problem", sa.Text, nullable=False),
    sa.Index("sms_waiting", "status", "next_at"),
)

challenges = sa.Table(  # the ones that were answered, until they would have run out
    "challenges",
    metadata,
    sa.Column("nonce", sa.String(160), primary_key=True),
    sa.Column("expires_at", Moment, nullable=False),
)

sessions = sa.Table(
    "sessions",
    metadata,
    sa.Column("token_sha256", sa.String(64), primary_key=True),
    sa.Column("certificate", sa.String(64), nullable=False),
    sa.Column("expires_at", Moment, nullable=False),
)

certificates = sa.Table(
    "certificates",
    metadata,
    sa.Column("fingerprint", sa.String(64), primary_key=True),
    sa.Column("der", sa.LargeBinary, nullable=False),
    sa.Column("signed_in_at", Moment),  # the last time; none for one that only acted offline
)

published_items = sa.Table(  # what the administrator published; the statement is theirs
    "published_items",
    metadata,
    sa.Column("code", sa.String(64), primary_key=True),
    sa.Column("version", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("structure", sa.Text, nullable=False),
    sa.Column("published_at", Moment, nullable=False),
    sa.Column("published_by", sa.String(64), nullable=False),
    sa.Column("statement", sa.LargeBinary, nullable=False),
    sa.Column("signature", sa.LargeBinary, nullable=False),
)


enrolments = sa.Table(  # requests for certificates; the decision is the administrator's, signed
    "enrolments",
    metadata,
    sa.Column("id", sa.String(32), primary_key=True),
    sa.Column("secret_sha256", sa.String(64), nullable=False),
    sa.Column("key_sha256", sa.String(64), nullable=False),
    sa.Column("code", sa.String(24), nullable=False),
    sa.Column("request", sa.LargeBinary, nullable=False),
    sa.Column("wanted", sa.Text, nullable=False),
    sa.Column("state", sa.String(16), nullable=False),
    sa.Column("asked_at", Moment, nullable=False),
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("decided_by", sa.String(64), nullable=False),
    sa.Column("statement", sa.LargeBinary),
    sa.Column("signature", sa.LargeBinary),
    sa.Column("certificate", sa.LargeBinary),
    sa.Column("chain", sa.LargeBinary),  # DER, one after the other
    sa.Index("enrolments_by_state", "state", "asked_at"),
)


class DatabaseFromTheFuture(StoreError):
    what = "The hub's database was not opened."
    cause = "It was written by a newer version of the program ({found}, this one knows {known})."
    remedy = "Install the newer version; the database was not touched."
    zh = (
        "中心的数据库没有打开。",
        "它是更新版本的程序写的（{found}，本程序只认 {known}）。",
        "请安装新版本；数据库没有动过。",
    )


def migrate(database: Database) -> tuple[int, int]:
    """Brings the database to this program's version; returns the version before and after.

    A new database comes from version 0. Runs in one transaction: it is done, or it is as before.
    """
    with database.write() as connection:
        found = version_of(connection)
        if found > VERSION:
            raise DatabaseFromTheFuture(found=found, known=VERSION)
        if found < 1:
            metadata.create_all(connection)
            connection.execute(about.insert().values(name="version", value=str(VERSION)))
            return found, VERSION
        if found < 2:
            items.create(connection)
        if found < 3:
            enrolments.create(connection)
        if found < 4:
            published_items.create(connection)
            connection.exec_driver_sql(
                "ALTER TABLE certificates ADD COLUMN signed_in_at VARCHAR(20)"
            )
        connection.execute(
            sa.update(about).where(about.c.name == "version").values(value=str(VERSION))
        )
    return found, VERSION


def version_of(connection: sa.Connection) -> int:
    """The version that the database was written with; 0 for an empty one."""
    if not sa.inspect(connection).has_table("about"):
        return 0
    value = connection.scalar(sa.select(about.c.value).where(about.c.name == "version"))
    return int(value or 0)
