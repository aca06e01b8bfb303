package embedded

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net"
	"os"
	"os/exec"
	"strings"
	"syscall"

	embeddedpostgres "github.com/fergusstrange/embedded-postgres"

	"wherewithal/store/embedded/tether"
)

// childName as argument zero marks a process as the child below.
const childName = "wherewithal-embedded-postgres"

// order is what the child is asked, on its standard input.
type order struct {
	Do       string // "reach": can you write in Data? "prepare": make binaries and a cluster
	Data     string // cluster to make
	Scratch  string // wiped
	Binaries string // a Postgres to use, or where to put one
	Cache    string // keeps the downloaded archive
	Password string
}

// init turns the process into the child when it was started as one. It must be done before main, because the program
// is any that imports this package, a test binary too. The work is done in a process of its own because it has to be
// done as the server's user, and because the library that does it daemonises a server and knows no cancelling.
func init() {
	if len(os.Args) == 0 || os.Args[0] != childName {
		return
	}
	var o order
	err := json.NewDecoder(os.Stdin).Decode(&o)
	if err == nil {
		err = o.obey()
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	os.Exit(0)
}

func (o order) obey() error {
	if o.Do == "prepare" {
		return o.prepare("C.UTF-8")
	}
	f, err := os.CreateTemp(o.Data, "reach")
	if err != nil {
		return err
	}
	f.Close()
	return os.Remove(f.Name())
}

// prepare lets the library fetch the binaries if o.Binaries has none, and make a cluster in o.Data. Letters sort by
// code point, which no update of the machine's C library changes. A machine without that locale (macOS) gets plain C.
func (o order) prepare(locale string) error {
	port, err := freePort()
	if err != nil {
		return err
	}
	db := embeddedpostgres.NewDatabase(embeddedpostgres.DefaultConfig().
		Version(release).CachePath(o.Cache).BinariesPath(o.Binaries).RuntimePath(o.Scratch).DataPath(o.Data).
		Username(role).Password(o.Password).Database(database).
		Port(uint32(port)).Locale(locale).Encoding("UTF8").Logger(os.Stdout).
		StartParameters(map[string]string{"unix_socket_directories": "", "listen_addresses": "localhost"}))
	err = db.Start()
	if err != nil && locale != "C" && strings.Contains(err.Error(), "invalid locale") {
		return o.prepare("C")
	}
	if err != nil {
		return err
	}
	return db.Stop()
}

// child runs the order as the server's user and returns what was said. It dies with us and with ctx.
func (h home) child(ctx context.Context, o order) (said string, err error) {
	self, err := executable()
	if err != nil {
		return "", err
	}
	in, err := json.Marshal(o)
	if err != nil {
		return "", err
	}
	var out bytes.Buffer
	cmd := exec.Command(self)
	cmd.Args = []string{childName}
	cmd.Dir, cmd.Env = "/", childEnv(h)
	cmd.Stdin, cmd.Stdout, cmd.Stderr = bytes.NewReader(in), &out, &out
	cmd.SysProcAttr = h.owner.attr()
	c, err := tether.Start(cmd, syscall.SIGKILL)
	if err != nil {
		return "", err
	}
	select {
	case <-c.Done():
		return out.String(), c.Err()
	case <-ctx.Done():
		c.Signal(syscall.SIGKILL)
		<-c.Done()
		return out.String(), ctx.Err()
	}
}

// executable is this program. On Linux by its magic link, which the kernel follows without walking the path, so that
// a user who may not enter the folder it stands in can still be made to run it.
func executable() (string, error) {
	if exists("/proc/self/exe") {
		return "/proc/self/exe", nil
	}
	return os.Executable()
}

// childEnv is what the library needs of the environment: the way to the internet, and folders its user may write.
func childEnv(h home) []string {
	env := []string{"HOME=" + h.dir, "TMPDIR=" + h.path("tmp"), "LC_ALL=C", "TZ=UTC"}
	for _, name := range []string{"PATH", "LD_LIBRARY_PATH", "GORACE", "SSL_CERT_FILE", "SSL_CERT_DIR",
		"HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "http_proxy", "https_proxy", "no_proxy"} {
		if v, ok := os.LookupEnv(name); ok {
			env = append(env, name+"="+v)
		}
	}
	return env
}

// freePort is one nobody listens on at this moment; somebody may before we do.
func freePort() (int, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return 0, fmt.Errorf("find a free port: %w", err)
	}
	defer l.Close()
	return l.Addr().(*net.TCPAddr).Port, nil
}
