"""SISTCERE for physicians: Inicio, Solicitudes and a request in preparation, behind the strip of MENU-2."""

from portal.views.recertification import draft, file, home, requests  # noqa: F401 - their routes
from portal.views.recertification.frame import blueprint

__all__ = ["blueprint"]
