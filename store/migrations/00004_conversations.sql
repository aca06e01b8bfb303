-- +goose Up
-- What two connected groups write to each other, and what becomes of our mail: who wants which, what came back.

create table messages (
    id              uuid        primary key,
    introduction_id uuid        not null references introductions on delete cascade,
    side            text        not null check (side in ('offer', 'need')),
    person_id       uuid        not null references people on delete cascade, -- erased with whoever wrote it
    group_id        uuid        not null references groups on delete cascade,
    text            text        not null,
    way             text        not null check (way in ('page', 'mail')),
    answers_id      uuid        references messages on delete set null,
    mail_id         text        not null default '',
    left_out        jsonb       not null default '[]',
    created_at      timestamptz not null,
    purged_at       timestamptz
);
create index messages_introduction on messages (introduction_id, created_at, id);
create index messages_person on messages (person_id, created_at desc);
-- A mail server that got no answer sends its mail again: one mail is one message.
create unique index messages_mail on messages (introduction_id, mail_id) where mail_id <> '';

create table message_files (
    id         uuid  primary key,
    message_id uuid  not null references messages on delete cascade,
    position   int   not null,
    name       text  not null,
    type       text  not null,
    size       int   not null,
    content    bytea not null
);
create index message_files_message on message_files (message_id, position);

-- The kinds of mail a person wants no more of.
create table mail_stops (
    person_id  uuid        not null references people on delete cascade,
    kind       text        not null,
    created_at timestamptz not null,
    primary key (person_id, kind)
);

-- What mail servers told of letters. No foreign key to the letter: it is dropped earlier.
create table bounces (
    letter_id  uuid        not null,
    person_id  uuid        not null references people on delete cascade,
    fate       text        not null check (fate in ('soft', 'hard', 'complained')),
    status     text        not null default '',
    created_at timestamptz not null,
    primary key (letter_id, fate)
);
create index bounces_person on bounces (person_id, created_at desc);

alter table reports drop constraint reports_subject_check;
alter table reports add constraint reports_subject_check check (subject in ('listing', 'group', 'message'));

-- +goose Down
alter table reports drop constraint reports_subject_check;
alter table reports add constraint reports_subject_check check (subject in ('listing', 'group')) not valid;
drop table bounces, mail_stops, message_files, messages;
