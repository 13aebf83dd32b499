"""One Alembic head per service, and the migrations make what the models say, on both databases."""

from collections.abc import Callable

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from chassis.db import ChassisTable
from chassis.migrations import config_for
from chassis.testing import ServiceUnderTest
from cli import names


@pytest.mark.parametrize("name", names.SERVICES)
def test_a_service_has_one_head_and_its_migrations_match_its_models(
    name: str, make_service: Callable[..., ServiceUnderTest]
) -> None:
    under_test = make_service(names.module(name, "app").create_app, names.module(name, "settings").Settings())
    service = under_test.service
    heads = ScriptDirectory.from_config(config_for(service)).get_heads()
    assert sorted(head.rsplit("_", 1)[0] for head in heads) == sorted(["chassis", name])
    with service.db.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": False})
        differences = compare_metadata(context, [ChassisTable.metadata, service.metadata])
    assert not differences, f"run: make migration SERVICE={name} NAME=…"
