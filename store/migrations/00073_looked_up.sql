-- What is looked up often and had no index: letters about a thing, reports on one, pauses that end, circles that widen, and who was
-- in a group at a moment, those who left included.

-- +goose Up
create index letters_about on letters (about_id, kind);
create index reports_subject on reports (subject_id);
create index listings_paused on listings (paused_until) where life = 'paused';
create index listings_widening on listings (id) where life = 'open' and widens and circle <> 'anyone';
create index memberships_group on memberships (group_id);

-- +goose Down
drop index letters_about, reports_subject, listings_paused, listings_widening, memberships_group;
