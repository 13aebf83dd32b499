"""Importing the register: the good rows in, the bad ones told, events for what changed and nothing else."""

import subprocess
import sys

import pytest
from sqlalchemy import func, select

from contracts.identity import PhysicianChanged, PhysicianRegistered, Speciality
from services.identity import registry
from services.identity.models import Council, Physician, SpecialityRegistration
from tests.platform import ROOT

HEADING = "cmp,tipo_documento,numero_documento,nombres,apellido_paterno,apellido_materno,consejo,fecha_colegiatura,estado,especialidades"


def row(number, document=None, surname="Quispe", council="03", specialities="", state="ACTIVO"):
    """One physician's line."""
    return f"{number},DNI,{document or 41000000 + number},Rosa Elvira,{surname},Ñaupari,{council},1994-03-15,{state},{specialities}"


@pytest.fixture
def take(service):
    """Import lines; returns (summary, refused)."""

    def take(*lines):
        refused = []
        with service.context():
            summary = registry.import_physicians([HEADING, *lines], ["ACTIVO", "FALLECIDO"], refused.append)
        return summary, [(bad.line, bad.column) for bad in refused]

    return take


def count(service, model=Physician):
    """How many rows a table has."""
    with service.transaction() as session:
        return session.scalar(select(func.count()).select_from(model))


def test_there_are_27_councils_and_the_three_unconfirmed_ones_are_marked(service):
    """Product 2.2."""
    with service.transaction() as session:
        councils = session.scalars(select(Council).order_by(Council.code)).all()

    assert [council.code for council in councils] == [f"{number:02d}" for number in range(1, 28)]
    assert [council.roman for council in councils if not council.confirmed] == ["XVIII", "XIX", "XXVII"]
    assert councils[2].label == "CR III LIMA"
    assert councils[14].label == "CR XV SAN MARTÍN"


def test_an_imported_physician_is_announced_with_all_that_others_need(service, take):
    summary, refused = take(row(12345, specialities="Pediatría|8123|2022-06-10"))

    assert (summary.entered, refused) == (1, [])
    (event,) = service.events(PhysicianRegistered)
    assert (event.cmp_number, event.document_number, event.council, event.state) == (
        "012345",
        "41012345",
        "03",
        "ACTIVO",
    )
    assert event.maternal_surname == "Ñaupari"
    assert [(item.name, item.rne) for item in event.specialities] == [("Pediatría", "008123")]
    assert event.subject == "012345"


def test_bad_rows_are_told_and_good_ones_kept(service, take):
    summary, refused = take(row(1), row(2, council="99"), "x", row(3), row(4, document="1"), row(5))

    assert (summary.entered, summary.refused) == (3, 3)
    assert refused == [(3, "consejo"), (4, ""), (6, "numero_documento")]
    assert count(service) == 3


def test_importing_the_same_file_again_changes_and_announces_nothing(service, take):
    lines = [row(number, specialities="Pediatría|81|2022-06-10;Cardiología|82|2023-06-10") for number in range(1, 6)]
    take(*lines)

    summary, _ = take(*lines)

    assert (summary.entered, summary.changed, summary.unchanged) == (0, 0, 5)
    assert service.published() == [PhysicianRegistered] * 5


def test_a_changed_row_is_announced_with_its_whole_new_state(service, take):
    take(row(1), row(2))

    summary, _ = take(row(1), row(2, surname="Ibáñez", council="15"))

    assert (summary.changed, summary.unchanged) == (1, 1)
    (event,) = service.events(PhysicianChanged)
    assert (event.cmp_number, event.paternal_surname, event.council, event.given_names) == (
        "000002", "Ibáñez", "15", "Rosa Elvira",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("after", "announced"),
    [
        ("", ()),
        ("Pediatría|81|2022-06-10;Cardiología|82|2023-06-10", ("000081", "000082")),
        ("Cardiología|82|2023-06-10", ("000082",)),
        ("Neonatología|81|2022-06-10", ("000081",)),
        ("Pediatría|81|2022-06-11", ("000081",)),
    ],
)
def test_added_removed_and_corrected_specialities_are_changes(service, take, after, announced):
    take(row(1, specialities="Pediatría|81|2022-06-10"))

    summary, _ = take(row(1, specialities=after))

    assert summary.changed == 1
    assert tuple(item.rne for item in service.events(PhysicianChanged)[0].specialities) == announced
    assert count(service, SpecialityRegistration) == len(announced)
    assert take(row(1, specialities=after))[0].unchanged == 1


def test_the_order_of_specialities_in_the_file_does_not_matter(service, take):
    take(row(1, specialities="Pediatría|81|2022-06-10;Cardiología|82|2023-06-10"))

    assert take(row(1, specialities="Cardiología|82|2023-06-10;Pediatría|81|2022-06-10"))[0].unchanged == 1


def test_a_document_that_belongs_to_another_physician_is_told(service, take):
    take(row(1, document="40000009"))

    summary, refused = take(row(2, document="40000009"), row(3))

    assert refused == [(2, "numero_documento")]
    assert (summary.entered, summary.refused) == (1, 1)


