"""The measurements as Markdown."""

import datetime

from . import content, parsers, runs
from .feed import CONNECTIONS, IDLE
from .rates import UPDATED

#: The rows of the first table: name of the measurement, what readers see, its floor, the share of it that is wanted.
RATES = [
    ("memory", "HTTP: 1.5 KB from memory", None, None),
    ("select", "floor: raw select, 1 connection, 32 in flight", None, None),
    ("read deferred", "read by id, `audit.reads = deferred`", "select", 0.27),
    ("read grouped", "read by id, default", "select", 0.18),
    ("insert", "floor: raw insert, 8 connections", None, None),
    ("create", "create", "insert", 0.40),
    ("update", "update", "insert", None),
]
TRANSACTIONS_WANTED = 6000
READY_WANTED = 2.0
IDLE_WANTED = 60e6
GROWTH_WANTED = 1.5
STREAM_WANTED = 500
UPDATES_WANTED = 1200
ACKNOWLEDGEMENT_WANTED = 50_000
PARSING_WANTED = 50
#: Shares of what Foundation's parser makes of the same bytes.
CONTENT_WANTED = {content.PARSE: 3.0, content.WRITE: 0.5}
PROFILES_WANTED = 500
FACTS_SECONDS_WANTED = 0.030
FACTS_BYTES_WANTED = 15e6
WORKS = {
    content.FOUNDATION: "floor: Foundation's JSONSerialization",
    content.PARSE: "parse",
    content.VALIDATE: "parse, validate (R4, all invariants)",
    content.WRITE: "parse, validate, search terms, serialise",
    content.TO_XML: "JSON to XML",
    content.FROM_XML: "XML to JSON",
    content.PROFILES: "parse, validate with US Core 6.1.0",
}


def text(options, facts, parts):
    lines = [f"# Benchmarks of {datetime.date.today().isoformat()}", ""]
    lines += [f"- {fact}" for fact in facts]
    lines += [
        f"- method: wrk with one thread and 32 kept-alive connections where nothing else is said; floors and figures in "
        f"turn, {options.rounds} rounds of {options.seconds} s, medians; everything on these cores; fsync, full_page_writes, "
        f"synchronous_commit on; CPU in µs per request of all threads and processes; 'others' is the share of "
        f"the cores that processes without a part in it used meanwhile: above a few percent, rates and shares of floors "
        f"say little", ""]
    from . import search_report
    sections = [("rates", _rates), ("loads", _loads), ("feed", _feed), ("content", _content), ("sizes", _sizes),
                ("search", search_report.section)]
    for name, section in sections:
        if name in parts:
            lines += section(parts[name]) + [""]
    return "\n".join(lines).rstrip()


def _table(head, rows):
    """A Markdown table; columns from the second on are numbers."""
    lines = ["| " + " | ".join(head) + " |", "| --- |" + " ---: |" * (len(head) - 1)]
    return lines + ["| " + " | ".join(row) + " |" for row in rows]


def _number(value, digits=0):
    return "–" if value is None else f"{value:,.{digits}f}"


def _verdict(reached, wanted, form, smaller=False):
    good = reached <= wanted if smaller else reached >= wanted
    return f"{form(wanted)} {'reached' if good else '**missed**'}"


def _percent(value):
    return f"{value:.1%}"


def _costs(run):
    return [_number(run.server), _number(run.postgres), _number(run.client), _percent(run.others)]


def _latencies(run):
    return [_number(run.p50), _number(run.p99)]


COSTS = ["CPU server", "PostgreSQL", "client", "others"]


def _rates(rates):
    rows = []
    for name, label, floor, wanted in RATES:
        run = rates.median(name)
        share = run.rate / rates.median(floor).rate if floor else None
        spread = [one.rate for one in rates.results[name]]
        rows.append([
            label, _number(run.rate), f"{_number(min(spread))} – {_number(max(spread))}", *_costs(run), *_latencies(run),
            _percent(share) if share else "", _verdict(share, wanted, lambda w: f"≥ {w:.0%}") if wanted else ""])
    head = ["", "per second", "rounds", *COSTS, "p50 µs", "p99 µs", "of floor", "target"]
    return ["## Reads and writes", "", *_table(head, rows), "",
            f"One Patient of 1.5 KB is read; creates and updates (of {UPDATED:,} Patients in turn) each write another one. "
            f"A create leaves these rows, and so does the raw insert: {rates.rows}. "
            f"Resident memory of the server process afterwards: {rates.resident / 1e6:.0f} MB."]


