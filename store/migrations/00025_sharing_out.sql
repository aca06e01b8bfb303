-- +goose Up
-- Sharing out: what was decided for many needs at once, and how far from the best it may be.
create table share_outs (
    id         uuid             primary key,
    cause      text             not null check (cause in ('night', 'burst', 'demand')),
    network_id uuid             references networks on delete set null,
    kind       text             not null default '',
    weights    text             not null,
    needs      int              not null,
    offers     int              not null,
    pairs      int              not null,
    value      double precision not null,
    bound      double precision not null,
    gap        double precision not null check (gap between 0 and 1),
    steps      int              not null,
    at         timestamptz      not null
);
create index share_outs_cause on share_outs (cause, at desc);

-- What it gives to whom, what matters most first.
create table share_parts (
    share_out_id uuid  not null references share_outs on delete cascade,
    position     int   not null,
    offer_id     uuid  not null references listings on delete cascade,
    need_id      uuid  not null references listings on delete cascade,
    amount       int   not null check (amount >= 1),
    slots        jsonb not null default '[]',
    primary key (share_out_id, position)
);
create index share_parts_offer on share_parts (offer_id);
create index share_parts_need on share_parts (need_id);

-- Which sharing out speaks for a need; none: it waits for the next.
create table shared_needs (
    need_id      uuid        primary key references listings on delete cascade,
    share_out_id uuid        references share_outs on delete cascade,
    since        timestamptz not null
);
create index shared_needs_waiting on shared_needs (since) where share_out_id is null;

-- How often a group was helped lately counts for all of its listings, not only for the one that was.
-- +goose StatementBegin
create function note_helped() returns trigger language plpgsql as $$
begin
    insert into changes (listing_id)
    select id from listings where group_id = new.need_group_id and life in ('open', 'paused') and id <> new.need_id;
    return null;
end $$;
-- +goose StatementEnd
create trigger introductions_helped after update of state on introductions for each row
    when ((new.state = 'connected') <> (old.state = 'connected')) execute function note_helped();

-- +goose Down
drop trigger introductions_helped on introductions;
drop function note_helped;
drop table shared_needs, share_parts, share_outs;
