extension Migration {
    /// The record: current versions, history, derived search rows, audit, outbox, message log, and the one function
    /// through which every version is written.
    static let record = Migration(
        number: 1,
        name: "record",
        sql: #"""
            create table setting (
                name text primary key,
                value text not null
            );
            comment on table setting is 'facts about this record that must survive a restore: the key of the term hashes, the epoch';

            create table resource_type (
                code int2 primary key,
                name text not null unique
            );

            -- Keys are handed out in blocks, so that a server process asks once per block.
            create sequence key_block increment by 1024 cache 1;
            create sequence version_number cache 32;

            create table resource (
                key int8 not null,
                type int2 not null,
                id text collate "C" not null,
                version int4 not null,
                method int2 not null,
                updated timestamptz not null,
                txn xid8 not null default pg_current_xact_id(),
                seq int8 not null default nextval('version_number'),
                content bytea,
                constraint resource_key primary key (key),
                constraint resource_identity unique (type, id),
                constraint resource_content check ((method = 2) = (content is null))
            );
            alter table resource alter column content set compression lz4;
            alter table resource alter column content set storage main;
            create index resource_updated on resource (type, updated);
            comment on table resource is 'the current version of every resource; method 0 create, 1 update, 2 delete, 3 patch';
            comment on column resource.content is 'compact JSON without id, meta.versionId and meta.lastUpdated; null once deleted';

            create table history (
                key int8 not null,
                version int4 not null,
                method int2 not null,
                updated timestamptz not null,
                txn xid8 not null,
                seq int8 not null,
                content bytea,
                constraint history_key primary key (key, version)
            );
            alter table history alter column content set compression lz4;
            alter table history alter column content set storage main;
            comment on table history is 'every superseded version, append-only';

            -- Derived rows: `mediconnect reindex` makes them again from the record.
            create table search (
                key int8 not null,
                type int2 not null,
                terms int8[] not null,
                constraint search_key primary key (type, key)
            );
            create index search_terms on search using gin (terms) with (fastupdate = off);
            alter table search alter column terms set statistics 1000;
            comment on table search is 'equality terms (tokens, references, uris) of every current resource as 64-bit keyed hashes';

            create table search_string (
                key int8 not null,
                param int4 not null,
                value text collate "C" not null
            );
            create index search_string_value on search_string (param, left(value, 200), key);
            create index search_string_key on search_string (key);

            create table search_date (
                key int8 not null,
                param int4 not null,
                low int8 not null,
                high int8 not null
            );
            create index search_date_low on search_date (param, low, high, key);
            create index search_date_key on search_date (key);
            comment on table search_date is 'half-open intervals [low, high) in microseconds since 1970 UTC; open ends are the bounds of int8';

            create table search_number (
                key int8 not null,
                param int4 not null,
                low numeric not null,
                high numeric not null,
                unit int8,
                code int8
            );
            create index search_number_low on search_number (param, low, key);
            create index search_number_key on search_number (key);
            comment on table search_number is 'numbers and quantities; unit is the hash of system|code, code the hash of code or unit alone';

            create table audit (
                seq int8 generated always as identity,
                txn xid8 not null default pg_current_xact_id(),
                recorded timestamptz not null,
                interaction int2 not null,
                outcome int2 not null,
                status int2 not null,
                type int2,
                id text collate "C",
                version int4,
                query text,
                principal text not null,
                channel int2 not null,
                remote text,
                request text,
                detail text,
                constraint audit_key primary key (seq)
            );
            create index audit_resource on audit (type, id, seq) where id is not null;
            create index audit_recorded on audit using brin (recorded) with (pages_per_range = 32);
            comment on table audit is 'one entry for every interaction of any channel, append-only';

            create table outbox (
                seq int8 generated always as identity,
                txn xid8 not null default pg_current_xact_id(),
                key int8 not null,
                type int2 not null,
                version int4 not null,
                constraint outbox_key primary key (seq)
            );
            comment on table outbox is 'what changed, in the order of its transactions, for those who must be told';

            create table message (
                seq int8 generated always as identity,
                txn xid8 not null default pg_current_xact_id(),
                received timestamptz not null,
                channel int2 not null,
                sender text not null,
                control_id text,
                digest bytea not null,
                outcome text not null,
                error text,
                raw bytea not null,
                acknowledgement bytea,
                constraint message_key primary key (seq)
            );
            create index message_sender on message (sender, control_id);
            comment on table message is 'every inbound HL7 v2 and XML message, raw, with its outcome';

            alter table resource set (autovacuum_vacuum_scale_factor = 0.05, autovacuum_analyze_scale_factor = 0.02);
            alter table search set (autovacuum_vacuum_scale_factor = 0.05, autovacuum_analyze_scale_factor = 0.02, autovacuum_vacuum_insert_scale_factor = 0.05);
            alter table search_string set (autovacuum_vacuum_scale_factor = 0.05, autovacuum_analyze_scale_factor = 0.02, autovacuum_vacuum_insert_scale_factor = 0.05);
            alter table search_date set (autovacuum_vacuum_scale_factor = 0.05, autovacuum_analyze_scale_factor = 0.02, autovacuum_vacuum_insert_scale_factor = 0.05);
            alter table search_number set (autovacuum_vacuum_scale_factor = 0.05, autovacuum_analyze_scale_factor = 0.02, autovacuum_vacuum_insert_scale_factor = 0.05);
            alter table outbox set (autovacuum_vacuum_scale_factor = 0.05);

            create statistics search_string_param (mcv, ndistinct) on param, value from search_string;
            create statistics search_number_param (mcv, ndistinct) on param, low from search_number;

            create function refuse_change() returns trigger language plpgsql as $$
            begin
                raise exception '% is append-only: % is refused', tg_table_name, lower(tg_op) using errcode = 'MC001';
            end $$;
            create trigger history_append_only before update or delete or truncate on history
                for each statement execute function refuse_change();
            create trigger audit_append_only before update or delete or truncate on audit
                for each statement execute function refuse_change();

            create view readable as
                select t.name as type, r.id, r.version, r.updated, r.method, convert_from(r.content, 'UTF8')::json as content, r.key
                from resource r join resource_type t on t.code = r.type;
            comment on view readable is 'the current record for people: select * from readable where type = ''Patient''';

            -- Writes versions, history, index, outbox and audit of any number of entries together. Entries whose id a
            -- client chose must come in the order of (type, id): their rows are locked in that order.
            --   fresh:    the id was made by the server just now, nothing can be there
            --   expected: null any state, 0 must not exist, n must be at version n, -1 must exist
            -- Outcome per entry: 1 created, 2 updated, 3 deleted, 4 nothing to delete.
            create function write_resources(
                keys int8[], types int2[], ids text[], methods int2[], fresh bool[], expected int4[], contents bytea[],
                at timestamptz,
                term_ends int4[], term_values int8[],
                string_entry int4[], string_param int4[], string_value text[],
                date_entry int4[], date_param int4[], date_low int8[], date_high int8[],
                number_entry int4[], number_param int4[], number_low numeric[], number_high numeric[], number_unit int8[], number_code int8[],
                interactions int2[], statuses int2[], who text, via int2, remote_address text, request_id text
            ) returns table (entry int4, key int8, version int4, updated timestamptz, outcome int2)
            language plpgsql as $$
            #variable_conflict use_column
            declare
                count int4 := cardinality(keys);
                versions int4[] := array_fill(1, array[count]);
                moments timestamptz[] := array_fill(at, array[count]);
                outcomes int2[] := array_fill(1::int2, array[count]);
                is_fresh bool := true;
                old record;
                i int4;
            begin
                for i in 1 .. count loop
                    continue when fresh[i];
                    is_fresh := false;
                    select r.key, r.version, r.method, r.updated, r.txn, r.seq, r.content into old
                        from resource r where r.type = types[i] and r.id = ids[i] for update;
                    if not found then
                        if expected[i] <> 0 then
                            raise exception 'absent' using errcode = 'MC404', detail = i::text;
                        end if;
                        if methods[i] = 2 then
                            outcomes[i] := 4;
                            versions[i] := null;
                            continue;
                        end if;
                        insert into resource (key, type, id, version, method, updated, content)
                            values (keys[i], types[i], ids[i], 1, methods[i], at, contents[i]);
                        continue;
                    end if;
                    if expected[i] is not null then
                        if expected[i] = 0 and old.method <> 2 then
                            raise exception 'exists' using errcode = 'MC409', detail = i || ',' || old.version;
                        elsif expected[i] <> 0 and old.method = 2 then
                            raise exception 'deleted' using errcode = 'MC410', detail = i || ',' || old.version;
                        elsif expected[i] > 0 and expected[i] <> old.version then
                            raise exception 'version' using errcode = 'MC412', detail = i || ',' || old.version;
                        end if;
                    end if;
                    keys[i] := old.key;
                    if methods[i] = 2 and old.method = 2 then
                        outcomes[i] := 4;
                        versions[i] := old.version;
                        moments[i] := old.updated;
                        continue;
                    end if;
                    versions[i] := old.version + 1;
                    moments[i] := greatest(at, old.updated + interval '1 millisecond');
                    outcomes[i] := case when methods[i] = 2 then 3 when old.method = 2 then 1 else 2 end;
                    insert into history (key, version, method, updated, txn, seq, content)
                        values (old.key, old.version, old.method, old.updated, old.txn, old.seq, old.content);
                    update resource r set version = versions[i], method = methods[i], updated = moments[i],
                            txn = pg_current_xact_id(), seq = nextval('version_number'), content = contents[i]
                        where r.key = old.key;
                    if old.method <> 2 then
                        delete from search_string s where s.key = old.key;
                        delete from search_date s where s.key = old.key;
                        delete from search_number s where s.key = old.key;
                        if methods[i] = 2 then
                            delete from search s where s.type = types[i] and s.key = old.key;
                        end if;
                    end if;
                end loop;

                insert into resource (key, type, id, version, method, updated, content)
                    select e.key, e.type, e.id, 1, e.method, at, e.content
                    from unnest(keys, types, ids, methods, fresh, contents) as e(key, type, id, method, fresh, content)
                    where e.fresh;

                if is_fresh then
                    insert into search (key, type, terms)
                        select e.key, e.type, term_values[coalesce(term_ends[e.n - 1], 0) + 1 : term_ends[e.n]]
                        from unnest(keys, types) with ordinality as e(key, type, n);
                else
                    insert into search as s (key, type, terms)
                        select e.key, e.type, term_values[coalesce(term_ends[e.n - 1], 0) + 1 : term_ends[e.n]]
                        from unnest(keys, types, methods) with ordinality as e(key, type, method, n)
                        where e.method <> 2
                    on conflict (type, key) do update set terms = excluded.terms where s.terms <> excluded.terms;
                end if;
                if cardinality(string_entry) > 0 then
                    insert into search_string (key, param, value)
                        select keys[s.entry], s.param, s.value
                        from unnest(string_entry, string_param, string_value) as s(entry, param, value);
                end if;
                if cardinality(date_entry) > 0 then
                    insert into search_date (key, param, low, high)
                        select keys[d.entry], d.param, d.low, d.high
                        from unnest(date_entry, date_param, date_low, date_high) as d(entry, param, low, high);
                end if;
                if cardinality(number_entry) > 0 then
                    insert into search_number (key, param, low, high, unit, code)
                        select keys[n.entry], n.param, n.low, n.high, n.unit, n.code
                        from unnest(number_entry, number_param, number_low, number_high, number_unit, number_code)
                            as n(entry, param, low, high, unit, code);
                end if;
                insert into outbox (key, type, version)
                    select e.key, e.type, e.version
                    from unnest(keys, types, versions, outcomes) as e(key, type, version, outcome)
                    where e.outcome <> 4;
                insert into audit (recorded, interaction, outcome, status, type, id, version, principal, channel, remote, request)
                    select at, e.interaction, 0,
                        case when e.status <> 0 then e.status when e.outcome = 1 then 201 when e.outcome = 2 then 200 else 204 end,
                        e.type, e.id, e.version, who, via, remote_address, request_id
                    from unnest(interactions, statuses, types, ids, versions, outcomes)
                        as e(interaction, status, type, id, version, outcome);
                return query select e.n::int4, e.key, e.version, e.updated, e.outcome
                    from unnest(keys, versions, moments, outcomes) with ordinality as e(key, version, updated, outcome, n);
            end $$;
            """#)
}
