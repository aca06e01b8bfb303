-- When the mail server took a letter last, and what failed, is read on the operators' page, whatever else lies there by the million.

-- +goose Up
create index letters_taken on letters (sent_at) where state = 'sent';
create index letters_failed_newest on letters (created_at desc, id desc) where state = 'failed';

-- +goose Down
drop index letters_failed_newest;
drop index letters_taken;
