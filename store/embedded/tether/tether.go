// Package tether starts a child process whose life hangs on ours.
//
// It promises that a child does not outlive the process that started it, kill -9 included, where the system
// can promise that (Linux). Elsewhere the child is only stopped by an orderly end, and whoever starts the same
// work again must look for one left behind. It knows nothing of what the child does.
package tether

import (
	"os/exec"
	"runtime"
	"syscall"
	"time"
)

// ioGrace is how long Done waits, after the child is gone, for grandchildren that still hold its output.
// Postgres backends notice a dead postmaster within a second or two.
const ioGrace = 10 * time.Second

// Child is a started process. Its methods are safe from several goroutines.
type Child struct {
	cmd  *exec.Cmd
	done chan struct{}
	err  error
}

// Start starts cmd. When this process dies, the kernel sends the child last. The child stands in a process group of
// its own, so that Ctrl-C in a terminal reaches us alone and the order of stopping stays ours.
func Start(cmd *exec.Cmd, last syscall.Signal) (*Child, error) {
	if cmd.SysProcAttr == nil {
		cmd.SysProcAttr = &syscall.SysProcAttr{}
	}
	cmd.SysProcAttr.Setpgid = true
	cmd.WaitDelay = ioGrace
	bind(cmd.SysProcAttr, last)
	c := &Child{cmd: cmd, done: make(chan struct{})}
	started := make(chan error, 1)
	go c.watch(started)
	return c, <-started
}

// watch holds one thread from the start of the child to its end: the death signal is sent when the thread that
// forked dies, and Go may end an idle thread long before the process.
func (c *Child) watch(started chan<- error) {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	defer close(c.done)
	err := c.cmd.Start()
	started <- err
	if err == nil {
		c.err = c.cmd.Wait()
	}
}

// Done is closed when the child has ended and its output is read to the end.
func (c *Child) Done() <-chan struct{} { return c.done }

// Err is how the child ended: nil after a clean exit. It is only set once Done is closed.
func (c *Child) Err() error {
	select {
	case <-c.done:
		return c.err
	default:
		return nil
	}
}

// Pid is the child's process id.
func (c *Child) Pid() int { return c.cmd.Process.Pid }

// Signal sends s. A child that is gone is no fault.
func (c *Child) Signal(s syscall.Signal) { _ = c.cmd.Process.Signal(s) }
