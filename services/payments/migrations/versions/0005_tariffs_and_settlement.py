"""Tariffs, SEMEFA beneficiaries, dues per person and concept, payments made elsewhere, settlement files and rows."""

from collections.abc import Iterator
from contextlib import contextmanager

import sqlalchemy as sa
from alembic import op

import chassis.db

revision = "payments_0005"
down_revision = "payments_0004"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
WORD = sa.String(length=24)
OPEN = sa.text("match <> 'MATCHED' AND resolved_at IS NULL")


def upgrade() -> None:
    _make_tariffs()
    with _without_foreign_keys(), op.batch_alter_table("due") as due:
        due.add_column(sa.Column("person", sa.String(length=20), nullable=False, server_default=""))
        due.add_column(sa.Column("concept", sa.String(length=20), nullable=False, server_default="ORDINARIA"))
        due.add_column(sa.Column("tariff_id", ID, nullable=True))
        due.create_foreign_key(op.f("fk_due_tariff_id"), "tariff", ["tariff_id"], ["id"])
        due.drop_constraint("uq_due_owner_cmp_kind_period", type_="unique")
        due.create_unique_constraint(
            "uq_due_owner_cmp_kind_period_person_concept", ["owner_cmp", "kind", "period", "person", "concept"]
        )
    op.add_column("payer", sa.Column("registered_on", sa.Date(), nullable=True))
    _make_outside_payments()
    _make_settlement()


@contextmanager
def _without_foreign_keys() -> Iterator[None]:
    """SQLite makes a changed table anew; with foreign keys on it would not let the old one go."""
    connection = op.get_bind()
    if connection.dialect.name != "sqlite":
        yield
        return
    raw = connection.connection.driver_connection
    for statement in ("COMMIT", "PRAGMA foreign_keys=OFF", "BEGIN IMMEDIATE"):
        raw.execute(statement)
    yield
    for statement in ("COMMIT", "PRAGMA foreign_keys=ON", "BEGIN IMMEDIATE"):
        raw.execute(statement)


