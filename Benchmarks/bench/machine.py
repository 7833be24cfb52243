"""What was measured on, and with."""

import os
import pathlib
import platform
import re
import subprocess


def _first_line(*command):
    try:
        output = subprocess.run(command, capture_output=True, text=True)
        return next((line.strip() for line in (output.stdout + output.stderr).splitlines() if line.strip()), "")
    except OSError:
        return ""


def _flush_microseconds(directory):
    """What one durable write of 8 KB costs here: the floor under every commit."""
    import time
    path = directory / "flush"
    with open(path, "wb", buffering=0) as file:
        file.write(bytes(1 << 20))
        os.fsync(file.fileno())
        times = []
        for index in range(400):
            file.seek(index % 128 * 8192)
            file.write(bytes(8192))
            started = time.perf_counter()
            os.fdatasync(file.fileno())
            times.append(time.perf_counter() - started)
    path.unlink()
    return sorted(times)[len(times) // 2] * 1e6


def describe(options, directory):
    """Lines of a list."""
    processor = re.search(r"model name\s*:\s*(.*)", pathlib.Path("/proc/cpuinfo").read_text())
    memory = int(re.search(r"MemTotal:\s*(\d+)", pathlib.Path("/proc/meminfo").read_text())[1]) / 1024 / 1024
    system = re.search(r'PRETTY_NAME="(.*)"', pathlib.Path("/etc/os-release").read_text())
    root = pathlib.Path(__file__).resolve().parents[2]
    commit = _first_line("git", "-C", root, "describe", "--always", "--dirty")
    return [
        f"machine: {len(os.sched_getaffinity(0))} cores, {processor[1] if processor else platform.machine()}, "
        f"{memory:.0f} GB; fdatasync of 8 KB {_flush_microseconds(directory):.0f} µs",
        f"system: {system[1] if system else platform.system()}, Linux {platform.release()}",
        f"versions: MediConnect {commit}, {_first_line(*psql_server())}, {_first_line('swift', '--version')}, "
        f"{_first_line('wrk', '-v').partition(' Copyright')[0]}",
        "load: " + ", ".join(f"{value:.2f}" for value in os.getloadavg()) + " before the run (1, 5, 15 minutes)",
    ]


def psql_server():
    from .database import psql
    return psql(), "--version"
