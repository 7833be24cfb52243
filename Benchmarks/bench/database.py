"""Questions to the database, asked with psql."""

import functools
import glob
import json
import os
import shutil
import subprocess

from .server import OWNER


@functools.cache
def program(name):
    """Where one of PostgreSQL's programs is."""
    found = shutil.which(name) or next(iter(sorted(glob.glob(f"/usr/lib/postgresql/*/bin/{name}"), reverse=True)), None)
    if not found:
        raise SystemExit(f"{name} is missing; it comes with PostgreSQL's packages")
    return found


def psql():
    return program("psql")


def execute(server, sql):
    """What psql prints, as text; under the role that owns the tables."""
    command = [psql(), "-XAtqv", "ON_ERROR_STOP=1", "-d", server.conninfo(OWNER), "-c", sql]
    answer = subprocess.run(command, capture_output=True, text=True, env=os.environ | {"PGOPTIONS": ""})
    if answer.returncode:
        raise SystemExit(f"psql: {answer.stderr.strip()}\n{sql}")
    return answer.stdout


def rows(server, sql):
    """The rows of a query as dictionaries."""
    return json.loads(execute(server, f"select coalesce(json_agg(row_to_json(q)), '[]') from ({sql}) q"))


def settle(server):
    """Brings a freshly loaded database to the state that autovacuum would bring it to a little later."""
    execute(server, "vacuum (analyze)")
    # A checkpoint is a superuser's; its cost falls to whoever measures next where it is not allowed.
    command = [psql(), "-XAtqd", server.conninfo("postgres"), "-c", "checkpoint"]
    subprocess.run(command, capture_output=True)
