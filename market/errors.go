package market

import (
	"errors"
	"fmt"
	"strings"
)

// The named errors. A door maps each to one answer; everything else is a fault of ours.
var (
	ErrNotFound     = errors.New("not found")                  // missing, or not for this viewer: the same answer
	ErrSignedOut    = errors.New("sign in first")              // nobody is signed in
	ErrUnproved     = errors.New("signed in too long ago")     // for what only somebody who has just signed in may do
	ErrForbidden    = errors.New("not allowed")                // signed in and seen, but the role does not allow it
	ErrInvolved     = errors.New("about a group of one's own") // who decides about a group is none of its members
	ErrConflict     = errors.New("changed meanwhile")          // the version read is no longer the newest
	ErrGone         = errors.New("no longer open")             // the listing, link or introduction has ended
	ErrTaken        = errors.New("just gone")                  // someone else took the last unit first
	ErrTooMany      = errors.New("too many attempts")          // a limit of tries or posts was reached
	ErrRepeated     = errors.New("already done")               // the once-only id was seen before
	ErrReused       = errors.New("used for something else")    // the once-only id came before with other content
	ErrFull         = errors.New("no room left")               // the disk of a dependency is full; always ErrUnavailable too
	ErrOverBound    = errors.New("more is open than the index may hold")
	ErrUnavailable  = errors.New("temporarily unavailable")    // a dependency is away; trying later may work
	ErrWrongState   = errors.New("not possible in this state") // a state machine has no such transition
	ErrWrongCode    = errors.New("wrong code")                 // a sign-in code that does not fit
	ErrWrongBrowser = errors.New("opened in another browser")  // a sign-in link away from where it was asked for
)

// Fault says what is wrong with one field. Code is a key of the message catalogue under "fault."; Data fills it.
type Fault struct {
	Field string
	Code  string
	Data  map[string]any
}

// Invalid is bad input: every fault at once, so that a form can show each beside its field.
type Invalid struct{ Faults []Fault }

func (e *Invalid) Error() string {
	var b strings.Builder
	for i, f := range e.Faults {
		if i > 0 {
			b.WriteString("; ")
		}
		b.WriteString(f.Field + ": " + f.Code)
	}
	return b.String()
}

// Add notes a fault. Data is a list of name, value pairs.
func (e *Invalid) Add(field, code string, data ...any) {
	m := map[string]any{}
	for i := 0; i+1 < len(data); i += 2 {
		m[data[i].(string)] = data[i+1]
	}
	e.Faults = append(e.Faults, Fault{Field: field, Code: code, Data: m})
}

// OrNil is the error to return: nil when nothing was found wrong.
func (e *Invalid) OrNil() error {
	if len(e.Faults) == 0 {
		return nil
	}
	return e
}

// Refuse is a single fault as an error.
func Refuse(field, code string, data ...any) error {
	e := &Invalid{}
	e.Add(field, code, data...)
	return e
}

// Wrap puts what was being done in front of an error, keeping its identity. It is meant for defer:
//
//	defer market.Wrap(&err, "Publish(%s)", id)
func Wrap(err *error, format string, args ...any) {
	if *err != nil {
		*err = fmt.Errorf("%s: %w", fmt.Sprintf(format, args...), *err)
	}
}
