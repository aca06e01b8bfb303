package account

import (
	"archive/zip"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"path"
	"strings"
	"time"

	"wherewithal/market"
	"wherewithal/store"
)

// ExportName is what a browser calls an export that it saves.
const ExportName = "wherewithal.zip"

// AskExport has a copy made of all that is kept of the viewer. market.ErrRepeated: one is being made, or the form with this
// once-only id was sent before. What was ready before is gone then.
func (a *Accounts) AskExport(ctx context.Context, v market.Viewer, once string, now time.Time) (err error) {
	defer market.Wrap(&err, "AskExport")
	e := market.Export{ID: market.NewID(), PersonID: v.Person, AskedAt: now}
	return a.store.InTx(ctx, func(tx *store.Tx) error {
		if err := tx.Remember(ctx, store.Once{ID: once, Person: v.Person, Answer: string(e.ID), At: now}); err != nil {
			return err
		}
		if err := tx.LockPerson(ctx, v.Person); err != nil {
			return err
		}
		if err := tx.AskExport(ctx, e); err != nil {
			return err
		}
		return errors.Join(tx.Enqueue(ctx, time.Now(), market.Job{Kind: market.ExportJob, Subject: e.ID}),
			tx.Note(ctx, event(v, "", "export.asked", "person", v.Person, now)))
	})
}

// MakeExport writes an export out and mails its person that it is ready. docs/export.md says what is in it. Doing it again
// begins anew until it is ready, and nothing after.
func (a *Accounts) MakeExport(ctx context.Context, id market.ID, now time.Time) (err error) {
	defer market.Wrap(&err, "MakeExport(%s)", id)
	e, err := a.store.Export(ctx, id)
	if errors.Is(err, market.ErrNotFound) || err == nil && e.ReadyAt != nil {
		return nil // erased, asked for anew, or made before
	}
	if err != nil {
		return err
	}
	if err := a.store.DropExportParts(ctx, id); err != nil {
		return err
	}
	out := &parts{ctx: ctx, store: a.store, export: id}
	if err := a.write(ctx, e.PersonID, out, now); err != nil {
		return err
	}
	if err := out.flush(); err != nil {
		return err
	}
	return a.store.InTx(ctx, func(tx *store.Tx) error {
		if err := tx.FinishExport(ctx, id, out.size, now); err != nil {
			return err
		}
		_, err := tx.Send(ctx, market.Letter{Kind: market.ExportReady, PersonID: e.PersonID, AboutID: id}, string(market.ExportReady)+":"+string(id), now)
		return err
	})
}

// write puts everything into a zip: one JSON file with the rows by their tables, and the files beside it.
func (a *Accounts) write(ctx context.Context, person market.ID, to io.Writer, now time.Time) error {
	z := zip.NewWriter(to)
	tables, order := map[string][]json.RawMessage{}, []string(nil)
	err := a.store.Everything(ctx, person, func(row store.Row) error {
		if row.JSON == nil {
			order = append(order, row.Table)
			return nil
		}
		if row.File != nil {
			var err error
			if row.JSON, err = addFile(z, row, now); err != nil {
				return err
			}
		}
		tables[row.Table] = append(tables[row.Table], row.JSON)
		return nil
	})
	if err != nil {
		return err
	}
	w, err := z.CreateHeader(&zip.FileHeader{Name: "everything.json", Method: zip.Deflate, Modified: now})
	if err != nil {
		return err
	}
	if err := writeTables(w, order, tables, now); err != nil {
		return err
	}
	return z.Close()
}

// writeTables one row a line, so that a person can read it and a program too.
func writeTables(w io.Writer, order []string, tables map[string][]json.RawMessage, now time.Time) error {
	_, err := fmt.Fprintf(w, "{\"written_at\": %q", now.UTC().Format(time.RFC3339))
	for _, name := range order {
		_, wrote := fmt.Fprintf(w, ",\n\n%q: [", name)
		err = errors.Join(err, wrote)
		for i, row := range tables[name] {
			_, wrote := fmt.Fprintf(w, "%s\n%s", strings.Repeat(",", min(i, 1)), row)
			err = errors.Join(err, wrote)
		}
		_, wrote = io.WriteString(w, "]")
		err = errors.Join(err, wrote)
	}
	_, wrote := io.WriteString(w, "\n}\n")
	return errors.Join(err, wrote)
}

