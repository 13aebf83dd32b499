"""Payer, owner of the due and recipient of the voucher are three roles: an heir pays SEMEFA (payments.md 4)."""

from typing import Any

import pytest

from contracts.payments import PaymentCaptured, Recipient
from services.payments.dues import DueKind
from services.payments.models import Heir
from tests.payments.desk import BETO, JULIO, ROSA, Desk
from tests.people import physician, staff

LUCIA = physician(
    None, subject="account-lucia", kind="client", name="ÑAUPARI QUISPE LUCIA", document_number="40000009", council=None
)  # type: ignore[arg-type]
"""The holder's daughter: a client account, no CMP number."""
PAPERS = {
    "holder_cmp": "012345", "document_type": "1", "document_number": "40000009", "name": "Ñaupari Quispe Lucía",
    "relationship": "hija", "evidence": "sucesión intestada, partida 11223344",
}  # fmt: skip


@pytest.fixture
def lucia(desk: Desk) -> Desk:
    """Treasury has entered Lucía as heir of Rosa."""
    assert desk.treasury("POST", "heirs", **PAPERS).status == 201
    return desk


def owe_semefa(desk: Desk, *periods: str) -> list[str]:
    """Rosa's family fund."""
    return desk.owe(*(periods or ("202609",)), kind=DueKind.SEMEFA, cents=8500)


def place(desk: Desk, due_ids: list[str], who: Any = LUCIA, kind: str = "SEMEFA", **more: Any) -> Any:
    """Somebody orders dues of Rosa's."""
    return desk.post_order(desk.request_for(due_ids, kind, **more) | {"owner_cmp": "012345"}, who)


def test_an_heir_pays_semefa_with_the_voucher_in_the_own_name(lucia: Desk) -> None:
    """Owner Rosa, payer and recipient Lucía."""
    order = place(lucia, owe_semefa(lucia)).body
    assert (order["owner_cmp"], order["payer_name"]) == ("012345", "ÑAUPARI QUISPE LUCÍA")
    assert lucia.pay(order, who=LUCIA)["public_state"] == "pagado"
    [fact] = lucia.service.events(PaymentCaptured)
    assert (fact.owner_cmp, fact.council) == ("012345", "03")
    assert fact.recipient == Recipient(
        document_type="1", document_number="40000009", name="ÑAUPARI QUISPE LUCÍA", address=None
    )
    receipt = lucia.ask("GET", f"/v1/orders/{order['id']}/receipt", LUCIA).body
    assert (receipt["cardholder"], receipt["owner_name"]) == ("ÑAUPARI QUISPE LUCÍA", "Rosa Elvira Quispe Ñaupari")


def test_an_heir_may_ask_for_a_factura_like_anybody(lucia: Desk) -> None:
    """The RUC decides the recipient."""
    factura = {"type": "01", "ruc": "20512333797", "legal_name": "Clínica S.A.C.", "address": "Av. Uno 100"}
    assert place(lucia, owe_semefa(lucia), **factura).body["voucher"]["document_number"] == "20512333797"


def test_the_card_form_carries_the_heirs_name(lucia: Desk) -> None:
    """Not the holder's."""
    form = lucia.open_form(place(lucia, owe_semefa(lucia)).body, LUCIA)
    assert (form["cardholder_name"], form["cardholder_lastname"]) == ("", "NAUPARI QUISPE LUCIA")


def test_an_heir_sees_for_whom_to_pay_and_what_is_owed(lucia: Desk) -> None:
    """Only the family fund."""
    owe_semefa(lucia)
    assert lucia.ask("GET", "/v1/owners", LUCIA).body["items"] == [
        {"owner_cmp": "012345", "owner_name": "Rosa Elvira Quispe Ñaupari", "own": False, "kinds": ["SEMEFA"]}
    ]
    summary = lucia.ask("GET", "/v1/dues/summary?owner_cmp=012345", LUCIA).body
    assert [(kind["kind"], kind["total"]) for kind in summary["kinds"]] == [("SEMEFA", "85.00")]
    pending = lucia.ask("GET", "/v1/dues/pending?kind=SEMEFA&owner_cmp=012345", LUCIA).body
    assert (pending["owner_cmp"], pending["total"]) == ("012345", "85.00")


def test_a_physician_may_be_an_heir_as_well(desk: Desk) -> None:
    """The own dues come first."""
    desk.welcome(cmp_number="023546", document_number="40000002", council="15")
    desk.treasury("POST", "heirs", **(PAPERS | {"document_number": JULIO.document_number}))
    owners = desk.ask("GET", "/v1/owners", JULIO).body["items"]
    assert [(owner["owner_cmp"], owner["own"]) for owner in owners] == [("023546", True), ("012345", False)]


