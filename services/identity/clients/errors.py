"""What can go wrong for clients. No answer before a proof says whether a document is known (AMB-4)."""

from chassis.errors import Problem


class FirstAccessOver(Problem):
    """The first access is too old, had too many wrong proofs, is finished, or never was."""

    status, type = 401, "identity/first-access-over"
    title = "El primer ingreso venció"
    detail = "El primer ingreso venció o tuvo demasiados intentos. Empiece de nuevo con su número de documento."


class ProofNotAccepted(Problem):
    """What was shown proves nothing: wrong, not theirs, or not a way open to this client; nobody learns which."""

    status, type = 422, "identity/proof-not-accepted"
    title = "No pudimos comprobar sus datos"
    detail = (
        "Los datos no coinciden. Revise el código o los cuatro datos del comprobante. Si no lo logra, pida un código "
        "en la ventanilla de su consejo regional."
    )


class UseOptionOne(Problem):
    """The document is a physician's own DNI, and a voucher has proven that it is theirs (AMB-2)."""

    status, type = 409, "identity/use-option-one"
    title = "Ingrese con su cuenta de CMP Digital"
    detail = (
        "Este DNI es de una persona colegiada. Sus boletas y notas de crédito están en CMP Digital, donde ingresa con "
        "su número de CMP y su contraseña. Si pidió factura, use aquí su número de RUC."
    )


class ClientNotFound(Problem):
    """There is no such client, or another council serves it."""

    status, type = 404, "identity/client-not-found"
    title = "Cliente no encontrado"
    detail = "No hay un cliente con esos datos entre los que atendió su consejo."


class PhysicianInstead(Problem):
    """At the desk: the document is a physician's DNI, who needs no client account (AMB-2)."""

    status, type = 409, "identity/document-of-physician"
    title = "El DNI es de una persona colegiada"
    detail = "Las boletas de una persona colegiada se consultan con su cuenta de CMP Digital; sus facturas, con su RUC."


class NoOwnRuc(Problem):
    """A physician without a RUC account made of the own DNI, or whose password for it was wrong."""

    status, type = 422, "identity/ruc-not-proven"
    title = "No pudimos vincular su RUC"
    detail = (
        "No hay una cuenta con su RUC y esa contraseña. Si nunca ingresó con su RUC, haga primero su primer ingreso en "
        "Facturación electrónica."
    )


class NotLinked(Problem):
    """There is no RUC account linked to this one."""

    status, type = 404, "identity/no-linked-account"
    title = "No hay un RUC vinculado"
    detail = "Su cuenta no tiene un RUC vinculado."
