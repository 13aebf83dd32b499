"""What staff do by hand: issue, amend, void. Each act is written down in the transaction of the act itself."""

import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

from sqlalchemy.orm import Session

from chassis.auth import Principal
from chassis.clock import now
from chassis.db import reading
from chassis.errors import FieldError
from chassis.outbox import publish
from services.einvoice.desk.acts import ISSUED, NOTED, VOID_REQUESTED, about, once, record
from services.einvoice.desk.rejections import rejected_for
from services.einvoice.desk.scope import voucher_for
from services.einvoice.documents import (
    CREDIT_NOTE,
    RESCHEDULING,
    Customer,
    Document,
    Instalment,
    Line,
    Particulars,
    check_customer,
)
from services.einvoice.errors import (
    CannotIssue,
    CertificateError,
    InvalidDocument,
    InvalidVoucher,
    NoSeries,
    NotAmendable,
)
from services.einvoice.issuing import Draft, cents_of, document_of, issue, tidy
from services.einvoice.keys import signing_key
from services.einvoice.models import SettledRejection, Voucher
from services.einvoice.models.series import NATIONAL_COUNCIL, following_number
from services.einvoice.notes import can_be_noted, credited_cents, issue_note, net_lines
from services.einvoice.voiding import request_void

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
    """A factura or boleta of today, in the council's series; with `replaces` it takes a rejected voucher's place.

    Raises InvalidVoucher, CannotIssue, RequestReused; VoucherNotFound and NotReplaceable about what it replaces.
    """

    def act(session: Session) -> Voucher:
        replaced = rejected_for(session, who, wish["replaces"]) if wish["replaces"] else None
        draft = _draft(who, wish, replaced)
        if replaced and draft.order_id:
            replaced.order_id = None
            session.flush()
        issued = issue(session, draft)
        publish(session, issued)
        voucher = session.get_one(Voucher, issued.voucher_id)
        before = {"replaces": replaced.printed_number} if replaced else None
        if replaced:
            session.add(SettledRejection(voucher_id=replaced.id, replacement_id=voucher.id, settled_at=now()))
        _write_down(session, who, ISSUED, wish, voucher, before=before, after=_facts(voucher))
        return voucher

    return _once(who, ISSUED, wish, act)


def check_by_hand(who: Principal, wish: dict[str, Any]) -> Document:
    """The voucher as it would be issued now; nothing is numbered, signed or stored. Raises InvalidVoucher,
    CannotIssue."""
    with _problems(), reading() as session:
        replaced = rejected_for(session, who, wish["replaces"], lock=False) if wish["replaces"] else None
        draft = _draft(who, wish, replaced)
        customer = tidy(draft.customer)
        check_customer(draft.voucher_type, customer)
        following = following_number(session, draft.voucher_type, draft.council)
        signing_key()
        return document_of(draft, customer, following)


def note_by_hand(who: Principal, voucher_id: str, wish: dict[str, Any]) -> Voucher:
    """A note on an accepted voucher of the own council. Raises what issuing does, VoucherNotFound, NotAmendable."""

    def act(session: Session) -> Voucher:
        original = voucher_for(session, who, voucher_id, lock=True)
        if not can_be_noted(original):
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
        voucher = voucher_for(session, who, voucher_id, lock=True)
        before = {"state": str(voucher.state)}
        request_void(session, voucher, wish["reason"])
        _write_down(session, who, VOID_REQUESTED, wish, voucher, before=before, after={"state": str(voucher.state)})
        return voucher

    return _once(who, VOID_REQUESTED, wish, act)


def _once(who: Principal, act: str, wish: dict[str, Any], work: Callable[[Session], Voucher]) -> Voucher:
    """The voucher of an act that is done once per request, with what hangs on it."""

    def do(session: Session) -> Voucher:
        voucher = work(session)
        session.flush()
        return _whole(voucher)

    with _problems():
        return once(who, act, wish["request_id"], do, lambda session, id: _whole(session.get_one(Voucher, id)))


def _whole(voucher: Voucher) -> Voucher:
    """Load what the answer shows, while the session is open."""
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


def _draft(who: Principal, wish: dict[str, Any], replaced: Voucher | None) -> Draft:
    """What is to be issued. In the place of a payment's voucher it becomes the payment's, whose refunds then find it,
    so it must come to what was paid."""
    draft = Draft(
        voucher_type=wish["voucher_type"],
        council=_council(who, wish["council"]),
        issued_at=now(),
        customer=Customer(**wish["customer"]),
        lines=_lines(wish),
        delivery_email=wish["delivery_email"],
        particulars=Particulars(instalments=_instalments(wish)),
    )
    if replaced is None or replaced.order_id is None:
        return draft
    if sum(line.price_cents for line in draft.lines) != replaced.total_cents:
        words = f"El total debe ser lo que se pagó: {replaced.total}."
        raise InvalidVoucher(errors=[FieldError("/lines/0/amount", words)])
    order = {name: getattr(replaced, name) for name in ("order_id", "order_number", "owner_cmp")}
    return replace(draft, **order)


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
    record(
        session,
        who,
        request_id=wish["request_id"],
        act=act,
        reason=wish["reason"],
        before=before,
        after=after,
        **about(voucher),
    )
