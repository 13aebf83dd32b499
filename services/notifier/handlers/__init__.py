"""What this service does when something happened elsewhere: it plans a mail. A job sends it later."""

from services.notifier.handlers import (  # noqa: F401 - each subscribes
    einvoice,
    identity,
    payments,
    recert_deadlines,
    recert_evaluation,
    recert_outcome,
    recert_requests,
)
from services.notifier.handlers.planning import subscriptions

__all__ = ["subscriptions"]
