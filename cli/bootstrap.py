"""Makes the virtual environment from nothing but Python 3.11+; standard library only, nothing is installed yet.

usage: python3 cli/bootstrap.py run|dev
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
EXTRAS = ["--all-extras", "--inexact", "--frozen", "--quiet"]


def main() -> None:
    """Create `.venv` if it is missing and bring it to what uv.lock says."""
    if sys.version_info < (3, 11):
        sys.exit(f"CMP Digital needs Python 3.11 or newer; {sys.executable} is {sys.version.split()[0]}.")
    if not (VENV / "bin" / "python").exists():
        create_environment()
    python = str(VENV / "bin" / "python")
    if not (VENV / "bin" / "uv").exists():
        if not list((VENV / "lib").glob("python*/site-packages/pip")):
            run([python, "-m", "ensurepip", "--default-pip"])
        run([python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "uv>=0.5"])
    groups = [] if "dev" in sys.argv else ["--no-dev"]
    run([str(VENV / "bin" / "uv"), "sync", *EXTRAS, *groups, "--python", python], UV_PROJECT_ENVIRONMENT=str(VENV))


def create_environment() -> None:
    """`python -m venv`; Debian keeps the module in a package of its own."""
    attempt = subprocess.run([sys.executable, "-m", "venv", str(VENV)], capture_output=True, text=True, check=False)
    if attempt.returncode == 0:
        return
    shutil.rmtree(VENV, ignore_errors=True)
    package = f"python{sys.version_info.major}.{sys.version_info.minor}-venv"
    if not can_install():
        sys.exit(f"Python's venv module is missing. Install it, then repeat:\n  sudo apt-get install {package}")
    install(package)
    run([sys.executable, "-m", "venv", str(VENV)])


def can_install() -> bool:
    """Whether we are root on a Debian system."""
    return os.geteuid() == 0 and shutil.which("apt-get") is not None


def install(*packages: str) -> None:
    """Install Debian packages."""
    run(["apt-get", "update", "-qq"])
    run(["apt-get", "install", "-y", "-qq", "--no-install-recommends", *packages], DEBIAN_FRONTEND="noninteractive")


def run(command: list[str], **variables: str) -> None:
    """Run a command or stop with its own message."""
    done = subprocess.run(command, cwd=ROOT, env=os.environ | variables, check=False)
    if done.returncode:
        sys.exit(f"failed: {' '.join(command)}")


if __name__ == "__main__":
    main()
