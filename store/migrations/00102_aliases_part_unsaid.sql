-- That a listing was in a network is not written down of a group that hides its name: a partner whom that network let in would be told that
-- the listing is gone, could read it under its alias, and would know where the alias is. When a group hides its name it is written down once,
-- so that copies made before drop what they have.

-- +goose Up
delete from partings p using listings l join groups g on g.id = l.group_id where l.id = p.listing_id and g.name_hidden;

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
create or replace function note_unnesting() returns trigger language plpgsql as $$
begin
    if old.agreed_at is not null and (tg_op = 'DELETE' or new.agreed_at is null) then
        insert into partings (listing_id, network_id)
        with recursive below (id) as (
            select old.child_id
            union
            select p.child_id from network_parents p join below on p.parent_id = below.id where p.agreed_at is not null
        )
        select distinct l.id, old.parent_id from listings l join groups g on g.id = l.group_id and not g.name_hidden
          join network_members m on m.group_id = l.group_id and m.agreed_at is not null
         where l.shown and m.network_id in (select id from below)
        on conflict (listing_id, network_id) do update set xid = excluded.xid;
    end if;
    return null;
end $$;
-- +goose StatementEnd
create trigger groups_parting after update on groups for each row when (new.name_hidden and not old.name_hidden) execute function note_parting();

-- +goose Down
drop trigger groups_parting on groups;
-- +goose StatementBegin
create or replace function note_unnesting() returns trigger language plpgsql as $$
begin
    if old.agreed_at is not null and (tg_op = 'DELETE' or new.agreed_at is null) then
        insert into partings (listing_id, network_id)
        with recursive below (id) as (
            select old.child_id
            union
            select p.child_id from network_parents p join below on p.parent_id = below.id where p.agreed_at is not null
        )
        select distinct l.id, old.parent_id from listings l join network_members m on m.group_id = l.group_id and m.agreed_at is not null
         where l.shown and m.network_id in (select id from below)
        on conflict (listing_id, network_id) do update set xid = excluded.xid;
    end if;
    return null;
end $$;
-- +goose StatementEnd
-- +goose StatementBegin
create or replace function note_parting() returns trigger language plpgsql as $$
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
