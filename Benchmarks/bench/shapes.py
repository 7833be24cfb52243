"""The kinds of requests that a record of Synthea's shape is asked, each with many different ones of its kind."""

import dataclasses
import datetime
import enum
import json
import random
import urllib.parse

from . import asking, synthea

#: Different requests of a kind that are asked in turn.
VARIETY = 400
#: Patients whose resources are looked at beforehand.
KNOWN = 400
PAGE = 20
#: A page far behind, and how many searches are followed that far.
FAR, WALKED = 100, 4

HEIGHT, WEIGHT, PRESSURE, SMOKING, PAIN = "8302-2", "29463-7", "55284-4", "72166-2", "72514-3"
VITALS = [HEIGHT, WEIGHT, PRESSURE, SMOKING, PAIN]


class Judged(enum.Enum):
    """What a shape is measured by."""

    PAGE = "p99 of a page"
    COUNT = "matches counted per second"
    RECORD = "resources per second"


@dataclasses.dataclass
class Shape:
    name: str
    paths: list
    judged: Judged = Judged.PAGE
    #: Why there is nothing to ask.
    trouble: str = ""
    #: The result grows with the record.
    grows: bool = False


def search(type, *criteria, count=PAGE):
    """`search("Observation", ("code", "…"))` as a path; `None` is left out."""
    pairs = [pair for pair in criteria if pair]
    if count:
        pairs.append(("_count", str(count)))
    return f"/fhir/{type}?" + urllib.parse.urlencode(pairs, safe="/:,", quote_via=urllib.parse.quote)


def loinc(code):
    return f"{synthea.LOINC}|{code}"


def snomed(code):
    return f"{synthea.SNOMED}|{code}"


