"""fhirclient (SMART on FHIR's own Python client): create, read, update, search, page, delete, and what is refused."""

import sys

from fhirclient import client, server
from fhirclient.models import bundle, fhirdate, humanname, identifier, observation, patient

SYSTEM = "https://hospital.example/mrn"


def check(condition, text):
    print(("  ok  " if condition else "  NO  ") + text)
    if not condition:
        raise SystemExit(1)


def person(number):
    made = patient.Patient()
    name = humanname.HumanName()
    name.family, name.given = "Lindqvist", [f"Ada{number}"]
    made.name = [name]
    mrn = identifier.Identifier()
    mrn.system, mrn.value = SYSTEM, f"fc-{number}"
    made.identifier = [mrn]
    made.birthDate = fhirdate.FHIRDate("1962-03-14")
    made.gender = "female"
    return made


def weight(of, number):
    return observation.Observation({
        "status": "final",
        "code": {"coding": [{"system": "http://loinc.org", "code": "29463-7"}]},
        "subject": {"reference": f"Patient/{of}"},
        "effectiveDateTime": f"2024-05-{number % 28 + 1:02d}T08:00:00Z",
        "valueQuantity": {"value": 70.5, "unit": "kg", "system": "http://unitsofmeasure.org", "code": "kg"},
    })


def main():
    smart = client.FHIRClient(settings={"app_id": "mediconnect-test", "api_base": sys.argv[1]})
    check(smart.prepare() or smart.ready, "read and understood the capability statement")
    api = smart.server

    created = person(1).create(api)
    check(created["resourceType"] == "Patient" and created["id"], f"created Patient/{created['id']}")
    read = patient.Patient.read(created["id"], api)
    check(read.name[0].family == "Lindqvist" and read.birthDate.isostring == "1962-03-14", "read it back")
    check(read.meta.versionId == "1", "it is version 1")

    read.active = True
    updated = read.update(api)
    check(updated["meta"]["versionId"] == "2" and updated["active"] is True, "updated it to version 2")

    for number in range(25):
        weight(created["id"], number).create(api)
    found = patient.Patient.where({"identifier": f"{SYSTEM}|fc-1"}).perform_resources(api)
    check([one.id for one in found] == [created["id"]], "found it by its identifier")
    check(not patient.Patient.where({"identifier": f"{SYSTEM}|nobody"}).perform_resources(api), "and nobody by another")

    search = observation.Observation.where({
        "subject": f"Patient/{created['id']}", "code": "http://loinc.org|29463-7", "_count": "10"})
    first = search.perform(api)
    check(len(first.entry) == 10, "the first page has 10 of 25 observations")
    pages, page = [first], first
    while following := next((link.url for link in page.link if link.relation == "next"), None):
        page = bundle.Bundle(api.request_json(following))
        pages.append(page)
    ids = {entry.resource.id for page in pages for entry in page.entry}
    check(len(pages) == 3 and len(ids) == 25, "3 pages bring all 25, each once")
    iterated = list(search.perform_resources_iter(api))
    check(len({one.id for one in iterated}) == 25 == len(iterated), "and so does the client's own way through the pages")

    late = observation.Observation.where({"subject": f"Patient/{created['id']}", "date": "ge2024-05-20"})
    count = len(late.perform_resources(api))
    check(count == 6, f"found the 6 from the 20th on, by date ({count})")

    # The client refuses to send what is not R4, so what the server refuses is something else: an unknown parameter.
    try:
        patient.Patient.where({"nonsense": "1"}).perform(api)
        check(False, "an unknown parameter is refused")
    except Exception as error:
        status = getattr(getattr(error, "response", None), "status_code", None)
        check(status == 400, f"an unknown parameter is refused with {status}")

    read.delete(api)
    try:
        patient.Patient.read(created["id"], api)
        check(False, "what was deleted is gone")
    except Exception as error:
        status = getattr(getattr(error, "response", None), "status_code", None)
        check(status == 410, f"what was deleted is gone ({status})")
    try:
        patient.Patient.read("never-there", api)
        check(False, "what never was is not found")
    except server.FHIRNotFoundException:
        check(True, "what never was is not found")


main()
