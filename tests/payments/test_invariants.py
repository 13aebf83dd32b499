"""Orders, attempts, lost answers, crashes, duplicates, refunds and settlement in any order: what must always hold.

The invariants are those of payments.md section 5. Hypothesis draws the order of events; the draw is the same in every
run. At the end of each story everything doubtful is given time to settle, and the acquirer's books are held beside ours.
"""

import dataclasses
import shutil
from collections import Counter, defaultdict
from collections.abc import Callable
from contextlib import nullcontext, suppress
from decimal import Decimal
from pathlib import Path
from typing import Any, ClassVar
from unittest import mock

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import func, make_url, select

from chassis.auth import Keys
from chassis.clock import ManualClock
from chassis.outbox import OutboxRow
from chassis.testing import MORNING, ServiceUnderTest, jwks
from contracts.payments import ChargeReturned, PaymentCaptured, PaymentRefunded
from services.payments import checkout, jobs
from services.payments.app import create_app
from services.payments.models import (
    Attempt,
    AttemptEvent,
    Due,
    GatewayMessage,
    LedgerEntry,
    Order,
    Refund,
    Reservation,
    SettlementRow,
)
from services.payments.refunds import sending
from services.payments.settings import Settings
from services.payments.settlement.importing import import_file
from services.payments.settlement.states import Match
from services.payments.states import LIVE_ORDERS, AttemptState, DueState, Happening, OrderState, RefundState
from tests.payments.desk import ANA, APPROVED, BETO, NO_COMMUNICATION, NO_FUNDS, Acquirer, Desk, Socket

STORIES, STEPS = 14, 25
"""Hypothesis spends about half of the first ten stories on its simplest draws, where hardly anything happens."""
AFTERWARDS = 3
"""Steps of the one short story that each chapter has to itself."""
PERIODS = [f"{year}{month:02d}" for year in (2024, 2025, 2026) for month in range(1, 13)]
CARDS = st.sampled_from([APPROVED, APPROVED, APPROVED, NO_FUNDS, NO_COMMUNICATION])
ON_CHARGE = st.sampled_from(
    ["", "", "", "charge_then_drop", "charge_then_500", "unreadable", "error_500", "amount_differs"]
)
ON_RETURN = st.sampled_from(["", "", "charge_then_drop", "charge_then_500", "unreadable", "error_500", "decline"])
SUBMITTED_AGAIN, FILE_AGAIN = "a form that came back again", "a file with rows taken in before"
MUST_HAPPEN = {
    Happening.APPROVED: 18, Happening.APPROVED_TOO_LATE: 2, Happening.DECLINED: 2, Happening.DUES_CHANGED: 2,
    Happening.DOUBTED: 4, SUBMITTED_AGAIN: 5,
    Happening.VOIDED: 4, Happening.RETURNED: 2, Happening.PARTLY_RETURNED: 2, RefundState.SETTLED: 3,
    Match.MATCHED: 12, FILE_AGAIN: 5,
}  # fmt: skip
"""How often at least the stories must have met what, or they prove nothing; the draw is the same in every run."""
JOBS = (
    jobs.settle_unknown_attempts,
    jobs.doubt_stuck_authorizations,
    jobs.expire_forms,
    jobs.expire_orders,
    jobs.send_refunds,
    jobs.settle_doubtful_refunds,
)
AWAITED = {AttemptState.AUTHORIZING, AttemptState.UNKNOWN}
HOLDING_MONEY = {AttemptState.PAID, AttemptState.PAID_NOT_APPLIED, AttemptState.INTEGRITY}
GAVE_BACK = {RefundState.RETURNED, RefundState.SETTLED}


