"""Single measurements: something is done as often as possible for a few seconds, and its cost is counted."""

import dataclasses
import os
import pathlib
import re
import statistics
import subprocess
import time

from . import cpu, database
from .server import OWNER

LUA = pathlib.Path(__file__).resolve().parent.parent / "wrk"


@dataclasses.dataclass
class Run:
    """One measurement. Times are microseconds: processor time per item of each party, latency of an answer.

    `others` is the share of the machine's cores that processes without a part in the measurement used meanwhile.
    """

    rate: float
    server: float = 0
    postgres: float = 0
    client: float = 0
    others: float = 0
    p50: float | None = None
    p99: float | None = None

    @staticmethod
    def median(runs):
        """Field by field: rates and costs are steadier each by itself than those of any one run."""
        def middle(field):
            values = [value for run in runs if (value := getattr(run, field.name)) is not None]
            return statistics.median(values) if values else None
        return Run(*(middle(field) for field in dataclasses.fields(Run)))


def _measured(server, command, interpret):
    """Runs a client to its end. `interpret` reads count, seconds and latencies from what it printed."""
    def look():
        return time.monotonic(), cpu.of_process(server.pid), cpu.of_postgres(server.postmaster), cpu.of_all()
    before = look()
    process = subprocess.Popen(
        [str(word) for word in command], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    text = process.stdout.read()
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    # The client's backends end a moment after it; what they used counts here, not in the next measurement.
    time.sleep(0.3)
    after = look()
    if process.returncode:
        raise SystemExit(f"{command[0]} failed:\n{text}")
    count, seconds, *latencies = interpret(text)
    if count == 0:
        raise SystemExit(f"{command[0]} got nothing done:\n{text}")
    elapsed, server_cost, postgres_cost, all_cost = (then - now for then, now in zip(after, before))
    client_cost = usage.ru_utime + usage.ru_stime
    others = max(0, all_cost - server_cost - postgres_cost - client_cost) / elapsed / len(os.sched_getaffinity(0))
    costs = (cost / count * 1e6 for cost in (server_cost, postgres_cost, client_cost))
    return Run(count / seconds, *costs, others, *latencies)


# --- wrk ---

UNITS = {"us": 1, "ms": 1e3, "s": 1e6, "m": 60e6}


def _wrk_output(text):
    if trouble := re.search(r"Non-2xx.*|Socket errors.*", text):
        raise SystemExit(f"wrk: {trouble[0]}\n{text}")
    count, seconds = re.search(r"(\d+) requests in ([\d.]+)s", text).groups()
    latencies = []
    if int(count) == 0:
        return 0, float(seconds)
    for percent in ("50", "99"):
        value, unit = re.search(rf"^\s+{percent}%\s+([\d.]+)(us|ms|s|m)$", text, re.M).groups()
        latencies.append(float(value) * UNITS[unit])
    return int(count), float(seconds), *latencies


def wrk(server, path, seconds, script=None, arguments=(), connections=32, timeout=None):
    """One thread of wrk with kept-alive connections; `timeout` in seconds, where two are not enough for an answer."""
    command = ["wrk", "-t1", f"-c{connections}", f"-d{seconds}s", "--latency"]
    if timeout:
        command += ["--timeout", f"{timeout}s"]
    if script:
        command += ["-s", LUA / script]
    command += [server.url + path]
    if script:
        command += ["--", *arguments]
    return _measured(server, command, _wrk_output)


# --- the floors ---

def _floors_output(text):
    count, seconds = text.split()
    return int(count), float(seconds)


def raw_select(server, floors, seconds, type, id):
    return _measured(server, [floors, "select", server.conninfo(), seconds, type, id], _floors_output)


def raw_insert(server, floors, seconds, template, key, number, connections=8):
    command = [floors, "insert", server.conninfo(), seconds, connections, template, key, number]
    return _measured(server, command, _floors_output)


def pgbench(server, script, seconds, connections=8):
    """A script of pgbench's under the role that owns the tables; it tells no latencies but the mean."""
    command = [
        database.program("pgbench"), "-n", "-M", "prepared", "-c", connections, "-j", 1, "-T", seconds, "-f", script,
        server.conninfo(OWNER)]

    def interpret(text):
        count = re.search(r"number of transactions actually processed: (\d+)", text)
        rate = re.search(r"tps = ([\d.]+)", text)
        if not count or not rate or float(rate[1]) == 0:
            raise SystemExit(f"pgbench:\n{text}")
        return int(count[1]), int(count[1]) / float(rate[1])
    return _measured(server, command, interpret)


# --- mediconnect load ---

def load(server, *paths):
    """Loads files and counts resources."""
    started = time.monotonic()

    def interpret(text):
        found = re.search(r"Loaded ([\d,.  ]+) resources? from", text)
        if not found:
            raise SystemExit(f"mediconnect load:\n{text}")
        return int(re.sub(r"\D", "", found[1])), time.monotonic() - started
    return _measured(server, [server.binary, "load", *paths, "--to", server.fhir], interpret)


def call(server, floors, count, sql, connections=8):
    """The floor of statements: `sql` with each number from 1 to `count`, under the role that owns the tables."""
    return _measured(server, [floors, "call", server.conninfo(OWNER), connections, count, sql], _floors_output)


# --- HL7 v2 over MLLP ---

def feed(server, client, files):
    """What files of frames hold, a connection each. Gives the run and how many answers were AA, AE, AR."""
    answers = {}

    def interpret(text):
        count, seconds, p50, p99, *codes = text.split()
        answers.update(zip(("AA", "AE", "AR"), map(int, codes)))
        return int(count), float(seconds), float(p50), float(p99)
    return _measured(server, [client, "127.0.0.1", server.mllp_port, *files], interpret), answers
