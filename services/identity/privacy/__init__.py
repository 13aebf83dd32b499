"""Law 29733: what people may know of, and take with them from, what identity keeps about them."""
