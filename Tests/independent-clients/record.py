"""A patient's record as a transaction that is to be walked: what was sent, and what each way through it must find."""

import collections
import copy
import json
import pathlib
import tarfile


def check(condition, text):
    print(("  ok  " if condition else "  NO  ") + text)
    if not condition:
        raise SystemExit(1)


class Record:
    """One patient's bundle, told apart from other copies of it by an identifier that is added to the patient."""

    SYSTEM = "https://hospital.example/walk"

    def __init__(self, path, number):
        self.bundle = self._read(pathlib.Path(path))
        self.number = number
        self.entries = [(entry["fullUrl"], entry["resource"]) for entry in self.bundle["entry"]]
        self.patient_url, self.patient = next(
            (url, one) for url, one in self.entries if one["resourceType"] == "Patient")
        self.patient.setdefault("identifier", []).append({"system": self.SYSTEM, "value": number})
        #: Resources of the patient by type, by the parameter `patient`.
        self.of_patient = collections.defaultdict(list)
        for _, resource in self.entries:
            if any(resource.get(name, {}).get("reference") == self.patient_url for name in ("subject", "patient")):
                self.of_patient[resource["resourceType"]].append(resource)

    @staticmethod
    def _read(path):
        """A bundle, or the one of middle size of an archive."""
        if path.suffix == ".json":
            return json.loads(path.read_text(encoding="utf-8"))
        with tarfile.open(path) as archive:
            members = sorted((one for one in archive if one.isfile()), key=lambda one: (one.size, one.name))
            return json.loads(archive.extractfile(members[len(members) // 2]).read())

    def transaction(self):
        return copy.deepcopy(self.bundle)

    def codes(self, type):
        """How often each code of a type's resources, as `system|code`."""
        return collections.Counter(
            f"{coding.get('system', '')}|{coding['code']}"
            for one in self.of_patient[type] for coding in one.get("code", {}).get("coding", [])[:1])

    def references(self, type, find):
        """The fullUrls that `find` gives for the resources of a type."""
        return {url for one in self.of_patient[type] for url in find(one)}


def participants(encounter):
    return [one["individual"]["reference"] for one in encounter.get("participant", []) if "individual" in one]
