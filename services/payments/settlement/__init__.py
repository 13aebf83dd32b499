"""What the acquirer says it paid, row by row, held against what we know; whatever does not fit waits for a person."""
