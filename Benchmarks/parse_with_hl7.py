"""Parses the messages of a file of MLLP frames with PyPI's `hl7`, over and over: parse_with_hl7.py FILE SECONDS

Prints "<messages> <seconds>". `hl7.parse` splits a message at once into segments, fields, repetitions, components and
subcomponents, each a text.
"""

import sys
import time

import hl7


def main():
    data = open(sys.argv[1], "rb").read()
    messages = [frame.lstrip(b"\x0b").decode("latin-1") for frame in data.split(b"\x1c\r") if frame]
    limit, done, start = float(sys.argv[2]), 0, time.perf_counter()
    while (elapsed := time.perf_counter() - start) < limit:
        for message in messages:
            hl7.parse(message)
        done += len(messages)
    print(done, elapsed)


main()
