package store_test

import (
	"testing"

	"wherewithal/store"
	"wherewithal/store/storetest"
)

// What is built beside who writes is no transaction: a migration that ended in the middle begins anew, and leaves no index half built.
func TestAMigrationThatEndedInTheMiddleIsDoneAnew(t *testing.T) {
	url := storetest.Address(t)
	s, err := store.Open(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	if _, err := s.Pool().Exec(t.Context(), `drop index letters_failed; update pg_index set indisvalid = false where indexrelid in ('letters_tried'::regclass, 'letters_taken'::regclass);
		delete from goose_db_version where version_id in (82, 83)`); err != nil {
		t.Fatal(err)
	}
	if err := store.Migrate(t.Context(), url); err != nil {
		t.Fatal(err)
	}
	var valid int
	if err := s.Pool().QueryRow(t.Context(), `select count(*) from pg_index i join pg_class c on c.oid = i.indexrelid
		where i.indisvalid and c.relname in ('letters_tried', 'letters_failed', 'letters_taken', 'letters_failed_newest')`).Scan(&valid); err != nil || valid != 4 {
		t.Errorf("%d indexes are whole (%v), want 4", valid, err)
	}
}
