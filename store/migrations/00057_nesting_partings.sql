-- What couriers look for each second has an index. And what lies in a network that leaves one above it parts from that one: partners whom
-- that one let in are told that it is gone.

-- +goose Up
create index deliveries_due on deliveries (due_at) where state = 'waiting';

-- +goose StatementBegin
create function note_unnesting() returns trigger language plpgsql as $$
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
create trigger network_parents_parting after update or delete on network_parents for each row execute function note_unnesting();

-- +goose Down
drop trigger network_parents_parting on network_parents;
drop function note_unnesting;
drop index deliveries_due;
