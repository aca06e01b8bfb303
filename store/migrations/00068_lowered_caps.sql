-- How many mails of proposals a day, and how many open requests a listing, a person or a network wants at most: below the house's caps,
-- as they could say of mails a week.

-- +goose Up
alter table people add column mails_a_day integer check (mails_a_day >= 0), add column open_requests integer check (open_requests >= 1);
alter table networks add column mails_a_day integer check (mails_a_day >= 0), add column open_requests integer check (open_requests >= 1);

-- +goose Down
alter table networks drop column mails_a_day, drop column open_requests;
alter table people drop column mails_a_day, drop column open_requests;
