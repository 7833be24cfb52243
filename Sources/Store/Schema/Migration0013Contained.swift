extension Migration {
    /// Contained resources are searched: a resource that holds some has a term for each of their types, which those of
    /// the record get by a reindex, and lists of matches may name them.
    static let contained = Migration(
        number: 13,
        name: "contained",
        sql: #"""
            alter table page_chunk add column parts int4[];
            comment on column page_chunk.parts is 'beside each key the place of the contained resource that matched; null: the resource itself';
            insert into setting (name, value) select 'reindex', 'contained' where exists (
                    select from resource where method <> 2 and position(convert_to('"contained":[', 'UTF8') in content) > 0)
                on conflict (name) do update set value = excluded.value;
            """#)
}