def test_an_heir_cannot_pay_the_dues_of_the_college(lucia: Desk) -> None:
    """SEMEFA only."""
    answer = place(lucia, lucia.owe("202609"), kind="COLEGIADO")
    assert (answer.status, answer.problem) == (404, "payments/owner-not-found")
    path = "/v1/dues/pending?kind=COLEGIADO&owner_cmp=012345"
    assert lucia.ask("GET", path, LUCIA).problem == "payments/owner-not-found"


@pytest.mark.parametrize("path", ["/v1/dues/summary?owner_cmp=012345", "/v1/dues/pending?kind=SEMEFA&owner_cmp=012345"])
def test_without_an_authorisation_nothing_of_anybody_is_told(desk: Desk, path: str) -> None:
    """Not even whether the physician exists."""
    owe_semefa(desk)
    assert desk.ask("GET", path, JULIO).problem == "payments/owner-not-found"
    assert desk.ask("GET", path.replace("012345", "999999"), JULIO).problem == "payments/owner-not-found"
    assert place(desk, ["1"], JULIO).problem == "payments/owner-not-found"


def test_the_same_number_of_another_document_is_somebody_else(lucia: Desk) -> None:
    """A foreigner's card may carry a DNI's digits."""
    stranger = physician(None, subject="other", kind="client", document_type="4", document_number="40000009")  # type: ignore[arg-type]
    assert lucia.ask("GET", "/v1/owners", stranger).body["items"] == []


def test_an_account_without_cmp_and_without_authorisation_owes_nothing(desk: Desk) -> None:
    """The old answer stays."""
    assert desk.ask("GET", "/v1/dues/summary", LUCIA).problem == "payments/not-a-physician"
    assert desk.ask("GET", "/v1/owners", LUCIA).body["items"] == []


def test_a_revoked_authorisation_opens_nothing_more(lucia: Desk) -> None:
    """What was ordered before stays the heir's."""
    order = place(lucia, owe_semefa(lucia, "202609", "202610")[:1]).body
    [entered] = lucia.treasury("GET", "heirs?holder_cmp=012345").body["items"]
    assert lucia.treasury("POST", f"heirs/{entered['id']}/revocation", reason="vendió su parte").status == 200
    assert lucia.ask("GET", "/v1/owners", LUCIA).body["items"] == []
    assert lucia.pay(order, who=LUCIA)["public_state"] == "pagado"
    again = lucia.treasury("POST", f"heirs/{entered['id']}/revocation", reason="otra vez")
    assert again.problem == "payments/heir-not-found"


def test_the_same_heir_is_entered_once(lucia: Desk) -> None:
    """A second row would say nothing new."""
    assert lucia.treasury("POST", "heirs", BETO, **PAPERS).problem == "payments/heir-exists"
    assert [act.act for act in lucia.acts()] == ["heir.authorised"]


def test_an_heir_of_nobody_is_refused(desk: Desk) -> None:
    """The holder must be in the registry, and of the council of who enters it."""
    assert desk.treasury("POST", "heirs", **(PAPERS | {"holder_cmp": "999999"})).problem == "payments/physician-unknown"
    tacna = staff("payments:dues", council="12")
    assert desk.treasury("POST", "heirs", tacna, **PAPERS).problem == "payments/physician-unknown"
    assert desk.treasury("GET", "heirs?holder_cmp=012345", tacna).body["items"] == []


def test_the_papers_must_be_named(desk: Desk) -> None:
    """Evidence is what the authorisation rests on."""
    answer = desk.treasury("POST", "heirs", **(PAPERS | {"evidence": "", "document_number": "1"}))
    assert set(answer.pointers) == {"/evidence", "/document_number"}


def test_who_may_not_handle_dues_enters_no_heir(desk: Desk) -> None:
    """payments:dues."""
    assert desk.treasury("POST", "heirs", staff("payments:view"), **PAPERS).status == 403


def test_the_holder_sees_none_of_the_heirs_orders(lucia: Desk) -> None:
    """An order belongs to its payer's account."""
    order = place(lucia, owe_semefa(lucia)).body
    assert lucia.ask("GET", f"/v1/orders/{order['id']}", ROSA).status == 404
    with lucia.service.transaction() as session:
        assert session.get_one(Heir, 1).holder_cmp == "012345"
