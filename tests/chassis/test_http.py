"""Answers and errors over HTTP: problem+json in Spanish, traces, health, docs, bodies (RFC 9457, stack 2a)."""

import logging
import re
from pathlib import Path

import pytest
from sqlalchemy.exc import OperationalError

from chassis.app import MAX_BODY_BYTES
from chassis.auth import Principal
from chassis.files import FileStore
from chassis.testing import ServiceUnderTest
from tests.chassis.toy import NoteTaken

WRITER = Principal(subject="p1", kind="person", permissions=frozenset({"notes:write", "notes:read"}))


def test_a_good_request_writes_its_event_in_the_same_transaction(service: ServiceUnderTest) -> None:
    assert service.client(WRITER).post("/v1/notes", json={"note_id": "n1"}).status_code == 201
    assert service.published() == [NoteTaken]


def test_a_missing_field_is_told_with_its_pointer_in_spanish(service: ServiceUnderTest) -> None:
    response = service.client(WRITER).post("/v1/notes", json={"note_id": ""})
    assert response.status_code == 422
    assert response.content_type == "application/problem+json"
    assert response.json["type"] == "urn:cmp:problem:invalid"
    assert response.json["errors"] == [{"pointer": "/note_id", "detail": "Escriba el identificador."}]
    assert len(response.json["traceId"]) == 32


def test_an_unknown_field_is_refused(service: ServiceUnderTest) -> None:
    response = service.client(WRITER).post("/v1/notes", json={"note_id": "n1", "owner": "somebody"})
    assert (response.status_code, response.json["errors"][0]["pointer"]) == (422, "/owner")


def test_malformed_json_is_a_clear_400_and_leaves_nothing(service: ServiceUnderTest) -> None:
    response = service.client(WRITER).post("/v1/notes", data="{", content_type="application/json")
    assert (response.status_code, response.json["status"]) == (400, 400)
    assert service.published() == []


def test_a_body_of_one_byte_too_many_is_refused(service: ServiceUnderTest) -> None:
    response = service.client(WRITER).post(
        "/v1/notes", data=b"x" * (MAX_BODY_BYTES + 1), content_type="application/json"
    )
    assert response.status_code == 413


def test_a_wrong_method_names_the_allowed_ones(service: ServiceUnderTest) -> None:
    response = service.client(WRITER).delete("/v1/notes")
    assert response.status_code == 405
    assert "POST" in response.headers["Allow"]


def test_a_services_own_problem_has_its_own_type(service: ServiceUnderTest) -> None:
    response = service.client(WRITER).get("/v1/notes/other")
    assert (response.status_code, response.json["type"]) == (404, "urn:cmp:problem:toy/no-such-note")


def test_a_crash_tells_nothing_but_the_trace(service: ServiceUnderTest, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.CRITICAL):
        response = service.client().get("/v1/crash", headers={"traceparent": "00-" + "a" * 32 + "-" + "b" * 16 + "-01"})
    assert response.status_code == 500
    assert response.json["traceId"] == "a" * 32
    assert "rosa" not in response.text
    assert "Traceback" not in response.text


def test_a_database_that_is_away_is_503_with_retry_after(
    service: ServiceUnderTest, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*_: object, **__: object) -> None:
        raise OperationalError("SELECT", {}, Exception("gone"))

    monkeypatch.setattr("chassis.db.Database.transaction", away)
    response = service.client(WRITER).post("/v1/notes", json={"note_id": "n1"})
    assert (response.status_code, response.headers["Retry-After"]) == (503, "5")


def test_the_trace_of_a_request_goes_on_in_its_events(service: ServiceUnderTest) -> None:
    from chassis.outbox import OutboxRow

    trace = "00-" + "c" * 32 + "-" + "d" * 16 + "-01"
    service.client(WRITER).post("/v1/notes", json={"note_id": "n1"}, headers={"traceparent": trace})
    with service.db.reading() as session:
        (row,) = session.query(OutboxRow)
    assert row.traceparent is not None
    assert row.traceparent[3:35] == "c" * 32


def test_livez_touches_nothing_and_readyz_needs_the_newest_migration(service: ServiceUnderTest) -> None:
    assert service.client().get("/livez").status_code == 200
    assert service.client().get("/readyz").json["checks"] == {"database": True, "migrations": True}
    with service.transaction() as session:
        session.connection().exec_driver_sql("DELETE FROM alembic_version")
    assert service.client().get("/readyz").status_code == 503


def test_the_api_describes_itself_and_its_docs_load_nothing_from_elsewhere(service: ServiceUnderTest) -> None:
    document = service.client().get("/openapi.json").json
    assert document["openapi"].startswith("3.1")
    assert "/v1/notes" in document["paths"]
    page = service.client().get("/docs/").text
    assert not re.findall(r"(?:src|href)=.(?:https?:)?//", page)


def test_private_answers_stay_out_of_caches(service: ServiceUnderTest) -> None:
    response = service.client(WRITER).post("/v1/notes", json={"note_id": "n1"})
    assert response.headers["Cache-Control"] == "no-store"
    assert response.headers["X-Content-Type-Options"] == "nosniff"


def test_metrics_count_routes_not_paths(service: ServiceUnderTest) -> None:
    client = service.client(WRITER)
    client.get("/v1/notes/a-private-id")
    text = client.get("/metrics").text
    line = 'cmp_http_requests_total{method="GET",route="/v1/notes/<string:note_id>",service="toy",status="404"} 1.0'
    assert line in text
    assert "a-private-id" not in text


def test_a_stored_file_is_streamed_only_to_a_service_with_its_claim_check(service: ServiceUnderTest) -> None:
    ref = service.service.files.put(b"%PDF-1.7", media_type="application/pdf", name="x.pdf")
    reader = Principal(subject="service:mailer", kind="service", permissions=frozenset({"files:read"}))
    assert service.client(reader).get(f"/v1/files/{ref.sha256}").data == b"%PDF-1.7"
    assert service.client(reader).get("/v1/files/" + "0" * 64).status_code == 404
    assert service.client(reader).get("/v1/files/..%2Fsecrets").status_code == 404
    assert service.client(WRITER).get(f"/v1/files/{ref.sha256}").status_code == 403


def test_the_same_bytes_are_stored_once_and_never_overwritten(service: ServiceUnderTest) -> None:
    store = service.service.files
    first = store.put(b"same", media_type="text/plain", name="a.txt")
    second = store.put(b"same", media_type="text/plain", name="b.txt")
    assert first.sha256 == second.sha256
    assert store.get(first.sha256) == b"same"


def test_a_file_of_the_disk_is_stored_in_pieces_under_its_digest_and_twice_is_once(tmp_path: Path) -> None:
    store, source = FileStore("notes", "", tmp_path / "files"), tmp_path / "big"
    source.write_bytes(bytes(range(256)) * 3000)
    first = store.put_file(source, media_type="application/pdf", name="x.pdf")
    assert first == store.put_file(source, media_type="application/pdf", name="x.pdf")
    assert first.sha256 == store.put(source.read_bytes(), media_type="application/pdf", name="x.pdf").sha256
    assert (first.size, store.get(first.sha256)) == (768_000, source.read_bytes())
    assert [path.name for path in (tmp_path / "files").rglob("*") if path.is_file()] == [first.sha256]
