package partner

import (
	"bytes"
	"cmp"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"time"

	"wherewithal/intake"
	"wherewithal/market"
	"wherewithal/store"
	"wherewithal/wording"
)

// The formats of files.
const (
	FormatCSV  = "csv"
	FormatHSDS = "hsds" // Open Referral UK 3.0
)

const (
	copyAtOnce = 500    // rows kept at once while a file comes in
	doAtOnce   = 100    // rows done in one transaction
	doInAJob   = 10_000 // rows done before the job makes room for others
)

// Sending is a file as it comes.
type Sending struct {
	Format  string
	SumsAll bool   // what is not in the file is to be closed
	Once    string // a once-only id; empty: this sending stands alone
	File    io.Reader
}

// ReadImport reads a file of listings as it comes, and works out what it would change: nothing is changed yet. A long one is kept as it
// comes, and a job works that out: it comes back as market.ImportLooking. It takes the place of a file that was looked at before and not done. Sent again under its once-only id it is the import that the first sending made, as it
// is now; the file is read for its sum alone.
//
// market.Invalid about "file" is what is wrong with all of it, and then nothing of it is kept; intake.ErrBig: there is too much of it.
// market.ErrConflict: another file is being done, or has come meanwhile. market.ErrReused: something else came under the id.
// market.ErrGone: another file has taken the place of what came under it.
func (ps *Partners) ReadImport(ctx context.Context, who Bearer, sent Sending, now time.Time) (i market.Import, err error) {
	defer market.Wrap(&err, "ReadImport")
	i = market.Import{ID: market.NewID(), PartnerID: who.Partner.ID, Test: who.Key.Test, Format: sent.Format, SumsAll: sent.SumsAll, State: market.ImportReading, CreatedAt: now}
	err = ps.store.InTx(ctx, func(tx *store.Tx) error {
		if _, err := tx.LockedPartner(ctx, i.PartnerID); err != nil {
			return err
		}
		if before, err := known(ctx, tx, sent.Once); before || err != nil {
			return cmp.Or(err, market.ErrRepeated)
		}
		if err := tx.AddImport(ctx, i); err != nil {
			return err
		}
		if before, err := known(ctx, tx, sent.Once); before || err != nil { // one that came to its end while this one waited to take its place
			return cmp.Or(err, market.ErrRepeated)
		}
		return nil
	})
	if errors.Is(err, market.ErrRepeated) {
		return ps.sentBefore(ctx, i, sent)
	}
	if err != nil {
		return i, err
	}
	if err = ps.takeIn(ctx, who, &i, sent, now); err != nil {
		drop := ps.store.InTx(context.WithoutCancel(ctx), func(tx *store.Tx) error { return tx.DropImport(ctx, i.ID) })
		if errors.Is(err, market.ErrNotFound) {
			err = market.ErrConflict // another file has come in its place
		}
		return i, errors.Join(err, drop)
	}
	return i, nil
}

// known reports whether a file came to its end under a once-only id.
func known(ctx context.Context, tx *store.Tx, once string) (bool, error) {
	if once == "" {
		return false, nil
	}
	_, err := tx.OnceOf(ctx, once, "")
	if errors.Is(err, market.ErrNotFound) {
		return false, nil
	}
	return err == nil, err
}

// sentBefore is what a sending with the same once-only id made.
func (ps *Partners) sentBefore(ctx context.Context, again market.Import, sent Sending) (market.Import, error) {
	sum := sha256.New()
	n, err := io.Copy(sum, io.LimitReader(sent.File, intake.MaxBytes+1))
	if err != nil {
		return again, err
	}
	was, err := ps.store.OnceOf(ctx, sent.Once, "")
	if err != nil {
		return again, err
	}
	again.SHA256 = sum.Sum(nil)
	if n > intake.MaxBytes || !bytes.Equal(was.Digest, digest(again)) {
		return again, market.ErrReused
	}
	i, err := ps.store.Import(ctx, again.PartnerID, market.ID(was.Answer))
	if errors.Is(err, market.ErrNotFound) {
		err = market.ErrGone
	}
	return i, err
}

// digest is of what was asked for with a file: that file, read so.
func digest(i market.Import) []byte {
	sum := sha256.Sum256(fmt.Appendf(nil, "%s %t %x", i.Format, i.SumsAll, i.SHA256))
	return sum[:]
}

// counted is a file as it is read: how long it is, and its sum.
type counted struct {
	from io.Reader
	size int64
}

