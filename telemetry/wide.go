package telemetry

import (
	"context"
	"log/slog"
	"sync"
	"time"
)

// Wide is the one line that is logged about a request or a job. Fields are gathered while it is worked on. They are
// ids, kinds and counts: never a name, an address or what somebody wrote. Safe for use by several goroutines.
type Wide struct {
	mu    sync.Mutex
	began time.Time
	attrs []slog.Attr
	err   error
}

type wideKey struct{}

// With begins a line and puts it in the context, for Add and Fail below.
func With(ctx context.Context) (context.Context, *Wide) {
	w := &Wide{began: time.Now()}
	return context.WithValue(ctx, wideKey{}, w), w
}

// Add sets a field of the context's line; the last value for a key counts. Without a line it does nothing.
func Add(ctx context.Context, key string, value any) {
	if w, ok := ctx.Value(wideKey{}).(*Wide); ok {
		w.set(slog.Any(key, value))
	}
}

// Fail makes the context's line an error line that names err; the first one counts. nil does nothing.
func Fail(ctx context.Context, err error) {
	w, ok := ctx.Value(wideKey{}).(*Wide)
	if !ok || err == nil {
		return
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.err == nil {
		w.err = err
	}
}

func (w *Wide) set(a slog.Attr) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for i := range w.attrs {
		if w.attrs[i].Key == a.Key {
			w.attrs[i] = a
			return
		}
	}
	w.attrs = append(w.attrs, a)
}

// Took is the time since With.
func (w *Wide) Took() time.Duration { return time.Since(w.began) }

// Log writes the line: what is "request" or "job". Call it once, at the end.
func (w *Wide) Log(log *slog.Logger, what string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	attrs := append(w.attrs[:len(w.attrs):len(w.attrs)], slog.Float64("took_ms", milliseconds(w.Took())))
	level := slog.LevelInfo
	if w.err != nil {
		level = slog.LevelError
		attrs = append(attrs, slog.String("error", w.err.Error()))
	}
	log.LogAttrs(context.Background(), level, what, attrs...)
}

// milliseconds keeps microseconds: short requests differ in them.
func milliseconds(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }
