"""The books: double entry, one balanced transaction per cause, written in the transaction of its cause."""
