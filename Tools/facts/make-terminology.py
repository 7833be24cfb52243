#!/usr/bin/env python3
"""Writes the code systems, value sets and concept maps of R4 that are part of the binary: see README.md beside this file.

    make-terminology.py PACKAGE.tar.gz           writes terminology.bin
    make-terminology.py --check PACKAGE.tar.gz   compares it with a fresh one; 1 if they differ

Of each definition what terminology operations need is kept, as JSON, deflated by itself: one is read when it is asked for.
"""

import argparse
import json
import struct
import sys
import zlib
from pathlib import Path

sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(__file__).resolve().parent))
facts = __import__("make-facts")

TABLE = facts.PROJECT / "Sources/CFacts/terminology.bin"
MAGIC = b"MCTERMS1"

COMMON = ["resourceType", "id", "url", "version", "name", "title", "status"]
KEPT = {
    "CodeSystem": COMMON + [
        "caseSensitive", "valueSet", "hierarchyMeaning", "content", "supplements", "filter", "property", "concept"],
    "ValueSet": COMMON + ["immutable", "compose", "expansion"],
    "ConceptMap": COMMON + ["sourceUri", "sourceCanonical", "targetUri", "targetCanonical", "group"],
}
KINDS = {"CodeSystem": 1, "ValueSet": 2, "ConceptMap": 3}


def stripped(value):
    """Without extensions and the companions of primitives that carry them."""
    if isinstance(value, dict):
        return {k: stripped(v) for k, v in value.items() if k != "extension" and not k.startswith("_")}
    if isinstance(value, list):
        return [stripped(v) for v in value]
    return value


def definitions(package):
    """(kind, url, version, JSON) of each, in the order of kind and url."""
    found = []
    for resource in facts.read_package(package):
        kind = KINDS.get(resource.get("resourceType"))
        if kind is None or "url" not in resource:
            continue
        kept = {k: stripped(v) for k, v in resource.items() if k in KEPT[resource["resourceType"]]}
        text = json.dumps(kept, ensure_ascii=False, separators=(",", ":")).encode()
        found.append((kind, resource["url"].encode(), resource.get("version", "").encode(), text))
    return sorted(found)


def encode(found):
    strings = bytearray(b"\0\0")
    places = {b"": 0}
    data = bytearray()
    records = bytearray()

    def text(value):
        if value not in places:
            places[value] = len(strings)
            strings.extend(struct.pack("<H", len(value)) + value)
        return places[value]

    for kind, url, version, content in found:
        packed = zlib.compress(content, 9)
        records += struct.pack("<IIIIII", kind, text(url), text(version), len(data), len(packed), len(content))
        data += packed
    first_string = 24 + len(records)
    first_data = first_string + len(strings)
    size = first_data + len(data)
    return MAGIC + struct.pack("<IIII", size, len(found), first_string, first_data) + bytes(records + strings + data)


def decode(table):
    """What encode was given: how another zlib packs the same is no difference."""
    if table[:8] != MAGIC:
        return None
    _, count, first_string, first_data = struct.unpack_from("<IIII", table, 8)

    def text(place):
        length, = struct.unpack_from("<H", table, first_string + place)
        return table[first_string + place + 2:][:length]

    found = []
    for number in range(count):
        kind, url, version, start, length, _ = struct.unpack_from("<IIIIII", table, 24 + 24 * number)
        found.append((kind, text(url), text(version), zlib.decompress(table[first_data + start:][:length])))
    return found


def main():
    arguments = argparse.ArgumentParser(description="Writes R4's code systems, value sets and concept maps.")
    arguments.add_argument("package", help="hl7.fhir.r4.core-4.0.1.tar.gz")
    arguments.add_argument("--check", action="store_true", help="compare with the committed file, write nothing")
    options = arguments.parse_args()
    found = definitions(options.package)
    if options.check:
        if not TABLE.exists() or decode(TABLE.read_bytes()) != found:
            print(f"{TABLE.relative_to(facts.PROJECT)} differs from what the package says; run make-terminology.py",
                  file=sys.stderr)
            return 1
        return 0
    TABLE.write_bytes(encode(found))
    print(f"{TABLE.relative_to(facts.PROJECT)}: {TABLE.stat().st_size} bytes, {len(found)} definitions")
    # The compiler notices a changed embedded file only through its source.
    (TABLE.parent / "facts.c").touch()
    return 0


if __name__ == "__main__":
    sys.exit(main())
