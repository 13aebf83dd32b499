"""What the notifier measures: mails by outcome, and how long the oldest one waits."""

from chassis.app import current_service


def count_outcome(outcome: str) -> None:
    """Count one try, or one mail given up before any try, by how it ended."""
    current_service().metrics.counter("cmp_emails", "Tries to send a mail, by outcome", "outcome").labels(outcome).inc()


def show_backlog(waiting: int, oldest_seconds: float) -> None:
    """Show how many mails wait and how long the oldest has waited, for the alarm that mails do not leave."""
    metrics = current_service().metrics
    metrics.gauge("cmp_emails_pending", "Mails neither sent nor failed").set(waiting)
    metrics.gauge("cmp_emails_oldest_pending_seconds", "Age of the oldest mail neither sent nor failed").set(
        oldest_seconds
    )
