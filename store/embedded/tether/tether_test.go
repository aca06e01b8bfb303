package tether

import (
	"bufio"
	"io"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"syscall"
	"testing"
)

// parentName as argument zero turns this test binary into a parent that starts a child and waits.
const parentName = "tether-test-parent"

func TestMain(m *testing.M) {
	if os.Args[0] == parentName {
		parent()
	}
	os.Exit(m.Run())
}

func parent() {
	cmd := exec.Command("sleep", "1000")
	cmd.Stdout = os.Stdout // the child holds the test's pipe open as long as it lives
	c, err := Start(cmd, syscall.SIGKILL)
	if err != nil {
		os.Exit(1)
	}
	os.Stdout.WriteString("started\n")
	<-c.Done()
	os.Exit(0)
}

func TestChildDiesWithAKilledParent(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("only Linux tells a child that its parent died")
	}
	cmd := exec.Command("/proc/self/exe")
	cmd.Args = []string{parentName}
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	said := bufio.NewReader(out)
	if line, err := said.ReadString('\n'); err != nil || strings.TrimSpace(line) != "started" {
		t.Fatalf("the parent said %q, %v", line, err)
	}
	if err := cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	// The pipe ends when its last holder, the child, is gone.
	if _, err := io.Copy(io.Discard, said); err != nil {
		t.Fatal(err)
	}
	_ = cmd.Wait()
}

func TestErrTellsHowTheChildEnded(t *testing.T) {
	c, err := Start(exec.Command("sh", "-c", "exit 3"), syscall.SIGKILL)
	if err != nil {
		t.Fatal(err)
	}
	<-c.Done()
	if err := c.Err(); err == nil || err.Error() != "exit status 3" {
		t.Errorf("err = %v", err)
	}
	c.Signal(syscall.SIGTERM) // a child that is gone is no fault
}

func TestProgramThatIsNotThereIsAnError(t *testing.T) {
	if _, err := Start(exec.Command("/no/such/program"), syscall.SIGKILL); err == nil {
		t.Error("no error")
	}
}