class Shapes:
    """All of them for a record of the first `copies` copies, the same for the same number."""

    def __init__(self, server, copies):
        self.server = server
        self.chance = random.Random(copies)
        known = self.chance.sample(range(copies), min(KNOWN, copies))
        self.people = [synthea.person(index) for index in known]
        with asking.Asking(server) as ask:
            self.ids = {person.index: self._id(ask, person) for person in self.people}
            #: Resources of some of these patients by type: of whom, and the id.
            self.resources = {
                type: [(person, one["resource"]["id"]) for person in self.people[:VARIETY // 10]
                       for one in ask.json(search(type, ("patient", self.reference(person)))).get("entry", [])]
                for type in ("Observation", "Encounter", "Condition", "Procedure")}

    @staticmethod
    def _id(ask, person):
        found = ask.json(search("Patient", ("identifier", f"{synthea.MRN}|{person.mrn}")))
        if asking.matches(found) != 1:
            raise SystemExit(f"copy {person.index} should be in the record once: {found}")
        return found["entry"][0]["resource"]["id"]

    def reference(self, person):
        return f"Patient/{self.ids[person.index]}"

    # --- what is asked ---

    def all(self):
        yield from (self._reads(), self._identifier(), self._patient_code(), self._patient_dates())
        yield from (self._prefix(), self._dates(), self._quantity(), self._quantity_of_code())
        yield from (self._missing_of_patient(), self._missing(), self._not_of_patient(), self._not(), self._not_at_all())
        yield from (self._chain(), self._chain_deep(), self._has(), self._has_dense())
        yield from (self._include(), self._reverse_include())
        yield from (self._sorted(), self._far())
        yield from (self._history(),)
        yield from self._counts()
        yield self._everything()

    def _each(self, make):
        """`VARIETY` paths, each of a person by chance."""
        return [make(self.chance.choice(self.people)) for _ in range(VARIETY)]

    def _of_patient(self, name, type, *criteria, count=PAGE):
        return Shape(name, self._each(lambda one: search(type, ("patient", self.reference(one)), *criteria, count=count)))

    def _reads(self):
        ids = [(type, id) for type, found in self.resources.items() for _, id in found]
        ids += [("Patient", id) for id in self.ids.values()]
        return Shape("read", [f"/fhir/{type}/{id}" for type, id in self.chance.choices(ids, k=VARIETY)])

    def _identifier(self):
        return Shape("identifier", self._each(
            lambda one: search("Patient", ("identifier", f"{synthea.MRN}|{one.mrn}"))))

    def _patient_code(self):
        return Shape("patient + code", self._each(lambda one: search(
            "Observation", ("patient", self.reference(one)), ("code", loinc(self.chance.choice(one.observations)[0])))))

    def _patient_dates(self):
        return Shape("patient + date range + sort", self._each(self._two_years))

    def _two_years(self, person):
        day = datetime.date.fromisoformat(self.chance.choice(person.observations)[1])
        return search(
            "Observation", ("patient", self.reference(person)), ("date", f"ge{day - datetime.timedelta(365)}"),
            ("date", f"lt{day + datetime.timedelta(365)}"), ("_sort", "-date"))

    def _prefix(self):
        return Shape("string prefix", self._each(lambda one: search("Patient", ("family", one.family[:6].lower()))))

    def _dates(self):
        def day(person):
            _, day = self.chance.choice(person.observations)
            return search("Observation", ("date", f"ge{day}"), ("date", f"le{day}"))
        return Shape("date range of a day", self._each(day))

    def _quantity(self):
        return Shape("quantity, rare", [
            search("Observation", ("value-quantity", f"gt{185 + step / 80}|{synthea.UCUM}|cm"))
            for step in range(VARIETY)])

    def _quantity_of_code(self):
        return Shape("code + quantity, common", [
            search("Observation", ("code", loinc(WEIGHT)), ("value-quantity", f"gt{70 + step / 20}|{synthea.UCUM}|kg"))
            for step in range(VARIETY)])

    def _missing_of_patient(self):
        return self._of_patient(":missing=true of a patient", "Condition", ("abatement-date:missing", "true"))

    def _missing(self):
        return Shape(":missing=false, rare", self._each(
            lambda one: search("Patient", ("death-date:missing", "false"), ("birthdate", f"ge{one.born[:4]}"))))

    def _not_of_patient(self):
        return self._of_patient(":not of a patient", "Condition", ("clinical-status:not", "active"))

    def _not(self):
        return Shape(":not, a half matches", self._each(lambda one: search(
            "Condition", ("clinical-status:not", "active"), ("onset-date", f"ge{one.observations[0][1][:4]}"))))

    def _not_at_all(self):
        return Shape(":not, nothing matches", [search("Observation", ("status:not", "final"))] * 8)

    def _chain(self):
        return Shape("chain", self._each(lambda one: search(
            "Observation", ("patient.identifier", f"{synthea.MRN}|{one.mrn}"), ("code", loinc(HEIGHT)))))

    def _chain_deep(self):
        return Shape("chain by name, two types deep", self._each(lambda one: search(
            "DiagnosticReport", ("result.subject:Patient.family", one.family.lower()))))

    def _has(self):
        return Shape("_has, rare code", self._each(lambda one: search(
            "Patient", ("_has:Condition:patient:code", snomed(self.chance.choice(one.conditions))))))

    def _has_dense(self):
        return Shape("_has, common code and name", self._each(lambda one: search(
            "Patient", ("_has:Observation:patient:code", loinc(HEIGHT)), ("family", one.family.lower()))))

    def _include(self):
        return self._of_patient(
            "_include", "Encounter", ("_include", "Encounter:patient"), ("_include", "Encounter:participant"),
            ("_include", "Encounter:service-provider"), count=10)

    def _reverse_include(self):
        return Shape("_revinclude", [
            search("Encounter", ("_id", id), ("_revinclude", "Observation:encounter"))
            for _, id in self.chance.choices(self.resources["Encounter"], k=VARIETY)])

    @staticmethod
    def _by_code_sorted(code):
        return search("Observation", ("code", loinc(code)), ("_sort", "-date,value-quantity"))

    def _sorted(self):
        return Shape("multi-sort, page 1", [self._by_code_sorted(code) for code in VITALS], grows=True)

    def _far(self):
        """The hundredth page of some of them, or the last if there are fewer."""
        found, fewest = [], FAR
        try:
            with asking.Asking(self.server) as ask:
                for code in VITALS[:WALKED]:
                    path, page = self._by_code_sorted(code), 1
                    while page < FAR and (following := asking.link(ask.json(path), "next")):
                        path, page = following, page + 1
                    found.append(local(path))
                    fewest = min(fewest, page)
        except (asking.Refused, OSError) as error:
            return Shape(f"multi-sort, page {FAR}", [], trouble=str(error))
        return Shape(f"multi-sort, page {fewest}", found, grows=True)

    def _history(self):
        return Shape("history of a resource", [
            f"/fhir/Observation/{id}/_history?_count={PAGE}"
            for _, id in self.chance.choices(self.resources["Observation"], k=VARIETY)])

    def _counts(self):
        def count(name, type, *criteria):
            return Shape(f"_summary=count, {name}", [search(type, *criteria, ("_summary", "count"), count=None)], Judged.COUNT)
        yield count("a type", "Observation")
        yield count("a code", "Observation", ("code", loinc(HEIGHT)))
        yield count("a range of dates", "Observation", ("date", "ge2012"))
        yield count("a chain", "Observation", ("patient.gender", "female"))

    def _everything(self):
        """All pages of the records of some patients."""
        paths = []
        try:
            with asking.Asking(self.server) as ask:
                for person in self.people[:30]:
                    path = f"/fhir/{self.reference(person)}/$everything?_count=1000"
                    while path:
                        paths.append(local(path))
                        path = asking.link(ask.json(path), "next")
        except (asking.Refused, OSError) as error:
            return Shape("$everything", [], Judged.RECORD, trouble=str(error))
        return Shape("$everything", paths, Judged.RECORD)

    # --- the mix ---

    def mix(self, number, amount=2000):
        """Lines for wrk/mix.lua; every number in a body is `number`."""
        kinds = {
            "read": (45, lambda: ("GET", self.chance.choice(reads))),
            "patient by identifier": (10, lambda: ("GET", self.chance.choice(identifiers))),
            "patient by name": (10, lambda: ("GET", self.chance.choice(names))),
            "observations by patient": (10, lambda: ("GET", self.chance.choice(observations))),
            "observations by patient and code": (10, lambda: ("GET", self.chance.choice(codes))),
            "create": (5, lambda: ("POST", "/fhir/Observation", self._observation(number))),
            "update": (5, lambda: self._update(number)),
            "history": (5, lambda: ("GET", self.chance.choice(histories))),
        }
        reads, identifiers, codes = self._reads().paths, self._identifier().paths, self._patient_code().paths
        names, histories = self._prefix().paths, self._history().paths
        observations = self._of_patient("", "Observation", ("_sort", "-date")).paths
        order = [make for share, make in kinds.values() for _ in range(share)] * (amount // 100)
        self.chance.shuffle(order)
        return ["\t".join(make()) for make in order]

    def _observation(self, number, id=None, person=None):
        person = person or self.chance.choice(self.people)
        return json.dumps({
            "resourceType": "Observation", **({"id": id} if id else {}), "status": "final",
            "category": [{"coding": [{
                "system": "http://terminology.hl7.org/CodeSystem/observation-category", "code": "vital-signs"}]}],
            "code": {"coding": [{"system": synthea.LOINC, "code": HEIGHT, "display": "Body Height"}], "text": "Body Height"},
            "subject": {"reference": self.reference(person)}, "effectiveDateTime": "2024-05-06T07:08:09+02:00",
            "issued": "2024-05-06T07:08:09.123+02:00",
            "valueQuantity": {"value": f"@1.{number}@", "unit": "cm", "system": synthea.UCUM, "code": "cm"}},
            separators=(",", ":")).replace('"@', "").replace('@"', "")

    def _update(self, number):
        """Of an Observation that the mix itself does not make."""
        person, id = self.chance.choice(self.resources["Observation"])
        return "PUT", f"/fhir/Observation/{id}", self._observation(number, id, person)


def local(url):
    """A url's path and query."""
    place = urllib.parse.urlsplit(url)
    return place.path + (f"?{place.query}" if place.query else "")
