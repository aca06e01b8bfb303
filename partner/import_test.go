package partner_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"wherewithal/market"
	"wherewithal/partner"
	"wherewithal/store"
)

const heading = "reference,groupReference,side,kind,title,where,terms,closed\n"

func line(reference, group, title string) string {
	return fmt.Sprintf("%s,%s,offer,equipment,%s,collected,gift,\n", reference, group, title)
}

func (w *town) reads(b partner.Bearer, all bool, file string) market.Import {
	w.Helper()
	i, err := w.partners.ReadImport(w.ctx, b, partner.Sending{Format: partner.FormatCSV, SumsAll: all, File: strings.NewReader(file)}, w.now)
	w.must(err)
	return i
}

func (w *town) counts(i market.Import) market.ImportCounts {
	w.Helper()
	i, err := w.store.Import(w.ctx, i.PartnerID, i.ID)
	w.must(err)
	c, err := w.store.CountImport(w.ctx, i)
	w.must(err)
	rows, err := w.store.CountRows(w.ctx, i.ID)
	w.must(err)
	if diff := cmp.Diff(rows, c); diff != "" || i.LookedAt() && i.State != market.ImportDoing && i.CountedAs != i.State {
		w.Errorf("what is kept of a file that is %s, counted as %s, is not what its rows are: %s", i.State, i.CountedAs, diff)
	}
	return c
}

func (w *town) does(b partner.Bearer, i market.Import) {
	w.Helper()
	_, err := w.partners.DoImport(w.ctx, b, i.ID, i.SHA256, w.now)
	w.must(err)
	w.must(w.partners.WorkImport(w.ctx, i.ID, b.Partner.ID, w.now))
}

func TestAFileIsShownBeforeItIsDone(t *testing.T) {
	w, b := feeding(t)
	w.says(w.asks(b, w.choir("c1", "ama@choir.test")), partner.Reply{Yes: true})
	w.asks(b, w.choir("c2", "bea@choir.test")) // has not answered
	first := heading + line("a", "c1", "Chairs") + line("b", "c1", "Tables") + line("c", "c2", "Urns") + line("a", "c1", "Again") + line("d", "c9", "Lost") + line("e", "c1", "x")
	i := w.reads(b, false, first)
	if diff := cmp.Diff(market.ImportCounts{Rows: 6, Added: 3, Waiting: 1, Refused: 3}, w.counts(i)); diff != "" || w.count(`select count(*) from supplied`) != 0 {
		t.Fatalf("shown: %s", diff)
	}
	rows, err := w.store.ImportRows(w.ctx, i.ID, 0, 100, true)
	w.must(err)
	var refused []string
	for _, r := range rows {
		for _, f := range r.Faults {
			refused = append(refused, fmt.Sprint(r.Position, f.Field, ":", f.Code))
		}
	}
	if want := "5reference:file_twice 6group_reference:mandate_unknown 6postcode:place_missing 7title:text_short"; strings.Join(refused, " ") != strings.Replace(want, "6postcode", "6place", 1) {
		t.Errorf("refused: %v", refused)
	}
	_, err = w.partners.DoImport(w.ctx, b, i.ID, []byte("another"), w.now)
	w.wants("another file's sum", partner.ErrFile, err)
	w.does(b, i)
	if diff := cmp.Diff(market.ImportCounts{Rows: 6, Added: 3, Waiting: 1, Refused: 3, Done: 3}, w.counts(i)); diff != "" || w.count(`select count(*) from listings where life = 'open'`) != 2 {
		t.Errorf("done: %s", diff)
	}
	_, err = w.partners.DoImport(w.ctx, b, i.ID, i.SHA256, w.now)
	w.wants("done once more", market.ErrRepeated, err)
	if again := w.counts(w.reads(b, false, first)); again.Unchanged != 3 || again.Added+again.Changed+again.Closed != 0 {
		t.Errorf("the same file again: %+v", again)
	}

	second := heading + line("a", "c1", "Forty chairs") + line("f", "c1", "Gazebo") + strings.Replace(line("c", "c2", "Urns"), "gift,", "gift,yes", 1)
	j := w.reads(b, true, second)
	if diff := cmp.Diff(market.ImportCounts{Rows: 3, Added: 1, Changed: 1, Closed: 2}, w.counts(j)); diff != "" {
		t.Errorf("a file that is all there is: %s", diff)
	}
	longer := chairs("a", "c1") // sent by the API after the look
	w.sends(b, longer)
	w.does(b, j)
	if diff := cmp.Diff(market.ImportCounts{Rows: 3, Added: 1, Changed: 1, Closed: 2, Done: 3, Failed: 1}, w.counts(j)); diff != "" {
		t.Errorf("done: %s", diff)
	}
	if n := w.count(`select count(*) from listings where life = 'open' and title in ('Forty chairs', 'Gazebo')`); n != 2 {
		t.Errorf("%d listings are open as they should", n)
	}
	if n := w.count(`select count(*) from import_rows where said <> 'null'`); n != 0 {
		t.Errorf("%d rows keep what was sent", n)
	}
}

