-- Where a group had its places, in squares of 44 m, and the public point shown for each: entered anew a little beside, a
-- place keeps its public point, since two of them would tell where it is.

-- +goose Up
create table traces (
    group_id uuid not null references groups(id) on delete cascade,
    cell text not null,
    public_lat double precision not null,
    public_lng double precision not null,
    primary key (group_id, cell)
);
insert into traces (group_id, cell, public_lat, public_lng)
select distinct on (group_id, cell) group_id, cell, public_lat, public_lng
  from (select *, round(exact_lat / 0.0004)::int || ':' || round(exact_lng / 0.0004)::int as cell from places) p
 order by group_id, cell, created_at;

-- +goose Down
drop table traces;
