-- +goose Up
-- Somebody asked to join a group. The address is dropped as soon as the invitation ends: from then on it is the person's.
create table invitations (
    id         uuid        primary key,
    group_id   uuid        not null references groups on delete cascade,
    address    text        not null,
    role       text        not null check (role in ('owner', 'poster', 'reader')),
    invited_by uuid        references people on delete set null,
    created_at timestamptz not null,
    expires_at timestamptz not null,
    ended_at   timestamptz,
    outcome    text        not null default '' check (outcome in ('', 'accepted', 'declined', 'revoked', 'expired'))
);
create unique index invitations_open on invitations (group_id, address) where ended_at is null;
create index evidence_expires on evidence (expires) where expires <> '';

-- +goose Down
drop index evidence_expires;
drop table invitations;
