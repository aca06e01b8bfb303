-- +goose Up
-- The whole model. State values, one open introduction per pair, capacity in time and the nesting of networks are kept
-- here, where no program can get round them. Business time is always a parameter: nothing here calls now().

create table people (
    id         uuid        primary key,
    address    text        not null unique,
    name       text        not null default '',
    language   text        not null default 'en-GB',
    zone       text        not null default 'Europe/London',
    operator   boolean     not null default false,
    bounced    boolean     not null default false,
    created_at timestamptz not null,
    erased_at  timestamptz
);

create table groups (
    id           uuid        primary key,
    name         text        not null,
    likeness     text        not null, -- the name folded, to find those a reader would confuse with it
    alias        text        not null default '',
    name_hidden  boolean     not null default false,
    does         text        not null default '',
    legal_form   text        not null check (legal_form in ('informal', 'constituted', 'cic', 'charity')),
    size         int         not null default 0 check (size >= 0),
    link         text        not null default '',
    languages    jsonb       not null default '[]',
    paused_until timestamptz,
    held_at      timestamptz,
    removed_at   timestamptz,
    closed_at    timestamptz,
    sample       boolean     not null default false,
    created_at   timestamptz not null,
    check (not name_hidden or alias <> '')
);
create index groups_likeness on groups (likeness);

create table memberships (
    id        uuid        primary key,
    group_id  uuid        not null references groups on delete cascade,
    person_id uuid        not null references people on delete cascade,
    role      text        not null check (role in ('owner', 'poster', 'reader')),
    since     timestamptz not null,
    until     timestamptz
);
create unique index memberships_current on memberships (group_id, person_id) where until is null;
create index memberships_person on memberships (person_id);

create table evidence (
    id         uuid        primary key,
    group_id   uuid        not null references groups on delete cascade,
    kind       text        not null check (kind in ('insurance', 'safeguarding')),
    dated      text        not null,
    expires    text        not null default '',
    shown_to   uuid        references people on delete set null,
    shown_on   text        not null default '',
    created_at timestamptz not null
);
create index evidence_group on evidence (group_id);

create table check_statements (
    group_id  uuid primary key references groups on delete cascade,
    level     text not null check (level in ('basic', 'standard', 'enhanced')),
    stated_on text not null
);

create table networks (
    id         uuid        primary key,
    slug       text        not null unique,
    name       text        not null,
    about      text        not null default '',
    level      text        not null check (level in ('neighbourhood', 'borough', 'city_region', 'national', 'interest')),
    boundary   jsonb       not null default '[]',
    sample     boolean     not null default false,
    created_at timestamptz not null
);

create table network_parents (
    child_id  uuid not null references networks on delete cascade,
    parent_id uuid not null references networks on delete cascade,
    agreed_at timestamptz,
    primary key (child_id, parent_id),
    check (child_id <> parent_id)
);
create index network_parents_parent on network_parents (parent_id);

create table network_peers (
    network_id uuid not null references networks on delete cascade,
    peer_id    uuid not null references networks on delete cascade,
    agreed_at  timestamptz,
    primary key (network_id, peer_id),
    check (network_id < peer_id)
);

create table network_members (
    network_id uuid not null references networks on delete cascade,
    group_id   uuid not null references groups on delete cascade,
    asked_at   timestamptz,
    invited_at timestamptz,
    agreed_at  timestamptz,
    primary key (network_id, group_id)
);
create index network_members_group on network_members (group_id);

create table connectors (
    network_id uuid        not null references networks on delete cascade,
    person_id  uuid        not null references people on delete cascade,
    since      timestamptz not null,
    until      timestamptz,
    primary key (network_id, person_id)
);

-- One public point per exact place, chosen once and kept even when the secret that chose it changes.
create table public_points (
    cell text             primary key,
    lat  double precision not null,
    lng  double precision not null
);

