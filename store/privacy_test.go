package store_test

import (
	"context"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"wherewithal/store"
	"wherewithal/wording"
)

// said is a sentence about an entry of the privacy page.
func said(e store.Entry, what string) string {
	return wording.Text(wording.Default, "privacy."+e.Key+"."+what, map[string]any{"Days": e.Days, "Hours": e.Hours})
}

// columnsOf are the columns that each entry explains.
func columnsOf() map[string][]string {
	of := map[string][]string{}
	for _, k := range store.Everything {
		for _, f := range k.Fields {
			for _, c := range strings.Fields(f.Columns) {
				of[f.Entry] = append(of[f.Entry], k.Table+"."+c)
			}
		}
	}
	return of
}

// With TestEveryColumnIsDecidedOn: a column that keeps something of a person stands on the page, with words.
func TestThePrivacyPageExplainsEveryColumn(t *testing.T) {
	explained := map[string]bool{store.Impersonal: true}
	for _, part := range store.Privacy {
		for _, e := range part.Entries {
			explained[e.Key] = true
			for _, what := range []string{"what", "why", "kept"} {
				if !wording.Has("privacy."+e.Key+"."+what) || said(e, what) == "" {
					t.Errorf("privacy.%s.%s is not worded", e.Key, what)
				}
			}
			kept := said(e, "kept")
			if e.Days > 0 != strings.Contains(kept, fmt.Sprint(e.Days, " days")) || e.Hours > 0 != strings.Contains(kept, fmt.Sprint(e.Hours, " hours")) {
				t.Errorf("%s: %q does not say the figure that the code goes by (%d days, %d hours)", e.Key, kept, e.Days, e.Hours)
			}
		}
	}
	for entry, columns := range columnsOf() {
		if !explained[entry] {
			t.Errorf("%v are kept for %q, which the privacy page does not have", columns, entry)
		}
	}
}

func TestThePrivacyDocumentIsFresh(t *testing.T) {
	got := privacyDocument()
	const file = "../docs/privacy.md"
	if *update {
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("docs/privacy.md is not what store.Privacy and the catalogue say (go test ./store -update writes it):\n%s", diff)
	}
}

