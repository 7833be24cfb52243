"""Searching, paging, counting and exporting a record of Synthea's shape, and what it takes on disk."""

import dataclasses
import shutil
import statistics
import time

from . import asking, database, patients, runs, synthea
from .loads import SYNTHEA
from .server import Server
from .shapes import Judged, Shapes

#: Paths of a shape that are asked once beforehand, to know how much they find.
PROBED = 60
#: Seconds after which a request of a shape counts as hopeless.
HOPELESS = 20
#: How many ask at a time: whole records are large enough to fill the cores by few, and a count is one's own.
CONNECTIONS = {Judged.PAGE: 32, Judged.COUNT: 1, Judged.RECORD: 8}
#: Written in one go, so that the disk never holds all bundles of a million resources.
COPIES_AT_ONCE = 700


@dataclasses.dataclass
class Measured:
    """One shape at one size; without a run it has failed, and `trouble` says how."""

    shape: object
    run: runs.Run | None = None
    #: Resources (or counted matches) of an answer on average.
    matches: float = 0
    trouble: str = ""


@dataclasses.dataclass
class Size:
    """A record of so many resources."""

    resources: int
    loaded: int = 0
    seconds: float = 0
    loading: list = dataclasses.field(default_factory=list)
    shapes: dict = dataclasses.field(default_factory=dict)
    floors: dict = dataclasses.field(default_factory=dict)
    mix: Measured | None = None
    export: dict = dataclasses.field(default_factory=dict)
    relations: list = dataclasses.field(default_factory=list)
    #: Not loaded to the end for want of time.
    is_cut: bool = False


