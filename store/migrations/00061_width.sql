-- How far a partner's last sending left its listing shown, and how far the listing's group itself has it shown at most: so a partner
-- can widen again what it had narrowed itself. Of what was sent before nobody knows: what stands then is taken for the group's.

-- +goose Up
alter table supplied add column shown jsonb, add column bound jsonb;

-- +goose Down
alter table supplied drop column shown, drop column bound;
