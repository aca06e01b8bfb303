-- A form of a listing as its writer left it, until they go on with it, on whatever device. Nobody else sees it: it is no listing yet. A
-- writer's browser brings the id, so that pressing twice keeps one; it counts beneath its person alone.

-- +goose Up
create table unfinished_forms (
    person_id uuid        not null references people on delete cascade,
    id        uuid        not null,
    side      text        not null check (side in ('offer', 'need')),
    fields    jsonb       not null,
    kept_at   timestamptz not null,
    primary key (person_id, id)
);
create index unfinished_forms_kept on unfinished_forms (kept_at);

-- +goose Down
drop table unfinished_forms;
