"""A stand-in for the card acquirer Niubiz: same paths, same bodies, no money."""
