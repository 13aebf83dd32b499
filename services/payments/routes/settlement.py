"""The acquirer's daily files and the work list of what does not fit."""

from typing import Any

from flask import Response, jsonify
from flask_smorest import Blueprint
from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from chassis.auth import principal, requires
from chassis.db import reading, transaction
from chassis.errors import FieldError
from services.payments.dues.errors import FileNotReadable
from services.payments.models import Attempt, SettlementFile, SettlementRow
from services.payments.routes.desk import body_of_file, national, page
from services.payments.schemas import PageQuery
from services.payments.settlement.errors import RowNotFound, SettlementFileNotFound
from services.payments.settlement.file import UnreadableFile
from services.payments.settlement.importing import import_file
from services.payments.settlement.resolving import resolve_row
from services.payments.settlement.schemas import (
    FilePage,
    FileQuery,
    FileView,
    ResolutionWish,
    RowPage,
    RowQuery,
    RowView,
)
from services.payments.settlement.states import Match, Resolution

blueprint = Blueprint("settlement", __name__, url_prefix="/v1/staff/settlement", description="Liquidación de Niubiz")


@blueprint.post("/files")
@requires("payments:settle")
@blueprint.arguments(FileQuery, location="query")
@blueprint.response(201, FileView)
def upload(query: dict[str, str]) -> Response:
    """Take in a daily file (the body): 201 when it is new, 200 when it was taken in before, 422 when unreadable."""
    national()
    data = body_of_file()
    try:
        with transaction() as session:
            file, is_new = import_file(session, data, query["name"])
    except UnreadableFile as error:
        raise FileNotReadable(errors=[FieldError("/file", problem) for problem in error.problems]) from error
    answer = jsonify(FileView().dump(file))
    answer.status_code = 201 if is_new else 200
    return answer


@blueprint.get("/files")
@requires("payments:view")
@blueprint.arguments(PageQuery, location="query")
@blueprint.response(200, FilePage)
def list_files(query: dict[str, Any]) -> dict[str, Any]:
    """The files, newest first."""
    national()
    with reading() as session:
        return page(session, select(SettlementFile), SettlementFile.id, query)


@blueprint.get("/files/<int:file_id>")
@requires("payments:view")
@blueprint.response(200, FileView)
def show_file(file_id: int) -> SettlementFile:
    """One file."""
    national()
    with reading() as session:
        file = session.get(SettlementFile, file_id)
    if file is None:
        raise SettlementFileNotFound
    return file


@blueprint.get("/rows")
@requires("payments:view")
@blueprint.arguments(RowQuery, location="query")
@blueprint.response(200, RowPage)
def list_rows(query: dict[str, Any]) -> dict[str, Any]:
    """Movements, newest first; `open=true` is the work list. A council sees those of its own orders."""
    with reading() as session:
        return page(session, _rows(query), SettlementRow.id, query, lambda row: _row(session, row))


@blueprint.get("/rows/<int:row_id>")
@requires("payments:view")
@blueprint.response(200, RowView)
def show_row(row_id: int) -> dict[str, Any]:
    """One movement."""
    with reading() as session:
        row = session.get(SettlementRow, row_id)
        if row is None or principal().council not in (None, row.council):
            raise RowNotFound
        return _row(session, row)


@blueprint.post("/rows/<int:row_id>/resolution")
@requires("payments:settle")
@blueprint.arguments(ResolutionWish)
@blueprint.response(200, RowView)
def resolve(body: dict[str, str], row_id: int) -> dict[str, Any]:
    """Settle a row of the work list, with a reason; its money moves in the books."""
    national()
    with transaction() as session:
        row = resolve_row(session, row_id, Resolution(body["resolution"]), reason=body["reason"])
        return _row(session, row)


def _rows(query: dict[str, Any]) -> Select[SettlementRow]:
    wanted = select(SettlementRow)
    if principal().council is not None:
        wanted = wanted.where(SettlementRow.council == principal().council)
    if query["open"] is not None:
        waiting = (SettlementRow.match != Match.MATCHED) & SettlementRow.resolved_at.is_(None)
        wanted = wanted.where(waiting if query["open"] else ~waiting)
    for name in ("match", "file_id"):
        if query[name] is not None:
            wanted = wanted.where(getattr(SettlementRow, name) == query[name])
    if query["purchase_number"]:
        wanted = wanted.where(SettlementRow.purchase_number == str(int(query["purchase_number"])))
    return wanted


def _row(session: Session, row: SettlementRow) -> dict[str, Any]:
    attempt = session.get(Attempt, row.attempt_id) if row.attempt_id else None
    facts = {column.key: getattr(row, column.key) for column in SettlementRow.__table__.columns}
    return facts | {"is_open": row.is_open, "ways": row.ways, "order_id": attempt.order_id if attempt else None}
