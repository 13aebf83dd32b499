"""ClamAV over its socket: INSTREAM, the file in pieces, one word back (clamd(8))."""

import socket
import struct
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

PIECE = 128 * 1024


@dataclass(frozen=True)
class Clean:
    """Nothing known was found."""


@dataclass(frozen=True)
class Infected:
    """A known piece of malware, by the scanner's name for it."""

    name: str


@dataclass(frozen=True)
class Unknown:
    """The scanner could not be asked, or did not answer what it should."""

    why: str


Finding = Clean | Infected | Unknown


def scan(path: Path, address: str, seconds: float) -> Finding:
    """Ask the daemon at `address` (`host:3310` or `unix:/run/clamd.sock`) about a file; never raises OSError."""
    try:
        with _connect(address, seconds) as connection, path.open("rb") as file:
            _send(connection, file)
            answer = _read(connection)
    except (OSError, ValueError) as error:
        return Unknown(type(error).__name__)
    if answer.endswith(" FOUND"):
        return Infected(answer.removeprefix("stream: ").removesuffix(" FOUND"))
    return Clean() if answer == "stream: OK" else Unknown(answer[:100])


def _connect(address: str, seconds: float) -> socket.socket:
    if address.startswith("unix:"):
        connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        connection.settimeout(seconds)
        connection.connect(address.removeprefix("unix:"))
        return connection
    host, _, port = address.rpartition(":")
    return socket.create_connection((host, int(port)), timeout=seconds)


def _send(connection: socket.socket, file: BinaryIO) -> None:
    connection.sendall(b"zINSTREAM\0")
    while piece := file.read(PIECE):
        connection.sendall(struct.pack("!I", len(piece)) + piece)
    connection.sendall(struct.pack("!I", 0))


def _read(connection: socket.socket) -> str:
    answer = b""
    while not answer.endswith(b"\0") and len(answer) < 4096 and (more := connection.recv(4096)):
        answer += more
    return answer.rstrip(b"\0").decode("utf-8", "replace").strip()
