package market

import "time"

// Later is the fault of a job that is to be left alone for a while at least.
type Later struct {
	By  time.Duration
	Err error
	// PutOff: nothing failed, and it is done then.
	PutOff bool
}

func (l *Later) Error() string { return l.Err.Error() }

func (l *Later) Unwrap() error { return l.Err }
