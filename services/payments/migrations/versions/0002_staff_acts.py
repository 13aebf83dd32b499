"""Staff acts, refunds, rulings, heirs and receipts to print; evidence that nobody can change."""

import sqlalchemy as sa
from alembic import op

import chassis.db

revision = "payments_0002"
down_revision = "payments_0001"
branch_labels = None
depends_on = None

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = chassis.db.UtcDateTime(timezone=True)
LIVE = "state IN ('REQUESTED', 'SCHEDULED', 'SENT', 'UNKNOWN', 'REFUSED')"
WAITING = "state IN ('SCHEDULED', 'SENT', 'UNKNOWN')"
PROPOSED = "state = 'PROPOSED'"
IN_FORCE = "revoked_at IS NULL"
ALARMING = "state IN ('INTEGRITY', 'PAID_NOT_APPLIED')"

KEPT = ("staff_act", "gateway_message", "attempt_event", "receipt_snapshot")
"""Tables kept as evidence: no UPDATE, no DELETE, whoever asks."""


def upgrade() -> None:
    op.create_table(
        "staff_act",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("at", chassis.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("actor_id", sa.String(length=80), nullable=False),
        sa.Column("actor_name", sa.String(length=300), nullable=False),
        sa.Column("act", sa.String(length=60), nullable=False),
        sa.Column("subject", sa.String(length=120), nullable=False),
        sa.Column("council", sa.String(length=2), nullable=True),
        sa.Column("before", chassis.db.JSON_TYPE, nullable=True),
        sa.Column("after", chassis.db.JSON_TYPE, nullable=True),
        sa.Column("reason", sa.String(length=500), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_staff_act")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_staff_act_subject", "staff_act", ["subject", "id"])
    op.create_index("ix_staff_act_at", "staff_act", ["at"])
    _make_refunds()
    _make_heirs_and_prints()
    _extend_orders()
    for table in KEPT:
        _seal(table)


def _make_refunds() -> None:
    op.create_table(
        "refund",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("external_reference", sa.String(length=20), nullable=False),
        sa.Column("order_id", sa.String(length=36), nullable=False),
        sa.Column("attempt_id", BIG_ID, nullable=False),
        sa.Column("state", sa.String(length=24), nullable=False),
        sa.Column("method", sa.String(length=24), nullable=True),
        sa.Column("amount_cents", sa.Integer(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("whole", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.String(length=300), nullable=False),
        sa.Column("requested_by", sa.String(length=64), nullable=False),
        sa.Column("requested_by_name", sa.String(length=300), nullable=False),
        sa.Column("requested_at", MOMENT, nullable=False),
        sa.Column("decided_by", sa.String(length=64), nullable=True),
        sa.Column("decided_by_name", sa.String(length=300), nullable=True),
        sa.Column("decided_at", MOMENT, nullable=True),
        sa.Column("next_attempt_at", MOMENT, nullable=True),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("sent_at", MOMENT, nullable=True),
        sa.Column("answer", sa.String(length=200), nullable=True),
        sa.Column("devolution_code", sa.String(length=40), nullable=True),
        sa.Column("returned_at", MOMENT, nullable=True),
        sa.Column("settled_at", MOMENT, nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["order_id"], ["payment_order.id"], name=op.f("fk_refund_order_id")),
        sa.ForeignKeyConstraint(["attempt_id"], ["payment_attempt.id"], name=op.f("fk_refund_attempt_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_refund")),
        sa.UniqueConstraint("external_reference", name=op.f("uq_refund_external_reference")),
    )
    op.create_index("ix_refund_order_id", "refund", ["order_id"])
    _create_partial_index("uq_refund_live", "refund", ["order_id"], LIVE, unique=True)
    _create_partial_index("ix_refund_waiting", "refund", ["next_attempt_at"], WAITING)
    op.create_index("ix_refund_requested_at", "refund", ["requested_at", "id"])
    op.create_table(
        "refund_line",
        sa.Column("refund_id", sa.String(length=36), nullable=False),
        sa.Column("due_id", BIG_ID, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("period", sa.String(length=6), nullable=False),
        sa.Column("amount_cents", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["refund_id"], ["refund.id"], name=op.f("fk_refund_line_refund_id")),
        sa.ForeignKeyConstraint(["due_id"], ["due.id"], name=op.f("fk_refund_line_due_id")),
        sa.PrimaryKeyConstraint("refund_id", "due_id", name=op.f("pk_refund_line")),
    )
    op.create_table(
        "ruling",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("attempt_id", BIG_ID, nullable=False),
        sa.Column("outcome", sa.String(length=24), nullable=False),
        sa.Column("state", sa.String(length=24), nullable=False),
        sa.Column("evidence", sa.String(length=300), nullable=False),
        sa.Column("reason", sa.String(length=300), nullable=False),
        sa.Column("transaction_id", sa.String(length=40), nullable=True),
        sa.Column("authorization_code", sa.String(length=20), nullable=True),
        sa.Column("charged_at", MOMENT, nullable=True),
        sa.Column("proposed_by", sa.String(length=64), nullable=False),
        sa.Column("proposed_by_name", sa.String(length=300), nullable=False),
        sa.Column("proposed_at", MOMENT, nullable=False),
        sa.Column("decided_by", sa.String(length=64), nullable=True),
        sa.Column("decided_by_name", sa.String(length=300), nullable=True),
        sa.Column("decided_at", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(["attempt_id"], ["payment_attempt.id"], name=op.f("fk_ruling_attempt_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ruling")),
    )
    op.create_index("ix_ruling_attempt_id", "ruling", ["attempt_id"])
    _create_partial_index("uq_ruling_proposed", "ruling", ["attempt_id"], PROPOSED, unique=True)


def _make_heirs_and_prints() -> None:
    op.create_table(
        "heir",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("holder_cmp", sa.String(length=6), nullable=False),
        sa.Column("document_type", sa.String(length=1), nullable=False),
        sa.Column("document_number", sa.String(length=15), nullable=False),
        sa.Column("name", sa.String(length=300), nullable=False),
        sa.Column("relationship", sa.String(length=60), nullable=False),
        sa.Column("evidence", sa.String(length=300), nullable=False),
        sa.Column("entered_by", sa.String(length=64), nullable=False),
        sa.Column("entered_at", MOMENT, nullable=False),
        sa.Column("revoked_at", MOMENT, nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_heir")),
    )
    heir = ["holder_cmp", "document_type", "document_number"]
    _create_partial_index("uq_heir_in_force", "heir", heir, IN_FORCE, unique=True)
    op.create_index("ix_heir_document", "heir", ["document_number", "document_type"])
    op.create_table(
        "receipt_print",
        sa.Column("order_id", sa.String(length=36), nullable=False),
        sa.Column("next_attempt_at", MOMENT, nullable=True),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=True),
        sa.Column("size", sa.Integer(), nullable=True),
        sa.Column("name", sa.String(length=60), nullable=True),
        sa.Column("drawn_at", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(["order_id"], ["payment_order.id"], name=op.f("fk_receipt_print_order_id")),
        sa.PrimaryKeyConstraint("order_id", name=op.f("pk_receipt_print")),
    )
    _create_partial_index("ix_receipt_print_waiting", "receipt_print", ["next_attempt_at"], "sha256 IS NULL")


def _extend_orders() -> None:
    op.add_column("payment_order", sa.Column("payer_name", sa.String(length=300), nullable=True))
    op.add_column("payment_order", sa.Column("heir_id", sa.BigInteger(), nullable=True))
    op.create_index("ix_payment_order_owner_cmp", "payment_order", ["owner_cmp", "created_at", "id"])
    op.create_index("ix_payment_order_created_at", "payment_order", ["created_at", "id"])
    _create_partial_index("ix_payment_attempt_alarming", "payment_attempt", ["state", "id"], ALARMING)
    op.create_index("ix_payment_attempt_card", "payment_attempt", ["card_last4", "card_first6"])
    op.execute("INSERT INTO number_series (name, last) VALUES ('refund', 0)")


def _create_partial_index(name: str, table: str, columns: list[str], where: str, unique: bool = False) -> None:
    only = {"postgresql_where": sa.text(where), "sqlite_where": sa.text(where)}
    op.create_index(name, table, columns, unique=unique, **only)


def _seal(table: str) -> None:
    if op.get_bind().dialect.name == "sqlite":
        for verb in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
            )
        return
    op.execute(
        "CREATE OR REPLACE FUNCTION payments_keep() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME; END $$"
    )
    op.execute(
        f"CREATE TRIGGER {table}_kept BEFORE UPDATE OR DELETE ON {table} "
        "FOR EACH ROW EXECUTE FUNCTION payments_keep()"
    )


def downgrade() -> None:
    for table in KEPT:
        if op.get_bind().dialect.name == "sqlite":
            op.execute(f"DROP TRIGGER {table}_no_update")
            op.execute(f"DROP TRIGGER {table}_no_delete")
        else:
            op.execute(f"DROP TRIGGER {table}_kept ON {table}")
    if op.get_bind().dialect.name != "sqlite":
        op.execute("DROP FUNCTION payments_keep()")
    op.execute("DELETE FROM number_series WHERE name = 'refund'")
    op.drop_index("ix_payment_attempt_card", "payment_attempt")
    op.drop_index("ix_payment_attempt_alarming", "payment_attempt")
    op.drop_index("ix_payment_order_created_at", "payment_order")
    op.drop_index("ix_payment_order_owner_cmp", "payment_order")
    op.drop_column("payment_order", "heir_id")
    op.drop_column("payment_order", "payer_name")
    for table in ("receipt_print", "heir", "ruling", "refund_line", "refund", "staff_act"):
        op.drop_table(table)
