"""The rules of one row of the register (product 2.2, 2.3, 2.8, AMB-5)."""

from datetime import date

import pytest

from services.identity.registry_csv import (
    BadRow,
    GoodRow,
    RegistryReader,
    UnusableFile,
    cmp_number,
    council_code,
    document_number,
    document_type,
    past_date,
    specialities,
)

TODAY = date(2026, 11, 20)
COUNCILS = frozenset(f"{number:02d}" for number in range(1, 28))
HEADING = "cmp,tipo_documento,numero_documento,nombres,apellido_paterno,apellido_materno,consejo,fecha_colegiatura,estado,especialidades"
ROSA = "12345,DNI,40000001,Rosa Elvira,Quispe,Ñaupari,03,1994-03-15,ACTIVO,Pediatría|8123|10/06/2022"


def read(*lines):
    """The rows of a file with these lines."""
    return list(RegistryReader(COUNCILS, ("ACTIVO", "FALLECIDO"), TODAY).read([line + "\n" for line in lines]))


def reasons(*lines):
    """(line, column) of everything that was wrong."""
    return [(bad.line, bad.column) for row in read(*lines) if isinstance(row, list) for bad in row]


@pytest.mark.parametrize(
    ("text", "stored"),
    [("23546", "023546"), ("023546", "023546"), ("1", "000001"), ("999999", "999999"), ("100001", "100001")],
)
def test_a_cmp_number_gets_its_zeros_back(text, stored):
    assert cmp_number(text) == stored


@pytest.mark.parametrize("text", ["", "0", "000000", "1000000", "12a45", "-1", "1.5", "١٢٣", "12 45"])
def test_what_is_no_cmp_number_is_refused(text):
    with pytest.raises(ValueError, match="CMP"):
        cmp_number(text)


@pytest.mark.parametrize(
    ("text", "code"), [("DNI", "1"), ("dni", "1"), ("1", "1"), ("CE", "4"), ("Pasaporte", "7"), ("7", "7")]
)
def test_a_document_type_is_a_code_of_catalogue_06(text, code):
    assert document_type(text) == code


@pytest.mark.parametrize("text", ["", "6", "RUC", "0"])
def test_no_physician_is_registered_with_another_document(text):
    with pytest.raises(ValueError, match="DNI, CE o PASAPORTE"):
        document_type(text)


@pytest.mark.parametrize(
    ("kind", "text", "stored"),
    [("1", "00000001", "00000001"), ("4", "001234567", "001234567"), ("7", "ab123456cd78", "AB123456CD78")],
)
def test_a_document_number_stays_text_with_its_zeros(kind, text, stored):
    assert document_number(kind, text) == stored


@pytest.mark.parametrize(
    ("kind", "text"),
    [("1", "4000001"), ("1", "400000011"), ("1", "4000000A"), ("4", ""), ("7", "A" * 13), ("7", "AB-12")],
)
def test_a_document_number_of_another_form_is_refused(kind, text):
    with pytest.raises(ValueError, match="debe tener"):
        document_number(kind, text)


@pytest.mark.parametrize(
    ("text", "code"),
    [("3", "03"), ("03", "03"), ("III", "03"), ("CR III LIMA", "03"), ("consejo regional xv san martin", "15"), ("XXVII", "27"),
     ("IX", "09"), ("XIV", "14"), ("XIX", "19")],
)  # fmt: skip
def test_a_council_is_told_by_its_number_in_any_writing(text, code):
    """Product 2.2."""
    assert council_code(text, COUNCILS) == code


@pytest.mark.parametrize("text", ["", "0", "28", "XXVIII", "Lima", "CR"])
def test_a_council_that_does_not_exist_is_refused(text):
    with pytest.raises(ValueError, match="consejo"):
        council_code(text, COUNCILS)


@pytest.mark.parametrize("text", ["2026-11-20", "20/11/2026"])
def test_a_date_may_be_today_in_either_writing(text):
    assert past_date(text, TODAY) == TODAY


@pytest.mark.parametrize(
    "text", ["2026-11-21", "1899-12-31", "2023-02-29", "31/04/2020", "04/25/2020", "", "ayer", "45000"]
)
def test_a_date_in_the_future_or_of_no_calendar_is_refused(text):
    with pytest.raises(ValueError, match="fecha"):
        past_date(text, TODAY)


def test_specialities_are_sorted_by_rne_and_padded():
    found = specialities("Cardiología|30211|2024-02-29; Medicina Interna|021045|04/05/2018;", TODAY, {})

    assert [(item.rne, item.name, item.registered_on) for item in found] == [
        ("021045", "Medicina Interna", date(2018, 5, 4)),
        ("030211", "Cardiología", date(2024, 2, 29)),
    ]


@pytest.mark.parametrize(
    "text",
    [
        "Cardiología",
        "Cardiología|30211",
        "|30211|2024-02-29",
        "A|1|2020-01-01;B|000001|2020-01-01",
        "A|1234567|2020-01-01",
        "A|1|mañana",
    ],
)
def test_a_speciality_that_is_not_complete_is_refused(text):
    with pytest.raises(ValueError):
        specialities(text, TODAY, {})


