"""The searches' part of the report."""

from . import loads
from .report import COSTS, _costs, _latencies, _number, _percent, _table, _verdict
from .search import COPIES_AT_ONCE
from .shapes import FAR, PAGE, Judged

PAGE_WANTED = 25_000
PAGE_OF = 50
MIX_WANTED = 3_000
IMPORT_WANTED = 6_000
COUNT_WANTED = 1_000_000
EXPORT_WANTED = 15_000
BYTES_WANTED = 3_072
GROWTH_WANTED = 1.5
#: Growth of times below this many µs is noise.
GROWTH_FLOOR = 1_000

#: Other servers' figures as published, on other hardware and per core.
OTHERS = "Published figures of other servers, on other hardware, per core: reads 650 to 800 requests/s, searches 130 to 740, bundle import 140 to 335 resources/s."


def section(search):
    if not search.is_possible:
        return ["## A record of Synthea's shape", "", f"Not measured: there is no {loads.SYNTHEA.name} beside the project."]
    parts = [_import(search), _shapes(search), _mix(search), _export(search), _disk(search)]
    return ["## A record of Synthea's shape", ""] + [line for part in parts for line in [*part, ""]][:-1] + ["", OTHERS]


def _import(search):
    rows = []
    for size in search.sizes:
        rate = size.loaded / size.seconds if size.seconds else 0
        costs = [sum(getattr(run, name) for run in size.loading) / max(1, len(size.loading))
                 for name in ("server", "postgres", "client", "others")]
        rows.append([
            f"{size.resources:,}" + (" (cut short)" if size.is_cut else ""), _number(size.loaded), _number(rate),
            f"{_number(min(run.rate for run in size.loading))} – {_number(max(run.rate for run in size.loading))}",
            *map(_number, costs[:3]), _percent(costs[3]), _verdict(rate, IMPORT_WANTED, lambda w: f"≥ {w:,}")])
    head = ["resources in the record", "loaded", "resources/s", "parts", *COSTS, "target"]
    return ["### Import", "", *_table(head, rows), "",
            f"`mediconnect load` of transactions over HTTP, one for each patient (96 to 661 resources of 1.4 KB), "
            f"{COPIES_AT_ONCE} in a part; each copy of Synthea's 45 patients has ids, identifiers, a name and dates of its own. "
            f"CPU in µs per resource."]


def _shapes(search):
    rows = []
    names = list(dict.fromkeys(name for size in search.sizes for name in size.shapes))
    first = search.sizes[0]
    for name in names:
        for size in search.sizes:
            if measured := size.shapes.get(name):
                rows.append(_shape(name, size, measured, first.shapes.get(name) if size is not first else None))
    for size in search.sizes:
        for name, run in size.floors.items():
            rows.append([f"floor: {name}, {size.resources:,}", "", _number(run.rate), *_latencies(run), *_costs(run), "", ""])
    head = ["", "found", "per second", "p50 µs", "p99 µs", *COSTS, "p50 growth", "target"]
    return ["### Shapes", "", *_table(head, rows), "",
            f"32 connections (counts: one; whole records: eight), pages of {PAGE}, up to 400 different requests of each shape in turn; \"found\" is "
            f"what an answer holds on average, includes among it, or counts. Pages of at most {PAGE_OF} resources are wanted "
            f"with p99 ≤ {PAGE_WANTED // 1000} ms, counts with ≥ {COUNT_WANTED:,} matches/s, and no shape more than "
            f"{GROWTH_WANTED} times slower than in the smaller record unless its result grows."]


