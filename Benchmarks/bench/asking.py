"""Single requests by hand: what a benchmark must know before it measures."""

import http.client
import json
import time
import urllib.parse

#: Seconds that an answer may take.
LIMIT = 120


class Refused(Exception):
    """An answer that is no success."""


class Asking:
    """A kept-alive connection; a context manager."""

    def __init__(self, server):
        self.server = server
        self.connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=LIMIT)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.connection.close()

    def send(self, method, path, body=None, headers=None):
        """Status, headers and bytes. `path` is from the root on, or a whole url."""
        place = urllib.parse.urlsplit(path)
        path = place.path + (f"?{place.query}" if place.query else "")
        try:
            self.connection.request(method, path, body, headers or {})
            answer = self.connection.getresponse()
            return answer.status, answer.headers, answer.read()
        except OSError:
            self.connection.close()
            raise

    def json(self, path):
        """The body of a GET that succeeds."""
        status, _, body = self.send("GET", path)
        if status != 200:
            raise Refused(f"{status} {_diagnostics(body)}")
        return json.loads(body)

    def pages(self, path, limit=10_000):
        """A bundle and those behind its `next` links."""
        while path and limit:
            bundle = self.json(path)
            yield bundle
            path, limit = link(bundle, "next"), limit - 1

    def export(self, path):
        """Starts an export and waits for its end; gives its manifest and the seconds that it took."""
        started = time.monotonic()
        status, headers, body = self.send(
            "GET", path, headers={"Accept": "application/fhir+json", "Prefer": "respond-async"})
        if status != 202:
            raise Refused(f"{status} {_diagnostics(body)}")
        place = headers["Content-Location"]
        while True:
            time.sleep(0.1)
            status, headers, body = self.send("GET", place)
            if status == 200:
                return json.loads(body), time.monotonic() - started, place
            if status not in (202, 429):
                raise Refused(f"{status} {_diagnostics(body)}")


def link(bundle, relation):
    return next((one["url"] for one in bundle.get("link", []) if one["relation"] == relation), None)


def matches(bundle):
    """How many entries of a searchset or history are what was asked for, includes among them."""
    return sum(1 for one in bundle.get("entry", []) if one.get("search", {}).get("mode") != "outcome")


def _diagnostics(body):
    try:
        issue = json.loads(body)["issue"][0]
        return issue.get("diagnostics") or issue["code"]
    except (ValueError, LookupError):
        return body[:200].decode(errors="replace")