func (c *counted) Read(p []byte) (int, error) {
	n, err := c.from.Read(p)
	c.size += int64(n)
	return n, err
}

// readers are how files are read, by their formats.
var readers = map[string]func(io.Reader, func(intake.Row) error) error{FormatCSV: intake.CSV, FormatHSDS: intake.HSDS}

// readRows looks at each row of a file, keeps what it finds, and says how many there are.
func (ps *Partners) readRows(ctx context.Context, who Bearer, i *market.Import, file io.Reader, now time.Time) (n int, err error) {
	look, err := ps.newLook(ctx, who, now)
	if err != nil {
		return 0, err
	}
	sum := sha256.New()
	whole := &counted{from: io.TeeReader(file, sum)}
	var rows []market.ImportRow
	flush := func() error {
		err := ps.store.CopyRows(ctx, rows)
		n, rows = n+len(rows), rows[:0]
		return err
	}
	err = readers[i.Format](whole, func(row intake.Row) error {
		rows = append(rows, look.at(i.ID, row))
		if len(rows) < copyAtOnce {
			return nil
		}
		return flush()
	})
	if err == nil {
		err = flush()
	}
	if err == nil {
		_, err = io.Copy(io.Discard, whole) // what stands behind the last row is of the file too
	}
	i.SHA256, i.Size = sum.Sum(nil), whole.size
	return n, err
}

// here has a file go on from a state, and remembers what it was sent under. market.ErrNotFound: another has come in its place, or it
// has gone on already.
func (ps *Partners) here(ctx context.Context, from market.ImportState, i *market.Import, once string, now time.Time, then func(*store.Tx) error) error {
	return ps.store.InTx(ctx, func(tx *store.Tx) error {
		is, err := tx.LockImport(ctx, i.ID) // first of all: whoever comes in its place waits for it, and not it for them
		if err == nil && is.State != from {
			err = market.ErrNotFound
		}
		if err != nil {
			return err
		}
		if once != "" {
			if err := tx.Remember(ctx, store.Once{ID: once, Partner: i.PartnerID, Answer: string(i.ID), At: now, Digest: digest(*i)}); err != nil {
				return err
			}
		}
		if err := then(tx); err != nil {
			return err
		}
		return tx.ChangeImport(ctx, *i)
	})
}

// plan works out what a file that was read would do, and counts it.
func plan(ctx context.Context, tx *store.Tx, i *market.Import, now time.Time) error {
	unnamed, err := tx.PlanImport(ctx, store.ImportPlan{Import: *i, Ends: now.Add(endsSoon), Most: market.MandateBefore, Faults: planFaults()})
	if err != nil {
		return err
	}
	if unnamed > 0 {
		e := &market.Invalid{}
		e.Add("reference", "file_unnamed", "N", unnamed)
		i.Faults = e.Faults
	}
	return tx.KeepCounts(ctx, i)
}

// planFaults are what is said of rows because of what is there already, by their codes.
func planFaults() map[string][]market.Fault {
	all := map[string][]market.Fault{}
	for code, field := range map[string]string{"file_twice": "reference", "taken_down": "reference", "supplied_closed": "reference", "side_stays": "side", "mandate_stays": "group_reference",
		"mandate_said_no": "reference", "mandate_taken_back": "reference", "mandate_unanswered": "reference", "supplied_many": "group_reference",
		"row_waits": "group_reference", "row_held": "group_reference", "row_paused": "reference", "row_narrower": "circle"} {
		e := &market.Invalid{}
		e.Add(field, code, "Max", market.MandateBefore)
		all[code] = e.Faults
	}
	return all
}

// look is what rows are looked at by, read once for a file.
type look struct {
	site     string
	test     bool
	mandates map[string]market.Mandate
	placed   map[string]bool  // by the reference of a group: it has a place
	against  map[string]error // by the same: what else than its word nothing can be posted for it by
	kinds    map[string]market.Kind
	inside   func(postcode string) error // where that is, by what is built in
	outside  func(postcode string) error // by whoever is asked as well
	asked    map[string]error            // what came of that, by postcode
}