class Search:
    """One record that grows from size to size."""

    def __init__(self, options, directory):
        self.options, self.directory = options, directory
        self.data = directory / "search"
        self.sizes = []
        self._number = int(patients.NUMBER)

    @property
    def is_possible(self):
        return SYNTHEA.exists()

    def run(self):
        if not self.is_possible:
            return
        copies = 0
        with Server(self.options.binary, self.data) as server:
            for resources in self.options.sizes:
                size = Size(resources)
                self.sizes.append(size)
                copies = self._load(server, size, copies, synthea.count(resources))
                database.settle(server)
                size.resources = int(database.execute(server, "select count(*) from resource where method <> 2"))
                size.relations = relations(server)
                self._measure(server, size, copies)
                self.resident = server.resident()

    # --- loading ---

    def _load(self, server, size, first, end):
        """Transactions of a patient each; gives the number of copies that are there now."""
        deadline = time.monotonic() + self.options.load_limit
        while first < end and not size.is_cut:
            until = min(end, first + COPIES_AT_ONCE)
            place = self.directory / "copies"
            count = synthea.write_copies(place, first, until)
            try:
                started = time.monotonic()
                size.loading.append(runs.load(server, place))
                size.seconds += time.monotonic() - started
            finally:
                shutil.rmtree(place)
            size.loaded += count
            first = until
            size.is_cut = first < end and time.monotonic() > deadline
            print(f"  {first:,} copies loaded, {size.loading[-1].rate:,.0f} resources/s", flush=True, file=self.options.progress)
        return first

    # --- measuring ---

    def _measure(self, server, size, copies):
        shapes = Shapes(server, copies)
        for shape in shapes.all():
            if self.options.shapes and not any(word in shape.name for word in self.options.shapes):
                continue
            measured = self._shape(server, shape)
            size.shapes[shape.name] = measured
            told = measured.trouble or (
                f"{measured.run.rate:,.0f}/s, p50 {measured.run.p50:,.0f} µs, p99 {measured.run.p99:,.0f} µs, "
                f"{measured.matches:,.1f} matches")
            print(f"  {shape.name}: {told}", flush=True, file=self.options.progress)
        if self.options.shapes and "mix" not in self.options.shapes:
            return
        try:
            size.floors = self._floors(server, shapes)
        except SystemExit as error:
            print(f"  no floors: {error.code}", flush=True, file=self.options.progress)
        size.mix = self._mix(server, shapes)
        size.export = self._export(server)

    def _shape(self, server, shape):
        if shape.trouble or not shape.paths:
            return Measured(shape, trouble=shape.trouble or "nothing to ask")
        try:
            matches = self._probe(server, shape)
            run = self._wrk(server, shape.paths, CONNECTIONS[shape.judged])
            return Measured(shape, run, matches)
        except (asking.Refused, OSError) as error:
            return Measured(shape, trouble=str(error) or type(error).__name__)
        except SystemExit as error:  # wrk's own complaint
            return Measured(shape, trouble=_short(error))

    @staticmethod
    def _probe(server, shape):
        """Resources of an answer on average; also what brings the pages into memory."""
        counts = []
        with asking.Asking(server) as ask:
            ask.connection.timeout = HOPELESS
            paths = shape.paths if shape.judged is Judged.RECORD else shape.paths[:PROBED]
            for path in paths:
                bundle = ask.json(path)
                if shape.judged is Judged.COUNT:
                    counts.append(bundle["total"])
                else:
                    counts.append(asking.matches(bundle) if bundle["resourceType"] == "Bundle" else 1)
        return statistics.mean(counts)

    def _wrk(self, server, paths, connections):
        place = self.directory / "shape.paths"
        place.write_text("".join(path + "\n" for path in paths))

        def once(seconds):
            return runs.wrk(server, "/", seconds, "search.lua", [place], connections, timeout=HOPELESS)
        try:
            once(1)
        except SystemExit:  # too slow for a second of it, perhaps not for the ones that count
            pass
        return runs.Run.median([once(self.options.seconds) for _ in range(self.options.rounds)])

    def _mix(self, server, shapes):
        place = self.directory / "mix.requests"
        place.write_text("".join(line + "\n" for line in shapes.mix(patients.NUMBER)))

        def once(seconds):
            self._number += 1_000_000
            return runs.wrk(
                server, "/", seconds, "mix.lua", [place, patients.NUMBER, self._number], timeout=HOPELESS)
        try:
            once(2)
            return Measured(None, runs.Run.median([once(2 * self.options.seconds) for _ in range(self.options.rounds)]))
        except SystemExit as error:
            return Measured(None, trouble=_short(error))

    # --- floors ---

    def _floors(self, server, shapes):
        person = shapes.people[0]
        found = {}
        id = shapes.ids[person.index]
        kind = database.rows(server, f"select type from resource where id = '{id}' order by key limit 1")[0]["type"]
        found["raw select by id, 1 connection, 32 in flight"] = runs.Run.median([
            runs.raw_select(server, self.options.floors, self.options.seconds, kind, id)
            for _ in range(self.options.rounds)])
        script = self._patient_script(server, [shapes.ids[one.index] for one in shapes.people])
        found["raw search: 20 Observations of a patient, 8 connections"] = runs.Run.median([
            runs.pgbench(server, script, self.options.seconds) for _ in range(self.options.rounds)])
        database.execute(server, "drop schema floor cascade")
        return found

    def _patient_script(self, server, ids):
        """pgbench's: an Observation search by patient and nothing around it. The term of a reference is the target's own
        one combined with what all references of the parameter share, which two patients give away."""
        database.execute(server, f"""
            drop schema if exists floor cascade; create schema floor;
            create table floor.patient as
              select row_number() over () as n, s.self, r.id from search s join resource r on r.key = s.key
              join resource_type t on t.code = r.type and t.name = 'Patient'
              where r.id in ({", ".join(f"'{id}'" for id in ids)});
            create table floor.salt as
              with seen as (
                select p.id, term # p.self as salt from floor.patient p
                join lateral (
                  select s.terms from search s join resource r on r.key = s.key
                  join resource_type t on t.code = r.type and t.name = 'Observation'
                  where position(convert_to('"Patient/' || p.id || '"', 'UTF8') in r.content) > 0 limit 1) o on true,
                unnest(o.terms) term where p.n <= 3)
              select salt from seen group by salt having count(distinct id) >= least(3, (select count(*) from floor.patient))
              limit 1;
            create table floor.term as select p.n, p.self # salt.salt as term from floor.patient p, floor.salt;
            alter table floor.term add primary key (n); analyze floor.term;""")
        count = int(database.execute(server, "select count(*) from floor.term"))
        if not count:
            raise SystemExit("no term is common to the references of two patients' observations: the floor must be changed")
        kind = database.execute(server, "select code from resource_type where name = 'Observation'").strip()
        script = self.directory / "patient.sql"
        script.write_text(f"""\\set n random(1, {count})
            select term from floor.term where n = :n \\gset
            select r.id, r.version, r.updated, r.content from search s join resource r on r.key = s.key
            where s.type = {kind} and s.terms @> array[:term]::int8[] order by s.key limit 20;""")
        return script

    # --- export ---

    @staticmethod
    def _export(server):
        """Seconds until the files are there and until they are all read, and how much that is."""
        try:
            with asking.Asking(server) as ask:
                manifest, seconds, place = ask.export("/fhir/$export")
                started, resources, size = time.monotonic(), 0, 0
                for file in manifest["output"]:
                    status, _, body = ask.send("GET", file["url"])
                    if status != 200:
                        raise asking.Refused(f"{status} of {file['url']}")
                    resources += body.count(b"\n") + (not body.endswith(b"\n") and len(body) > 0)
                    size += len(body)
                reading = time.monotonic() - started
                ask.send("DELETE", place)
            return {"resources": resources, "seconds": seconds, "reading": reading, "bytes": size}
        except (asking.Refused, OSError, LookupError, ValueError) as error:
            return {"trouble": str(error) or type(error).__name__}


def _short(error):
    """What wrk complained about, on one line."""
    return " ".join(str(error.code).split())[:300]


def relations(server):
    """Bytes of every table and index, what TOAST keeps of a table counted with it."""
    return database.rows(server, """
        select c.relname as name, i.indrelid::regclass::text as of,
               pg_relation_size(c.oid) + coalesce(pg_total_relation_size(nullif(c.reltoastrelid, 0)), 0) as bytes
        from pg_class c left join pg_index i on i.indexrelid = c.oid
        where c.relkind in ('r', 'i') and c.relnamespace = 'public'::regnamespace
        order by coalesce(i.indrelid::regclass::text, c.relname), i.indexrelid is not null, 1""")
