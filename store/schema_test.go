package store_test

import (
	"context"
	"flag"
	"os"
	"testing"

	"github.com/google/go-cmp/cmp"

	"wherewithal/store/storetest"
)

var update = flag.Bool("update", false, "write schema.sql anew")

func TestSchemaFileIsFresh(t *testing.T) {
	got, err := storetest.Open(t).Schema(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	if *update {
		if err := os.WriteFile("schema.sql", []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile("schema.sql")
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("schema.sql is not what the migrations make (go test ./store -update writes it):\n%s", diff)
	}
}