func privacyDocument() string {
	say := func(key string) string { return wording.Text(wording.Default, "privacy."+key, nil) }
	var b strings.Builder
	fmt.Fprintf(&b, "# What is kept of people, why, and how long\n\nWritten by `go test ./store -update` from `store/kept.go`, `store/privacy.go` and `wording/en-GB/privacy.toml`; the site shows the\nsame at `/privacy`. Tests hold it against every column of the schema, and what is said of how long against what sweeps.\n\n")
	fmt.Fprintf(&b, "%s %s\n\n", say("promise"), say("rights"))
	for _, basis := range []store.Basis{store.Asked, store.Interest, store.Law} {
		fmt.Fprintf(&b, "- *%s*: %s\n", basis, say("basis_"+string(basis)))
	}
	columns := columnsOf()
	for _, part := range store.Privacy {
		fmt.Fprintf(&b, "\n## %s\n\n| what | why | basis | how long | columns |\n| --- | --- | --- | --- | --- |\n", say("part_"+part.Key))
		for _, e := range part.Entries {
			fmt.Fprintf(&b, "| %s | %s | %s | %s | %s |\n", said(e, "what"), said(e, "why"), e.Basis, said(e, "kept"), byTable(columns[e.Key]))
		}
	}
	b.WriteString("\n## What erasing takes away\n\nEverything above that is a person’s own, but for these. `account/erase_test.go` plants a word into every text, JSON and binary column that a\nperson can fill, has every kind of job done and mails sent, has them erased, and searches for it: every column of every table and what the planner keeps of it, every key\nof Redis with what it holds, every line of the log down to the least, every file of the data folder with the mails that the hub keeps in it, and every document that a search\nengine elsewhere was given.\n\n")
	for _, key := range []string{"stays_group", "stays_met", "stays_events", "stays_reports", "stays_mails", "stays_disk", "stays_backups"} {
		fmt.Fprintf(&b, "- %s\n", wording.Text(wording.Default, "erase."+key, nil))
	}
	b.WriteString("- a keyed hash of the address, for two years, where mail to it came back or was not wanted\n- what was typed into a form in another browser before signing in: two hours\n\n")
	b.WriteString("Tables with what was erased are written anew by a job within a quarter of an hour (`store.Scrub`), as far as the role’s rights go; a table over 64 MiB is\nvacuumed then, and written anew in the night that follows, at half past three (`store.Rewrite`); a job that cannot be done then is for the next night, never for the day.\nOne that cannot be within twenty seconds, for nobody can read it meanwhile, one over 2 GiB and one that is in use all the while is left, and its freed space written over by and by. The write-ahead log of Postgres is cut and written out by the same job. Where the server has\n`wal_recycle=off`, as the hub’s own and the one of `docker-compose.yml` have, the segments before are deleted then, and no file of it holds what was erased:\n`store/scrub_test.go` searches them all. Elsewhere they are kept for their room until they are written over, which can take months on a quiet site; and an archive or\na standby, where an operator has one, keeps its own.\n\nMeilisearch, where there is one, is told at once to take out what was erased. The pages of its files in which that stood are free then, and go\nin the same night, when it is told to write its index anew (`search/meili_compact_test.go` searches all its files); a key that was made by an older release does not\nopen that, and the worker’s log says so. What Postgres prints when a statement fails quotes what people wrote: the hub’s own and the one of\n`docker-compose.yml` keep that out of their logs (`log_min_messages=log`), and any other should be set so.\n\nReports, decisions and appeals are records that the Online Safety Act 2023 has a site act on, answer and account for: so an erasure does not take away what one of them is still\nneeded for, but who wrote it. What stays of them after that is a reason from a short list, a day, and numbers that lead to no name.\n")
	return b.String()
}

// byTable writes "people: address, bounced; letters: address".
func byTable(columns []string) string {
	if len(columns) == 0 {
		return "in no table"
	}
	var tables []string
	of := map[string][]string{}
	for _, c := range columns {
		table, column, _ := strings.Cut(c, ".")
		if of[table] == nil {
			tables = append(tables, table)
		}
		of[table] = append(of[table], column)
	}
	for i, table := range tables {
		tables[i] = "`" + table + "`: " + strings.Join(of[table], ", ")
	}
	return strings.Join(tables, "; ")
}

