-- Names one slip of the pen apart are found by what they have in common: the folded name, or it with one letter left out.

-- +goose Up
-- +goose StatementBegin
create function likeness_slips(name text) returns text[] language sql immutable strict parallel safe as $$
    select array_agg(slip) from (
        select name union select left(name, i - 1) || substr(name, i + 1) from generate_series(1, char_length(name)) i where char_length(name) >= 6
    ) slips (slip)
$$;
-- +goose StatementEnd
create index groups_slips on groups using gin (likeness_slips(likeness));

-- +goose Down
drop index groups_slips;
drop function likeness_slips;
