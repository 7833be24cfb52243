"""What the feed's benchmarks send: HL7 v2 messages of a hospital, multiplied.

A message is a list of segments, a segment a list of its fields; in MSH, whose first field is the separator itself, field
n is at n - 1, in all others at n.
"""

import collections
import datetime
import pathlib
import random
import re

#: Published data that lies beside the project on some machines and never belongs to it.
STREAM = pathlib.Path(__file__).resolve().parents[3] / "shared" / "data" / "hl7v2" / "simhospital" / "stream.hl7"

#: Fields that hold numbers which are one patient's, visit's or order's alone; the first component of each repetition.
NUMBERS = {"PID": (2, 3), "PV1": (19,), "MRG": (1,), "ORC": (2, 3), "OBR": (2, 3)}
#: Fields that hold a place; its first component is the point of care, which makes room and bed another one.
PLACES = {"PV1": (3, 6)}


def stream():
    """Messages in their order, and what they are."""
    if STREAM.exists():
        text = STREAM.read_text(encoding="latin-1")
        lines = [line for line in re.split(r"[\r\n]+", text) if line]
        found = []
        for line in lines:
            if line.startswith("MSH"):
                found.append([])
            found[-1].append(line.split("|"))
        return found, f"simhospital's {len(found):,} messages"
    found = made_up()
    return found, f"{len(found):,} generated messages of the same mix"


