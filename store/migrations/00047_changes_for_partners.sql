-- Partners mirror what they may see by asking for changes, so changes are kept for weeks; up to where they were forgotten is
-- known, so that whoever comes with an older cursor is told to begin anew.

-- +goose Up
create table change_marks (
    xid    xid8        primary key,
    at     timestamptz not null,
    passed boolean     not null default false
);

-- Whether a listing was ever open for anyone: only of such a one may a partner be told that it is gone. What is open now is
-- marked when it changes, so that no row is written here; of what was closed before there are no copies.
alter table listings add column shown boolean not null default false;
-- +goose StatementBegin
create function note_shown() returns trigger language plpgsql as $$
begin
    new.shown := new.shown or new.life = 'open' and new.circle = 'anyone'
        or tg_op = 'UPDATE' and old.life = 'open' and old.circle = 'anyone';
    return new;
end $$;
-- +goose StatementEnd
create trigger listings_shown before insert or update on listings for each row execute function note_shown();
create index listings_open_to_anyone on listings (id) where life = 'open' and circle = 'anyone';

-- +goose Down
drop index listings_open_to_anyone;
drop trigger listings_shown on listings;
drop function note_shown;
alter table listings drop column shown;
drop table change_marks;
