"""`python -m simulators.acquirer --port 8090`: the simulator on its own."""

import argparse

from waitress import serve

from simulators.acquirer.app import create_app


def main() -> None:
    """Serve until interrupted; many threads, because a hanging call keeps one."""
    options = argparse.ArgumentParser(prog="simulators.acquirer", description="Simulador del procesador de tarjetas")
    options.add_argument("--host", default="127.0.0.1")
    options.add_argument("--port", type=int, default=8090)
    options.add_argument("--state-file", help="JSON file that survives a restart")
    chosen = options.parse_args()
    config = {"state_file": chosen.state_file} if chosen.state_file else {}
    serve(create_app(config), host=chosen.host, port=chosen.port, threads=32, ident=None)


if __name__ == "__main__":
    main()
