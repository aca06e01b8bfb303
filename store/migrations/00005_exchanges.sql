-- +goose Up
-- Agreeing and what came of it. outcome is what the release before wrote; stage holds it and all that goes before.
alter table exchanges
    add column stage         text not null default 'arranging'
        check (stage in ('arranging', 'suggested', 'agreed', 'asked', 'happened', 'one_yes', 'not_done', 'disputed', 'silent', 'called_off', 'released')),
    add column proposed_side text not null default '' check (proposed_side in ('', 'offer', 'need')),
    add column suggested_at  timestamptz,
    add column sequence      int not null default 0,
    add column published     int not null default 0,
    add column open_since    timestamptz,
    add column warned_at     timestamptz,
    add column remind_at     timestamptz,
    add column ask_at        timestamptz,
    add column asked_at      timestamptz,
    add column closed_at     timestamptz,
    add column offer_word    text not null default '',
    add column need_word     text not null default '',
    add column offer_worked  text not null default '',
    add column need_worked   text not null default '';
update exchanges set stage = case when outcome <> 'unknown' then outcome when agreed_at is not null then 'agreed' else 'arranging' end;
update exchanges set open_since = created_at where stage = 'arranging';
create index exchanges_unagreed on exchanges (open_since) where stage in ('arranging', 'suggested');
create index exchanges_remind on exchanges (remind_at) where stage = 'agreed' and remind_at is not null;
create index exchanges_ask on exchanges (ask_at) where stage = 'agreed' and ask_at is not null;
create index exchanges_asked on exchanges (asked_at) where stage = 'asked';

-- A letter of which there may be only one says what it is about, with its round: "agreed:<exchange>:2".
alter table letters add column once text;
create unique index letters_once on letters (once, person_id) where once is not null;

-- +goose StatementBegin
create function note_outcome() returns trigger language plpgsql as $$
begin
    insert into changes (listing_id)
    select l.id from introductions i join listings l on l.group_id in (i.need_group_id, i.offer_group_id)
     where i.id = new.introduction_id and l.life in ('open', 'paused');
    return null;
end $$;
-- +goose StatementEnd
create trigger exchanges_note after update of stage on exchanges for each row
    when (new.stage in ('happened', 'not_done') and old.stage <> new.stage) execute function note_outcome();

-- +goose Down
drop trigger exchanges_note on exchanges;
drop function note_outcome;
drop index letters_once;
alter table letters drop column once;
drop index exchanges_unagreed, exchanges_remind, exchanges_ask, exchanges_asked;
alter table exchanges drop column stage, drop column proposed_side, drop column suggested_at, drop column sequence,
    drop column published, drop column open_since, drop column warned_at, drop column remind_at, drop column ask_at,
    drop column asked_at, drop column closed_at, drop column offer_word, drop column need_word, drop column offer_worked,
    drop column need_worked;
