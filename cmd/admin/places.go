package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/schollz/progressbar/v3"

	"wherewithal/cmd/internal/house"
	"wherewithal/geocode"
	"wherewithal/store"
)

// importBatch is how many postcodes one transaction writes: an import that is cut short keeps whole batches, and
// repeating it writes the same again.
const importBatch = 10_000

// worstLines is how many bad lines are told one by one.
const worstLines = 20

func places(args []string) (job, error) {
	if len(args) != 2 || args[0] != "import" {
		return nil, errors.New("wants: import, and the file")
	}
	info, err := os.Stat(args[1])
	if err != nil || !info.Mode().IsRegular() {
		return nil, fmt.Errorf("import wants a file, and there is none at %s", args[1])
	}
	return func(ctx context.Context, h *house.House) error { return importFile(ctx, h, args[1], info.Size()) }, nil
}

func importFile(ctx context.Context, h *house.House, name string, size int64) error {
	f, err := os.Open(name)
	if err != nil {
		return err
	}
	defer f.Close()
	bar := progressbar.DefaultBytes(size, "postcodes")
	complain := func(err error) {
		_ = bar.Clear() // or the line would stand behind the bar
		fmt.Fprintln(os.Stderr, err)
	}
	kept, bad, err := importPlaces(ctx, h.Store, io.TeeReader(f, bar), complain)
	_ = bar.Finish()
	fmt.Fprintln(os.Stderr) // the bar's own line has no end
	fmt.Printf("%d postcodes kept, %d lines left out\n", kept, bad)
	switch {
	case kept > 0: // of a file that was cut short too
		return errors.Join(err, acted(context.WithoutCancel(ctx), h, "places.imported", ""))
	case err == nil:
		return errors.New("the file holds no postcode that can be used")
	}
	return err
}

// importPlaces keeps what it can read, and complains of the first lines that it cannot.
func importPlaces(ctx context.Context, s *store.Store, r io.Reader, complain func(error)) (kept, bad int, err error) {
	var batch []store.Postcode
	flush := func() error {
		if len(batch) == 0 {
			return nil
		}
		if err := s.KeepPostcodes(ctx, batch); err != nil {
			return err
		}
		kept, batch = kept+len(batch), batch[:0]
		return nil
	}
	for row, err := range geocode.ReadDirectory(r) {
		var line *geocode.RowError
		if errors.As(err, &line) {
			if bad++; bad <= worstLines {
				complain(line)
			}
			continue
		}
		if err != nil {
			return kept, bad, err
		}
		batch = append(batch, store.Postcode{Postcode: string(row.Postcode), Lat: row.Point.Lat, Lng: row.Point.Lng, Borough: row.Borough})
		if len(batch) == importBatch {
			if err := flush(); err != nil {
				return kept, bad, err
			}
		}
	}
	return kept, bad, flush()
}
