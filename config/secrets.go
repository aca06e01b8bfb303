package config

import (
	"crypto/rand"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"syscall"
)

// KeepSecrets fills the secrets the hub was not given from DATA_DIR/secrets, making there those that are missing. The
// file is 0600 and holds lines like NAME=value; they are never changed, since places and links depend on them.
// Safe to call from several processes.
func KeepSecrets(c Config) (Config, error) {
	if err := os.MkdirAll(c.DataDir, 0o755); err != nil {
		return c, fmt.Errorf("make the data folder: %w", err)
	}
	path := filepath.Join(c.DataDir, "secrets")
	f, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return c, fmt.Errorf("open the secrets: %w", err)
	}
	defer f.Close() // and with it the lock
	if err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX); err != nil {
		return c, fmt.Errorf("lock the secrets: %w", err)
	}
	if err := f.Chmod(0o600); err != nil {
		return c, fmt.Errorf("close the secrets to others: %w", err)
	}
	kept, end, err := readSecrets(f)
	if err != nil {
		return c, fmt.Errorf("read the secrets: %w", err)
	}
	for name, secret := range map[string]*string{"PLACE_SECRET": &c.PlaceSecret, "TOKEN_SECRET": &c.TokenSecret} {
		if *secret != "" {
			continue
		}
		if *secret = kept[name]; *secret != "" {
			continue
		}
		*secret = rand.Text() + rand.Text()
		line := name + "=" + *secret + "\n"
		if _, err := f.WriteAt([]byte(line), end); err != nil {
			return c, fmt.Errorf("write the secrets: %w", err)
		}
		end += int64(len(line))
	}
	return c, f.Sync()
}

// readSecrets reads the whole lines and says where they end: a kill while writing may have left half a line.
func readSecrets(f *os.File) (kept map[string]string, end int64, err error) {
	b, err := io.ReadAll(f)
	if err != nil {
		return nil, 0, err
	}
	whole := strings.LastIndex(string(b), "\n") + 1
	kept = map[string]string{}
	for line := range strings.Lines(string(b[:whole])) {
		name, value, _ := strings.Cut(strings.TrimSpace(line), "=")
		kept[name] = value
	}
	return kept, int64(whole), f.Truncate(int64(whole))
}
