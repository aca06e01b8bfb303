-- When a mail that says so told the side that needs of the giver's yes: from then on it cannot be taken back. Of what is open it is
-- taken to be told where the mail of the proposal went after that yes.

-- +goose Up
alter table introductions add column yes_told_at timestamptz;
update introductions set yes_told_at = need_told_at
 where state = 'proposed' and offer_answer = 'yes' and need_told_at >= answered_at;

-- +goose Down
alter table introductions drop column yes_told_at;
