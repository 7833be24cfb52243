"""Sends HL7 v2 messages with PyPI hl7's own `mllp_send`, then reads with fhirclient what they left: with_hl7 BASE PORT FILE…"""

import collections
import pathlib
import re
import subprocess
import sys

import hl7
from fhirclient import client
from fhirclient.models import bundle, encounter, location, observation, patient

#: What a message without a map is refused with.
REFUSED = {"MDM_T02", "ADT_A34"}


def check(condition, text):
    print(("  ok  " if condition else "  NO  ") + text)
    if not condition:
        raise SystemExit(1)


def messages(path):
    """What a file holds, with the line ends that `hl7.parse` wants."""
    lines = [line for line in re.split(r"[\r\n]+", path.read_text(encoding="utf-8")) if line]
    found = []
    for line in lines:
        if line.startswith("MSH"):
            found.append([])
        found[-1].append(line)
    return ["\r".join(lines) + "\r" for lines in found]


def sent(path, port):
    """The answers to a file's messages, parsed: `mllp_send` prints each as it came, frame and all."""
    command = [pathlib.Path(sys.executable).parent / "mllp_send", "--loose", "--file", path, "--port", port, "127.0.0.1"]
    run = subprocess.run([str(word) for word in command], capture_output=True)
    check(run.returncode == 0, f"mllp_send --loose --file {path.name} {run.stderr.decode()[-300:]}")
    answers = [part.strip(b"\x0b\r\n") for part in run.stdout.split(b"\x1c")]
    return [hl7.parse(answer.decode()) for answer in answers if answer]


def everything(kind, api, **parameters):
    """All pages of a search."""
    page = kind.where({"_count": "500", **parameters}).perform(api)
    while page:
        yield from (entry.resource for entry in page.entry or [])
        following = next((link.url for link in page.link or [] if link.relation == "next"), None)
        page = bundle.Bundle(api.request_json(following)) if following else None


class Expected:
    """What files of messages should leave, as far as one can tell from them without knowing how they are mapped."""

    def __init__(self, paths):
        self.parsed = [hl7.parse(text) for path in paths for text in messages(path)]
        taken = [message for message in self.parsed if self.event(message) not in REFUSED]
        self.numbers = {str(message["PID.F3.R1.C1"]) for message in taken}
        self.visits = {visit for message in taken if (visit := self._visit(message))}
        self.results = {result for message in taken if self.event(message) == "ORU_R01" for result in self._results(message)}

    @staticmethod
    def event(message):
        return f"{message['MSH.F9.R1.C1']}_{message['MSH.F9.R1.C2']}"

    @staticmethod
    def _visit(message):
        try:
            return str(message["PV1.F19.R1.C1"])
        except (IndexError, KeyError):
            return ""

    @staticmethod
    def _results(message):
        """What makes a later result one about the same: filler order number, observation, sub-id."""
        order = None
        for segment in message:
            if str(segment[0]) == "OBR":
                order = str(segment[3])
            elif str(segment[0]) == "OBX":
                yield order, str(segment[3][0][0]), str(segment[4])


def main():
    base, port, paths = sys.argv[1], sys.argv[2], [pathlib.Path(name) for name in sys.argv[3:]]
    expected = Expected(paths)
    for path in paths:
        answers = sent(path, port)
        codes = collections.Counter(str(answer["MSA.F1"]) for answer in answers)
        check(len(answers) == len(messages(path)), f"each of {len(answers):,} messages was answered: {dict(codes)}")
        refused = sum(Expected.event(hl7.parse(text)) in REFUSED for text in messages(path))
        check(codes["AA"] == len(answers) - refused and codes["AR"] == refused,
              f"{codes['AA']:,} were accepted, {refused} have no map and were refused")
    again = sent(paths[0], port)
    check(all(str(answer["MSA.F1"]) == "AA" for answer in again), f"{paths[0].name} again: all accepted")
    read(base, expected)


def read(base, expected):
    smart = client.FHIRClient(settings={"app_id": "mediconnect-test", "api_base": base})
    check(smart.prepare() or smart.ready, "fhirclient understood the capability statement")
    api = smart.server

    people = list(everything(patient.Patient, api))
    numbers = [identifier.value for person in people for identifier in person.identifier]
    check(len(people) == len(expected.numbers) and expected.numbers <= set(numbers),
          f"{len(people)} patients, one for each number in PID-3")
    check(all(person.name and person.birthDate for person in people), "each has a name and a birth date")

    stays = list(everything(encounter.Encounter, api))
    visits = [identifier.value for stay in stays for identifier in stay.identifier]
    check(sorted(visits) == sorted(expected.visits), f"{len(stays)} encounters, one for each number in PV1-19")
    known = {f"Patient/{person.id}" for person in people}
    check(all(stay.subject.reference in known for stay in stays), "each of a patient who is there")
    print("      by status:", dict(collections.Counter(stay.status for stay in stays)))

    results = list(everything(observation.Observation, api))
    check(len(results) == len(expected.results), f"{len(results):,} observations, one for each OBX and its corrections")
    check(all(result.subject.reference in known and result.code.coding for result in results), "each with patient and code")
    board(api, stays)


def board(api, stays):
    """The beds that say they are occupied are those that encounters hold, each by one patient."""
    places = list(everything(location.Location, api))
    beds = [place for place in places if place.physicalType.coding[0].code == "bd"]
    occupied = {f"Location/{bed.id}" for bed in beds if bed.operationalStatus and bed.operationalStatus.code == "O"}
    holders = collections.defaultdict(set)
    for stay in stays:
        if stay.status in ("arrived", "triaged", "in-progress", "onleave"):
            for entry in stay.location or []:
                if entry.status in (None, "active"):
                    holders[entry.location.reference].add(stay.subject.reference)
    held = {bed for bed in holders if bed in {f"Location/{one.id}" for one in beds}}
    check(held == occupied, f"{len(beds)} beds of {len(places)} places; the {len(occupied)} occupied ones are those that encounters hold")
    check(all(len(holders[bed]) == 1 for bed in held), "each by one patient")


main()