def _loads(loads):
    run = loads.median
    rows = [["Synthea" if "Synthea" in loads.source else "generated", _number(run.rate),
             *_costs(run),
             _verdict(run.rate, TRANSACTIONS_WANTED, lambda w: f"≥ {w:,}")]]
    return ["## Transactions", "", *_table(["`mediconnect load`", "resources/s", *COSTS, "target"], rows), "",
            f"{loads.source}, loaded {len(loads.results)} times: "
            + ", ".join(_number(one.rate) for one in loads.results) + " resources/s. CPU in µs per resource; the client is "
            f"`mediconnect load`. Resident memory of the server process afterwards: {loads.resident / 1e6:.0f} MB."]


def _feed(feed):
    floor = runs.Run.median(feed.floors)
    updates = runs.Run.median(feed.updates)
    rows = [["floor: the rows of a message, 8 connections", _number(floor.rate), *_costs(floor), *_latencies(floor), "", ""]]
    for connections in sorted(CONNECTIONS):
        run = feed.stream[connections]
        rows.append([
            f"stream, {connections} connection{'s' if connections > 1 else ''}", _number(run.rate), *_costs(run),
            *_latencies(run), _percent(run.rate / floor.rate), _feed_verdict(run, STREAM_WANTED) if connections == 8 else ""])
    rows.append([
        "A08, 8 connections", _number(updates.rate), *_costs(updates), *_latencies(updates), "",
        _feed_verdict(updates, UPDATES_WANTED)])
    head = ["", "messages/s", *COSTS, "p50 µs", "p99 µs", "of floor", "target"]
    answers = "; ".join(
        f"{connections}: " + ", ".join(f"{count:,} {code}" for code, count in feed.answers[connections].items())
        for connections in sorted(CONNECTIONS))
    updated = ", ".join(_number(run.rate) for run in feed.updates)
    return ["## The feed", "", *_table(head, rows), "",
            f"{feed.source} multiplied to {len(feed.messages):,} over MLLP into a fresh record, for each number of connections "
            f"once; a patient's messages in order on one of them, each sent when the one before is answered. Answers by number "
            f"of connections: {answers}. Every A08 changes address and telephone number of a patient who is there; "
            f"{len(feed.updates)} rounds: {updated}. The floor inserts the rows that the stream has left, as many in a "
            f"transaction as a message left on average: {feed.left}. Resident memory of the server process after the stream "
            f"on 8 connections: {feed.resident / 1e6:.0f} MB; after its start {feed.alone / 1e6:.0f} MB, with {IDLE:,} MLLP "
            f"connections that say nothing {feed.idle / 1e6:.0f} MB.", "", *_parsing(feed.parsing, feed.source)]


def _feed_verdict(run, wanted):
    return (_verdict(run.rate, wanted, lambda w: f"≥ {w:,}") + "; p99 "
            + _verdict(run.p99, ACKNOWLEDGEMENT_WANTED, lambda w: f"≤ {w:,}", True))


def _parsing(rates, source):
    other = rates.get(parsers.HL7)
    rows = []
    for name, rate in rates.items():
        times = rate / other if other and name != parsers.HL7 else None
        rows.append([
            name, _number(rate), _number(1e6 / rate, 1), f"× {times:.1f}" if times else "",
            _verdict(times, PARSING_WANTED, lambda w: f"≥ × {w}") if times and name == parsers.VALUES else ""])
    note = "" if other else " PyPI's `hl7` could not be installed and is not compared."
    return ["### Parsing", "", *_table(["", "messages/s", "µs", "of PyPI `hl7`", "target"], rows), "",
            f"One thread, {source}, again and again, in turn. Both parsers take messages apart down to subcomponents and give "
            f"every value as text; the server's also checks the character set and decodes escape sequences.{note}"]


def _sizes(sizes):
    return [*_record(sizes.sizes), "", *_searches(sizes.sizes), "", *_relations(sizes.sizes)]


