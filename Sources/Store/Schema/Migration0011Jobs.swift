extension Migration {
    /// What is done in the background, and the files that come of it.
    static let jobs = Migration(
        number: 11,
        name: "jobs",
        sql: #"""
            create table job (
                id text collate "C" not null,
                kind int2 not null,
                state int2 not null default 0,
                created timestamptz not null,
                moment timestamptz not null,
                request text not null,
                position text,
                progress text not null default '',
                outcome text,
                ended timestamptz,
                expires timestamptz,
                worker text,
                held_until timestamptz,
                attempts int4 not null default 0,
                constraint job_key primary key (id),
                constraint job_end check ((state = 0) = (ended is null))
            );
            create index job_waiting on job (created) where state = 0;
            create index job_expires on job (expires) where state <> 0;
            comment on table job is 'what is done in the background; kind 1 export, 2 interaction; state 0 waiting or under way, 1 complete, 2 failed';
            comment on column job.moment is 'an export tells the record as of this instant';
            comment on column job.position is 'where whoever takes it up goes on; null: at the begin';
            comment on column job.held_until is 'until then the job is its worker''s; a worker that lives moves it on';
            comment on column job.attempts is 'how often it was taken up since it last came on';

            -- kind 1 resources of a type, 2 deletions, 3 what could not be told, 4 the answer to an interaction
            create table job_file (
                job text collate "C" not null references job on delete cascade,
                number int4 not null,
                kind int2 not null,
                type int2,
                lines int8 not null,
                bytes int8 not null,
                packed int8 not null,
                chunks int4 not null,
                constraint job_file_key primary key (job, number)
            );
            comment on column job_file.packed is 'bytes of its chunks as they are stored';

            create table job_chunk (
                job text collate "C" not null,
                file int4 not null,
                number int4 not null,
                bytes int4 not null,
                crc int8 not null,
                content bytea not null,
                constraint job_chunk_key primary key (job, file, number),
                constraint job_chunk_file foreign key (job, file) references job_file on delete cascade
            );
            alter table job_chunk alter column content set storage external;
            comment on table job_chunk is 'the files of jobs in pieces, each deflated by itself and flushed, so that pieces laid one after another are a deflate stream (RFC 1951)';
            """#)
}
