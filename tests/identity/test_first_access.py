"""The first access of a client (VOC-3, AMB-4): the document number starts it and opens nothing; a proof opens one door."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import event, select

from contracts.identity import AccountMailDue, AccountNoticeDue, ConsentGiven, PasswordChanged
from services.identity.models import AuditEntry
from services.identity.models.accounts import DISABLED
from tests.identity.client_facts import (
    CLINIC,
    CLINIC_PASSWORD,
    PATIENT_DNI,
    PROOF,
    ROSA_DNI,
    ROSA_RUC,
    TEXTS,
    Desk,
    issued,
)
from tests.identity.conftest import House
from tests.identity.staffing import engage

UNKNOWN_RUC = "20600000013"


@pytest.fixture
def desk(house: House) -> Desk:
    """Identity after a factura to the clinic, which has no address on file."""
    house.service.deliver(issued())
    return Desk(house)


# ---- the gesture


def test_the_document_in_both_fields_starts_and_opens_nothing(desk: Desk) -> None:
    answer = desk.start()
    assert answer.status == 202
    assert answer.body.keys() == {"first_access", "minutes"}


def test_the_document_as_password_never_logs_in(desk: Desk) -> None:
    """VOC-3, ASVS 6.4.1: neither before nor after the first access."""
    assert desk.house.log_in(CLINIC, CLINIC).status == 401
    desk.finish(desk.token())
    assert desk.house.log_in(CLINIC, CLINIC).status == 401


def test_the_answer_does_not_tell_whether_the_number_is_known(desk: Desk) -> None:
    """AMB-4: same status, same fields, same lengths; for a physician's DNI as well."""
    answers = [desk.start(number) for number in (CLINIC, UNKNOWN_RUC, PATIENT_DNI, ROSA_DNI, ROSA_RUC)]
    told = {(answer.status, *answer.body.keys(), len(answer.body["first_access"])) for answer in answers}
    assert len(told) == 1


def test_what_is_no_document_or_differs_is_told_at_once(desk: Desk) -> None:
    typed = [("20999999018", None), ("1234567", None), ("rosa", None), (CLINIC, UNKNOWN_RUC), (CLINIC, "")]
    assert {each: desk.start(*each).status for each in typed} == dict.fromkeys(typed, 422)


def test_other_documents_are_named_by_their_type(desk: Desk) -> None:
    """AMB-3: stored, and open to who names the type."""
    desk.house.service.deliver(
        issued("F003-00000018", customer_document_type="4", customer_document_number="001234567")
    )
    secret = desk.start("001234567", document_type="CE").body["first_access"]
    token = desk.prove(secret, voucher=PROOF | {"number": "F003-00000018"}).body["token"]
    assert desk.finish(token).status == 201


# ---- an address on file: a code goes there


def test_with_an_address_on_file_a_code_goes_there_and_proves_the_case(desk: Desk) -> None:
    desk.write_to("caja@example.pe")
    secret = desk.begin()
    (request,) = desk.mails_due()

    assert request.email == "caja@example.pe"
    answer = desk.prove(secret, code=desk.code_of(request))
    assert answer.status == 201
    assert desk.finish(answer.body["token"]).status == 201


def test_the_mail_is_a_claim_check_and_nothing_secret_travels(desk: Desk) -> None:
    desk.write_to("caja@example.pe")
    secret = desk.begin()
    (request,) = desk.mails_due()
    code = desk.code_of(request)
    desk.finish(desk.prove(secret, code=code).body["token"])

    (due,) = desk.house.service.events(AccountMailDue)
    assert (due.purpose, due.mail_request_id) == ("first_access", request.id)
    told = repr(desk.house.service.events())
    assert not [word for word in (code, secret, CLINIC_PASSWORD) if word in told]


def test_a_code_is_good_only_in_the_browser_that_asked(desk: Desk) -> None:
    """The code of one start proves nothing for another."""
    desk.write_to("caja@example.pe")
    desk.begin()
    (request,) = desk.mails_due()
    assert desk.prove(desk.begin(), code=desk.code_of(request)).problem == "identity/proof-not-accepted"


