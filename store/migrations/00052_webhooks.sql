-- Webhooks: addresses of partners that are told what changed, what each was told, and how far changes were read for them.

-- +goose Up
create table webhooks (
    id            uuid        primary key,
    partner_id    uuid        not null references partners on delete cascade,
    test          boolean     not null default false,
    url           text        not null,
    types         jsonb       not null,
    created_at    timestamptz not null,
    secret_id     uuid        not null,
    old_secret_id uuid,
    old_until     timestamptz,
    state         text        not null check (state in ('live', 'disabled')),
    why           text        not null default '',
    disabled_at   timestamptz,
    failing_since timestamptz,
    failures      int         not null default 0,
    rest_until    timestamptz,
    lease         uuid,
    lease_until   timestamptz
);
create index webhooks_partner on webhooks (partner_id);

create table deliveries (
    id         uuid        primary key,
    seq        bigint      generated always as identity,
    webhook_id uuid        not null references webhooks on delete cascade,
    type       text        not null,
    subject_id uuid        not null,
    at         timestamptz not null,
    state      text        not null check (state in ('waiting', 'done', 'failed', 'passed')),
    attempts   int         not null default 0,
    due_at     timestamptz not null,
    until      timestamptz,
    begun_at   timestamptz,
    tried_at   timestamptz,
    ended_at   timestamptz,
    status     int         not null default 0,
    fault      text        not null default '',
    excerpt    text        not null default ''
);
create index deliveries_waiting on deliveries (webhook_id, seq) where state = 'waiting';
create index deliveries_log on deliveries (webhook_id, seq);
create index deliveries_subject on deliveries (webhook_id, subject_id, seq);
create index deliveries_ended on deliveries (ended_at);

-- How far the changes were read for webhooks; era names the database in which the figures mean something.
create table webhook_mark (
    one boolean primary key default true check (one),
    era text    not null,
    xid xid8    not null,
    seq bigint  not null
);

-- That a listing which had been shown was in a network until then: its group left, or it was deleted. Partners whom that network
-- let in are told that it is gone, and no others, who never could see it.
create table partings (
    listing_id uuid not null,
    network_id uuid not null,
    xid        xid8 not null default pg_current_xact_id(),
    primary key (listing_id, network_id)
);
create index partings_xid on partings (xid);

-- +goose StatementBegin
create function note_parting() returns trigger language plpgsql as $$
begin
    if tg_table_name = 'network_members' then
        if old.agreed_at is not null and (tg_op = 'DELETE' or new.agreed_at is null) then
            insert into partings (listing_id, network_id) select id, old.network_id from listings where group_id = old.group_id and shown
            on conflict (listing_id, network_id) do update set xid = excluded.xid;
        end if;
    elsif old.shown then
        insert into partings (listing_id, network_id)
        select old.id, network_id from network_members where group_id = old.group_id and agreed_at is not null
        on conflict (listing_id, network_id) do update set xid = excluded.xid;
    end if;
    return null;
end $$;
-- +goose StatementEnd
create trigger network_members_parting after update or delete on network_members for each row execute function note_parting();
create trigger listings_parting after delete on listings for each row execute function note_parting();

-- +goose Down
drop trigger listings_parting on listings;
drop trigger network_members_parting on network_members;
drop function note_parting;
drop table partings, webhook_mark, deliveries, webhooks;