def _record(sizes):
    rows = []
    for size in sizes:
        rows.append([
            f"{size.resources:,} resources", _number(size.loading.rate),
            _number(size.database_bytes / size.resources), f"{size.resident_loaded / 1e6:.0f} MB",
            f"{size.resident_idle / 1e6:.0f} MB", _verdict(size.resident_idle, IDLE_WANTED, lambda w: "≤ 60 MB", True),
            f"{size.seconds_to_ready:.2f} s", _verdict(size.seconds_to_ready, READY_WANTED, lambda w: "≤ 2 s", True)])
    head = ["", "loaded/s", "bytes/resource on disk", "server, loaded", "server, idle", "target", "start to ready", "target"]
    return ["## The record as it grows", "", *_table(head, rows), "",
            "Generated: transactions of one Patient and 99 Observations (0.6 KB each), loaded by `mediconnect load`; each "
            "size continues the one before. Bytes are of the whole database without its log, after a vacuum. Idle is two "
            "seconds after a start on the existing data directory; memory is that of the server process alone."]


def _searches(sizes):
    rows = []
    for kind, name in sizes[0].searches:
        first = sizes[0].searches[kind, name]
        for size in sizes:
            run = size.searches[kind, name]
            growth, verdict = "", ""
            if size is not sizes[0]:
                growth = f"× {run.p50 / first.p50:.2f}"
                if name == "1 connection":
                    verdict = _verdict(run.p50 / first.p50, GROWTH_WANTED, lambda w: f"< × {w}", True)
            rows.append([f"{kind}, {name}, {size.resources:,}", _number(run.rate), *_latencies(run), *_costs(run), growth, verdict])
    head = ["search", "per second", "p50 µs", "p99 µs", *COSTS, "p50 growth", "target"]
    return ["## Searches", "", *_table(head, rows), "",
            "A thousand different searches of each kind in turn, with `audit.reads = deferred` where nothing else is said, "
            "so that the commit of the audit entry hides no growth. Matches of a search on average: "
            + "; ".join(f"{size.resources:,}: " + ", ".join(f"{kind} {mean:.1f}" for kind, mean in size.matches.items())
                        for size in sizes) + "."]


def _relations(sizes):
    names = {row["name"]: row["of"] for size in sizes for row in size.relations}
    rows = []
    for name, table in names.items():
        found = [next((row["bytes"] for row in size.relations if row["name"] == name), None) for size in sizes]
        rows.append([
            f"index {name}" if table else f"**{name}**",
            *(_number(bytes / size.resources if bytes else None) for bytes, size in zip(found, sizes))])
    head = ["bytes per resource", *(f"{size.resources:,}" for size in sizes)]
    return ["## On disk", "", *_table(head, rows)]


def _content(measured):
    lines = ["## FHIR content"]
    for name, label, *_ in measured.corpora:
        rates = measured.rates[name]
        floor = rates[content.FOUNDATION]
        rows = []
        for work, rate in rates.items():
            share = rate.megabytes / floor.megabytes
            verdict = ""
            if work in CONTENT_WANTED:
                verdict = _verdict(share, CONTENT_WANTED[work], lambda wanted: f"≥ × {wanted:g}")
            if work == content.PROFILES:
                verdict = _verdict(rate.resources, PROFILES_WANTED, lambda wanted: f"≥ {wanted}/s")
            shown = "" if work == content.FOUNDATION or work == content.FROM_XML else f"× {share:.2f}"
            rows.append([
                WORKS[work], _number(rate.megabytes, 1), _number(rate.resources), _number(1e6 / rate.resources, 1), shown,
                verdict])
        lines += ["", f"### {label}", ""]
        lines += _table(["on one thread", "MB/s", "resources/s", "µs each", "of floor", "target"], rows)
    seconds = _verdict(
        measured.facts_seconds, FACTS_SECONDS_WANTED, lambda wanted: f"≤ {wanted * 1e3:.0f} ms", smaller=True)
    size = _verdict(measured.facts_bytes, FACTS_BYTES_WANTED, lambda wanted: f"≤ {wanted / 1e6:.0f} MB", smaller=True)
    lines += [
        "",
        f"The table of R4's facts is ready after {measured.facts_seconds * 1e3:.2f} ms ({seconds}) and, walked through as a "
        f"whole, adds {measured.facts_bytes / 1e6:.1f} MB of resident memory ({size}). Bytes of \"XML to JSON\" are those of "
        f"the XML; all others are of the JSON."]
    return lines