def test_a_code_works_once(desk: Desk) -> None:
    desk.write_to("caja@example.pe")
    secret = desk.begin()
    code = desk.code_of(desk.mails_due()[0])
    desk.prove(secret, code=code)
    assert desk.prove(secret, code=code).problem == "identity/first-access-over"


@pytest.mark.parametrize(("seconds", "status"), [(599, 201), (600, 422)])
def test_a_mailed_code_is_good_for_ten_minutes(desk: Desk, seconds: int, status: int) -> None:
    """ASVS 6.5.5."""
    desk.write_to("caja@example.pe")
    secret = desk.begin()
    code = desk.code_of(desk.mails_due()[0])
    desk.house.service.clock.advance(seconds=seconds)
    assert desk.prove(secret, code=code).status == status


def test_with_an_address_on_file_a_voucher_proves_nothing(desk: Desk) -> None:
    """AMB-4: that way is for clients we cannot write to."""
    desk.write_to("caja@example.pe")
    assert desk.prove(desk.begin(), voucher=PROOF).problem == "identity/proof-not-accepted"


def test_without_an_address_no_mail_is_due(desk: Desk) -> None:
    desk.begin()
    desk.begin(UNKNOWN_RUC)
    assert desk.mails_due() == []
    assert AccountNoticeDue not in desk.house.service.published()


def test_one_start_asks_for_one_mail_however_often_the_job_runs(desk: Desk) -> None:
    desk.write_to("caja@example.pe")
    desk.begin()
    assert len(desk.mails_due()) == len(desk.mails_due()) == 1


# ---- no address: four facts of an own voucher


def test_without_an_address_four_facts_of_an_own_voucher_prove_the_case(desk: Desk) -> None:
    answer = desk.prove(desk.begin(), voucher=PROOF)
    assert answer.status == 201
    assert answer.body.keys() == {"token", "minutes"}


def test_the_number_may_be_typed_as_people_write_it(desk: Desk) -> None:
    for number in ("f003-17", "F003 00000017", "F00300000017"):
        assert desk.prove(desk.begin(), voucher=PROOF | {"number": number}).status == 201


WRONG = {"type": "03", "number": "F003-00000018", "issue_date": "2026-11-19", "total": "120.01"}


def test_three_right_facts_of_four_prove_nothing(desk: Desk) -> None:
    secret = desk.begin()
    answers = {fact: desk.prove(secret, voucher=PROOF | {fact: wrong}).problem for fact, wrong in WRONG.items()}
    assert answers == dict.fromkeys(WRONG, "identity/proof-not-accepted")


def test_a_missing_fact_is_asked_for_and_costs_no_try(desk: Desk) -> None:
    secret = desk.begin()
    for fact in WRONG:
        assert desk.prove(secret, voucher={key: value for key, value in PROOF.items() if key != fact}).status == 422
    assert desk.accesses()[0].tries == 0


def test_anothers_voucher_proves_nothing(desk: Desk) -> None:
    desk.house.service.deliver(issued("F003-00000018", customer_document_number=ROSA_RUC))
    assert desk.prove(desk.begin(), voucher=PROOF | {"number": "F003-00000018"}).status == 422


def test_a_wrong_proof_reads_the_same_for_known_and_unknown_numbers(desk: Desk) -> None:
    wrong = PROOF | {"total": "1.00"}
    known, unknown = (desk.prove(desk.begin(number), voucher=wrong) for number in (CLINIC, UNKNOWN_RUC))
    assert (known.status, known.body["type"], known.body["detail"]) == (
        unknown.status,
        unknown.body["type"],
        unknown.body["detail"],
    )


def test_who_came_in_before_proves_nothing_by_a_voucher(desk: Desk) -> None:
    """A bookkeeper who left still has the vouchers: the way back is the mail or the desk."""
    desk.finish(desk.token())
    assert desk.prove(desk.begin(), voucher=PROOF).problem == "identity/proof-not-accepted"


