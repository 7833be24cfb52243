#!/usr/bin/env python3
"""Writes the table of R4 facts that is part of the binary: see README.md beside this file.

    make-facts.py PACKAGE.tar.gz EXPANSIONS.tar.gz           writes facts.bin and ResourceType+Names.swift
    make-facts.py --check PACKAGE.tar.gz EXPANSIONS.tar.gz   compares them with fresh ones; 1 if they differ

Only facts are taken over: names, numbers, codes, urls and expressions. Definitions, comments and human texts are not.
"""

import argparse
import functools
import json
import struct
import sys
import tarfile
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[2]
TABLE = PROJECT / "Sources/CFacts/facts.bin"
NAMES = PROJECT / "Sources/FHIR/Facts/ResourceType+Names.swift"

MAGIC = b"MCFACTS1"
NONE = 0xFFFF
UNBOUNDED = 0xFFFF

KINDS = {"resource": 0, "complex-type": 1, "primitive-type": 2, "backbone": 3}
PRIMITIVES = [
    "boolean", "integer", "unsignedInt", "positiveInt", "decimal", "string", "code", "id", "markdown", "uri", "url",
    "canonical", "oid", "uuid", "base64Binary", "date", "dateTime", "instant", "time", "xhtml",
]
STRENGTHS = {"required": 0, "extensible": 1, "preferred": 2, "example": 3}
SEVERITIES = {"error": 0, "warning": 1}
SEARCH_KINDS = {
    "number": 0, "date": 1, "string": 2, "token": 3, "reference": 4, "composite": 5, "quantity": 6, "uri": 7,
    "special": 8,
}
COMPARTMENTS = ["Patient", "Encounter", "RelatedPerson", "Practitioner", "Device"]

# Element flags.
CHOICE, SUMMARY, MODIFIER, XML_ATTRIBUTE, CONTENT_REFERENCE = 1, 2, 4, 8, 16
# What is known of a value set's codes.
ENUMERATED, OPEN = 0, 1
# Systems that have a grammar or a registry instead of a list; a value set that takes all of one cannot be listed.
GRAMMARS = {"http://unitsofmeasure.org", "urn:ietf:bcp:13", "urn:ietf:bcp:47"}
# R4 gives these ids the type string; the text of the specification (2.0.0) says id.
SYSTEM_TYPES = {"Resource.id": "id", "Element.id": "string", "Extension.url": "uri"}


def read_package(path):
    """Every JSON document of a .tar.gz, in the order of its file names."""
    with tarfile.open(path) as archive:
        for member in sorted(archive.getmembers(), key=lambda m: m.name):
            if member.isfile() and member.name.endswith(".json"):
                yield json.load(archive.extractfile(member))


def fnv1a(data):
    value = 0x811C9DC5
    for byte in data:
        value = ((value ^ byte) * 0x01000193) & 0xFFFFFFFF
    return value


class Strings:
    """A pool of strings: u16 length, then UTF-8. The empty string stands at 0."""

    def __init__(self):
        self.data = bytearray(b"\0\0")
        self.known = {"": 0}

    def add(self, text):
        text = text or ""
        if text not in self.known:
            encoded = text.encode()
            self.known[text] = len(self.data)
            self.data += struct.pack("<H", len(encoded)) + encoded
        return self.known[text]


class Lists:
    """A pool of lists of u16: count, then the numbers. The empty list stands at 0."""

    def __init__(self):
        self.data = [0]
        self.known = {(): 0}

    def add(self, numbers):
        numbers = tuple(numbers)
        if numbers not in self.known:
            self.known[numbers] = len(self.data)
            self.data += [len(numbers), *numbers]
        return self.known[numbers]


class Slots:
    """Open-addressing tables from a name to (number, ordinal), all in one array of 8-byte slots."""

    def __init__(self, strings):
        self.strings = strings
        self.data = []

    def add(self, entries):
        """entries: [(name, number, ordinal)]; answers (first slot, mask)."""
        size = 1
        while size * 2 < len(entries) * 3 + 2:
            size *= 2
        table = [None] * size
        for name, number, ordinal in entries:
            digest = fnv1a(name.encode())
            place = digest & (size - 1)
            while table[place] is not None:
                place = (place + 1) & (size - 1)
            table[place] = (self.strings.add(name), number, ordinal, digest >> 24)
        first = len(self.data)
        self.data += [slot or (0, 0, 0, 0) for slot in table]
        return first, size - 1