// addFile keeps a row's file as "<table>/<id>.<ending>", and says so in the row as "file".
func addFile(z *zip.Writer, row store.Row, now time.Time) (json.RawMessage, error) {
	var fields map[string]json.RawMessage
	if err := json.Unmarshal(row.JSON, &fields); err != nil {
		return nil, err
	}
	var id, name string
	_, _ = json.Unmarshal(fields["id"], &id), json.Unmarshal(fields["name"], &name) // a photo has no name
	file := row.Table + "/" + id + ending(name)
	w, err := z.CreateHeader(&zip.FileHeader{Name: file, Method: zip.Store, Modified: now})
	if err != nil {
		return nil, err
	}
	if _, err := w.Write(row.File); err != nil {
		return nil, err
	}
	if fields["file"], err = json.Marshal(file); err != nil {
		return nil, err
	}
	return json.Marshal(fields)
}

// ending of a file's name, as far as it is a plain one; photos are JPEGs. The name itself, which somebody else's program may
// have made, is no path of ours.
func ending(name string) string {
	if name == "" {
		return ".jpg"
	}
	e := strings.ToLower(path.Ext(name))
	if len(e) > 10 || strings.ContainsFunc(strings.TrimPrefix(e, "."), func(r rune) bool { return (r < 'a' || r > 'z') && (r < '0' || r > '9') }) {
		return ""
	}
	return e
}

// partSize is how much of a zip is kept in one row.
const partSize = 1 << 20

// parts keeps what is written to it, in parts.
type parts struct {
	ctx    context.Context
	store  *store.Store
	export market.ID
	buffer []byte
	next   int
	size   int64
}

func (p *parts) Write(b []byte) (int, error) {
	p.buffer = append(p.buffer, b...)
	p.size += int64(len(b))
	for len(p.buffer) >= partSize {
		if err := p.keep(p.buffer[:partSize]); err != nil {
			return 0, err
		}
		p.buffer = append(p.buffer[:0], p.buffer[partSize:]...)
	}
	return len(b), nil
}

func (p *parts) flush() error {
	if len(p.buffer) == 0 {
		return nil
	}
	return p.keep(p.buffer)
}

func (p *parts) keep(b []byte) error {
	err := p.store.AddExportPart(p.ctx, p.export, p.next, b)
	p.next++
	return err
}

// ExportOf the viewer that is being made, or ready. market.ErrNotFound: none.
func (a *Accounts) ExportOf(ctx context.Context, v market.Viewer, now time.Time) (_ market.Export, err error) {
	defer market.Wrap(&err, "ExportOf")
	e, err := a.store.ExportOf(ctx, v.Person)
	if err == nil && e.ReadyAt != nil && !e.Ready(now) {
		err = market.ErrNotFound // about to be swept away
	}
	return e, err
}

// ReadExport writes the zip of the viewer's own export. market.ErrNotFound: it is another's, or was never. market.ErrGone: it
// is over a day old.
func (a *Accounts) ReadExport(ctx context.Context, v market.Viewer, id market.ID, begin func(market.Export) io.Writer, now time.Time) (err error) {
	defer market.Wrap(&err, "ReadExport(%s)", id)
	e, err := a.store.Export(ctx, id)
	switch {
	case err != nil:
		return err
	case e.PersonID != v.Person:
		return market.ErrNotFound
	case !e.Ready(now):
		return market.ErrGone
	}
	w := begin(e)
	for i := 0; ; i++ {
		part, err := a.store.ExportPart(ctx, id, i)
		if err != nil || part == nil {
			return err
		}
		if _, err := w.Write(part); err != nil {
			return nil // a browser that went away is nobody's fault
		}
	}
}