// What came after the look counts, though its text is the one that was there then: what was closed stays closed, and what was sent stays open.
// That a group says yes is no sending.
func TestAFileUndoesNothingThatCameAfterTheLook(t *testing.T) {
	w, b := feeding(t)
	w.says(w.asks(b, w.choir("c1", "ama@choir.test")), partner.Reply{Yes: true})
	asked := w.asks(b, w.choir("c2", "bea@choir.test"))
	w.does(b, w.reads(b, false, heading+line("a", "c1", "Chairs")+line("k", "c1", "Knives")+line("b", "c1", "Tables")+line("c", "c2", "Urns")+line("d", "c2", "Dishes")))
	kept := func(reference string) market.Supplied {
		s, err := w.store.SuppliedOf(w.ctx, b.Partner.ID, false, reference)
		w.must(err)
		return s
	}
	w.exec(`update listings set expires_at = $2 where id = $1`, kept("k").ListingID, w.now.Add(24*time.Hour))
	i := w.reads(b, true, heading+line("a", "c1", "Forty chairs")+line("k", "c1", "Knives")+line("c", "c2", "Ten urns"))
	if diff := cmp.Diff([]string{"a change", "k keep", "c change group_reference:row_waits", "b close", "d close"}, w.look(i)); diff != "" {
		t.Fatalf("the look (-want +got):\n%s", diff)
	}
	w.now = w.now.Add(time.Minute)
	for _, reference := range []string{"a", "k"} {
		_, err := w.partners.Close(w.ctx, b, reference, market.Fulfilled, w.now)
		w.must(err)
	}
	same := market.Supply{Reference: "b", Group: "c1", Listing: market.Listing{Side: market.Offer, Kind: market.Equipment, Title: "Tables", Quantity: 1, Where: market.Collected,
		Terms: market.Terms{Kind: market.Gift}, Language: "en-GB"}}
	if out := w.sends(b, same); out.Did != partner.Unchanged {
		t.Fatalf("the same is %s", out.Did)
	}
	came := kept("c").SentAt
	w.says(asked, partner.Reply{Yes: true})
	if c := kept("c"); c.ListingID == "" || !c.SentAt.Equal(came) {
		t.Errorf("after its group's yes: %+v, sent at %s", c, came)
	}
	w.does(b, i)
	for reference, want := range map[string]market.Life{"a": market.Fulfilled, "k": market.Fulfilled, "b": market.Open, "c": market.Open, "d": market.Withdrawn} {
		if life := w.life(kept(reference)); life != want {
			t.Errorf("%s is %s, want %s", reference, life, want)
		}
	}
	if c := w.counts(i); c.Done != 2 || c.Failed != 3 || w.count(`select count(*) from import_rows where result = 'moved'`) != 3 {
		t.Errorf("%+v", c)
	}
}