class Story(RuleBasedStateMachine):
    """One physician, two treasurers, an acquirer that fails, and a clock."""

    make_desk: Callable[[], Desk]
    chapter: str | None
    """How the story begins; None: drawn."""
    met: ClassVar[Counter[str]] = Counter()
    """What happened in all stories together, and how often."""

    def __init__(self) -> None:
        super().__init__()
        self.desk = type(self).make_desk()
        self.forms: list[tuple[Any, Any, str]] = []
        self.submitted: set[str] = set()
        self.elsewhere: set[str] = set()

    @initialize(pick=st.integers(0, 5))
    def begin(self, pick: int) -> None:
        """Rosa has paid two months and owes two more."""
        self.desk.welcome()
        self.desk.publish_terms()
        self.owed = iter(PERIODS[PERIODS.index("202401") :])
        for cents in (6000, 8550, 6000, 6000):
            self.assess(cents=cents)
        self.pay(count=2, card=APPROVED, behaviour="")
        CHAPTERS[self.chapter or list(CHAPTERS)[pick]](self)

    # --- what happens -----------------------------------------------------------------------------------------

    @rule(cents=st.sampled_from([6000, 8550]))
    def assess(self, cents: int) -> None:
        """Another month is owed."""
        with suppress(StopIteration):
            self.desk.owe(next(self.owed), cents=cents)

    @rule(count=st.integers(1, 3))
    def place(self, count: int) -> None:
        """Rosa orders the oldest so many; a second tab is refused."""
        items = self.desk.pending()["items"][:count]
        if items:
            self.desk.post_order(self.desk.request_for([item["id"] for item in items]))

    @rule(count=st.integers(1, 2), card=CARDS, behaviour=ON_CHARGE)
    def pay(self, count: int, card: str, behaviour: str) -> None:
        """Rosa orders and pays in one go; the acquirer may fail."""
        items = self.desk.pending()["items"][:count]
        answer = self.desk.post_order(self.desk.request_for([item["id"] for item in items])) if items else None
        if answer is not None and answer.status == 201:
            form = self.desk.open_form(answer.body)
            token = self.desk.fill(form, card)
            if behaviour:
                self.desk.acquirer.next(behaviour)
            self.desk.submit(answer.body, form, token)
            self._forget_switches()

    @rule(pick=st.integers(0, 3), card=CARDS)
    def open_form(self, pick: int, card: str) -> None:
        """A card form is opened for one of the last orders, and filled."""
        if orders := self._orders(OrderState.READY)[-4:]:
            order = {"id": orders[pick % len(orders)].id}
            answer = self.desk.ask("POST", f"/v1/orders/{order['id']}/attempts")
            if answer.status == 201:
                self.forms.append((order, answer.body, self.desk.fill(answer.body, card)))

    @precondition(lambda self: self.forms)
    @rule(
        pick=st.integers(0, 3),
        behaviour=ON_CHARGE,
        clicks=st.integers(1, 2),
        crash=st.sampled_from([False] * 5 + [True]),
    )
    def submit(self, pick: int, behaviour: str, clicks: int, crash: bool) -> None:
        """One of the last forms comes back, perhaps twice, perhaps again; the process may die after the charge."""
        order, form, token = self.forms[-1 - pick % min(4, len(self.forms))]
        self.met[SUBMITTED_AGAIN] += clicks > 1 or token in self.submitted
        self.submitted.add(token)
        if behaviour:
            self.desk.acquirer.next(behaviour)
        with mock.patch.object(checkout, "settle", _die) if crash else nullcontext(), suppress(SystemExit):
            for _ in range(clicks):
                self.desk.submit(order, form, token)
        self._forget_switches()

    @rule(pick=st.integers(0, 3))
    def cancel(self, pick: int) -> None:
        """Rosa gives an order up, if she may."""
        if orders := self._orders(*LIVE_ORDERS):
            self.desk.ask("POST", f"/v1/orders/{orders[pick % len(orders)].id}/cancellation")

    @rule()
    def pay_at_the_bank(self) -> None:
        """The oldest due is paid elsewhere, whoever holds it."""
        items = self.desk.pending()["items"]
        if items and not self._refunds(RefundState.SENT, RefundState.UNKNOWN):
            self.elsewhere.add(items[0]["id"])
            self.desk.pay_elsewhere(items[0]["id"])

    @rule(pick=st.integers(0, 5), count=st.integers(0, 2))
    def ask_refund(self, pick: int, count: int) -> None:
        """Ana asks for some dues, or all, of a charged order."""
        wanted = (OrderState.PAID, OrderState.PARTLY_REFUNDED, OrderState.PAID_NOT_APPLIED, OrderState.PAYING)
        if orders := self._orders(*wanted):
            order = orders[-1 - pick % len(orders)]
            due_ids = [str(line.due_id) for line in order.lines][-count:] if count else []
            self.desk.treasury("POST", f"orders/{order.id}/refunds", ANA, due_ids=due_ids, reason="lo pidió")

    @rule(approve=st.sampled_from([True, True, True, False]))
    def decide_refund(self, approve: bool) -> None:
        """Beto approves or rejects what waits; what the acquirer refused is told again."""
        for refund in self._refunds(RefundState.REQUESTED):
            act, body = ("approval", {}) if approve else ("rejection", {"reason": "no corresponde"})
            self.desk.treasury("POST", f"refunds/{refund.id}/{act}", BETO, **body)
        for refund in self._refunds(RefundState.REFUSED):
            act = "retry" if approve else "rejection"
            self.desk.treasury("POST", f"refunds/{refund.id}/{act}", BETO, reason="otra vez")

    @rule(behaviour=ON_RETURN, crash=st.sampled_from([False] * 4 + [True]))
    def send_refund(self, behaviour: str, crash: bool) -> None:
        """The job tells the acquirer, which may fail; the process may die after the call."""
        for on in ("void", "refund", "reverse") if behaviour else ():
            self.desk.acquirer.next(behaviour, on=on, code="999")
        with mock.patch.object(sending, "settle_refund", _die) if crash else nullcontext(), suppress(SystemExit):
            self.desk.send_refunds()
        self._forget_switches()

    @rule(count=st.integers(0, 1), behaviour=ON_RETURN)
    def refund(self, count: int, behaviour: str) -> None:
        """Asked for, approved and sent in one go."""
        self.ask_refund(0, count)
        self.decide_refund(True)
        self.send_refund(behaviour, False)

    @rule()
    def ask_now(self) -> None:
        """Ana asks the acquirer about every charge in doubt and every alarm."""
        for attempt in self.desk.attempts():
            if attempt.state in (AttemptState.UNKNOWN, AttemptState.INTEGRITY):
                self.desk.treasury("POST", f"attempts/{attempt.id}/query", ANA)

    @rule()
    def apply_charge(self) -> None:
        """A charge without a use pays the oldest dues of its sum, if there are such."""
        for order in self._orders(OrderState.PAID_NOT_APPLIED):
            due_ids, total = [], 0
            for item in self.desk.pending()["items"]:
                if total < order.total_cents:
                    due_ids.append(item["id"])
                    total += int(Decimal(item["amount"]) * 100)
            if due_ids:
                body = {"due_ids": due_ids, "reason": "lo pidió por carta"}
                self.desk.treasury("POST", f"orders/{order.id}/application", ANA, **body)

    @rule(seconds=st.sampled_from([10, 61, 600, 1600, 3700, 86_400, 3 * 86_400]))
    def wait(self, seconds: int) -> None:
        """Time passes, and the jobs run."""
        self.desk.service.clock.advance(seconds=seconds)
        self._run_jobs()

    @rule()
    def settle_files(self) -> None:
        """The acquirer's file of all days is taken in; what was taken in before changes nothing."""
        file = self.desk.acquirer.control.get("/_control/settlement.csv").get_data()
        with self.desk.service.transaction() as session:
            taken, new = import_file(session, file, "liquidacion.csv")
            self.met[FILE_AGAIN] += taken.repeated > 0 or (taken.rows > 0 and not new)

    # --- what must hold ---------------------------------------------------------------------------------------

    @invariant()
    def everything_holds(self) -> None:
        """All of section 5, on one look at the tables."""
        books = look(self.desk.service)
        an_order_is_the_sum_of_its_lines_and_of_its_charge(books)
        an_order_has_one_charge_at_most(books)
        a_paid_due_has_one_paid_line(books, self.elsewhere)
        nothing_is_paid_over_an_older_debt(books)
        a_due_is_held_by_one_live_order(books)
        the_books_balance(books)
        every_payment_and_every_return_is_told_once(books)
        nothing_is_asked_for_twice(books)

    def teardown(self) -> None:
        """Give everything doubtful time to settle, then hold the acquirer's books beside ours."""
        self._forget_switches()
        for _ in range(12):
            self.desk.service.clock.advance(hours=1)
            self._run_jobs()
        self.settle_files()
        self.everything_holds()
        self.met.update(edge.split()[1] for edge in self.desk.history())
        self.met.update(refund.state.value for refund in self.desk.refunds())
        self.met.update(row.match.value for row in self._settled())
        doubtful = [attempt.state for attempt in self.desk.attempts() if attempt.state in AWAITED]
        assert not doubtful
        assert not self._refunds(RefundState.SENT, RefundState.UNKNOWN)
        ours = {str(attempt.purchase_number): self._held(attempt) for attempt in self.desk.attempts()}
        theirs = {charge["purchaseNumber"]: _kept(charge) for charge in self.desk.acquirer.charges()}
        assert {number: cents for number, cents in ours.items() if cents} == {
            number: cents for number, cents in theirs.items() if cents
        }

    # --- the rest ---------------------------------------------------------------------------------------------

    def _held(self, attempt: Attempt) -> int:
        """The cents of a charge that have not gone back, as we see it."""
        gone = sum(r.amount_cents for r in self.desk.refunds() if r.attempt_id == attempt.id and r.state in GAVE_BACK)
        return attempt.charged_cents - gone if attempt.state in HOLDING_MONEY else 0

    def _orders(self, *states: OrderState) -> list[Order]:
        with self.desk.service.transaction() as session:
            return list(session.scalars(select(Order).where(Order.state.in_(states)).order_by(Order.number)))

    def _refunds(self, *states: RefundState) -> list[Refund]:
        return [refund for refund in self.desk.refunds() if refund.state in states]

    def _settled(self) -> list[SettlementRow]:
        with self.desk.service.transaction() as session:
            return list(session.scalars(select(SettlementRow)))

    def _forget_switches(self) -> None:
        self.desk.acquirer.app.extensions["acquirer"].switches.clear()

    def _run_jobs(self) -> None:
        for job in JOBS:
            for _ in range(5):
                if not self.desk.service.run(job):
                    break


