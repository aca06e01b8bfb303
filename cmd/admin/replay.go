package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"text/tabwriter"

	"wherewithal/cmd/internal/house"
	"wherewithal/introduction"
	"wherewithal/matching/replay"
)

// The most days that are run again, and the most groups that are listed.
const (
	mostDays   = 366
	mostGroups = 200
)

// replayDays runs the last days again with other weights or rules and says who would gain and who would lose.
func replayDays(args []string) (job, error) {
	flags := flag.NewFlagSet("replay", flag.ContinueOnError)
	flags.SetOutput(io.Discard)
	days, file := flags.Int("days", 30, ""), flags.String("weights", "", "")
	if err := flags.Parse(args); err != nil || flags.NArg() > 0 || *file == "" {
		return nil, errors.New("wants -days and a number, and -weights and a file")
	}
	if *days < 1 || *days > mostDays {
		return nil, fmt.Errorf("wants 1 to %d days", mostDays)
	}
	text, err := os.ReadFile(*file)
	if err != nil {
		return nil, fmt.Errorf("wants a file that can be read: %w", err)
	}
	other, err := replay.ReadOther(text)
	if err != nil {
		return nil, fmt.Errorf("wants a file of weights: %w", err)
	}
	return func(ctx context.Context, h *house.House) error {
		r, err := h.Introductions.Replay(ctx, *days, other, h.Clock.Now())
		if err == nil {
			printReplay(os.Stdout, *days, other.Weights.Version, r)
		}
		return err
	}, nil
}

func printReplay(out io.Writer, days int, version string, r introduction.Replayed) {
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	fmt.Fprintf(w, "the last %d days\tas it is\twith %s\n", days, version)
	fmt.Fprintf(w, "introductions\t%d\t%d\n", len(r.Was.Meetings), len(r.Would.Meetings))
	fmt.Fprintf(w, "mean fit\t%.3f\t%.3f\n", r.Was.Fit, r.Would.Fit)
	fmt.Fprintf(w, "Gini of introductions over needs\t%.3f\t%.3f\n", r.Was.Gini, r.Would.Gini)
	fmt.Fprintf(w, "longest wait, days\t%d\t%d\n", r.Was.Longest, r.Would.Longest)
	_ = w.Flush()
	if len(r.Changes) == 0 {
		fmt.Fprintln(out, "\nfor no group would anything differ")
		return
	}
	fmt.Fprintln(out)
	fmt.Fprintf(w, "group\t\tgets\tgives\tits needs wait, days\n")
	for i, c := range r.Changes {
		if i == mostGroups {
			fmt.Fprintf(w, "and %d more\n", len(r.Changes)-mostGroups)
			break
		}
		fmt.Fprintf(w, "%s\t%s\t%d → %d\t%d → %d\t%d → %d\n", r.Names[c.Group], verdict(c), c.Got, c.Gets, c.Gave, c.Gives, c.Waited, c.Waits)
	}
	_ = w.Flush()
}

func verdict(c replay.Change) string {
	switch gain := c.Gain(); {
	case gain > 0:
		return "gains"
	case gain < 0:
		return "loses"
	}
	return "gives otherwise"
}
