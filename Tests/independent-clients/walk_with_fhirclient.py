"""fhirclient walks a patient's record: every type by its pages, references, chains, includes, order, $everything.

    walk_with_fhirclient BASE FILE      FILE: a transaction of one patient, or an archive of such
"""

import sys
import uuid

from fhirclient import client
from fhirclient.models import (
    bundle, condition, diagnosticreport, encounter, fhirreference, observation, patient, practitioner)

from record import Record, check, participants

KINDS = {"Observation": observation.Observation, "Condition": condition.Condition, "Encounter": encounter.Encounter,
         "DiagnosticReport": diagnosticreport.DiagnosticReport}


def pages(first, api):
    page = first
    while page:
        yield page
        following = next((link.url for link in page.link or [] if link.relation == "next"), None)
        page = bundle.Bundle(api.request_json(following)) if following else None


def everything(search, api):
    """The entries of all pages of a search, matches and includes apart."""
    found = {"match": [], "include": []}
    for page in pages(search.perform(api), api):
        for entry in page.entry or []:
            found[entry.search.mode].append(entry.resource)
    return found["match"], found["include"]


def main():
    base, record = sys.argv[1], Record(sys.argv[2], uuid.uuid4().hex)
    smart = client.FHIRClient(settings={"app_id": "mediconnect-test", "api_base": base})
    check(smart.prepare() or smart.ready, "understood the capability statement")
    api = smart.server
    answer = bundle.Bundle(api.post_json("", record.transaction()).json())
    check(len(answer.entry) == len(record.entries), f"a transaction made {len(answer.entry)} resources")
    places = {url: entry.response.location.split("/_history")[0]
              for (url, _), entry in zip(record.entries, answer.entry)}
    places = {url: "/".join(place.split("/")[-2:]) for url, place in places.items()}
    own = places[record.patient_url]

    found = patient.Patient.where({"identifier": f"{record.SYSTEM}|{record.number}"}).perform_resources(api)
    check([f"Patient/{one.id}" for one in found] == [own], f"found {own} by its identifier")
    types(record, own, api)
    order(record, own, api)
    references(record, own, places, api)
    chains(record, own, api)
    included(record, own, places, api)
    whole(record, own, places, api)


def types(record, own, api):
    for name, sent in sorted(record.of_patient.items()):
        if name not in KINDS:
            continue
        one, _ = everything(KINDS[name].where({"patient": own, "_count": "7"}), api)
        check(len({each.id for each in one}) == len(one) == len(sent), f"{len(sent)} of type {name}, in pages of 7")
    code, count = record.codes("Observation").most_common(1)[0]
    one, _ = everything(KINDS["Observation"].where({"patient": own, "code": code}), api)
    check(len(one) == count, f"{count} observations of {code}")


def order(record, own, api):
    one, _ = everything(KINDS["Observation"].where({"patient": own, "_sort": "-date", "_count": "10"}), api)
    dates = [each.effectiveDateTime.date for each in one if each.effectiveDateTime]
    check(dates == sorted(dates, reverse=True) and len(one) == len(record.of_patient["Observation"]),
          "the observations, latest first over all pages")


def references(record, own, places, api):
    one, _ = everything(KINDS["Encounter"].where({"patient": own}), api)
    people = {each.individual.reference for stay in one for each in stay.participant or []}
    read = [practitioner.Practitioner.read(place.split("/")[1], api) for place in people if "Practitioner" in place]
    check(all(each.name for each in read), f"{len(read)} practitioners of encounters, read by their references")
    reports, _ = everything(KINDS["DiagnosticReport"].where({"patient": own}), api)
    results = {result.reference for report in reports for result in report.result or []}
    resolved = [fhirreference.FHIRReference({"reference": place}) for place in results]
    codes = [observation.Observation.read_from(each.reference, api).code for each in resolved]
    check(all(codes), f"{len(codes)} results of {len(reports)} reports, read by their references")


def chains(record, own, api):
    one, _ = everything(KINDS["Observation"].where(
        {"subject:Patient.identifier": f"{record.SYSTEM}|{record.number}"}), api)
    check(len(one) == len(record.of_patient["Observation"]), "all observations by a chain to the patient's identifier")
    code, _ = record.codes("Observation").most_common(1)[0]
    people = patient.Patient.where({
        "identifier": f"{record.SYSTEM}|{record.number}", "_has:Observation:patient:code": code}).perform_resources(api)
    check([f"Patient/{each.id}" for each in people] == [own], f"the patient by _has an observation of {code}")


def included(record, own, places, api):
    matches, more = everything(encounter.Encounter.where(
        {"patient": own, "_include": "Encounter:participant", "_count": "5"}), api)
    wanted = {places[url] for url in record.references("Encounter", participants) if url in places}
    check({f"{each.resource_type}/{each.id}" for each in more} == wanted
          and len(matches) == len(record.of_patient["Encounter"]),
          f"the encounters with the {len(wanted)} practitioners that they name")
    matches, more = everything(patient.Patient.where({"_id": own.split("/")[1], "_revinclude": "Condition:patient"}), api)
    check(len(matches) == 1 and len(more) == len(record.of_patient["Condition"]),
          f"the patient with the {len(more)} conditions that refer to it")


def whole(record, own, places, api):
    found = [f"{entry.resource.resource_type}/{entry.resource.id}"
             for page in pages(bundle.Bundle(api.request_json(f"{own}/$everything?_count=50")), api)
             for entry in page.entry or [] if entry.resource.resource_type != "OperationOutcome"]
    wanted = {places[url] for url, one in record.entries
              if one["resourceType"] == "Patient" or one in record.of_patient[one["resourceType"]]}
    check(len(found) == len(set(found)), f"$everything brings {len(found)} resources, each once")
    check(wanted <= set(found) <= set(places.values()), "and among them everything that is of the patient")


main()