def test_a_physician_missing_from_a_file_stays_in_the_register(service, take):
    take(row(1), row(2))
    take(row(2))

    assert count(service) == 2


def test_batches_commit_one_by_one_and_an_interrupted_import_is_taken_up_again(service, monkeypatch):
    monkeypatch.setattr(registry, "BATCH", 2)

    def lines():
        yield HEADING
        yield from (row(number) for number in range(1, 6))
        raise KeyboardInterrupt

    with service.context(), pytest.raises(KeyboardInterrupt):
        registry.import_physicians(lines(), ["ACTIVO"], lambda bad: None)
    assert count(service) == 4

    with service.context():
        summary = registry.import_physicians([HEADING, *map(row, range(1, 7))], ["ACTIVO"], lambda bad: None)
    assert (summary.unchanged, summary.entered) == (4, 2)
    assert service.published() == [PhysicianRegistered] * 6


def test_rows_are_reported_in_the_order_of_the_file_across_batches(service, take, monkeypatch):
    monkeypatch.setattr(registry, "BATCH", 2)
    take(row(9, document="40000009"))

    _, refused = take("x", row(1, document="40000009"), row(2, council="99"), row(3), row(3))

    assert [line for line, _ in refused] == [2, 3, 4, 6, 6]


def test_the_entry_comes_back_from_the_database_as_it_went_in(service, take):
    take(row(1, specialities="Pediatría|81|2022-06-10"))

    with service.transaction() as session:
        entry = session.get_one(Physician, "000001").entry()
    assert entry.specialities == (
        Speciality(name="Pediatría", rne="000081", registered_on=entry.specialities[0].registered_on),
    )
    assert entry.registered_on.isoformat() == "1994-03-15"


def test_a_dry_run_tells_what_would_change_and_changes_nothing(service, take):
    take(row(7), row(8))
    before = len(service.published())
    refused, changes = [], []
    importer = registry.Importer(tell=refused.append, tell_change=changes.append, dry_run=True)
    with service.context():
        lines = [HEADING, row(7, surname="Lozano", council="05"), row(8), row(9), row(10, document="x")]
        summary = importer.run(lines, ["ACTIVO"])

    assert vars(summary) == {"entered": 1, "changed": 1, "unchanged": 1, "refused": 1}
    assert [(each.line, each.column, each.text) for each in changes] == [
        (2, "apellido_paterno", "cambiaría de «Quispe» a «Lozano»"),
        (2, "consejo", "cambiaría de «03» a «05»"),
    ]
    assert [bad.line for bad in refused] == [5]
    assert (count(service), len(service.published())) == (2, before)


def test_two_rows_of_one_file_cannot_take_the_same_document_across_batches(service, take, monkeypatch):
    monkeypatch.setattr(registry, "BATCH", 1)
    summary, refused = take(row(7, document=41000001), row(8, document=41000001))
    assert (summary.entered, refused) == (1, [(3, "numero_documento")])


def test_known_names_of_specialities_get_the_catalogues_spelling_and_unknown_ones_stay(service, take):
    """Product 2.4."""
    take(row(7, specialities="PEDIATRIA|8123|2022-06-10;Medicina Espacial|9001|2022-06-10"))
    (event,) = service.events(PhysicianRegistered)
    assert [item.name for item in event.specialities] == ["Pediatría", "Medicina Espacial"]


def test_an_import_killed_between_batches_loses_nothing_and_goes_on(service, tmp_path):
    """A process that is killed, not one that is asked to stop."""
    file = tmp_path / "padron.csv"
    file.write_text("\n".join([HEADING, *(row(number) for number in range(1, 1301))]) + "\n")
    script = (
        "import os, sys\n"
        "from pathlib import Path\n"
        "from services.identity.app import create_app\n"
        "from services.identity.settings import Settings\n"
        "from services.identity.registry import import_physicians\n"
        "app = create_app(Settings(database_url=sys.argv[1], data_dir=sys.argv[2], key_secret='x'))\n"
        "def lines():\n"
        "    for number, line in enumerate(Path(sys.argv[3]).open()):\n"
        "        if number == 1200: os.kill(os.getpid(), 9)\n"
        "        yield line\n"
        "with app.app_context(): import_physicians(lines(), ['ACTIVO'], print)\n"
    )
    arguments = [service.settings.database_url, str(tmp_path), str(file)]
    killed = subprocess.run([sys.executable, "-c", script, *arguments], cwd=ROOT, check=False)
    assert (killed.returncode, count(service), len(service.published())) == (-9, 1000, 1000)
    with service.context(), file.open() as lines:
        summary = registry.import_physicians(lines, ["ACTIVO"], print)
    assert (summary.entered, summary.unchanged) == (300, 1000)
    assert len({event.cmp_number for event in service.events(PhysicianRegistered)}) == len(service.published()) == 1300
