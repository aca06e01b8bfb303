// Package telemetry lets an operator see what a program does: its log, its metrics, its health; and runs and stops a
// program's parts in order.
//
// It promises one wide line for each request and each job, ids only, and that nothing in it blocks the work it
// watches. It knows nothing of what is worked on: those who know add their ids.
package telemetry

import (
	"io"
	"log/slog"
)

// Logger writes lines from level up to w, as JSON when format is "json" and as text otherwise.
func Logger(w io.Writer, level slog.Level, format string) *slog.Logger {
	o := &slog.HandlerOptions{Level: level}
	if format == "json" {
		return slog.New(slog.NewJSONHandler(w, o))
	}
	return slog.New(slog.NewTextHandler(w, o))
}
