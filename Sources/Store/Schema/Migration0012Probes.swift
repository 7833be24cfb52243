extension Migration {
    /// Where rows that fulfil a range are by themselves: the few intervals that are not short, quantities by their unit,
    /// and the few that are no points.
    static let probes = Migration(
        number: 12,
        name: "probes",
        sql: #"""
            create index search_date_long on search_date (param, high, low, key) where low < high - 86400000000;
            create index search_number_unit on search_number (param, unit, low, key) where low = high and unit is not null;
            create index search_number_range on search_number (param, low, key) where low < high;

            -- What waits to be entered into the index of terms is looked through by every search. Only the owner may enter it.
            create function settle_terms() returns int8 language sql security definer set search_path from current as $$
                select gin_clean_pending_list('search_terms')
            $$;
            """#)
}