// A row that says of which listing it is stands in the file, whatever is wrong with the rest of it; while one does not say so, it may be of any.
func TestAFileThatIsAllThereIsClosesNothingThatItMayHold(t *testing.T) {
	w, b := feeding(t)
	w.says(w.asks(b, w.choir("c1", "ama@choir.test")), partner.Reply{Yes: true})
	chairs, tables, urns := line("a", "c1", "Chairs"), line("b", "c1", "Tables"), line("c", "c1", "Urns")
	for name, c := range map[string]struct {
		row    string
		closed int
	}{
		"a stray comma":            {strings.Replace(tables, "Tables", "Tables, long", 1), 1},
		"a stray quote":            {strings.Replace(tables, "Tables", "6\" tables", 1), 1},
		"broken text":              {strings.Replace(tables, "Tables", "T\xffbles", 1), 1},
		"a reference that is not":  {"\xff" + tables, 0},
		"a reference in quotes":    {"b\"" + strings.TrimPrefix(tables, "b"), 0},
		"no reference":             {strings.TrimPrefix(tables, "b"), 0},
		"blank rows at the end":    {tables + ",,,,,,,\n,,,,,,,\n", 1},
		"no name of anything":      {"the tables" + tables, 0},
		"two rows, one without it": {tables + ",c1,offer,equipment,More,collected,gift,\n", 0},
	} {
		w.does(b, w.reads(b, false, heading+chairs+tables+urns))
		i := w.reads(b, true, heading+chairs+c.row)
		if n := w.counts(i).Closed; n != c.closed {
			t.Errorf("%s: %d would be closed, want %d", name, n, c.closed)
		}
		w.does(b, i)
		done, err := w.store.Import(w.ctx, i.PartnerID, i.ID)
		w.must(err)
		if said := len(i.Faults) == 1 && len(done.Faults) == 1 && done.Faults[0].Code == "file_unnamed"; said != (c.closed == 0) {
			t.Errorf("%s: it says %v, and done %v", name, i.Faults, done.Faults)
		}
		if n := w.count(`select count(*) from listings l join supplied s on s.listing_id = l.id where l.life = 'open' and s.reference in ('a', 'b')`); n != 2 {
			t.Errorf("%s: %d of what stands in the file are open", name, n)
		}
	}
}

// A look changes nothing: what was paused because nothing came stays paused until a file is done.
func TestAFileKeepsAFeedAliveOnceItIsDone(t *testing.T) {
	w, b := feeding(t)
	w.says(w.asks(b, w.choir("c1", "ama@choir.test")), partner.Reply{Yes: true})
	out := w.sends(b, chairs("a", "c1"))
	w.falls(out.Supplied)
	stopped := `select count(*) from partners where stopped_at is not null`
	i := w.reads(b, false, heading+line("b", "c1", "Tables"))
	if w.count(stopped) != 1 {
		t.Error("a look opens again what was paused")
	}
	w.does(b, i)
	if w.count(stopped) != 0 {
		t.Error("a file that is done does not keep the feed alive")
	}
}

// A worker that dies in the middle leaves whole hundreds, and the next one does the rest, each row once.
func TestAFileThatIsCutOffGoesOnWhereItWas(t *testing.T) {
	w, b := feeding(t)
	w.says(w.asks(b, w.choir("c1", "ama@choir.test")), partner.Reply{Yes: true})
	var file strings.Builder
	file.WriteString(heading)
	for n := range 150 {
		file.WriteString(line(fmt.Sprint("r", n), "c1", "Thing "+fmt.Sprint(n)))
	}
	i := w.reads(b, false, file.String())
	_, err := w.partners.DoImport(w.ctx, b, i.ID, i.SHA256, w.now)
	w.must(err)
	beside, err := w.store.Pool().Begin(w.ctx) // for which the second hundred waits
	w.must(err)
	_, err = beside.Exec(w.ctx, `select from import_rows where import_id = $1 order by position desc limit 1 for update`, i.ID)
	w.must(err)
	dying, kill := context.WithCancel(w.ctx)
	done := make(chan error, 1)
	go func() { done <- w.partners.WorkImport(dying, i.ID, b.Partner.ID, w.now) }()
	for n := 0; n == 0 && len(done) == 0; {
		n = w.count(`select count(*) from supplied`)
	}
	kill()
	if err := <-done; err == nil {
		t.Error("it was done before it could be cut off")
	}
	w.must(beside.Rollback(w.ctx))
	if n := w.count(`select count(*) from supplied`); n != 100 {
		t.Errorf("%d rows are done", n)
	}
	if n := w.count(`select count(*) from supplied`); n != w.count(`select count(*) from import_rows where result = 'done'`) {
		t.Errorf("%d listings, and another number of rows is done", n)
	}
	_, err = w.partners.ReadImport(w.ctx, b, partner.Sending{Format: partner.FormatCSV, File: strings.NewReader(heading)}, w.now)
	w.wants("another file meanwhile", market.ErrConflict, err)
	w.must(w.partners.WorkImport(w.ctx, i.ID, b.Partner.ID, w.now))
	w.must(w.partners.WorkImport(w.ctx, i.ID, b.Partner.ID, w.now))
	if c := w.counts(i); c.Done != 150 || w.count(`select count(*) from listings`) != 150 {
		t.Errorf("after all: %+v", c)
	}
}

