"""What was collected and given back, for treasury: by day, by kind of due, by council."""