def multiplied(messages, count):
    """At least `count` messages: copies one after another, each with numbers and wards of its own."""
    copies = -(-count // len(messages))
    return [_copy(message, f"{number:03}") for number in range(copies) for message in messages]


def _copy(message, mark):
    copy = [list(segment) for segment in message]
    copy[0][9] += f"-{mark}"
    for segment in copy:
        for fields, separator in [(NUMBERS.get(segment[0], ()), ""), (PLACES.get(segment[0], ()), "-")]:
            for field in fields:
                if len(segment) > field and segment[field]:
                    segment[field] = "~".join(
                        _marked(repetition, separator + mark) for repetition in segment[field].split("~"))
    return copy


def _marked(repetition, mark):
    number, delimiter, rest = repetition.partition("^")
    return number + mark + delimiter + rest if number else repetition


def updates(messages, number):
    """An A08 for each admission, with another address and telephone number for every `number`, later than all others."""
    time = (datetime.datetime(2021, 1, 1) + datetime.timedelta(minutes=number)).strftime("%Y%m%d%H%M%S")
    found = []
    for message in messages:
        if message[0][8] != "ADT^A01":
            continue
        update = [list(segment) for segment in message]
        header, event, person = update[0], *(next(s for s in update if s[0] == name) for name in ("EVN", "PID"))
        header[6], header[8], header[9] = time, "ADT^A08", f"U{number}-{header[9]}"
        event[1], event[2] = "A08", time
        person[11] = f"Flat {number}, {person[11]}"
        person[13] = f"020 7946 {number:04}^HOME"
        found.append(update)
    return found


def queues(messages, connections):
    """A patient's messages in their order on one connection, all connections with about as many messages."""
    by_patient = collections.defaultdict(list)
    for position, message in enumerate(messages):
        person = next((segment for segment in message if segment[0] == "PID"), None)
        by_patient[person[3] if person else None].append(position)
    shared = [[] for _ in range(connections)]
    for positions in by_patient.values():
        min(shared, key=len).extend(positions)
    return [[messages[position] for position in sorted(positions)] for positions in shared]


def write(path, messages):
    """As MLLP frames, one after another."""
    with open(path, "wb") as file:
        for message in messages:
            file.write(frame(message))
    return path


def frame(message):
    text = "".join("|".join(segment) + "\r" for segment in message)
    return b"\x0b" + text.encode("latin-1") + b"\x1c\r"


# --- where there is no stream: as many of each kind, of about the same size, as the simulated hospital's ---

PATIENTS = 400
#: Results before there is a visit, and afterwards; the number of observations of each, in turn.
EARLY_RESULTS, RESULTS = 218, 392
OBSERVATIONS = (1, 5, 7, 5, 10, 1, 5, 10, 5, 7)
TESTS = [("Creatinine", "UMOLL", "49 - 92"), ("Potassium", "MMOLL", "3.5 - 5.3"), ("Sodium", "MMOLL", "133 - 146"),
         ("Urea", "MMOLL", "2.5 - 7.8"), ("Haemoglobin", "GL", "120 - 165"), ("White cells", "10*9/L", "4.0 - 11.0"),
         ("Platelets", "10*9/L", "150 - 400"), ("Albumin", "GL", "35 - 50"), ("Bilirubin", "UMOLL", "0 - 21"),
         ("Alkaline phosphatase", "UNITL", "30 - 130")]
FAMILIES = "Abara Brandt Costa Dimitrov Eriksen Farrell Gruber Haddad Ibsen Jensen Kowalski Lindholm Moreau Novak".split()
GIVEN = "Ada Bruno Carla Dario Edith Felix Gerda Hugo Iris Jonas Karin Leo Mona Nils Orla Pia".split()
WORDS = "sample repeated by hand because the first one was clotted please interpret together with the clinical picture".split()
DOCTORS = [f"D{number:03}^{family}^Robin^^^Dr^^^DRNBR^PRSNL^^^ORGDR" for number, family in enumerate(FAMILIES)]


def made_up():
    """Results of patients who are not admitted, admissions, and results of those; two documents and a merge at the end."""
    chance = random.Random(2)
    clock = datetime.datetime(2020, 5, 1, 8)
    waiting = [("A", index) for index in range(PATIENTS)]
    waiting += [("E", index * 7 % PATIENTS) for index in range(EARLY_RESULTS)]
    # What belongs to one patient stays in order: results without a visit, the admission, results with one.
    waiting.sort(key=lambda item: (item[1], item[0] == "A"))
    for index in range(RESULTS):
        waiting.append(("R", index))
    found = []
    for kind, index in waiting + [("T", 0), ("T", 1), ("M", 0)]:
        clock += datetime.timedelta(seconds=chance.randint(1, 90))
        found.append(_made_up(kind, index, len(found) + 1, clock.strftime("%Y%m%d%H%M%S"), chance))
    return found


def _made_up(kind, index, number, time, chance):
    event = {"A": "ADT^A01", "E": "ORU^R01", "R": "ORU^R01", "T": "MDM^T02", "M": "ADT^A34"}[kind]
    doctor = DOCTORS[index % len(DOCTORS)]
    mrn = f"{2_590_000_000 + index * 7919}^^^BENCHMARK MRN^MRN"
    lines = [f"MSH|^~\\&|BENCHMARK|HOSPITAL|RAPP|RFAC|{time}||{event}|{number}|T|2.3|||AL||44|ASCII"]
    if kind in "AM":
        lines.append(f"EVN|{event[4:]}|{time}|||{doctor}|")
    lines.append(
        f"PID|1|{mrn}|{mrn}~{2_470_000_000 + index * 6053}^^^NHSNBR^NHSNMBR||{FAMILIES[index % len(FAMILIES)]}^"
        f"{GIVEN[index % len(GIVEN)]}^^^Mx^^CURRENT||19{index % 90 + 10}0118000000|{'FM'[index % 2]}|||{index + 1} Kiln Lane^^"
        f"London^^RW21 6KC^GBR^HOME||020 7946 {index:04}^HOME|||||||||R^Other^^^||||||||")
    if kind == "A":
        lines.append("PD1|||FAMILY PRACTICE^^12345|")
    if kind == "E":
        lines.append(f"PV1|1|O|ED^^^Benchmark Hospital^^ED^^|28b|||{doctor}|||MED" + "|" * 34 + f"{time}||")
    else:
        ward = ("RenalWard", "OtherWard")[index % 2]
        lines.append(
            f"PV1|1|I|{ward}^MainRoom^Bed {index // 2 + 1}^Benchmark Hospital^^BED^Main Building^5|28b|||{doctor}|||MED"
            f"|||||||||{6_145_914_547_000_000_000 + index}^^^^visitid" + "|" * 22 + f"ARRIVED|||{time}||")
    if kind == "A" and index % 5 < 2:
        lines.append(f"AL1|0|FA|235719002^Food intolerance (disorder)^SNM3^^|MI|Diarrhoea|{time}")
    if kind in "ER":
        lines += _results(number, time, chance)
    return [line.split("|") for line in lines]


def _results(number, time, chance):
    order = f"{1_000_000_007 * number % 4_000_000_000 + 1_000_000_000}|{998_244_353 * number % 4_000_000_000 + 1_000_000_000}"
    yield f"ORC|RE|{order}||CM||||{time}"
    yield f"OBR|1|{order}|us-0003^UREA AND ELECTROLYTES^WinPath^^||{time}|{time}|||||||{time}||||||||{time}|||F||1"
    for position, (name, unit, reference) in enumerate(TESTS[:OBSERVATIONS[number % len(OBSERVATIONS)]], 1):
        value = f"{chance.randint(1, 200)}.{chance.randint(0, 99):02}"
        yield f"OBX|{position}|NM|tt-0003-{position:02}^{name}^WinPath^^||{value}|{unit}|{reference}|{chance.choice(['', 'H'])}|||F|||{time}||"
        if position % 3 != 2:
            start = chance.randrange(10)
            yield f"NTE|0||{' '.join(WORDS[start:start + chance.randint(1, 8)])}|"
