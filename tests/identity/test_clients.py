"""How a client comes to be (VOC-2): by a voucher, or from a list; and whose e-mail it is (VOC-6)."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from contracts.einvoice import VoucherImported
from contracts.identity import AccountOpened, ContactChanged
from services.identity.clients.appearing import change_client_email, client_in_scope, find_client
from services.identity.models import Account, ClientCouncil, DataAccess, KnownVoucher
from tests.identity.asking import asking
from tests.identity.client_facts import CLINIC, PATIENT_DNI, ROSA_DNI, ROSA_RUC, issued
from tests.identity.conftest import House
from tests.people import staff

HEADING = "tipo_documento,numero_documento,nombre,correo,consejo\n"


def accounts_of(house: Any) -> list[Account]:
    """The clients' accounts, oldest first."""
    with house.service.transaction() as session:
        return list(session.scalars(select(Account).where(Account.kind == "client").order_by(Account.created_at)))


def opened(house: Any) -> list[tuple[str, str]]:
    """Documents of the clients that were announced."""
    return [(e.document_type, e.document_number) for e in house.service.events(AccountOpened) if e.kind == "client"]


@pytest.mark.parametrize(
    ("kind", "number"), [("6", CLINIC), ("1", PATIENT_DNI), ("4", "001234567"), ("7", "AB12345"), ("6", ROSA_RUC)]
)
def test_a_voucher_gives_its_customer_an_account_without_a_password(house: Any, kind: str, number: str) -> None:
    """VOC-2, AMB-2, AMB-3: any document; a physician's RUC as well."""
    house.service.deliver(issued(customer_document_type=kind, customer_document_number=number))

    (client,) = accounts_of(house)
    assert (client.kind, *client.document) == ("client", kind, number)
    assert client.name == "CLÍNICA DE EJEMPLO S.A.C."
    assert client.password_hash is None
    assert opened(house) == [(kind, number)]


def test_a_voucher_of_earlier_years_lets_its_customer_in_as_well(house: Any) -> None:
    """VOC-2, VOU-5: also the proof by its four facts counts (AMB-4)."""
    facts = {name: value for name, value in vars(issued("F001-00000007")).items() if name != "order_id"}
    house.service.deliver(VoucherImported(**facts))
    assert opened(house) == [("6", CLINIC)]
    with house.service.transaction() as session:
        assert session.scalars(select(KnownVoucher.number)).one() == "F001-00000007"


def test_a_boleta_to_a_physicians_dni_makes_no_client(house: Any) -> None:
    """AMB-2: the physician uses option 1."""
    house.service.deliver(issued(customer_document_type="1", customer_document_number=ROSA_DNI))
    assert accounts_of(house) == []


@pytest.mark.parametrize(("kind", "number"), [("-", "-"), ("6", ""), ("2", "123")])
def test_a_voucher_without_a_document_makes_no_client(house: Any, kind: str, number: str) -> None:
    house.service.deliver(issued(customer_document_type=kind, customer_document_number=number))
    assert accounts_of(house) == []


def test_further_vouchers_find_the_client_there(house: Any) -> None:
    house.service.deliver(issued())
    house.service.deliver(issued("F003-00000018", council="05"))

    assert len(accounts_of(house)) == 1
    assert opened(house) == [("6", CLINIC)]
    with house.service.transaction() as session:
        assert set(session.scalars(select(ClientCouncil.council))) == {"03", "05"}


def test_the_same_voucher_told_twice_is_remembered_once(house: Any) -> None:
    event = issued()
    house.service.deliver(event, id="a")
    house.service.deliver(event, id="b")
    with house.service.transaction() as session:
        assert session.scalar(select(func.count()).select_from(KnownVoucher)) == 1


def test_the_same_number_of_two_kinds_of_document_is_two_clients(house: Any) -> None:
    house.service.deliver(issued(customer_document_type="1", customer_document_number=PATIENT_DNI))
    house.service.deliver(issued("F003-00000018", customer_document_type="4", customer_document_number=PATIENT_DNI))
    assert len(accounts_of(house)) == 2


