"""One database per service: explicit transactions, UTC times, the same behaviour on PostgreSQL and SQLite."""

import fcntl
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any, ClassVar

from flask import current_app
from sqlalchemy import JSON, Connection, DateTime, Dialect, Engine, MetaData, create_engine, event, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError, DisconnectionError
from sqlalchemy.orm import DeclarativeBase, Session, sessionmaker
from sqlalchemy.types import TypeDecorator

PING_AFTER_IDLE_S = 2.0


class UtcDateTime(TypeDecorator[datetime]):
    """An aware UTC datetime; refuses naive ones."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Store as UTC. Raises ValueError for a naive datetime."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("naive datetime; times are aware UTC")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """SQLite forgets the zone; put it back."""
        return value.replace(tzinfo=UTC) if value is not None and value.tzinfo is None else value


JSON_TYPE = JSON().with_variant(JSONB(), "postgresql")
TYPES: dict[Any, Any] = {datetime: UtcDateTime(), dict[str, Any]: JSON_TYPE, list[Any]: JSON_TYPE}


def metadata() -> MetaData:
    """Metadata with names for every constraint, so that migrations can name them on both databases."""
    return MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )


class ChassisTable(DeclarativeBase):
    """Base of the chassis's own tables (outbox, inbox), which every service's database has."""

    metadata: ClassVar[MetaData] = metadata()
    type_annotation_map: ClassVar[dict[Any, Any]] = TYPES


class Database:
    """A service's database: hands out transactions, and locks that only one process can hold."""

    def __init__(self, url: str) -> None:
        """Open lazily; a folder for a SQLite file is made."""
        self.url = make_url(url)
        self.is_sqlite = self.url.get_backend_name() == "sqlite"
        self.engine = _sqlite_engine(self.url) if self.is_sqlite else _postgresql_engine(self.url)
        self._writers = sessionmaker(self.engine, expire_on_commit=False)
        self._readers = sessionmaker(self.engine.execution_options(cmp_read_only=True), expire_on_commit=False)
        self.wake_outbox = threading.Event()
        """Set after a commit that wrote to the outbox, so that a relay in this process need not poll."""

    @contextmanager
    def transaction(self) -> Iterator[Session]:
        """A writing transaction: commits when the block ends, rolls back when it raises."""
        with self._writers() as session, session.begin():
            yield session
        if session.info.pop("outbox_written", False):
            self.wake_outbox.set()

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """A transaction that only reads; on SQLite it does not wait for writers."""
        with self._readers() as session:
            yield session

    def ping(self) -> bool:
        """Whether the database answers."""
        try:
            with self.engine.connect() as connection:
                connection.execute(text("SELECT 1"))
        except DBAPIError:
            return False
        return True

    def lock(self, name: str) -> "ProcessLock":
        """A lock held by at most one process: the relay's, the job leader's."""
        return _FileLock(self.url, name) if self.is_sqlite else _AdvisoryLock(self.engine, name)

    def close(self) -> None:
        """Give all connections back."""
        self.engine.dispose()


class ProcessLock:
    """Held by one process at a time; others ask again."""

    def acquire(self) -> bool:
        """Take the lock, or find that it is still held, without waiting. False when another process has it."""
        raise NotImplementedError

    def release(self) -> None:
        """Give the lock up; harmless when it is not held."""
        raise NotImplementedError


class _AdvisoryLock(ProcessLock):
    """PostgreSQL session lock on a connection of its own; lost with the connection, which `acquire` notices."""

    def __init__(self, engine: Engine, name: str) -> None:
        self._engine, self._name = engine, name
        self._connection: Connection | None = None

    def acquire(self) -> bool:
        try:
            if self._connection is not None:
                self._connection.execute(text("SELECT 1"))
                return True
            connection = self._engine.connect().execution_options(isolation_level="AUTOCOMMIT")
            if connection.scalar(text("SELECT pg_try_advisory_lock(hashtext(:name))"), {"name": self._name}):
                self._connection = connection
                return True
            connection.close()
        except DBAPIError:
            self._drop()
        return False

    def release(self) -> None:
        if self._connection is not None:
            try:
                self._connection.execute(text("SELECT pg_advisory_unlock(hashtext(:name))"), {"name": self._name})
            except DBAPIError:
                pass
            finally:
                self._drop()

    def _drop(self) -> None:
        if self._connection is not None:
            self._connection.invalidate()
            self._connection.close()
            self._connection = None


class _FileLock(ProcessLock):
    """`flock` beside the SQLite file; the kernel frees it when the process dies."""

    def __init__(self, url: Any, name: str) -> None:
        self._path = Path(f"{url.database}.{name}.lock")
        self._file: IO[str] | None = None

    def acquire(self) -> bool:
        if self._file is not None:
            return True
        file = self._path.open("w")
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            file.close()
            return False
        self._file = file
        return True

    def release(self) -> None:
        if self._file is not None:
            self._file.close()
            self._file = None


def _postgresql_engine(url: Any) -> Engine:
    """A pool that asks a connection whether it still lives, but only one that has been idle for a while."""
    engine = create_engine(url, pool_size=5, max_overflow=10, pool_timeout=10)

    @event.listens_for(engine, "checkin")
    def remember(connection: Any, record: Any) -> None:
        record.info["idle_since"] = time.monotonic()

    @event.listens_for(engine, "checkout")
    def ask(connection: Any, record: Any, proxy: Any) -> None:
        if time.monotonic() - record.info.get("idle_since", time.monotonic()) > PING_AFTER_IDLE_S:
            try:
                engine.dialect.do_ping(connection)
            except engine.dialect.loaded_dbapi.Error as error:
                raise DisconnectionError from error

    return engine


def _sqlite_engine(url: Any) -> Engine:
    """WAL, foreign keys, and our own BEGIN: writers take the lock at once instead of failing in the middle."""
    Path(url.database).parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(url, connect_args={"timeout": 30, "check_same_thread": False})

    @event.listens_for(engine, "connect")
    def configure(connection: Any, record: Any) -> None:
        connection.isolation_level = None
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "busy_timeout=30000"):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        read_only = connection.get_execution_options().get("cmp_read_only")
        connection.exec_driver_sql("BEGIN" if read_only else "BEGIN IMMEDIATE")

    return engine


@contextmanager
def transaction() -> Iterator[Session]:
    """A writing transaction on the running service's database."""
    with current_app.extensions["cmp"].db.transaction() as session:
        yield session


@contextmanager
def reading() -> Iterator[Session]:
    """A reading transaction on the running service's database."""
    with current_app.extensions["cmp"].db.reading() as session:
        yield session
