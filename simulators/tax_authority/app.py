"""Builds one simulated SUNAT as a Flask app; everything it knows hangs on that app."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from flask import Flask, Response, abort, request

from .bill_service import BILL_OPERATIONS
from .catalogue import Catalogue
from .config import read_config
from .consult_service import CONSULT_OPERATIONS
from .control import control_routes
from .desk import Desk
from .office import Office
from .pages import page_routes
from .registry import Registry
from .switches import Switches

BILL_PATHS = ("/ol-ti-itcpfegem/billService", "/ol-ti-itcpfegem-beta/billService")
CONSULT_PATHS = ("/ol-it-wsconscpegem/billConsultService",)
WSDL_FOLDER = Path(__file__).parent / "wsdl"
MAX_REQUEST_BYTES = 16 * 1024 * 1024


def create_app(config: Mapping[str, Any] | None = None) -> Flask:
    """Make a SUNAT of its own. `config` takes the fields of `Config`; an unknown one is a ValueError."""
    settings = read_config(config)
    office = Office(settings, Registry(settings.state_file), Catalogue())
    switches = Switches(settings.sleep)
    app = Flask(__name__)
    app.config["MAX_CONTENT_LENGTH"] = MAX_REQUEST_BYTES
    app.config["PROPAGATE_EXCEPTIONS"] = True
    app.extensions["tax_authority"] = office
    for paths, wsdl, operations in (
        (BILL_PATHS, "billService.wsdl", BILL_OPERATIONS),
        (CONSULT_PATHS, "billConsultService.wsdl", CONSULT_OPERATIONS),
    ):
        add_service(app, paths, wsdl, Desk(office, switches, operations))
    app.register_blueprint(control_routes(office, switches))
    app.register_blueprint(page_routes(office))
    return app


def add_service(app: Flask, paths: tuple[str, ...], wsdl: str, desk: Desk) -> None:
    """Serve one SOAP service: POST calls it, GET with `?wsdl` describes it."""
    description = (WSDL_FOLDER / wsdl).read_text(encoding="utf-8")

    def describe() -> Response:
        if "wsdl" not in {key.lower() for key in request.args}:
            abort(405)
        return Response(description.replace("@LOCATION@", request.base_url), content_type="text/xml; charset=utf-8")

    for path in paths:
        app.add_url_rule(path, f"call{path}", desk.answer, methods=["POST"])
        app.add_url_rule(path, f"describe{path}", describe, methods=["GET"])