create table places (
    id          uuid             primary key,
    group_id    uuid             not null references groups on delete cascade,
    label       text             not null default '',
    postcode    text             not null default '',
    outcode     text             not null default '',
    borough     text             not null default '',
    region      text             not null default '',
    "precision" text             not null check ("precision" in ('point', 'postcode', 'outcode')),
    exact_lat   double precision not null,
    exact_lng   double precision not null,
    public_lat  double precision not null,
    public_lng  double precision not null,
    zone        text             not null default 'Europe/London',
    created_at  timestamptz      not null
);
create index places_group on places (group_id);

-- Postcodes with a point, filled by an operator's import; empty means outcodes only.
create table postcodes (
    postcode text             primary key,
    lat      double precision not null,
    lng      double precision not null,
    borough  text             not null default ''
);

create table kinds (
    code     text  primary key,
    facts    jsonb not null,
    position int   not null
);

create table listings (
    id            uuid             primary key,
    version       bigint           not null default 1,
    group_id      uuid             not null references groups on delete cascade,
    posted_by     uuid             references people on delete set null,
    side          text             not null check (side in ('offer', 'need')),
    kind          text             not null references kinds,
    title         text             not null,
    description   text             not null default '',
    language      text             not null default 'en-GB',
    tags          jsonb            not null default '[]',
    facts         jsonb            not null default '{}',
    quantity      int              not null check (quantity >= 1),
    unit          text             not null default '',
    splittable    boolean          not null default false,
    smallest_part int              not null default 0,
    times         jsonb            not null default '{}',
    way           text             not null check (way in ('at_place', 'delivered', 'collected', 'online')),
    reach_km      double precision not null default 0 check (reach_km >= 0),
    place_id      uuid             references places,
    terms         jsonb            not null,
    has           jsonb            not null default '[]',
    requires      jsonb            not null default '[]',
    asks          jsonb            not null default '{}',
    welcomes      jsonb            not null default '[]',
    not_allowed   jsonb            not null default '[]',
    involves      jsonb            not null default '[]',
    circle        text             not null check (circle in ('networks', 'borough', 'city', 'anyone')),
    widens        boolean          not null default false,
    widened_at    timestamptz,
    urgent        boolean          not null default false,
    life          text             not null
        check (life in ('draft', 'open', 'paused', 'fulfilled', 'withdrawn', 'expired', 'removed')),
    paused_until  timestamptz,
    opened_at     timestamptz,
    expires_at    timestamptz,
    closed_at     timestamptz,
    created_at    timestamptz      not null,
    updated_at    timestamptz      not null,
    check (place_id is not null or way = 'online')
);
create index listings_group on listings (group_id, created_at desc);
create index listings_place on listings (place_id);
create index listings_open on listings (expires_at) where life = 'open';

create table blocks (
    group_id   uuid        not null references groups on delete cascade,
    blocked_id uuid        not null references groups on delete cascade,
    created_at timestamptz not null,
    primary key (group_id, blocked_id),
    check (group_id <> blocked_id)
);
create index blocks_blocked on blocks (blocked_id);

create table matches (
    id            uuid             primary key,
    offer_id      uuid             not null references listings on delete cascade,
    need_id       uuid             not null references listings on delete cascade,
    fit           double precision not null check (fit between 0 and 1),
    reasons       jsonb            not null,
    weights       text             not null,
    slots         jsonb            not null default '[]',
    offer_version bigint           not null,
    need_version  bigint           not null,
    found_at      timestamptz      not null,
    gone_at       timestamptz,
    unique (offer_id, need_id)
);
create index matches_need on matches (need_id, fit desc);

