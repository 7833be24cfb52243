"""How fast HL7 v2 messages are parsed on one thread: by the server's parser and by PyPI's `hl7`, in turn, the same ones."""

import pathlib
import statistics
import subprocess

ROOT = pathlib.Path(__file__).resolve().parents[2]
INSTALL = ROOT / "Tests" / "independent-clients" / "install"
OTHER = pathlib.Path(__file__).resolve().parent.parent / "parse_with_hl7.py"

#: What is measured, and what it is called.
VALUES, CONVERSION, HL7 = "parsed, every value read", "parsed and converted", "PyPI `hl7`: parsed"


def measure(options, frames):
    """Messages per second by name, the median of the rounds; without PyPI's parser where it cannot be installed."""
    own = [options.binary, "measure-parsing", frames, "--seconds", options.seconds]
    commands = {VALUES: [*own, "--work", "values"], CONVERSION: [*own, "--work", "conversion"]}
    if python := _python():
        commands[HL7] = [python, OTHER, frames, options.seconds]
    rates = {name: [] for name in commands}
    for _ in range(options.rounds):
        for name, command in commands.items():
            rates[name].append(_rate(command))
    return {name: statistics.median(found) for name, found in rates.items()}


def _rate(command):
    answer = subprocess.run([str(word) for word in command], capture_output=True, text=True)
    if answer.returncode:
        raise SystemExit(f"{command[0]} failed:\n{answer.stderr}")
    count, seconds = map(float, answer.stdout.split())
    return count / seconds


def _python():
    answer = subprocess.run([INSTALL], capture_output=True, text=True)
    return answer.stdout.strip() if answer.returncode == 0 else None
