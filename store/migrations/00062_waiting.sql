-- Names and first listings that wait are read from their oldest end, page by page, and looked for each minute to tell who is to look.

-- +goose Up
create index groups_held on groups (held_at, id) where held_at is not null;
create index held_listings_oldest on held_listings (created_at, listing_id);

-- +goose Down
drop index held_listings_oldest;
drop index groups_held;
