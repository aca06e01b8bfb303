package pages

import (
	"errors"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"wherewithal/market"
	"wherewithal/store"
)

// watch is a street with a network that the hall belongs to, one above it, and somebody who looks after each, and after the site.
type watch struct {
	*street
	kit, bea, op market.ID
}

func openWatch(t *testing.T) *watch {
	w := &watch{street: openStreet(t)}
	for address, id := range map[string]*market.ID{"kit@street.example": &w.kit, "bea@borough.example": &w.bea, "op@site.example": &w.op} {
		w.browser().signIn(address, "Lee")
		*id = w.person(address)
	}
	near, far := market.NewID(), market.NewID()
	networks := []market.Network{{ID: near, Slug: "near", Name: "Near", Level: market.Neighbourhood, CreatedAt: w.now}, {ID: far, Slug: "far", Name: "Far", Level: market.Borough, CreatedAt: w.now}}
	w.tx(func(tx *store.Tx) error {
		return errors.Join(tx.Plant(t.Context(), &networks), tx.Nest(t.Context(), market.NetworkParent{ChildID: near, ParentID: far, AgreedAt: &w.now}),
			tx.KeepMember(t.Context(), market.NetworkMember{NetworkID: near, GroupID: w.hall, AgreedAt: &w.now}),
			tx.MakeConnector(t.Context(), market.Connector{NetworkID: near, PersonID: w.kit, Since: w.now}),
			tx.MakeConnector(t.Context(), market.Connector{NetworkID: far, PersonID: w.bea, Since: w.now}), tx.MakeOperator(t.Context(), w.op))
	})
	return w
}

func (h *house) exec(sql string, args ...any) {
	h.t.Helper()
	if _, err := h.store.Pool().Exec(h.t.Context(), sql, args...); err != nil {
		h.t.Fatal(err)
	}
}

// reads makes a person a reader of a group.
func (h *house) reads(group, person market.ID) {
	h.t.Helper()
	h.is(market.Reader, group, person)
}

// is makes a person a member of a group.
func (h *house) is(role market.Role, group, person market.ID) {
	h.t.Helper()
	h.exec(`insert into memberships (id, group_id, person_id, role, since) values (gen_random_uuid(), $1, $2, $3, $4)`, group, person, string(role), h.now)
}

func (w *watch) tx(do func(*store.Tx) error) {
	w.t.Helper()
	if err := w.store.InTx(w.t.Context(), do); err != nil {
		w.t.Fatal(err)
	}
}

func (w *watch) reports(subject string, id market.ID) {
	w.t.Helper()
	w.tx(func(tx *store.Tx) error {
		return tx.KeepReport(w.t.Context(), market.Report{ID: market.NewID(), Subject: subject, SubjectID: id, Reason: "unsafe", Words: "Rotten stairs", CreatedAt: w.now})
	})
}

// told turns the clock after a while, and gives who is written to, with the subject.
func (w *watch) told(after time.Duration) (to []string) {
	w.t.Helper()
	w.now = w.now.Add(after)
	if err := w.site.Safety.Turn(w.t.Context(), w.now); err != nil {
		w.t.Fatal(err)
	}
	for _, m := range w.delivered(market.ReportsWaiting) {
		to = append(to, m.To+": "+m.Subject)
		for _, secret := range []string{"Maze Hill", "Rotten", "unsafe", "guest@choir.example", "Ama"} {
			if strings.Contains(m.Text+m.HTML, secret) {
				w.t.Errorf("the mail says %q:\n%s", secret, m.Text)
			}
		}
		if !strings.Contains(m.Text, "https://hub.example/reports\n") {
			w.t.Errorf("the mail does not lead to the queue:\n%s", m.Text)
		}
	}
	return to
}

