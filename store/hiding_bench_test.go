package store_test

import (
	"fmt"
	"testing"

	"wherewithal/store/storetest"
)

// BenchmarkHidingNames asks, while 100,000 index jobs wait, which of 20,000 groups hide their names: none of them, or a hundred.
//
//	go test ./store -run - -bench Hiding -benchtime 100x
func BenchmarkHidingNames(b *testing.B) {
	s := storetest.Open(b)
	conn, err := s.Pool().Acquire(b.Context())
	if err != nil {
		b.Fatal(err)
	}
	defer conn.Release()
	run := func(statements ...string) {
		for _, sql := range statements {
			if _, err := conn.Exec(b.Context(), sql); err != nil {
				b.Fatal(err)
			}
		}
	}
	run(`set session_replication_role = replica`, // without the triggers, which are not asked about
		`insert into groups (id, name, likeness, does, legal_form, created_at) select gen_random_uuid(), 'g' || n, 'g' || n, '', 'informal', now() from generate_series(1, 20000) n`,
		`insert into listings (id, group_id, side, kind, title, description, language, quantity, way, times, terms, circle, life, created_at, updated_at)
			select gen_random_uuid(), g.id, 'offer', 'room', 't', 'd', 'en-GB', 1, 'online', '{}', '{}', 'anyone', 'open', now(), now() from groups g, generate_series(1, 10)`,
		`insert into outbox (kind, subject, due_at, queued_at) select 'index', id, now(), now()
			from (select id, row_number() over (partition by group_id) as n from listings) l where n <= 5`)
	for _, hide := range []int{0, 100} {
		run(fmt.Sprintf(`update groups set name_hidden = true, alias = 'a' || id where id in (select id from groups order by id limit %d)`, hide), `analyze`)
		b.Run(fmt.Sprint(hide), func(b *testing.B) {
			for b.Loop() {
				ids, err := s.HidingNames(b.Context())
				if err != nil || len(ids) != hide {
					b.Fatal(len(ids), err)
				}
			}
		})
	}
}