func TestAFileThatCannotBeReadLeavesNothing(t *testing.T) {
	w, b := feeding(t)
	for name, file := range map[string]string{"a quote never closed": heading + line("a", "c1", "Chairs") + "\"b,c1\nc\nd", "a column missing": "reference\n", "nothing": ""} {
		_, err := w.partners.ReadImport(w.ctx, b, partner.Sending{Format: partner.FormatCSV, File: strings.NewReader(file)}, w.now)
		w.invalid(name, err, "file")
	}
	if w.count(`select count(*) from imports`) != 0 || w.count(`select count(*) from import_rows`) != 0 {
		t.Error("something is left of them")
	}
	away := errors.New("the line broke")
	_, err := w.partners.ReadImport(w.ctx, b, partner.Sending{Format: partner.FormatCSV, File: broken{away}}, w.now)
	w.wants("a line that breaks", away, err)
	if w.count(`select count(*) from imports`) != 0 {
		t.Error("something is left of what broke off")
	}
}

// A program that lost the answer sends its file once more, and gets the import that it made already, however far that has come.
func TestAFileThatIsSentAgainIsNotLookedAtAgain(t *testing.T) {
	w, b := feeding(t)
	w.says(w.asks(b, w.choir("c1", "ama@choir.test")), partner.Reply{Yes: true})
	file := heading + line("a", "c1", "Chairs")
	send := func(once, text string, all bool) (market.Import, error) {
		return w.partners.ReadImport(w.ctx, b, partner.Sending{Format: partner.FormatCSV, SumsAll: all, Once: once, File: strings.NewReader(text)}, w.now)
	}
	_, err := send("first", "reference\n", false)
	w.invalid("a file that cannot be read", err, "file")
	first, err := send("first", file, false) // what was refused has not used up its id
	w.must(err)
	w.does(b, first)
	again, err := send("first", file, false)
	w.must(err)
	if again.ID != first.ID || again.State != market.ImportDone {
		t.Errorf("sent again: %+v", again)
	}
	for what, other := range map[string]struct {
		text string
		all  bool
	}{"another file": {file + line("b", "c1", "Tables"), false}, "more to be done with it": {file, true}} {
		_, err := send("first", other.text, other.all)
		w.wants(what, market.ErrReused, err)
	}
	_, err = send("first", "", false)
	w.wants("nothing", market.ErrReused, err)
	second, err := send("second", file, false)
	w.must(err)
	_, err = send("third", file, false)
	w.must(err)
	_, err = send("second", file, false)
	w.wants("one that another took the place of", market.ErrGone, err)
	if second.ID == first.ID || w.count(`select count(*) from imports`) != 2 {
		t.Error("another id made no other import")
	}
}

// long is a file of more bytes than are looked at while its sender waits, in a few rows, and then more.
func long(more string) string {
	file, said := strings.Builder{}, strings.Repeat("words ", 600)
	file.WriteString(strings.TrimSpace(heading) + ",description\n")
	for n := range 300 {
		file.WriteString(strings.TrimSpace(line(fmt.Sprint("r", n), "c1", "Thing")) + "," + said + "\n")
	}
	return file.String() + more
}

