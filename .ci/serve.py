"""Start the app on the first free port, print its address once it is healthy, end it on Ctrl-C: what `make app` runs."""

from __future__ import annotations

import contextlib
import http.client
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

PATIENCE_S = 60


def free_port(first: int) -> int:
    """The first port from `first` on that nobody listens on. Exits with one sentence where fifty in a row are taken."""
    for port in range(first, min(first + 50, 65_536)):
        with contextlib.suppress(OSError), socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(("127.0.0.1", port))
            return port
    sys.exit(f"No port from {first} on is free. Name another: make app PORT=9000")


def healthy(port: int) -> bool:
    """Whether the server on `port` says it is ready."""
    with contextlib.suppress(OSError, http.client.HTTPException):
        connection = http.client.HTTPConnection("localhost", port, timeout=2)
        connection.request("GET", "/_stcore/health")
        return connection.getresponse().status == 200
    return False


def main(wanted: int) -> int:
    """Run the server until it ends or is interrupted; the exit code of the command."""
    port = free_port(wanted)
    if port != wanted:
        sys.stdout.write(f"Port {wanted} is taken; using {port}.\n")
    flags = (f"--server.port={port}", "--server.headless=true", "--logger.level=warning")
    command = [sys.executable, "-m", "streamlit", "run", "app.py", *flags]
    server = subprocess.Popen(command, cwd=Path(__file__).parents[1], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    try:
        start = time.monotonic()
        while not healthy(port):
            if server.poll() is not None:
                return server.returncode or 1
            if time.monotonic() - start > PATIENCE_S:
                sys.exit(f"The server did not answer within {PATIENCE_S} seconds; its messages are above.")
            time.sleep(0.2)
        sys.stdout.write(f"\nAisle is ready: http://localhost:{port}\nCtrl-C stops it.\n")
        sys.stdout.flush()
        return server.wait()
    except KeyboardInterrupt:
        return 0
    finally:
        server.terminate()
        server.wait()


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 8501))