create table introductions (
    id             uuid             primary key,
    version        bigint           not null default 1,
    match_id       uuid             references matches on delete set null,
    offer_id       uuid             not null references listings on delete cascade,
    need_id        uuid             not null references listings on delete cascade,
    offer_group_id uuid             not null references groups on delete cascade,
    need_group_id  uuid             not null references groups on delete cascade,
    state          text             not null
        check (state in ('proposed', 'asked', 'connected', 'declined', 'lapsed', 'withdrawn')),
    need_answer    text             not null default '' check (need_answer in ('', 'yes', 'no')),
    offer_answer   text             not null default '' check (offer_answer in ('', 'yes', 'no')),
    need_by        uuid             references people on delete set null,
    offer_by       uuid             references people on delete set null,
    decline_reason text             not null default '',
    amount         int              not null check (amount >= 1),
    reasons        jsonb            not null,
    slots          jsonb            not null default '[]',
    fit            double precision not null,
    proposed_at    timestamptz      not null,
    need_told_at   timestamptz,
    asked_at       timestamptz,
    offer_told_at  timestamptz,
    answered_at    timestamptz,
    connected_at   timestamptz,
    ended_at       timestamptz,
    settled_at     timestamptz,      -- what follows from its end was done: mails, the next best
    offer_mask     text             not null default '',
    need_mask      text             not null default '',
    check (offer_group_id <> need_group_id),
    check (state <> 'connected' or (need_answer = 'yes' and offer_answer = 'yes')),
    check (state <> 'asked' or need_answer = 'yes')
);
-- At most one living introduction per pair of listings.
create unique index introductions_living on introductions (offer_id, need_id)
    where state in ('proposed', 'asked', 'connected');
create unique index introductions_offer_mask on introductions (offer_mask) where offer_mask <> '';
create unique index introductions_need_mask on introductions (need_mask) where need_mask <> '';
create index introductions_offer on introductions (offer_id, state);
create index introductions_need on introductions (need_id, state);
create index introductions_offer_group on introductions (offer_group_id, proposed_at desc);
create index introductions_need_group on introductions (need_group_id, proposed_at desc);
create index introductions_open on introductions (state) where state in ('proposed', 'asked');
create index introductions_unsettled on introductions (ended_at) where ended_at is not null and settled_at is null;

create table allocations (
    id              uuid        primary key,
    offer_id        uuid        not null references listings on delete cascade,
    need_id         uuid        not null references listings on delete cascade,
    introduction_id uuid        references introductions on delete cascade,
    amount          int         not null check (amount >= 1),
    starts_at       timestamptz not null,
    ends_at         timestamptz check (ends_at > starts_at), -- none: a gift, gone for ever
    created_at      timestamptz not null,
    released_at     timestamptz
);
create index allocations_offer on allocations (offer_id, starts_at) where released_at is null;
create index allocations_introduction on allocations (introduction_id);

create table exchanges (
    id              uuid        primary key,
    introduction_id uuid        not null unique references introductions on delete cascade,
    amount          int         not null check (amount >= 1),
    slots           jsonb       not null default '[]',
    proposed_by     uuid        references people on delete set null,
    agreed_at       timestamptz,
    offer_says      text        not null default '' check (offer_says in ('', 'yes', 'no')),
    need_says       text        not null default '' check (need_says in ('', 'yes', 'no')),
    outcome         text        not null default 'unknown'
        check (outcome in ('unknown', 'happened', 'one_yes', 'not_done', 'disputed', 'silent')),
    snapshot        jsonb       not null default '{}',
    created_at      timestamptz not null
);

-- Ids only: no foreign keys, so that erasing a person leaves a tombstone and not a hole.
create table events (
    id         bigint      generated always as identity primary key,
    at         timestamptz not null,
    actor      uuid,
    on_behalf  uuid,
    network_id uuid,
    verb       text        not null,
    subject    text        not null,
    subject_id uuid        not null,
    other_id   uuid
);
create index events_subject on events (subject_id, id);

create table reports (
    id         uuid        primary key,
    subject    text        not null check (subject in ('listing', 'group')),
    subject_id uuid        not null,
    reason     text        not null,
    words      text        not null default '',
    person_id  uuid        references people on delete set null,
    created_at timestamptz not null,
    handled_at timestamptz
);

create table sign_ins (
    id           uuid        primary key,
    address      text        not null,
    link_hash    bytea       not null unique,
    browser_hash bytea       not null,
    device       text        not null default '',
    next         text        not null default '',
    tries        int         not null default 0,
    created_at   timestamptz not null,
    expires_at   timestamptz not null,
    used_at      timestamptz
);
create index sign_ins_browser on sign_ins (browser_hash, created_at desc);