// What is said of how long is done: each is gone after its time, and not before.
func TestWhatIsPromisedToGoGoes(t *testing.T) {
	s := newStage(t, 1)
	ctx := context.Background()
	exec := func(sql string, args ...any) {
		t.Helper()
		if _, err := s.Pool().Exec(ctx, sql, args...); err != nil {
			t.Fatal(err)
		}
	}
	days := map[string]int{}
	for _, part := range store.Privacy {
		for _, e := range part.Entries {
			days[e.Key] = max(e.Days, (e.Hours+23)/24)
		}
	}
	person, group, id := s.host.ID, s.giver.ID, `gen_random_uuid()`
	for _, c := range []struct {
		entry, plant, left string
	}{
		{"sign_in", `insert into sign_ins (id, address, link_hash, browser_hash, created_at, expires_at) values (` + id + `, 'x', 'l', 'b', $1, $1)`, `select count(*) from sign_ins`},
		{"session", `insert into sessions (id, person_id, hash, created_at, seen_at, ended_at) values (` + id + `, '` + string(person) + `', 'h', $1, $1, $1)`, `select count(*) from sessions`},
		{"token", `insert into tokens (id, person_id, name, hash, scopes, created_at, expires_at) values (` + id + `, '` + string(person) + `', 'n', 'h', '[]', $1, $1)`, `select count(*) from tokens`},
		{"address_change", `insert into address_changes (id, person_id, was, address, created_at, expires_at) values (` + id + `, '` + string(person) + `', 'a', 'b', $1, $1)`, `select count(*) from address_changes`},
		{"letter", `insert into letters (id, kind, person_id, about_id, message_id, state, created_at, ended_at) values (` + id + `, 'sign_in', '` + string(person) + `', ` + id + `, 'm', 'sent', $1, $1)`, `select count(*) from letters`},
		{"bounce", `insert into bounces (letter_id, person_id, fate, created_at) values (` + id + `, '` + string(person) + `', 'soft', $1)`, `select count(*) from bounces`},
		{"suppressed", `insert into suppressed (hash, since) values ('h', $1)`, `select count(*) from suppressed`},
		{"invitation", `insert into invitations (id, group_id, address, role, created_at, expires_at, ended_at) values (` + id + `, '` + string(group) + `', '', 'reader', $1, $1, $1)`, `select count(*) from invitations`},
		{"mandate", `with p as (insert into partners (id, person_id, name, site, purpose, created_at) values (` + id + `, '` + string(person) + `', 'n', 's', 'p', $1) returning id)
			insert into mandates (id, partner_id, test, reference, address, about, state, asked_at, lapses_at, answered_at)
			select ` + id + `, p.id, false, 'r', 'x@y', '{"name": "n"}', 'refused', $1, $1, $1 from p`, `select count(*) from mandates where address <> '' or about <> '{}'`},
		{"report", `insert into reports (id, subject, subject_id, reason, words, created_at, handled_at) values (` + id + `, 'site', ` + id + `, 'wrong', 'w', $1, $1)`, `select count(*) from reports where words <> ''`},
		{"refusal", `with n as (insert into networks (id, slug, name, level, created_at) values (` + id + `, 'n', 'n', 'neighbourhood', $1) returning id)
			insert into network_refusals (id, network_id, group_id, created_at) select ` + id + `, n.id, '` + string(group) + `', $1 from n`, `select count(*) from network_refusals`},
		{"connector", `with n as (insert into networks (id, slug, name, level, created_at) values (` + id + `, 'c', 'c', 'neighbourhood', $1) returning id)
			insert into connectors (network_id, person_id, since, until, words) select n.id, '` + string(person) + `', $1, $1, 'w' from n`, `select count(*) from connectors where words <> ''`},
		{"decision", `insert into decisions (id, subject, subject_id, act, reason, words, created_at) values (` + id + `, 'site', ` + id + `, 'kept', 'wrong', 'w', $1)`, `select count(*) from decisions where words <> ''`},
		{"once", `insert into once (id, answer, at) values ('o', '/', $1)`, `select count(*) from once`},
		{"once_said", `insert into once (id, answer, at, said) values ('s', '/', $1, 'a')`, `select count(*) from once where said is not null`},
		{"unsent", `insert into unsent_forms (browser_hash, side, fields, kept_at) values ('b', 'need', '{}', $1)`, `select count(*) from unsent_forms`},
		{"unfinished", `insert into unfinished_forms (person_id, id, side, fields, kept_at) values ('` + string(person) + `', ` + id + `, 'need', '{}', $1)`, `select count(*) from unfinished_forms`},
		{"unfinished", `insert into posted_forms (person_id, id, listing_id, posted_at) values ('` + string(person) + `', ` + id + `, ` + id + `, $1)`, `select count(*) from posted_forms`},
	} {
		exec(c.plant, noon)
		for _, step := range []struct {
			after time.Duration
			want  int
		}{{-time.Hour, 1}, {time.Hour, 0}} {
			if c.entry == "unsent" && step.want == 1 {
				continue // which lasts two hours
			}
			if err := s.Forget(ctx, noon.AddDate(0, 0, days[c.entry]).Add(step.after)); err != nil {
				t.Fatal(err)
			}
			var n int
			if err := s.Pool().QueryRow(ctx, c.left).Scan(&n); err != nil || n != step.want {
				t.Errorf("%s: %d left at %v from its %d days, %v", c.entry, n, step.after, days[c.entry], err)
			}
		}
	}
}
