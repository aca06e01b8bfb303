-- What worked elsewhere is looked up on the page of each introduction, the newest first: few exchanges have it.

-- +goose Up
create index exchanges_worked on exchanges (closed_at desc, id) where stage in ('happened', 'one_yes') and (need_worked <> '' or offer_worked <> '');

-- +goose Down
drop index exchanges_worked;