func TestWhoIsToLookIsToldOnceADayOfWhatIsNew(t *testing.T) {
	w := openWatch(t)
	w.wholeAndOnce()
	const day, soon = 24 * time.Hour, 2 * time.Minute
	ctx, message := t.Context(), market.NewID()
	stops := func(tx *store.Tx) error {
		return tx.StopMails(ctx, w.kit, []market.LetterKind{market.ReportsWaiting}, w.now)
	}
	for _, step := range []struct {
		says  string
		do    func()
		after time.Duration
		want  []string
	}{
		{"nothing was reported", func() {}, soon, nil},
		{"a report", func() {
			w.taker.get("/report?about=group:"+string(w.hall)).fill("/report", "reason", "unsafe", "text", "Rotten stairs").want(200)
		}, soon, []string{"kit@street.example: 1 thing waits for your look"}},
		{"a second on the same day", func() { w.reports("listing", w.offer) }, soon, nil},
		{"the next day", func() {}, day, []string{"kit@street.example: 2 things wait for your look"}},
		{"nothing new", func() {}, day, nil},
		{"a listing that is gone, and a message", func() { w.reports("listing", market.NewID()); w.reports("message", message) }, day, nil},
		{"a group of no network", func() { w.reports("group", w.choir) }, day, []string{"op@site.example: 1 thing waits for your look"}},
		{"a complaint, and an appeal", func() {
			w.browser().get("/complaints").fill("/complaints", "text", "Nobody answers").want(200)
			w.tx(func(tx *store.Tx) error {
				return tx.KeepDecision(ctx, market.Decision{ID: market.NewID(), Subject: "group", SubjectID: w.hall, GroupID: w.hall, Act: market.Hidden, Reason: "spam", Words: "No",
					CreatedAt: w.now, Appeal: "But yes", AppealedAt: &w.now})
			})
		}, day, []string{"op@site.example: 3 things wait for your look"}},
		{"the nearest is a member", func() { w.reads(w.hall, w.kit); w.reports("group", w.hall) }, day, []string{"bea@borough.example: 3 things wait for your look"}},
		{"the nearest is none, and wants none", func() {
			w.exec(`delete from memberships where person_id = $1`, w.kit)
			w.tx(stops)
			w.reports("group", w.hall)
		}, day,
			[]string{"bea@borough.example: 4 things wait for your look"}},
		{"mail to the next comes back", func() {
			w.tx(func(tx *store.Tx) error { return tx.MarkBounced(ctx, w.bea, true) })
			w.reports("group", w.hall)
		}, day, []string{"op@site.example: 8 things wait for your look"}},
		{"dealt with before it was told", func() {
			w.reports("group", w.hall)
			w.tx(func(tx *store.Tx) error { _, err := tx.HandleReports(ctx, w.hall, w.now); return err })
		}, day, nil},
		{"a network's name that is held", func() { w.exec(`update networks set held_at = $1 where slug = 'near'`, w.now) }, day, []string{"op@site.example: 5 things wait for your look"}},
		{"a name that is held", func() {
			w.exec(`update networks set held_at = null`)
			w.exec(`update groups set held_at = $2 where id = $1`, w.choir, w.now)
		}, day, []string{"op@site.example: 5 things wait for your look"}},
		{"a first listing that a connector looks at", func() { // who is written to about each by itself
			w.exec(`update networks set holds = true where slug = 'near'`)
			w.exec(`update listings set life = 'draft' where id = $1`, w.offer)
			w.exec(`insert into held_listings select id, group_id, $2 from listings where id = $1`, w.offer, w.now)
		}, day, nil},
		{"and that only a member could", func() { w.reads(w.hall, w.kit); w.exec(`update held_listings set created_at = $1`, w.now) }, day,
			[]string{"op@site.example: 6 things wait for your look"}},
		{"and whose no to it was taken back, so that it waits for nobody", func() {
			w.exec(`insert into decisions (id, subject, subject_id, group_id, network_id, act, reason, words, created_at, outcome) select gen_random_uuid(), 'listing', $1, $2, id, 'refused', 'spam', 'No', $3, 'restored'
				from networks where slug = 'near'`, w.offer, w.hall, w.now)
			w.exec(`update held_listings set created_at = $1`, w.now)
		}, day, nil},
		{"of the only operator's own", func() { w.reads(w.choir, w.op); w.reports("group", w.choir) }, day, []string{"op@site.example: 6 things wait for your look"}},
		{"and with another operator", func() {
			w.tx(func(tx *store.Tx) error { return tx.MakeOperator(ctx, w.person("host@hall.example")) })
			w.reports("group", w.choir)
		}, day, []string{"host@hall.example: 5 things wait for your look"}},
	} {
		step.do()
		if diff := cmp.Diff(step.want, w.told(step.after)); diff != "" {
			t.Errorf("%s:\n%s", step.says, diff)
		}
	}
}

// An operator who looks after a network is told to look at what is about it only while there is no other.
func TestWhatIsAboutANetworkIsForWhoDoesNotLookAfterIt(t *testing.T) {
	w := openWatch(t)
	near, day := w.networkID("/networks/near"), 24*time.Hour
	w.tx(func(tx *store.Tx) error {
		return tx.MakeConnector(t.Context(), market.Connector{NetworkID: near, PersonID: w.op, Since: w.now})
	})
	told := func(what string, want ...string) {
		t.Helper()
		if diff := cmp.Diff(want, w.told(day)); diff != "" {
			t.Errorf("%s:\n%s", what, diff)
		}
	}
	w.reports("network", near)
	told("the only operator's own", "op@site.example: 1 thing waits for your look")
	w.tx(func(tx *store.Tx) error { return tx.MakeOperator(t.Context(), w.person("host@hall.example")) })
	w.exec(`update networks set held_at = $1 where id = $2`, w.now, near)
	told("with another operator", "host@hall.example: 2 things wait for your look")
	w.tx(func(tx *store.Tx) error {
		return tx.KeepDecision(t.Context(), market.Decision{ID: market.NewID(), Subject: "network", SubjectID: near, Act: market.Hidden, Reason: "spam", Words: "No",
			CreatedAt: w.now, Appeal: "But yes", AppealedAt: &w.now})
	})
	told("an appeal", "host@hall.example: 3 things wait for your look")
}

// wholeAndOnce: a letter that cannot be kept with its job is not kept, and comes with the next turn; two turns at once write one; and what
// was dealt with before a letter went is told to nobody.
func (w *watch) wholeAndOnce() {
	t := w.t
	t.Helper()
	letters := func() int { return w.countRows("letters where kind = 'reports_waiting'") }
	w.reports("group", w.hall)
	w.now = w.now.Add(2 * time.Minute)
	w.exec(`alter table outbox add constraint full_disk check (kind <> 'letter') not valid`)
	if err := w.site.Safety.Turn(t.Context(), w.now); err == nil || letters() != 0 {
		t.Errorf("%d letters without a job that sends them (%v)", letters(), err)
	}
	w.exec(`alter table outbox drop constraint full_disk`)
	var both sync.WaitGroup
	for range 2 {
		both.Go(func() {
			if err := w.site.Safety.Turn(t.Context(), w.now); err != nil {
				t.Error(err)
			}
		})
	}
	both.Wait()
	if n := letters(); n != 1 {
		t.Errorf("%d letters of two turns at once", n)
	}
	w.tx(func(tx *store.Tx) error { _, err := tx.HandleReports(t.Context(), w.hall, w.now); return err })
	if sent := w.delivered(market.ReportsWaiting); len(sent) != 0 {
		t.Errorf("told of what was dealt with: %+v", sent)
	}
}
