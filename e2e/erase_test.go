package e2e

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"wherewithal/mail"
)

// horn is what she offers, in a word that nobody else says.
const horn = "A zqflugelhorn, equipment to lend, at SE10"

// herWords stand nowhere but in what she typed.
var herWords = []string{amas, "Lark Choir", "zqflugelhorn"}

// leavesNothing has her close her group and erase her account. Then no file of the hub's folder holds a word of hers, neither
// those of its database nor its mails; and the log, down to the least line, never held one.
func leavesNothing(ama person, h *hub) {
	ama.t.Helper()
	began := time.Now()
	h.checkpoint()
	if at := h.holding(herWords); len(at["mail/mails.jsonl"]) < 2 || len(at) < 5 {
		ama.t.Errorf("her words lie in %v: want mails, tables, their indexes and the database's log", at)
	}
	ama.opens("/account/erase")
	ama.follows("/close")
	ama.ticks("Yes, close Tuesday Lark Choir for good")
	ama.presses("Close the group")
	ama.sees("The group is closed")
	ama.opens("/account/erase")
	ama.presses("Send me the link")
	ama.sees("We have sent you a mail")
	h.box().opens(ama, amas, "Erase your account", "/erase/")
	ama.presses("Erase everything")
	ama.sees("Your account is erased")
	h.becomes(`select count(*)::text from outbox where kind in ('index', 'letter') and state in ('waiting', 'sent')`, "0")
	h.query(`update outbox set due_at = now() where kind = 'scrub' and state = 'waiting' returning id::text`) // ten minutes on
	h.becomes(`select string_agg(distinct state, ' ') from outbox where kind = 'scrub'`, "done")
	if at := h.holding(herWords); len(at) > 0 {
		ama.t.Errorf("her words lie in %v still", at)
	}
	ama.t.Logf("erased, and searched for, in %v", time.Since(began).Round(time.Millisecond))
	said, err := os.ReadFile(h.log.Name())
	if err != nil {
		ama.t.Fatal(err)
	}
	for _, word := range herWords {
		if strings.Contains(string(said), word) {
			ama.t.Errorf("the log says %q", word)
		}
	}
	if !strings.Contains(string(said), "route=/erase/:token") {
		ama.t.Error("this is not the log of her erasure")
	}
}

// checkpoint has the hub's database write into its files what it holds in memory.
func (h *hub) checkpoint() {
	h.t.Helper()
	if err := h.flush(); err != nil {
		h.t.Fatal(err)
	}
}

func (h *hub) flush() error {
	h.t.Helper()
	c, err := pgx.Connect(h.t.Context(), h.database())
	if err != nil {
		return err
	}
	defer c.Close(context.Background())
	_, err = c.Exec(h.t.Context(), "checkpoint")
	return err
}

// holding are the files of the hub's folder in which one of some words stands, with those words.
func (h *hub) holding(words []string) map[string][]string {
	h.t.Helper()
	at := map[string][]string{}
	err := filepath.WalkDir(h.data, func(path string, d fs.DirEntry, err error) error {
		if err != nil || !d.Type().IsRegular() {
			return nil // gone meanwhile, as temporary files are
		}
		content, err := os.ReadFile(path)
		if err != nil {
			return nil
		}
		name, _ := filepath.Rel(h.data, path)
		if filepath.Base(path) == "mails.jsonl" {
			content = append(content, h.caught(content)...)
		}
		for _, word := range words {
			if bytes.Contains(content, []byte(word)) {
				at[name] = append(at[name], word)
			}
		}
		return nil
	})
	if err != nil {
		h.t.Fatal(err)
	}
	return at
}

// caught is what the mails say that are kept in a file, one a line.
func (h *hub) caught(file []byte) (all string) {
	h.t.Helper()
	for line := range bytes.Lines(file) {
		var kept struct{ Raw []byte }
		if err := json.Unmarshal(line, &kept); err != nil {
			h.t.Fatal(err)
		}
		if len(kept.Raw) == 0 {
			continue // forgotten
		}
		m, err := mail.Parse(kept.Raw)
		if err != nil {
			h.t.Fatal(err)
		}
		all += fmt.Sprintf("%s %+v ", kept.Raw, m)
	}
	return all
}

// becomes waits until the hub's database gives an answer.
func (h *hub) becomes(sql, want string) {
	h.t.Helper()
	end := time.Now().Add(patience)
	for tick := time.NewTicker(50 * time.Millisecond); h.query(sql) != want; <-tick.C {
		if time.Now().After(end) {
			h.t.Fatalf("%s: %q, want %q", sql, h.query(sql), want)
		}
	}
}
