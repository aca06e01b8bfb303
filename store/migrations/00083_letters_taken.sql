-- +goose NO TRANSACTION
-- When the mail server took a letter last, and what failed, is read on the operators' page, whatever else lies there by the million.
-- Mail is written and sent while the indexes are built; one that was left half built is made anew.

-- +goose Up
drop index concurrently if exists letters_taken;
create index concurrently letters_taken on letters (sent_at) where state = 'sent';
drop index concurrently if exists letters_failed_newest;
create index concurrently letters_failed_newest on letters (created_at desc, id desc) where state = 'failed';

-- +goose Down
drop index concurrently if exists letters_failed_newest;
drop index concurrently if exists letters_taken;
