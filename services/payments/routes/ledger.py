"""The books: chart, trial balance, movements, transactions, export. They are the national treasury's."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from flask import Response, current_app, stream_with_context
from flask_smorest import Blueprint

from chassis.auth import requires
from chassis.clock import today
from chassis.db import reading, transaction
from services.payments.ledger.chart import rename_account
from services.payments.ledger.errors import DaysOutOfOrder
from services.payments.ledger.export import as_csv, as_xlsx
from services.payments.ledger.reports import booked_lines, chart, movements_by_day, transactions, trial_balance
from services.payments.ledger.schemas import (
    AccountList,
    AccountView,
    AccountWish,
    DayMovements,
    DaysQuery,
    ExportQuery,
    TransactionPage,
    TransactionQuery,
    TrialBalance,
)
from services.payments.models import LedgerAccount, LedgerTransaction
from services.payments.routes.desk import national, page

CURRENCY = "PEN"
MAX_DAYS = 366
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

blueprint = Blueprint("ledger", __name__, url_prefix="/v1/staff/ledger", description="Libro contable de los pagos")


@blueprint.get("/accounts")
@requires("payments:view")
@blueprint.response(200, AccountList)
def list_accounts() -> dict[str, Any]:
    """The chart of accounts, by code."""
    national()
    with reading() as session:
        return {"items": list(chart(session).values())}


@blueprint.put("/accounts/<string:key>")
@requires("payments:settle")
@blueprint.arguments(AccountWish)
@blueprint.response(200, AccountView)
def rename(body: dict[str, str], key: str) -> LedgerAccount:
    """Give an account the accountant's code and name."""
    national()
    with transaction() as session:
        return rename_account(session, key, **body)


@blueprint.get("/trial-balance")
@requires("payments:view")
@blueprint.arguments(DaysQuery, location="query")
@blueprint.response(200, TrialBalance)
def show_trial_balance(query: dict[str, Any]) -> dict[str, Any]:
    """Opening, debit, credit and closing of every account over some days; the totals are equal."""
    national()
    since, until = _days(query)
    with reading() as session:
        balances = trial_balance(session, since, until)
    return {
        "since": since,
        "until": until,
        "currency": CURRENCY,
        "items": balances,
        "debit_cents": sum(balance.debit_cents for balance in balances),
        "credit_cents": sum(balance.credit_cents for balance in balances),
    }


@blueprint.get("/days")
@requires("payments:view")
@blueprint.arguments(DaysQuery, location="query")
@blueprint.response(200, DayMovements)
def show_days(query: dict[str, Any]) -> dict[str, Any]:
    """What moved, by day and account."""
    national()
    since, until = _days(query)
    with reading() as session:
        return {"since": since, "until": until, "items": movements_by_day(session, since, until)}


@blueprint.get("/transactions")
@requires("payments:view")
@blueprint.arguments(TransactionQuery, location="query")
@blueprint.response(200, TransactionPage)
def list_transactions(query: dict[str, Any]) -> dict[str, Any]:
    """Transactions with their entries, newest first: of some days, or of one order."""
    national()
    since, until = _days(query)
    order_id = str(query["order_id"]) if query["order_id"] else None
    with reading() as session:
        return page(session, transactions(since, until, order_id=order_id), LedgerTransaction.id, query)


@blueprint.get("/export")
@requires("payments:view")
@blueprint.arguments(ExportQuery, location="query")
@blueprint.response(200, {"type": "string", "format": "binary"}, content_type=XLSX)
def export(query: dict[str, Any]) -> Response:
    """Every entry of some days for the accountant, as CSV or XLSX."""
    national()
    since, until = _days(query)
    name = f"libro-{since:%Y%m%d}-{until:%Y%m%d}.{query['format']}"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    if query["format"] == "csv":
        return Response(
            stream_with_context(_csv(since, until)), content_type="text/csv; charset=utf-8", headers=headers
        )
    with reading() as session:
        return Response(as_xlsx(booked_lines(session, since, until), "Libro"), content_type=XLSX, headers=headers)


def _csv(since: date, until: date) -> Iterator[str]:
    with current_app.app_context(), reading() as session:
        yield "\ufeff"
        yield from as_csv(booked_lines(session, since, until))


def _days(query: dict[str, Any]) -> tuple[date, date]:
    """The days asked for; this month until today when none are named. Raises DaysOutOfOrder."""
    until = query["until"] or today()
    since = query["since"] or until.replace(day=1)
    if not 0 <= (until - since).days < MAX_DAYS:
        raise DaysOutOfOrder
    return since, until
