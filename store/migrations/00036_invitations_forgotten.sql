-- +goose Up
-- A no is remembered after the address is dropped, by a keyed hash of it.
alter table invitations add column declined_hash bytea;
create index invitations_expire on invitations (expires_at) where ended_at is null;
-- Letters that went to an address which is to be dropped.
create index letters_invited on letters (ended_at) where kind = 'group_invitation' and address <> '';

-- +goose Down
drop index letters_invited;
drop index invitations_expire;
alter table invitations drop column declined_hash;
