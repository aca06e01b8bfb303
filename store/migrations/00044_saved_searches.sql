-- +goose Up
-- Searches that people keep, to be told of what is new in them. The question's place is an area, never somebody's home.
create table saved_searches (
    id         uuid        primary key,
    person_id  uuid        not null references people on delete cascade,
    name       text        not null default '',
    question   jsonb       not null,
    pace       text        not null check (pace in ('at_once', 'digest')),
    paused_at  timestamptz,
    alert_due  timestamptz,
    created_at timestamptz not null
);
create index saved_searches_person on saved_searches (person_id, created_at);
create index saved_searches_due on saved_searches (alert_due) where alert_due is not null;

-- One listing that is new to one search, once. told_at outlives the letter, which is forgotten after a month.
create table alerts (
    search_id  uuid        not null references saved_searches on delete cascade,
    listing_id uuid        not null references listings on delete cascade,
    found_at   timestamptz not null,
    told_at    timestamptz,
    letter_id  uuid        references letters on delete set null,
    primary key (search_id, listing_id)
);
create index alerts_waiting on alerts (search_id, found_at) where told_at is null;
create index alerts_listing on alerts (listing_id);
create index alerts_letter on alerts (letter_id) where letter_id is not null;

-- What the copies of the searches follow, as they follow changes of listings.
create table search_changes (
    seq       bigint generated always as identity,
    xid       xid8   not null default pg_current_xact_id(),
    search_id uuid   not null,
    primary key (xid, seq)
);

-- +goose StatementBegin
create function note_search() returns trigger language plpgsql as $$
begin
    insert into search_changes (search_id) values ((coalesce(new, old)).id);
    return null;
end $$;
-- +goose StatementEnd
create trigger saved_searches_note after insert or delete or update of question, paused_at on saved_searches
    for each row execute function note_search();

-- +goose Down
drop table search_changes;
drop table alerts;
drop table saved_searches;
drop function note_search();
