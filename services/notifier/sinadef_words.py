"""What a physician reads of an application for access to SINADEF, by its state."""

SINADEF_WORDS: dict[str, dict[str, str]] = {
    "EMITIDO": {
        "short": "recibida",
        "text": "Recibimos su solicitud de acceso a SINADEF.",
        "next": "Le escribiremos cuando empecemos a revisarla y cuando tengamos el resultado.",
    },
    "EN_REVISION": {
        "short": "en revisión",
        "text": "Empezamos a revisar su solicitud de acceso a SINADEF.",
        "next": "No necesita hacer nada: le escribiremos con el resultado.",
    },
    "ATENDIDO": {
        "short": "atendida",
        "text": "Su solicitud de acceso a SINADEF fue aprobada por el Colegio.",
        "next": "Enviaremos sus datos al MINSA, que crea el usuario. Para certificar se firma con el DNI electrónico.",
    },
    "RECHAZADO": {
        "short": "no procede",
        "text": "Su solicitud de acceso a SINADEF no fue aprobada.",
        "next": "Corrija lo que indica el motivo y envíe otra solicitud. Si tiene dudas, consulte en su consejo.",
    },
    "ANULADO": {
        "short": "anulada",
        "text": "Anulamos su solicitud de acceso a SINADEF, como usted pidió.",
        "next": "Puede enviar otra cuando la necesite.",
    },
}
