"""fhirpy: create, conditional create, read, update, patch by PUT, search, count, page, transaction, delete."""

import sys

from fhirpy import SyncFHIRClient
from fhirpy.base.exceptions import MultipleResourcesFound, OperationOutcome, ResourceNotFound

SYSTEM = "https://hospital.example/mrn"


def check(condition, text):
    print(("  ok  " if condition else "  NO  ") + text)
    if not condition:
        raise SystemExit(1)


def main():
    client = SyncFHIRClient(sys.argv[1])

    patient = client.resource(
        "Patient", identifier=[{"system": SYSTEM, "value": "fp-1"}],
        name=[{"family": "Okafor", "given": ["Ngozi"]}], birthDate="1985-11-02")
    patient.save()
    check(patient.id and patient["meta"]["versionId"] == "1", f"created {patient.to_reference().reference}")

    again = client.reference("Patient", patient.id).to_resource()
    check(again["name"][0]["family"] == "Okafor", "read it back by its reference")

    again["gender"] = "female"
    again.save()
    check(again["meta"]["versionId"] == "2", "updated it to version 2")

    # The client's own get_or_create puts the criteria into the address, which is not FHIR's way; the header is.
    def made_unless_there(value):
        conditional = SyncFHIRClient(sys.argv[1], extra_headers={"If-None-Exist": f"identifier={SYSTEM}|{value}"})
        made = conditional.resource(
            "Patient", identifier=[{"system": SYSTEM, "value": value}], name=[{"family": "Okafor"}])
        made.save()
        return made

    check(made_unless_there("fp-1").id == patient.id, "a conditional create found what was there")
    other = made_unless_there("fp-2")
    check(other.id != patient.id, "and made what was not")
    check(made_unless_there("fp-2").id == other.id, "once")

    entries = [
        {
            "resource": {
                "resourceType": "Observation", "status": "final", "code": {"text": "pulse"},
                "subject": {"reference": f"Patient/{patient.id}"}, "effectiveDateTime": "2024-01-01",
                "valueQuantity": {"value": 60 + number, "unit": "/min"},
            },
            "request": {"method": "POST", "url": "Observation"},
        }
        for number in range(45)
    ]
    answer = client.resource("Bundle", type="transaction", entry=entries)
    answer = client.execute("", method="post", data=answer.serialize())
    check(all(entry["response"]["status"].startswith("201") for entry in answer["entry"]) and len(answer["entry"]) == 45,
          "a transaction made 45 observations")

    observations = client.resources("Observation").search(subject=f"Patient/{patient.id}")
    count = observations.count()
    check(count == 45, f"counted them ({count})")
    page = observations.limit(20).fetch()
    check(len(page) == 20, "a page of 20 has 20")
    everything = observations.limit(20).fetch_all()
    check(len({one.id for one in everything}) == 45 == len(everything), "all pages bring 45, each once")

    family = client.resources("Patient").search(family="oka").fetch_all()
    check({one.id for one in family} == {patient.id, other.id}, "found both by the begin of their name")
    check(client.resources("Patient").search(identifier=f"{SYSTEM}|fp-2").get().id == other.id, "found one by identifier")
    try:
        client.resources("Patient").search(family="Okafor").get()
        check(False, "two are more than one")
    except MultipleResourcesFound:
        check(True, "two are more than one")
    born = client.resources("Patient").search(
        family="Okafor", birthdate__lt="1990-01-01", birthdate__ge="1985").fetch_all()
    check([one.id for one in born] == [patient.id], "found one by a range of birth dates")

    try:
        client.resources("Patient").search(nonsense="1").fetch()
        check(False, "an unknown parameter is refused")
    except OperationOutcome as error:
        check("nonsense" in str(error), "an unknown parameter is refused, and named")

    other.delete()
    try:
        client.reference("Patient", other.id).to_resource()
        check(False, "what was deleted is not found again")
    except (ResourceNotFound, OperationOutcome) as error:
        check(True, f"what was deleted is not found again ({type(error).__name__})")


main()
