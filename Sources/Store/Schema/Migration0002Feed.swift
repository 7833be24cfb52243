extension Migration {
    /// The feed: what is known of each inbound message beside its bytes, who holds which bed, and when feeds last spoke
    /// of a resource.
    static let feed = Migration(
        number: 2,
        name: "feed",
        sql: #"""
            alter table message
                add column event text,
                add column occurred timestamptz,
                add column patient text,
                add column attempts int4,
                add column applied timestamptz,
                add column wrote text[],
                add column report text;
            comment on column message.event is 'message type and trigger event, ADT^A01';
            comment on column message.attempts is 'how often it was received; null for what earlier versions stored';
            comment on column message.wrote is 'the versions that it made, Type/id/_history/version';
            comment on column message.report is 'the conversion report, JSON';

            -- Once, and only once: the same sender, control id and bytes (MSH-7 left out) are the same message.
            create unique index message_once on message (sender, control_id, digest) where attempts is not null;
            create index message_outcome on message (outcome, seq);
            create index message_patient on message (patient, seq) where patient is not null;
            alter table message set (autovacuum_vacuum_scale_factor = 0.05, fillfactor = 80);

            -- One bed, one party: a bed has one row here while it is held, and a stay can only hold it for its party.
            create table bed_party (
                bed text collate "C" not null,
                party text collate "C" not null,
                constraint bed_party_key primary key (bed),
                constraint bed_party_pair unique (bed, party)
            );
            comment on table bed_party is 'who holds a bed now; derived from the encounters';

            create table bed_stay (
                bed text collate "C" not null,
                encounter text collate "C" not null,
                cause text collate "C" not null,
                patient text collate "C",
                part_of text collate "C",
                started int8,
                ended int8,
                cut_at int8,
                cut_by text collate "C",
                party text collate "C",
                constraint bed_stay_key unique (bed, encounter, cause, started),
                constraint bed_stay_holds check ((party is not null) = (ended is null and cut_at is null)),
                constraint bed_stay_party foreign key (bed, party) references bed_party (bed, party)
            );
            create index bed_stay_encounter on bed_stay (encounter);
            comment on table bed_stay is 'stays of encounters in beds, times in microseconds since 1970; those with a party hold the bed; derived from the encounters and their movements';

            -- When the newest message about a resource says that it happened: an older one changes nothing.
            create table feed_state (
                type int2 not null,
                id text collate "C" not null,
                occurred timestamptz not null,
                constraint feed_state_key primary key (type, id)
            );
            comment on table feed_state is 'the event time of the newest message applied to a resource';

            -- The movements of an encounter, in any order of arrival; its stays are their fold.
            create table movement (
                encounter text collate "C" not null,
                identity text collate "C" not null,
                kind text not null,
                occurred int8 not null,
                width int8 not null,
                recorded int8 not null,
                location text collate "C",
                prior text collate "C",
                constraint movement_key primary key (encounter, identity)
            );
            comment on table movement is 'what feeds told of where patients went, times in microseconds since 1970; identity is sender, control id and position';
            """#)
}
