"""`python -m simulators.tax_authority --port 8081`: a SUNAT on this machine."""

from __future__ import annotations

import argparse
import logging

import waitress

from .app import create_app

THREADS = 32
"""Calls that hang on purpose each hold one."""


def main() -> None:
    """Serve until stopped."""
    parser = argparse.ArgumentParser(description="Simulador de SUNAT")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8081)
    parser.add_argument("--ruc", default="20000000001")
    parser.add_argument("--state-file", default=None)
    parser.add_argument("--latency", type=float, default=0.0)
    options = parser.parse_args()
    logging.basicConfig(level=logging.INFO)
    app = create_app({"ruc": options.ruc, "state_file": options.state_file, "latency": options.latency})
    waitress.serve(app, host=options.host, port=options.port, threads=THREADS)


if __name__ == "__main__":
    main()
