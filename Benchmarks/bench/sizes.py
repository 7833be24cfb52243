"""What changes as the record grows: searches, bytes on disk, memory, the time to start."""

import dataclasses
import json
import random
import shutil
import statistics
import time
import urllib.request

from . import database, patients, runs
from .server import Server

#: Different searches of each kind that are asked in turn.
VARIETY = 1000
PER_BUNDLE = patients.OBSERVATIONS + 1


@dataclasses.dataclass
class Size:
    """A record of so many resources."""

    resources: int
    loading: runs.Run
    searches: dict
    matches: dict
    database_bytes: int
    relations: list
    resident_loaded: int
    resident_idle: int = 0
    seconds_to_ready: float = 0


class Sizes:
    def __init__(self, options, directory):
        self.options, self.directory = options, directory
        self.data = directory / "sizes"
        self.sizes = []

    def run(self):
        loaded = 0
        for resources in self.options.sizes:
            bundles = resources // PER_BUNDLE
            with Server(self.options.binary, self.data) as server:
                loading = self._load(server, loaded, bundles - loaded)
                database.settle(server)
                with Server(self.options.binary, self.directory / "sizes-deferred", "deferred", beside=server) as deferred:
                    size = Size(
                        self._count(server), loading, *self._searches(server, deferred, bundles),
                        *self._bytes(server), server.resident())
            self._restart(size)
            self.sizes.append(size)
            loaded = bundles

    def _load(self, server, first, count):
        place = self.directory / "bundles"
        patients.write_bundles(place, first, count)
        try:
            return runs.load(server, place)
        finally:
            shutil.rmtree(place)

    def _count(self, server):
        return int(database.execute(server, "select count(*) from resource where method <> 2"))

    # --- searches ---

    def _searches(self, server, deferred, bundles):
        chance = random.Random(bundles)
        numbers = [patients.identifier(chance.randrange(bundles)) for _ in range(VARIETY)]
        ids = database.rows(server, f"""
            select r.id from resource r join resource_type t on t.code = r.type and t.name = 'Patient'
            where r.method <> 2 order by md5(r.id) limit {VARIETY}""")
        kinds = {
            "identifier": [f"/fhir/Patient?identifier={patients.SYSTEM}|{number}" for number in numbers],
            "patient + code + date": [
                f"/fhir/Observation?patient=Patient/{row['id']}&code=http://loinc.org|{chance.choice(patients.VITALS)[0]}"
                f"&date=ge{chance.randint(2015, 2022)}-06-01" for row in ids],
        }
        results, matches = {}, {}
        for kind, paths in kinds.items():
            paths = [path.replace("|", "%7C") for path in paths]
            place = self.directory / "search.paths"
            place.write_text("\n".join(paths) + "\n")
            matches[kind] = statistics.mean(self._matches(deferred, path) for path in paths[:100])
            for name, target, connections in [
                ("1 connection", deferred, 1), ("32 connections", deferred, 32), ("32 connections, grouped audit", server, 32)]:
                results[kind, name] = self._search(target, place, connections)
        return results, matches

    @staticmethod
    def _matches(server, path):
        with urllib.request.urlopen(server.url + path, timeout=60) as answer:
            return len(json.load(answer).get("entry", []))

    def _search(self, server, paths, connections):
        def once(seconds):
            return runs.wrk(server, "/", seconds, "search.lua", [paths], connections)
        once(1)
        return runs.Run.median([once(self.options.seconds) for _ in range(self.options.rounds)])

    # --- bytes ---

    @staticmethod
    def _bytes(server):
        whole = int(database.execute(server, "select pg_database_size(current_database())"))
        relations = database.rows(server, """
            select c.relname as name, i.indrelid::regclass::text as of,
                   pg_relation_size(c.oid) + coalesce(pg_relation_size(nullif(c.reltoastrelid, 0)), 0) as bytes
            from pg_class c left join pg_index i on i.indexrelid = c.oid
            where c.relkind in ('r', 'i') and c.relnamespace = 'public'::regnamespace
            order by coalesce(i.indrelid::regclass::text, c.relname), i.indexrelid is not null, 1""")
        return whole, [row for row in relations if row["bytes"] >= 1 << 20]

    # --- start ---

    def _restart(self, size):
        seconds, resident = [], []
        for _ in range(self.options.rounds):
            with Server(self.options.binary, self.data) as server:
                seconds.append(server.seconds_to_ready)
                time.sleep(2)
                resident.append(server.resident())
        size.seconds_to_ready = statistics.median(seconds)
        size.resident_idle = int(statistics.median(resident))
