"""What SUNAT remembers: every number it was told, every ticket it gave. In SQLite: a restart forgets nothing."""

from __future__ import annotations

import json
import sqlite3
import threading
from collections.abc import Iterable
from pathlib import Path
from typing import Any

SCHEMA = """
CREATE TABLE IF NOT EXISTS documents (
  key TEXT PRIMARY KEY, file_name TEXT, kind TEXT, serie TEXT, number INTEGER, state TEXT, code TEXT, description TEXT,
  observations TEXT, total TEXT, currency TEXT, issue_date TEXT, sha256 TEXT, zip_sha256 TEXT, times_sent INTEGER,
  first_at TEXT, last_at TEXT, voided_by TEXT, ticket TEXT, cdr BLOB);
CREATE TABLE IF NOT EXISTS attempts (
  id INTEGER PRIMARY KEY, key TEXT, at TEXT, sha256 TEXT, zip_sha256 TEXT, outcome TEXT);
CREATE INDEX IF NOT EXISTS attempts_of_document ON attempts (key);
CREATE TABLE IF NOT EXISTS tickets (ticket TEXT PRIMARY KEY, key TEXT, polls_left INTEGER, code TEXT);
CREATE TABLE IF NOT EXISTS secrets (name TEXT PRIMARY KEY, value BLOB);
"""
FINAL = ("accepted", "observed", "rejected", "voided")
"""States in which the number is spent; `exception` leaves it free."""

COLUMNS = [
    *("key", "file_name", "kind", "serie", "number", "state", "code", "description", "observations", "total"),
    *(
        "currency",
        "issue_date",
        "sha256",
        "zip_sha256",
        "times_sent",
        "first_at",
        "last_at",
        "voided_by",
        "ticket",
        "cdr",
    ),
]


class Registry:
    """One connection behind one lock: at most one caller writes, and a number is given to one file only."""

    def __init__(self, path: str | Path | None = None) -> None:
        if path:
            Path(path).parent.mkdir(parents=True, exist_ok=True)
        self._lock = threading.RLock()
        self._db = sqlite3.connect(str(path or ":memory:"), check_same_thread=False, isolation_level=None)
        self._db.row_factory = sqlite3.Row
        self._db.executescript("PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA busy_timeout=5000;" + SCHEMA)

    def close(self) -> None:
        """Let go of the file."""
        with self._lock:
            self._db.close()

    def find(self, key: str) -> dict[str, Any] | None:
        """What is known of a number, or None."""
        with self._lock:
            row = self._db.execute("SELECT * FROM documents WHERE key = ?", (key,)).fetchone()
        return _plain(row) if row else None

    def settle(self, entry: dict[str, Any]) -> dict[str, Any] | None:
        """Register an outcome, or give what spent the number before. One step, so that only one of two can win."""
        with self._lock, self._db:
            self._db.execute("BEGIN IMMEDIATE")
            known = self.find(entry["key"])
            taken = known if known and known["state"] in FINAL else None
            self._count(entry, "duplicate" if taken else entry["state"])
            if taken:
                self._db.execute(
                    "UPDATE documents SET times_sent = times_sent + 1, last_at = ? WHERE key = ?",
                    (entry["last_at"], entry["key"]),
                )
            else:
                self._write(entry, known)
            return taken

    def _write(self, entry: dict[str, Any], known: dict[str, Any] | None) -> None:
        sent, first = (known["times_sent"], known["first_at"]) if known else (0, entry["last_at"])
        values = {**entry, "times_sent": sent + 1, "first_at": first, "voided_by": None}
        values["observations"] = json.dumps(values["observations"])
        marks = ", ".join("?" for _ in COLUMNS)
        self._db.execute(f"REPLACE INTO documents VALUES ({marks})", [values.get(name) for name in COLUMNS])

    def _count(self, entry: dict[str, Any], outcome: str) -> None:
        self._db.execute(
            "INSERT INTO attempts (key, at, sha256, zip_sha256, outcome) VALUES (?, ?, ?, ?, ?)",
            (entry["key"], entry["last_at"], entry["sha256"], entry["zip_sha256"], outcome),
        )

    def void(self, keys: Iterable[str], file_name: str) -> None:
        """Mark vouchers as voided by an RA or RC; their numbers stay spent."""
        with self._lock, self._db:
            self._db.execute("BEGIN IMMEDIATE")
            self._db.executemany(
                "UPDATE documents SET state = 'voided', voided_by = ? WHERE key = ?", [(file_name, key) for key in keys]
            )

    def open_ticket(self, ticket: str, key: str, polls: int, code: str) -> None:
        """Remember a ticket and how many times it will still say 98."""
        with self._lock, self._db:
            self._db.execute("INSERT INTO tickets VALUES (?, ?, ?, ?)", (ticket, key, polls, code))

    def poll_ticket(self, ticket: str) -> dict[str, Any] | None:
        """Ask once: the row as it was before this poll, with one poll less left afterwards."""
        with self._lock, self._db:
            row = self._db.execute("SELECT * FROM tickets WHERE ticket = ?", (ticket,)).fetchone()
            self._db.execute(
                "UPDATE tickets SET polls_left = polls_left - 1 WHERE ticket = ? AND polls_left > 0", (ticket,)
            )
        return dict(row) if row else None

    def documents(self, limit: int = 1000) -> list[dict[str, Any]]:
        """The latest documents with their attempts, newest first; the CDR bytes stay out."""
        with self._lock:
            rows = self._db.execute("SELECT * FROM documents ORDER BY last_at DESC, rowid DESC LIMIT ?", (limit,))
            found = [_plain(row) for row in rows]
            for document in found:
                document["has_cdr"] = document.pop("cdr") is not None
                document["attempts"] = self.attempts(document["key"])
        return found

    def attempts(self, key: str, limit: int = 50) -> list[dict[str, Any]]:
        """When and with which bytes one number arrived, oldest first."""
        sql = "SELECT at, sha256, zip_sha256, outcome FROM attempts WHERE key = ? ORDER BY id DESC LIMIT ?"
        with self._lock:
            return [dict(row) for row in self._db.execute(sql, (key, limit))][::-1]

    def count_by_state(self) -> dict[str, int]:
        """How many documents are in each state."""
        with self._lock:
            return dict(self._db.execute("SELECT state, COUNT(*) FROM documents GROUP BY state").fetchall())

    def forget(self) -> None:
        """Start afresh: documents, attempts and tickets go, the simulator's own key stays."""
        with self._lock, self._db:
            for table in ("documents", "attempts", "tickets"):
                self._db.execute(f"DELETE FROM {table}")

    def secret(self, name: str) -> bytes | None:
        """The simulator's own key material from an earlier start."""
        with self._lock:
            row = self._db.execute("SELECT value FROM secrets WHERE name = ?", (name,)).fetchone()
        return row["value"] if row else None

    def keep_secret(self, name: str, value: bytes) -> None:
        """Keep the simulator's own key material for the next start."""
        with self._lock, self._db:
            self._db.execute("REPLACE INTO secrets VALUES (?, ?)", (name, value))


def _plain(row: sqlite3.Row) -> dict[str, Any]:
    return {**dict(row), "observations": json.loads(row["observations"] or "[]")}
