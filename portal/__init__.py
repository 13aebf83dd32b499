"""The web site in Spanish: pages for people, drawn on the server, fed by the gateway like any other client."""