def test_every_voucher_shown_is_audited_right_or_wrong(desk: Desk) -> None:
    desk.prove(desk.begin(), voucher=PROOF | {"total": "1.00"})
    desk.prove(desk.begin(UNKNOWN_RUC), voucher=PROOF)
    desk.prove(desk.begin(), voucher=PROOF)

    with desk.house.service.transaction() as session:
        entries = session.scalars(select(AuditEntry).order_by(AuditEntry.id)).all()
    client = f"account:{desk.client().id}"
    assert [(entry.act, entry.subject) for entry in entries if entry.act.startswith("first_access")] == [
        ("first_access.refused", client),
        ("first_access.refused", "account:unknown"),
        ("first_access.proven", client),
    ]


def test_a_physicians_dni_is_sent_to_option_1_once_proven(desk: Desk) -> None:
    """AMB-2 within AMB-4: only who holds one of the vouchers is told."""
    desk.house.service.deliver(
        issued("B003-00000001", voucher_type="03", customer_document_type="1", customer_document_number=ROSA_DNI)
    )
    boleta = PROOF | {"type": "03", "number": "B003-00000001"}
    wrong = desk.prove(desk.begin(ROSA_DNI), voucher=boleta | {"total": "1.00"})
    right = desk.prove(desk.begin(ROSA_DNI), voucher=boleta)

    assert wrong.problem == "identity/proof-not-accepted"
    assert (right.status, right.problem) == (409, "identity/use-option-one")
    assert "CMP Digital" in right.body["detail"]


def test_a_physicians_dni_is_told_by_mail_to_use_option_1(desk: Desk) -> None:
    """AMB-2: to the registered address, never in the answer."""
    desk.begin(ROSA_DNI)
    desk.mails_due()
    (notice,) = desk.house.service.events(AccountNoticeDue)
    assert (notice.purpose, notice.email) == ("use_option_one", "rosa.quispe@example.pe")


def test_a_client_who_came_in_before_is_told_by_mail(desk: Desk) -> None:
    desk.finish(desk.token())
    desk.write_to("caja@example.pe")
    desk.begin()
    desk.mails_due()
    assert [notice.purpose for notice in desk.house.service.events(AccountNoticeDue)][-1] == "first_access_known"


def test_a_physician_comes_in_with_the_own_ruc_like_any_client(desk: Desk) -> None:
    """AMB-2: RUC logins are open to anyone."""
    desk.house.service.deliver(issued("F003-00000018", customer_document_number=ROSA_RUC))
    token = desk.prove(desk.begin(ROSA_RUC), voucher=PROOF | {"number": "F003-00000018"}).body["token"]
    assert desk.finish(token).body["account"]["document_number"] == ROSA_RUC


# ---- the council's desk


@pytest.fixture
def hand_out(desk: Desk) -> Callable[..., Any]:
    """Ask for a desk code as staff of a council."""

    at: dict[str, Any] = {}

    def ask(
        council: str | None = "03", account_id: str = "", reason: str = "Mostró su ficha RUC", roles: str = "vouchers"
    ) -> Any:
        email = f"{roles}-{council}@cmp.example"
        client = at[email] = at.get(email) or engage(desk.house, email, roles, council).client()
        return client.post(f"/v1/clients/{account_id or desk.client().id}/desk-codes", json={"reason": reason})

    return ask


def test_a_code_from_the_desk_proves_the_case(desk: Desk, hand_out: Callable[..., Any]) -> None:
    code = hand_out().get_json()["code"]
    assert desk.prove(desk.begin(), code=code.lower()).status == 201


@pytest.mark.parametrize(("hours", "status"), [(71.9, 201), (72, 422)])
def test_a_desk_code_is_good_for_three_days(
    desk: Desk, hand_out: Callable[..., Any], hours: float, status: int
) -> None:
    code = hand_out().get_json()["code"]
    desk.house.service.clock.advance(hours=hours)
    assert desk.prove(desk.begin(), code=code).status == status


def test_a_newer_desk_code_replaces_the_older_one(desk: Desk, hand_out: Callable[..., Any]) -> None:
    older, newer = (hand_out().get_json()["code"] for _ in range(2))
    secret = desk.begin()
    assert desk.prove(secret, code=older).status == 422
    assert desk.prove(secret, code=newer).status == 201


def test_a_desk_code_is_good_for_its_client_only(desk: Desk, hand_out: Callable[..., Any]) -> None:
    desk.house.service.deliver(issued("F003-00000018", customer_document_number=ROSA_RUC))
    assert desk.prove(desk.begin(ROSA_RUC), code=hand_out().get_json()["code"]).status == 422


