"""The desk between HTTP and the office: reads the envelope, checks the account, obeys the switches, answers."""

from __future__ import annotations

from flask import Response, request

from .bill_service import Operation
from .connections import cut
from .faults import FaultError
from .office import Office
from .soap import Call, fault, read_call
from .switches import Switch, Switches

XML = "text/xml; charset=utf-8"
OUTAGE = "<html><head><title>503 Service Unavailable</title></head><body><h1>Service Unavailable</h1></body></html>"


class CutError(Exception):
    """The connection ends here without an answer."""


class Desk:
    """Answers calls of one service."""

    def __init__(self, office: Office, switches: Switches, operations: dict[str, Operation]) -> None:
        self.office, self.switches, self.operations = office, switches, operations

    def answer(self) -> Response:
        """Answer the current request."""
        try:
            return self._answer(read_call(request.get_data()))
        except FaultError as error:
            return self._fault(error, None)
        except CutError:
            cut(request.environ)
            return Response(status=500)

    def _answer(self, call: Call) -> Response:
        switch = self.switches.take(call.operation, call.text("fileName").removesuffix(".zip"))
        self.switches.pause(self.office.config.latency)
        try:
            return self._before(switch) or self._after(switch, self._process(call, switch))
        except FaultError as error:
            return self._after(switch, self._fault(error, switch))

    def _process(self, call: Call, switch: Switch | None) -> Response:
        if not call.username or not call.password:
            raise FaultError("0101")
        if (call.username, call.password) != (self.office.config.username(), self.office.config.sol_password):
            raise FaultError("0102")
        operation = self.operations.get(call.operation)
        if operation is None:
            raise FaultError("0100", f"operación {call.operation}")
        return Response(operation(self.office, call, switch), content_type=XML)

    def _before(self, switch: Switch | None) -> Response | None:
        """What goes wrong before SUNAT has looked at the file."""
        match switch.behaviour if switch else "":
            case "down":
                return Response(OUTAGE, status=503, content_type="text/html", headers={"Retry-After": "30"})
            case "http_500":
                return Response("Internal Server Error", status=500, content_type="text/plain")
            case "drop_before":
                raise CutError
            case "fault":
                assert switch
                raise FaultError(switch.code)
            case "hang" if switch and not switch.processed:
                self.switches.pause(switch.seconds)
                raise CutError
        return None

    def _after(self, switch: Switch | None, response: Response) -> Response:
        """What goes wrong when the file is registered already."""
        match switch.behaviour if switch else "":
            case "slow" if switch:
                self.switches.pause(switch.seconds)
            case "hang" if switch and switch.processed:
                self.switches.pause(switch.seconds)
                raise CutError
            case "process_then_drop":
                raise CutError
        return response

    def _fault(self, error: FaultError, switch: Switch | None) -> Response:
        style = (switch.style if switch else "") or self.office.config.fault_style
        text = self.office.sentence(error.code, error.detail)
        return Response(fault(error.code, text, style), status=500, content_type=XML)
