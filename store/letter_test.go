package store_test

import (
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"

	"wherewithal/market"
	"wherewithal/store"
	"wherewithal/store/storetest"
)

// Whatever lies there by the thousand beside it, what an operator's pages ask of letters is read from an index: a long outage leaves none
// but letters that wait and that failed, and a good month none but those that went.
func TestWhatAnOperatorReadsOfLettersIsReadFromAnIndex(t *testing.T) {
	s, ctx := storetest.Open(t), t.Context()
	fill := func(state, times string, n int) {
		t.Helper()
		if _, err := s.Pool().Exec(ctx, `insert into letters (id, kind, about_id, message_id, state, created_at, sent_at, ended_at)
			select gen_random_uuid(), 'agreed', gen_random_uuid(), gen_random_uuid()::text, $1, at, case when $1 = 'sent' then at end, case when $1 <> 'waiting' then at end
			from (select now() - $2::interval - i * interval '1 second' as at from generate_series(1, $3) i) x`, state, times, n); err != nil {
			t.Fatal(err)
		}
	}
	plan := func(sql string, args ...any) string {
		t.Helper()
		if _, err := s.Pool().Exec(ctx, `analyze letters`); err != nil {
			t.Fatal(err)
		}
		rows, err := s.Pool().Query(ctx, "explain "+sql, append([]any{pgx.QueryExecModeExec}, args...)...)
		if err != nil {
			t.Fatal(err)
		}
		lines, err := pgx.CollectRows(rows, pgx.RowTo[string])
		if err != nil {
			t.Fatal(err)
		}
		return strings.Join(lines, "\n")
	}
	fill("sent", "30 days", 20)
	fill("waiting", "1 hour", 8000)
	fill("failed", "4 days", 8000)
	if p := plan(store.Backlogged, noon, noon); !strings.Contains(p, "letters_taken") || !strings.Contains(p, "letters_tried") || strings.Contains(p, "letters_newest") {
		t.Errorf("what was taken last is looked for among all that was not:\n%s", p)
	}
	if _, err := s.Pool().Exec(ctx, `delete from letters`); err != nil {
		t.Fatal(err)
	}
	fill("failed", "20 days", 100)
	fill("sent", "1 hour", 16000)
	for state, index := range map[market.LetterState]string{market.Failed: "letters_failed_newest", "": "letters_newest", market.Sent: "letters_newest"} {
		page := store.MailPage{State: state}
		if p := plan(`select l.id from letters l where ` + page.Where() + ` order by l.created_at desc, l.id desc limit 51`); !strings.Contains(p, index) {
			t.Errorf("the log of %q is not read from %s:\n%s", state, index, p)
		}
	}
}
