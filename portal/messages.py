"""Short texts fixed once, so that pages, notices and tests say the same. Spanish, "usted", no jargon."""

# signing in
USERNAME_MISSING = "Ingrese su número de CMP, su usuario o su correo"
PASSWORD_MISSING = "Ingrese su contraseña"  # noqa: S105
WRONG_CREDENTIALS = "El usuario o la contraseña no son correctos"
SIGN_IN_FIRST = "Identifíquese para continuar."
SESSION_EXPIRED = "Su sesión venció. Identifíquese otra vez para continuar donde estaba."
SESSION_EXPIRED_KEPT = "Su sesión venció. Guardamos lo que había escrito; identifíquese otra vez para continuar."
SESSION_EXPIRED_AT_CARD = (
    "Su sesión venció mientras llenaba los datos de la tarjeta. No se realizó ningún cobro. "
    "Identifíquese otra vez para retomar su pedido."
)
SIGNED_OUT = "Cerró su sesión."
LINK_USED = "El enlace ya se usó o venció. Ingrese con su usuario y contraseña, o pida un enlace nuevo."


def too_many_attempts(seconds: int | None) -> str:
    """How long to wait after too many wrong passwords."""
    if not seconds:
        return "Hubo demasiados intentos. Espere unos minutos y vuelva a intentar."
    minutes = -(-seconds // 60)
    return f"Hubo demasiados intentos. Espere {minutes} {'minuto' if minutes == 1 else 'minutos'} y vuelva a intentar."


# registering and recovering
OWN_CMP_MISSING = "Ingrese su número de CMP"
OWN_CMP_WRONG = "El número de CMP tiene 6 dígitos, por ejemplo 012345"
CMP_HINT = "El número de colegiatura debe tener 6 dígitos y empezar con 0, por ejemplo 023546"
OWN_DOCUMENT_MISSING = "Ingrese su número de documento"
DNI_WRONG = "El DNI tiene 8 dígitos"
DOCUMENT_WRONG = "El documento tiene de 1 a 12 letras y números"
OWN_NAMES_MISSING = "Ingrese sus nombres"
OWN_SURNAME_MISSING = "Ingrese su apellido paterno"
OWN_EMAIL_MISSING = "Ingrese su correo electrónico"
TRACKING_CODE_MISSING = "Ingrese el código de seguimiento"
TRACKING_CODE_UNKNOWN = "No encontramos un registro con ese código. Revise que esté completo"
RECOVERY_MISSING = "Ingrese su número de CMP, su documento o su correo"
CURRENT_PASSWORD_MISSING = "Ingrese su contraseña actual"  # noqa: S105
ACCOUNT_OPEN = "Su correo está confirmado y sus datos coinciden: su cuenta está abierta. Ingrese con su contraseña."
PASSWORD_CHANGED_SIGN_IN = "Su contraseña cambió y cerramos las demás sesiones. Ingrese con la nueva."  # noqa: S105
PASSWORD_CHANGED = "Su contraseña cambió. Cerramos las demás sesiones; esta sigue abierta."  # noqa: S105
SESSION_ENDED = "Cerramos esa sesión."
SESSIONS_ENDED = "Cerramos las demás sesiones. Solo esta sigue abierta."


def link_sent(masked: str) -> str:
    """What happens after Enviar otra vez."""
    return f"Enviamos un enlace nuevo a {masked}. El anterior ya no sirve."


# paying
OWNER_MISSING = "Elija por quién va a pagar"
NOBODY_TO_PAY_FOR = "No tiene cuotas propias ni una autorización para pagar por otra persona."
KIND_MISSING = "Elija el tipo de cuota que va a pagar"
NO_DUES = "Sin cuotas pendientes"
VOUCHER_MISSING = "Elija boleta o factura"
EMAIL_MISSING = "Ingrese el correo al que enviaremos el comprobante"
EMAIL_WRONG = "Ingrese un correo como nombre@ejemplo.pe"
RUC_MISSING = "Ingrese el número de RUC"
RUC_WRONG = "El RUC debe tener 11 dígitos y ser válido. Revise el número"
LEGAL_NAME_MISSING = "Ingrese la razón social"
ADDRESS_MISSING = "Ingrese la dirección fiscal"
UNTIL_MISSING = "Elija hasta qué cuota va a pagar"
UNTIL_WRONG = "Esa cuota ya no está pendiente. Elija de nuevo hasta qué cuota va a pagar"
TERMS_MISSING = "Debe aceptar los términos y condiciones para pagar"
SUMMARY_CHANGED = "Su pedido cambió desde que abrió esta página. Revise el resumen y vuelva a confirmar."
ORDER_NOT_PLACED = "No pudimos registrar su pedido. Revise el resumen y vuelva a intentar. No se realizó ningún cobro."
FORM_NOT_OPENED = (
    "No pudimos abrir el formulario de la tarjeta. Su pedido está guardado y no se realizó ningún cobro. "
    "Intente de nuevo en unos minutos."
)
CARD_PAGE_CLOSED = (
    "El formulario de la tarjeta ya no está abierto. Continúe el pago desde aquí. No se realizó ningún cobro."
)
NOTHING_CHARGED = "No se realizó ningún cobro"
ORDER_CANCELLED = "Canceló el pedido. No se realizó ningún cobro y sus cuotas quedaron libres."
CARD_NOT_READ = "El banco no nos entregó los datos de su tarjeta. No se realizó ningún cobro. Intente de nuevo."


def dues(count: int) -> str:
    """How many dues."""
    return "1 cuota" if count == 1 else f"{count} cuotas"


# vouchers
NOTHING_SELECTED = "Seleccione al menos un comprobante de la lista"
TOO_MANY_SELECTED = "Seleccione 50 comprobantes como máximo"
DATE_WRONG = "Ingrese una fecha como 11/07/2019"
START_AFTER_END = "La Fecha Inicio debe ser igual o anterior a la Fecha Fin"
CHOICE_WRONG = "Elija un valor de la lista"
MAIL_WITHOUT_ADDRESS = (
    "No vemos un correo registrado a su nombre. Si el consejo ya lo registró, el envío llegará en unos minutos; "
    "si no, pídale que lo registre y vuelva a enviar."
)
TOO_MANY_RESULTS = (
    "La búsqueda tiene más de 50 comprobantes. Se imprimen, envían o descargan 50 como máximo: acorte las fechas"
)
TOTAL_WRONG = "Ingrese un importe como 120.00"
VOUCHER_NAME_LONG = "Escriba 100 letras como máximo"
NUMBER_WRONG = "El documento tiene letras, números y guion, por ejemplo B001-00001234"
CLIENT_DOCUMENT_WRONG = "El documento del cliente tiene de 8 a 12 letras o números"


def mail_requested(count: int, masked: str) -> str:
    """What happens after Enviar por correo."""
    what = "el comprobante" if count == 1 else f"los {count} comprobantes"
    return f"Enviaremos {what} a su correo registrado ({masked}). Llegará en unos minutos."


# own data
CONTACT_SAVED = "Guardamos sus datos. Ya cuentan para todos los servicios."
NEW_EMAIL_MISSING = "Ingrese su correo nuevo"
EMAIL_LINK_SENT_AGAIN = "Le enviamos otro enlace. El anterior ya no sirve."
EMAIL_CHANGE_CANCELLED = "Anulamos el cambio. Su correo registrado sigue siendo el mismo."
EMAIL_LINK_USED = "El enlace ya se usó, venció o fue reemplazado por uno más nuevo."
PHOTO_MISSING = "Seleccione una foto JPG o PNG"
PHOTO_WRONG_TYPE = "La foto debe ser un archivo JPG o PNG"
PHOTO_SAVED = "Guardamos su foto."
PHOTO_REMOVED = "Quitamos su foto."
FILE_EMPTY = "El archivo está vacío"


def file_too_big(limit: str) -> str:
    """Why a file was not taken; `limit` as people say it."""
    return f"El archivo debe pesar {limit} o menos"


def photo_hint(limit: str, min_pixels: int, max_pixels: int) -> str:
    """What a photo may be."""
    return f"JPG o PNG de hasta {limit}. Cada lado debe tener de {min_pixels} a {max_pixels} píxeles"


# SINADEF
ESTABLISHMENT_MISSING = "Ingrese el nombre del establecimiento de salud"
ESTABLISHMENT_CODE_MISSING = "Ingrese el código RENIPRESS del establecimiento"
HEALTH_AUTHORITY_MISSING = "Ingrese la DIRESA o GERESA"
POSITION_MISSING = "Ingrese su cargo en el establecimiento"
SINADEF_CANCELLED = "Anuló su solicitud."
SINADEF_CLAIMED = "Tomó la solicitud: ya puede aprobarla o rechazarla."
SINADEF_APPROVED = "Aprobó la solicitud. Avisamos al médico por correo."
SINADEF_REJECTED = "Rechazó la solicitud. Avisamos al médico por correo."
SINADEF_REASON_MISSING = "Escriba el motivo"
SINADEF_REASON_LENGTH = "Escriba el motivo, de 10 a 500 caracteres"


# clients
CLIENT_USER_MISSING = "Ingrese su número de RUC o de DNI"
CODE_MISSING = "Ingrese el código que recibió"
VOUCHER_TYPE_MISSING = "Elija el tipo de comprobante"
VOUCHER_NUMBER_MISSING = "Ingrese la serie y el número del comprobante"
VOUCHER_NUMBER_WRONG = "La serie tiene 4 letras o números y el número hasta 8 dígitos, por ejemplo F001-00001234"
VOUCHER_TOTAL_MISSING = "Ingrese el importe total del comprobante"
VOUCHER_TOTAL_WRONG = "El importe se escribe con céntimos, por ejemplo 120.00"
NEW_PASSWORD_MISSING = "Escriba una contraseña nueva"  # noqa: S105
FIRST_ACCESS_OVER = "El primer ingreso venció o tuvo demasiados intentos. Empiece de nuevo con su número de documento."
FIRST_PASSWORD_SET = "Creó su contraseña. La próxima vez ingrese con ella."  # noqa: S105
CONSENT_MISSING = "Debe aceptar el tratamiento de sus datos personales para continuar"
CONSENT_GIVEN = "Registramos su consentimiento."
CONSENT_WITHDRAWN = "Retiró su consentimiento. Vale desde ahora."
RUC_LINKED = "Vinculó su RUC a su cuenta."
RUC_UNLINKED = "Desvinculó su RUC."


# treasury
CMP_MISSING = "Ingrese el número de CMP"
CMP_WRONG = "El número de CMP tiene 6 dígitos, por ejemplo 012345"
DAYS_MISSING = "Ingrese los dos días"
DAYS_BACKWARDS = "El último día debe ser igual o posterior al primero"
DAYS_TOO_MANY = "Pida un año como máximo"
REASON_MISSING = "Escriba el motivo"
REASON_LENGTH = "Explique el motivo en 5 a 300 caracteres"
OUTCOME_MISSING = "Elija qué dice la evidencia"
EVIDENCE_MISSING = "Escriba en qué evidencia se basa"
TIME_WRONG = "Ingrese una hora como 16:05"
FILE_MISSING = "Seleccione el archivo de liquidación"
RESOLUTION_MISSING = "Elija cómo se resuelve"
AMOUNT_WRONG = "Ingrese un monto como 60.00"
REFERENCE_MISSING = "Ingrese el número de operación o recibo"
PERIOD_WRONG = "Ingrese el mes como 202603"
AGE_WRONG = "La edad va de 0 a 150"

# voucher desk
DAYS_NUMBER_WRONG = "Ingrese un número de días, por ejemplo 2"
MONTH_WRONG = "Ingrese el mes como 2026-11"
VOID_REASON_LENGTH = "Explique el motivo en 3 a 100 caracteres"
DELIVERY_EMAIL_OR_NONE = "Ingrese el correo de entrega, o marque que el cliente no tiene uno"
DOCUMENT_NUMBER_MISSING = "Ingrese el número de documento del cliente"
CUSTOMER_NAME_MISSING = "Ingrese el nombre o la razón social, de 3 caracteres o más"
ADDRESS_SHORT = "La dirección tiene de 3 a 200 caracteres"
FACTURA_NEEDS_RUC = "La factura se emite a un RUC"
BOLETA_IS_PAID_AT_ONCE = "Solo una factura se paga en cuotas"
LINE_TEXT_MISSING = "Escriba la descripción de la línea"
LINES_MISSING = "Ingrese al menos una línea"
NOTE_LINES_MISSING = "Ingrese lo que la nota de débito agrega"
INSTALMENTS_MISSING = "Ingrese al menos una cuota"
VOUCHER_RESENT = "Lo pusimos en cola con el mismo número y los mismos datos."
SUMMARY_RESENT = "Pusimos el resumen en cola con el mismo número y los mismos datos."
VOUCHER_SETTLED = "El comprobante salió de la cola."
VOID_ASKED = "Comunicaremos la baja a la SUNAT. El comprobante dirá ANULADO cuando ella la acepte."
VOUCHER_MAILED = "Lo enviaremos al correo registrado del cliente."


def voucher_issued(number: str) -> str:
    """What happens after Emitir."""
    return f"Emitió {number}. Lo enviamos a la SUNAT; en esta página verá su respuesta."


# constancias
VERIFICATION_CODE_MISSING = "Ingrese el código de verificación"
CODE_WRONG = "El código tiene 12 letras y números. Revise que esté completo"
CODE_UNKNOWN = "No encontramos una constancia con ese código. Revise que lo haya escrito como está impreso"


def constancia_mailed(masked: str) -> str:
    """What happens after Enviar a mi correo."""
    return f"Enviaremos la constancia a su correo registrado ({masked}). Llegará en unos minutos."


# staff
SECOND_CODE_MISSING = "Escriba el código de su aplicación"
SECOND_CODE_WRONG = "El código no es correcto o ya se usó. Espere a que la aplicación muestre uno nuevo"
CHALLENGE_OVER = "Pasó demasiado tiempo. Identifíquese de nuevo."
INVITATION_OVER = "El enlace ya se usó o venció. Pida otro a la persona administradora."
PASSWORD_SHORT_STAFF = "La contraseña debe tener 12 caracteres o más"  # noqa: S105
STAFF_REASON_MISSING = "Escriba el motivo"
STAFF_REASON_LENGTH = "El motivo debe tener de 5 a 500 caracteres"
STAFF_EMAIL_MISSING = "Ingrese el correo institucional"
NAMES_MISSING = "Ingrese los nombres"
SURNAMES_MISSING = "Ingrese los apellidos"
ROLES_MISSING = "Elija al menos una función"
SEARCH_SHORT = "Escriba de 2 a 80 caracteres"
CMP_NUMBER_WRONG = "El número de CMP tiene 6 dígitos, por ejemplo 012345"
MATCH_REASONS_MISSING = "Elija al menos un motivo"
ROMAN_WRONG = "El número se escribe en romanos, por ejemplo XV"
NAME_MISSING = "Escriba el nombre"
COUNCIL_CODE_WRONG = "El código tiene dos dígitos, por ejemplo 28"
RNE_CODE_WRONG = "El código del RNE tiene cinco dígitos, por ejemplo 00003"
SPECIALITY_CODE_WRONG = "El código tiene hasta 5 letras o dígitos"
STAFF_INVITED = "Creamos la cuenta y enviamos el enlace para activarla."
STAFF_INVITED_AGAIN = "Enviamos un enlace nuevo; el anterior ya no funciona."
STAFF_ACCESS_CHANGED = "Guardamos el cambio. La persona debe identificarse de nuevo."
STAFF_DONE = {
    "disablement": "Cerramos la cuenta y todas sus sesiones.",
    "enablement": "Abrimos la cuenta otra vez.",
    "second-factor-reset": "Retiramos el segundo factor y enviamos un enlace para empezar de nuevo.",
}
SAVED = "Guardamos el cambio."
REGISTRATION_ACCEPTED = "Abrimos la cuenta y avisamos a la persona."
REGISTRATION_REJECTED = "Rechazamos el registro y avisamos a la persona."
CLIENT_DOCUMENT_SHORT = "Escriba de 4 a 15 letras o dígitos del documento"
CLIENT_EMAIL_MISSING = "Ingrese el correo del cliente"
CLIENT_EMAIL_CHANGED = "Cambiamos el correo del cliente y avisamos a la dirección anterior."
CLIENT_PAPERS_MISSING = "Escriba qué documento mostró el cliente"
CLIENT_PAPERS_LENGTH = "Escriba de 5 a 300 caracteres"
CMP_NUMBER_CORRECTED = "Corregimos el número de CMP, cerramos las sesiones y avisamos a la persona."


# recertifications and diplomas
COLLECTOR_KIND_MISSING = "Elija quién recogió el diploma"
COLLECTOR_MISSING = "Escriba el nombre de quien recogió el diploma"
COLLECTOR_LONG = "Escriba 200 caracteres como máximo"
DOCUMENT_SHOWN_MISSING = "Elija el documento que mostró"
DIPLOMA_ANNOUNCED = "El diploma está listo. Avisamos al médico por correo."
DIPLOMA_HANDED_OVER = "Registramos la entrega del diploma."
RECERTIFICATION_REVOKED = "Recertificación revocada. Avisamos al médico por correo."


# conoce a tu médico and the SISTCERE page
REGISTER_SEARCH_MISSING = "Escriba un número de CMP, o nombres y apellidos"
REGISTER_SEARCH_SHORT = "Escriba el número de CMP, o al menos dos letras de un nombre o apellido"
REGISTER_SEARCH_LONG = "Escriba hasta 80 caracteres"
TITLE_MISSING = "Escriba el título"
TEXT_LONG = "Escriba hasta 2000 caracteres"
PIECE_POSITION_WRONG = "Escriba un número del 1 al 999"


# recertification
SELECT_FIRST = "Seleccione"
RECERT_TYPE_MISSING = "Seleccione el tipo de recertificación"
RECERT_DESCRIPTION_LONG = "Escriba 1000 caracteres como máximo"
RECERT_DATA_SAVED = "Guardamos los datos de su solicitud."
RECERT_CONTACT_MISSING = (
    "Registre su correo y un teléfono o celular, y pulse «Actualizar», antes de iniciar una solicitud."
)
RECERT_DRAFT_DISCARDED = "Borramos la solicitud que estaba preparando."
RECERT_DRAFT_GONE = "Esa solicitud ya se envió o se borró."
PDF_MISSING = "Seleccione un archivo PDF"
PDF_WRONG_TYPE = "El archivo debe ser PDF"
PDF_NOT_UPLOADED = "No se pudo subir el archivo. Intente de nuevo"
PDF_SAVED = "Revisamos y guardamos su expediente."
PDF_REMOVED = "Quitamos el expediente."
PDF_NAME_ACCEPTED = "Su expediente ya tiene el nombre que debe llevar."
ACTIVITY_MISSING = "Seleccione la actividad"
ITEM_TITLE_MISSING = "Escriba cómo se llama el documento"
ITEM_TITLE_LENGTH = "Escriba de 3 a 200 caracteres"
QUANTITY_WRONG = "Ingrese una cantidad como 2 o 1.5"
PAGE_WRONG = "Ingrese un número de página"
ITEM_SAVED = "Guardamos la actividad."
ITEM_REMOVED = "Quitamos la actividad."


def pdf_hint(limit: str) -> str:
    """What the file of a request may be (REC-6 to REC-9)."""
    return f"Un solo archivo PDF de hasta {limit}, sin contraseña, con los documentos que sustentan su puntaje"


# everywhere
FORM_EXPIRED = "Por seguridad, esta página venció. Vuelva a la página anterior, actualícela e intente de nuevo."
PROBLEM_HEADING = "Hay un problema"


# working days
DAY_KIND_MISSING = "Elija si ese día se cierra o se trabaja"
CALENDAR_REASON_LENGTH = "Explique el motivo en 10 a 200 caracteres"

# evaluating dossiers, answering observations
DECLARATION_MISSING = "Marque la declaración, o declare el conflicto de interés que tiene"
DESK_REASON_LENGTH = "Escriba de 10 a 500 caracteres"
OPINION_MISSING = "Escriba el dictamen"
EVALUATOR_MISSING = "Elija a la persona que evaluará"
POINTS_WRONG = "Escriba los puntos, por ejemplo 2.5"
OBSERVATION_REASON_MISSING = "Elija el motivo de la observación"
COMMENT_LENGTH = "Escriba hasta 1000 caracteres"
CORRECTION_SENT = "Enviamos su subsanación. Su consejo la evaluará otra vez y le avisaremos del resultado."
ANSWER_LENGTH = "Escriba hasta 2000 caracteres"
ANSWER_MISSING = "Escriba su respuesta, o corrija el ítem"
TITLE_LENGTH = "Escriba hasta 200 caracteres"
ITEM_FIELD_MISSING = "Complete este dato del ítem"