def _shape(name, size, measured, before):
    label = f"{name}, {size.resources:,}"
    if not measured.run:
        return [label, "–", "–", "–", "–", "–", "–", "–", "–", "", f"**missed**: {measured.trouble}"]
    run, verdicts, growth = measured.run, [], ""
    if measured.shape.judged is Judged.PAGE and measured.matches <= PAGE_OF:
        verdicts.append(_verdict(run.p99, PAGE_WANTED, lambda w: f"p99 ≤ {w // 1000} ms", True))
    elif measured.shape.judged is Judged.COUNT:
        rate = run.rate * measured.matches
        verdicts.append(f"{rate:,.0f} matches/s: " + _verdict(rate, COUNT_WANTED, lambda w: f"≥ {w:,}"))
    elif measured.shape.judged is Judged.RECORD:
        verdicts.append(f"{run.rate * measured.matches:,.0f} resources/s")
    if before and before.run:
        times = run.p50 / before.run.p50
        growth = f"× {times:.2f}"
        same = measured.matches <= 1.2 * max(before.matches, 0.1) and not measured.shape.grows
        if measured.shape.judged is not Judged.COUNT and same and (times > GROWTH_WANTED and run.p50 > GROWTH_FLOOR):
            verdicts.append(f"growth ≤ × {GROWTH_WANTED} **missed**")
    return [label, _number(measured.matches, 1), _number(run.rate), *_latencies(run), *_costs(run), growth,
            "; ".join(verdicts)]


def _mix(search):
    rows = []
    for size in search.sizes:
        if not size.mix:
            continue
        if not size.mix.run:
            rows.append([f"{size.resources:,}", *["–"] * 7, f"**missed**: {size.mix.trouble}"])
            continue
        run = size.mix.run
        rows.append([f"{size.resources:,}", _number(run.rate), *_latencies(run), *_costs(run),
                     _verdict(run.rate, MIX_WANTED, lambda w: f"≥ {w:,}")])
    head = ["resources in the record", "requests/s", "p50 µs", "p99 µs", *COSTS, "target"]
    return ["### The mix", "", *_table(head, rows), "",
            f"32 connections; 45 % reads, 20 % searches of patients (by identifier, by the begin of a name), 20 % of a "
            f"patient's observations (latest first, by code), 10 % writes (creates, updates), 5 % histories; pages of {PAGE}."]


def _export(search):
    rows = []
    for size in search.sizes:
        if not size.export:
            continue
        if trouble := size.export.get("trouble"):
            rows.append([f"{size.resources:,}", "–", "–", "–", "–", f"**missed**: {trouble}"])
            continue
        rate = size.export["resources"] / size.export["seconds"]
        rows.append([
            f"{size.resources:,}", _number(size.export["resources"]), f"{size.export['seconds']:.1f} s", _number(rate),
            f"{size.export['reading']:.1f} s, {size.export['bytes'] / 1e6:,.0f} MB",
            _verdict(rate, EXPORT_WANTED, lambda w: f"≥ {w:,}")])
    head = ["resources in the record", "exported", "until the files are there", "resources/s", "reading the files", "target"]
    return ["### `$export`", "", *_table(head, rows), "",
            f"Of the whole system. Resident memory of the server process at the end of all: {search.resident / 1e6:.0f} MB."]


def _disk(search):
    names = {row["name"]: row["of"] for size in search.sizes for row in size.relations}
    rows = []

    def per_resource(size, bytes):
        return _number(bytes / size.resources)
    for name, table in names.items():
        found = [next((row["bytes"] for row in size.relations if row["name"] == name), 0) for size in search.sizes]
        if max(bytes / size.resources for bytes, size in zip(found, search.sizes)) >= 1:
            rows.append([f"index {name}" if table else f"**{name}**",
                         *(per_resource(size, bytes) for bytes, size in zip(found, search.sizes)), ""])
    whole = [sum(row["bytes"] for row in size.relations) for size in search.sizes]
    last = search.sizes[-1]
    rows.insert(0, ["**all**", *(per_resource(size, bytes) for size, bytes in zip(search.sizes, whole)),
                    _verdict(whole[-1] / last.resources, BYTES_WANTED, lambda w: f"≤ {w:,}", True)])
    head = ["bytes per resource", *(f"{size.resources:,}" for size in search.sizes), "target"]
    return ["### On disk", "", *_table(head, rows), "",
            f"After the import and a vacuum, before anything else was written: tables and indexes, without PostgreSQL's log. "
            f"The mean resource is 1.4 KB of JSON. What is left out takes less than a byte. A page far behind is the "
            f"{FAR}th."]
