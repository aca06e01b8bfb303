-- Files of listings that partners send: what each row would change, and what became of it.

-- +goose Up
create table imports (
    id         uuid        primary key,
    partner_id uuid        not null references partners on delete cascade,
    test       boolean     not null,
    format     text        not null,
    sums_all   boolean     not null, -- what is not in the file is to be closed
    state      text        not null check (state in ('reading', 'shown', 'doing', 'done')),
    sha256     bytea,
    size       bigint      not null default 0,
    created_at timestamptz not null,
    begun_at   timestamptz,
    ended_at   timestamptz
);
create index imports_partner on imports (partner_id, test);
create unique index imports_doing on imports (partner_id, test) where state = 'doing';
create index imports_created on imports (created_at);

create table import_rows (
    import_id uuid    not null references imports on delete cascade,
    position  int     not null,
    reference text    not null,
    said      jsonb,          -- what was sent, until it is done
    closed    boolean not null,
    digest    bytea   not null,
    was       bytea,          -- the digest of what was there when the file was looked at
    act       text    not null default '', -- add, change, keep, close; unchanged and refused are left as they are
    faults    jsonb   not null default '[]',
    cut       jsonb   not null default '[]',
    result    text    not null default '',
    primary key (import_id, position)
);
create index import_rows_open on import_rows (import_id, position) where result = '' and act in ('add', 'change', 'keep', 'close');

-- +goose Down
drop table import_rows, imports;