@dataclasses.dataclass(frozen=True)
class Books:
    """The tables at one moment."""

    orders: list[Order]
    attempts: dict[str, list[Attempt]]
    """By order."""
    dues: list[Due]
    refunds: list[Refund]
    held: list[tuple[int, OrderState]]
    balances: set[int]
    topics: Counter[str]
    captures: int
    authorizations: list[int]
    """How often a charge was asked for, by attempt."""


def look(service: ServiceUnderTest) -> Books:
    """Read everything once."""
    held = select(Reservation.due_id, Order.state).join(Order).where(Reservation.active)
    balance = func.sum(LedgerEntry.debit_cents - LedgerEntry.credit_cents)
    captured = (AttemptEvent.to_state == AttemptState.PAID, AttemptEvent.from_state != AttemptState.PAID)
    sent = (GatewayMessage.direction == "out", GatewayMessage.endpoint.like("%/authorization/ecommerce/%"))
    attempts: dict[str, list[Attempt]] = defaultdict(list)
    with service.db.reading() as session:
        for attempt in session.scalars(select(Attempt).order_by(Attempt.id)):
            attempts[attempt.order_id].append(attempt)
        return Books(
            orders=list(session.scalars(select(Order))),
            attempts=attempts,
            dues=list(session.scalars(select(Due).order_by(Due.period))),
            refunds=list(session.scalars(select(Refund))),
            held=[(row[0], row[1]) for row in session.execute(held)],
            balances=set(session.scalars(select(balance).group_by(LedgerEntry.transaction_id))),
            topics=Counter(session.scalars(select(OutboxRow.topic))),
            captures=session.scalar(select(func.count()).select_from(AttemptEvent).where(*captured)) or 0,
            authorizations=list(session.scalars(select(func.count()).where(*sent).group_by(GatewayMessage.attempt_id))),
        )


