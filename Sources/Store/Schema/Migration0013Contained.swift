extension Migration {
    /// Contained resources are searched: a resource that holds some has a term for each of their types, which those of
    /// the record get by a reindex, and lists of matches may name them. The texts of tags and security labels, which a
    /// reindex makes too, tell which are in use.
    static let contained = Migration(
        number: 13,
        name: "contained",
        sql: #"""
            alter table page_chunk add column parts int4[];
            comment on column page_chunk.parts is 'beside each key the place of the contained resource that matched; null: the resource itself';
            comment on table search_text is 'the texts that terms are hashes of, each once. kind 1: displays and texts of codes, folded; 2: uris; 3: codes, of parameters that have few; 4: the parameter has more codes than are kept; 5: units of quantities, of all parameters; 6: systems and codes of tags and security labels, where they have few codes; 7: there are resources of a type that contain one of another';
            insert into setting (name, value) select 'reindex', 'contained' where exists (
                    select from resource where method <> 2 and (
                        position(convert_to('"contained":[', 'UTF8') in content) > 0
                        or position(convert_to('"tag":[', 'UTF8') in content) > 0
                        or position(convert_to('"security":[', 'UTF8') in content) > 0))
                on conflict (name) do update set value = excluded.value;
            """#)
}
