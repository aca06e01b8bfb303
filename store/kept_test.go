package store_test

import (
	"context"
	"strings"
	"testing"

	"wherewithal/store"
	"wherewithal/store/storetest"
)

// Whoever adds a table or a column says in store.Everything what it keeps of people, why, and whether they get a copy.
func TestEveryColumnIsDecidedOn(t *testing.T) {
	s := storetest.Open(t)
	rows, err := s.Pool().Query(context.Background(), `select table_name || '.' || column_name from information_schema.columns
		where table_schema = 'public' and table_name <> 'goose_db_version'`)
	if err != nil {
		t.Fatal(err)
	}
	there := map[string]bool{}
	for rows.Next() {
		var name string
		if err := rows.Scan(&name); err != nil {
			t.Fatal(err)
		}
		there[name] = true
	}
	if len(there) < 300 {
		t.Fatalf("%d columns", len(there))
	}
	decided := map[string]bool{}
	for _, k := range store.Everything {
		if (k.Of == "") == (k.Left == "") {
			t.Errorf("%s: say whose rows are exported, or why none are", k.Table)
		}
		for _, f := range k.Fields {
			for _, c := range strings.Fields(f.Columns) {
				name := k.Table + "." + c
				if !there[name] || decided[name] {
					t.Errorf("%s is decided on twice, or is no column", name)
				}
				decided[name] = true
			}
		}
	}
	for name := range there {
		if !decided[name] {
			t.Errorf("%s: nobody has decided what it keeps of people: add it to store.Everything", name)
		}
	}
}
