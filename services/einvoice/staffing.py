"""What staff do by hand: issue, amend, void. Each act is written down in the transaction of the act itself."""

import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from chassis.auth import Principal
from chassis.clock import now
from chassis.db import reading, transaction
from chassis.errors import FieldError
from chassis.outbox import publish
from services.einvoice.documents import CREDIT_NOTE, RESCHEDULING, Customer, Instalment, Line, Particulars
from services.einvoice.errors import (
    CannotIssue,
    CertificateError,
    InvalidDocument,
    InvalidVoucher,
    NoSeries,
    NotAmendable,
    RequestReused,
    VoucherNotFound,
)
from services.einvoice.issuing import Draft, cents_of, issue
from services.einvoice.models import StaffAct, Voucher
from services.einvoice.models.series import NATIONAL_COUNCIL
from services.einvoice.notes import credited_cents, issue_note, net_lines
from services.einvoice.voiding import request_void

ISSUED, NOTED, VOID_REQUESTED = "voucher.issued", "note.issued", "voucher.void_requested"

WORDS = {
    "2800": "Una factura necesita el RUC del cliente.",
    "2017": "El RUC del cliente no es válido.",
    "2022": "El nombre del cliente necesita al menos 3 caracteres.",
    "2172": "El motivo no corresponde a este tipo de nota.",
    "2514": "Sobre S/ 700 la boleta debe identificar al cliente.",
    "3128": "Solo una factura se paga en cuotas.",
    "3257": "Las cuotas nuevas solo corresponden a una factura, con el motivo 13.",
    "3265": "Las cuotas suman más que el total del comprobante.",
    "3267": "Cada cuota debe vencer después de la fecha de emisión.",
    "4367": "Ese motivo no corresponde a una boleta.",
}
"""What to put right, by SUNAT's code."""


def issue_by_hand(who: Principal, wish: dict[str, Any]) -> Voucher:
    """A factura or boleta of today, in the council's series. Raises InvalidVoucher, CannotIssue, RequestReused."""

    def act(session: Session) -> Voucher:
        draft = Draft(
            voucher_type=wish["voucher_type"],
            council=_council(who, wish["council"]),
            issued_at=now(),
            customer=Customer(**wish["customer"]),
            lines=_lines(wish),
            delivery_email=wish["delivery_email"],
            particulars=Particulars(instalments=_instalments(wish)),
        )
        issued = issue(session, draft)
        publish(session, issued)
        voucher = session.get_one(Voucher, issued.voucher_id)
        _write_down(session, who, ISSUED, wish, voucher, after=_facts(voucher))
        return voucher

    return _once(who, ISSUED, wish, act)


def note_by_hand(who: Principal, voucher_id: str, wish: dict[str, Any]) -> Voucher:
    """A note on an accepted voucher of the own council. Raises what issuing does, VoucherNotFound, NotAmendable."""

    def act(session: Session) -> Voucher:
        original = _found(session, who, voucher_id)
        if not original.can_be_amended or original.voucher_type not in ("01", "03"):
            raise NotAmendable
        lines = _note_lines(session, original, wish)
        amends = original.amendment(wish["reason_code"], wish["reason"])
        issued = issue_note(
            session,
            original,
            voucher_type=wish["voucher_type"],
            particulars=Particulars(amends=amends, instalments=_instalments(wish)),
            lines=lines,
            delivery_email=wish["delivery_email"],
        )
        publish(session, issued)
        note = session.get_one(Voucher, issued.voucher_id)
        before = {"amended_id": original.id, "amended_number": original.printed_number}
        _write_down(session, who, NOTED, wish, note, before=before, after=_facts(note))
        return note

    return _once(who, NOTED, wish, act)


def void_by_hand(who: Principal, voucher_id: str, wish: dict[str, Any]) -> Voucher:
    """Ask SUNAT to void a voucher of the own council. Raises VoucherNotFound, NotVoidable, RequestReused."""

    def act(session: Session) -> Voucher:
        voucher = _found(session, who, voucher_id)
        before = {"state": str(voucher.state)}
        request_void(session, voucher, wish["reason"])
        _write_down(session, who, VOID_REQUESTED, wish, voucher, before=before, after={"state": str(voucher.state)})
        return voucher

    return _once(who, VOID_REQUESTED, wish, act)


