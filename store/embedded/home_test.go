package embedded

import (
	"bytes"
	"errors"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestFolderOutOfReachFallsBackAndSaysSo(t *testing.T) {
	if os.Getuid() != 0 {
		return // only root runs the server as somebody else
	}
	open, err := os.MkdirTemp("", "wherewithal-refuge")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(open) })
	if err := os.Chmod(open, 0o755); err != nil {
		t.Fatal(err)
	}
	was := refuge
	t.Cleanup(func() { refuge = was })
	refuge = filepath.Join(open, "lib")
	closed := filepath.Join(open, "closed")
	if err := os.Mkdir(closed, 0o700); err != nil {
		t.Fatal(err)
	}

	var log bytes.Buffer
	o := Options{DataDir: filepath.Join(closed, "data"), Logger: slog.New(slog.NewTextHandler(&log, nil))}
	h, err := openHome(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	if filepath.Dir(h.dir) != refuge || !strings.Contains(log.String(), "cannot reach DATA_DIR") {
		t.Errorf("cluster in %s; log: %s", h.dir, log.String())
	}
	again, err := openHome(t.Context(), o)
	if err != nil || again.dir != h.dir {
		t.Errorf("second time in %s, %v", again.dir, err)
	}
	o.DataDir = filepath.Join(closed, "sub", "data")
	if other, err := openHome(t.Context(), o); err != nil || other.dir == h.dir {
		t.Errorf("another site shares the cluster: %s, %v", other.dir, err)
	}
}

func TestWhatPostgresSaysBecomesAdvice(t *testing.T) {
	for said, want := range map[string]error{
		`FATAL:  could not write to file "pg_wal/xlogtemp.12": No space left on device`:                       ErrDiskFull,
		"initdb: error: could not write to file: No space left on device":                                     ErrDiskFull,
		"FATAL:  could not extend file: wrote only 4096 of 8192 bytes\nHINT:  Check free disk space.":         ErrDiskFull,
		`LOG:  could not bind IPv4 address "127.0.0.1": Address already in use`:                               ErrPortInUse,
		"process already listening on port 5432":                                                              ErrPortInUse,
		"unable to connect to https://example.org":                                                            ErrNoBinaries,
		"initdb: error: could not look up effective user ID 1234: user does not exist":                        ErrNoUser,
		`LOG:  database system was interrupted; last known up at 2026-02-01 10:00:00 UTC`:                     nil,
		"error fetching postgres: unexpected EOF":                                                             ErrNoBinaries,
		"unable to extract postgres archive: write /x: no space left on device, configure RuntimePath to ...": ErrDiskFull,
	} {
		got := explain(said, "/srv/data", 5432)
		if want == nil && got == nil {
			continue
		}
		if !errors.Is(got, want) || strings.Contains(got.Error(), "\n") || strings.Contains(got.Error(), said) {
			t.Errorf("%q: %v, want %v in one sentence", said, got, want)
		}
	}
}

func TestPostgresOfTheMachineIsUsedWhenItIsTheRightOne(t *testing.T) {
	was := machineBin
	t.Cleanup(func() { machineBin = was })
	for says, want := range map[string]bool{
		"postgres (PostgreSQL) 17.6 (Debian 17.6-1)": true,
		"postgres (PostgreSQL) 16.9":                 false,
		"postgres (PostgreSQL) 170.1":                false,
	} {
		machineBin = t.TempDir()
		if err := os.Mkdir(filepath.Join(machineBin, "bin"), 0o755); err != nil {
			t.Fatal(err)
		}
		script := "#!/bin/sh\necho '" + says + "'\n"
		if err := os.WriteFile(filepath.Join(machineBin, "bin", "postgres"), []byte(script), 0o755); err != nil {
			t.Fatal(err)
		}
		if bin, have := binaries(t.TempDir()); have != want || (bin == machineBin) != want {
			t.Errorf("%s: %s, %v", says, bin, have)
		}
	}
}
