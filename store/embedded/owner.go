package embedded

import (
	"os"
	"os/user"
	"strconv"
	"syscall"
)

// owner is the user the server runs under. Postgres refuses to run as root.
type owner struct {
	name     string
	uid, gid int
	same     bool // it is the user we run as: nothing to change
}

// unprivileged are users likely to exist, most fitting first.
var unprivileged = []string{"wherewithal", "postgres", "nobody"}

// ownerOf says who serves dir: ourselves; or, when we are root, whoever owns it already, else the first of unprivileged.
func ownerOf(dir string) (owner, error) {
	if os.Geteuid() != 0 {
		return owner{name: "of this process", uid: os.Geteuid(), gid: os.Getegid(), same: true}, nil
	}
	if st, ok := stat(dir); ok && st.Uid != 0 {
		if u, err := user.LookupId(strconv.Itoa(int(st.Uid))); err == nil {
			return fromPasswd(u)
		}
	}
	for _, name := range unprivileged {
		if u, err := user.Lookup(name); err == nil {
			return fromPasswd(u)
		}
	}
	return owner{}, &Fault{ErrNoUser, "Postgres does not run as root and this machine has no user nobody or postgres: add a user wherewithal, or set DATABASE_URL to a server of your own", nil}
}

func stat(path string) (*syscall.Stat_t, bool) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, false
	}
	st, ok := info.Sys().(*syscall.Stat_t)
	return st, ok
}

func fromPasswd(u *user.User) (owner, error) {
	uid, err := strconv.Atoi(u.Uid)
	if err != nil {
		return owner{}, err
	}
	gid, err := strconv.Atoi(u.Gid)
	return owner{name: u.Username, uid: uid, gid: gid}, err
}

// own gives path to the owner.
func (o owner) own(path string) error {
	if o.same {
		return nil
	}
	return os.Chown(path, o.uid, o.gid)
}

// attr makes a process run as the owner, without our groups.
func (o owner) attr() *syscall.SysProcAttr {
	if o.same {
		return &syscall.SysProcAttr{}
	}
	return &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: uint32(o.uid), Gid: uint32(o.gid)}}
}
