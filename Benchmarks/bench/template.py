"""The rows that one real create leaves behind, as the template of the raw insert's floor.

Nothing here knows the schema but the names of the tables: columns, types, values and numbers of rows are read back from
the database after a create through the server, so that the floor writes what the server writes.
"""

import http.client
import json

from . import database, patients

#: The order in which the write function fills them.
TABLES = ["resource", "search", "search_identity", "search_string", "search_date", "search_number", "outbox", "audit"]


def post(server, path, body):
    """Creates a resource and gives its id."""
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=30)
    connection.request("POST", path, body.encode(), {"Content-Type": "application/fhir+json"})
    answer = connection.getresponse()
    text = answer.read()
    connection.close()
    if answer.status != 201:
        raise SystemExit(f"POST {path}: {answer.status} {text.decode()}")
    return json.loads(text)["id"]


def _columns(server, table):
    """Names and types of the columns that a writer gives; the others have defaults or are counted up."""
    return database.rows(server, f"""
        select attname as name, format_type(atttypid, atttypmod) as type from pg_attribute
        where attrelid = '{table}'::regclass and attnum > 0 and not attisdropped and not atthasdef and attidentity = ''
        order by attnum""")


def _rows_of(server, table, id, key):
    conditions = {"audit": f"id = '{id}' and interaction = 9", "outbox": f"keys = array[{key}]::int8[]"}
    return database.rows(server, f"select * from {table} where {conditions.get(table, f'key = {key}')}")


def _created(server, number):
    """A create's id and key."""
    id = post(server, "/fhir/Patient", patients.patient(number))
    return id, database.rows(server, f"select key from resource where id = '{id}'")[0]["key"]


def _hex(text):
    return text.encode().hex()


def _parameter(column, value, others_terms):
    if value is None:
        return "null"
    if column["name"] == "key":
        return "key"
    if column["type"] == "bytea":
        return "bytes " + value.removeprefix("\\x")
    if column["type"].endswith("[]") and column["type"] != "bigint[]":
        return "text " + _hex("{" + ",".join(map(str, value)) + "}")
    if column["type"] == "bigint[]":
        return "terms " + ",".join(str(term) if term in others_terms else "?" for term in value)
    if column["name"] == "id":
        return "id"
    return "text " + _hex("true" if value is True else "false" if value is False else str(value))


def write(server, path):
    """Writes the template to `path` and gives the numbers of rows per table, as text."""
    id, key = _created(server, patients.NUMBER)
    _, other = _created(server, str(int(patients.NUMBER) + 1))
    others_terms = set(database.rows(server, f"select terms from search where key = {other}")[0]["terms"])
    lines, counts = [f"number {patients.NUMBER}"], []
    for table in TABLES:
        found = _rows_of(server, table, id, key)
        if not found:
            continue
        columns = _columns(server, table)
        places = iter(range(1, len(found) * len(columns) + 1))
        values = ", ".join(
            "(" + ", ".join(f"${next(places)}::{column['type']}" for column in columns) + ")" for _ in found)
        lines.append(f"statement insert into {table} ({', '.join(column['name'] for column in columns)}) values {values}")
        lines += [_parameter(column, row[column["name"]], others_terms) for row in found for column in columns]
        counts.append(f"{table} {len(found)}")
    path.write_text("\n".join(lines) + "\n")
    return ", ".join(counts)
