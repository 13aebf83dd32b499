"""The books: accounts, transactions and entries that balance and are never changed."""

import sqlalchemy as sa
from alembic import op

import chassis.db

revision = "payments_0004"
down_revision = "payments_0003_standing"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

SAMPLE_CHART = (
    ("ACQUIRER", "1629", "Niubiz: cobros por liquidar", "ASSET"),
    ("BANK", "1041", "Banco: cuenta recaudadora", "ASSET"),
    ("CASH", "1011", "Caja de ventanilla", "ASSET"),
    ("DISPUTED", "1689", "Contracargos en reclamo", "ASSET"),
    ("REFUNDS", "4699", "Devoluciones por pagar", "LIABILITY"),
    ("UNIDENTIFIED", "4698", "Abonos por identificar", "LIABILITY"),
    ("VAT", "40111", "IGV por pagar", "LIABILITY"),
    ("DUES_COLEGIADO", "7591", "Ingresos por cuota colegiado", "INCOME"),
    ("DUES_SEMEFA", "7592", "Ingresos por cuota Semefa", "INCOME"),
    ("FEES", "6391", "Comisiones de Niubiz", "EXPENSE"),
    ("FEES_VAT", "6392", "IGV de comisiones de Niubiz", "EXPENSE"),
    ("DIFFERENCES", "6592", "Diferencias de liquidación", "EXPENSE"),
)
"""Codes and names are samples: CMP's own chart is not known."""

KEPT = ("ledger_transaction", "ledger_entry")


def upgrade() -> None:
    chart = op.create_table(
        "ledger_account",
        sa.Column("key", sa.String(length=24), nullable=False),
        sa.Column("code", sa.String(length=12), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("nature", sa.String(length=24), nullable=False),
        sa.Column("sample", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_ledger_account")),
        sa.UniqueConstraint("code", name=op.f("uq_ledger_account_code")),
    )
    op.bulk_insert(
        chart,
        [{"key": key, "code": code, "name": name, "nature": nature, "sample": True} for key, code, name, nature in SAMPLE_CHART],
    )
    op.create_table(
        "ledger_transaction",
        sa.Column("id", ID, nullable=False),
        sa.Column("cause", sa.String(length=80), nullable=False),
        sa.Column("kind", sa.String(length=24), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("text", sa.String(length=200), nullable=False),
        sa.Column("order_id", sa.String(length=36), nullable=True),
        sa.Column("posted_at", chassis.db.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["order_id"], ["payment_order.id"], name=op.f("fk_ledger_transaction_order_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ledger_transaction")),
        sa.UniqueConstraint("cause", name=op.f("uq_ledger_transaction_cause")),
    )
    op.create_index("ix_ledger_transaction_day", "ledger_transaction", ["day", "id"])
    op.create_index("ix_ledger_transaction_order_id", "ledger_transaction", ["order_id"])
    op.create_table(
        "ledger_entry",
        sa.Column("transaction_id", ID, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("account", sa.String(length=24), nullable=False),
        sa.Column("debit_cents", sa.BigInteger(), nullable=False),
        sa.Column("credit_cents", sa.BigInteger(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.CheckConstraint(
            "debit_cents >= 0 AND credit_cents >= 0 AND (debit_cents = 0) <> (credit_cents = 0)",
            name=op.f("ck_ledger_entry_one_side"),
        ),
        sa.ForeignKeyConstraint(["account"], ["ledger_account.key"], name=op.f("fk_ledger_entry_account")),
        sa.ForeignKeyConstraint(["transaction_id"], ["ledger_transaction.id"], name=op.f("fk_ledger_entry_transaction_id")),
        sa.PrimaryKeyConstraint("transaction_id", "position", name=op.f("pk_ledger_entry")),
    )
    op.create_index("ix_ledger_entry_day_account", "ledger_entry", ["day", "account"])
    if op.get_bind().dialect.name == "sqlite":
        _seal_sqlite()
    else:
        _seal_postgresql()


def _seal_sqlite() -> None:
    for table in KEPT:
        for verb in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
            )


def _seal_postgresql() -> None:
    """Nothing is changed or emptied, and at commit every transaction that got entries sums to zero."""
    for table in KEPT:
        op.execute(
            f"CREATE TRIGGER {table}_kept BEFORE UPDATE OR DELETE ON {table} "
            "FOR EACH ROW EXECUTE FUNCTION payments_keep()"
        )
        op.execute(
            f"CREATE TRIGGER {table}_not_emptied BEFORE TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION payments_keep()"
        )
    op.execute(
        """
        CREATE FUNCTION payments_balance() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            IF (SELECT sum(debit_cents) - sum(credit_cents) FROM ledger_entry
                WHERE transaction_id = NEW.transaction_id) <> 0 THEN
                RAISE EXCEPTION 'ledger transaction % does not balance', NEW.transaction_id
                    USING ERRCODE = 'check_violation';
            END IF;
            RETURN NULL;
        END $$
        """
    )
    op.execute(
        "CREATE CONSTRAINT TRIGGER ledger_entry_balances AFTER INSERT ON ledger_entry "
        "DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION payments_balance()"
    )


def downgrade() -> None:
    op.drop_table("ledger_entry")
    op.drop_table("ledger_transaction")
    op.drop_table("ledger_account")
    if op.get_bind().dialect.name != "sqlite":
        op.execute("DROP FUNCTION payments_balance()")
