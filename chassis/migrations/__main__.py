"""`python -m chassis.migrations SERVICE MESSAGE`."""

from chassis.migrations import main

main()