def an_order_is_the_sum_of_its_lines_and_of_its_charge(books: Books) -> None:
    """sum(order_line) = order.total = attempt.amount = authorized amount."""
    for order in books.orders:
        assert sum(line.amount_cents for line in order.lines) == order.total_cents
        assert {attempt.amount_cents for attempt in books.attempts[order.id]} <= {order.total_cents}
        paid = [attempt for attempt in books.attempts[order.id] if attempt.state is AttemptState.PAID]
        assert {attempt.authorized_cents for attempt in paid} <= {order.total_cents}


def an_order_has_one_charge_at_most(books: Books) -> None:
    """One attempt of an order at most holds money, or may; the order waits exactly while one is not certain."""
    for order in books.orders:
        might = [a.state for a in books.attempts[order.id] if a.state in AWAITED | HOLDING_MONEY]
        assert len(might) <= 1
        uncertain = bool(set(might) & (AWAITED | {AttemptState.INTEGRITY}))
        assert (order.state is OrderState.PAYING) is uncertain


def a_paid_due_has_one_paid_line(books: Books, elsewhere: set[str]) -> None:
    """Not none, not two; a line that was given back does not count."""
    paid: Counter[int] = Counter()
    for order in books.orders:
        if order.state in (OrderState.PAID, OrderState.PARTLY_REFUNDED):
            mine = [refund for refund in books.refunds if refund.order_id == order.id and refund.state in GAVE_BACK]
            gone = {line.due_id for refund in mine for line in refund.lines}
            paid.update({line.due_id for line in order.lines} - gone)
    for due in books.dues:
        wanted = int(due.state is DueState.PAID and str(due.id) not in elsewhere)
        assert paid[due.id] == wanted, (due.period, due.state, paid[due.id])


