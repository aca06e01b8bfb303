package catcher

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"
)

// record is a mail as the file keeps it: one line of JSON.
type record struct {
	Seq  int64     `json:"seq"`
	At   time.Time `json:"at"`
	Rcpt []string  `json:"rcpt"`
	Raw  []byte    `json:"raw"`
}

// file holds records one a line, appended in one write each. A kill in the middle of a write leaves a line that
// is not whole; opening the file drops it. It is not synced to the disk: these are mails of a trial on one's own
// machine, and a kill of the process loses nothing that was written.
type file struct {
	path  string
	f     *os.File
	size  int64 // up to the end of the last whole line
	lines int
}

// remember opens the file of Dir, brings its mails back and makes the file small again.
func (c *Catcher) remember(dir string) error {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return fmt.Errorf("catcher: %w", err)
	}
	k := &file{path: filepath.Join(dir, "mails.jsonl")}
	records, err := k.open()
	if err != nil {
		return fmt.Errorf("catcher: %w", err)
	}
	for _, r := range records {
		c.add(r)
	}
	c.kept = k
	return nil
}

// open reads what is whole and cuts off what is not. It returns the last Cap records.
func (k *file) open() ([]record, error) {
	f, err := os.OpenFile(k.path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, err
	}
	k.f = f
	records, err := k.read()
	if err == nil {
		err = f.Truncate(k.size)
	}
	if err == nil {
		_, err = f.Seek(k.size, io.SeekStart)
	}
	if err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return records, nil
}

// read stops at the first line that is not a whole record: nothing after a torn line was ever promised.
func (k *file) read() ([]record, error) {
	var records []record
	lines := bufio.NewReader(k.f)
	for {
		line, err := lines.ReadBytes('\n')
		if errors.Is(err, io.EOF) {
			return records, nil // what follows the last line end is torn
		}
		if err != nil {
			return nil, err
		}
		var r record
		if json.Unmarshal(line, &r) != nil {
			return records, nil
		}
		k.size += int64(len(line))
		k.lines++
		records = append(records, r)
		if len(records) > Cap {
			records = records[1:]
		}
	}
}

// append writes one record. When the disk is full, the part that was written is taken back.
func (k *file) append(r record) error {
	if k.lines >= 2*Cap {
		if err := k.shrink(); err != nil {
			return err
		}
	}
	line, err := json.Marshal(r)
	if err != nil {
		return err
	}
	line = append(line, '\n')
	if _, err := k.f.WriteAt(line, k.size); err != nil {
		return errors.Join(err, k.f.Truncate(k.size))
	}
	k.size += int64(len(line))
	k.lines++
	return nil
}

// shrink keeps the last Cap records.
func (k *file) shrink() error {
	text, err := os.ReadFile(k.path)
	if err != nil {
		return err
	}
	lines := bytes.SplitAfter(text[:k.size], []byte("\n"))
	lines = lines[:len(lines)-1] // what follows the last line end is empty
	return k.replace(lines[len(lines)-Cap:])
}

// blank leaves nothing of some mails but their numbers, which are used once.
func (k *file) blank(gone map[int64]bool) error {
	text, err := os.ReadFile(k.path)
	if err != nil {
		return err
	}
	lines := bytes.SplitAfter(text[:k.size], []byte("\n"))
	lines = lines[:len(lines)-1]
	for i, line := range lines {
		var r record
		if err := json.Unmarshal(line, &r); err != nil {
			return err
		}
		if !gone[r.Seq] {
			continue
		}
		empty, err := json.Marshal(record{Seq: r.Seq, At: r.At})
		if err != nil {
			return err
		}
		lines[i] = append(empty, '\n')
	}
	return k.replace(lines)
}

// replace writes lines beside the file and puts that in its place, so that a kill at any moment leaves one whole file or the
// other.
func (k *file) replace(lines [][]byte) error {
	tail := bytes.Join(lines, nil)
	small, err := os.OpenFile(k.path+".new", os.O_RDWR|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return err
	}
	_, err = small.Write(tail)
	if err == nil {
		err = os.Rename(small.Name(), k.path)
	}
	if err != nil {
		return errors.Join(err, small.Close())
	}
	old := k.f
	k.f, k.size, k.lines = small, int64(len(tail)), len(lines)
	return old.Close()
}

func (k *file) close() error {
	if k == nil {
		return nil
	}
	return k.f.Close()
}
