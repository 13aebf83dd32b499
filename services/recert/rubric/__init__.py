"""Points: what an activity gives by a version of the table, and why it may give less."""

from services.recert.rubric.ages import is_within, last_day
from services.recert.rubric.scoring import Score, ScoredLine, Why, score

__all__ = ["Score", "ScoredLine", "Why", "is_within", "last_day", "score"]
