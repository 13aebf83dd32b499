"""Search of names on PostgreSQL: the service's own role makes its index, and does without where it may not."""

import shutil
import uuid
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import make_url, text

from chassis import migrations
from chassis.auth import Keys
from chassis.clock import ManualClock
from chassis.testing import ServiceUnderTest, jwks
from services.einvoice.app import create_app
from services.einvoice.cli import load_demo
from services.einvoice.settings import Settings
from tests.databases import POSTGRESQL_URL
from tests.einvoice.shelf import Shelf

pytestmark = pytest.mark.postgresql

INDEX = text("SELECT count(*) FROM pg_indexes WHERE indexname = 'ix_customer_name_search_name'")


@pytest.fixture
def role() -> Iterator[str]:
    """A role like any service's, without special rights; what it is given goes with it."""
    name = f"t_{uuid.uuid4().hex[:8]}"
    with psycopg.connect(POSTGRESQL_URL.replace("+psycopg", ""), autocommit=True) as server:
        server.execute(f"CREATE ROLE {name} LOGIN PASSWORD '{name}' NOSUPERUSER NOCREATEDB")
        yield name
        server.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
        server.execute(f"DROP ROLE {name}")


def furnish(role: str, owner: str) -> str:
    """A database for the role, which owns it or is a guest who may only make tables; its URL."""
    with psycopg.connect(POSTGRESQL_URL.replace("+psycopg", ""), autocommit=True) as server:
        server.execute(f"CREATE DATABASE {role} OWNER {owner}")
    inside = make_url(POSTGRESQL_URL).set(database=role)
    with psycopg.connect(inside.render_as_string(False).replace("+psycopg", ""), autocommit=True) as database:
        database.execute(f"GRANT ALL ON SCHEMA public TO {role}")
    return inside.set(username=role, password=role).render_as_string(hide_password=False)


@pytest.mark.parametrize(("owns", "indexes"), [(True, 1), (False, 0)])
def test_the_services_own_role_gets_the_index_and_a_guest_searches_without_it(
    role: str,
    owns: bool,
    indexes: int,
    demo_pfx: Path,
    clock: ManualClock,
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """pg_trgm is trusted: who owns the database may have it. Elsewhere the log says so, and names are found all the same."""
    owner = role if owns else make_url(POSTGRESQL_URL).username or "postgres"
    settings = Settings(database_url=furnish(role, owner), data_dir=str(tmp_path), sunat_url="", sunat_consult_url="")
    (tmp_path / "einvoice").mkdir()
    shutil.copy(demo_pfx, tmp_path / "einvoice" / "demo-certificate.pfx")
    app = create_app(settings, clock=clock, keys=Keys(jwks))
    service = app.extensions["cmp"]
    migrations.upgrade(service)
    with service.db.engine.connect() as connection:
        assert connection.scalar(INDEX) == indexes
    assert ("no pg_trgm" in caplog.text) is not owns
    load_demo(app)
    shelf = Shelf(ServiceUnderTest(app, clock))
    wanted = shelf.put()
    assert (shelf.ids(name="ñaupari rosa"), shelf.ids(name="garcia")) == ([wanted], [])
    service.db.close()
