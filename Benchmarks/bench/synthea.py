"""A record of Synthea's shape in any size: its 45 patients again and again, each time with ids, identifiers, a name and
dates of its own.

A copy is the same for the same index, so that a benchmark knows what it has loaded without asking for it.
"""

import dataclasses
import datetime
import functools
import itertools
import json
import random
import re
import tarfile

from .loads import SYNTHEA

MRN = "http://hospital.smarthealthit.org"
LOINC = "http://loinc.org"
SNOMED = "http://snomed.info/sct"
UCUM = "http://unitsofmeasure.org"

#: A copy's dates lie up to so many days before or behind those of its original.
SHIFT = 1500

_HEADS = """Ander Ash Bar Beck Ben Berg Black Brad Brink Bur Cald Carl Chad Clay Cole Cran Dal Den Dix Dun East Ed El
Ever Fair Far Fen Fletch Ford Gar Gil Glad Gren Hal Ham Har Hath Hay Holl Hunt Ing Jack Jern Kel Ken King Lam Lang Lin
Lock Mad Mar Mel Mor Nel New Nor Oak Ol Pel Pres Quin Rad Rich Rob Rud Sand Shel Stan Sut Tal Thorn Tru Under Vin Wal
Web West Whit Win Wood York""".split()
_TAILS = "bach berg bert bury by dale den field ford gate ham hart hurst land ley low man mann more ner ridge ris sen ser son stad ster ston ton vale ward well wick wood worth".split()
_GIVEN = """Abena Adam Agnes Amir Anna Anton Asha Beata Boris Bruno Carla Chen Clara Darius David Edith Elif Emil Esther
Farid Felix Fiona Georg Greta Hanna Hugo Ibrahim Ines Ivan Jana Jonas Julia Kamal Karin Lara Leon Lucia Malik Marta Milan
Nadia Noah Olga Omar Paula Pedro Rania Robin Sana Simon Tamar Tomas Uma Vera Viktor Wanda Xenia Yusuf Zoe""".split()

_PLACE = re.compile(
    r"(?P<uuid>[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})"
    r'|(?<=")(?P<date>[12]\d{3}-[01]\d-[0-3]\d)(?=["T])'
    r"|@@(?P<number>\d+)@@|@@(?P<word>family|given)@@")


@dataclasses.dataclass(frozen=True)
class Person:
    """What is known of a copy without looking into the record."""

    index: int
    mrn: str
    family: str
    given: str
    born: str
    resources: int
    #: Codes of the conditions, and the observations as (code, day).
    conditions: tuple
    observations: tuple


class Original:
    """One of Synthea's bundles, taken apart at what a copy replaces."""

    def __init__(self, text):
        bundle = json.loads(text)
        numbers = itertools.count()
        for entry in bundle["entry"]:
            self._mark(entry["resource"], numbers)
        written = json.dumps(bundle, ensure_ascii=False, separators=(",", ":"))
        self.resources = len(bundle["entry"])
        self._pieces, self._places, uuids, place = [], [], {}, 0
        for found in _PLACE.finditer(written):
            self._pieces.append(written[place:found.start()])
            kind = found.lastgroup
            value = found[kind]
            if kind == "uuid":
                self._places.append(("uuid", uuids.setdefault(value, len(uuids))))
            elif kind == "date":
                self._places.append(("date", datetime.date.fromisoformat(value).toordinal()))
            else:
                self._places.append((kind, value))
            place = found.end()
        self._pieces.append(written[place:])
        self._uuids = len(uuids)
        self._facts(bundle, uuids)

    @staticmethod
    def _mark(resource, numbers):
        """Where a copy has to differ although nothing tells so by its form: names and numbers."""
        kind = resource["resourceType"]
        if kind == "Patient":
            resource["name"][0] |= {"family": "@@family@@", "given": ["@@given@@"]}
        if kind in ("Patient", "Practitioner", "ImagingStudy"):
            for identifier in resource.get("identifier", []):
                if not _PLACE.search(identifier["value"]):
                    # Behind it so that lengths stay about what they were; a urn stays one.
                    head = identifier["value"].partition(":")[0] + ":oid:1.2." if ":" in identifier["value"] else ""
                    identifier["value"] = f"{head}@@{next(numbers)}@@"

    def _facts(self, bundle, uuids):
        resources = [entry["resource"] for entry in bundle["entry"]]
        patient = next(one for one in resources if one["resourceType"] == "Patient")
        self._mrn = next(uuids[one["value"]] for one in patient["identifier"] if one["system"] == MRN)
        self._born = datetime.date.fromisoformat(patient["birthDate"]).toordinal()
        self._conditions = tuple(
            one["code"]["coding"][0]["code"] for one in resources if one["resourceType"] == "Condition")
        self._observations = tuple(
            (one["code"]["coding"][0]["code"], datetime.date.fromisoformat(one["effectiveDateTime"][:10]).toordinal())
            for one in resources if one["resourceType"] == "Observation")

    def _copied(self, index):
        chance = random.Random(index)
        shift = chance.randint(-SHIFT, SHIFT)
        names = {"family": chance.choice(_HEADS) + chance.choice(_TAILS), "given": chance.choice(_GIVEN)}
        return shift, names, [_uuid(chance) for _ in range(self._uuids)]

    def person(self, index):
        shift, names, uuids = self._copied(index)
        return Person(
            index, uuids[self._mrn], names["family"], names["given"], _day(self._born + shift), self.resources,
            self._conditions, tuple((code, _day(day + shift)) for code, day in self._observations))

    def copy(self, index):
        """A transaction, as text."""
        shift, names, uuids = self._copied(index)
        values = []
        for kind, value in self._places:
            if kind == "uuid":
                values.append(uuids[value])
            elif kind == "date":
                values.append(_day(value + shift))
            elif kind == "number":
                values.append(f"{index}{value:0>4}")
            else:
                values.append(names[value])
        values.append("")
        return "".join(itertools.chain.from_iterable(zip(self._pieces, values)))


def _uuid(chance):
    digits = f"{chance.getrandbits(128):032x}"
    return f"{digits[:8]}-{digits[8:12]}-4{digits[13:16]}-a{digits[17:20]}-{digits[20:]}"


@functools.cache
def _day(ordinal):
    return datetime.date.fromordinal(ordinal).isoformat()


@functools.cache
def originals():
    with tarfile.open(SYNTHEA) as archive:
        members = sorted((one for one in archive if one.isfile()), key=lambda one: one.name)
        return [Original(archive.extractfile(one).read().decode()) for one in members]


def _original(index):
    return originals()[index % len(originals())]


def person(index):
    return _original(index).person(index)


def count(resources):
    """How many copies, from the first on, are at least so many resources."""
    sizes = [one.resources for one in originals()]
    whole, rest = divmod(resources, sum(sizes))
    copies = whole * len(sizes)
    for size in sizes:
        if rest <= 0:
            break
        copies, rest = copies + 1, rest - size
    return copies


def write_copies(directory, first, end):
    """Writes copies `first` to `end - 1`, a file each; gives the number of resources."""
    directory.mkdir(parents=True, exist_ok=True)
    for index in range(first, end):
        (directory / f"b{index:07}.json").write_text(_original(index).copy(index), encoding="utf-8")
    return sum(_original(index).resources for index in range(first, end))
