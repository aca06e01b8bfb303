-- Partners are told what changed about what they see. That something was lent, that two were introduced, or that one blocked the
-- other, is for the engine alone: listings that come up side by side and unchanged would tell who has to do with whom.

-- +goose Up
alter table changes add column inward boolean not null default false;

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

create or replace function note_outcome() returns trigger language plpgsql as $$
begin
    insert into changes (listing_id, inward)
    select l.id, true from introductions i join listings l on l.group_id in (i.need_group_id, i.offer_group_id)
     where i.id = new.introduction_id and l.life in ('open', 'paused');
    return null;
end $$;

create or replace function note_helped() returns trigger language plpgsql as $$
begin
    insert into changes (listing_id, inward)
    select id, true from listings where group_id = new.need_group_id and life in ('open', 'paused') and id <> new.need_id;
    return null;
end $$;
-- +goose StatementEnd

-- +goose Down
-- +goose StatementBegin
create or replace function note_change() returns trigger language plpgsql as $$
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

create or replace function note_outcome() returns trigger language plpgsql as $$
begin
    insert into changes (listing_id)
    select l.id from introductions i join listings l on l.group_id in (i.need_group_id, i.offer_group_id)
     where i.id = new.introduction_id and l.life in ('open', 'paused');
    return null;
end $$;

create or replace function note_helped() returns trigger language plpgsql as $$
begin
    insert into changes (listing_id)
    select id from listings where group_id = new.need_group_id and life in ('open', 'paused') and id <> new.need_id;
    return null;
end $$;
-- +goose StatementEnd
alter table changes drop column inward;
