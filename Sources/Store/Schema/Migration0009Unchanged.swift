extension Migration {
    /// An update with the content that is there makes no version, and only deletions wait for those who refer to a
    /// resource. What a resource refers to is held while it is written, and what is missing is told.
    static let unchanged = Migration(
        number: 9,
        name: "unchanged updates",
        sql: #"""
            -- The write function is changed where it must be, so that what earlier migrations made of it stays.
            create or replace function pg_temp.amended(definition text, what text, instead text) returns text language plpgsql as $$
            begin
                if (length(definition) - length(replace(definition, what, ''))) <> length(what) then
                    raise exception 'write_resources is another one than this migration knows; it looks for: %', what;
                end if;
                return replace(definition, what, instead);
            end $$;

            do $$
            declare
                definition text := pg_get_functiondef('write_resources'::regproc);
            begin
                -- Who refers to a resource holds its row against deletion alone.
                definition := pg_temp.amended(definition, 'for update;',
                    'and methods[i] = 2 for update;
                    if not found then
                        select r.key, r.version, r.method, r.updated, r.txn, r.seq, r.content,
                                r.identities, r.strings, r.dates, r.numbers into old
                            from resource r where r.type = types[i] and r.id = ids[i] for no key update;
                    end if;');
                -- Outcome 5: the same bytes again are no other version; what was derived from them is there, too.
                definition := pg_temp.amended(definition, 'versions[i] := old.version + 1;',
                    'if old.content = contents[i] then
                        outcomes[i] := 5;
                        versions[i] := old.version;
                        moments[i] := old.updated;
                        same_identities[i] := true;
                        same_strings[i] := true;
                        same_dates[i] := true;
                        same_numbers[i] := true;
                        if occurrences[i] is not null then
                            update resource r set occurred = occurrences[i]
                                where r.key = old.key and (r.occurred is null or r.occurred < occurrences[i]);
                        end if;
                        continue;
                    end if;
                    versions[i] := old.version + 1;');
                definition := pg_temp.amended(definition, 'e where methods[e.n] <> 2', 'e where outcomes[e.n] in (1, 2)');
                definition := pg_temp.amended(definition, 'if 4 = any(outcomes) then',
                    'if outcomes && array[4, 5]::int2[] then');
                definition := pg_temp.amended(definition, 'outcomes[e.n] <> 4', 'outcomes[e.n] not in (4, 5)');
                definition := pg_temp.amended(definition, 'when 2 then 200 else 204', 'when 2 then 200 when 5 then 200 else 204');
                execute definition;
            end $$;

            -- What resources that are about to be written refer to. Rows come in the order of (type, id), those that will be
            -- written among them, so that all locks are taken in one order.
            --   uses: 0 must be there and is held against deletion, 1 will be written, 2 will be deleted,
            --         3 is looked for alone, 4 is held where it is there
            -- Answers which of the last are not there, by their numbers.
            create function check_references(types int2[], ids text[], uses int2[]) returns int4[]
            language plpgsql set plan_cache_mode = force_generic_plan set enable_seqscan = off as $$
            declare
                missing int4[];
                i int4;
            begin
                for i in 1 .. cardinality(uses) loop
                    if uses[i] = 0 then
                        perform from resource r where r.type = types[i] and r.id = ids[i] and r.method <> 2 for key share;
                        if not found then
                            raise exception 'dangling' using errcode = 'MC424', detail = i::text;
                        end if;
                    elsif uses[i] = 4 then
                        perform from resource r where r.type = types[i] and r.id = ids[i] and r.method <> 2 for key share;
                    elsif uses[i] = 1 then
                        perform from resource r where r.type = types[i] and r.id = ids[i] for no key update;
                    elsif uses[i] = 2 then
                        perform from resource r where r.type = types[i] and r.id = ids[i] for update;
                    end if;
                end loop;
                if 3 = any(uses) then
                    select array_agg(e.n) into missing from (select generate_series(1, cardinality(uses)) as n) e
                        where uses[e.n] = 3 and not exists (
                            select from resource r where r.type = types[e.n] and r.id = ids[e.n] and r.method <> 2);
                end if;
                return coalesce(missing, '{}');
            end $$;
            """#)
}
