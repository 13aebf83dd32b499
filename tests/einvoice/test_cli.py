"""What operators do by hand."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from lxml import etree
from signxml import XMLVerifier
from sqlalchemy import select

from chassis.testing import ServiceUnderTest
from services.einvoice import cli, samples
from services.einvoice.certificates import SigningKey
from services.einvoice.models import QueuePause, Series, StaffAct, VoucherState
from tests.einvoice.conftest import Office
from tests.einvoice.facts import a_payment

SUNAT_NAME = re.compile(r"\d{11}-((01|03|07|08)-[A-Z0-9]{4}-\d{1,8}|R[CA]-\d{8}-\d{1,5})\.(xml|pdf)")


def run(service: ServiceUnderTest, *words: str) -> Result:
    """Run a command inside the application's context, as `cmp-digital einvoice …` does."""
    with service.context():
        return CliRunner().invoke(cli.commands, list(words))


def test_every_council_has_a_series_of_each_type_in_the_demonstration(service: ServiceUnderTest) -> None:
    """27 regional councils and the national one: boleta, factura, and notes of credit and debit on either."""
    listed = run(service, "series", "list").output.splitlines()
    assert len(listed) == 168
    assert "B003  tipo 03  consejo 03  último 0  activa" in listed


def test_loading_the_demonstration_twice_changes_nothing(service: ServiceUnderTest) -> None:
    """Each start of the embedded platform loads it."""
    service.deliver(a_payment())
    cli.load_demo(service.app)
    assert "B003  tipo 03  consejo 03  último 1  activa" in run(service, "series", "list").output


def test_a_new_series_takes_over_and_the_old_one_is_kept(service: ServiceUnderTest) -> None:
    """Its numbers go on from where another system stopped."""
    assert run(service, "series", "add", "03", "BCN5", "03", "--last-number", "41").exit_code == 0
    service.deliver(a_payment())
    (issued,) = service.events()
    assert issued.number == "BCN5-00000042"
    with service.transaction() as session:
        assert session.scalars(select(Series.active).where(Series.series == "B003")).one() is False


@pytest.mark.parametrize(
    ("voucher_type", "series"),
    [("01", "B001"), ("03", "F001"), ("03", "BCN07"), ("03", "bcn7"), ("07", "CN07"), ("03", "B003"), ("99", "B001")],
)
def test_a_series_that_sunat_would_refuse_or_that_exists_is_refused(
    service: ServiceUnderTest, voucher_type: str, series: str
) -> None:
    """sunat.md 2.6: F for facturas, B for boletas, four characters."""
    assert run(service, "series", "add", voucher_type, series, "03").exit_code != 0


def test_the_queue_shows_what_waits_and_why(office: Office) -> None:
    """SUNAT's code and what to do about it."""
    office.sunat.will("fault", code="1034")
    office.service.deliver(a_payment())
    office.send()
    shown = run(office.service, "queue").output
    assert "B003-00000001  exception  intentos 1  días 7  espera a una persona  1034" in shown


def test_the_queue_shows_summaries_too_and_what_to_do(office: Office) -> None:
    """RC and RA wait for a person as vouchers do."""
    office.service.deliver(a_payment())
    office.send()
    office.sunat.will("fault", code="0306", operation="sendSummary")
    office.void(office.voucher())
    office.tell()
    shown = run(office.service, "queue").output
    assert "RC-20261120-1  exception  intentos 1  consultas 0  espera a una persona  0306" in shown
    assert "reenvíe el resumen" in shown


def test_who_resends_at_the_command_line_is_written_down(office: Office) -> None:
    """As at the desk."""
    office.sunat.will("fault", code="1034")
    office.service.deliver(a_payment())
    office.send()
    assert run(office.service, "resend", "B003-1").exit_code == 0
    with office.service.transaction() as session:
        (act,) = session.scalars(select(StaffAct))
        assert (act.act, act.actor_id.partition(":")[0]) == ("voucher.resent", "operator")
    assert run(office.service, "resend", "B003-1").exit_code != 0


