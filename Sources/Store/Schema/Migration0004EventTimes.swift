extension Migration {
    /// What feeds need at once: when what they said of a resource happened stands beside the resource that it wrote, and
    /// identifiers have an index of their own. Terms reach the inverted index in small lots; of an updated resource only
    /// the strings that differ are written.
    static let eventTimes = Migration(
        number: 4,
        name: "event times",
        sql: #"""
            alter table resource add column occurred timestamptz;
            comment on column resource.occurred is 'when the newest message that wrote it happened; feed_state knows of newer ones that said nothing new';
            update resource r set occurred = t.occurred from feed_state t where t.type = r.type and t.id = r.id;
            delete from feed_state;
            alter table feed_state add column status text;
            comment on column feed_state.status is 'what the newest report said of a bed, of table 0116';
            comment on table feed_state is 'the event time of the newest message about a patient or an encounter that said nothing new, and of the newest report of a bed''s operational status';

            -- A term that many resources have is a long compressed list, unpacked and packed again for each new one. In a
            -- bounded pending list they wait for each other, and a search reads at most that much more.
            alter index search_terms set (fastupdate = on, gin_pending_list_limit = 128);

            -- Who has an identifier, at once: feeds look for several in each message.
            create table search_identity (
                term int8 not null,
                key int8 not null,
                constraint search_identity_key primary key (term, key)
            );
            create index search_identity_resource on search_identity (key);
            comment on table search_identity is 'of the terms of a resource, those of its identifiers (system and value)';
            alter table search_identity set (autovacuum_vacuum_scale_factor = 0.05, autovacuum_analyze_scale_factor = 0.02, autovacuum_vacuum_insert_scale_factor = 0.05);

            -- Rows of this table come with a resource's writing: those that were written before wait for a reindex.
            insert into setting (name, value) select 'reindex', 'search_identity' where exists (select from resource);

            drop function write_resources(
                int8[], int2[], text[], int2[], bool[], int4[], bytea[], timestamptz, int4[], int8[], int4[],
                int4[], text[], int4[], int4[], int8[], int8[], int4[], int4[], numeric[], numeric[], int8[],
                int8[], int2[], int2[], text, int2, text, text);

            -- Writes versions, history, index, outbox and audit of any number of entries together. Entries whose id a
            -- client chose must come in the order of (type, id): their rows are locked in that order.
            --   fresh:    the id was made by the server just now, nothing can be there
            --   expected: null any state, 0 must not exist, n must be at version n, -1 must exist
            --   occurrences: when what a feed says of it happened, null for all other writers
            -- Outcome per entry: 1 created, 2 updated, 3 deleted, 4 nothing to delete.
            create function write_resources(
                keys int8[], types int2[], ids text[], methods int2[], fresh bool[], expected int4[], contents bytea[],
                occurrences timestamptz[], at timestamptz,
                term_ends int4[], term_values int8[], identity_entry int4[], identity_term int8[],
                string_entry int4[], string_param int4[], string_value text[],
                date_entry int4[], date_param int4[], date_low int8[], date_high int8[],
                number_entry int4[], number_param int4[], number_low numeric[], number_high numeric[], number_unit int8[], number_code int8[],
                interactions int2[], statuses int2[], who text, via int2, remote_address text, request_id text
            ) returns table (entry int4, key int8, version int4, updated timestamptz, outcome int2)
            -- Planned once and not for each call; by the indexes, also when that is while the tables are small.
            language plpgsql set plan_cache_mode = force_generic_plan set enable_seqscan = off as $$
            #variable_conflict use_column
            declare
                count int4 := cardinality(keys);
                versions int4[] := array_fill(1, array[count]);
                moments timestamptz[] := array_fill(at, array[count]);
                outcomes int2[] := array_fill(1::int2, array[count]);
                is_fresh bool := true;
                replaced int8[] := '{}';
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
                        insert into resource (key, type, id, version, method, updated, content, occurred)
                            values (keys[i], types[i], ids[i], 1, methods[i], at, contents[i], occurrences[i]);
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
                            txn = pg_current_xact_id(), seq = nextval('version_number'), content = contents[i],
                            occurred = greatest(occurrences[i], r.occurred)
                        where r.key = old.key;
                    if old.method <> 2 then
                        replaced := replaced || old.key;
                        delete from search_date s where s.key = old.key;
                        delete from search_number s where s.key = old.key;
                        if methods[i] = 2 then
                            delete from search s where s.type = types[i] and s.key = old.key;
                        end if;
                    end if;
                end loop;

                insert into resource (key, type, id, version, method, updated, content, occurred)
                    select e.key, e.type, e.id, 1, e.method, at, e.content, e.occurred
                    from unnest(keys, types, ids, methods, fresh, contents, occurrences)
                        as e(key, type, id, method, fresh, content, occurred)
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
                -- Most of the strings and identifiers of an updated resource are as they were: only what differs is written.
                -- By set operations: their cost grows with the rows, however many are updated together.
                if cardinality(replaced) > 0 then
                    delete from search_identity i using (
                            select s.term, s.key from search_identity s where s.key = any(replaced)
                            except select n.term, keys[n.entry] from unnest(identity_entry, identity_term) as n(entry, term)
                        ) gone where i.term = gone.term and i.key = gone.key;
                    insert into search_identity (term, key)
                        select n.term, keys[n.entry] from unnest(identity_entry, identity_term) as n(entry, term)
                        except select i.term, i.key from search_identity i where i.key = any(replaced);
                elsif cardinality(identity_entry) > 0 then
                    insert into search_identity (term, key)
                        select n.term, keys[n.entry] from unnest(identity_entry, identity_term) as n(entry, term);
                end if;
                if cardinality(replaced) > 0 then
                    delete from search_string s using (
                            select o.key, o.param, o.value from search_string o where o.key = any(replaced)
                            except select keys[n.entry], n.param, n.value
                            from unnest(string_entry, string_param, string_value) as n(entry, param, value)
                        ) gone where s.key = gone.key and s.param = gone.param and s.value = gone.value;
                    insert into search_string (key, param, value)
                        select keys[n.entry], n.param, n.value
                        from unnest(string_entry, string_param, string_value) as n(entry, param, value)
                        except select s.key, s.param, s.value from search_string s where s.key = any(replaced);
                elsif cardinality(string_entry) > 0 then
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
