-- What a program was answered first under an Idempotency-Key, for when it asks again.

-- +goose Up
alter table once add column said bytea, add column partner uuid;

-- +goose Down
alter table once drop column said, drop column partner;
