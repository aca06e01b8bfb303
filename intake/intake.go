// Package intake reads files of listings that partners send: CSV, and Open Referral UK as JSON.
//
// It promises that a file of any size is read in bounded memory, row by row, that what is wrong with one row is told with
// that row and its columns and spoils no other, and that contact details are cut out and reported. It knows neither database
// nor groups.
package intake

import (
	"errors"
	"io"

	"wherewithal/market"
)

// The bounds of a file.
const (
	MaxBytes = 50 << 20
	MaxRows  = 1_000_000
	maxRow   = 256 << 10 // bytes of one row: what is longer has a quotation mark that is never closed
)

// ErrBig is told of a file of more than MaxBytes.
var ErrBig = errors.New("the file is too big")

// Row is one row of a file.
type Row struct {
	Number int            // of CSV as a spreadsheet counts them: the first below the heading is 2; of JSON from 1
	Supply market.Supply  // of a row with faults the reference at most is to be relied on; empty, where that cannot be read for certain
	Closed bool           // it is to be closed, if it is there
	Faults []market.Fault // by the column; a row with any is not taken
	Cut    []market.Fault // what was cut out
}

func (r *Row) fault(column, code string, data ...any) {
	e := &market.Invalid{}
	e.Add(column, code, data...)
	r.Faults = append(r.Faults, e.Faults...)
}

func (r *Row) cut(column, code string, data ...any) {
	e := &market.Invalid{}
	e.Add(column, code, data...)
	r.Cut = append(r.Cut, e.Faults...)
}

// trim cuts contact details out of what people read, and says so.
func (r *Row) trim() {
	l := &r.Supply.Listing
	for _, text := range []struct {
		column string
		at     *string
	}{{"title", &l.Title}, {"description", &l.Description}, {"unit", &l.Unit}, {"termsFor", &l.Terms.For}} {
		cut := market.CutContacts(market.Plain(*text.at))
		if cut != market.Tidy(*text.at) {
			*text.at = cut
			r.cut(text.column, "contact_cut")
		}
	}
}

// bounded fails a read once too much was read, of the file or of one row of it.
type bounded struct {
	from       io.Reader
	left, here int64
}

func (b *bounded) Read(p []byte) (int, error) {
	if b.left < 0 { // one byte more is asked for than may be: only that tells a file that ends there
		return 0, ErrBig
	}
	if b.here <= 0 {
		return 0, errLong
	}
	n, err := b.from.Read(p[:min(int64(len(p)), b.left+1)])
	b.left, b.here = b.left-int64(n), b.here-int64(n)
	return n, err
}
