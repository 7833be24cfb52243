"""Processor time of processes, from /proc (proc(5), 'stat')."""

import os
import pathlib

TICK = os.sysconf("SC_CLK_TCK")


def _stat(pid):
    # The second field, the name, is in parentheses and may contain anything.
    fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return [int(field) for field in fields[11:15]]  # utime, stime, and those of children that were waited for


def of_process(pid):
    """Seconds of all threads of a process."""
    own_user, own_system, _, _ = _stat(pid)
    return (own_user + own_system) / TICK


def of_postgres(postmaster):
    """Seconds of the postmaster and all its processes; what has exited counts on as the postmaster's children."""
    ticks = sum(_stat(postmaster))
    for child in pathlib.Path(f"/proc/{postmaster}/task/{postmaster}/children").read_text().split():
        try:
            ticks += sum(_stat(child)[:2])
        except FileNotFoundError:  # exited since; the next look finds it at the postmaster
            pass
    return ticks / TICK


def of_all():
    """Seconds that all processes of the machine, ours and others, have spent in user and system mode."""
    fields = pathlib.Path("/proc/stat").read_text().split(maxsplit=5)
    return sum(int(field) for field in fields[1:4]) / TICK
