"""The PDF on its way: in pieces, cut and taken up again, checked when whole, refused in plain words (REC-6 to REC-9)."""

import io

import pytest
from sqlalchemy import func, select
from werkzeug.exceptions import ClientDisconnected

from services.recert.jobs import forget_abandoned_uploads
from services.recert.models import Draft, Upload, UploadPiece
from services.recert.pdf_checks.checking import GoodFile
from services.recert.pdf_checks.faults import MOST_BYTES, CheckNotPossible, Fault, FileRefused
from services.recert.requests import uploading
from tests.recert import pdfs
from tests.recert.applicant import RIGHT_NAME, Applicant


@pytest.fixture(autouse=True)
def quick_check(monkeypatch):
    """Opening a PDF takes a process; test_pdf_checks.py is about that."""
    monkeypatch.setattr(uploading, "check_file", lambda path, settings: GoodFile(12))


@pytest.fixture
def julio(service):
    return Applicant(service).register()


@pytest.fixture
def draft(julio):
    return julio.begin()


def count(service, model):
    with service.db.reading() as session:
        return session.scalar(select(func.count()).select_from(model))


def test_a_file_comes_in_whole_and_is_the_same_afterwards(julio, draft, service):
    data = pdfs.of_size(700_000)
    answer = julio.upload(draft, data)
    assert answer.status == 200
    assert answer.body["file"] == {"name": RIGHT_NAME, "size": 700_000, "pages": 12, "name_right": True}
    assert julio.client.get(f"/v1/drafts/{draft['id']}/file").data == data
    assert count(service, Upload) == count(service, UploadPiece) == 0


@pytest.mark.parametrize(("size", "status"), [(0, 422), (1, 201), (MOST_BYTES, 201), (MOST_BYTES + 1, 422)])
def test_rec_7_five_megabytes_are_announced_and_one_byte_more_is_refused(julio, draft, size, status):
    answer = julio.announce(draft, size=size)
    assert answer.status == status
    if status == 422:
        assert answer.body["fault"] == ("empty" if size == 0 else "too-big")
        assert answer.pointers == ["/file"]


def test_after_a_cut_the_upload_goes_on_where_it_stopped(julio, draft):
    data = pdfs.of_size(900_000)
    upload = julio.announce(draft, size=len(data), fingerprint="f-1").body
    assert julio.send_bytes(upload, data[:600_000]).body == {"received": 600_000}
    again = julio.announce(draft, size=len(data), fingerprint="f-1").body
    assert (again["id"], again["received"]) == (upload["id"], 600_000)
    wrong = julio.send_bytes(upload, data)
    assert (wrong.status, wrong.problem, wrong.body["offset"]) == (409, "recert/upload-offset", 600_000)
    assert wrong.headers["Upload-Offset"] == "600000"
    assert julio.send_bytes(upload, data[600_000:], 600_000).body == {"received": 900_000}
    assert julio.ask("POST", f"uploads/{upload['id']}/completion").status == 200
    assert julio.client.get(f"/v1/drafts/{draft['id']}/file").data == data


class Cut(io.BytesIO):
    """A line that drops after what it holds."""

    def read(self, size=-1):
        piece = super().read(size)
        if not piece:
            raise ClientDisconnected
        return piece


def test_what_came_before_the_line_dropped_is_kept(julio, draft, service):
    upload = julio.announce(draft, size=800_000).body
    with service.context(), pytest.raises(ClientDisconnected):
        uploading.take(upload["id"], julio.who, offset=0, stream=Cut(b"x" * 300_001))
    assert julio.ask("GET", f"uploads/{upload['id']}").body["received"] == 300_001


def test_two_tabs_that_send_at_once_do_not_spoil_each_other(julio, draft, service):
    upload = julio.announce(draft, size=10).body

    class Overtaken(io.BytesIO):
        def read(self, size=-1):
            if self.tell() == 0:
                julio.send_bytes(upload, b"%PDF-12345")
            return super().read(size)

    with service.context(), pytest.raises(uploading.OffsetWrong):
        uploading.take(upload["id"], julio.who, offset=0, stream=Overtaken(b"xxxxx"))
    assert julio.ask("GET", f"uploads/{upload['id']}").body["received"] == 10


