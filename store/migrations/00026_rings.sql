-- +goose Up
-- Rings: 2 to 4 groups of which each gives to the next, and the last to the first. All must say yes.
create table rings (
    id           uuid             primary key,
    version      bigint           not null default 1,
    state        text             not null check (state in ('proposed', 'connected', 'declined', 'lapsed', 'withdrawn')),
    worth        double precision not null,
    proposed_at  timestamptz      not null,
    connected_at timestamptz,
    ended_at     timestamptz,
    settled_at   timestamptz -- what follows from its end was done
);
create index rings_open on rings (id) where state = 'proposed';
create index rings_unsettled on rings (ended_at) where ended_at is not null and settled_at is null;

-- A member gives its offer to the need of the member after it. amount, slots, reasons and fit are of what it gives.
create table ring_members (
    ring_id         uuid             not null references rings on delete cascade,
    position        int              not null check (position between 0 and 3),
    group_id        uuid             not null references groups on delete cascade,
    offer_id        uuid             not null references listings on delete cascade,
    need_id         uuid             not null references listings on delete cascade,
    amount          int              not null check (amount >= 1),
    slots           jsonb            not null default '[]',
    reasons         jsonb            not null default '[]',
    fit             double precision not null,
    answer          text             not null default '' check (answer in ('', 'yes', 'no')),
    answered_by     uuid             references people on delete set null,
    answered_at     timestamptz,
    told_at         timestamptz, -- its mail was handed over
    introduction_id uuid             references introductions on delete set null, -- of what it gives, once all said yes
    live            boolean          not null, -- the ring is open, or a mind may still change
    primary key (ring_id, position)
);
-- A group is asked about one ring at a time.
create unique index ring_members_live on ring_members (group_id) where live;
create unique index ring_members_group on ring_members (ring_id, group_id);
create index ring_members_of on ring_members (group_id, ring_id);
create index ring_members_offer on ring_members (offer_id);
create index ring_members_need on ring_members (need_id);

-- +goose Down
drop table ring_members, rings;
