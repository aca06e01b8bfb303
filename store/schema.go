package store

import (
	"context"
	"strings"
)

// schemaParts says everything about the public schema in a fixed order, as statements.
var schemaParts = []string{
	`select format(E'create table %I (\n%s\n);', c.relname,
	        string_agg(format('    %I %s%s%s', a.attname, format_type(a.atttypid, a.atttypmod),
	            case when a.attnotnull then ' not null' else '' end,
	            case when a.attidentity <> '' then ' generated always as identity'
	                 when d.oid is not null then ' default ' || pg_get_expr(d.adbin, d.adrelid) else '' end), E',\n' order by a.attnum))
	   from pg_class c
	   join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
	   left join pg_attrdef d on d.adrelid = c.oid and d.adnum = a.attnum
	  where c.relkind = 'r' and c.relnamespace = 'public'::regnamespace and c.relname <> 'goose_db_version'
	  group by c.relname order by c.relname`,
	`select format('alter table %s add constraint %I %s;', conrelid::regclass, conname, pg_get_constraintdef(oid))
	   from pg_constraint
	  where connamespace = 'public'::regnamespace and conrelid <> 0 and contype <> 'n' and conrelid::regclass::text <> 'goose_db_version'
	  order by conrelid::regclass::text, contype desc, conname`,
	`select pg_get_indexdef(i.indexrelid) || ';' from pg_index i join pg_class c on c.oid = i.indexrelid
	  where c.relnamespace = 'public'::regnamespace and not exists (select 1 from pg_constraint k where k.conindid = c.oid)
	  order by c.relname`,
	`select pg_get_functiondef(p.oid) || ';' from pg_proc p
	  where p.pronamespace = 'public'::regnamespace and not exists (select 1 from pg_depend d where d.objid = p.oid and d.deptype = 'e')
	  order by p.proname`,
	`select pg_get_triggerdef(t.oid) || ';' from pg_trigger t join pg_class c on c.oid = t.tgrelid
	  where not t.tgisinternal and c.relnamespace = 'public'::regnamespace order by c.relname, t.tgname`,
}

// Schema is the database's schema as statements, read from its catalogue: what schema.sql holds.
func (s *Store) Schema(ctx context.Context) (string, error) {
	var b strings.Builder
	b.WriteString("-- Written by the schema command of cmd/admin from a migrated database. Do not edit: write a migration.\n")
	for _, sql := range schemaParts {
		var rows []string
		if err := s.db.WithContext(ctx).Raw(sql).Scan(&rows).Error; err != nil {
			return "", translate(err)
		}
		for _, row := range rows {
			b.WriteString("\n" + row + "\n")
		}
	}
	return b.String(), nil
}