def test_only_a_council_that_served_the_client_hands_out_codes(hand_out: Callable[..., Any]) -> None:
    """VOC-6: another council's client is not found."""
    assert [hand_out(council).status_code for council in ("03", None, "05")] == [201, 201, 404]


def test_a_desk_code_is_audited_with_its_reason_and_without_the_code(desk: Desk, hand_out: Callable[..., Any]) -> None:
    code = hand_out().get_json()["code"]
    with desk.house.service.transaction() as session:
        (entry,) = session.scalars(select(AuditEntry).where(AuditEntry.act == "desk_code.issued"))
    assert (entry.subject, entry.reason) == (f"account:{desk.client().id}", "Mostró su ficha RUC")
    assert code not in repr((entry.before, entry.after, entry.reason))


def test_a_desk_code_needs_a_reason_and_the_permission(desk: Desk, hand_out: Callable[..., Any]) -> None:
    assert hand_out(reason="").status_code == 422
    assert hand_out(roles="treasury").status_code == 403


def test_a_desk_code_lets_a_client_back_in_who_forgot_the_password(desk: Desk, hand_out: Callable[..., Any]) -> None:
    desk.finish(desk.token())
    proof = desk.prove(desk.begin(), code=hand_out().get_json()["code"])
    assert desk.finish(proof.body["token"], "otra frase bien distinta").status == 201
    assert desk.house.log_in(CLINIC, CLINIC_PASSWORD).status == 401


# ---- the new password


def test_only_then_the_new_password_is_set_and_opens_a_session(desk: Desk) -> None:
    session = desk.finish(desk.token())

    assert session.status == 201
    assert session.body["account"]["kind"] == "client"
    assert {"vouchers:read", "vouchers:mail"} <= set(session.body["permissions"])
    assert desk.house.log_in(CLINIC, CLINIC_PASSWORD).status == 201
    assert PasswordChanged in desk.house.service.published()


def test_the_document_number_and_what_is_weak_are_refused_as_the_new_password(desk: Desk) -> None:
    """VOC-3, ASVS 6.2: and the token stays good for a better one."""
    token = desk.token()
    weak = [CLINIC, f" {CLINIC}", f"{CLINIC}!", "corta", "password1234", "colegiomedico"]
    assert {password: desk.finish(token, password).status for password in weak} == dict.fromkeys(weak, 422)
    assert desk.finish(token).status == 201


def test_the_token_sets_one_password(desk: Desk) -> None:
    token = desk.token()
    desk.finish(token)
    assert desk.finish(token, "otra frase bien distinta").problem == "identity/first-access-over"


@pytest.mark.parametrize(("seconds", "status"), [(599, 201), (600, 401)])
def test_the_token_is_good_for_ten_minutes(desk: Desk, seconds: int, status: int) -> None:
    token = desk.token()
    desk.house.service.clock.advance(seconds=seconds)
    assert desk.finish(token).status == status


def test_the_consent_of_today_is_needed(desk: Desk) -> None:
    """Law 29733: none, an old version, only the free one, or one that nobody asked for will not do."""
    token = desk.token()
    wrong: list[dict[str, str]] = [{}, {"personal-data": "vieja"}, {"news": "2026-11-ejemplo"}, TEXTS | {"x": "1"}]
    for consents in wrong:
        assert desk.finish(token, consents=consents).problem == "identity/consent-missing"
    assert desk.finish(token).status == 201


def test_consents_are_recorded_with_version_time_and_address(desk: Desk) -> None:
    session = desk.finish(desk.token(), consents=TEXTS | {"news": "2026-11-ejemplo"}).body
    headers = {"Authorization": f"Bearer {session['access_token']}"}
    items = desk.house.service.client().get("/v1/me/consents", headers=headers).get_json()["items"]
    assert {(item["purpose"], item["version"], item["given_from"]) for item in items} == {
        ("personal-data", "2026-11-ejemplo", "203.0.113.7"),
        ("news", "2026-11-ejemplo", "203.0.113.7"),
    }
    assert len(desk.house.service.events(ConsentGiven)) == 2