// A long file is kept as it comes, and looked at by a job, which begins anew where one has died in it.
func TestALongFileIsLookedAtByAJob(t *testing.T) {
	w, b := feeding(t)
	w.says(w.asks(b, w.choir("c1", "ama@choir.test")), partner.Reply{Yes: true})
	send := func(once, text string) (market.Import, error) {
		return w.partners.ReadImport(w.ctx, b, partner.Sending{Format: partner.FormatCSV, Once: once, File: strings.NewReader(text)}, w.now)
	}
	first, err := send("", long(""))
	w.must(err)
	i, err := send("once", long("")) // takes its place
	w.must(err)
	w.must(w.partners.LookImport(w.ctx, first.ID, b.Partner.ID, w.now))
	if c := w.counts(i); i.State != market.ImportLooking || c.Rows != 0 || w.count(`select count(*) from outbox where kind = 'look'`) != 2 {
		t.Fatalf("as it has come: %+v %+v", i, c)
	}
	_, err = w.partners.DoImport(w.ctx, b, i.ID, i.SHA256, w.now)
	w.wants("done before it is looked at", market.ErrWrongState, err)
	w.exec(`insert into import_rows (import_id, position, reference, closed, digest) values ($1, 2, 'of a look that died', false, ''), ($1, 2000, '', false, '')`, i.ID)
	for range 2 {
		w.must(w.partners.LookImport(w.ctx, i.ID, b.Partner.ID, w.now))
	}
	again, err := send("once", long(""))
	w.must(err)
	if diff := cmp.Diff(market.ImportCounts{Rows: 300, Added: 300}, w.counts(i)); diff != "" || again.ID != i.ID || again.State != market.ImportShown || w.count(`select count(*) from import_parts`) != 0 {
		t.Fatalf("looked at: %s %+v", diff, again)
	}

	bad, err := send("", long("\"r300,c1\nx\n"))
	w.must(err)
	w.must(w.partners.LookImport(w.ctx, bad.ID, b.Partner.ID, w.now))
	bad, err = w.store.Import(w.ctx, b.Partner.ID, bad.ID)
	w.must(err)
	if bad.State != market.ImportRefused || len(bad.Faults) != 1 || bad.Faults[0].Code != "file_quote" || fmt.Sprint(bad.Faults[0].Data["Row"]) != "302" {
		t.Errorf("a quote never closed at its end: %+v", bad)
	}
	_, err = w.partners.DoImport(w.ctx, b, bad.ID, bad.SHA256, w.now)
	w.wants("done although it cannot be read", market.ErrWrongState, err)
	_, err = send("", "reference,colour\n"+long(""))
	w.invalid("wrong columns", err, "file")
	away := errors.New("the line broke")
	_, err = w.partners.ReadImport(w.ctx, b, partner.Sending{Format: partner.FormatCSV, File: io.MultiReader(strings.NewReader(long("")), broken{away})}, w.now)
	w.wants("a line that breaks", away, err)
	if n := w.count(`select (select count(*) from imports) + (select count(*) from import_parts) + (select count(*) from import_rows where import_id = $1)`, bad.ID); n != 0 {
		t.Errorf("%d things are left of them", n)
	}
}

// A look that is given up, after a day of faults of ours, leaves no file that is looked at for ever: it ends, and says why. One whose
// job still waits, or runs, is left to it.
func TestAFileWhoseLookWasGivenUpEnds(t *testing.T) {
	w, b := feeding(t)
	w.says(w.asks(b, w.choir("c1", "ama@choir.test")), partner.Reply{Yes: true})
	i := w.reads(b, false, long(""))
	state := func() market.Import { return w.turned(b, i) }
	for _, lives := range []string{"waiting", "sent"} {
		w.exec(`update outbox set state = $2, sent_at = $3 where kind = 'look' and subject = $1`, i.ID, lives, w.now)
		if is := state(); is.State != market.ImportLooking {
			t.Errorf("while its job is %s it is %s", lives, is.State)
		}
	}
	w.exec(`insert into import_rows (import_id, position, reference, closed, digest) values ($1, 2, 'of a look that died', false, '')`, i.ID)
	w.exec(`update outbox set state = 'failed', ended_at = $2 where kind = 'look' and subject = $1`, i.ID, w.now)
	is := state()
	if is.State != market.ImportRefused || is.EndedAt == nil || len(is.Faults) != 1 || is.Faults[0].Code != "file_unlooked" {
		t.Errorf("given up: %+v", is)
	}
	if n := w.count(`select (select count(*) from import_parts) + (select count(*) from import_rows)`); n != 0 {
		t.Errorf("%d pieces and rows of it are kept", n)
	}
	w.must(w.partners.LookImport(w.ctx, i.ID, b.Partner.ID, w.now)) // an operator has the job tried again
	if again := state(); again.State != market.ImportRefused {
		t.Errorf("it is %s", again.State)
	}
}

// turned is an import as it stands after a turn of the schedule.
func (w *town) turned(b partner.Bearer, i market.Import) market.Import {
	w.Helper()
	w.must(w.partners.Turn(w.ctx, w.now))
	is, err := w.store.Import(w.ctx, b.Partner.ID, i.ID)
	w.must(err)
	return is
}

