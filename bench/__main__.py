"""`make bench`: every figure beside its limit, measured in one run, written to docs/reference/performance.md.

`make bench PARTS="identity recert"` measures some parts only and writes nothing.
"""

import json
import os
import platform
import subprocess
import sys
import tempfile
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bench import einvoice, embedded, events, history, identity, payments, recert, recert_register

PAGE = Path(__file__).resolve().parent.parent / "docs" / "reference" / "performance.md"


def gateway_figures() -> list[dict[str, Any]]:
    """The gateway beside a bare Flask + requests pass-through; a process of its own, as it forks servers."""
    run = subprocess.run([sys.executable, "-m", "bench.gateway"], capture_output=True, text=True, check=False)
    cases = [json.loads(line) for line in run.stdout.splitlines() if line.startswith("{")]
    return [
        {
            "what": f"Gateway, {case['case']}",
            "ours": f"{case['gateway_per_second']:,} requests/s",
            "beside": f"bare Flask + requests: {case['bare_per_second']:,} requests/s",
            "ratio": case["ratio"],
            "limit": case["limit"],
        }
        for case in cases
        if "gateway_per_second" in case
    ]


def row(figure: dict[str, Any]) -> str:
    """One line of the table."""
    if figure.get("limit"):
        limit, held = f"at least {figure['limit']}", figure["ratio"] >= figure["limit"]
    elif figure.get("at_most") is not None:
        limit, held = f"at most {figure['at_most']}", figure["ratio"] <= figure["at_most"]
    else:
        limit, held = "", True
    return f"| {figure['what']} | {figure['ours']} | {figure['beside']} | {figure['ratio']:.2f} | {limit} | {'yes' if held else '**no**'} |"


PARTS: dict[str, Callable[[Path], list[dict[str, Any]]]] = {
    "events": events.measure,
    "payments": payments.measure,
    "einvoice": einvoice.measure,
    "history": history.measure,
    "gateway": lambda _folder: gateway_figures(),
    "identity": identity.measure,
    "recert_register": recert_register.measure,
    "recert": recert.measure,
    "embedded": embedded.measure,
}


def main(wanted: list[str]) -> int:
    """Measure, and write the page when all was measured; 1 when a limit is missed."""
    with tempfile.TemporaryDirectory(prefix="cmp-bench-") as folder:
        figures = [figure for name in wanted or PARTS for figure in PARTS[name](Path(folder))]
    lines = [
        "# Performance",
        "",
        f"Written by `make bench` on {datetime.now(UTC):%Y-%m-%d}: {os.cpu_count()} cores, Python {platform.python_version()}, "
        "PostgreSQL and RabbitMQ on the same machine. Ratios compare two things in the same run; the absolute figures depend on the machine.",
        "",
        "| What | Ours | Beside | Ratio | Limit | Held |",
        "|---|---|---|---|---|---|",
        *(row(figure) for figure in figures),
        "",
    ]
    if not wanted:
        PAGE.write_text("\n".join(lines))
    sys.stdout.write("\n".join(lines) + "\n")
    return int(any("**no**" in line for line in lines))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
