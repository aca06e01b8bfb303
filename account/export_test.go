package account_test

import (
	"archive/zip"
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"strings"
	"testing"
	"time"

	"wherewithal/market"
	"wherewithal/store"
)

// exported are the files of somebody's export, by their names.
func (h *hub) exported(p market.Person) map[string]string {
	h.t.Helper()
	h.must(h.accounts.AskExport(h.ctx, h.viewer(p), string(market.NewID()), h.now))
	e, err := h.accounts.ExportOf(h.ctx, h.viewer(p), h.now)
	h.must(err)
	h.must(h.accounts.MakeExport(h.ctx, e.ID, h.now))
	var b bytes.Buffer
	h.must(h.accounts.ReadExport(h.ctx, h.viewer(p), e.ID, func(market.Export) io.Writer { return &b }, h.now))
	z, err := zip.NewReader(bytes.NewReader(b.Bytes()), int64(b.Len()))
	h.must(err)
	files := map[string]string{}
	for _, f := range z.File {
		r, err := f.Open()
		h.must(err)
		content, err := io.ReadAll(r)
		h.must(err)
		files[f.Name] = string(content)
	}
	return files
}

func TestAnExportHasEverythingOfItsPersonAndNothingOfAnybodyElse(t *testing.T) {
	h := open(t)
	w := newTown(h)
	files := h.exported(w.pat)
	var doc map[string]json.RawMessage
	h.must(json.Unmarshal([]byte(files["everything.json"]), &doc))
	whole := ""
	for name, content := range files {
		whole += name + content
	}
	for _, k := range store.Everything {
		if k.Of == "" {
			if doc[k.Table] != nil {
				t.Errorf("%s is in the export", k.Table)
			}
			continue
		}
		var rows []map[string]any
		h.must(json.Unmarshal(doc[k.Table], &rows))
		if want := w.p.rows[k.Table]; len(rows) < want || want == 0 {
			t.Errorf("%s: %d rows, planted were %d", k.Table, len(rows), want)
		}
		for _, f := range k.Fields {
			for _, c := range strings.Fields(f.Columns) {
				mark, planted := w.p.marks[k.Table+"."+c]
				if planted && strings.Contains(whole, mark) != (f.Left == "") {
					t.Errorf("%s.%s: exported %v, want %v", k.Table, c, f.Left != "", f.Left == "")
				}
				for _, row := range rows {
					if _, there := row[c]; there != (f.Left == "" && c != k.File) {
						t.Errorf("%s.%s is a field: %v", k.Table, c, there)
					}
				}
			}
		}
	}
	if at := strings.Index(whole, "zqq"); at >= 0 {
		t.Errorf("something of the other side: %s", whole[max(0, at-200):at+60])
	}
	for _, id := range []market.ID{w.quin.ID, w.quinsWord} {
		if strings.Contains(whole, string(id)) {
			t.Errorf("the id of another person or their message")
		}
	}
	if len(files) < 4 {
		t.Errorf("%d files, want the photos and the file of the message too", len(files))
	}
}

func TestAnExportIsForItsPersonAloneAndForADay(t *testing.T) {
	h := open(t)
	ama, eve := h.person("ama@choir.example"), h.person("eve@else.example")
	h.exported(ama)
	e, err := h.accounts.ExportOf(h.ctx, h.viewer(ama), h.now)
	h.must(err)
	read := func(p market.Person, at time.Time) error {
		return h.accounts.ReadExport(h.ctx, h.viewer(p), e.ID, func(market.Export) io.Writer { return io.Discard }, at)
	}
	if got := h.delivers()[market.ExportReady]; len(got) != 1 || got[0] != ama.Address {
		t.Errorf("the mail went to %v", got)
	}
	if err := read(eve, h.now); !errors.Is(err, market.ErrNotFound) {
		t.Errorf("as somebody else: %v", err)
	}
	h.must(read(ama, h.now.Add(market.ExportLasts-time.Minute)))
	if err := read(ama, h.now.Add(market.ExportLasts)); !errors.Is(err, market.ErrGone) {
		t.Errorf("a day later: %v", err)
	}
	h.must(h.accounts.Turn(h.ctx, h.now.Add(market.ExportLasts-time.Minute)))
	h.must(read(ama, h.now))
	h.must(h.accounts.Turn(h.ctx, h.now.Add(market.ExportLasts)))
	if n := h.count(`select (select count(*) from exports) + (select count(*) from export_parts)`); n != 0 {
		t.Errorf("%d rows of it are left", n)
	}
}

func TestAnExportIsMadeOnceAtATimeAndAgainAfterAFault(t *testing.T) {
	h := open(t)
	ama := h.person("ama@choir.example")
	v := h.viewer(ama)
	h.must(h.accounts.AskExport(h.ctx, v, "one", h.now))
	if err := h.accounts.AskExport(h.ctx, v, "two", h.now); !errors.Is(err, market.ErrRepeated) {
		t.Errorf("while one is being made: %v", err)
	}
	e, err := h.accounts.ExportOf(h.ctx, v, h.now)
	h.must(err)
	h.exec(`insert into export_parts (export_id, position, content) values ($1, 0, 'half')`, e.ID) // of an attempt that broke off
	for range 2 {
		h.must(h.accounts.MakeExport(h.ctx, e.ID, h.now))
	}
	var b bytes.Buffer
	h.must(h.accounts.ReadExport(h.ctx, v, e.ID, func(market.Export) io.Writer { return &b }, h.now))
	if _, err := zip.NewReader(bytes.NewReader(b.Bytes()), int64(b.Len())); err != nil {
		t.Error(err)
	}
	if n := h.count(`select count(*) from letters where kind = 'export_ready'`); n != 1 {
		t.Errorf("%d mails", n)
	}
	h.must(h.accounts.AskExport(h.ctx, v, "three", h.now))
}
