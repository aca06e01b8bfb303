package telemetry

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"os/signal"
	"strings"
	"syscall"
	"time"
)

// Grace is how long a program takes at most to stop: requests are answered and jobs finished or given back.
const Grace = 20 * time.Second

// Part is one of the things a program does at the same time. Run works until ctx ends, then puts its things in
// order and returns. Returning nil before that means that it has done all it had to.
type Part struct {
	Name string
	Run  func(ctx context.Context) error
}

// running is a part at work.
type running struct {
	Part
	cancel context.CancelFunc
	done   chan struct{}
	err    error
}

// Run runs the parts until ctx ends, SIGINT or SIGTERM comes, one of them fails or all have ended. Then it stops them
// in reverse order, each after the one before has ended: so name first what the others lean on. It returns the first
// failure of a part, or says which parts did not stop within grace. A second signal ends the process at once.
func Run(ctx context.Context, grace time.Duration, parts ...Part) error {
	ctx, restore := signal.NotifyContext(ctx, syscall.SIGINT, syscall.SIGTERM)
	defer restore()
	failed := make(chan error, len(parts))
	all := make([]*running, len(parts))
	for i, p := range parts {
		all[i] = start(context.WithoutCancel(ctx), p, failed)
	}
	first := await(ctx, all, failed)
	restore()
	slog.Info("stopping", "grace", grace)
	if err := stopAll(all, grace); first == nil {
		first = err
	}
	return first
}

func start(ctx context.Context, p Part, failed chan<- error) *running {
	r := &running{Part: p, done: make(chan struct{})}
	ctx, r.cancel = context.WithCancel(ctx)
	go func() {
		defer close(r.done)
		if err := p.Run(ctx); err != nil && !(errors.Is(err, context.Canceled) && ctx.Err() != nil) {
			r.err = fmt.Errorf("%s: %w", p.Name, err)
			failed <- r.err
		}
	}()
	return r
}

// await returns when it is time to stop: with the failure if that is why.
func await(ctx context.Context, all []*running, failed <-chan error) error {
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		for _, r := range all {
			<-r.done
		}
	}()
	select {
	case err := <-failed:
		return err
	case <-ctx.Done():
		return nil
	case <-ended:
		select {
		case err := <-failed:
			return err
		default:
			return nil
		}
	}
}

// stopAll stops the parts from the last to the first. When grace is over, those left are told to stop but not waited for.
func stopAll(all []*running, grace time.Duration) (first error) {
	over := time.NewTimer(grace)
	defer over.Stop()
	var late []string
	for i := len(all) - 1; i >= 0; i-- {
		r := all[i]
		r.cancel()
		if len(late) == 0 {
			select {
			case <-r.done:
			case <-over.C:
			}
		}
		select {
		case <-r.done:
			if first == nil {
				first = r.err
			}
		default:
			late = append(late, r.Name)
		}
	}
	if first == nil && len(late) > 0 {
		first = fmt.Errorf("did not stop within %v: %s", grace, strings.Join(late, ", "))
	}
	return first
}

// Serve is the part that serves HTTP on l. Stopping takes no new connections and waits for the requests at hand, at
// most as long as drain; a browser that is slower is cut off.
func Serve(name string, srv *http.Server, l net.Listener, drain time.Duration) Part {
	return Part{Name: name, Run: func(ctx context.Context) error {
		ended := make(chan error, 1)
		go func() { ended <- srv.Serve(l) }()
		select {
		case err := <-ended:
			return err
		case <-ctx.Done():
		}
		wait, cancel := context.WithTimeout(context.WithoutCancel(ctx), drain)
		defer cancel()
		if err := srv.Shutdown(wait); err != nil {
			return errors.Join(fmt.Errorf("requests were cut off: %w", err), srv.Close())
		}
		return nil
	}}
}
