-- The network one of whose connectors has seen what a group states, on shown_on. The connector is shown_to, until they erase their
-- account: what was seen stands by the network's name.
--
-- And whoever keeps a copy is told when the photos of a listing change: one that was hidden must leave the copy too.

-- +goose Up
alter table evidence add column shown_in uuid references networks on delete set null;

-- +goose StatementBegin
create function note_photo() returns trigger language plpgsql as $$
declare
    r record := coalesce(new, old);
begin
    insert into changes (listing_id) select id from listings where id = r.listing_id and life in ('open', 'paused');
    return null;
end $$;
-- +goose StatementEnd
create trigger photos_note after insert or update or delete on photos for each row execute function note_photo();

-- +goose Down
drop trigger photos_note on photos;
drop function note_photo();
alter table evidence drop column shown_in;
