"""How fast FHIR content is read, judged and written on one thread, beside Foundation's JSON parser on the same bytes."""

import pathlib
import statistics
import subprocess

ROOT = pathlib.Path(__file__).resolve().parents[2]
DATA = ROOT.parent / "shared" / "data" / "fhir"

FOUNDATION, PARSE, VALIDATE, WRITE = "foundation", "parse", "validate", "write"
TO_XML, FROM_XML, PROFILES = "to-xml", "from-xml", "profiles"

#: What is read: name, what readers see, where it is, the kinds of work.
CORPORA = [
    ("synthea", "Synthea's bundles as sent", DATA / "synthea" / "self-contained.tar.gz",
     [FOUNDATION, PARSE, VALIDATE, WRITE, TO_XML, FROM_XML], False),
    ("synthea compact", "Synthea's bundles without white space", DATA / "synthea" / "self-contained.tar.gz",
     [FOUNDATION, PARSE, VALIDATE, WRITE], True),
    ("us core", "Synthea's bundles that claim US Core", DATA / "synthea" / "conditional-references",
     [FOUNDATION, VALIDATE, PROFILES], False),
    ("examples", "R4's official examples", DATA / "examples" / "spec-pairs.tar.gz",
     [FOUNDATION, PARSE, VALIDATE, WRITE, TO_XML, FROM_XML], False),
]
FIXTURES = ("fixtures", "the project's fixtures", ROOT / "Fixtures", [FOUNDATION, PARSE, VALIDATE, WRITE, TO_XML, FROM_XML], False)
PACKAGE = DATA / "ig" / "us_core_610.tgz"


class Rate:
    """Medians of the rounds."""

    def __init__(self, rounds):
        self.megabytes = statistics.median(size / seconds / 1e6 for size, _, seconds, _ in rounds)
        self.resources = statistics.median(count / seconds for _, count, seconds, _ in rounds)
        self.resident = max(resident for *_, resident in rounds)


class Content:
    def __init__(self, options, _directory):
        self.options = options
        #: Rates by corpus and work.
        self.rates = {}
        self.facts_seconds = self.facts_bytes = None

    def run(self):
        self.corpora = [corpus for corpus in CORPORA if corpus[2].exists()] or [FIXTURES]
        for name, _, path, works, compact in self.corpora:
            rounds = {work: [] for work in works}
            for _ in range(self.options.rounds):
                for work in works:
                    rounds[work].append(self._measure(work, path, compact))
            self.rates[name] = {work: Rate(found) for work, found in rounds.items()}
        found = [self._command("--work", "facts") for _ in range(self.options.rounds)]
        self.facts_seconds = statistics.median(seconds for *_, seconds, _ in found)
        self.facts_bytes = max(size for size, *_ in found)

    def _measure(self, work, path, compact):
        words = ["--work", work, "--seconds", self.options.seconds, path]
        if work == PROFILES:
            words += ["--package", PACKAGE]
        return self._command(*words, *(["--compact"] if compact else []))

    def _command(self, *words):
        answer = subprocess.run(
            [str(word) for word in (self.options.binary, "measure-content", *words)], capture_output=True, text=True)
        if answer.returncode:
            raise SystemExit(f"measure-content failed:\n{answer.stderr}")
        return tuple(map(float, answer.stdout.split()))