func (ps *Partners) newLook(ctx context.Context, who Bearer, now time.Time) (*look, error) {
	l := &look{site: who.Partner.Site, test: who.Key.Test, mandates: map[string]market.Mandate{}, placed: map[string]bool{}, kinds: map[string]market.Kind{}, asked: map[string]error{},
		inside:  func(postcode string) error { _, err := whereBuiltIn(ctx, postcode, now); return err },
		outside: func(postcode string) error { _, err := ps.Where(ctx, postcode, now); return err }}
	kinds, err := ps.store.Kinds(ctx)
	if err != nil {
		return nil, err
	}
	for _, k := range kinds {
		l.kinds[k.Code] = k
	}
	all, err := ps.store.MandatesAfter(ctx, who.Partner.ID, who.Key.Test, "", market.MaxMandates)
	if err != nil {
		return nil, err
	}
	var groups []market.ID
	for _, m := range all {
		if m.GroupID != "" {
			groups = append(groups, m.GroupID)
		}
	}
	places, err := ps.store.PlacesOf(ctx, groups)
	if err != nil {
		return nil, err
	}
	for _, m := range all {
		l.mandates[m.Reference], l.placed[m.Reference] = m, m.About.Place != nil || len(places[m.GroupID]) > 0
	}
	l.against, err = ps.against(ctx, who, all, groups)
	return l, err
}

// against is why nothing can be posted for some groups although their word stands: they have closed, or are in no network that lets
// the partner post.
func (ps *Partners) against(ctx context.Context, who Bearer, all []market.Mandate, groups []market.ID) (map[string]error, error) {
	networks, err := ps.within(ctx, who.Reach, market.MayPost)
	if err != nil {
		return nil, err
	}
	if !who.May(market.MayPost) {
		networks = []market.ID{} // in none
	}
	closed, outside, err := ps.store.Barred(ctx, groups, networks)
	by := map[string]error{}
	for _, m := range all {
		switch {
		case m.State != market.MandateGiven:
		case closed[m.GroupID]:
			by[m.Reference] = market.ErrForbidden
		case outside[m.GroupID] && !who.Key.Test:
			by[m.Reference] = ErrOutside
		}
	}
	return by, err
}

// at is a row with what a rule of ours has against it.
func (l *look) at(id market.ID, row intake.Row) market.ImportRow {
	s := normal(row.Supply)
	out := market.ImportRow{ImportID: id, Position: row.Number, Reference: s.Reference, Closed: row.Closed, Digest: s.Digest(), Faults: row.Faults, Cut: row.Cut}
	if len(out.Faults) == 0 && !row.Closed {
		out.Faults = l.faults(s)
	}
	if e := (&market.Invalid{}); row.Closed {
		market.ValidateReference(e, "reference", s.Reference)
		out.Faults = append(out.Faults, e.Faults...)
	}
	if len(out.Faults) == 0 {
		out.Said = &s
	}
	if len(out.Reference) > market.MaxReference {
		out.Reference = ""
	}
	out.Reference = market.Plain(out.Reference)
	return out
}

func (l *look) faults(s market.Supply) []market.Fault {
	e := &market.Invalid{}
	add := func(err error) {
		var bad *market.Invalid
		if errors.As(err, &bad) {
			e.Faults = append(e.Faults, bad.Faults...)
		}
	}
	add(s.Validate(l.site))
	m, named := l.mandates[s.Group]
	switch standing(m) {
	case ErrRefused:
		e.Add("group_reference", "mandate_said_no")
	case ErrWithdrawn:
		e.Add("group_reference", "mandate_taken_back")
	case ErrLapsed:
		e.Add("group_reference", "mandate_unanswered")
	}
	if !named {
		e.Add("group_reference", "mandate_unknown")
	}
	if err := l.against[s.Group]; err != nil {
		e.Add("group_reference", ruled[err])
	}
	add(l.somewhere(s.Postcode))
	kind, known := l.kinds[s.Listing.Kind]
	if !known {
		e.Add("kind", "choice")
		return e.Faults
	}
	if s.Postcode != "" || l.placed[s.Group] {
		s.Listing.PlaceID = "somewhere" // any will do: which it is to be is seen when it is posted
	}
	add(s.Listing.Validate(kind, wording.IsLanguage))
	return e.Faults
}

// askedPlaces bounds for how many postcodes of a file, which the table that is built in has not, somebody outside is asked.
const askedPlaces = 100

// somewhere refuses a postcode that is not known. What cannot be asked now is left for when the row is done.
func (l *look) somewhere(postcode string) error {
	if postcode == "" || !outOfTable(l.inside(postcode)) {
		return nil
	}
	err, asked := l.asked[postcode]
	if !asked && len(l.asked) < askedPlaces {
		err = l.outside(postcode)
		l.asked[postcode] = err
	}
	return err
}

func outOfTable(err error) bool {
	var bad *market.Invalid
	return errors.As(err, &bad)
}

