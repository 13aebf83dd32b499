"""Points by a version of the table: boundaries, ages to the day, limits, and versions that never change (REC-8)."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import select
from sqlalchemy.exc import DBAPIError

from services.recert import cli
from services.recert.models import Rubric, RubricActivity, StaffAct
from services.recert.rubric import Why, is_within, score
from services.recert.rubric.entering import COLUMNS, UnusableRubric, enter_rubric, read_rubric
from services.recert.rubric.scoring import spell_points

TODAY = date(2026, 11, 20)
SAMPLE = Path("services/recert/rubric/ejemplo.csv").read_text().splitlines()


@dataclass(frozen=True)
class Item:
    activity: str = "CURSO"
    done_on: date = TODAY
    quantity: int = 100


def sample() -> Rubric:
    return Rubric(version=1, name="EJEMPLO", sample=True, minimum_points=2000, activities=read_rubric(SAMPLE))


def one(**changes):
    """The only line of a score."""
    return score(sample(), [Item(**changes)], TODAY).lines[0]


@pytest.mark.parametrize(("courses", "total", "enough"), [(950, 1950, False), (999, 1999, False), (1000, 2000, True)])
def test_rec_8_nineteen_and_a_half_points_are_not_enough_and_twenty_are(courses, total, enough):
    found = score(sample(), [Item("CURSO", quantity=courses), Item("EJERCICIO", quantity=500)], TODAY)
    assert (found.total, found.enough) == (total, enough)


@pytest.mark.parametrize(
    ("done_on", "years", "on", "counts"),
    [
        (date(2021, 11, 20), 5, date(2026, 11, 20), True),
        (date(2021, 11, 19), 5, date(2026, 11, 20), False),
        (date(2016, 11, 20), 10, date(2026, 11, 20), True),
        (date(2016, 11, 19), 10, date(2026, 11, 20), False),
        (date(1980, 1, 1), None, date(2026, 11, 20), True),
        (date(2020, 2, 29), 5, date(2025, 3, 1), True),
        (date(2020, 2, 29), 5, date(2025, 3, 2), False),
        (date(2019, 2, 28), 5, date(2024, 2, 29), False),
        (date(2019, 3, 1), 5, date(2024, 2, 29), True),
    ],
)
def test_papers_age_to_the_month_and_day(done_on, years, on, counts):
    assert is_within(done_on, years, on) is counts


@pytest.mark.parametrize(
    ("changes", "points", "why"),
    [
        ({}, 100, None),
        ({"quantity": 150}, 150, None),
        ({"quantity": 1100}, 1000, Why.CAPPED),
        ({"done_on": date(2021, 11, 19)}, 0, Why.TOO_OLD),
        ({"done_on": date(2026, 11, 21)}, 0, Why.FUTURE),
        ({"activity": "OTRA"}, 0, Why.UNKNOWN),
        ({"activity": "DIPLOMADO", "quantity": 2400, "done_on": date(2016, 11, 20)}, 600, None),
        ({"activity": "DIPLOMADO", "quantity": 2400, "done_on": date(2016, 11, 19)}, 0, Why.TOO_OLD),
        ({"activity": "DIPLOMADO", "quantity": 2399}, 0, Why.TOO_FEW),
        ({"activity": "MAESTRIA", "done_on": date(1990, 1, 1)}, 800, None),
        ({"activity": "DOCTORADO", "done_on": date(1990, 1, 1)}, 1000, None),
    ],
)
def test_an_item_gives_what_the_table_says_and_tells_why_less(changes, points, why):
    line = one(**changes)
    assert (line.points, line.why, bool(line.reason)) == (points, why, why is not None)


def test_items_of_one_activity_share_its_limit_in_their_order():
    found = score(sample(), [Item(quantity=700), Item(quantity=700), Item(quantity=100)], TODAY)
    assert [line.points for line in found.lines] == [700, 300, 0]


@pytest.mark.parametrize(("hundredths", "text"), [(1950, "19.5"), (2000, "20"), (0, "0"), (25, "0.25")])
def test_points_are_written_as_people_do(hundredths, text):
    assert spell_points(hundredths) == text


def test_the_sample_of_the_first_version_is_the_file_that_is_shipped(service):
    columns = [column.key for column in RubricActivity.__table__.columns if column.key != "rubric_version"]
    with service.db.reading() as session:
        rubric = session.get_one(Rubric, 1)
        stored = [[getattr(each, name) for name in columns] for each in rubric.activities]
    assert rubric.sample and "EJEMPLO" in rubric.name
    assert stored == [[getattr(each, name) for name in columns] for each in read_rubric(SAMPLE)]


def test_a_new_version_is_audited_and_the_old_one_cannot_be_changed(service):
    with service.transaction() as session:
        assert enter_rubric(session, "Resolución de prueba", read_rubric(SAMPLE), sample=False).version == 2
        session.flush()
        assert [act.subject for act in session.scalars(select(StaffAct))] == ["rubric:2"]
    with pytest.raises(DBAPIError), service.transaction() as session:
        session.connection().exec_driver_sql("UPDATE rubric_activity SET points = 1")


def test_staff_puts_a_new_version_in_force_by_command(service, tmp_path):
    good, bad = tmp_path / "tabla.csv", tmp_path / "mala.csv"
    good.write_text("\n".join(SAMPLE), "utf-8")
    bad.write_text("codigo;actividad", "utf-8")
    with service.context():
        runs = [
            CliRunner().invoke(cli.commands, ["rubric", "import", str(file), "--name", "Res. 1"])
            for file in (good, bad)
        ]
    assert [run.exit_code for run in runs] == [0, 1], [run.output for run in runs]
    with service.db.reading() as session:
        assert (session.get_one(Rubric, 2).name, session.get_one(Rubric, 2).sample) == ("Res. 1", False)
        assert session.get(Rubric, 3) is None


@pytest.mark.parametrize(
    "row", ["A,,año,1,,,,x", "A,a,año,0,,,,x", "A,a,año,1.001,,,,x", "A,a,año,mil,,,,x", "A,a,año,1,,cinco,,x", "A,a,año,1,,,,x\nA,a,año,1,,,,x"]
)  # fmt: skip
def test_a_table_that_cannot_be_right_is_refused(row):
    with pytest.raises(UnusableRubric):
        read_rubric([",".join(COLUMNS), *row.split("\n")])