def test_an_account_that_was_closed_is_opened_by_no_proof(desk: Desk) -> None:
    with desk.house.service.transaction() as session:
        client = session.merge(desk.client())
        client.state = DISABLED
    assert desk.prove(desk.begin(), voucher=PROOF).problem == "identity/proof-not-accepted"


# ---- limits


def test_a_first_access_bears_five_proofs(desk: Desk) -> None:
    """The sixth finds it over, though it is right."""
    secret = desk.begin()
    for _ in range(5):
        assert desk.prove(secret, code="AAAAA-BBBBB").problem == "identity/proof-not-accepted"
    assert desk.prove(secret, voucher=PROOF).problem == "identity/first-access-over"


@pytest.mark.parametrize(("minutes", "problem"), [(59, None), (60, "identity/first-access-over")])
def test_a_first_access_lasts_an_hour(desk: Desk, minutes: int, problem: str | None) -> None:
    secret = desk.begin()
    desk.house.service.clock.advance(minutes=minutes)
    answer = desk.prove(secret, voucher=PROOF)
    assert (None if answer.status == 201 else answer.problem) == problem


def test_an_invented_first_access_is_over(desk: Desk) -> None:
    assert desk.prove("x" * 43, voucher=PROOF).problem == "identity/first-access-over"
    assert desk.finish("x" * 43).problem == "identity/first-access-over"


def test_starting_too_often_is_refused_for_known_and_unknown_numbers_alike(desk: Desk) -> None:
    """Five from one address, then a quarter of an hour; the owner still starts from elsewhere."""
    for number in (CLINIC, UNKNOWN_RUC):
        assert [desk.start(number).status for _ in range(6)] == [202] * 5 + [429]
        assert desk.start(number).headers["Retry-After"] == "900"
        assert desk.start(number, address="198.51.100.9").status == 202


def test_wrong_vouchers_lock_the_number_for_longer_each_time(desk: Desk) -> None:
    """AMB-4 "throttled hard": a right one is refused as well while it lasts."""
    for _ in range(5):
        assert desk.prove(desk.begin(), voucher=PROOF | {"total": "1.00"}).status == 422
    desk.house.service.clock.advance(minutes=16)
    secret = desk.begin()
    assert desk.prove(secret, voucher=PROOF | {"total": "1.00"}).status == 422
    answer = desk.prove(secret, voucher=PROOF)
    assert answer.status == 429
    assert int(answer.headers["Retry-After"]) > 900


def test_a_flood_of_vouchers_from_many_addresses_is_stopped_by_the_number(desk: Desk) -> None:
    secrets = [desk.start(address=f"198.51.100.{n}").body["first_access"] for n in range(19)]
    answers = [
        desk.prove(secret, f"192.0.2.{n}", voucher=PROOF | {"total": "1.00"}).status for n, secret in enumerate(secrets)
    ]
    assert set(answers) == {422}
    last = [desk.house.post("/v1/first-access", f"198.51.100.{n}", username=CLINIC, password=CLINIC) for n in (20, 21)]
    proofs = [desk.prove(a.body["first_access"], "192.0.2.99", voucher=PROOF) for a in last if a.status == 202]
    assert 429 in [a.status for a in last] + [p.status for p in proofs]


def test_the_login_is_not_locked_by_first_accesses(desk: Desk) -> None:
    desk.finish(desk.token())
    for _ in range(8):
        desk.start()
    assert desk.house.log_in(CLINIC, CLINIC_PASSWORD).status == 201


def test_known_and_unknown_numbers_cost_the_same_work(desk: Desk) -> None:
    """AMB-4: the mail leaves by a job, so the answer asks the database for nothing that only a known number has."""
    engine = desk.house.service.service.db.engine
    asked: dict[str, list[str]] = {CLINIC: [], UNKNOWN_RUC: []}
    for number, statements in asked.items():

        def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any, kept: list[str] = statements) -> None:
            kept.append(statement)

        event.listen(engine, "before_cursor_execute", note)
        desk.start(number)
        event.remove(engine, "before_cursor_execute", note)
    assert asked[CLINIC] == asked[UNKNOWN_RUC] != []
