"""Transactions at full speed: Synthea's patients where they are at hand, made-up ones otherwise."""

import pathlib
import tarfile

from . import patients, runs
from .server import Server

#: Published data that lies beside the project on some machines and never belongs to it.
SYNTHEA = pathlib.Path(__file__).resolve().parents[3] / "shared" / "data" / "fhir" / "synthea" / "self-contained.tar.gz"


class Loads:
    """The same bundles loaded several times into one record; each time makes new resources."""

    def __init__(self, options, directory):
        self.options, self.directory = options, directory
        self.results = []
        self.source = ""

    def run(self):
        bundles = self._bundles()
        with Server(self.options.binary, self.directory / "loads") as server:
            for _ in range(self.options.rounds):
                self.results.append(runs.load(server, bundles))
            self.resident = server.resident()

    @property
    def median(self):
        return runs.Run.median(self.results)

    def _bundles(self):
        place = self.directory / "transactions"
        if SYNTHEA.exists():
            with tarfile.open(SYNTHEA) as archive:
                archive.extractall(place, filter="data")
            self.source = "45 patients of Synthea, 12,952 resources"
        else:
            patients.write_bundles(place, first=5_000_000, count=130)
            self.source = "130 generated patients, 13,000 resources"
        return place