// The job that does a file can be given up as well. What was done until then is done, the rest says that it was not, and the next file
// is taken; that job, tried again by an operator, finds nothing to do.
func TestAFileThatWasGivenUpHalfWayEnds(t *testing.T) {
	w, b := feeding(t)
	w.says(w.asks(b, w.choir("c1", "ama@choir.test")), partner.Reply{Yes: true})
	i := w.reads(b, false, heading+line("a", "c1", "Chairs"))
	w.does(b, i)
	file := heading + line("a", "c1", "Forty chairs") + line("b", "c1", "Tables") + line("c", "c1", "Urns") + line("d", "c9", "Lost")
	i = w.reads(b, false, file)
	_, err := w.partners.DoImport(w.ctx, b, i.ID, i.SHA256, w.now)
	w.must(err)
	state := func() market.Import { return w.turned(b, i) }
	for _, lives := range []string{"waiting", "sent"} {
		w.exec(`update outbox set state = $2, sent_at = $3 where kind = 'import' and subject = $1`, i.ID, lives, w.now)
		if is := state(); is.State != market.ImportDoing {
			t.Errorf("while its job is %s it is %s", lives, is.State)
		}
	}
	w.exec(`update import_rows set result = 'done', said = 'null' where import_id = $1 and reference = 'a'`, i.ID) // as far as it came
	w.exec(`update outbox set state = 'failed', ended_at = $2 where kind = 'import' and subject = $1`, i.ID, w.now)
	is := state()
	if is.State != market.ImportDone || is.EndedAt == nil || len(is.Faults) != 1 || is.Faults[0].Code != "file_undone" {
		t.Errorf("given up: %+v", is)
	}
	if diff := cmp.Diff(market.ImportCounts{Rows: 4, Added: 2, Changed: 1, Refused: 1, Done: 1, Failed: 2}, w.counts(i)); diff != "" {
		t.Errorf("given up: %s", diff)
	}
	rows, err := w.store.ImportRows(w.ctx, i.ID, 0, 100, true)
	w.must(err)
	for _, r := range rows[1:3] {
		if r.Result != market.ResultRefused || len(r.Faults) != 1 || r.Faults[0].Code != "row_undone" || r.Said != nil {
			t.Errorf("a row that was not done: %+v", r)
		}
	}
	if n := w.count(`select count(*) from partners where fed_at is not null`); n != 1 {
		t.Error("that it came keeps nothing open")
	}
	w.must(w.partners.WorkImport(w.ctx, i.ID, b.Partner.ID, w.now))
	if n := w.count(`select count(*) from supplied`); n != 1 {
		t.Errorf("its job did %d rows after it had ended", n)
	}
	again := w.reads(b, false, file)
	w.does(b, again)
	if c := w.counts(again); c.Added != 2 || c.Done != 3 {
		t.Errorf("sent again: %+v", c)
	}
}

