"""The voucher: what it says, where it stands, and the files that prove it."""

import uuid
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import msgspec
from sqlalchemy import BigInteger, Index, String, Text, UniqueConstraint, select, text
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from chassis.clock import LIMA, now
from chassis.events import FileRef
from contracts.einvoice import VoucherAccepted, VoucherIssued, VoucherMailRequested, VoucherRejected, VoucherVoided
from services.einvoice.documents import Amendment, Customer, Document, Issuer, Particulars, Recorded, printed_number
from services.einvoice.errors import IllegalTransition
from services.einvoice.models.filing import Submission
from services.einvoice.models.states import AMENDABLE, EDGES, FINAL, HELD_BY_SUNAT, OPEN, VoucherState
from services.einvoice.models.tables import Base
from services.einvoice.models.voucher_parts import VoucherFile, VoucherLine, VoucherTransition

PDF, XML, CDR = "pdf", "xml", "cdr"
PDF_VOIDED, VOID_CDR = "pdf_voided", "void_cdr"
"""The PDF stamped ANULADO, and SUNAT's receipt of the RA or RC that voided it."""


class Voucher(Base):
    """One numbered voucher. Its signed bytes never change; only what SUNAT thinks of them does."""

    __tablename__ = "voucher"
    __table_args__ = (
        UniqueConstraint("voucher_type", "series", "number"),
        Index(
            "ix_voucher_customer",
            "customer_document_number",
            "customer_document_type",
            "issued_at",
            "id",
            postgresql_include=["state"],
        ),
        Index("ix_voucher_issued_at", "issued_at", "id"),
        Index("ix_voucher_type", "voucher_type", "issued_at", "id"),
        Index("ix_voucher_series", "series", "issued_at", "id"),
        Index("ix_voucher_council", "council", "issued_at", "id"),
        Index("ix_voucher_total", "total_cents", "issued_at", "id"),
        Index("ix_voucher_number", "number"),
        Index("ix_voucher_state", "state", "issued_at"),
        Index("ix_voucher_amended_id", "amended_id"),
        Index(
            "ix_voucher_next_attempt_at",
            "next_attempt_at",
            postgresql_where=text("next_attempt_at IS NOT NULL"),
            sqlite_where=text("next_attempt_at IS NOT NULL"),
        ),
        Index(
            "ix_voucher_pdf_next_attempt_at",
            "pdf_next_attempt_at",
            postgresql_where=text("pdf_next_attempt_at IS NOT NULL"),
            sqlite_where=text("pdf_next_attempt_at IS NOT NULL"),
        ),
    )

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    voucher_type: Mapped[str] = mapped_column(String(2))
    series: Mapped[str] = mapped_column(String(4))
    number: Mapped[int]
    file_name: Mapped[str] = mapped_column(String(40), unique=True)
    operation: Mapped[str] = mapped_column(String(4))
    issued_at: Mapped[datetime]
    issue_date: Mapped[date]
    council: Mapped[str] = mapped_column(String(2))
    issuer: Mapped[dict[str, Any]]
    customer_document_type: Mapped[str] = mapped_column(String(1))
    customer_document_number: Mapped[str] = mapped_column(String(15))
    customer_name: Mapped[str] = mapped_column(Text)
    customer_address: Mapped[str | None] = mapped_column(Text)
    search_name: Mapped[str] = mapped_column(Text)
    currency: Mapped[str] = mapped_column(String(3))
    value_cents: Mapped[int] = mapped_column(BigInteger)
    tax_cents: Mapped[int] = mapped_column(BigInteger)
    total_cents: Mapped[int] = mapped_column(BigInteger)
    digest: Mapped[str] = mapped_column(String(88))
    amended_type: Mapped[str | None] = mapped_column(String(2))
    """For notes: the type of the voucher they amend, which decides where they are shown (VOU-3)."""
    amended_id: Mapped[str | None] = mapped_column(String(36))
    """For notes: the voucher of ours that they amend; no foreign key, as imported ones may lack theirs."""
    particulars: Mapped[dict[str, Any]] = mapped_column(default=dict)
    """The optional parts it was signed with, as `Particulars`."""
    order_id: Mapped[str | None] = mapped_column(String(36), unique=True)
    order_number: Mapped[str | None] = mapped_column(String(20))
    owner_cmp: Mapped[str | None] = mapped_column(String(6))
    delivery_email: Mapped[str | None] = mapped_column(Text)
    traceparent: Mapped[str | None] = mapped_column(String(60))
    imported_at: Mapped[datetime | None]
    """For vouchers of earlier years, issued elsewhere; they keep to what their XML says."""

    state: Mapped[VoucherState] = mapped_column(String(14))
    sunat_code: Mapped[str] = mapped_column(String(8), default="")
    sunat_text: Mapped[str] = mapped_column(Text, default="")
    observations: Mapped[list[Any]] = mapped_column(default=list)
    submission_id: Mapped[str | None] = mapped_column(String(36))
    """The submission under way or last made: only its answer may change the state, unless a receipt speaks."""
    attempts: Mapped[int] = mapped_column(default=0)
    in_doubt: Mapped[bool] = mapped_column(default=False)
    """An earlier answer was lost, so "already registered" means ours."""
    next_attempt_at: Mapped[datetime | None]
    accepted_at: Mapped[datetime | None]
    announced_at: Mapped[datetime | None]
    void_reason: Mapped[str | None] = mapped_column(Text)
    voided_by: Mapped[str | None] = mapped_column(String(20))
    """The RA or RC that told SUNAT: `RA-20261120-1`."""
    voided_at: Mapped[datetime | None]
    pdf_next_attempt_at: Mapped[datetime | None]
    pdf_attempts: Mapped[int] = mapped_column(default=0)

    lines: Mapped[list[VoucherLine]] = relationship(order_by="VoucherLine.position", cascade="all, delete-orphan")
    files: Mapped[list[VoucherFile]] = relationship(lazy="selectin", cascade="all, delete-orphan")
    transitions: Mapped[list[VoucherTransition]] = relationship(order_by="VoucherTransition.id")

    @classmethod
    def numbered(cls, document: Document, **facts: Any) -> "Voucher":
        """A voucher that has its number; `facts` are council, order, owner, delivery e-mail, search name."""
        return cls(
            id=str(uuid.uuid4()),
            state=VoucherState.NUMBERED,
            voucher_type=document.type,
            series=document.series,
            number=document.number,
            file_name=document.file_name,
            operation=document.operation,
            issued_at=document.issued_at,
            issue_date=document.issued_at.date(),
            issuer=vars(document.issuer),
            customer_document_type=document.customer.document_type,
            customer_document_number=document.customer.document_number,
            customer_name=document.customer.name,
            customer_address=document.customer.address,
            currency=document.currency,
            value_cents=document.value_cents,
            tax_cents=document.tax_cents,
            total_cents=document.total_cents,
            amended_type=document.sale_type if document.is_note else None,
            particulars=_told(document.particulars),
            lines=[VoucherLine.of(position, line) for position, line in enumerate(document.lines, start=1)],
            **facts,
        )

    def document(self) -> Document:
        """What the voucher says, as it was signed."""
        facts: dict[str, Any] = {
            "type": self.voucher_type,
            "series": self.series,
            "number": self.number,
            "issued_at": self.issued_at.astimezone(LIMA),
            "issuer": Issuer(**self.issuer),
            "customer": Customer(
                document_type=self.customer_document_type,
                document_number=self.customer_document_number,
                name=self.customer_name,
                address=self.customer_address,
            ),
            "lines": [line.line() for line in self.lines],
            "currency": self.currency,
            "operation": self.operation,
            "particulars": msgspec.convert(self.particulars or {}, Particulars),
        }
        if self.imported_at is None:
            return Document(**facts)
        totals = {name: getattr(self, name) for name in ("value_cents", "tax_cents", "total_cents")}
        return Recorded(**facts, **totals, sale_type=self.amended_type or self.voucher_type)

    def amendment(self, reason_code: str, reason: str) -> Amendment:
        """This voucher as what a note changes."""
        return Amendment(
            voucher_type=self.voucher_type, number=self.printed_number, reason_code=reason_code, reason=reason
        )

    @property
    def printed_number(self) -> str:
        """`BCN7-00005170` (VOU-8)."""
        return printed_number(self.series, self.number)

    @property
    def total(self) -> Decimal:
        """The total in currency units."""
        return Decimal(self.total_cents).scaleb(-2)

    def file(self, kind: str) -> FileRef | None:
        """The stored file of a kind: pdf, xml, cdr, pdf_voided, void_cdr."""
        return next((stored.reference for stored in self.files if stored.kind == kind), None)

    def keep_file(self, kind: str, reference: FileRef) -> None:
        """Remember a stored file; the first one of a kind stays."""
        if self.file(kind) is None:
            self.files.append(VoucherFile.of(kind, reference))

    @property
    def printed(self) -> FileRef | None:
        """The PDF to hand out: once the voucher is void, only the one that says ANULADO."""
        return self.file(PDF_VOIDED if self.state == VoucherState.VOIDED else PDF)

    # ------------------------------------------------------------------ issuing

    def sign(self, xml: FileRef, digest: str) -> None:
        """The signed bytes are stored: from here on the number always means these bytes."""
        self._move(VoucherState.SIGNED)
        self.digest = digest
        self.keep_file(XML, xml)

    def enqueue(self) -> VoucherIssued:
        """Let the jobs file it and render it."""
        self._must_be(VoucherState.SIGNED)
        self._move(VoucherState.QUEUED)
        self.next_attempt_at = self.pdf_next_attempt_at = now()
        return VoucherIssued(**self._facts(), **self._customer(), order_id=self.order_id, council=self.council)

    # ------------------------------------------------------------------ filing

    def start(self, operation: str, lease: timedelta) -> Submission:
        """Begin a conversation with SUNAT: the row that says so is written before the call is made."""
        if self.state == VoucherState.SENDING:
            self.lose_answer("the last attempt ended without an answer", retry_at=None)
        self._move(VoucherState.SENDING)
        self.attempts += 1
        self.next_attempt_at = now() + lease
        submission = Submission.of(self.id, operation, self.file_name, self.file(XML))
        self.submission_id = submission.id
        return submission

    def accept(self, cdr: FileRef, *, code: str, text: str, observations: tuple[str, ...]) -> VoucherAccepted | None:
        """SUNAT has it. Returns the event unless the PDF is still to come."""
        self._settle(VoucherState.OBSERVED if observations else VoucherState.ACCEPTED, code, text)
        self.observations = list(observations)
        self.accepted_at = now()
        self.keep_file(CDR, cdr)
        return self.announce()

    def reject(self, *, code: str, text: str, cdr: FileRef | None) -> VoucherRejected:
        """SUNAT refused it for good; the number is spent and staff must issue another."""
        self._settle(VoucherState.REJECTED, code, text)
        if cdr is not None:
            self.keep_file(CDR, cdr)
        facts = {"voucher_id": self.id, "number": self.printed_number, "voucher_type": self.voucher_type}
        return VoucherRejected(**facts, code=code, reason=text, order_id=self.order_id)

    def stop(self, *, code: str, text: str) -> None:
        """SUNAT did not process it and more of the same would not help: a person must look."""
        self._settle(VoucherState.EXCEPTION, code, text)

    def lose_answer(self, text: str, *, retry_at: datetime | None, code: str = "") -> None:
        """Nobody knows whether SUNAT has it; ask again at `retry_at`."""
        self._settle(VoucherState.UNKNOWN, code, text, retry_at)
        self.in_doubt = True

    def put_off(self, *, code: str, text: str, retry_at: datetime, reached: bool = False) -> None:
        """The same bytes again, later. `reached`: this attempt may have been registered all the same."""
        self._must_be(VoucherState.SENDING)
        self._settle(VoucherState.QUEUED, code, text, retry_at)
        self.in_doubt = self.in_doubt or reached

    def requeue(self, reason: str) -> None:
        """A person has removed the cause: the same number with the same bytes again."""
        self._must_be(VoucherState.EXCEPTION)
        self._move(VoucherState.QUEUED, reason)
        self.next_attempt_at = now()

    # ------------------------------------------------------------------ summaries and voids

    def await_summary(self) -> None:
        """SUNAT is told of it by RC, not by itself: the filing job leaves it alone."""
        self._must_be(VoucherState.QUEUED)
        self.next_attempt_at = None

    def stand_in_summary(self, file_name: str) -> None:
        """It has gone into an RC, whose receipt will judge it."""
        self._move(VoucherState.SENDING, file_name)
        self.attempts += 1

    def leave_summary(self, reason: str) -> None:
        """The RC settled nothing about it; it waits for the next one."""
        self._move(VoucherState.QUEUED, reason)

    def request_void(self, reason: str) -> None:
        """Staff want it void: SUNAT is to be told."""
        self._move(VoucherState.VOID_REQUESTED, reason)
        self.void_reason = reason

    def void(self, summary: str, cdr: FileRef) -> VoucherVoided:
        """SUNAT has taken note. XML and CDR stay; from now on it is printed with ANULADO."""
        self._move(VoucherState.VOIDED, summary)
        self.voided_by, self.voided_at = summary, now()
        self.keep_file(VOID_CDR, cdr)
        self.pdf_next_attempt_at = now()
        return VoucherVoided(
            voucher_id=self.id,
            number=self.printed_number,
            voucher_type=self.voucher_type,
            reason=self.void_reason or "",
            voided_at=self.voided_at,
            order_id=self.order_id,
        )

    def keep_valid(self, reason: str) -> None:
        """SUNAT did not void it: it stands as before, and staff may try again."""
        self._move(VoucherState.VOID_REJECTED, reason)

    # ------------------------------------------------------------------ printing

    def keep_pdf(self, pdf: FileRef) -> VoucherAccepted | None:
        """The printed representation is stored, once. Returns the event when SUNAT has accepted already."""
        self.keep_file(PDF, pdf)
        self.pdf_next_attempt_at = now() if self.state == VoucherState.VOIDED else None
        return self.announce()

    def keep_voided_pdf(self, pdf: FileRef) -> None:
        """The PDF stamped ANULADO is stored, beside the one without."""
        self.keep_file(PDF_VOIDED, pdf)
        self.pdf_next_attempt_at = None

    def announce(self) -> VoucherAccepted | None:
        """The event that a voucher is accepted and complete, the first time that is so."""
        pdf, xml, cdr = self.file(PDF), self.file(XML), self.file(CDR)
        if self.announced_at or self.accepted_at is None or not (pdf and xml and cdr):
            return None
        self.announced_at = now()
        return VoucherAccepted(
            **self._facts(),
            **self._customer(),
            accepted_at=self.accepted_at,
            observations=tuple(self.observations),
            pdf=pdf,
            xml=xml,
            cdr=cdr,
            delivery_email=self.delivery_email,
            order_id=self.order_id,
            order_number=self.order_number,
        )

    def request_mail(self, account_id: str, *kinds: str) -> VoucherMailRequested:
        """The owner wants it by mail: which files go along depends on the option (VOU-10, VOC-5)."""
        found = [self.printed if kind == PDF else self.file(kind) for kind in kinds]
        return VoucherMailRequested(
            **self._facts(),
            customer_name=self.customer_name,
            account_id=account_id,
            attachments=tuple(reference for reference in found if reference),
        )

    @property
    def is_open(self) -> bool:
        """Whether the filing job still works on it."""
        return self.state in OPEN

    @property
    def is_final(self) -> bool:
        """Whether SUNAT has spoken."""
        return self.state in FINAL

    @property
    def is_accepted(self) -> bool:
        """Whether SUNAT holds it as good."""
        return self.state in HELD_BY_SUNAT

    @property
    def can_be_amended(self) -> bool:
        """Whether a note may refer to it: accepted, not void and not about to be (2119, 2120)."""
        return self.state in AMENDABLE

    def _facts(self) -> dict[str, Any]:
        return {
            "voucher_id": self.id,
            "number": self.printed_number,
            "voucher_type": self.voucher_type,
            "issue_date": self.issue_date,
            "total": self.total,
            "currency": self.currency,
        }

    def _customer(self) -> dict[str, Any]:
        return {
            "customer_document_type": self.customer_document_type,
            "customer_document_number": self.customer_document_number,
            "customer_name": self.customer_name,
        }

    def _must_be(self, state: VoucherState) -> None:
        """Three steps lead to QUEUED, each from a place of its own."""
        if self.state != state:
            raise IllegalTransition(f"voucher {self.id}: {self.state}, not {state}")

    def _settle(self, state: VoucherState, code: str, text: str, retry_at: datetime | None = None) -> None:
        self._move(state, f"{code} {text}".strip())
        self.sunat_code, self.sunat_text, self.next_attempt_at = code, text, retry_at

    def _move(self, state: VoucherState, reason: str = "") -> None:
        """Along an allowed edge only; from QUEUED on each step leaves a row."""
        if state not in EDGES[self.state]:
            raise IllegalTransition(f"voucher {self.id}: {self.state} -> {state}")
        if state not in (VoucherState.NUMBERED, VoucherState.SIGNED):
            self.transitions.append(
                VoucherTransition(from_state=self.state, to_state=state, at=now(), reason=reason[:500])
            )
        self.state = state


def voucher_for_order(session: Session, order_id: str) -> Voucher | None:
    """The one voucher of a payment, if it has been issued."""
    return session.scalar(select(Voucher).where(Voucher.order_id == order_id))


def _told(particulars: Particulars) -> dict[str, Any]:
    """As JSON, without what is empty."""
    return {name: value for name, value in msgspec.to_builtins(particulars).items() if value}
