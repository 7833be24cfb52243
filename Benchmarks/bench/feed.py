"""A hospital's HL7 v2 feed over MLLP, against the rows that it leaves, and the parser against another one."""

import resource
import shutil
import socket
import time

from . import database, leavings, messages, parsers, runs
from .server import Server

#: Those of the target come last: the updates and the floor follow in the record that they leave.
CONNECTIONS = (1, 64, 8)
#: What a sender keeps open and says nothing on.
IDLE = 1_000


class Feed:
    """The stream once on each number of connections, each into a fresh record; updates and the floor in the last one."""

    def __init__(self, options, directory):
        self.options, self.directory = options, directory
        self.stream, self.answers = {}, {}
        self.updates, self.floors = [], []
        self.left = ""

    def run(self):
        original, self.source = messages.stream()
        frames = messages.write(self.directory / "stream.frames", original)
        self.parsing = parsers.measure(self.options, frames)
        self.messages = messages.multiplied(original, self.options.messages)
        for connections in CONNECTIONS:
            data = self.directory / f"feed-{connections}"
            with Server(self.options.binary, data, mllp=True) as server:
                run, answers = self._send(server, self.messages, connections)
                self.stream[connections], self.answers[connections] = run, answers
                if connections == CONNECTIONS[-1]:
                    self.resident = server.resident()
                    self._floor(server)
                    self._update(server)
            shutil.rmtree(data)
        self._idle()

    def _send(self, server, selection, connections):
        place = self.directory / "queues"
        place.mkdir()
        try:
            files = [
                messages.write(place / f"{number:02}.frames", queue)
                for number, queue in enumerate(messages.queues(selection, connections)) if queue]
            return runs.feed(server, self.options.feeder, files)
        finally:
            shutil.rmtree(place)

    # --- in the record that the stream leaves ---

    def _floor(self, server):
        with leavings.Leavings(server) as left:
            self.left = str(left)
            for _ in range(self.options.rounds):
                left.clear()
                database.settle(server)
                self.floors.append(runs.call(server, self.options.floors, left.messages, left.statement))

    def _update(self, server):
        for number in range(self.options.rounds):
            database.settle(server)
            run, answers = self._send(server, messages.updates(self.messages, number + 1), 8)
            if answers["AE"] or answers["AR"]:
                raise SystemExit(f"updates were not all accepted: {answers}")
            self.updates.append(run)

    # --- memory ---

    def _idle(self):
        """Bytes of a server that has just started, and of the same one with connections that say nothing."""
        _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
        resource.setrlimit(resource.RLIMIT_NOFILE, (min(most, 4 * IDLE), most))
        with Server(self.options.binary, self.directory / "feed-idle", mllp=True) as server:
            time.sleep(2)
            self.alone = server.resident()
            connections = [socket.create_connection(("127.0.0.1", server.mllp_port)) for _ in range(IDLE)]
            time.sleep(2)
            self.idle = server.resident()
            self._ask(connections[-1])
            for connection in connections:
                connection.close()

    def _ask(self, connection):
        """The last one that was opened is served: so are all."""
        connection.settimeout(30)
        connection.sendall(messages.frame(self.messages[0]))
        answer = b""
        while not answer.endswith(b"\x1c\r"):
            more = connection.recv(65536)
            if not more:
                raise SystemExit("an idle connection was closed")
            answer += more