def nothing_is_paid_over_an_older_debt(books: Books) -> None:
    """No PAID due while an older one of the same owner and kind is open."""
    oldest_open = min((due.period for due in books.dues if due.state is DueState.OPEN), default="999999")
    assert all(due.period < oldest_open for due in books.dues if due.state is DueState.PAID)


def a_due_is_held_by_one_live_order(books: Books) -> None:
    """And only by a live one."""
    assert len({due_id for due_id, _ in books.held}) == len(books.held)
    assert {state for _, state in books.held} <= LIVE_ORDERS


def the_books_balance(books: Books) -> None:
    """Each transaction by itself, and so all of them."""
    assert books.balances <= {0}


def every_payment_and_every_return_is_told_once(books: Books) -> None:
    """One PaymentCaptured per attempt that became PAID, one fact per refund that gave money back."""
    assert books.topics[PaymentCaptured.topic] == books.captures
    returned = [refund for refund in books.refunds if refund.state in GAVE_BACK]
    assert books.topics[PaymentRefunded.topic] + books.topics[ChargeReturned.topic] == len(returned)


def nothing_is_asked_for_twice(books: Books) -> None:
    """One authorization per purchase number, whatever was lost or clicked."""
    assert set(books.authorizations) <= {1}


def _die(*_: Any, **__: Any) -> None:
    raise SystemExit


def _kept(charge: dict[str, Any]) -> int:
    """The cents of a charge that have not gone back, as the acquirer sees it."""
    if charge["status"] == "Voided":
        return 0
    return int((Decimal(charge["authorizedAmount"]) - Decimal(charge["refundedAmount"])) * 100)


def _lose_a_void(story: Story) -> None:
    story.refund(0, "charge_then_drop")
    story.wait(10)


def _give_a_part_back(story: Story) -> None:
    story.ask_refund(0, 1)
    story.decide_refund(True)
    story.wait(6 * 86_400)


def _give_all_back_later(story: Story) -> None:
    story.wait(6 * 86_400)
    story.refund(0, "charge_then_500")
    story.wait(61)


def _pay_what_the_bank_takes(story: Story) -> None:
    story.pay(1, APPROVED, "charge_then_drop")
    story.pay_at_the_bank()
    story.wait(10)


def _submit_what_the_bank_took(story: Story) -> None:
    story.place(1)
    story.open_form(0, APPROVED)
    story.pay_at_the_bank()
    story.submit(0, "", 2, False)
    story.pay(1, NO_FUNDS, "")


CHAPTERS: dict[str, Callable[[Story], None]] = {
    "void": lambda story: story.refund(0, ""),
    "lost void": _lose_a_void,
    "part": _give_a_part_back,
    "later": _give_all_back_later,
    "bank first": _pay_what_the_bank_takes,
    "too late": _submit_what_the_bank_took,
}
"""How stories begin, so that each run meets what is rare; then anything may happen."""


def test_in_any_order_of_events_the_invariants_hold(socket: Socket, templates: Any, tmp_path: Path) -> None:
    """The same stories in every run; SQLite, since what is tested is the order of events."""
    clock = ManualClock(MORNING)
    wanted = Settings(niubiz_url=socket.url, authorization_timeout_s=2.0, other_timeout_s=2.0)
    url = templates.copy(create_app, wanted, "sqlite", tmp_path)
    empty = make_url(url).database or ""
    shutil.copy(empty, tmp_path / "empty.db")
    placed = dataclasses.replace(wanted, database_url=url, data_dir=str(tmp_path))
    service = ServiceUnderTest(create_app(placed, clock=clock, keys=Keys(jwks)), clock)

    def make_desk() -> Desk:
        service.db.close()
        for suffix in ("-wal", "-shm"):
            Path(empty + suffix).unlink(missing_ok=True)
        shutil.copy(tmp_path / "empty.db", empty)
        clock.set(MORNING)
        return Desk(service, Acquirer(socket, clock=clock.now))

    def bound(chapter: str | None) -> type[Story]:
        return type("BoundStory", (Story,), {"make_desk": staticmethod(make_desk), "chapter": chapter})

    profile = settings(
        max_examples=STORIES, stateful_step_count=STEPS, deadline=None, derandomize=True, database=None,
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    short = settings(profile, max_examples=1, stateful_step_count=AFTERWARDS)
    for chapter in CHAPTERS:
        run_state_machine_as_test(bound(chapter), settings=short)
    run_state_machine_as_test(bound(None), settings=profile)
    assert Story.met >= Counter(MUST_HAPPEN), f"the stories have become too tame to prove anything: {Story.met}"
    service.db.close()
