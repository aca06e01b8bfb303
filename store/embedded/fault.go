package embedded

import (
	"errors"
	"fmt"
	"strings"
)

// Kinds of Fault, for errors.Is.
var (
	ErrInUse        = errors.New("data folder in use")
	ErrPortInUse    = errors.New("port in use")
	ErrDiskFull     = errors.New("disk full")
	ErrNoBinaries   = errors.New("no Postgres binaries")
	ErrOtherVersion = errors.New("cluster of another major version")
	ErrUnreachable  = errors.New("cluster out of reach")
	ErrNoUser       = errors.New("no user to run as")
)

// Fault is a reason not to start that a person can mend.
type Fault struct {
	Kind   error  // one of the Err… above
	Advice string // one sentence: what is wrong and what to do
	Cause  error  // for the log; may be nil
}

// Error is the advice alone; the cause is for the log, through errors.Unwrap.
func (f *Fault) Error() string { return f.Advice }

// Unwrap gives the kind and the cause.
func (f *Fault) Unwrap() []error { return []error{f.Kind, f.Cause} }

func inUse(dir string, cause error) error {
	return &Fault{ErrInUse, fmt.Sprintf("another hub is already running on %s: stop it first, or give this one another DATA_DIR", dir), cause}
}

func otherVersion(dir, have string) error {
	return &Fault{ErrOtherVersion, fmt.Sprintf("%s holds a Postgres %s cluster and this program runs Postgres %s: dump it with the old version, move the folder away and load the dump into a new one, or set DATABASE_URL to a server that runs it", dir, have, Major), nil}
}

func portInUse(port int, cause error) error {
	return &Fault{ErrPortInUse, fmt.Sprintf("port %d on 127.0.0.1 is taken by another program: stop that program or choose another port (0 takes a free one)", port), cause}
}

func diskFull(dir string, cause error) error {
	return &Fault{ErrDiskFull, fmt.Sprintf("the disk that holds %s is full: free some space (a new site needs about 200 MB) and start again; nothing that was saved is lost", dir), cause}
}

func noBinaries(cause error) error {
	return &Fault{ErrNoBinaries, "Postgres 17 is not on this machine and could not be downloaded: connect to the internet for the first start, or install the package postgresql-17, or set DATABASE_URL to a server of your own", cause}
}

// explain turns the last words of initdb or postgres into the fault they tell of; nil when they tell of none.
func explain(said, dir string, port int) error {
	cause := errors.New(said)
	switch {
	case has(said, "No space left on device", "Disk quota exceeded", "no space left on device", "Check free disk space"):
		return diskFull(dir, cause)
	case has(said, "Address already in use", "already listening on port"):
		return portInUse(port, cause)
	case has(said, "unable to connect to", "no version found matching", "download sha256", "checksums do not match", "error fetching postgres"):
		return noBinaries(cause)
	case has(said, "could not look up effective user ID"):
		return &Fault{ErrNoUser, "this process runs under a user id that has no name: add it to /etc/passwd, or set DATABASE_URL to a server of your own", cause}
	}
	return nil
}

func has(s string, any ...string) bool {
	for _, a := range any {
		if strings.Contains(s, a) {
			return true
		}
	}
	return false
}
