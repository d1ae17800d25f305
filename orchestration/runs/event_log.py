"""Dagster's records of events in SQLite, several times faster than by its own class.

That one makes a SQLAlchemy engine for every statement, which compiles each statement anew and, as the last connection
to a database in WAL mode closes, writes the log into the database: some 6 ms an event, and a refresh has 800. Here an
engine with its connection lives as long as it is among the last few used. Files and tables are the same; either class
reads what the other wrote.

What a run plans, an event for each asset and check, is written in one transaction.

Dagster's page follows a run by watching its database's file. While a connection is open, events are written into the
log beside it and the file itself stays as it is: each event therefore also touches the file.
"""

import os
import threading
from collections import OrderedDict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

from dagster import EventLogEntry, StringSource
from dagster._core.storage.event_log import SqliteEventLogStorage
from dagster._core.storage.sql import create_engine
from dagster._core.storage.sqlite import SQLITE_BUSY_TIMEOUT_SECONDS
from dagster._serdes import ConfigurableClassData
from sqlalchemy import Connection, Engine, event

# One database of a run and the index over all runs are written in turn; the page looks at some more.
ENGINES_KEPT = 4


class EventLog(SqliteEventLogStorage):
    """The event log below a Dagster home, where Dagster's own class puts it."""

    def __init__(self, base_dir: str, inst_data: ConfigurableClassData | None = None) -> None:
        self._engines: OrderedDict[str, Engine] = OrderedDict()
        self._tables: set[str] = set()
        self._columns: set[str] = set()
        # The transactions that a batch of events shares, by database.
        self._shared: dict[str, Connection] | None = None
        self._transactions = ExitStack()
        # In place of the class's own lock: a thread that writes a batch takes it for each event again.
        self._lock = threading.RLock()
        super().__init__(base_dir, inst_data)

    @classmethod
    def config_type(cls) -> dict[str, Any]:
        return {"dagster_home": StringSource}

    @classmethod
    def from_config_value(cls, inst_data: ConfigurableClassData | None, config_value: Mapping[str, Any]) -> "EventLog":
        return cls(str(Path(config_value["dagster_home"]) / "history" / "runs"), inst_data)

    def store_event(self, event: EventLogEntry) -> None:
        super().store_event(event)
        self._touch(event.run_id)

    def store_event_batch(self, events: Sequence[EventLogEntry]) -> None:
        """Stores these events in one transaction for each database; none of them where one cannot be stored.

        Dagster then stores them one by one. Threads of this process wait until the end, other processes to write.
        """
        with self._lock:
            try:
                with ExitStack() as transactions:
                    self._shared, self._transactions = {}, transactions
                    for one in events:
                        super().store_event(one)
            finally:
                self._shared = None
        for run_id in {one.run_id for one in events}:
            self._touch(run_id)

    def _touch(self, run_id: str) -> None:
        # Reading must not touch it: the page reads whenever it was touched.
        os.utime(self.path_for_shard(run_id))

    @contextmanager
    def _connect(self, shard: str) -> Iterator[Connection]:
        with self._lock:
            if self._shared is None:
                with self._transaction(shard) as connection:
                    yield connection
            else:
                if shard not in self._shared:
                    self._shared[shard] = self._transactions.enter_context(self._transaction(shard))
                yield self._shared[shard]

    @contextmanager
    def _transaction(self, shard: str) -> Iterator[Connection]:
        engine = self._engine(shard)
        if shard not in self._initialized_dbs:
            self._initdb(engine)
            self._initialized_dbs.add(shard)
        with engine.connect() as connection, connection.begin():
            yield connection

    def _engine(self, shard: str) -> Engine:
        engine = self._engines.get(shard)
        if engine is not None and not Path(self.path_for_shard(shard)).exists():
            # Another process wiped the records: a connection that is still open would write to a file without a name.
            self._engines.pop(shard).dispose()
            self._initialized_dbs.discard(shard)
            engine = None
        if engine is None:
            engine = create_engine(
                self.conn_string_for_shard(shard), connect_args={"timeout": SQLITE_BUSY_TIMEOUT_SECONDS}
            )
            event.listen(engine, "connect", _sync_less)
            self._engines[shard] = engine
        self._engines.move_to_end(shard)
        while len(self._engines) > ENGINES_KEPT:
            self._engines.popitem(last=False)[1].dispose()
        return engine

    def has_table(self, table_name: str) -> bool:
        # Asked for each check of each run; a table that is there stays.
        if table_name not in self._tables and super().has_table(table_name):
            self._tables.add(table_name)
        return table_name in self._tables

    def _has_asset_key_col_on_connection(self, conn: Connection, column_name: str) -> bool:
        # Asked for each event of an asset, by a look through the table; a column that is there stays.
        if column_name not in self._columns and super()._has_asset_key_col_on_connection(conn, column_name):
            self._columns.add(column_name)
        return column_name in self._columns

    def dispose(self) -> None:
        while self._engines:
            self._engines.popitem()[1].dispose()
        super().dispose()


def _sync_less(connection: Any, _: Any) -> None:
    # In WAL mode the database stays whole without a sync at each commit; a power cut may take the last events.
    connection.execute("pragma synchronous = normal")
