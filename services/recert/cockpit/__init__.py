"""The council's cockpit: what waits and until when, what was done, what was observed, and what will be late."""
