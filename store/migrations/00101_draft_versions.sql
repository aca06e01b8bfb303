-- A form that is not finished has a version, as listings have, so that two devices of its writer do not write over each other unawares. One
-- that became a listing keeps which one for as long as it would have waited, and nothing else: it is not kept anew by a form that is
-- sent late. It is no reference: that it was posted stays so when the listing goes. The release before writes version 1 and no
-- listing; over a form that became one it writes what nobody is shown.

-- +goose Up
alter table unfinished_forms add column version bigint not null default 1, add column listing_id uuid;

-- +goose Down
delete from unfinished_forms where listing_id is not null;
alter table unfinished_forms drop column version, drop column listing_id;
