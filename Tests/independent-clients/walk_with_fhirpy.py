"""fhirpy walks a patient's record: every type by its pages, references, chains, includes, order, counts, $everything.

    walk_with_fhirpy BASE FILE      FILE: a transaction of one patient, or an archive of such
"""

import sys
import uuid

from fhirpy import SyncFHIRClient

from record import Record, check, participants


def main():
    client, record = SyncFHIRClient(sys.argv[1]), Record(sys.argv[2], uuid.uuid4().hex)
    answer = client.execute("", method="post", data=record.transaction())
    places = {url: "/".join(entry["response"]["location"].split("/_history")[0].split("/")[-2:])
              for (url, _), entry in zip(record.entries, answer["entry"])}
    check(len(places) == len(record.entries), f"a transaction made {len(places)} resources")
    own = places[record.patient_url]
    person = client.resources("Patient").search(identifier=f"{record.SYSTEM}|{record.number}").get()
    check(f"Patient/{person.id}" == own, f"found {own} by its identifier")
    types(client, record, own)
    order(client, record, own)
    references(client, record, own)
    chains(client, record, own)
    included(client, record, own, places)
    whole(client, record, own, places)
    versions(client, person)


def types(client, record, own):
    for name, sent in sorted(record.of_patient.items()):
        search = client.resources(name).search(patient=own)
        found = search.limit(9).fetch_all()
        check(len({one.id for one in found}) == len(found) == len(sent) == search.count(),
              f"{len(sent)} of type {name}, counted, and in pages of 9")
    for code, count in record.codes("Observation").most_common(3):
        check(client.resources("Observation").search(patient=own, code=code).count() == count,
              f"{count} observations of {code}")


def order(client, record, own):
    found = client.resources("Observation").search(patient=own).sort("-date", "code").limit(10).fetch_all()
    dates = [one.get("effectiveDateTime", "") for one in found]
    check(dates == sorted(dates, reverse=True) and len(found) == len(record.of_patient["Observation"]),
          "the observations, latest first over all pages")


def references(client, record, own):
    reports = client.resources("DiagnosticReport").search(patient=own).fetch_all()
    results = [result.to_resource() for report in reports for result in report.get("result", [])]
    check(all(one["resourceType"] == "Observation" for one in results),
          f"{len(results)} results of {len(reports)} reports, read by their references")
    stays = client.resources("Encounter").search(patient=own).fetch_all()
    check(all(f"Patient/{one['subject'].to_resource().id}" == own for one in stays[:5]), "encounters lead back to the patient")


def chains(client, record, own):
    number = f"{record.SYSTEM}|{record.number}"
    for key in ("patient.identifier", "subject:Patient.identifier"):
        count = client.resources("Observation").search(**{key: number}).count()
        check(count == len(record.of_patient["Observation"]), f"all {count} observations by {key}")
    code, _ = record.codes("Condition").most_common(1)[0]
    found = client.resources("Patient").search(identifier=number).has("Condition", "patient", code=code).fetch_all()
    check([f"Patient/{one.id}" for one in found] == [own], f"the patient by _has a condition of {code}")


def included(client, record, own, places):
    search = client.resources("Encounter").search(patient=own).include("Encounter", "participant").limit(5)
    wanted = {places[url] for url in record.references("Encounter", participants) if url in places}
    found, page = {}, search.fetch_raw()
    while page:
        for entry in page["entry"]:
            found.setdefault(entry["search"]["mode"], []).append(entry["resource"])
        following = next((link["url"] for link in page["link"] if link["relation"] == "next"), None)
        page = client.execute(following, method="get") if following else None
    more = {f"{one['resourceType']}/{one['id']}" for one in found.get("include", [])}
    check(len(found["match"]) == len(record.of_patient["Encounter"]) and more == wanted,
          f"{len(found['match'])} encounters in pages of 5 with the {len(more)} practitioners that they name")
    page = client.resources("Patient").search(_id=own.split("/")[1]).revinclude("Condition", "patient").fetch_raw()
    modes = [entry["search"]["mode"] for entry in page["entry"]]
    check(modes.count("match") == 1 and modes.count("include") == len(record.of_patient["Condition"]),
          f"the patient with the {modes.count('include')} conditions that refer to it")


def whole(client, record, own, places):
    found, following, parameters = [], f"{own}/$everything", {"_count": 50}
    while following:
        page = client.execute(following, method="get", params=parameters)
        parameters = None
        found += [f"{entry['resource']['resourceType']}/{entry['resource']['id']}" for entry in page.get("entry", [])]
        following = next((link["url"] for link in page.get("link", []) if link["relation"] == "next"), None)
    wanted = {places[url] for url, one in record.entries
              if one["resourceType"] == "Patient" or one in record.of_patient[one["resourceType"]]}
    check(len(found) == len(set(found)) and wanted <= set(found) <= set(places.values()),
          f"$everything brings {len(found)} resources, each once, and everything that is of the patient")


def versions(client, person):
    person["active"] = False
    person.save()
    history = client.execute(f"Patient/{person.id}/_history", method="get")
    check([entry["resource"]["meta"]["versionId"] for entry in history["entry"]] == ["2", "1"],
          "its history has both versions, the newer first")


main()
