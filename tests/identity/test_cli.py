"""What operators type (README, runbook)."""

import csv

import pytest

from contracts.identity import ContactChanged, PhysicianRegistered
from services.identity.accounts import find_account

HEADING = "cmp,tipo_documento,numero_documento,nombres,apellido_paterno,apellido_materno,consejo,fecha_colegiatura"
GOOD = "54321,DNI,45000001,Inés,Ibáñez,Güere,15,2010-03-15"
BAD = "54322,DNI,4500000,Inés,Ibáñez,Güere,15,2010-03-15"


def written(folder, *lines, encoding="utf-8"):
    """A file with these lines."""
    file = folder / "padron.csv"
    file.write_text("\n".join(lines), encoding)
    return str(file)


def test_an_import_without_faults_says_so_and_exits_with_zero(house, tmp_path):
    result = house.run("import-physicians", written(tmp_path, HEADING, GOOD))

    assert result.exit_code == 0
    assert "nuevos: 1, con cambios: 0, iguales: 0, rechazados: 0" in result.stderr
    assert result.stdout.splitlines() == ["linea,columna,motivo"]


def test_refused_rows_go_to_standard_output_and_the_exit_code_tells(house, tmp_path):
    result = house.run("import-physicians", written(tmp_path, HEADING, BAD, GOOD))

    assert result.exit_code == 1
    assert list(csv.reader(result.stdout.splitlines()))[1:] == [
        ["2", "numero_documento", "el DNI debe tener 8 dígitos, con sus ceros a la izquierda"]
    ]
    assert house.service.events(PhysicianRegistered)[-1].cmp_number == "054321"


def test_refused_rows_go_to_a_file_that_spreadsheets_open(house, tmp_path):
    report = tmp_path / "rechazados.csv"

    house.run("import-physicians", written(tmp_path, HEADING, BAD), "--report", str(report))

    assert report.read_bytes().startswith(b"\xef\xbb\xbf")
    assert report.read_text("utf-8-sig").splitlines()[1].startswith("2,numero_documento,")


def test_a_file_of_another_encoding_loses_only_rows_with_accents(house, tmp_path):
    plain = GOOD.replace("Inés", "Ines").replace("Ibáñez", "Ibanez").replace("Güere", "Guere").replace("54321", "54323")

    result = house.run(
        "import-physicians", written(tmp_path, HEADING, GOOD, plain.replace("45000001", "45000002"), encoding="latin-1")
    )

    assert "2,,no está escrita en UTF-8" in result.stdout
    assert "nuevos: 1" in result.stderr


def test_a_file_without_the_needed_columns_changes_nothing(house, tmp_path):
    result = house.run("import-physicians", written(tmp_path, "cmp,nombres", "1,Inés"))

    assert result.exit_code == 1
    assert "faltan las columnas: tipo_documento" in result.stderr


def test_an_account_is_opened_for_a_registered_physician_and_its_email_announced(house, tmp_path):
    house.run("import-physicians", written(tmp_path, HEADING, GOOD))

    result = house.run("create-account", "54321", "--email", "Ines.Ibanez@example.pe", "--username", "ines")

    assert result.exit_code == 0
    told = house.service.events(ContactChanged)[-1]
    assert (told.cmp_number, told.email, told.document_number) == ("054321", "ines.ibanez@example.pe", "45000001")
    assert told.account_id == result.stdout.strip()


def test_an_account_may_be_opened_with_a_password_typed_twice(house, tmp_path):
    house.run("import-physicians", written(tmp_path, HEADING, GOOD))
    words = ("create-account", "54321", "--email", "ines@example.pe", "--password")

    assert house.run(*words, input="corta\ncorta\n").exit_code == 1
    result = house.run(*words, input="una frase bien larga\nuna frase bien larga\n")

    assert result.exit_code == 0
    assert "una frase" not in result.output
    assert house.log_in("ines@example.pe", "una frase bien larga").status == 201


@pytest.mark.parametrize(
    ("cmp_number", "email", "username"),
    [
        ("099999", "new@example.pe", "new"),
        ("012345", "new@example.pe", "new"),
        ("054321", "rosa.quispe@example.pe", "new"),
        ("054321", "new@example.pe", "Rosa.Quispe"),
        ("054321", "new@example.pe", "012345"),
        ("054321", "new@example.pe", "777777"),
    ],
)
def test_an_account_is_refused_for_strangers_for_names_taken_and_for_bare_digits(
    house, tmp_path, cmp_number, email, username
):
    house.run("import-physicians", written(tmp_path, HEADING, GOOD))
    before = len(house.service.published())

    result = house.run("create-account", cmp_number, "--email", email, "--username", username)

    assert result.exit_code == 1
    assert len(house.service.published()) == before


def test_a_link_is_printed_with_the_configured_address_and_lets_in(house):
    result = house.run("issue-login-link", "12345")

    address, _, token = result.stdout.strip().rpartition("/")
    assert address == "http://127.0.0.1:8080/ingresar"
    assert house.post("/v1/sessions/one-time", token=token).status == 201


def test_there_is_no_link_for_nobody(house):
    assert house.run("issue-login-link", "099999").exit_code == 1


def test_keys_are_rotated_by_command(house):
    before = house.jwks()["keys"]

    new = house.run("rotate-keys").stdout.strip()

    assert new in [key["kid"] for key in before]
    assert len(house.jwks()["keys"]) == 3


def test_a_compromised_key_is_withdrawn_by_command(house):
    house.jwks()

    house.run("rotate-keys", "--compromised")

    assert len(house.jwks()["keys"]) == 2


def test_a_user_name_is_found_in_any_capitals(house):
    with house.service.transaction() as session:
        assert find_account(session, "ROSA.QUISPE") is find_account(session, "012345")