@pytest.mark.parametrize(("council", "found"), [("03", True), ("05", False), (None, True)])
def test_a_client_is_looked_after_by_the_council_that_served_it_and_the_national_one(
    house: Any, council: str | None, found: bool
) -> None:
    """VOC-6."""
    house.service.deliver(issued())
    with house.service.transaction() as session:
        client = find_client(session, "6", CLINIC)
        assert client is not None
        assert (client_in_scope(session, client.id, council) is not None) is found


def test_a_physicians_account_is_no_client_whoever_asks(house: Any) -> None:
    with house.service.transaction() as session:
        rosa = session.scalars(select(Account).where(Account.cmp_number == "012345")).unique().one()
        assert client_in_scope(session, rosa.id, None) is None
        with pytest.raises(ValueError):
            change_client_email(rosa, "otra@example.pe")


def test_one_address_may_serve_several_clients_and_a_physician(house: Any) -> None:
    """VOC-6: an accountant's address, or the physician's own for the RUC."""
    house.service.deliver(issued())
    house.service.deliver(issued("F003-00000018", customer_document_number=ROSA_RUC))
    with house.service.transaction() as session:
        clients = [find_client(session, "6", number) for number in (CLINIC, ROSA_RUC)]
        told = [change_client_email(client, "Rosa.Quispe@example.pe") for client in clients if client]
    assert [event.email for event in told] == ["rosa.quispe@example.pe"] * 2
    assert house.log_in("rosa.quispe@example.pe").body["account"]["cmp_number"] == "012345"


# ---- the list


def write(folder: Path, *rows: str, heading: str = HEADING) -> str:
    """A list as a file."""
    file = folder / "clientes.csv"
    file.write_text(heading + "".join(row + "\n" for row in rows), "utf-8")
    return str(file)


def test_a_list_enters_clients_and_tells_their_addresses(house: Any, tmp_path: Path) -> None:
    file = write(
        tmp_path, f"RUC,{CLINIC},Clínica de Ejemplo S.A.C.,Caja@Example.pe,III", f"DNI,{PATIENT_DNI},Ana Soto Ñique,,"
    )

    result = house.run("import-clients", file)

    assert result.exit_code == 0
    assert "nuevos: 2" in result.stderr
    assert [client.mail_address for client in accounts_of(house)] == ["caja@example.pe", None]
    told = [event.email for event in house.service.events(ContactChanged) if event.cmp_number is None]
    assert told == ["caja@example.pe"]


def test_running_a_list_again_changes_and_tells_nothing(house: Any, tmp_path: Path) -> None:
    """Resumable: whatever was done before an interruption is found there."""
    file = write(tmp_path, f"RUC,{CLINIC},Clínica de Ejemplo S.A.C.,caja@example.pe,III")
    house.run("import-clients", file)
    before = len(house.service.events())

    assert "iguales: 1" in house.run("import-clients", file).stderr
    assert len(house.service.events()) == before


def test_a_dry_run_counts_and_keeps_nothing(house: Any, tmp_path: Path) -> None:
    before = len(house.service.events())
    result = house.run("import-clients", "--dry-run", write(tmp_path, f"RUC,{CLINIC},Clínica de Ejemplo,,"))

    assert "prueba sin guardar; nuevos: 1" in result.stderr
    assert accounts_of(house) == []
    assert len(house.service.events()) == before


BAD = {
    "RUC,20999999018,Clínica de Ejemplo,,": "numero_documento",
    "DNI,4000009,Ana Soto,,": "numero_documento",
    "LIBRETA,123,Ana Soto,,": "tipo_documento",
    f"DNI,{PATIENT_DNI},,,": "nombre",
    f"DNI,{PATIENT_DNI},Ana Soto,sin-arroba,": "correo",
    f"DNI,{PATIENT_DNI},Ana Soto,,XL": "consejo",
    f"DNI,{ROSA_DNI},Rosa Quispe,,": "numero_documento",
}


