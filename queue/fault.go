package queue

import (
	"context"
	"errors"
	"fmt"
	"regexp"
)

// permanent is an error that will not mend.
type permanent struct{ error }

func (p permanent) Unwrap() error { return p.error }

// Permanent marks an error as one that no further attempt can mend: the job fails for good. Nil stays nil.
func Permanent(err error) error {
	if err == nil {
		return nil
	}
	return permanent{err}
}

// Judge sorts the errors of handlers: class is a word for the record, never personal text; lasting says that another
// attempt cannot help. An empty class means it has no opinion.
type Judge func(err error) (class string, lasting bool)

// Why the context of a job was cancelled.
var (
	errTimeout    = errors.New("took too long")
	errStopping   = errors.New("this process is stopping")
	errSuperseded = errors.New("another attempt took over")
)

// panicked is a panic of a handler. The value may hold anything, so only its type is told.
type panicked struct {
	kind  string
	stack []byte
}

func (p *panicked) Error() string { return fmt.Sprintf("panic with a %s", p.kind) }

// sorted is the class of a fault, and whether it lasts.
func sorted(err error, judge Judge) (class string, lasting bool) {
	if judge != nil {
		class, lasting = judge(err)
	}
	var p permanent
	lasting = lasting || errors.As(err, &p)
	if class != "" {
		return class, lasting
	}
	return plainClass(err, lasting), lasting
}

func plainClass(err error, lasting bool) string {
	var p *panicked
	switch {
	case errors.As(err, &p):
		return "panic"
	case errors.Is(err, errTimeout), errors.Is(err, context.DeadlineExceeded):
		return "timeout"
	case lasting:
		return "permanent"
	default:
		return "error"
	}
}

var address = regexp.MustCompile(`[^\s<>"'(),;:]+@[^\s<>"'(),;:]+`)

// told is the text of an error for the log: mail servers like to repeat addresses, and those stay out of it.
func told(err error) string {
	s := address.ReplaceAllString(err.Error(), "(address)")
	if len(s) > 500 { // a line of a log, not a page
		s = s[:500]
	}
	return s
}