create table sessions (
    id         uuid        primary key,
    person_id  uuid        not null references people on delete cascade,
    hash       bytea       not null unique,
    device     text        not null default '',
    created_at timestamptz not null,
    seen_at    timestamptz not null,
    ended_at   timestamptz
);
create index sessions_person on sessions (person_id);

-- A form's once-only id and where its first handling led, so that a double click does nothing twice.
create table once (
    id     text        primary key,
    person uuid,
    answer text        not null,
    at     timestamptz not null
);
create index once_at on once (at);

create table letters (
    id         uuid        primary key,
    kind       text        not null,
    person_id  uuid        references people on delete cascade,
    address    text        not null default '',
    group_id   uuid        references groups on delete cascade,
    about_id   uuid        not null,
    message_id text        not null unique,
    state      text        not null default 'waiting' check (state in ('waiting', 'sent', 'failed')),
    tries      int         not null default 0,
    fault      text        not null default '',
    created_at timestamptz not null,
    sent_at    timestamptz,
    ended_at   timestamptz
);
create index letters_person on letters (person_id, kind, created_at desc);
create index letters_waiting on letters (created_at) where state = 'waiting';

-- One mail per introduction, recipient and kind, whatever is tried again.
create table letter_introductions (
    introduction_id uuid not null references introductions on delete cascade,
    person_id       uuid not null references people on delete cascade,
    kind            text not null,
    letter_id       uuid not null references letters on delete cascade,
    primary key (introduction_id, person_id, kind)
);
create index letter_introductions_letter on letter_introductions (letter_id);

create table outbox (
    id        bigint      generated always as identity primary key,
    kind      text        not null,
    subject   uuid        not null,
    other     uuid,
    state     text        not null default 'waiting' check (state in ('waiting', 'sent', 'done', 'failed')),
    attempt   int         not null default 0,  -- how often it was handed to the queue
    failures  int         not null default 0,  -- attempts that ended in an error
    fault     text        not null default '', -- class of the last error, never personal text
    due_at    timestamptz not null,            -- not before this (machine time, not business time)
    queued_at timestamptz not null,            -- when the change was made (machine time)
    sent_at   timestamptz,
    beat_at   timestamptz,                     -- last sign of life of the process that works on it
    ended_at  timestamptz
);
create index outbox_due on outbox (due_at, id) where state = 'waiting';
create index outbox_sent on outbox (sent_at) where state = 'sent';
create index outbox_ended on outbox (ended_at) where state in ('done', 'failed');