def test_a_good_row_becomes_an_entry_of_the_register():
    (row,) = read(HEADING, ROSA)

    assert isinstance(row, GoodRow)
    assert row.line == 2
    assert (row.entry.cmp_number, row.entry.document_type, row.entry.document_number) == ("012345", "1", "40000001")
    assert (row.entry.paternal_surname, row.entry.maternal_surname) == ("Quispe", "Ñaupari")
    assert (row.entry.council, row.entry.registered_on, row.entry.state) == ("03", date(1994, 3, 15), "ACTIVO")
    assert [item.rne for item in row.entry.specialities] == ["008123"]


def test_all_that_is_wrong_with_a_row_is_told_at_once():
    bad = "0,RUC,1,Rosa1,,Ñaupari,99,ayer,JUBILADO,x"

    assert reasons(HEADING, bad) == [
        (2, "cmp"), (2, "tipo_documento"), (2, "nombres"), (2, "apellido_paterno"), (2, "consejo"),
        (2, "fecha_colegiatura"), (2, "estado"), (2, "especialidades"),
    ]  # fmt: skip


def test_a_reason_never_repeats_what_the_cell_said():
    """Reports travel; personal data need not travel with them."""
    (bad,) = read(HEADING, "abc,DNI,4000000X,Rosa9,Quispe,Ñaupari,03,1994-03-15,ACTIVO,")

    assert {"abc", "4000000X", "Rosa9"}.isdisjoint(" ".join(item.reason for item in bad).split())


@pytest.mark.parametrize("line", ['12345,"DNI,40000001', "12345,DNI", ROSA + ",more", 'a"b,"c"d', "\udcf1" + ROSA])
def test_a_row_that_cannot_be_read_costs_no_other_row(line):
    """An open quote, a lost cell, bytes of another encoding."""
    rows = read(HEADING, line, ROSA)

    assert isinstance(rows[0], list)
    assert isinstance(rows[1], GoodRow)
    assert rows[1].line == 3


def test_the_second_row_of_a_physician_is_told_with_the_line_of_the_first():
    assert read(HEADING, ROSA, ROSA.replace("12345,", "012345,", 1))[1] == [
        BadRow(3, "cmp", "ya está en la línea 2"),
        BadRow(3, "numero_documento", "ya está en la línea 2"),
    ]


def test_two_physicians_with_one_document_are_told():
    assert reasons(HEADING, ROSA, ROSA.replace("12345,", "12346,", 1)) == [(3, "numero_documento")]


def test_a_refused_row_does_not_stand_in_the_way_of_a_good_one():
    assert reasons(HEADING, ROSA.replace("1994", "2094"), ROSA) == [(2, "fecha_colegiatura")]


@pytest.mark.parametrize("mark", [",", ";", "\t"])
def test_comma_semicolon_and_tab_separate_cells(mark):
    (row,) = read(HEADING.replace(",", mark), ROSA.replace(",", mark))

    assert isinstance(row, GoodRow)


def test_columns_may_stand_in_any_order_with_a_mark_before_and_others_between():
    (row,) = read("\ufeffapellido_paterno,CMP,x,registered_on,tipo_documento,numero_documento,nombres,consejo",
                  "Quispe,12345,anything,1994-03-15,1,40000001,Rosa,3")  # fmt: skip

    assert isinstance(row, GoodRow)
    assert row.entry.maternal_surname == ""
    assert row.entry.state == "ACTIVO"


def test_a_missing_column_stops_the_import_before_it_begins():
    with pytest.raises(UnusableFile, match="numero_documento"):
        read(HEADING.replace("numero_documento", "dni"), ROSA)


@pytest.mark.parametrize("heading", ["", '"cmp', "\udcf1"])
def test_a_file_without_a_readable_heading_is_unusable(heading):
    with pytest.raises(UnusableFile):
        read(heading)


def test_empty_lines_are_passed_over_but_counted():
    assert [row.line for row in read(HEADING, "", ROSA)] == [3]


def test_letters_with_loose_accents_are_joined():
    (row,) = read(HEADING, ROSA.replace("Ñaupari", "N\u0303aupari"))

    assert row.entry.maternal_surname == "Ñaupari"


@pytest.mark.parametrize("name", ["O'Higgins", "D’Angelo", "De la Cruz", "García-Núñez", "Müller", "Ma. Inés"])
def test_names_have_letters_spaces_apostrophes_hyphens_and_points(name):
    (row,) = read(HEADING, ROSA.replace("Quispe", name))

    assert row.entry.paternal_surname == name


@pytest.mark.parametrize("name", ["=1+1", "<b>", "Quispe2", "@x", "x" * 81])
def test_other_characters_in_a_name_are_refused(name):
    assert reasons(HEADING, ROSA.replace("Quispe", name)) == [(2, "apellido_paterno")]