def test_more_bytes_than_announced_and_too_early_an_end_are_refused(julio, draft):
    upload = julio.announce(draft, size=10).body
    assert julio.send_bytes(upload, b"x" * 11).body["fault"] == "too-big"
    assert julio.send_bytes(upload, b"x" * 9).status == 200
    early = julio.ask("POST", f"uploads/{upload['id']}/completion")
    assert (early.status, early.body["offset"]) == (409, 9)


def test_a_refused_file_leaves_nothing_and_the_earlier_one_stays(julio, draft, service, monkeypatch):
    julio.upload(draft)

    def refuse(path, settings):
        raise FileRefused(Fault.PASSWORD)

    monkeypatch.setattr(uploading, "check_file", refuse)
    answer = julio.upload(draft, pdfs.good(3))
    assert (answer.status, answer.problem, answer.body["fault"]) == (422, "recert/file-refused", "password")
    assert answer.body["detail"].startswith("El archivo tiene contraseña")
    assert count(service, Upload) == 0
    assert julio.begin()["file"]["pages"] == 12


def test_while_the_antivirus_is_away_the_upload_waits(julio, draft, monkeypatch):
    def away(path, settings):
        raise CheckNotPossible

    with monkeypatch.context() as patch:
        patch.setattr(uploading, "check_file", away)
        assert julio.upload(draft).status == 503
    waiting = julio.begin()["upload"]
    assert julio.ask("POST", f"uploads/{waiting['id']}/completion").status == 200


@pytest.mark.parametrize(
    ("name", "right"),
    [("023546-2026.pdf", True), ("023546-2026.PDF", True), ("C:\\tmp\\023546-2026.Pdf", True), ("023546-2025.pdf", False),
     ("023546- 2026.pdf", False), ("012345-2026.pdf", False), ("023546-2026", False), ("escaneo.pdf", False)],
)  # fmt: skip
def test_rec_9_a_wrong_name_is_offered_corrected_and_one_click_accepts(julio, draft, name, right):
    file = julio.upload(draft, name=name).body
    assert (file["file"]["name_right"], file["expected_name"]) == (right, RIGHT_NAME)
    assert ("/file" in {fault["pointer"] for fault in file["faults"]}) is not right
    accepted = julio.ask("POST", f"drafts/{draft['id']}/file/name").body["file"]
    assert (accepted["name"], accepted["name_right"]) == (RIGHT_NAME, True)


def test_in_the_new_year_of_lima_the_name_of_the_old_one_is_offered_corrected(julio, draft, clock):
    julio.upload(draft)
    clock.set(clock.now().replace(year=2027, month=1, day=1, hour=4, minute=59))
    assert julio.begin()["file"]["name_right"]
    clock.advance(minutes=1)
    assert julio.begin()["expected_name"] == "023546-2027.pdf"
    assert not julio.begin()["file"]["name_right"]


def test_anothers_upload_does_not_exist(julio, draft, service):
    upload = julio.announce(draft, size=10).body
    rosa = Applicant(service, "012345")
    for method, path in (("GET", ""), ("PATCH", ""), ("POST", "/completion")):
        assert rosa.ask(method, f"uploads/{upload['id']}{path}").status == 404
    assert rosa.announce(draft, size=10).status == 404


def test_a_file_can_be_taken_back_and_an_abandoned_upload_is_forgotten(julio, draft, service, clock):
    julio.upload(draft)
    assert julio.ask("DELETE", f"drafts/{draft['id']}/file").status == 204
    assert julio.begin()["file"] is None
    julio.send_bytes(julio.announce(draft, size=10).body, b"x" * 5)
    clock.advance(hours=25)
    assert service.run(forget_abandoned_uploads)
    assert (count(service, Upload), count(service, UploadPiece), count(service, Draft)) == (0, 0, 1)
