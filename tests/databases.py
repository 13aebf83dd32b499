"""A database of its own for every test, migrated once per run: SQLite files are copied, PostgreSQL's are put back.

Creating a PostgreSQL database takes a quarter of a second, emptying a small one some milliseconds. So a database that
a test leaves is given back the rows it began with and serves the next test of the same service.
"""

import dataclasses
import os
import shutil
import uuid
from collections import defaultdict
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from flask import Flask
from sqlalchemy import make_url

from chassis import migrations
from chassis.clock import ManualClock
from chassis.testing import MORNING

First = Callable[[Flask], None]

POSTGRESQL_URL = os.environ.get("CMP_TEST_POSTGRESQL", "postgresql+psycopg://postgres@127.0.0.1:5432/postgres")

KEEP_FIRST_ROWS = """
CREATE SCHEMA first;
DO $$
DECLARE t record;
BEGIN
  FOR t IN SELECT tablename FROM pg_tables WHERE schemaname = 'public' LOOP
    EXECUTE format('CREATE TABLE first.%I AS TABLE public.%I', t.tablename, t.tablename);
  END LOOP;
  CREATE TABLE first."#sequences" AS
    SELECT sequencename AS name, coalesce(last_value, start_value) AS value, last_value IS NOT NULL AS called
    FROM pg_sequences WHERE schemaname = 'public';
END $$;
"""
PUT_FIRST_ROWS_BACK = """
SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid();
SET session_replication_role = replica;
DO $$
DECLARE t record;
BEGIN
  FOR t IN SELECT tablename FROM pg_tables WHERE schemaname = 'public' LOOP
    EXECUTE format('DELETE FROM public.%I', t.tablename);
    EXECUTE format('INSERT INTO public.%I SELECT * FROM first.%I', t.tablename, t.tablename);
  END LOOP;
  PERFORM setval(format('public.%I', name)::regclass, value, called) FROM first."#sequences";
END $$;
"""
"""Triggers and foreign keys rest meanwhile (`replica`); a row that may not be deleted otherwise goes too."""


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def database_kind(request: pytest.FixtureRequest) -> str:
    """Every service's tests run on both databases."""
    return str(request.param)


@pytest.fixture(scope="session")
def templates(tmp_path_factory: pytest.TempPathFactory) -> Iterator["Templates"]:
    """Migrated databases to work on, of each service and kind."""
    made = Templates(tmp_path_factory.mktemp("templates"))
    yield made
    made.drop()


class Templates:
    """Migrates each service's schema, and puts its first rows in, once per run; tests borrow what looks untouched."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._run = uuid.uuid4().hex[:8]
        self._made: dict[tuple[str, str, First | None], str] = {}
        self._free: dict[str, list[str]] = defaultdict(list)
        self._template_of: dict[str, str] = {}

    def copy(
        self, create_app: Callable[..., Flask], settings: Any, kind: str, folder: Path, first: First | None = None
    ) -> str:
        """URL of a database with the service's schema and first rows only; `first` adds to those of the migrations."""
        key = (settings.service, kind, first)
        if key not in self._made:
            self._made[key] = self._make(create_app, settings, kind, first)
        template = make_url(self._made[key]).database or ""
        if kind == "sqlite":
            target = folder / f"{uuid.uuid4().hex[:8]}.db"
            shutil.copy(template, target)
            return f"sqlite:///{target}"
        if self._free[template]:
            return _database_url(self._free[template].pop())
        name = f"t_{self._run}_{uuid.uuid4().hex[:8]}"
        _administer(f"CREATE DATABASE {name} TEMPLATE {template}")
        self._template_of[name] = template
        return _database_url(name)

    def discard(self, url: str) -> None:
        """Take a database back; SQLite's goes with the test's folder, one that cannot be put back is dropped."""
        name = make_url(url).database or ""
        if name not in self._template_of:
            return
        try:
            with psycopg.connect(_plain(url), autocommit=True) as connection:
                connection.execute(PUT_FIRST_ROWS_BACK)
        except psycopg.Error:
            _administer(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
        else:
            self._free[self._template_of[name]].append(name)

    def drop(self) -> None:
        """Drop what was made."""
        made = [make_url(url).database for (_, kind, _), url in self._made.items() if kind == "postgresql"]
        for name in (*self._template_of, *made):
            _administer(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")

    def _make(self, create_app: Callable[..., Flask], settings: Any, kind: str, first: First | None) -> str:
        name = f"t_{self._run}_{settings.service}_{len(self._made)}"
        if kind == "sqlite":
            url = f"sqlite:///{self._folder / name}.db"
        else:
            _administer(f"CREATE DATABASE {name}")
            url = _database_url(name)
        placed = dataclasses.replace(settings, database_url=url, data_dir=str(self._folder))
        app = create_app(placed, clock=ManualClock(MORNING))
        migrations.upgrade(app.extensions["cmp"])
        if first:
            first(app)
        app.extensions["cmp"].db.close()
        if kind == "postgresql":
            with psycopg.connect(_plain(url), autocommit=True) as connection:
                connection.execute(KEEP_FIRST_ROWS)
        return url


def _database_url(name: str) -> str:
    # A test's database need not survive a power failure: commits do not wait for the disk.
    url = make_url(POSTGRESQL_URL).set(database=name).update_query_dict({"options": "-csynchronous_commit=off"})
    return url.render_as_string(hide_password=False)


def _plain(url: str) -> str:
    return url.replace("+psycopg", "")


def _administer(statement: str) -> None:
    with psycopg.connect(_plain(POSTGRESQL_URL), autocommit=True) as connection:
        connection.execute(statement)
