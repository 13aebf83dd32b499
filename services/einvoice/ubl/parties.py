"""Who issues, who signs, who receives."""

from lxml import etree

from services.einvoice.documents import RUC, Customer, Issuer
from services.einvoice.ubl.elements import add, add_path

SIGNATURE_ID = "SignatureCMP"
"""Id of ds:Signature, named by cac:Signature (2085, 2083)."""


def add_signature_reference(parent: etree._Element, issuer: Issuer) -> None:
    """cac:Signature: who signed, and where the signature stands (2076-2083)."""
    signature = add(parent, "cac:Signature")
    add(signature, "cbc:ID", SIGNATURE_ID)
    party = add(signature, "cac:SignatoryParty")
    add_path(party, "cac:PartyIdentification/cbc:ID", issuer.ruc)
    add_path(party, "cac:PartyName/cbc:Name", issuer.legal_name)
    add_path(signature, "cac:DigitalSignatureAttachment/cac:ExternalReference/cbc:URI", f"#{SIGNATURE_ID}")


def add_supplier(parent: etree._Element, issuer: Issuer) -> None:
    """cac:AccountingSupplierParty with the registered address and the establishment code (3030, 4198)."""
    party = add_path(parent, "cac:AccountingSupplierParty/cac:Party")
    add_path(party, "cac:PartyIdentification/cbc:ID", issuer.ruc, schemeID=RUC)
    if issuer.trade_name:
        add_path(party, "cac:PartyName/cbc:Name", issuer.trade_name)
    entity = add(party, "cac:PartyLegalEntity")
    add(entity, "cbc:RegistrationName", issuer.legal_name)
    _add_address(entity, issuer)


def _add_address(entity: etree._Element, issuer: Issuer) -> None:
    address = add(entity, "cac:RegistrationAddress")
    add(address, "cbc:ID", issuer.ubigeo)
    add(address, "cbc:AddressTypeCode", issuer.establishment)
    if issuer.urbanization:
        add(address, "cbc:CitySubdivisionName", issuer.urbanization)
    add(address, "cbc:CityName", issuer.province)
    add(address, "cbc:CountrySubentity", issuer.department)
    add(address, "cbc:District", issuer.district)
    add_path(address, "cac:AddressLine/cbc:Line", issuer.address)
    add_path(address, "cac:Country/cbc:IdentificationCode", "PE")


def add_customer(parent: etree._Element, customer: Customer) -> None:
    """cac:AccountingCustomerParty: exactly one identification (3090) and the name."""
    party = add_path(parent, "cac:AccountingCustomerParty/cac:Party")
    add_path(party, "cac:PartyIdentification/cbc:ID", customer.document_number, schemeID=customer.document_type)
    add_path(party, "cac:PartyLegalEntity/cbc:RegistrationName", customer.name)
