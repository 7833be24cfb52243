extension Migration {
    /// Search parameters that the record was given beside R4's own.
    static let searchParameters = Migration(
        number: 7,
        name: "search parameters",
        sql: #"""
            create sequence search_parameter_number as int4 minvalue 2000 maxvalue 65535;
            create table search_parameter (
                number int4 not null default nextval('search_parameter_number'),
                url text not null,
                definition bytea not null,
                types int2[] not null,
                state int2 not null default 0,
                place_type int2 not null default 0,
                place_key int8 not null default 0,
                scanned int8 not null default 0,
                indexed int8 not null default 0,
                failed int8 not null default 0,
                since timestamptz not null,
                constraint search_parameter_key primary key (number),
                constraint search_parameter_state check (state between 0 and 3)
            );
            -- A definition that changes gets another number: what stands under the old one is removed behind it.
            create unique index search_parameter_url on search_parameter (url) where state <> 3;
            comment on table search_parameter is 'search parameters beside those of R4, and how far the record is indexed by them';
            comment on column search_parameter.state is '0: what is there is being indexed, 1: what was written meanwhile is looked at again, 2: can be searched by, 3: its rows are being removed';
            comment on column search_parameter.scanned is 'resources that were looked at: indexed + failed';
            """#)
}
