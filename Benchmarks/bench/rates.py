"""Reads and writes against their floors: all on one cluster, in turn, three times."""

from . import database, patients, runs, template
from .server import Server

#: How many resources the updates go around.
UPDATED = 2048
#: More than one measurement can use up.
ROOM = 1_000_000


class Rates:
    """The measurements of one cluster; `rounds` runs them and `median` answers by name."""

    def __init__(self, options, directory):
        self.options, self.directory = options, directory
        self.results = {}
        self.rows = ""
        self._number = int(patients.NUMBER)

    def run(self):
        with Server(self.options.binary, self.directory / "rates") as grouped, \
                Server(self.options.binary, self.directory / "rates-deferred", reads="deferred", beside=grouped) as deferred:
            self._prepare(grouped)
            self._settle_in(grouped, deferred)
            for _ in range(self.options.rounds):
                self._round(grouped, deferred)
            self.resident = grouped.resident()

    def median(self, name):
        return runs.Run.median(self.results[name])

    def _prepare(self, server):
        self.insert_template = self.directory / "insert.template"
        self.rows = template.write(server, self.insert_template)
        self.id = template.post(server, "/fhir/Patient", patients.patient())
        self.type = database.rows(server, f"select type from resource where id = '{self.id}'")[0]["type"]
        self.create_body = self.directory / "create.json"
        self.create_body.write_text(patients.patient())
        self.update_body = self.directory / "update.json"
        self.update_body.write_text(patients.patient(id="RESOURCE-ID"))
        self.ids = self.directory / "update.ids"
        self.ids.write_text("".join(
            template.post(server, "/fhir/Patient", patients.patient(str(600_000_000_000 + index))) + "\n"
            for index in range(UPDATED)))

    def _settle_in(self, grouped, deferred):
        """One second of everything, so that no figure pays for what is done once."""
        for _, measure in self._measures(grouped, deferred, 1):
            measure()

    def _round(self, grouped, deferred):
        # What the last round wrote is tidied up now, not by autovacuum while the reads are measured.
        database.settle(grouped)
        for name, measure in self._measures(grouped, deferred, self.options.seconds):
            self.results.setdefault(name, []).append(measure())

    def _measures(self, grouped, deferred, seconds):
        floors = self.options.floors
        read = f"/fhir/Patient/{self.id}"
        return [
            ("memory", lambda: runs.wrk(grouped, "/benchmark/memory", seconds)),
            ("select", lambda: runs.raw_select(grouped, floors, seconds, self.type, self.id)),
            ("read deferred", lambda: runs.wrk(deferred, read, seconds)),
            ("read grouped", lambda: runs.wrk(grouped, read, seconds)),
            ("insert", lambda: runs.raw_insert(
                grouped, floors, seconds, self.insert_template, self._free_keys(grouped), self._free_numbers())),
            ("create", lambda: runs.wrk(
                grouped, "/fhir/Patient", seconds, "create.lua",
                [self.create_body, patients.NUMBER, self._free_numbers()])),
            ("update", lambda: runs.wrk(
                grouped, "/fhir/Patient", seconds, "update.lua",
                [self.update_body, patients.NUMBER, self._free_numbers(), self.ids])),
        ]

    def _free_numbers(self):
        """The first of a million numbers that no resource has."""
        self._number += ROOM
        return self._number

    @staticmethod
    def _free_keys(server):
        """The first of a million keys, taken from where the server takes its own."""
        return int(database.execute(
            server, f"select setval('key_block', nextval('key_block') + {ROOM}) - {ROOM}").strip())
