extension Migration {
    /// Fewer rows for the same answers: what a resource says to a search parameter is not said again to the parameters
    /// that cover it, a quantity is one row whatever its unit is called, and one writing is one row of the outbox. What
    /// became of a message is written beside it, not over it. An update finds out which of its rows differ before it
    /// looks at them.
    static let fewerRows = Migration(
        number: 5,
        name: "fewer rows",
        sql: #"""
            alter table search_number add column label int8;
            comment on table search_number is 'numbers and quantities; unit is the hash of system|code, code the hash of the code or, without one, of the unit''s text, label the hash of that text where it is another than the code';

            drop table outbox;
            create table outbox (
                seq int8 generated always as identity,
                txn xid8 not null default pg_current_xact_id(),
                keys int8[] not null,
                types int2[] not null,
                versions int4[] not null,
                constraint outbox_key primary key (seq)
            );
            comment on table outbox is 'what one writing changed, in the order of its transactions, for those who must be told';
            alter table outbox set (autovacuum_vacuum_scale_factor = 0.05);

            -- A message is written twice: when it comes, and when it is decided what becomes of it. Beside each other the
            -- two cost half of what an update costs, which would write its bytes and all its index entries again.
            create table message_result (
                seq int8 not null,
                outcome text not null,
                error text,
                patient text,
                occurred timestamptz,
                decided timestamptz not null,
                wrote text[],
                report text,
                acknowledgement bytea,
                constraint message_result_key primary key (seq)
            );
            comment on table message_result is 'what became of a message; none while that is open';
            comment on column message_result.wrote is 'the versions that it made, Type/id/_history/version';
            comment on column message_result.report is 'the conversion report, JSON';
            insert into message_result (seq, outcome, error, patient, occurred, decided, wrote, report, acknowledgement)
                select seq, outcome, error, patient, occurred, coalesce(applied, received), wrote, report, acknowledgement
                from message where outcome <> 'received';
            alter table message
                drop column outcome, drop column error, drop column patient, drop column occurred, drop column applied,
                drop column wrote, drop column report, drop column acknowledgement;
            alter table message reset (fillfactor);
            alter table message set (autovacuum_vacuum_insert_scale_factor = 0.05);
            create index message_result_outcome on message_result (outcome, seq) where outcome <> 'applied';
            create index message_result_patient on message_result (patient, seq) where patient is not null;
            alter table message_result set (autovacuum_vacuum_scale_factor = 0.05, autovacuum_vacuum_insert_scale_factor = 0.05);
            create view message_log as
                select m.seq, m.received, m.channel, m.sender, m.control_id, m.event, m.attempts,
                    coalesce(r.outcome, 'received') as outcome, r.error, r.patient, r.occurred, r.decided, r.wrote,
                    r.report::json as report, m.raw, r.acknowledgement
                from message m left join message_result r on r.seq = m.seq;
            comment on view message_log is 'the message log for people: select * from message_log where outcome <> ''applied''';

            -- What the other tables hold for a resource, in one number each: an update that leaves it as it is leaves the
            -- rows alone. Null, for the rows of before, is as different as any other number.
            alter table resource
                add column identities int8, add column strings int8, add column dates int8, add column numbers int8;
            comment on column resource.strings is 'hash of all its rows in search_string; likewise identities, dates, numbers';

            -- The rows of before still say all that is asked; a reindex takes away what is said twice.
            insert into setting (name, value) select 'reindex', 'fewer rows' where exists (select from resource)
                on conflict (name) do update set value = excluded.value;

            drop function write_resources(
                int8[], int2[], text[], int2[], bool[], int4[], bytea[], timestamptz[], timestamptz, int4[], int8[], int4[],
                int8[], int4[], int4[], text[], int4[], int4[], int8[], int8[], int4[], int4[], numeric[], numeric[], int8[],
                int8[], int2[], int2[], text, int2, text, text);

            -- Writes versions, history, index, outbox and audit of any number of entries together. Entries whose id a
            -- client chose must come in the order of (type, id): their rows are locked in that order.
            --   fresh:    the id was made by the server just now, nothing can be there
            --   expected: null any state, 0 must not exist, n must be at version n, -1 must exist
            --   occurrences: when what a feed says of it happened, null for all other writers
            --   whose:    of each entry, which of those who asked (who, via, remote_address, request_id) asked for it
            --   sums:     of each entry four numbers that tell its identities, strings, dates and numbers from others
            -- Outcome per entry: 1 created, 2 updated, 3 deleted, 4 nothing to delete.
            create function write_resources(
                keys int8[], types int2[], ids text[], methods int2[], fresh bool[], expected int4[], contents bytea[],
                occurrences timestamptz[], at timestamptz,
                term_ends int4[], term_values int8[], sums int8[], identity_entry int4[], identity_term int8[],
                string_entry int4[], string_param int4[], string_value text[],
                date_entry int4[], date_param int4[], date_low int8[], date_high int8[],
                number_entry int4[], number_param int4[], number_low numeric[], number_high numeric[], number_unit int8[], number_code int8[],
                number_label int8[],
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
                    insert into search (key, type, terms)
                        select keys[e.n], types[e.n], term_values[coalesce(term_ends[e.n - 1], 0) + 1 : term_ends[e.n]]
                        from (select generate_series(1, count) as n) e;
                else
                    insert into search as s (key, type, terms)
                        select keys[e.n], types[e.n], term_values[coalesce(term_ends[e.n - 1], 0) + 1 : term_ends[e.n]]
                        from (select generate_series(1, count) as n) e where methods[e.n] <> 2
                    on conflict (type, key) do update set terms = excluded.terms where s.terms <> excluded.terms;
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
                            select o.key, o.param, o.value from search_string o where o.key = any(other_strings)
                            except select keys[string_entry[e.n]], string_param[e.n], string_value[e.n]
                            from (select generate_series(1, cardinality(string_entry)) as n) e
                        ) gone where s.key = gone.key and s.param = gone.param and s.value = gone.value;
                    insert into search_string (key, param, value)
                        select keys[string_entry[e.n]], string_param[e.n], string_value[e.n]
                            from (select generate_series(1, cardinality(string_entry)) as n) e
                            where not same_strings[string_entry[e.n]]
                        except select s.key, s.param, s.value from search_string s where s.key = any(other_strings);
                elsif cardinality(string_entry) > 0 then
                    insert into search_string (key, param, value)
                        select keys[string_entry[e.n]], string_param[e.n], string_value[e.n]
                        from (select generate_series(1, cardinality(string_entry)) as n) e
                        where not same_strings[string_entry[e.n]];
                end if;
                if cardinality(other_dates) > 0 then
                    delete from search_date s where s.key = any(other_dates);
                end if;
                if cardinality(date_entry) > 0 then
                    insert into search_date (key, param, low, high)
                        select keys[date_entry[e.n]], date_param[e.n], date_low[e.n], date_high[e.n]
                        from (select generate_series(1, cardinality(date_entry)) as n) e
                        where not same_dates[date_entry[e.n]];
                end if;
                if cardinality(other_numbers) > 0 then
                    delete from search_number s where s.key = any(other_numbers);
                end if;
                if cardinality(number_entry) > 0 then
                    insert into search_number (key, param, low, high, unit, code, label)
                        select keys[number_entry[e.n]], number_param[e.n], number_low[e.n], number_high[e.n],
                            number_unit[e.n], number_code[e.n], number_label[e.n]
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
