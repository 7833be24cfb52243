"""One running server with its PostgreSQL."""

import os
import pathlib
import signal
import socket
import subprocess
import time

START_LIMIT = 300
STOP_LIMIT = 60


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Server:
    """A `mediconnect serve` of its own, on 127.0.0.1; a context manager that stops it."""

    def __init__(self, binary, data, reads="grouped", beside=None, mllp=False):
        """`beside` is a server whose PostgreSQL this one shares; without it, it brings its own."""
        self.binary, self.data, self.reads, self.beside = str(binary), pathlib.Path(data), reads, beside
        self.port = free_port()
        self.mllp_port = free_port() if mllp else 0
        self.process = None
        self.seconds_to_ready = None

    @property
    def url(self):
        return f"http://127.0.0.1:{self.port}"

    @property
    def fhir(self):
        return f"{self.url}/fhir"

    def __enter__(self):
        return self.start()

    def __exit__(self, *_):
        self.stop()

    def start(self):
        command = [self.binary, "serve", "--port", str(self.port)]
        if self.beside:
            command += ["--database-url", self.beside.conninfo(), "--migrate-url", self.beside.conninfo(OWNER)]
        else:
            command += ["--data-dir", str(self.data)]
        environment = {key: value for key, value in os.environ.items() if not key.startswith("MEDICONNECT_")}
        environment |= {
            "MEDICONNECT_BENCHMARK_ROUTE": "true", "MEDICONNECT_AUDIT_READS": self.reads,
            "MEDICONNECT_MLLP_PORT": str(self.mllp_port)}
        self.output = self.data.parent / f"{self.data.name}-{self.port}.log"
        started = time.monotonic()
        with open(self.output, "wb") as output:
            self.process = subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT, env=environment)
        while b" is ready: " not in self.output.read_bytes():
            if self.process.poll() is not None or time.monotonic() - started > START_LIMIT:
                self.stop()
                raise SystemExit(f"the server did not start:\n{self.output.read_text()}")
            time.sleep(0.002)
        self.seconds_to_ready = time.monotonic() - started
        return self

    def stop(self):
        if not self.process or self.process.poll() is not None:
            return
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(STOP_LIMIT)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()

    @property
    def pid(self):
        return self.process.pid

    def resident(self):
        """Bytes of the server process in memory, without PostgreSQL."""
        for line in pathlib.Path(f"/proc/{self.pid}/status").read_text().splitlines():
            if line.startswith("VmRSS:"):
                return int(line.split()[1]) * 1024
        raise RuntimeError("no VmRSS")

    # --- PostgreSQL ---

    def _postmaster_file(self):
        return ((self.beside or self).data / "postgres" / "postmaster.pid").read_text().splitlines()

    @property
    def postmaster(self):
        return int(self._postmaster_file()[0])

    def conninfo(self, role=None):
        """How libpq reaches the database, by default under the role that the server works under."""
        return f"host={self._postmaster_file()[4]} port=5432 dbname=mediconnect user={role or APPLICATION}"


OWNER = "mediconnect_owner"
APPLICATION = "mediconnect_app"
