-- +goose NO TRANSACTION
-- Every sweep asks which changes were just given up before the search index had them: few of all jobs that ended. Jobs are kept while the
-- index is built; one that was left half built is made anew.

-- +goose Up
drop index concurrently if exists outbox_unindexed;
create index concurrently outbox_unindexed on outbox (ended_at) where state = 'failed' and kind in ('index', 'party');

-- +goose Down
drop index concurrently if exists outbox_unindexed;
