"""The samples of `make vouchers`: every kind and variant, valid names, and not one observation of SUNAT (issue 5)."""

import re
from collections.abc import Iterator

import pytest
from lxml import etree

from chassis.testing import ServiceUnderTest
from services.einvoice import samples
from services.einvoice.certificates import SigningKey
from services.einvoice.documents import CREDIT_REASONS, DEBIT_REASONS, Document
from services.einvoice.documents.summaries import SummaryDocument
from services.einvoice.signing import sign
from services.einvoice.sunat import Accepted, SunatClient, zip_voucher
from services.einvoice.ubl import build, build_summary
from tests.einvoice.conftest import Office
from tests.einvoice.schemas import schema_problems

SUNAT_NAME = re.compile(r"\d{11}-(?:(?:01|03|07|08)-[A-Z0-9]{4}-\d{1,8}|R[CA]-\d{8}-\d{1,5})")


@pytest.fixture
def documents(service: ServiceUnderTest) -> Iterator[list[Document]]:
    """Every voucher of the samples."""
    with service.context():
        yield samples.sample_documents()


@pytest.fixture
def summaries(service: ServiceUnderTest) -> Iterator[list[SummaryDocument]]:
    """Every RC and RA of the samples."""
    with service.context():
        yield samples.sample_summaries()


def test_every_kind_reason_and_variant_has_a_sample(
    documents: list[Document], summaries: list[SummaryDocument]
) -> None:
    """Four types, every reason of a note that fits, instalments, discounts, rounding, 500 lines, RC and RA."""
    assert {document.type for document in documents} == {"01", "03", "07", "08"}
    reasons = {(each.type, each.amends.voucher_type, each.amends.reason_code) for each in documents if each.is_note}
    assert {code for kind, of, code in reasons if (kind, of) == ("07", "01")} == set(CREDIT_REASONS)
    assert {code for kind, of, code in reasons if (kind, of) == ("08", "03")} == set(DEBIT_REASONS)
    assert {kind for kind in ("01", "03", "07", "08") for each in documents if each.type == kind and len(each.lines) == 500} == {"01", "03", "07", "08"}  # fmt: skip
    assert any(each.particulars.instalments for each in documents if each.type == "01")
    assert any(each.particulars.adjustments and each.particulars.rounding_cents for each in documents)
    assert {summary.kind for summary in summaries} == {"RC", "RA"}
    assert {line.condition for summary in summaries for line in summary.lines} == {"1", "2", "3"}
    assert max(len(summary.lines) for summary in summaries) == 500


def test_every_sample_has_a_name_of_its_own_that_sunat_takes(
    documents: list[Document], summaries: list[SummaryDocument]
) -> None:
    """RUC-TT-SERIE-NUMERO, RUC-RC-YYYYMMDD-N (sunat.md 2.9)."""
    names = [each.file_name for each in (*documents, *summaries)]
    assert len(names) == len(set(names)) > 50
    assert [name for name in names if not SUNAT_NAME.fullmatch(name)] == []


def test_every_sample_keeps_the_order_of_the_schema(
    documents: list[Document], summaries: list[SummaryDocument], key: SigningKey
) -> None:
    """Element by element, against the sequences of SUNAT's XSDs."""
    for document in documents:
        assert schema_problems(etree.fromstring(sign(build(document), key).xml)) == [], document.file_name
    for summary in summaries:
        assert schema_problems(etree.fromstring(sign(build_summary(summary), key).xml)) == [], summary.file_name


def test_sunat_accepts_every_voucher_of_the_samples_without_an_observation(office: Office, key: SigningKey) -> None:
    """Originals first, so that the notes find them."""
    with office.service.context():
        documents = samples.sample_documents()
        from services.einvoice.conversation import endpoint

        client = SunatClient(endpoint(office.service.settings))
    for document in documents:
        archive = zip_voucher(document.file_name, sign(build(document), key).xml)
        answer = client.send_bill(document.file_name, archive, number=document.id)
        assert isinstance(answer, Accepted), (document.file_name, answer)