-- What followers (the engine's index) read: which listings to look at again. xid lets them stop before the oldest
-- transaction still open, because ids do not commit in order.
create table changes (
    seq        bigint generated always as identity,
    xid        xid8   not null default pg_current_xact_id(),
    listing_id uuid   not null,
    primary key (xid, seq)
);

-- +goose StatementBegin
create function wake() returns trigger language plpgsql as $$
begin
    perform pg_notify(tg_argv[0], '');
    return null;
end $$;
-- +goose StatementEnd
create trigger outbox_wake after insert on outbox for each statement execute function wake('outbox');
create trigger changes_wake after insert on changes for each statement execute function wake('changes');

-- +goose StatementBegin
create function note_change() returns trigger language plpgsql as $$
declare
    r record := coalesce(new, old);
begin
    case tg_table_name
    when 'listings' then
        insert into changes (listing_id) values (r.id);
    when 'allocations' then
        insert into changes (listing_id) values (r.offer_id);
    when 'introductions' then
        insert into changes (listing_id) values (r.offer_id), (r.need_id);
    when 'blocks' then
        insert into changes (listing_id)
        select id from listings where group_id in (r.group_id, r.blocked_id) and life in ('open', 'paused');
    when 'groups' then
        insert into changes (listing_id) select id from listings where group_id = r.id and life in ('open', 'paused');
    when 'network_parents' then
        insert into changes (listing_id)
        select l.id from listings l where l.life in ('open', 'paused') and l.group_id in
            (select m.group_id from network_members m where m.agreed_at is not null);
    else
        insert into changes (listing_id)
        select id from listings where group_id = r.group_id and life in ('open', 'paused');
    end case;
    return null;
end $$;
-- +goose StatementEnd
create trigger listings_note after insert or update or delete on listings for each row execute function note_change();
create trigger allocations_note after insert or update or delete on allocations for each row execute function note_change();
create trigger introductions_note after insert or delete or update of state on introductions
    for each row execute function note_change();
create trigger blocks_note after insert or delete on blocks for each row execute function note_change();
create trigger groups_note after update on groups for each row execute function note_change();
create trigger evidence_note after insert or update or delete on evidence for each row execute function note_change();
create trigger check_statements_note after insert or update or delete on check_statements
    for each row execute function note_change();
create trigger network_members_note after insert or update or delete on network_members
    for each row execute function note_change();
create trigger network_parents_note after insert or update or delete on network_parents
    for each row execute function note_change();

-- Capacity: at no instant may living allocations, turn-round included, exceed the offer's quantity. The offer's row is
-- locked first, so that two who want the last unit come one after the other. NO KEY UPDATE does not clash with the lock
-- that the foreign key takes.
-- +goose StatementBegin
create function check_capacity(offer uuid, since timestamptz, until timestamptz) returns void language plpgsql as $$
declare
    most  int;
    pause interval;
    peak  bigint;
begin
    select quantity, make_interval(mins => coalesce((times ->> 'turnRound')::int, 0)) into most, pause
      from listings where id = offer for no key update;
    with near as (
        select amount, starts_at, ends_at + pause as frees_at from allocations
         where offer_id = offer and released_at is null
           and (until is null or starts_at < until + pause)
           and (ends_at is null or ends_at + pause > since)
    )
    select max((select sum(a.amount) from near a
                 where a.starts_at <= p.starts_at and (a.frees_at is null or a.frees_at > p.starts_at)))
      into peak from near p;
    if peak > most then
        raise exception 'capacity of offer % exceeded', offer using errcode = 'WH001';
    end if;
end $$;
-- +goose StatementEnd
-- +goose StatementBegin
create function guard_allocation() returns trigger language plpgsql as $$
begin
    if new.released_at is null then
        perform check_capacity(new.offer_id, new.starts_at, new.ends_at);
    end if;
    return null;
end $$;
-- +goose StatementEnd
create trigger allocations_guard after insert or update on allocations for each row execute function guard_allocation();
-- +goose StatementBegin
create function guard_quantity() returns trigger language plpgsql as $$
begin
    perform check_capacity(new.id, '-infinity', null);
    return null;
end $$;
-- +goose StatementEnd
create trigger listings_guard after update of quantity, times on listings for each row
    when (old.quantity > new.quantity or old.times is distinct from new.times) execute function guard_quantity();

-- Networks nest without cycles. One lock for all changes of the nesting: two halves of a cycle cannot slip in together.
-- +goose StatementBegin
create function guard_nesting() returns trigger language plpgsql as $$
begin
    perform pg_advisory_xact_lock(hashtext('network_parents'));
    if exists (
        with recursive above (id) as (
            select new.parent_id
            union
            select p.parent_id from network_parents p join above on p.child_id = above.id
        ) select 1 from above where id = new.child_id
    ) then
        raise exception 'network % would lie below itself', new.child_id using errcode = 'WH002';
    end if;
    return new;
end $$;
-- +goose StatementEnd
create trigger network_parents_guard before insert or update on network_parents
    for each row execute function guard_nesting();

-- +goose Down
drop table changes, outbox, letter_introductions, letters, once, sessions, sign_ins, reports, events, exchanges,
    allocations, introductions, matches, blocks, listings, kinds, postcodes, places, public_points, connectors,
    network_members, network_peers, network_parents, networks, check_statements, evidence, memberships, groups, people
    cascade;
drop function wake, note_change, check_capacity, guard_allocation, guard_quantity, guard_nesting;
