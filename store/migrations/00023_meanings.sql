-- +goose Up
-- What a model read out of a listing's text: a copy that can be read anew at any time. It counts while the text still has
-- the digest, and compares only with what the same model read.
create table meanings (
    listing_id uuid        primary key references listings on delete cascade,
    digest     bytea       not null check (length(digest) = 32),
    model      text        not null,
    vectors    bytea       not null check (length(vectors) >= 384 and length(vectors) % 384 = 0),
    things     bytea       not null check (length(things) % 4 = 0),
    read_at    timestamptz not null
);
create index meanings_model on meanings (model);

-- +goose Down
drop table meanings;