// Where the first megabyte of a file ends has nothing to do with where its rows do.
func TestALongFileMayHaveMuchBeforeItsFirstService(t *testing.T) {
	w, b := feeding(t)
	w.says(w.asks(b, w.choir("c1", "ama@choir.test")), partner.Reply{Yes: true})
	service := func(id, said string) string {
		return `{"id":"` + id + `","name":"Toddler group","status":"active","organization_id":"c1","description":"` + said + `"}`
	}
	before := `{"about":"` + strings.Repeat("words ", 150_000) + `","services":[`
	file := before + service("first", strings.Repeat("words ", 40_000)) + "," + service("second", "Songs.") + "]}"
	if len(before) > 1<<20 || len(before)+len(service("first", strings.Repeat("words ", 40_000))) <= 1<<20 {
		t.Fatal("the first megabyte does not end within the first service")
	}
	i, err := w.partners.ReadImport(w.ctx, b, partner.Sending{Format: partner.FormatHSDS, File: strings.NewReader(file)}, w.now)
	w.must(err)
	w.must(w.partners.LookImport(w.ctx, i.ID, b.Partner.ID, w.now))
	if diff := cmp.Diff([]string{"first add", "second add"}, w.look(i)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if i.Size != int64(len(file)) {
		t.Errorf("%d bytes are kept of %d", i.Size, len(file))
	}
	_, err = w.partners.ReadImport(w.ctx, b, partner.Sending{Format: partner.FormatHSDS, File: strings.NewReader(before + `{"id":"` + strings.Repeat("words ", 90_000))}, w.now)
	w.invalid("a service that never ends", err, "file")
	away := errors.New("the line broke")
	_, err = w.partners.ReadImport(w.ctx, b, partner.Sending{Format: partner.FormatHSDS, File: io.MultiReader(strings.NewReader(file[:1<<20+2]), broken{away})}, w.now)
	w.wants("a line that breaks within the first service", away, err)
}

type broken struct{ err error }

func (b broken) Read([]byte) (int, error) { return 0, b.err }

// What the group or its networks have against a row refuses that row, and the rest of the file is done.
func TestAFileOfAGroupThatIsOutOfReachIsDoneToItsEnd(t *testing.T) {
	w, b := feeding(t)
	w.must(w.partners.End(w.ctx, w.oper, w.wish("").ID, "", w.now))
	w.must(w.partners.Decide(w.ctx, w.connector, w.wish(w.above).ID, yes, w.now))
	out := w.says(w.asks(b, w.choir("c1", "ama@choir.test")), partner.Reply{Yes: true})
	in := w.says(w.asks(b, w.choir("c2", "bea@choir.test")), partner.Reply{Yes: true})
	w.joins(in.GroupID, w.below)
	file := heading + line("a", "c1", "Chairs") + line("b", "c2", "Tables")
	i := w.reads(b, false, file) // with a key as it was before
	w.does(b, i)
	if diff := cmp.Diff(market.ImportCounts{Rows: 2, Added: 2, Done: 1, Failed: 1}, w.counts(i)); diff != "" {
		t.Errorf("of a group of no network (-want +got):\n%s", diff)
	}
	grants, err := w.store.GrantsOf(w.ctx, b.Partner.ID)
	w.must(err)
	b.Reach = market.ReachOf(grants)
	i = w.reads(b, false, file)
	w.does(b, i)
	if diff := cmp.Diff([]string{"a refused group_reference:mandate_no_network", "b unchanged"}, w.look(i)); diff != "" {
		t.Errorf("of a group of no network, at the look (-want +got):\n%s", diff)
	}

	w.joins(out.GroupID, w.below)
	w.does(b, w.reads(b, false, heading+line("a", "c1", "Chairs")))
	j := w.reads(b, true, heading+line("b", "c2", "Tables")) // closes a
	w.must(w.partners.Withdraw(w.ctx, w.owner(out), out.GroupID, out.ID, w.now))
	w.does(b, j)
	if diff := cmp.Diff(market.ImportCounts{Rows: 1, Unchanged: 1, Closed: 1, Failed: 1}, w.counts(j)); diff != "" {
		t.Errorf("once the yes is taken back (-want +got):\n%s", diff)
	}
	if n := w.count(`select count(*) from listings where life = 'paused' and title = 'Chairs'`); n != 1 {
		t.Error("the partner closed what the group has by itself now")
	}
}

func (w *town) joins(group, network market.ID) {
	w.Helper()
	w.must(w.store.InTx(w.ctx, func(tx *store.Tx) error {
		return tx.KeepMember(w.ctx, market.NetworkMember{NetworkID: network, GroupID: group, AskedAt: &w.now, InvitedAt: &w.now, AgreedAt: &w.now, ClearedAt: &w.now})
	}))
}

// look is what a file would do, in a line for each row: its reference, what is wrong with it, and what is to be known of it.
func (w *town) look(i market.Import) (lines []string) {
	w.Helper()
	rows, err := w.store.ImportRows(w.ctx, i.ID, 0, 1000, true)
	w.must(err)
	for _, r := range rows {
		line := r.Reference + " " + r.Act
		for _, f := range append(r.Faults, r.Notes...) {
			line += " " + f.Field + ":" + f.Code
		}
		lines = append(lines, line)
	}
	return lines
}

func (w *town) exec(sql string, args ...any) {
	w.Helper()
	_, err := w.store.Pool().Exec(w.ctx, sql, args...)
	w.must(err)
}

// What the look says of a row is what becomes of it: nothing that was to be done is refused after all, and listings open, wait, or stay
// as they are as was said.
func TestALookSaysWhatBecomesOfEachRow(t *testing.T) {
	w, b := feeding(t)
	given := w.says(w.asks(b, w.choir("given", "ama@choir.test")), partner.Reply{Yes: true})
	held := w.says(w.asks(b, w.choir("held", "bea@choir.test")), partner.Reply{Yes: true})
	shut := w.says(w.asks(b, w.choir("shut", "cai@choir.test")), partner.Reply{Yes: true})
	w.asks(b, w.choir("asked", "dee@choir.test"))
	w.exec(`insert into network_members (network_id, group_id, asked_at, invited_at, agreed_at) values ($1, $2, $3, $3, $3)`, w.above, held.GroupID, w.now)
	w.exec(`update networks set holds = true where id = $1`, w.above)
	w.exec(`update groups set closed_at = $2 where id = $1`, shut.GroupID, w.now)
	for _, reference := range []string{"paused", "narrow", "gone", "ended", "turned", "moved", "same", "shut", "old"} {
		w.sends(b, chairs(reference, "given"))
	}
	of := func(reference string) (listing string) {
		w.must(w.store.Pool().QueryRow(w.ctx, `select listing_id::text from supplied where reference = $1`, reference).Scan(&listing))
		return listing
	}
	for reference, set := range map[string]string{"paused": `life = 'paused'`, "narrow": `circle = 'borough'`, "gone": `life = 'removed'`, "ended": `life = 'withdrawn'`, "old": `life = 'expired'`} {
		w.exec(`update listings set `+set+` where id = $1`, of(reference))
	}
	file := "reference,groupReference,side,kind,title,where,terms,circle,postcode,closed\n"
	for _, row := range []string{"new,given,offer", "waits,asked,offer", "held,held,offer", "dead,shut,offer", "paused,given,offer", "narrow,given,offer", "gone,given,offer", "ended,given,offer",
		"turned,given,need", "moved,held,offer", "old,given,offer"} {
		file += row + ",equipment,Things,collected,gift,anyone,,\n"
	}
	file += "lost,given,offer,equipment,Things,collected,gift,anyone,ZZ99 9ZZ,\nshut,given,offer,equipment,Things,collected,gift,anyone,,yes\n"
	i := w.reads(b, false, file)
	if diff := cmp.Diff([]string{"new add", "waits add group_reference:row_waits", "held add group_reference:row_held", "dead refused group_reference:supplied_group_closed",
		"paused change reference:row_paused", "narrow change circle:row_narrower", "gone refused reference:taken_down", "ended refused reference:supplied_closed",
		"turned refused side:side_stays", "moved refused group_reference:mandate_stays", "old change", "lost refused postcode:postcode_unknown", "shut close"}, w.look(i)); diff != "" {
		t.Errorf("the look (-want +got):\n%s", diff)
	}
	w.does(b, i)
	if diff := cmp.Diff(market.ImportCounts{Rows: 13, Added: 3, Waiting: 2, Changed: 3, Closed: 1, Refused: 6, Done: 7}, w.counts(i)); diff != "" {
		t.Errorf("once done (-want +got):\n%s", diff)
	}
	lives := map[string]string{}
	rows, err := w.store.Pool().Query(w.ctx, `select s.reference, coalesce(l.life || ' ' || l.circle, 'waits') from supplied s left join listings l on l.id = s.listing_id`)
	w.must(err)
	for rows.Next() {
		var reference, life string
		w.must(rows.Scan(&reference, &life))
		lives[reference] = life
	}
	if diff := cmp.Diff(map[string]string{"new": "open anyone", "waits": "waits", "held": "draft anyone", "paused": "paused anyone", "narrow": "open borough", "gone": "removed anyone", "ended": "withdrawn anyone",
		"turned": "open anyone", "moved": "open anyone", "same": "open anyone", "old": "open anyone", "shut": "withdrawn anyone"}, lives); diff != "" {
		t.Errorf("the listings (-want +got):\n%s", diff)
	}
	w.must(w.partners.Withdraw(w.ctx, w.owner(given), given.GroupID, given.ID, w.now))
	if diff := cmp.Diff([]string{"same refused reference:mandate_taken_back"}, w.look(w.reads(b, true, heading+strings.Replace(line("same", "given", "x"), "gift,", "gift,yes", 1)))[:1]); diff != "" {
		t.Errorf("closing what the group has by itself now (-want +got):\n%s", diff)
	}
}

// As many as may be for one group, and what is closed on the way makes room.
func TestALookStopsAtTheMostThereMayBe(t *testing.T) {
	w, b := feeding(t)
	w.asks(b, w.choir("c1", "ama@choir.test"))
	w.sends(b, chairs("first", "c1"))
	file := strings.Builder{}
	file.WriteString(heading)
	for n := range 501 {
		if n == 500 {
			file.WriteString(strings.Replace(line("first", "c1", "x"), "gift,", "gift,yes", 1))
		}
		file.WriteString(line(fmt.Sprint("r", n), "c1", "Thing"))
	}
	i := w.reads(b, false, file.String())
	lines := w.look(i)
	want := []string{"r498 add group_reference:row_waits", "r499 refused group_reference:supplied_many", "first close", "r500 add group_reference:row_waits"}
	if diff := cmp.Diff(want, lines[498:]); diff != "" {
		t.Errorf("the look (-want +got):\n%s", diff)
	}
	w.does(b, i)
	if c := w.counts(i); c.Done != 501 || c.Failed != 0 || c.Refused != 1 {
		t.Errorf("once done: %+v", c)
	}
}