class Table:
    def __init__(self, package, expansions):
        self.structures, self.value_sets, self.code_systems = {}, {}, {}
        self.parameters, self.compartments, self.expansions = [], {}, {}
        for document in read_package(package):
            kind = document.get("resourceType")
            if kind == "StructureDefinition":
                if document.get("derivation") != "constraint" and document["kind"] != "logical":
                    self.structures[document["name"]] = document
            elif kind == "ValueSet":
                self.value_sets[document["url"]] = document
            elif kind == "CodeSystem":
                self.code_systems[document["url"]] = document
            elif kind == "SearchParameter":
                self.parameters.append(document)
            elif kind == "CompartmentDefinition" and document["id"] != "example":
                self.compartments[document["code"]] = document
        for document in read_package(expansions):
            if document.get("resourceType") == "ValueSet":
                self.expansions[document["url"]] = document

        self.strings, self.lists = Strings(), Lists()
        self.slots = Slots(self.strings)
        self.elements, self.references, self.reference_runs = [], [], {}
        self.invariants, self.invariant_numbers = [], {}
        self.sets, self.set_numbers, self.codes, self.code_runs = [], {}, [], {}
        self.systems = []
        self.bindings, self.binding_numbers = [], {}
        self.unlisted = []

    # Types

    def name_types(self):
        """Concrete resources first, alphabetically (their position + 1 is the code of a ResourceType), then the abstract
        types, the data types, the primitives, and the anonymous types of elements with children."""
        all_types = sorted(self.structures)
        concrete = [n for n in all_types if self.structures[n]["kind"] == "resource" and not self.structures[n]["abstract"]]
        abstract = [n for n in all_types if self.structures[n]["abstract"]]
        complex_types = [
            n for n in all_types if self.structures[n]["kind"] == "complex-type" and not self.structures[n]["abstract"]
        ]
        backbones = []
        for name in concrete + complex_types:
            paths = [e["path"] for e in self.structures[name]["snapshot"]["element"]]
            parents = {p.rpartition(".")[0] for p in paths} - {name, ""}
            backbones += [p for p in paths if p in parents]
        self.concrete = concrete
        self.type_names = concrete + abstract + complex_types + PRIMITIVES + backbones
        self.type_numbers = {n: i for i, n in enumerate(self.type_names)}
        assert len(self.type_numbers) == len(self.type_names), "two types of one name"
        assert sorted(PRIMITIVES) == [n for n in all_types if self.structures[n]["kind"] == "primitive-type"]

    def read_types(self):
        self.name_types()
        members = {}
        roots = {}
        for name, structure in self.structures.items():
            for element in structure["snapshot"]["element"]:
                parent, _, last = element["path"].rpartition(".")
                roots[element["path"]] = element
                if parent and not (structure["kind"] == "primitive-type" and last == "value"):
                    if element["max"] != "0":
                        members.setdefault(parent, []).append(element)
        self.types = []
        for name in self.type_names:
            structure = self.structures.get(name)
            if structure:
                kind = KINDS[structure["kind"]]
                base = structure.get("baseDefinition", "").rpartition("/")[2]
            else:
                kind, base = KINDS["backbone"], roots[name]["type"][0]["code"]
            first = len(self.elements)
            own = members.get(name, [])
            keys, required = [], 0
            for position, element in enumerate(own):
                keys += self.read_element(element, name, position)
                if element["min"] > 0:
                    required |= 1 << position
            assert len(own) <= 64, f"{name} has {len(own)} elements; the required mask has 64 bits"
            slot, mask = self.slots.add(keys)
            self.types.append(
                struct.pack(
                    "<IBBBxHHIIIIIQ", self.strings.add(name), kind, 1 if structure and structure["abstract"] else 0,
                    PRIMITIVES.index(name) + 1 if name in PRIMITIVES else 0,
                    self.type_numbers.get(base, NONE), len(own), first, slot, mask,
                    # The rules on a backbone type are those of its element.
                    self.read_invariants(roots[name]), 0, required,
                )
            )
        self.type_slots = self.slots.add([(n, i, 0) for i, n in enumerate(self.type_names)])

    def read_element(self, element, owner, position):
        """Adds one element; answers its JSON keys as entries of its type's key table."""
        last = element["path"].rpartition(".")[2]
        choice = last.endswith("[x]")
        name = last.removesuffix("[x]")
        flags = (
            (CHOICE if choice else 0)
            | (SUMMARY if element.get("isSummary") else 0)
            | (MODIFIER if element.get("isModifier") else 0)
            | (XML_ATTRIBUTE if "xmlAttr" in element.get("representation", []) else 0)
        )
        if "contentReference" in element:
            assert element["contentReference"].startswith("#")
            run = [(element["contentReference"][1:], "", ())]
            flags |= CONTENT_REFERENCE
        else:
            run = [self.read_reference(element, t) for t in element["type"]]
        run = tuple(run)
        if run not in self.reference_runs:
            self.reference_runs[run] = len(self.references)
            for type_name, profile, targets in run:
                self.references.append(
                    struct.pack(
                        "<HHII", self.type_numbers[type_name], 0, self.strings.add(profile),
                        self.lists.add(self.type_numbers[t] for t in targets),
                    )
                )
        maximum = UNBOUNDED if element["max"] == "*" else int(element["max"])
        self.elements.append(
            struct.pack(
                "<IIHHHHHHIHH", self.strings.add(name), self.reference_runs[run], len(run), self.type_numbers[owner],
                element["min"], maximum, self.read_binding(element), flags, self.read_invariants(element), position, 0,
            )
        )
        if choice:
            return [(name + t[0][0].upper() + t[0][1:], position, i) for i, t in enumerate(run)]
        return [(name, position, 0)]

    def read_reference(self, element, kind):
        """(type name, profile, target types) of one `type` of an element."""
        code = kind["code"]
        if code.startswith("http://hl7.org/fhirpath/System."):
            code = SYSTEM_TYPES[element["base"]["path"]]
        elif code in ("BackboneElement", "Element") and element["path"] in self.type_numbers:
            code = element["path"]
        targets = []
        for url in kind.get("targetProfile", []):
            target = url.removeprefix("http://hl7.org/fhir/StructureDefinition/")
            assert target in self.structures, f"{element['path']} points at {url}"
            if target == "Resource":
                return (code, "", ())
            targets.append(target)
        profiles = kind.get("profile", [])
        assert len(profiles) <= 1
        return (code, profiles[0] if profiles else "", tuple(targets))

    def read_invariants(self, element):
        numbers = []
        for rule in element.get("constraint", []):
            key = (rule["key"], rule["severity"], rule["expression"])
            if key not in self.invariant_numbers:
                self.invariant_numbers[key] = len(self.invariants)
                self.invariants.append(
                    struct.pack(
                        "<III", self.strings.add(key[0]), SEVERITIES[key[1]], self.strings.add(key[2]),
                    )
                )
            numbers.append(self.invariant_numbers[key])
        return self.lists.add(numbers)

    # Bindings

    def read_binding(self, element):
        binding = element.get("binding")
        if not binding or not binding.get("valueSet"):
            return NONE
        url, _, version = binding["valueSet"].partition("|")
        key = (STRENGTHS[binding["strength"]], self.read_value_set(url, version))
        if key not in self.binding_numbers:
            self.binding_numbers[key] = len(self.bindings)
            self.bindings.append(struct.pack("<HH", *key))
        return self.binding_numbers[key]

    def read_value_set(self, url, version):
        key = (url, version)
        if key in self.set_numbers:
            return self.set_numbers[key]
        pairs = self.codes_of(url)
        kind = ENUMERATED if pairs else OPEN
        if not pairs and url in self.required:
            self.unlisted.append(url)
        self.set_numbers[key] = len(self.sets)
        self.sets.append(struct.pack("<III", self.strings.add(url), self.strings.add(version), kind) + self.run(pairs))
        return self.set_numbers[key]

    def run(self, pairs):
        """The packed place of a list of (system, code); equal lists are kept once."""
        pairs = tuple(pairs)
        if pairs not in self.code_runs:
            first = len(self.codes)
            self.codes += [(self.strings.add(code), self.strings.add(system)) for system, code in pairs]
            slot, mask = self.slots.add([(code, i, 0) for i, (_, code) in enumerate(pairs)])
            self.code_runs[pairs] = struct.pack("<IIII", first, len(pairs), slot, mask)
        return self.code_runs[pairs]

    def find_required(self):
        """The urls of the value sets that some element requires."""
        self.required = {
            element["binding"]["valueSet"].partition("|")[0]
            for structure in self.structures.values()
            for element in structure["snapshot"]["element"]
            if element.get("binding", {}).get("strength") == "required" and element["max"] != "0"
        }

    def codes_of(self, url):
        """All (system, code) of a value set, or nothing when its codes cannot be listed. Of a required one the official
        expansion is taken at its word. The others are composed here, where the package holds all that they are made of:
        official expansions stop at a thousand codes, and at fewer of SNOMED CT, often without saying so."""
        if url in self.required:
            includes = self.value_sets.get(url, {}).get("compose", {}).get("include", [])
            if any(i.get("system") in GRAMMARS and "concept" not in i for i in includes):
                return []
            return self.expanded(url)
        return self.compose(url, ())

    def expanded(self, url):
        """The codes of the official expansion; nothing if there is none."""
        expansion = self.expansions.get(url, {}).get("expansion")
        if expansion is None:
            return []
        pairs = []

        def walk(concepts):
            for concept in concepts:
                if not concept.get("abstract"):
                    pairs.append((concept["system"], concept["code"]))
                walk(concept.get("contains", []))

        walk(expansion.get("contains", []))
        total = expansion.get("total")
        assert total is None or total == len(pairs), f"{url}: {len(pairs)} codes of {total}"
        return list(dict.fromkeys(pairs))

    def compose(self, url, behind):
        """The codes by the value set's own definition; nothing if the package does not hold all that it names."""
        compose = self.value_sets.get(url, {}).get("compose")
        if not compose or url in behind:
            return []
        pairs, excluded = [], set()
        for clause in compose.get("include", []):
            found = self.clause(clause, (*behind, url))
            if found is None:
                return []
            pairs += found
        for clause in compose.get("exclude", []):
            found = self.clause(clause, (*behind, url))
            if found is None:
                return []
            excluded |= set(found)
        return [p for p in dict.fromkeys(pairs) if p not in excluded]

    def clause(self, clause, behind):
        """The codes of one include or exclude; None if they are not known."""
        runs = []
        for imported in clause.get("valueSet", []):
            codes = self.compose(imported.partition("|")[0], behind)
            if not codes:
                return None
            runs.append(codes)
        system = clause.get("system")
        if system and "concept" in clause:
            runs.append([(system, c["code"]) for c in clause["concept"]])
        elif system:
            concepts = self.concepts(system)
            if concepts is None:
                return None
            chosen = [code for code, (selectable, _) in concepts.items() if selectable]
            for rule in clause.get("filter", []):
                if rule["property"] != "concept" or rule["op"] not in ("is-a", "descendent-of", "is-not-a"):
                    return None
                below = {c for c in concepts if rule["value"] in self.ancestors(concepts, c)}
                if rule["op"] != "descendent-of":
                    below.add(rule["value"])
                chosen = [c for c in chosen if (c in below) != (rule["op"] == "is-not-a")]
            runs.append([(system, c) for c in chosen])
        if not runs:
            return None
        return [p for p in runs[0] if all(p in run for run in runs[1:])]

    @functools.cache
    def concepts(self, url):
        """code: (selectable, parents) of a code system that the package holds as a whole; None of others."""
        system = self.code_systems.get(url)
        if not system or system.get("content") != "complete" or not system.get("concept"):
            return None
        found = {}

        def walk(concepts, parent):
            for concept in concepts:
                parents = [parent] if parent else []
                selectable = True
                for fact in concept.get("property", []):
                    if fact["code"] == "notSelectable" and fact.get("valueBoolean"):
                        selectable = False
                    elif fact["code"] in ("subsumedBy", "parent"):
                        parents.append(fact["valueCode"])
                known = found.get(concept["code"], (selectable, []))
                found[concept["code"]] = (known[0], known[1] + parents)
                walk(concept.get("concept", []), concept["code"])

        walk(system["concept"], None)
        return found

    @staticmethod
    def ancestors(concepts, code):
        found, open_ends = set(), [code]
        while open_ends:
            for parent in concepts.get(open_ends.pop(), (True, []))[1]:
                if parent not in found:
                    found.add(parent)
                    open_ends.append(parent)
        return found

    def read_terminology(self):
        """The value sets that no element is bound to, and the code systems that are held as a whole."""
        for url in sorted(self.value_sets):
            if not any(u == url for u, _ in self.set_numbers):
                if self.codes_of(url):
                    self.read_value_set(url, "")
        by_url = {}
        for (url, _), number in self.set_numbers.items():
            by_url.setdefault(url, number)
        self.set_slots = self.slots.add([(u, n, 0) for u, n in by_url.items()])
        names = [u for u in sorted(self.code_systems) if self.concepts(u)]
        for url in names:
            pairs = [(url, code) for code in self.concepts(url)]
            self.systems.append(
                struct.pack("<III", self.strings.add(url), self.strings.add(""), ENUMERATED) + self.run(pairs)
            )
        self.system_slots = self.slots.add([(u, i, 0) for i, u in enumerate(names)])

    # Search

    def read_search(self):
        self.parameters.sort(key=lambda p: p["url"].encode())
        numbers = {p["url"]: i for i, p in enumerate(self.parameters)}
        assert len(numbers) == len(self.parameters)
        self.components, self.search = [], []
        by_base = {}
        for number, parameter in enumerate(self.parameters):
            first = len(self.components)
            for component in parameter.get("component", []):
                self.components.append(
                    struct.pack(
                        "<II", numbers[component["definition"].partition("|")[0]],
                        self.strings.add(component["expression"])
                    )
                )
            bases = parameter.get("base", [])
            # The specification's examples of what a SearchParameter may look like are no parameters of any type.
            example = parameter["url"].rpartition("/")[2].split("-")[0] == "example"
            allows = [parameter.get(k) for k in ("multipleOr", "multipleAnd")]
            flags = (1 if example else 0) | (2 if allows[0] is not False else 0) | (4 if allows[1] is not False else 0)
            self.search.append(
                struct.pack(
                    "<IIIHHIIIHH", self.strings.add(parameter["code"]), self.strings.add(parameter["url"]),
                    self.strings.add(parameter.get("expression")), SEARCH_KINDS[parameter["type"]], flags,
                    self.lists.add(self.type_numbers[b] for b in bases),
                    self.lists.add(self.type_numbers[t] for t in parameter.get("target", [])),
                    first, len(parameter.get("component", [])), 0,
                )
            )
            if not example:
                for base in bases:
                    assert (base, parameter["code"]) not in by_base, (base, parameter["code"])
                    by_base[base, parameter["code"]] = number
        self.type_search, self.effective = [], []
        for name in self.concrete:
            lineage, base = [name], self.structures[name]["baseDefinition"].rpartition("/")[2]
            while base:
                lineage.append(base)
                base = self.structures[base].get("baseDefinition", "").rpartition("/")[2]
            codes = {}
            for ancestor in reversed(lineage):
                codes.update({c: n for (b, c), n in by_base.items() if b == ancestor})
            ordered = sorted(codes.items())
            slot, mask = self.slots.add([(c, n, 0) for c, n in ordered])
            self.type_search.append(struct.pack("<III", self.lists.add(n for _, n in ordered), slot, mask))
            self.effective.append(codes)

    def read_compartments(self):
        self.compartment_lists, self.compartment_gaps = [], []
        for code in COMPARTMENTS:
            members = {r["code"]: r.get("param", []) for r in self.compartments[code]["resource"]}
            for number, name in enumerate(self.concrete):
                found = []
                for parameter in members.get(name, []):
                    if parameter == "{def}":
                        found.append(NONE)
                    elif parameter in self.effective[number]:
                        found.append(self.effective[number][parameter])
                    else:
                        self.compartment_gaps.append((code, name, parameter))
                self.compartment_lists.append(self.lists.add(found))

    # Writing

    def encode(self):
        self.find_required()
        self.read_types()
        self.read_terminology()
        self.read_search()
        self.read_compartments()
        sections = [
            (40, self.types), (28, self.elements), (12, self.references), (28, self.sets), (4, self.bindings),
            (8, [struct.pack("<II", *c) for c in self.codes]), (12, self.invariants),
            (8, [struct.pack("<IHBB", *s) for s in self.slots.data]), (32, self.search), (8, self.components),
            (12, self.type_search), (4, [struct.pack("<I", n) for n in self.compartment_lists]),
            (8, [struct.pack("<II", *s) for s in (self.type_slots, self.set_slots, self.system_slots)]),
            (28, self.systems),
            (2, [struct.pack("<H", n) for n in self.lists.data]), (1, [bytes(self.strings.data)]),
        ]
        header_size = 16 + 8 * len(sections)
        body, directory = bytearray(), bytearray()
        for width, records in sections:
            data = b"".join(records)
            assert len(data) % width == 0 and (width == 1 or all(len(r) == width for r in records)), width
            body += b"\0" * (-(header_size + len(body)) % 8)
            directory += struct.pack("<II", header_size + len(body), len(data) // width)
            body += data
        size = header_size + len(body)
        return MAGIC + struct.pack("<II", size, len(sections)) + bytes(directory) + bytes(body)

    def swift_names(self):
        lines = [
            "// Written by Tools/facts/make-facts.py; do not edit.",
            "",
            "extension ResourceType {",
        ]
        for number, name in enumerate(self.concrete, start=1):
            short = name[0].lower() + name[1:]
            lines.append(f"    public static var {short}: ResourceType {{ ResourceType(known: {number}) }}")
        lines += ["}", ""]
        return "\n".join(lines).encode()

    def report(self):
        print(f"types {len(self.types)} ({len(self.concrete)} resources), elements {len(self.elements)}, "
              f"type references {len(self.references)}, value sets {len(self.sets)} "
              f"({len(self.required)} required), code systems {len(self.systems)}, codes {len(self.codes)}, "
              f"invariants {len(self.invariants)}, slots {len(self.slots.data)}, "
              f"search parameters {len(self.search)}, strings {len(self.strings.data)} bytes")
        print("required value sets whose codes cannot be listed:", *sorted(set(self.unlisted)))
        print("search parameters without expression:", sum(1 for p in self.parameters if not p.get("expression")),
              "without base:", sum(1 for p in self.parameters if not p.get("base")))
        print("compartment parameters that no search parameter defines:", self.compartment_gaps or "none")


def main():
    arguments = argparse.ArgumentParser(description="Writes the table of R4 facts.")
    arguments.add_argument("package", help="hl7.fhir.r4.core-4.0.1.tar.gz")
    arguments.add_argument("expansions", help="expansions.tar.gz")
    arguments.add_argument("--check", action="store_true", help="compare with the committed files, write nothing")
    options = arguments.parse_args()
    table = Table(options.package, options.expansions)
    fresh = {TABLE: table.encode()}
    fresh[NAMES] = table.swift_names()
    table.report()
    if options.check:
        stale = [p for p, data in fresh.items() if not p.exists() or p.read_bytes() != data]
        for path in stale:
            print(f"{path.relative_to(PROJECT)} differs from what the package says; run make-facts.py", file=sys.stderr)
        return 1 if stale else 0
    for path, data in fresh.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        if not path.exists() or path.read_bytes() != data:
            path.write_bytes(data)
        print(f"{path.relative_to(PROJECT)}: {len(data)} bytes")
    # The compiler notices a changed embedded file only through its source.
    (TABLE.parent / "facts.c").touch()
    return 0


if __name__ == "__main__":
    sys.exit(main())
