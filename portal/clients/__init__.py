"""One module per service: the questions the portal asks, in the words of the trade."""
