-- +goose NO TRANSACTION
-- A letter that failed can be sent again, and is tried for as long again as one that was just written. Mail is written and sent while
-- the indexes are built; one that was left half built is made anew.

-- +goose Up
alter table letters add column if not exists again_at timestamptz;
drop index concurrently if exists letters_tried;
create index concurrently letters_tried on letters ((coalesce(again_at, created_at))) where state = 'waiting';
drop index concurrently if exists letters_failed;
create index concurrently letters_failed on letters (ended_at) where state = 'failed';

-- +goose Down
drop index concurrently if exists letters_failed;
drop index concurrently if exists letters_tried;
alter table letters drop column if exists again_at;