def _make_tariffs() -> None:
    op.create_table(
        "tariff",
        sa.Column("id", ID, nullable=False),
        sa.Column("kind", WORD, nullable=False),
        sa.Column("concept", sa.String(length=20), nullable=False),
        sa.Column("relation", WORD, nullable=True),
        sa.Column("age_from", sa.Integer(), nullable=False),
        sa.Column("age_to", sa.Integer(), nullable=False),
        sa.Column("amount_cents", sa.Integer(), nullable=False),
        sa.Column("tax_code", sa.String(length=2), nullable=False),
        sa.Column("valid_from", sa.String(length=6), nullable=False),
        sa.Column("valid_until", sa.String(length=6), nullable=True),
        sa.Column("sample", sa.Boolean(), nullable=False),
        sa.Column("created_at", chassis.db.UtcDateTime(timezone=True), nullable=False),
        sa.CheckConstraint("amount_cents > 0", name=op.f("ck_tariff_amount_positive")),
        sa.CheckConstraint("age_from <= age_to", name=op.f("ck_tariff_ages_in_order")),
        sa.CheckConstraint("valid_until IS NULL OR valid_from <= valid_until", name=op.f("ck_tariff_months_in_order")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tariff")),
    )
    op.create_index("ix_tariff_kind", "tariff", ["kind", "concept", "valid_from"])
    op.create_table(
        "beneficiary",
        sa.Column("holder_cmp", sa.String(length=6), nullable=False),
        sa.Column("code", sa.String(length=20), nullable=False),
        sa.Column("relation", WORD, nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("birth_date", sa.Date(), nullable=False),
        sa.Column("since", sa.String(length=6), nullable=False),
        sa.Column("until", sa.String(length=6), nullable=True),
        sa.PrimaryKeyConstraint("holder_cmp", "code", name=op.f("pk_beneficiary")),
    )


def _make_outside_payments() -> None:
    op.create_table(
        "outside_payment",
        sa.Column("id", ID, nullable=False),
        sa.Column("due_id", ID, nullable=False),
        sa.Column("channel", WORD, nullable=False),
        sa.Column("reference", sa.String(length=60), nullable=False),
        sa.Column("amount_cents", sa.Integer(), nullable=False),
        sa.Column("paid_on", sa.Date(), nullable=False),
        sa.Column("state", WORD, nullable=False),
        sa.Column("entered_at", chassis.db.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["due_id"], ["due.id"], name=op.f("fk_outside_payment_due_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outside_payment")),
        sa.UniqueConstraint("channel", "reference", "due_id", name=op.f("uq_outside_payment_channel_reference_due_id")),
    )
    op.create_index("ix_outside_payment_due_id", "outside_payment", ["due_id"])
    op.create_index("ix_outside_payment_state", "outside_payment", ["state", "id"])


def _make_settlement() -> None:
    def money() -> list[sa.Column]:
        return [sa.Column(f"{name}_cents", sa.BigInteger(), nullable=False) for name in ("gross", "fee", "fee_vat", "net")]
    op.create_table(
        "settlement_file",
        sa.Column("id", ID, nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("imported_at", chassis.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("imported_by", sa.String(length=80), nullable=False),
        sa.Column("rows", sa.Integer(), nullable=False),
        sa.Column("repeated", sa.Integer(), nullable=False),
        sa.Column("matched", sa.Integer(), nullable=False),
        *money(),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_settlement_file")),
        sa.UniqueConstraint("sha256", name=op.f("uq_settlement_file_sha256")),
    )
    op.create_table(
        "settlement_row",
        sa.Column("id", ID, nullable=False),
        sa.Column("file_id", ID, nullable=True),
        sa.Column("line", sa.Integer(), nullable=True),
        sa.Column("fingerprint", sa.String(length=64), nullable=False),
        sa.Column("occurrence", sa.Integer(), nullable=False),
        sa.Column("type", WORD, nullable=False),
        sa.Column("purchase_number", sa.String(length=12), nullable=False),
        sa.Column("transaction_id", sa.String(length=40), nullable=False),
        sa.Column("sold_at", chassis.db.UtcDateTime(timezone=True), nullable=False),
        *money(),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("deposit_on", sa.Date(), nullable=True),
        sa.Column("match", WORD, nullable=False),
        sa.Column("note", sa.String(length=200), nullable=False),
        sa.Column("attempt_id", ID, nullable=True),
        sa.Column("refund_id", sa.String(length=36), nullable=True),
        sa.Column("council", sa.String(length=2), nullable=True),
        sa.Column("created_at", chassis.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("resolution", WORD, nullable=True),
        sa.Column("reason", sa.String(length=500), nullable=True),
        sa.Column("resolved_by", sa.String(length=80), nullable=True),
        sa.Column("resolved_at", chassis.db.UtcDateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["file_id"], ["settlement_file.id"], name=op.f("fk_settlement_row_file_id")),
        sa.ForeignKeyConstraint(["attempt_id"], ["payment_attempt.id"], name=op.f("fk_settlement_row_attempt_id")),
        sa.ForeignKeyConstraint(["refund_id"], ["refund.id"], name=op.f("fk_settlement_row_refund_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_settlement_row")),
        sa.UniqueConstraint("fingerprint", "occurrence", name=op.f("uq_settlement_row_fingerprint_occurrence")),
    )
    op.create_index("ix_settlement_row_open", "settlement_row", ["id"], postgresql_where=OPEN, sqlite_where=OPEN)
    op.create_index("ix_settlement_row_file_id", "settlement_row", ["file_id", "id"])
    op.create_index("ix_settlement_row_purchase_number", "settlement_row", ["purchase_number"])
    op.create_index("ix_settlement_row_attempt_id", "settlement_row", ["attempt_id"])


def downgrade() -> None:
    for table in ("settlement_row", "settlement_file", "outside_payment"):
        op.drop_table(table)
    op.drop_column("payer", "registered_on")
    with _without_foreign_keys(), op.batch_alter_table("due") as due:
        due.drop_constraint("uq_due_owner_cmp_kind_period_person_concept", type_="unique")
        due.drop_constraint("fk_due_tariff_id", type_="foreignkey")
        due.create_unique_constraint("uq_due_owner_cmp_kind_period", ["owner_cmp", "kind", "period"])
        for column in ("person", "concept", "tariff_id"):
            due.drop_column(column)
    op.drop_table("beneficiary")
    op.drop_table("tariff")
