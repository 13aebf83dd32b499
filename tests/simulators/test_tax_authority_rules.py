"""Each rule of SUNAT that the simulator applies: one change to a correct voucher, one code."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from lxml import etree
from signxml.algorithms import CanonicalizationMethod, DigestAlgorithm, SignatureMethod
from signxml.signer import XMLSigner

from simulators.tax_authority import checks, sample, xmldsig
from simulators.tax_authority.catalogue import Catalogue
from simulators.tax_authority.cdr import make_seal
from simulators.tax_authority.checks import RULES, Context, Verdict, judge
from simulators.tax_authority.checks.taxes import TAXES
from simulators.tax_authority.config import Config
from simulators.tax_authority.documents import read_document
from simulators.tax_authority.files import parse_name
from simulators.tax_authority.sample import Item, voucher

NOW = datetime(2026, 11, 21, 15, 0, tzinfo=UTC)
TODAY = date(2026, 11, 21)
SEAL = make_seal(NOW)
CATALOGUE = Catalogue()
IGV = Item(Decimal("100.00"), "1000")
INAFECTO = Item(Decimal("60.00"), "9998")
ACCEPTED_FACTURA = {"state": "accepted", "total": "60.00", "issue_date": "2026-11-21"}


def verdict_of(xml: bytes, kind: str, number: str, known: dict[str, Any] | None = None, **config: Any) -> Verdict:
    document = read_document(parse_name(f"{sample.RUC}-{kind}-{number}.zip"), xml)
    context = Context(Config(**config), TODAY, NOW, lambda _key: known)
    return judge(document, context, CATALOGUE)


def changed(text: str, old: str, new: str) -> str:
    assert re.search(old, text), f"{old} is not in the sample"
    return re.sub(old, new, text, count=1)


def codes(kind: str, old: str = "", new: str = "", **config: Any) -> list[str]:
    """Codes of a correct voucher of a kind after one change made before signing."""
    number = {"01": "F001-1", "03": "B001-1", "07": "FCN1-1", "08": "FND1-1"}[kind]
    text = voucher(kind, number, config.pop("issued", TODAY), (INAFECTO, IGV), affected=("01", "F001-1"))
    known = {"state": "accepted", "total": "500.00"} | config.pop("known", {})
    verdict = verdict_of(sample.sign(changed(text, old, new) if old else text, SEAL), kind, number, known, **config)
    return [code for code in (verdict.code, *(finding.code for finding in verdict.observations)) if code != "0"]


@pytest.mark.parametrize("kind", ["01", "03", "07", "08"])
def test_a_voucher_by_the_tables_passes_without_an_observation(kind: str) -> None:
    assert codes(kind) == []


@pytest.mark.parametrize("items", [(INAFECTO,), (IGV,), (INAFECTO, INAFECTO, IGV)])
def test_association_dues_alone_and_beside_taxed_lines_pass(items: tuple[Item, ...]) -> None:
    xml = sample.sign(voucher("03", "BCN7-1", TODAY, items), SEAL)
    assert verdict_of(xml, "03", "BCN7-1") == Verdict()


ROOT_TO_CUSTOMER = [
    ("0306", "<cbc:IssueTime>10:00:00</cbc:IssueTime>(<cbc:Inv.*?</cbc:InvoiceTypeCode>)", r"\1<cbc:IssueTime/>"),
    ("0306", "<cbc:IssueTime>", "<cbc:Invento>1</cbc:Invento><cbc:IssueTime>"),
    ("0306", 'LineExtensionAmount currencyID="PEN"', "LineExtensionAmount"),
    ("2074", "<cbc:UBLVersionID>2.1", "<cbc:UBLVersionID>2.0"),
    ("2073", "<cbc:CustomizationID>2.0</cbc:CustomizationID>", ""),
    ("1001", "<cbc:ID>[FB]001-1", "<cbc:ID>CN07-1"),
    ("1036", "001-1</cbc:ID>", "001-2</cbc:ID>"),
    ("1010", "<cbc:IssueDate>2026-11-21</cbc:IssueDate>", ""),
    ("1009", "2026-11-21</cbc:IssueDate>", "21/11/2026</cbc:IssueDate>"),
    ("1003", ">0[13]</cbc:InvoiceTypeCode>", ">12</cbc:InvoiceTypeCode>"),
    ("3205", ' listID="0101"', ""),
    ("3206", 'listID="0101"', 'listID="9999"'),
    ("3027", 'languageLocaleID="1000"', 'languageLocaleID="1"'),
    ("3006", "SESENTA CON 00/100 SOLES", ""),
    ("2070", "<cbc:DocumentCurrencyCode>PEN</cbc:DocumentCurrencyCode>", ""),
    ("2071", '<cbc:PayableAmount currencyID="PEN"', '<cbc:PayableAmount currencyID="USD"'),
    ("2076", "<cbc:ID>FIRMA</cbc:ID>", "<cbc:ID/>"),
    ("1034", 'schemeID="6">20000000001', 'schemeID="6">20100000009'),
    ("1008", '<cbc:ID schemeID="6">20000000001', "<cbc:ID>20000000001"),
    ("1037", f"<cbc:RegistrationName>{sample.NAME}", "<cbc:RegistrationName>"),
    ("4092", "<cac:PartyLegalEntity>", "<cac:PartyName><cbc:Name/></cac:PartyName><cac:PartyLegalEntity>"),
]
CUSTOMER_AND_LINES = [
    ("2014", ">(00000001|20600000005)</cbc:ID>", "></cbc:ID>"),
    ("2015", 'schemeID="."(>00000001|>20600000005)', r"\1"),
    ("2016", 'schemeID="."(>00000001|>20600000005)', r'schemeID="Z"\1'),
    ("2017", 'schemeID="."(>00000001|>20600000005)', r'schemeID="6">123'),
    ("1083", 'schemeID="."(>00000001|>20600000005)', r'schemeID="6">20600000006'),
    ("2021", "(PERSONA INVENTADA|CLINICA INVENTADA S.A.C.)", ""),
    ("2022", "(PERSONA INVENTADA|CLINICA INVENTADA S.A.C.)", "AB"),
    ("2023", "Line><cbc:ID>1</cbc:ID>", "Line><cbc:ID>0</cbc:ID>"),
    ("2752", "Line><cbc:ID>2</cbc:ID>", "Line><cbc:ID>1</cbc:ID>"),
    ("2024", 'unitCode="ZZ">1<', 'unitCode="ZZ">0<'),
    ("2025", 'unitCode="ZZ">1<', 'unitCode="ZZ">1e0<'),
    ("2883", ' unitCode="ZZ"', ""),
    ("2027", "<cbc:Description>Cuota mensual", "<cbc:Description>"),
    ("2028", "<cac:PricingReference>.*?</cac:PricingReference>", ""),
    ("2410", "<cbc:PriceTypeCode>01", "<cbc:PriceTypeCode>03"),
    ("2068", "<cac:Price>.*?</cac:Price>", ""),
    ("3195", "(</cac:PricingReference>)<cac:TaxTotal>.*?</cac:TaxTotal>", r"\1"),
    ("2992", "<cbc:Percent>0</cbc:Percent>", ""),
    ("2371", "<cbc:TaxExemptionReasonCode>30</cbc:TaxExemptionReasonCode>", ""),
    ("2040", "<cbc:TaxExemptionReasonCode>30", "<cbc:TaxExemptionReasonCode>10"),
    ("2377", "(Code>30.*?)<cbc:TaxTypeCode>FRE", r"\1<cbc:TaxTypeCode>VAT"),
    ("2036", "(Code>30.*?)<cbc:ID>9998", r"\1<cbc:ID>1234"),
    ("3110", '0.00(</cbc:TaxAmount><cac:TaxCategory><cbc:Percent>0<)', r"10.80\1"),
    ("2638", "(<cac:TaxTotal>.*?)<cac:TaxSubtotal>.*?</cac:TaxSubtotal>", r"\1"),
    ("2062", '(PayableAmount currencyID="PEN">)', r"\g<1>-"),
]  # fmt: skip


@pytest.mark.parametrize(("code", "old", "new"), ROOT_TO_CUSTOMER + CUSTOMER_AND_LINES)
@pytest.mark.parametrize("kind", ["01", "03"])
def test_one_wrong_element_gives_its_code(kind: str, code: str, old: str, new: str) -> None:
    assert code in codes(kind, old, new)


@pytest.mark.parametrize(
    ("rejection", "observation", "old", "new"),
    [
        ("3030", "4198", "<cbc:AddressTypeCode>0000</cbc:AddressTypeCode>", ""),
        ("3239", "4242", "<cbc:AddressTypeCode>0000", "<cbc:AddressTypeCode>A"),
        ("3271", "4288", 'unitCode="ZZ">1<', 'unitCode="ZZ">3<'),
        ("3103", "4293", "<cbc:Percent>18", "<cbc:Percent>10"),
        ("3274", "4296", '60.00(</cbc:TaxableAmount><cbc:TaxAmount currencyID="PEN">0.00</cbc:TaxAmount>'
                         "<cac:TaxCategory><cac:TaxScheme>)", r"62.00\1"),
        ("3277", "4299", '100.00(</cbc:TaxableAmount><cbc:TaxAmount currencyID="PEN">18.00</cbc:TaxAmount>'
                         "<cac:TaxCategory><cac:TaxScheme>)", r"102.00\1"),
        ("3294", "4301", '<cac:TaxTotal><cbc:TaxAmount currencyID="PEN">18.00',
                         '<cac:TaxTotal><cbc:TaxAmount currencyID="PEN">20.00'),
        ("3280", "4312", 'PayableAmount currencyID="PEN">178.00', 'PayableAmount currencyID="PEN">180.00'),
    ],
)  # fmt: skip
def test_what_rejects_a_factura_only_observes_a_boleta(rejection: str, observation: str, old: str, new: str) -> None:
    assert codes("01", old, new)[0] == rejection
    assert observation in codes("03", old, new)


def test_totals_may_be_off_by_one_sol() -> None:
    assert codes("01", 'PayableAmount currencyID="PEN">178.00', 'PayableAmount currencyID="PEN">179.00') == []


def test_an_internal_factura_is_for_a_ruc_only_2800() -> None:
    assert codes("01", 'schemeID="6">20600000005', 'schemeID="1">00000001') == ["2800"]


@pytest.mark.parametrize(("customer", "code"), [('"1">123', "4207"), ('"7">A B', "4208")])
def test_a_boleta_with_an_odd_identity_number_is_only_observed(customer: str, code: str) -> None:
    assert codes("03", '"1">00000001', customer) == [code]


def test_an_anonymous_boleta_passes() -> None:
    assert codes("03", '"1">00000001', '"0">-') == []


@pytest.mark.parametrize(
    ("code", "terms"),
    [
        ("3244", ""),
        ("3246", "<cac:PaymentTerms><cbc:ID>FormaPago</cbc:ID><cbc:PaymentMeansID>Efectivo</cbc:PaymentMeansID></cac:PaymentTerms>"),
        ("3247", sample.CASH + sample.CASH.replace("Contado", "Credito")),
        ("3249", sample.CASH.replace("Contado", "Credito")),
        ("3252", sample.CASH.replace("Contado", "Cuota001")),
        ("3248", sample.CASH + sample.CASH),
    ],
)  # fmt: skip
def test_a_factura_says_how_it_is_paid(code: str, terms: str) -> None:
    assert codes("01", re.escape(sample.CASH), terms) == [code]


def credit(due: str, pending: str = "178.00", part: str = "178.00") -> str:
    term = '<cac:PaymentTerms><cbc:ID>FormaPago</cbc:ID><cbc:PaymentMeansID>{}</cbc:PaymentMeansID><cbc:Amount currencyID="PEN">{}</cbc:Amount>'
    return (
        f"{term.format('Credito', pending)}</cac:PaymentTerms>"
        f"{term.format('Cuota001', part)}<cbc:PaymentDueDate>{due}</cbc:PaymentDueDate></cac:PaymentTerms>"
    )


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (credit("2026-12-21"), []),
        (credit("2026-11-21"), ["3267"]),
        (credit("2026-12-21", "200.00", "200.00"), ["3265"]),
        (credit("2026-12-21", "178.00", "100.00"), ["3319"]),
    ],
)
def test_instalments_fall_due_later_and_add_up(given: str, expected: list[str]) -> None:
    assert codes("01", re.escape(sample.CASH), given) == expected


def test_a_boleta_carries_no_payment_terms_3128() -> None:
    assert codes("03", "<cac:TaxTotal>", f"{sample.CASH}<cac:TaxTotal>") == ["3128"]


@pytest.mark.parametrize(
    ("kind", "days", "expected"),
    [
        ("01", 3, []), ("01", 4, ["2108"]), ("07", 4, ["2108"]),
        ("03", 7, []), ("03", 8, ["1079"]), ("03", -2, []), ("03", -3, ["2329"]),
    ],
)  # fmt: skip
def test_deadlines_count_calendar_days_from_issue(kind: str, days: int, expected: list[str]) -> None:
    assert codes(kind, issued=TODAY - timedelta(days=days)) == expected


@pytest.mark.parametrize(
    ("state", "total", "expected"),
    [
        ("voided", "500.00", ["2120"]),
        ("rejected", "500.00", ["2121"]),
        ("exception", "500.00", ["2119"]),
        ("accepted", "178.00", []),
        ("accepted", "177.00", ["3286"]),
    ],
)
def test_a_credit_note_fits_what_sunat_holds(state: str, total: str, expected: list[str]) -> None:
    assert codes("07", known={"state": state, "total": total}) == expected


def test_a_note_of_an_unknown_voucher_is_2119_unless_told_not_to_look() -> None:
    xml = sample.sign(voucher("07", "FCN1-1", TODAY, affected=("01", "F001-9")), SEAL)
    assert verdict_of(xml, "07", "FCN1-1").code == "2119"
    assert verdict_of(xml, "07", "FCN1-1", check_affected=False).code == "0"


@pytest.mark.parametrize(
    ("code", "old", "new"),
    [
        ("2116", "<cbc:DocumentTypeCode>01", "<cbc:DocumentTypeCode>03"),
        ("2136", "Anulacion de la operacion", ""),
        ("2135", "Anulacion de", "Anulacion\nde"),
        ("2172", "<cbc:ResponseCode>01", "<cbc:ResponseCode>99"),
        ("2524", "<cac:BillingReference>.*</cac:BillingReference>", ""),
        ("2365", "(<cac:BillingReference>.*</cac:BillingReference>)", r"\1\1"),
        ("3257", "<cac:TaxTotal>", f"{sample.CASH.replace('Contado', 'Credito')}<cac:TaxTotal>"),
    ],
)
def test_a_note_says_what_it_modifies_and_why(code: str, old: str, new: str) -> None:
    assert codes("07", old, new) == [code]


def test_a_reason_for_facturas_on_a_note_of_a_boleta_is_observed_4367() -> None:
    xml = sample.sign(voucher("07", "BCN1-1", TODAY, affected=("03", "B001-1"), reason="04"), SEAL)
    known = {"state": "accepted", "total": "60.00"}
    assert [finding.code for finding in verdict_of(xml, "07", "BCN1-1", known).observations] == ["4367"]


def signed_boleta() -> bytes:
    return sample.sign(voucher("03", "B001-1", TODAY), SEAL)


@pytest.mark.parametrize(
    ("code", "old", "new"),
    [
        ("2335", b"Cuota mensual", b"Cuota semanal"),
        ("2335", b"<cbc:IssueTime>", b"\n  <cbc:IssueTime>"),
        ("2085", b' Id="FIRMA"', b""),
        ("2085", b"<ds:Signature .*</ds:Signature>", b"<cbc:Note/>"),
        ("2090", b'Reference URI=""', b'Reference URI="#x"'),
        ("2092", b"xmldsig#enveloped-signature", b"xmldsig#base64"),
        ("2101", b"<ds:X509Certificate>.*</ds:X509Certificate>", b""),
        ("2100", b"<ds:X509Certificate>.*</ds:X509Certificate>", b"<ds:X509Certificate>AAAA</ds:X509Certificate>"),
        ("2099", b"<ds:SignatureValue>.*</ds:SignatureValue>", b""),
    ],
)
def test_a_signature_that_does_not_hold_gives_its_code(code: str, old: bytes, new: bytes) -> None:
    xml = re.sub(old, new, signed_boleta(), count=1, flags=re.DOTALL)
    assert xml != signed_boleta()
    assert verdict_of(xml, "03", "B001-1").code == code


def test_an_unsigned_voucher_does_not_pass_the_schema_0306() -> None:
    assert verdict_of(voucher("03", "B001-1", TODAY).encode(), "03", "B001-1").code == "0306"


def test_a_certificate_that_has_run_out_is_2327() -> None:
    old = make_seal(NOW - timedelta(days=4000))
    assert verdict_of(sample.sign(voucher("03", "B001-1", TODAY), old), "03", "B001-1").code == "2327"


def test_a_certificate_that_was_not_declared_is_2325() -> None:
    assert verdict_of(signed_boleta(), "03", "B001-1", certificates=("00",)).code == "2325"


class OldSigner(XMLSigner):
    """Many issuers still sign with SHA-1, which SUNAT accepts (sunat.md 2.8)."""

    def check_deprecated_methods(self) -> None:
        """Let SHA-1 pass."""


@pytest.mark.parametrize(
    ("method", "digest", "canonical"),
    [
        (SignatureMethod.RSA_SHA1, DigestAlgorithm.SHA1, CanonicalizationMethod.CANONICAL_XML_1_0),
        (SignatureMethod.RSA_SHA256, DigestAlgorithm.SHA256, CanonicalizationMethod.EXCLUSIVE_XML_CANONICALIZATION_1_0),
        (SignatureMethod.RSA_SHA512, DigestAlgorithm.SHA512, CanonicalizationMethod.CANONICAL_XML_1_0),
    ],
)
def test_the_algorithms_sunat_accepts_are_verified(method: Any, digest: Any, canonical: Any) -> None:
    signer = OldSigner(signature_algorithm=method, digest_algorithm=digest, c14n_algorithm=canonical)
    root = signer.sign(etree.fromstring("<a xmlns:b='urn:b'><b:c>ñ</b:c></a>"), key=SEAL.key, cert=[SEAL.certificate])
    again = etree.fromstring(etree.tostring(root))
    signature = again.find("ds:Signature", xmldsig.NS)
    assert signature is not None
    assert xmldsig.verify(again, signature) == SEAL.certificate


def test_every_code_a_rule_can_give_has_a_text() -> None:
    sources = "".join(path.read_text(encoding="utf-8") for path in Path(checks.__file__).parent.glob("*.py"))
    given = set(re.findall(r'"([1-4]\d{3})"', " ".join(re.findall(r"Finding\(.*", sources)))) - set(TAXES)
    assert len(given) > 80
    assert given <= set(CATALOGUE.codes)


def test_every_kind_of_document_has_its_rules() -> None:
    assert set(RULES) == {"01", "03", "07", "08", "RC", "RA"}
