"""What can go wrong with consents."""

from chassis.errors import Problem


class ConsentNotFound(Problem):
    """There is no such purpose, or nothing to take back."""

    status, type = 404, "identity/consent-not-found"
    title = "Consentimiento no encontrado"
    detail = "No hay un consentimiento vigente para ese fin."


class ConsentMissing(Problem):
    """A consent the account needs is missing, or was given to a text that is no longer today's."""

    status, type = 422, "identity/consent-missing"
    title = "Falta su consentimiento"
    detail = "Lea y acepte el texto vigente sobre sus datos personales para continuar."


class ConsentNeeded(Problem):
    """The account stands on this consent: it ends with the account, not by a click."""

    status, type = 409, "identity/consent-needed"
    title = "Este consentimiento sostiene su cuenta"
    detail = (
        "Sin él no podemos prestarle los servicios. Para retirarlo, pida por escrito al Colegio que cierre su cuenta. "
        "Los comprobantes se conservan el plazo que manda la ley."
    )
