package store_test

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// breaks is what the release before would stumble over while it serves on beside a newer schema: something it reads is gone
// or has another name or type, or a row as it writes them is refused.
var breaks = regexp.MustCompile(`(?is)^(drop table|drop view|drop schema|drop type|truncate)` +
	`|^alter table .*(\bdrop column|\brename\b|\bset not null|\balter column \w+ (set data )?type|\bdrop default)` +
	`|^alter type .*\brename\b`)

var (
	addsColumn     = regexp.MustCompile(`(?is)\badd column (if not exists )?(\w+) [^,(]*(\([^)]*\)[^,(]*)*`)
	addsConstraint = regexp.MustCompile(`(?is)^alter table (\w+)\s+add constraint (\w+)`)
	dropConstraint = regexp.MustCompile(`(?is)^alter table (\w+)\s+drop constraint (if exists )?(\w+)`)
	comment        = regexp.MustCompile(`--[^\n]*`)
)

// Each migration runs while the release before it serves: it only adds. Starting an older binary on the newer schema would
// show the same for the requests that are tried; the rule holds for all of them, and needs no release to be built.
func TestMigrationsOnlyAdd(t *testing.T) {
	files, err := filepath.Glob("migrations/*.sql")
	if err != nil || len(files) < 10 {
		t.Fatalf("%d migrations, %v", len(files), err)
	}
	for _, file := range files[1:] { // the first makes the house
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		up, _, _ := strings.Cut(string(text), "-- +goose Down")
		for _, fault := range faultsOf(up) {
			t.Errorf("%s: the release before would stumble over: %s", filepath.Base(file), fault)
		}
	}
}

// quietly is the first migration of which no index stops who writes while it is built: those before went out as they are.
const quietly = "00082"

var (
	makesTable = regexp.MustCompile(`(?i)^create table (?:if not exists )?(\w+)`)
	makesIndex = regexp.MustCompile(`(?is)^create (?:unique )?index (concurrently )?.*? on (\w+)`)
)

// An index on a table that may have grown is built beside the release that serves, which goes on writing to it; and one that a crash
// left half built is made anew.
func TestIndexesAreBuiltBesideWhoWrites(t *testing.T) {
	files, err := filepath.Glob("migrations/*.sql")
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if filepath.Base(file) < quietly {
			continue
		}
		up, _, _ := strings.Cut(string(text), "-- +goose Down")
		for _, index := range stopsWriters(up) {
			t.Errorf("%s: nobody writes meanwhile: %s", filepath.Base(file), index)
		}
	}
	for _, s := range []string{"create index i on people (name)", "create table x (a int); create unique index i\n on people (name)"} {
		if len(stopsWriters(s)) == 0 {
			t.Errorf("%q passes", s)
		}
	}
	if got := stopsWriters("create table x (a int); create index i on x (a); create index concurrently i on people (name)"); len(got) > 0 {
		t.Errorf("%q", got)
	}
}

// stopsWriters are the indexes of a migration that lock a table which was there before it.
func stopsWriters(up string) (found []string) {
	fresh := map[string]bool{}
	for _, s := range strings.Split(comment.ReplaceAllString(up, ""), ";") {
		s = strings.TrimSpace(s)
		if m := makesTable.FindStringSubmatch(s); m != nil {
			fresh[m[1]] = true
		}
		if m := makesIndex.FindStringSubmatch(s); m != nil && m[1] == "" && !fresh[m[2]] {
			found = append(found, s)
		}
	}
	return found
}

// faultsOf the statements of a migration.
func faultsOf(up string) (faults []string) {
	widened := map[string]bool{} // constraints that are written anew: what they allow is checked by who writes them
	for _, s := range strings.Split(comment.ReplaceAllString(up, ""), ";") {
		s = strings.TrimSpace(s)
		if breaks.MatchString(s) {
			faults = append(faults, s)
		}
		for _, column := range addsColumn.FindAllString(s, -1) {
			if strings.Contains(strings.ToLower(column), "not null") && !strings.Contains(strings.ToLower(column), "default") {
				faults = append(faults, column)
			}
		}
		if m := dropConstraint.FindStringSubmatch(s); m != nil {
			widened[m[3]] = true
		}
		if m := addsConstraint.FindStringSubmatch(s); m != nil && !widened[m[2]] {
			faults = append(faults, s)
		}
	}
	return faults
}

func TestWhatTheReleaseBeforeWouldStumbleOverIsFound(t *testing.T) {
	for _, s := range []string{"alter table people drop column name", "ALTER TABLE people\n  RENAME COLUMN name TO called", "drop table people",
		"alter table people add column age int not null", "alter table people alter column name type int", "alter table people alter column name set not null",
		"alter table people add column a int default 1, add column b text not null check (b in ('x', 'y'))", "alter table people add constraint c check (name <> '')"} {
		if len(faultsOf(s)) == 0 {
			t.Errorf("%q passes", s)
		}
	}
	for _, s := range []string{"alter table people add column age int not null default 0", "create table x (a int not null)", "alter table people add column b text",
		"alter table x drop constraint x_check; alter table x add constraint x_check check (a in (1, 2))", "-- drop table people\ncreate index i on people (name)"} {
		if f := faultsOf(s); len(f) > 0 {
			t.Errorf("%q: %q", s, f)
		}
	}
}
