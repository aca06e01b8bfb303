-- What goes from the sandbox of partners is told to those who see that: all that is open there is shown to them, whatever its circle, so
-- that listings.shown says nothing of it.

-- +goose Up
-- +goose StatementBegin
create function in_sandbox(whose uuid) returns boolean language sql stable as $$
    select exists (select from network_members m join networks n on n.id = m.network_id and n.sandbox where m.group_id = whose)
$$;
-- +goose StatementEnd

-- +goose StatementBegin
create or replace function note_change() returns trigger language plpgsql as $$
declare
    r record := coalesce(new, old);
begin
    case tg_table_name
    when 'listings' then
        insert into changes (listing_id, inward) values (r.id, tg_op = 'DELETE' and not r.shown and not in_sandbox(r.group_id));
    when 'allocations' then
        insert into changes (listing_id, inward) values (r.offer_id, true);
    when 'introductions' then
        insert into changes (listing_id, inward) values (r.offer_id, true), (r.need_id, true);
    when 'blocks' then
        insert into changes (listing_id, inward)
        select id, true from listings where group_id in (r.group_id, r.blocked_id) and life in ('open', 'paused');
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

-- +goose StatementBegin
create or replace function note_parting() returns trigger language plpgsql as $$
begin
    if tg_table_name = 'groups' then
        insert into partings (listing_id, network_id)
        select l.id, m.network_id from listings l join network_members m on m.group_id = l.group_id and m.agreed_at is not null
         where l.group_id = new.id and l.shown
        on conflict (listing_id, network_id) do update set xid = excluded.xid;
    elsif exists (select from groups where id = old.group_id and name_hidden) then
        return null;
    elsif tg_table_name = 'network_members' then
        if old.agreed_at is not null and (tg_op = 'DELETE' or new.agreed_at is null) then
            insert into partings (listing_id, network_id) select id, old.network_id from listings where group_id = old.group_id and shown
            on conflict (listing_id, network_id) do update set xid = excluded.xid;
        end if;
    elsif old.shown or in_sandbox(old.group_id) then
        insert into partings (listing_id, network_id)
        select old.id, network_id from network_members where group_id = old.group_id and agreed_at is not null
        on conflict (listing_id, network_id) do update set xid = excluded.xid;
    end if;
    return null;
end $$;
-- +goose StatementEnd

-- +goose Down
-- +goose StatementBegin
create or replace function note_parting() returns trigger language plpgsql as $$
begin
    if tg_table_name = 'groups' then
        insert into partings (listing_id, network_id)
        select l.id, m.network_id from listings l join network_members m on m.group_id = l.group_id and m.agreed_at is not null
         where l.group_id = new.id and l.shown
        on conflict (listing_id, network_id) do update set xid = excluded.xid;
    elsif exists (select from groups where id = old.group_id and name_hidden) then
        return null;
    elsif tg_table_name = 'network_members' then
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
-- +goose StatementBegin
create or replace function note_change() returns trigger language plpgsql as $$
declare
    r record := coalesce(new, old);
begin
    case tg_table_name
    when 'listings' then
        insert into changes (listing_id, inward) values (r.id, tg_op = 'DELETE' and not r.shown);
    when 'allocations' then
        insert into changes (listing_id, inward) values (r.offer_id, true);
    when 'introductions' then
        insert into changes (listing_id, inward) values (r.offer_id, true), (r.need_id, true);
    when 'blocks' then
        insert into changes (listing_id, inward)
        select id, true from listings where group_id in (r.group_id, r.blocked_id) and life in ('open', 'paused');
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
drop function in_sandbox;
