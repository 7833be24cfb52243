"""What a feed has left in a record, to be written once more as the floor of the feed.

PostgreSQL itself inserts the same rows into empty tables with the same columns and indexes, as many in a transaction as a
message left on average, in the order in which they came, a commit for each message, over as many connections. There is
nothing to receive, to look up, to lock or to decide; what is updated while the feed runs is inserted in its last state.
So it is what the storing alone costs, and the share of it says what everything else leaves over.

Nothing here knows the schema but the name of the table of messages: tables, columns and rows are read from the database.
"""

from . import database


class Leavings:
    """A context manager; `statement` writes the rows of one message, by its number from 1 to `messages`."""

    statement = "select floor.leave($1::int8)"

    def __init__(self, server):
        self.server = server

    def __enter__(self):
        database.execute(self.server, "drop schema if exists floor cascade; create schema floor")
        names = [row["name"] for row in database.rows(self.server, """
            select c.relname as name from pg_class c
            where c.relkind = 'r' and c.relnamespace = 'public'::regnamespace order by 1""")]
        # What is there before the first message is no message's.
        grown = [name for name in names if name not in ("migration", "setting", "resource_type")]
        self.rows = {name: self._prepare(name) for name in grown}
        self.rows = {name: count for name, count in self.rows.items() if count}
        self.messages = self.rows["message"]
        self._define()
        return self

    def __exit__(self, *_):
        database.execute(self.server, "drop schema floor cascade")

    def __str__(self):
        return ", ".join(f"{name} {count / self.messages:.1f}" for name, count in sorted(
            self.rows.items(), key=lambda item: -item[1]))

    def clear(self):
        database.execute(self.server, f"truncate {', '.join(f'floor.{name}' for name in self.rows)}")

    def _prepare(self, name):
        """The rows of a table with their places, and an empty table of its kind; gives their number."""
        database.execute(self.server, f"""
            create table floor.{name} (like public.{name} including all);
            create table floor.{name}_rows as select row_number() over (order by ctid) as place, * from public.{name};
            alter table floor.{name}_rows add primary key (place)""")
        return int(database.execute(self.server, f"select count(*) from floor.{name}_rows"))

    def _define(self):
        inserts = []
        for name, count in self.rows.items():
            columns = ", ".join(row["name"] for row in database.rows(self.server, f"""
                select quote_ident(attname) as name from pg_attribute
                where attrelid = 'public.{name}'::regclass and attnum > 0 and not attisdropped and attgenerated = ''
                order by attnum"""))
            inserts.append(f"""
                insert into floor.{name} ({columns}) overriding system value select {columns} from floor.{name}_rows
                where place > (number - 1) * {count} / {self.messages} and place <= number * {count} / {self.messages};""")
        database.execute(self.server, f"""
            create function floor.leave(number int8) returns void language plpgsql as $$ begin {''.join(inserts)} end $$""")
