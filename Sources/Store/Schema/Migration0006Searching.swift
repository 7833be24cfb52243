extension Migration {
    /// What every kind of search needs: resources know the hash of their own name, so that chains and includes are joins;
    /// strings know how they are written; parts of composites stand beside each other; what hashes cannot tell (which
    /// texts there are, which parameters have values) is in two small tables.
    static let searching = Migration(
        number: 6,
        name: "searching",
        sql: #"""
            -- Made anew by the reindex that follows: every row differs.
            drop table search;
            create table search (
                key int8 not null,
                self int8 not null,
                type int2 not null,
                refs int2 not null,
                terms int8[] not null,
                constraint search_key primary key (type, key)
            );
            create index search_terms on search using gin (terms) with (fastupdate = on, gin_pending_list_limit = 128);
            create index search_self on search (self);
            alter table search alter column terms set statistics 1000;
            comment on table search is 'equality terms (tokens, references, uris) of every current resource as 64-bit keyed hashes';
            comment on column search.self is 'hash of Type/id; the term of a reference to it is self xor a number of the parameter';
            comment on column search.terms is 'first which parameters have values (search_shape), then as many references as refs says, then the others';
            alter table search set (autovacuum_vacuum_scale_factor = 0.05, autovacuum_analyze_scale_factor = 0.02, autovacuum_vacuum_insert_scale_factor = 0.05);

            alter table search_string add column exact int8, add column context int8[];
            comment on column search_string.exact is 'hash of the text as it is written';
            alter table search_date add column context int8[];
            alter table search_number add column context int8[];
            comment on column search_number.context is 'of a row of a composite: the terms of the parts beside it; likewise in search_string and search_date';
            create index search_date_high on search_date (param, high, low, key);
            create index search_number_high on search_number (param, high, key);

            create table search_shape (
                shape int8 not null,
                type int2 not null,
                parameters int4[] not null,
                constraint search_shape_key primary key (shape)
            );
            comment on table search_shape is 'each set of parameters that resources have values of: what :missing asks';

            create table search_text (
                param int4 not null,
                kind int2 not null,
                text text collate "C" not null,
                term int8 not null,
                constraint search_text_key primary key (param, kind, term)
            );
            create index search_text_order on search_text (param, kind, left(text, 200));
            comment on table search_text is 'the texts that terms are hashes of, each once. kind 1: displays and texts of codes, folded; 2: uris; 3: codes, of parameters that have few; 4: the parameter has more codes than are kept; 5: units of quantities, of all parameters';

            insert into setting (name, value) select 'reindex', 'searching' where exists (select from resource)
                on conflict (name) do update set value = excluded.value;

            drop function write_resources(
                int8[], int2[], text[], int2[], bool[], int4[], bytea[], timestamptz[], timestamptz, int4[], int8[],
                int8[], int4[], int8[], int4[], int4[], text[], int4[], int4[], int8[], int8[], int4[], int4[],
                numeric[], numeric[], int8[], int8[], int8[], int2[], int4[], text[], int2[], text[], text[]);

            -- Writes versions, history, index, outbox and audit of any number of entries together. Entries whose id a
            -- client chose must come in the order of (type, id): their rows are locked in that order.
            --   fresh:    the id was made by the server just now, nothing can be there
            --   expected: null any state, 0 must not exist, n must be at version n, -1 must exist
            --   occurrences: when what a feed says of it happened, null for all other writers
            --   whose:    of each entry, which of those who asked (who, via, remote_address, request_id) asked for it
            --   sums:     of each entry four numbers that tell its identities, strings, dates and numbers from others
            --   refs:     how many terms behind the first are references
            --   contexts: what stands beside rows of composites; string_context and the like say where, start * 65536 + count
            -- Outcome per entry: 1 created, 2 updated, 3 deleted, 4 nothing to delete.
            create function write_resources(
                keys int8[], types int2[], ids text[], methods int2[], fresh bool[], expected int4[], contents bytea[],
                occurrences timestamptz[], at timestamptz,
                selves int8[], refs int2[], term_ends int4[], term_values int8[], contexts int8[], sums int8[], identity_entry int4[], identity_term int8[],
                string_entry int4[], string_param int4[], string_value text[], string_exact int8[], string_context int8[],
                date_entry int4[], date_param int4[], date_low int8[], date_high int8[], date_context int8[],
                number_entry int4[], number_param int4[], number_low numeric[], number_high numeric[], number_unit int8[], number_code int8[],
                number_label int8[], number_context int8[],
                interactions int2[], whose int4[], who text[], via int2[], remote_address text[], request_id text[],
                out versions int4[], out moments timestamptz[], out outcomes int2[]
            )
            -- Planned once and not for each call; by the indexes, also when that is while the tables are small. The arrays are read
            -- by a series of numbers: a function scan of several would copy each into a store of its own, and costs more than the rows.
            language plpgsql set plan_cache_mode = force_generic_plan set enable_seqscan = off as $$
            #variable_conflict use_column
            declare
                count int4 := cardinality(keys);
                is_fresh bool := true;
                old record;
                i int4;
                -- Of updated and deleted resources, those whose rows differ, by table; and the entries whose rows do not.
                other_identities int8[] := '{}';
                other_strings int8[] := '{}';
                other_dates int8[] := '{}';
                other_numbers int8[] := '{}';
                same_identities bool[] := array_fill(false, array[count]);
                same_strings bool[] := same_identities;
                same_dates bool[] := same_identities;
                same_numbers bool[] := same_identities;
            begin
                versions := array_fill(1, array[count]);
                moments := array_fill(at, array[count]);
                outcomes := array_fill(1::int2, array[count]);
                for i in 1 .. count loop
                    continue when fresh[i];
                    is_fresh := false;
                    select r.key, r.version, r.method, r.updated, r.txn, r.seq, r.content,
                            r.identities, r.strings, r.dates, r.numbers into old
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
                        insert into resource (key, type, id, version, method, updated, content, occurred,
                                identities, strings, dates, numbers)
                            values (keys[i], types[i], ids[i], 1, methods[i], at, contents[i], occurrences[i],
                                sums[4 * i - 3], sums[4 * i - 2], sums[4 * i - 1], sums[4 * i]);
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
                            occurred = greatest(occurrences[i], r.occurred), identities = sums[4 * i - 3],
                            strings = sums[4 * i - 2], dates = sums[4 * i - 1], numbers = sums[4 * i]
                        where r.key = old.key;
                    continue when old.method = 2;
                    if old.identities = sums[4 * i - 3] then same_identities[i] := true;
                    else other_identities := other_identities || old.key; end if;
                    if old.strings = sums[4 * i - 2] then same_strings[i] := true;
                    else other_strings := other_strings || old.key; end if;
                    if old.dates = sums[4 * i - 1] then same_dates[i] := true;
                    else other_dates := other_dates || old.key; end if;
                    if old.numbers = sums[4 * i] then same_numbers[i] := true;
                    else other_numbers := other_numbers || old.key; end if;
                    if methods[i] = 2 then
                        delete from search s where s.type = types[i] and s.key = old.key;
                    end if;
                end loop;

                insert into resource (key, type, id, version, method, updated, content, occurred,
                        identities, strings, dates, numbers)
                    select keys[e.n], types[e.n], ids[e.n], 1, methods[e.n], at, contents[e.n], occurrences[e.n],
                        sums[4 * e.n - 3], sums[4 * e.n - 2], sums[4 * e.n - 1], sums[4 * e.n]
                    from (select generate_series(1, count) as n) e where fresh[e.n];

                if is_fresh then
                    insert into search (key, self, type, refs, terms)
                        select keys[e.n], selves[e.n], types[e.n], refs[e.n],
                            term_values[coalesce(term_ends[e.n - 1], 0) + 1 : term_ends[e.n]]
                        from (select generate_series(1, count) as n) e;
                else
                    insert into search as s (key, self, type, refs, terms)
                        select keys[e.n], selves[e.n], types[e.n], refs[e.n],
                            term_values[coalesce(term_ends[e.n - 1], 0) + 1 : term_ends[e.n]]
                        from (select generate_series(1, count) as n) e where methods[e.n] <> 2
                    on conflict (type, key) do update set terms = excluded.terms, refs = excluded.refs
                        where s.terms <> excluded.terms or s.refs <> excluded.refs;
                end if;

                -- Of rows that differ, most are as they were: only what is other is written. By set operations: their cost
                -- grows with the rows, however many resources are updated together.
                if cardinality(other_identities) > 0 then
                    delete from search_identity i using (
                            select s.term, s.key from search_identity s where s.key = any(other_identities)
                            except select identity_term[e.n], keys[identity_entry[e.n]]
                                from (select generate_series(1, cardinality(identity_entry)) as n) e
                        ) gone where i.term = gone.term and i.key = gone.key;
                    insert into search_identity (term, key)
                        select identity_term[e.n], keys[identity_entry[e.n]]
                                from (select generate_series(1, cardinality(identity_entry)) as n) e
                            where not same_identities[identity_entry[e.n]]
                        except select i.term, i.key from search_identity i where i.key = any(other_identities);
                elsif cardinality(identity_entry) > 0 then
                    insert into search_identity (term, key)
                        select identity_term[e.n], keys[identity_entry[e.n]]
                                from (select generate_series(1, cardinality(identity_entry)) as n) e
                            where not same_identities[identity_entry[e.n]];
                end if;
                if cardinality(other_strings) > 0 then
                    delete from search_string s using (
                            select o.key, o.param, o.value, o.exact, o.context
                            from search_string o where o.key = any(other_strings)
                            except select keys[string_entry[e.n]], string_param[e.n], string_value[e.n], string_exact[e.n],
                                contexts[(string_context[e.n] >> 16) + 1 : (string_context[e.n] >> 16) + (string_context[e.n] & 65535)]
                            from (select generate_series(1, cardinality(string_entry)) as n) e
                        ) gone where s.key = gone.key and s.param = gone.param and s.value = gone.value
                            and s.exact = gone.exact and s.context is not distinct from gone.context;
                    insert into search_string (key, param, value, exact, context)
                        select keys[string_entry[e.n]], string_param[e.n], string_value[e.n], string_exact[e.n],
                                contexts[(string_context[e.n] >> 16) + 1 : (string_context[e.n] >> 16) + (string_context[e.n] & 65535)]
                            from (select generate_series(1, cardinality(string_entry)) as n) e
                            where not same_strings[string_entry[e.n]]
                        except select s.key, s.param, s.value, s.exact, s.context
                            from search_string s where s.key = any(other_strings);
                elsif cardinality(string_entry) > 0 then
                    insert into search_string (key, param, value, exact, context)
                        select keys[string_entry[e.n]], string_param[e.n], string_value[e.n], string_exact[e.n],
                            contexts[(string_context[e.n] >> 16) + 1 : (string_context[e.n] >> 16) + (string_context[e.n] & 65535)]
                        from (select generate_series(1, cardinality(string_entry)) as n) e
                        where not same_strings[string_entry[e.n]];
                end if;
                if cardinality(other_dates) > 0 then
                    delete from search_date s where s.key = any(other_dates);
                end if;
                if cardinality(date_entry) > 0 then
                    insert into search_date (key, param, low, high, context)
                        select keys[date_entry[e.n]], date_param[e.n], date_low[e.n], date_high[e.n],
                            contexts[(date_context[e.n] >> 16) + 1 : (date_context[e.n] >> 16) + (date_context[e.n] & 65535)]
                        from (select generate_series(1, cardinality(date_entry)) as n) e
                        where not same_dates[date_entry[e.n]];
                end if;
                if cardinality(other_numbers) > 0 then
                    delete from search_number s where s.key = any(other_numbers);
                end if;
                if cardinality(number_entry) > 0 then
                    insert into search_number (key, param, low, high, unit, code, label, context)
                        select keys[number_entry[e.n]], number_param[e.n], number_low[e.n], number_high[e.n],
                            number_unit[e.n], number_code[e.n], number_label[e.n],
                            contexts[(number_context[e.n] >> 16) + 1 : (number_context[e.n] >> 16) + (number_context[e.n] & 65535)]
                        from (select generate_series(1, cardinality(number_entry)) as n) e
                        where not same_numbers[number_entry[e.n]];
                end if;
                if 4 = any(outcomes) then
                    insert into outbox (keys, types, versions)
                        select array_agg(keys[e.n] order by e.n), array_agg(types[e.n] order by e.n), array_agg(versions[e.n] order by e.n)
                        from (select generate_series(1, count) as n) e where outcomes[e.n] <> 4
                        having count(*) > 0;
                else
                    insert into outbox (keys, types, versions) values (keys, types, versions);
                end if;
                insert into audit (recorded, interaction, outcome, status, type, id, version, principal, channel, remote, request)
                    select at, interactions[e.n], 0,
                        case outcomes[e.n] when 1 then 201 when 2 then 200 else 204 end, types[e.n], ids[e.n], versions[e.n],
                        who[whose[e.n]], via[whose[e.n]], remote_address[whose[e.n]], request_id[whose[e.n]]
                    from (select generate_series(1, count) as n) e;
            end $$;
            """#)
}