def test_judged_vouchers_leave_the_queue(office: Office) -> None:
    """Nothing to do about them."""
    office.service.deliver(a_payment())
    office.send()
    assert run(office.service, "queue").output == ""


def test_a_paused_queue_goes_on_when_an_operator_says_so(furnish: Callable[..., Office]) -> None:
    """sunat.md 2.11: credentials."""
    office = furnish()
    office.sunat.will("fault", code="0111")
    office.service.deliver(a_payment())
    office.send()
    assert "EN PAUSA" in run(office.service, "queue").output
    assert "continúa" in run(office.service, "resume").output
    office.send()
    assert office.voucher().state == VoucherState.ACCEPTED
    with office.service.transaction() as session:
        assert session.scalars(select(QueuePause.cleared_by)).one()


def test_resuming_what_is_not_paused_changes_nothing(service: ServiceUnderTest) -> None:
    """Harmless."""
    assert "no estaba en pausa" in run(service, "resume").output


def test_a_second_pause_can_follow_the_first(furnish: Callable[..., Office]) -> None:
    """The rows tell the whole story."""
    office = furnish(sunat_password="wrong")
    office.service.deliver(a_payment())
    office.send()
    run(office.service, "resume")
    office.send()
    with office.service.transaction() as session:
        pauses = session.scalars(select(QueuePause).order_by(QueuePause.id)).all()
    assert [pause.cleared_at is None for pause in pauses] == [False, True]


def test_a_voucher_that_waits_for_a_person_is_sent_again(office: Office) -> None:
    """100-1999: the same number with the same bytes."""
    office.sunat.will("fault", code="1034")
    office.service.deliver(a_payment())
    office.send()
    assert run(office.service, "resend", "B003-1").exit_code == 0
    office.send()
    assert office.voucher().state == VoucherState.ACCEPTED


@pytest.mark.parametrize("number", ["B003-00000001", "B003-00000009", "B003"])
def test_a_voucher_that_does_not_wait_for_a_person_is_not_sent_again(service: ServiceUnderTest, number: str) -> None:
    """Queued already, unknown, or not one."""
    service.deliver(a_payment())
    assert run(service, "resend", number).exit_code != 0


def test_the_certificate_is_shown_with_its_days_left(service: ServiceUnderTest) -> None:
    """Warned in time (issue 5)."""
    shown = run(service, "certificate", "show").output
    assert re.search(r"vence: \d{4}-\d{2}-\d{2} \(quedan \d+ días\)", shown)
    assert "demostración" in shown


def test_an_unreadable_certificate_is_named(settle: Callable[..., ServiceUnderTest]) -> None:
    """The operator reads which file."""
    shown = run(settle(certificate_path="/absent.pfx"), "certificate", "show")
    assert shown.exit_code != 0
    assert "/absent.pfx" in shown.output


def test_samples_bear_valid_names_and_verify(
    service: ServiceUnderTest, tmp_path: Path, key: SigningKey, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`make vouchers OUT=dir`: every kind at least once, ready for any checker, and the paper of the short ones."""
    monkeypatch.setattr(samples, "PRINTED_LINES", 1)
    monkeypatch.setattr(samples, "render", lambda printout: b"%PDF")
    folder = tmp_path / "out"
    listed = run(service, "sample-vouchers", str(folder)).output.split()
    assert sorted(listed) == sorted(path.name for path in folder.iterdir())
    assert [name for name in listed if not SUNAT_NAME.fullmatch(name)] == []
    assert {name.split("-")[1] for name in listed} == {"01", "03", "07", "08", "RC", "RA"}
    assert any(name.endswith(".pdf") for name in listed)
    for path in folder.glob("*.xml"):
        XMLVerifier().verify(path.read_bytes(), x509_cert=key.certificate)
        assert (etree.parse(path).getroot().findtext("{*}ID") or "-") in path.stem


def test_samples_spend_no_number(service: ServiceUnderTest, tmp_path: Path) -> None:
    """They are files and nothing else."""
    run(service, "sample-vouchers", str(tmp_path / "out"), "--no-pdf")
    service.deliver(a_payment())
    (issued,) = service.events()
    assert issued.number == "B003-00000001"
