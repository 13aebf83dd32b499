"""Properties that hold for every document we can issue, found by looking for one that breaks them."""

import zipfile
from datetime import datetime
from decimal import Decimal
from io import BytesIO

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree
from signxml import XMLVerifier

from chassis.clock import LIMA, ManualClock
from services.einvoice.certificates import SigningKey
from services.einvoice.documents import BOLETA, FACTURA, TREATMENTS, Customer, Document, Line, one_line
from services.einvoice.pdf import qr_text
from services.einvoice.signing import sign
from services.einvoice.sunat import Accepted, SunatClient, zip_voucher
from services.einvoice.sunat.client import Endpoint
from services.einvoice.ubl import build
from tests.einvoice.conftest import TaxAuthority
from tests.einvoice.facts import CLINIC, ISSUER

TEXT = st.text(st.characters(blacklist_categories=("Cs", "Cc")), min_size=3, max_size=60).map(
    lambda text: one_line(text, limit=500)
)
NAMES = TEXT.filter(lambda text: len(text) >= 3)
LINES = st.builds(
    Line.priced,
    description=TEXT.filter(bool),
    price_cents=st.integers(min_value=1, max_value=9_999_999),
    tax_code=st.sampled_from(["10", "20", "30"]),
)
DNI = st.from_regex(r"[0-9]{8}", fullmatch=True)
PEOPLE = st.builds(Customer, document_type=st.just("1"), document_number=DNI, name=NAMES)
FEW = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@st.composite
def documents(draw: st.DrawFn) -> Document:
    """A boleta for a person or a factura for a clinic, with lines of every kind."""
    voucher_type = draw(st.sampled_from([BOLETA, FACTURA]))
    return Document(
        type=voucher_type,
        series=draw(st.from_regex(("B" if voucher_type == BOLETA else "F") + r"[A-Z0-9]{3}", fullmatch=True)),
        number=draw(st.integers(min_value=1, max_value=99_999_999)),
        issued_at=datetime(2026, 11, 20, 9, 0, tzinfo=LIMA),
        issuer=ISSUER,
        customer=draw(PEOPLE) if voucher_type == BOLETA else CLINIC,
        lines=tuple(draw(st.lists(LINES, min_size=1, max_size=6))),
    )


def amounts(root: etree._Element, path: str) -> list[Decimal]:
    """Amounts on a path."""
    return [Decimal(found.text or "") for found in root.iterfind(path)]


@FEW
@given(document=documents())
def test_header_totals_are_the_sums_of_the_lines(document: Document) -> None:
    """2.3: no tolerance needed, they agree to the cent."""
    root = build(document)
    (payable,) = amounts(root, "{*}LegalMonetaryTotal/{*}PayableAmount")
    (value,) = amounts(root, "{*}LegalMonetaryTotal/{*}LineExtensionAmount")
    (tax,) = amounts(root, "{*}TaxTotal/{*}TaxAmount")
    assert value == sum(amounts(root, "{*}InvoiceLine/{*}LineExtensionAmount"))
    assert tax == sum(amounts(root, "{*}InvoiceLine/{*}TaxTotal/{*}TaxAmount"))
    assert payable == value + tax == Decimal(document.total_cents).scaleb(-2)


@FEW
@given(document=documents())
def test_every_tribute_of_the_header_is_borne_by_a_line_and_the_other_way_round(document: Document) -> None:
    """2638, 3277, 3294."""
    root = build(document)
    header = [found.text for found in root.iterfind("{*}TaxTotal/{*}TaxSubtotal//{*}TaxScheme/{*}ID")]
    lines = {found.text for found in root.iterfind("{*}InvoiceLine//{*}TaxScheme/{*}ID")}
    assert sorted(header) == sorted(lines)
    assert lines <= {treatment.scheme_id for treatment in TREATMENTS.values()}


@FEW
@given(document=documents())
def test_every_signature_verifies_after_a_journey_in_a_zip(document: Document, key: SigningKey) -> None:
    """2335: whatever the names hold."""
    archive = zip_voucher(document.file_name, sign(build(document), key).xml)
    with zipfile.ZipFile(BytesIO(archive)) as opened:
        xml = opened.read(f"{document.file_name}.xml")
    XMLVerifier().verify(xml, x509_cert=key.certificate)


@FEW
@given(document=documents())
def test_what_was_written_is_read_back(document: Document) -> None:
    """No character of a name or a description is lost or changed."""
    root = etree.fromstring(etree.tostring(build(document), encoding="UTF-8"))
    assert root.findtext(".//{*}AccountingCustomerParty//{*}RegistrationName") == document.customer.name
    written = [found.text for found in root.iterfind(".//{*}Item/{*}Description")]
    assert written == [line.description for line in document.lines]


@FEW
@given(document=documents())
def test_the_qr_code_always_has_nine_fields(document: Document) -> None:
    """sunat.md 2.14."""
    assert len(qr_text(document).split("|")) == 10


@pytest.fixture
def client(sunat: TaxAuthority) -> SunatClient:
    """A client of the simulated SUNAT."""
    url, consult_url = f"{sunat.url}/ol-ti-itcpfegem/billService", ""
    return SunatClient(Endpoint(url=url, consult_url=consult_url, user="20000000001MODDATOS", password="moddatos",
                                connect_timeout=2, read_timeout=10))  # fmt: skip


@FEW
@given(document=documents())
def test_sunat_accepts_every_document_without_observations(
    document: Document, key: SigningKey, client: SunatClient, sunat: TaxAuthority, clock: ManualClock
) -> None:
    """The simulator judges element order, amounts, taxes, customer and signature."""
    sunat.reset()
    archive = zip_voucher(document.file_name, sign(build(document), key).xml)
    answer = client.send_bill(document.file_name, archive, number=document.id)
    assert isinstance(answer, Accepted), answer