// Acting is whoever looks after a partner, as one of its programs would be: with a live key, or with one of the sandbox.
// market.ErrNotFound: the partner is not theirs, or has ended. market.Invalid about "test": no network lets it post, or there is no sandbox yet.
func (ps *Partners) Acting(ctx context.Context, v market.Viewer, id market.ID, test bool) (b Bearer, err error) {
	defer market.Wrap(&err, "Acting(%s)", id)
	b.Partner, _, _, err = ps.Of(ctx, v, id)
	if err != nil {
		return b, err
	}
	b.Key = market.Token{PartnerID: id, Test: test}
	err = ps.look(ctx, &b)
	if test && errors.Is(err, market.ErrNotFound) {
		err = market.Refuse("test", "import_sandbox")
	}
	if err == nil && !b.May(market.MayPost) {
		err = market.Refuse("test", "import_ungranted")
	}
	return b, err
}

// ImportsOf are the files of a partner of the viewer's that are still kept, the newest first.
func (ps *Partners) ImportsOf(ctx context.Context, v market.Viewer, id market.ID) ([]market.Import, error) {
	if _, _, _, err := ps.Of(ctx, v, id); err != nil {
		return nil, err
	}
	return ps.store.Imports(ctx, id, importsShown)
}

// importsShown at once: those that were looked at and not done make room for the next, so that these are nearly all done.
const importsShown = 50

// ImportOf a partner of the viewer's. market.ErrNotFound: there is no such one, or it is still coming in.
func (ps *Partners) ImportOf(ctx context.Context, v market.Viewer, partner, id market.ID) (market.Import, error) {
	if _, _, _, err := ps.Of(ctx, v, partner); err != nil {
		return market.Import{}, err
	}
	i, err := ps.store.Import(ctx, partner, id)
	if err == nil && i.State == market.ImportReading {
		err = market.ErrNotFound
	}
	return i, err
}

// ErrFile is told of a file that is not the one that was looked at.
var ErrFile = errors.New("another file than the one that was looked at")

// DoImport has what a file would change be done, by a job. sum is the file's SHA-256, so that what is done is what was looked at.
// market.ErrRepeated: it is being done, or was. market.ErrConflict: another is being done. market.ErrWrongState: it is not looked at yet, or
// could not be read.
func (ps *Partners) DoImport(ctx context.Context, who Bearer, id market.ID, sum []byte, now time.Time) (i market.Import, err error) {
	defer market.Wrap(&err, "DoImport(%s)", id)
	err = ps.store.InTx(ctx, func(tx *store.Tx) error {
		if _, err := tx.LockedPartner(ctx, who.Partner.ID); err != nil {
			return err
		}
		if i, err = tx.LockImport(ctx, id); err != nil {
			return err
		}
		switch {
		case i.PartnerID != who.Partner.ID || i.Test != who.Key.Test || i.State == market.ImportReading:
			return market.ErrNotFound
		case !bytes.Equal(i.SHA256, sum):
			return ErrFile
		case !i.LookedAt():
			return market.ErrWrongState
		case i.State != market.ImportShown:
			return market.ErrRepeated
		}
		i.State, i.BegunAt = market.ImportDoing, &now
		if err := tx.ChangeImport(ctx, i); err != nil {
			return err
		}
		return tx.Enqueue(ctx, time.Now(), market.Job{Kind: market.ImportJob, Subject: id, Other: who.Partner.ID})
	})
	return i, err
}

// WorkImport does what a file would change, a hundred rows in a transaction with what became of them, so that one that is
// cut off goes on where it was. A long one makes room for other jobs. Safe to repeat and to run twice at once.
func (ps *Partners) WorkImport(ctx context.Context, id, partner market.ID, now time.Time) (err error) {
	defer market.Wrap(&err, "WorkImport(%s)", id)
	p, err := ps.store.Partner(ctx, partner)
	if errors.Is(err, market.ErrNotFound) {
		return nil // erased
	}
	for n := 0; err == nil && n < doInAJob; n += doAtOnce {
		more, worked := ps.workSome(ctx, p, id, now)
		if err = worked; err != nil || !more {
			return err
		}
	}
	if err != nil {
		return err
	}
	return ps.store.InTx(ctx, func(tx *store.Tx) error {
		return tx.Enqueue(ctx, time.Now(), market.Job{Kind: market.ImportJob, Subject: id, Other: partner})
	})
}