def _once(who: Principal, act: str, wish: dict[str, Any], work: Callable[[Session], Voucher]) -> Voucher:
    """Do it, or give what the same request did before: a form sent twice, also at the same moment, acts once."""
    done = _done(who, act, wish)
    if done is not None:
        return done
    try:
        with _problems(), transaction() as session:
            voucher = work(session)
            session.flush()
            _ = voucher.lines, voucher.files
            return voucher
    except IntegrityError:
        done = _done(who, act, wish)
        if done is None:
            raise
        return done


def _done(who: Principal, act: str, wish: dict[str, Any]) -> Voucher | None:
    with reading() as session:
        found = session.scalar(select(StaffAct).where(StaffAct.request_id == str(wish["request_id"])))
        if found is None:
            return None
        if (found.actor_id, found.act) != (who.subject, act):
            raise RequestReused
        voucher = session.get_one(Voucher, found.voucher_id)
        _ = voucher.lines, voucher.files
        return voucher


@contextmanager
def _problems() -> Iterator[None]:
    """Errors of the trade as problems that say what to do."""
    try:
        yield
    except InvalidDocument as error:
        codes = re.findall(r"\d{4}", str(error))
        words = next((WORDS[code] for code in codes if code in WORDS), None)
        raise InvalidVoucher(words, sunat_code=codes[0] if codes else None) from error
    except (NoSeries, CertificateError) as error:
        raise CannotIssue from error


def _found(session: Session, who: Principal, voucher_id: str) -> Voucher:
    """A voucher within the scope of the person's council, locked; another council's is not found."""
    query = select(Voucher).where(Voucher.id == voucher_id)
    if who.council is not None:
        query = query.where(Voucher.council == who.council)
    voucher = session.scalar(query.with_for_update())
    if voucher is None:
        raise VoucherNotFound
    return voucher


def _council(who: Principal, wanted: str | None) -> str:
    """Staff of a council issue in its series; national staff say for which, or in the national series."""
    if who.council is not None and wanted not in (None, who.council):
        raise InvalidVoucher(errors=[FieldError("/council", "Solo puede emitir por su propio consejo.")])
    return who.council or wanted or NATIONAL_COUNCIL


def _lines(wish: dict[str, Any]) -> Sequence[Line]:
    return [
        Line.priced(
            description=line["description"],
            price_cents=cents_of(line["amount"]),
            tax_code=line["tax_code"],
            quantity=line["quantity"],
        )
        for line in wish["lines"]
    ]


def _instalments(wish: dict[str, Any]) -> tuple[Instalment, ...]:
    return tuple(
        Instalment(amount_cents=cents_of(each["amount"]), due_date=each["due_date"]) for each in wish["instalments"]
    )


def _note_lines(session: Session, original: Voucher, wish: dict[str, Any]) -> Sequence[Line]:
    """The lines asked for, or all of the original's; a credit note gives back no more than is left (3286)."""
    lines = _lines(wish) or net_lines(original)
    if wish["voucher_type"] != CREDIT_NOTE:
        return lines
    if wish["reason_code"] == RESCHEDULING:
        return [replace(line, value_cents=0, tax_cents=0) for line in net_lines(original)]
    left = original.total_cents - credited_cents(session, original.id)
    if sum(line.price_cents for line in lines) > left:
        words = f"La nota supera lo que queda del comprobante: {left // 100}.{left % 100:02d}."
        raise InvalidVoucher(errors=[FieldError("/lines", words)])
    return lines


def _facts(voucher: Voucher) -> dict[str, Any]:
    """What the act made: no personal data, but whether a delivery e-mail was given (VOC-7)."""
    return {
        "number": voucher.printed_number,
        "voucher_type": voucher.voucher_type,
        "total": str(voucher.total),
        "currency": voucher.currency,
        "delivery_email": "given" if voucher.delivery_email else "absent",
    }


def _write_down(
    session: Session,
    who: Principal,
    act: str,
    wish: dict[str, Any],
    voucher: Voucher,
    *,
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
) -> None:
    session.add(
        StaffAct(
            at=now(),
            actor_id=who.subject,
            actor_name=who.name,
            actor_council=who.council,
            act=act,
            voucher_id=voucher.id,
            request_id=str(wish["request_id"]),
            reason=wish["reason"],
            before=before,
            after=after,
        )
    )