@pytest.mark.parametrize("row", BAD)
def test_a_bad_row_is_told_with_its_column_and_costs_no_other(house: Any, tmp_path: Path, row: str) -> None:
    result = house.run("import-clients", write(tmp_path, row, f"RUC,{CLINIC},Clínica de Ejemplo,,"))

    assert result.exit_code == 1
    line, column, _ = result.stdout.splitlines()[1].split(",", 2)
    assert (line, column) == ("2", BAD[row])
    assert [client.document_number for client in accounts_of(house)] == [CLINIC]


def test_the_first_row_of_a_document_counts(house: Any, tmp_path: Path) -> None:
    rows = (f"RUC,{CLINIC},Clínica Uno,,", f"RUC,{CLINIC},Clínica Dos,,")
    assert "ya está en la línea 2" in house.run("import-clients", write(tmp_path, *rows)).stdout
    assert [client.name for client in accounts_of(house)] == ["Clínica Uno"]


def test_a_file_without_its_columns_is_refused_whole(house: Any, tmp_path: Path) -> None:
    result = house.run("import-clients", write(tmp_path, heading="ruc;razon social\n"))
    assert result.exit_code == 1
    assert "faltan las columnas" in result.stderr


def test_bad_rows_go_into_a_report_when_asked(house: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    report = tmp_path / "malas.csv"
    house.run("import-clients", write(tmp_path, "RUC,20999999018,Clínica,,"), "--report", str(report))
    assert report.read_text("utf-8-sig").splitlines()[0] == "linea,columna,motivo"
    assert len(report.read_text().splitlines()) == 2


def test_an_address_that_staff_set_is_not_overwritten_by_a_list(house: Any, tmp_path: Path) -> None:
    """VOC-6: from then on it is the staff's."""
    house.service.deliver(issued())
    with house.service.transaction() as session:
        client = find_client(session, "6", CLINIC)
        assert client is not None
        change_client_email(client, "nueva@example.pe")

    house.run("import-clients", write(tmp_path, f"RUC,{CLINIC},Clínica de Ejemplo S.A.C.,vieja@example.pe,"))

    assert accounts_of(house)[0].mail_address == "nueva@example.pe"


def test_an_interrupted_import_keeps_whole_batches(
    house: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, settle: Callable[..., Any]
) -> None:
    from services.identity.clients import importing
    from services.identity.documents import ruc_of

    monkeypatch.setattr(importing, "BATCH", 2)
    rows = [f"RUC,{ruc_of(f'4100000{n}')},Cliente {n},," for n in range(5)]
    real, calls = importing._take, []

    def breaks(*given: Any) -> Any:
        calls.append(given)
        if len(calls) == 4:
            raise KeyboardInterrupt
        return real(*given)

    monkeypatch.setattr(importing, "_take", breaks)
    file = write(tmp_path, *rows)
    house.run("import-clients", file)
    assert len(accounts_of(house)) == 2
    monkeypatch.setattr(importing, "_take", real)

    assert "nuevos: 3, con cambios: 0, iguales: 2" in house.run("import-clients", file).stderr


def test_the_demonstration_has_one_client_and_loading_it_again_changes_nothing(house: Any) -> None:
    from services.identity.clients.demo import SAMPLE_EMAIL, load_demo_client

    for _ in range(2):
        load_demo_client(house.service.app)
    (client,) = accounts_of(house)
    assert (client.document_number, client.mail_address) == (CLINIC, SAMPLE_EMAIL)


@pytest.mark.parametrize(("council", "status"), [("03", 200), (None, 200), ("15", 404)])
def test_staff_open_a_client_their_council_served_and_it_is_noted(
    house: House, council: str | None, status: int
) -> None:
    """VOC-6; who looked is told to the client (Ley 29733)."""
    house.service.deliver(issued())
    with house.service.transaction() as session:
        client = find_client(session, "6", CLINIC)
        assert client is not None
    answer = asking(house.service, staff("identity:client-email", council=council)).get(f"/v1/clients/{client.id}")
    assert answer.status_code == status
    with house.service.transaction() as session:
        looks = session.scalars(select(DataAccess)).all()
    assert [look.account_id for look in looks] == ([client.id] if status == 200 else [])