// workSome does the next rows. Where they are is asked before anything is held: a service outside may take its time.
func (ps *Partners) workSome(ctx context.Context, p market.Partner, id market.ID, now time.Time) (more bool, err error) {
	rows, err := ps.store.OpenRows(ctx, id, doAtOnce)
	if err != nil {
		return false, err
	}
	packed := map[int]packedRow{}
	for _, row := range rows {
		if row.Said != nil {
			sent, err := ps.pack(ctx, *row.Said, p.Site, now)
			packed[row.Position] = packedRow{sent, err}
		}
	}
	err = ps.store.InTx(ctx, func(tx *store.Tx) (err error) {
		more, err = ps.doSome(ctx, tx, p, id, packed, now)
		return err
	})
	return more, err
}

// packedRow is what a row sends, or why it cannot be sent.
type packedRow struct {
	parcel parcel
	err    error
}

func (ps *Partners) doSome(ctx context.Context, tx *store.Tx, p market.Partner, id market.ID, packed map[int]packedRow, now time.Time) (more bool, err error) {
	i, err := tx.LockImport(ctx, id)
	if errors.Is(err, market.ErrNotFound) || err == nil && i.State != market.ImportDoing {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	rows, err := tx.OpenRows(ctx, id, doAtOnce)
	for _, row := range rows {
		sent, known := packed[row.Position]
		if err != nil || row.Act != market.RowCloses && !known { // somebody else did some meanwhile
			break
		}
		err = ps.doRow(ctx, tx, i, row, sent, now)
	}
	if err != nil || len(rows) > 0 {
		return err == nil, err
	}
	return false, ps.ends(ctx, tx, p, i, now)
}

// ends has a file be done, as far as it was.
func (ps *Partners) ends(ctx context.Context, tx *store.Tx, p market.Partner, i market.Import, now time.Time) error {
	i.State, i.EndedAt = market.ImportDone, &now
	if err := tx.KeepCounts(ctx, &i); err != nil {
		return err
	}
	return errors.Join(tx.SeeSupplied(ctx, i, now), ps.fed(ctx, tx, Bearer{Partner: p, Key: market.Token{Test: i.Test}}, now), tx.ChangeImport(ctx, i))
}

// doRow does one row, and writes down what became of it; what a rule refuses undoes that row alone.
func (ps *Partners) doRow(ctx context.Context, tx *store.Tx, i market.Import, row market.ImportRow, sent packedRow, now time.Time) error {
	err := tx.Within(ctx, func(tx *store.Tx) error {
		was, err := tx.SuppliedOf(ctx, i.PartnerID, i.Test, row.Reference)
		if err != nil && !errors.Is(err, market.ErrNotFound) {
			return err
		}
		if !unmoved(row, was) {
			return errMoved
		}
		if row.Act == market.RowCloses {
			_, err = ps.closeIn(ctx, tx, was, market.Withdrawn, now)
			return err
		}
		if err = sent.err; err == nil {
			_, err = ps.put(ctx, tx, i.PartnerID, i.Test, sent.parcel, now)
		}
		return err
	})
	row.Result = market.ResultDone
	var bad *market.Invalid
	switch {
	case errors.Is(err, errMoved):
		row.Result = market.ResultMoved
	case errors.As(err, &bad):
		row.Result, row.Faults = market.ResultRefused, bad.Faults
	case err != nil:
		code, ours := ruled[cause(err)]
		if !ours {
			return err
		}
		row.Result, row.Faults = market.ResultRefused, []market.Fault{{Field: "reference", Code: code}}
	}
	return tx.RowDone(ctx, row)
}

// errMoved is told of a row whose listing was sent or closed after the file was looked at.
var errMoved = errors.New("sent or closed after the file was looked at")

// unmoved reports whether what stood under a row's reference when it was looked at stands there still. Of a file that the release before
// looked at the digest alone is known; that can go with the next release.
func unmoved(row market.ImportRow, now market.Supplied) bool {
	if len(row.Was) == sha256.Size {
		return bytes.Equal(row.Was, now.Digest)
	}
	return bytes.Equal(row.Was, now.Stands())
}

// ruled are what a group or the site has against a row, with how that is said.
var ruled = map[error]string{ErrOutside: "mandate_no_network", ErrRefused: "mandate_said_no", ErrWithdrawn: "mandate_taken_back", ErrLapsed: "mandate_unanswered", ErrClosedByGroup: "supplied_closed",
	ErrTakenDown: "taken_down", market.ErrForbidden: "supplied_group_closed", market.ErrWrongState: "supplied_closed"}

// cause is which of them an error is.
func cause(err error) error {
	for known := range ruled {
		if errors.Is(err, known) {
			return known
		}
	}
	return nil
}
