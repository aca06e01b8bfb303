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

func places(ctx context.Context, h *house.House, args []string) error {
	if len(args) != 2 || args[0] != "import" {
		return errors.New("give: places import file")
	}
	f, err := os.Open(args[1])
	if err != nil {
		return err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return err
	}
	bar := progressbar.DefaultBytes(info.Size(), "postcodes")
	kept, bad, err := importPlaces(ctx, h.Store, io.TeeReader(f, bar))
	_ = bar.Finish()
	fmt.Printf("\n%d postcodes kept, %d lines left out\n", kept, bad)
	return err
}

func importPlaces(ctx context.Context, s *store.Store, r io.Reader) (kept, bad int, err error) {
	var batch []store.Postcode
	flush := func() error {
		if len(batch) == 0 {
			return nil
		}
		err := s.KeepPostcodes(ctx, batch)
		kept, batch = kept+len(batch), batch[:0]
		return err
	}
	for row, err := range geocode.ReadDirectory(r) {
		var line *geocode.RowError
		if errors.As(err, &line) {
			if bad++; bad <= worstLines {
				fmt.Fprintln(os.Stderr, line)
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
