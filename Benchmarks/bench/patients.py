"""What the benchmarks write: made-up patients and their observations."""

import json
import random

SYSTEM = "https://mediconnect.example/benchmark/mrn"
#: Stands for the number that makes a resource different from all others; always as long as this.
NUMBER = "700000000000"

FAMILIES = "Albrecht Baumann Conrad Dietrich Engel Fischer Graf Hartmann Iversen Jansen Krüger Lorenz Maier Neumann".split()
GIVEN = "Anna Bernd Clara David Elif Frank Greta Hannes Ines Jakob Katja Lukas Mila Noah Olga Paul".split()


def patient(number=NUMBER, id=None):
    """A Patient of 1.5 KB as compact JSON, about what a registration form holds."""
    resource = {
        "resourceType": "Patient",
        **({"id": id} if id else {}),
        "meta": {"profile": ["http://hl7.org/fhir/StructureDefinition/Patient"]},
        "text": {"status": "generated", "div":
                 f"<div xmlns=\"http://www.w3.org/1999/xhtml\">Johanna Maria Lindqvist{number}, 17 March 1961</div>"},
        "extension": [
            {"url": "http://hl7.org/fhir/StructureDefinition/patient-birthPlace",
             "valueAddress": {"city": "Marburg", "state": "Hessen", "country": "DE"}},
            {"url": "http://hl7.org/fhir/StructureDefinition/patient-mothersMaidenName", "valueString": "Ahrens"}],
        "identifier": [
            {"use": "usual", "type": {"coding": [
                {"system": "http://terminology.hl7.org/CodeSystem/v2-0203", "code": "MR", "display": "Medical record number"}],
                "text": "Medical record number"}, "system": SYSTEM, "value": number},
            {"use": "official", "system": "https://mediconnect.example/benchmark/insurance", "value": f"X{number}"}],
        "active": True,
        "name": [{"use": "official", "family": f"Lindqvist{number}", "given": ["Johanna", "Maria"], "prefix": ["Dr."]}],
        "telecom": [
            {"system": "phone", "value": "+49 6421 5550123", "use": "home"},
            {"system": "email", "value": "johanna.lindqvist@mail.example", "use": "home"}],
        "gender": "female",
        "birthDate": "1961-03-17",
        "address": [{"use": "home", "line": ["Am Grün 44"], "city": "Marburg", "state": "Hessen",
                     "postalCode": "35037", "country": "DE"}],
        "maritalStatus": {"coding": [
            {"system": "http://terminology.hl7.org/CodeSystem/v3-MaritalStatus", "code": "M"}]},
        "communication": [{"language": {"coding": [{"system": "urn:ietf:bcp:47", "code": "de"}]}, "preferred": True}],
    }
    return json.dumps(resource, ensure_ascii=False, separators=(",", ":"))


# --- bundles: one patient and 99 observations each ---

OBSERVATIONS = 99
VITALS = [
    ("8867-4", "Heart rate", "/min", 50, 110), ("9279-1", "Respiratory rate", "/min", 10, 24),
    ("8310-5", "Body temperature", "Cel", 36, 40), ("8302-2", "Body height", "cm", 150, 195),
    ("29463-7", "Body weight", "kg", 45, 120), ("8480-6", "Systolic blood pressure", "mm[Hg]", 95, 180),
    ("8462-4", "Diastolic blood pressure", "mm[Hg]", 55, 110), ("2708-6", "Oxygen saturation", "%", 88, 100),
    ("2339-0", "Glucose", "mg/dL", 60, 250), ("718-7", "Hemoglobin", "g/dL", 8, 18),
    ("2951-2", "Sodium", "mmol/L", 130, 150), ("2823-3", "Potassium", "mmol/L", 3, 6),
    ("2160-0", "Creatinine", "mg/dL", 1, 4), ("3094-0", "Urea nitrogen", "mg/dL", 7, 40),
    ("6690-2", "Leukocytes", "10*3/uL", 3, 15), ("777-3", "Platelets", "10*3/uL", 120, 450),
    ("1975-2", "Bilirubin", "mg/dL", 1, 5), ("1742-6", "Alanine aminotransferase", "U/L", 5, 90),
    ("2093-3", "Cholesterol", "mg/dL", 120, 300), ("4548-4", "Hemoglobin A1c", "%", 4, 12)]

_OBSERVATION = (
    '{"fullUrl":"urn:uuid:%(uuid)s","resource":{"resourceType":"Observation","status":"final","category":[{"coding":[{'
    '"system":"http://terminology.hl7.org/CodeSystem/observation-category","code":"vital-signs",'
    '"display":"Vital Signs"}]}],"code":{"coding":[{"system":"http://loinc.org","code":"%(code)s",'
    '"display":"%(display)s"}],"text":"%(display)s"},"subject":{"reference":"urn:uuid:%(patient)s"},'
    '"effectiveDateTime":"%(date)s","issued":"%(date)s","performer":[{"display":"Ward 7, bedside"}],'
    '"valueQuantity":{"value":%(value)s,"unit":"%(unit)s","system":"http://unitsofmeasure.org","code":"%(unit)s"}},'
    '"request":{"method":"POST","url":"Observation"}}')


def identifier(index):
    """The medical record number of the patient of bundle `index`."""
    return f"{800_000_000_000 + index}"


def _uuid(chance):
    digits = f"{chance.getrandbits(128):032x}"
    return f"{digits[:8]}-{digits[8:12]}-4{digits[13:16]}-a{digits[17:20]}-{digits[20:]}"


def bundle(index):
    """A transaction of 100 resources; the same for the same index."""
    chance = random.Random(index)
    own = _uuid(chance)
    resource = patient(identifier(index)).replace("Lindqvist", chance.choice(FAMILIES)).replace(
        "Johanna", chance.choice(GIVEN)).replace("1961-03-17", f"{chance.randint(1930, 2020)}-03-{chance.randint(10, 28)}")
    entries = [f'{{"fullUrl":"urn:uuid:{own}","resource":{resource},"request":{{"method":"POST","url":"Patient"}}}}']
    for _ in range(OBSERVATIONS):
        code, display, unit, low, high = chance.choice(VITALS)
        date = (f"{chance.randint(2015, 2024)}-{chance.randint(1, 12):02}-{chance.randint(1, 28):02}"
                f"T{chance.randint(0, 23):02}:{chance.randint(0, 59):02}:00+01:00")
        entries.append(_OBSERVATION % {
            "uuid": _uuid(chance), "code": code, "display": display, "unit": unit, "patient": own, "date": date,
            "value": f"{chance.randint(low, high)}.{chance.randint(0, 9)}"})
    return f'{{"resourceType":"Bundle","type":"transaction","entry":[{",".join(entries)}]}}'


def write_bundles(directory, first, count):
    """Writes bundles `first` to `first + count - 1`, a file each."""
    directory.mkdir(parents=True, exist_ok=True)
    for index in range(first, first + count):
        (directory / f"b{index:07}.json").write_text(bundle(index), encoding="utf-8")
