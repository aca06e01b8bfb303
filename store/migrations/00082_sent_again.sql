-- A letter that failed can be sent again, and is tried for as long again as one that was just written.

-- +goose Up
alter table letters add column again_at timestamptz;
create index letters_tried on letters ((coalesce(again_at, created_at))) where state = 'waiting';
create index letters_failed on letters (ended_at) where state = 'failed';

-- +goose Down
drop index letters_failed;
drop index letters_tried;
alter table letters drop column again_at;
