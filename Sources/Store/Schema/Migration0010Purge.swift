extension Migration {
    /// Erasure: the one way in which something leaves the history. What was erased is a fact of the audit.
    static let purge = Migration(
        number: 10,
        name: "purge",
        sql: #"""
            -- History is append-only for all but `purge_resources`, which says so for the length of one statement.
            create or replace function refuse_change() returns trigger language plpgsql as $$
            begin
                if tg_table_name = 'history' and tg_op = 'DELETE'
                    and current_setting('mediconnect.purging', true) = pg_current_xact_id()::text then
                    return null;
                end if;
                raise exception '% is append-only: % is refused', tg_table_name, lower(tg_op) using errcode = 'MC001';
            end $$;

            -- Erases resources that are deleted, with all their versions: what was written again meanwhile is left. The
            -- function works as the owner of the tables, since nobody else may delete versions.
            --   terms: hashes of texts that the versions had; those that nobody else has leave the table of texts, too
            -- Gives how many resources, versions and messages were erased.
            create function purge_resources(
                given_types int2[], given_ids text[], terms int8[], with_messages bool,
                at timestamptz, who text, via int2, remote_address text, request_id text, asked text,
                out resources int4, out versions int4, out messages int4
            ) language plpgsql security definer set search_path from current as $$
            declare
                gone int8[];
                names text[];
                encounters text[];
                beds text[];
                counted record;
            begin
                select coalesce(array_agg(l.key), '{}'), coalesce(array_agg(t.name || '/' || l.id), '{}'),
                        coalesce(array_agg(l.id) filter (where t.name = 'Encounter'), '{}')
                    into gone, names, encounters
                    from (
                        select r.key, r.type, r.id from resource r
                            join unnest(given_types, given_ids) as g(type, id) on r.type = g.type and r.id = g.id
                        where r.method = 2 order by r.type, r.id for update of r
                    ) l join resource_type t on t.code = l.type;
                resources := cardinality(gone);

                insert into audit (recorded, interaction, outcome, status, type, id, query, principal, channel, remote, request, detail)
                    select at, 15, 0, 200, r.type, r.id, asked, who, via, remote_address, request_id,
                        'erased with ' || (select count(*) from history h where h.key = r.key) + 1 || ' versions'
                    from resource r where r.key = any(gone) order by r.type, r.id;

                perform set_config('mediconnect.purging', pg_current_xact_id()::text, true);
                delete from history h where h.key = any(gone);
                get diagnostics versions = row_count;
                perform set_config('mediconnect.purging', '', true);
                versions := versions + resources;

                delete from search s where s.key = any(gone) and s.type = any(given_types);
                delete from search_identity s where s.key = any(gone);
                delete from search_string s where s.key = any(gone);
                delete from search_date s where s.key = any(gone);
                delete from search_number s where s.key = any(gone);
                delete from search_text t where t.kind in (1, 3) and t.term = any(terms)
                    and not exists (select from search s where s.terms @> array[t.term]);
                delete from feed_state f using unnest(given_types, given_ids) as g(type, id)
                    where f.type = g.type and f.id = g.id;
                delete from movement m where m.encounter = any(encounters);
                with stays as (delete from bed_stay s where s.encounter = any(encounters) returning s.bed)
                    select array_agg(distinct s.bed) into beds from stays s;
                delete from bed_party p where p.bed = any(beds)
                    and not exists (select from bed_stay s where s.bed = p.bed and s.party = p.party);

                update outbox o set (keys, types, versions) = (
                        select coalesce(array_agg(e.key order by e.n), '{}'), coalesce(array_agg(e.type order by e.n), '{}'),
                            coalesce(array_agg(e.version order by e.n), '{}')
                        from unnest(o.keys, o.types, o.versions) with ordinality as e(key, type, version, n)
                        where e.key <> all(gone))
                    where o.keys && gone;
                delete from outbox o where o.keys = '{}';

                messages := 0;
                if with_messages then
                    for counted in
                        select r.seq from message_result r
                        where exists (select from unnest(r.wrote) as w where split_part(w, '/_history/', 1) = any(names))
                        order by r.seq
                    loop
                        update message m set raw = ''::bytea where m.seq = counted.seq;
                        update message_result r set patient = null, report = null, error = null, acknowledgement = null
                            where r.seq = counted.seq;
                        messages := messages + 1;
                    end loop;
                end if;

                delete from resource r where r.key = any(gone);
            end $$;
            revoke execute on function purge_resources(int2[], text[], int8[], bool, timestamptz, text, int2, text, text, text) from public;
            """#)
}
