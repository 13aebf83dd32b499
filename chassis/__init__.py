"""What every service is built on. It knows how to listen, publish, store and answer, and nothing of the trade."""
