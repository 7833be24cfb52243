extension Migration {
    /// Histories of types and of the whole system, and pages that stay as they were: a superseded version tells its type
    /// and when it ended, and what changed since a snapshot is found at once.
    static let history = Migration(
        number: 8,
        name: "history",
        sql: #"""
            alter table history add column type int2, add column ended timestamptz, add column ended_txn xid8;
            comment on column history.ended is 'when the version after it was made';
            comment on column history.ended_txn is 'the transaction that made the version after it';
            alter table history disable trigger history_append_only;
            update history h set (type, ended, ended_txn) = (
                select n.type, n.updated, n.txn from (
                    select r.type, r.version, r.updated, r.txn from resource r where r.key = h.key
                    union all
                    select r.type, o.version, o.updated, o.txn from history o join resource r using (key) where o.key = h.key
                ) n where n.version = h.version + 1);
            alter table history enable trigger history_append_only;
            alter table history
                alter column type set not null, alter column ended set not null, alter column ended_txn set not null,
                alter column ended_txn set default pg_current_xact_id();

            -- Newest first, versions of one moment in an order of their own. One index for each type serves the whole system
            -- too: the newest of all types are among the newest of each.
            create index history_updated on history (type, updated, key);
            drop index resource_updated;
            create index resource_updated on resource (type, updated, key);
            create index resource_txn on resource (txn);

            do $$
            declare
                before text := pg_get_functiondef('write_resources'::regproc);
                after text := regexp_replace(before,
                    'insert into history \(key, version, method, updated, txn, seq, content\)(\s+)values \(old\.key, old\.version,',
                    'insert into history (key, type, ended, version, method, updated, txn, seq, content)\1values (old.key, types[i], moments[i], old.version,');
            begin
                if after = before then
                    raise exception 'write_resources writes history in another way than this migration knows';
                end if;
                execute after;
            end $$;

            -- What a search found, in its order, for the pages behind the first. Not logged: a list that is lost is made again
            -- from the snapshot that its links carry.
            create unlogged table page_list (
                list int8 not null,
                matches int8 not null,
                expires timestamptz not null,
                constraint page_list_key primary key (list)
            );
            create index page_list_expires on page_list (expires);
            comment on table page_list is 'lists of matches that somebody walks through';
            create unlogged table page_chunk (
                list int8 not null,
                chunk int4 not null,
                keys int8[] not null,
                versions int4[] not null,
                constraint page_chunk_key primary key (list, chunk)
            );
            comment on table page_chunk is 'a thousand matches of a list, by key and version';

            -- The key by which links to other pages are sealed.
            insert into setting (name, value) values ('page_key', replace(gen_random_uuid()::text, '-', ''));
            """#)
}
