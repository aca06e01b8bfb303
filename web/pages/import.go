package pages

import (
	"encoding/hex"
	"errors"
	"io"
	"mime"
	"path"
	"strconv"
	"strings"

	"wherewithal/intake"
	"wherewithal/market"
	"wherewithal/partner"
	"wherewithal/web/httpx"
	"wherewithal/web/pages/view"
	"wherewithal/wording"
)

// registerImports is for whoever looks after an outside site and sends its listings as a file. A file sent twice is looked at twice,
// which changes nothing; the second look takes the place of the first. Doing what was done leads to what became of it.
func (s *Site) registerImports() {
	s.get("/account/partners/:id/imports", s.imports)
	s.post("/account/partners/:id/imports", s.readImport)
	s.engine.Streamed("/account/partners/:id/imports", importBody)
	s.get("/account/partners/:id/imports/:import", s.importPage)
	s.post("/account/partners/:id/imports/:import/apply", s.doImport)
	s.get("/account/partners/:id/imports/:import/report.csv", s.importReport)
	s.engine.Lengthy("/account/partners/:id/imports/:import/report.csv")
}

// importBody is longer than a file may be: of one that is somewhat too long the page says so itself.
const importBody = intake.MaxBytes + 14<<20

func importsPath(partner market.ID) string    { return partnerPath(partner) + "/imports" }
func importPath(partner, id market.ID) string { return importsPath(partner) + "/" + string(id) }

type importForm struct {
	Test bool `form:"test"`
	All  bool `form:"all"`
}

func (s *Site) imports(c *Call) error {
	_, id, err := c.SignedInAt()
	if err != nil {
		return err
	}
	return s.showImports(c, id, importForm{}, c.Blank())
}

func (s *Site) showImports(c *Call, id market.ID, f importForm, form view.Form) error {
	one, grants, _, err := s.Partners.Of(c.Ctx, c.Viewer, id)
	if err != nil {
		return err
	}
	all, err := s.Partners.ImportsOf(c.Ctx, c.Viewer, id)
	if err != nil {
		return err
	}
	p := view.ImportsPage{Page: c.Page("import.heading"), Form: form, Path: importsPath(id), Back: partnerPath(id), Name: one.Name, MB: intake.MaxBytes >> 20,
		Test: f.Test || !mayPost(grants), All: f.All, Docs: "/developers/handbook#columns-of-a-csv-file"}
	for _, i := range all {
		p.Files = append(p.Files, view.ImportLine{Href: importPath(id, i.ID), Title: c.T("import.of", "When", c.When(i.CreatedAt)), State: c.importState(i), Kind: c.importKind(i)})
	}
	return c.Show(form, view.Imports(p))
}

func mayPost(grants []market.Grant) bool {
	return partner.Bearer{Reach: market.ReachOf(grants)}.May(market.MayPost)
}

// importKind is what is to be known of how a file is read, beside its format.
func (c *Call) importKind(i market.Import) string {
	kind := c.T("import.format_" + i.Format)
	if i.Test {
		kind += " · " + c.T("import.of_sandbox")
	}
	if i.SumsAll {
		kind += " · " + c.T("import.sums_all")
	}
	return kind
}

// readImport looks at a file as it comes. What follows a fault in it is passed over before the answer: a browser that still sends
// would not read it.
func (s *Site) readImport(c *Call) error {
	v, id, err := c.SignedInAt()
	if err != nil {
		return err
	}
	if _, _, _, err := s.Partners.Of(c.Ctx, v, id); err != nil { // before anything is read
		return err
	}
	httpx.TakeTime(c.Gin)
	fields, file, err := httpx.ReadArriving(c.Gin, "file")
	if err != nil {
		return err
	}
	var f importForm
	fields.Into(&f)
	i, err := s.lookAt(c, v, id, f, file)
	if err != nil {
		_, _ = io.Copy(io.Discard, c.Gin.Request.Body) // as far as there is room for it
	}
	if again, ok := c.Again(importFault(err, file)); ok {
		return s.showImports(c, id, f, again)
	}
	if err != nil {
		return err
	}
	return c.Done(importPath(id, i.ID), "")
}

func (s *Site) lookAt(c *Call, v market.Viewer, id market.ID, f importForm, file *httpx.Arriving) (i market.Import, err error) {
	if file == nil {
		return i, market.Refuse("file", "file_none")
	}
	who, err := s.Partners.Acting(c.Ctx, v, id, f.Test)
	if err != nil {
		return i, err
	}
	if err := s.Limits.Allow(c.Ctx, httpx.Imports, string(id)); err != nil {
		return i, err
	}
	return s.Partners.ReadImport(c.Ctx, who, partner.Sending{Format: formatOf(file), SumsAll: f.All, File: file}, c.Now)
}

// formatOf a file, by its name or what the browser takes it for.
func formatOf(file *httpx.Arriving) string {
	kind, _, err := mime.ParseMediaType(file.Type)
	if strings.EqualFold(path.Ext(file.Name), ".json") || err == nil && kind == "application/json" {
		return partner.FormatHSDS
	}
	return partner.FormatCSV
}

// importFault puts what keeps a file from being looked at beside its field.
func importFault(err error, file *httpx.Arriving) error {
	switch {
	case errors.Is(err, intake.ErrBig), errors.Is(err, httpx.ErrTooBig), file != nil && errors.Is(file.Broke(), httpx.ErrTooBig):
		return market.Refuse("file", "file_big", "MB", intake.MaxBytes>>20)
	case errors.Is(err, market.ErrConflict):
		return market.Refuse("file", "file_doing")
	}
	return err
}

// ownImport is a file of the caller's partner.
func (s *Site) ownImport(c *Call) (v market.Viewer, id market.ID, i market.Import, err error) {
	if v, id, err = c.SignedInAt(); err != nil {
		return v, id, i, err
	}
	file, err := c.Param("import")
	if err == nil {
		i, err = s.Partners.ImportOf(c.Ctx, v, id, file)
	}
	return v, id, i, err
}

func (s *Site) importPage(c *Call) error {
	_, id, i, err := s.ownImport(c)
	if err != nil {
		return err
	}
	return s.showImport(c, id, i, c.Blank())
}

// importRows of a file on one page.
const importRows = 100

func (s *Site) showImport(c *Call, id market.ID, i market.Import, form view.Form) error {
	n, err := s.Store.CountImport(c.Ctx, i)
	if err != nil {
		return err
	}
	one, err := s.Store.Partner(c.Ctx, id)
	if err != nil {
		return err
	}
	at := importPath(id, i.ID)
	p := view.ImportPage{Page: c.Page("import.file_heading"), Form: form, Path: at, Back: importsPath(id), Name: one.Name, State: c.importState(i), Kind: c.importKind(i),
		When: c.T("import.of", "When", c.When(i.CreatedAt)), Shown: i.State == market.ImportShown, Doing: i.State == market.ImportDoing, SHA256: hex.EncodeToString(i.SHA256),
		Does: n.Added+n.Changed+n.Closed+n.Unchanged > 0}
	p.Faults = c.sentences(i.Faults)
	if !i.LookedAt() {
		p.Looking = i.State == market.ImportLooking
		p.Counts = []view.Row{{Term: c.T("import.read"), Value: wording.Number(c.Lang, n.Rows)}}
		return c.Show(form, view.Import(p))
	}
	p.LookedAt, p.Counts = true, c.importCounts(i, n)
	if err := s.importLines(c, i, &p); err != nil {
		return err
	}
	return c.Show(form, view.Import(p))
}

func (c *Call) importState(i market.Import) string {
	if i.State == market.ImportDone && len(i.Faults) > 0 {
		return c.T("import_state.part")
	}
	return c.T("import_state." + string(i.State))
}

// sentences say faults.
func (c *Call) sentences(faults []market.Fault) (all []string) {
	for _, f := range faults {
		all = append(all, httpx.Sentence(c.Lang, f))
	}
	return all
}

// importCounts come first: how many rows do what, and, once it is begun, what became of them.
func (c *Call) importCounts(i market.Import, n market.ImportCounts) (rows []view.Row) {
	add := func(key string, n int) {
		rows = append(rows, view.Row{Term: c.T("import." + key), Value: wording.Number(c.Lang, n)})
	}
	add("added", n.Added)
	if n.Waiting > 0 {
		add("waiting", n.Waiting)
	}
	add("changed", n.Changed)
	add("closed", n.Closed)
	add("unchanged", n.Unchanged)
	add("refused", n.Refused)
	if i.State != market.ImportShown {
		add("done", n.Done)
		add("failed", n.Failed)
	}
	return rows
}

// importLines reads a page of its rows: those that do something or have something wrong, or all of them.
func (s *Site) importLines(c *Call, i market.Import, p *view.ImportPage) error {
	values := c.Gin.Request.URL.Query()
	after, _ := strconv.Atoi(values.Get("after")) // what is no number begins anew
	all := values.Get("all") != ""
	rows, err := s.Store.ImportRows(c.Ctx, i.ID, min(max(after, 0), 2*market.PositionAbsent), importRows+1, all)
	if err != nil {
		return err
	}
	next := ""
	if len(rows) > importRows {
		rows = rows[:importRows]
		next = strconv.Itoa(rows[importRows-1].Position)
	}
	p.More = pager(p.Path, "after", values, next)
	p.More.Label = c.T("import.rows")
	if !all {
		p.AllHref = p.Path + "?all=yes"
	}
	for _, r := range rows {
		p.Rows = append(p.Rows, c.importLine(r))
	}
	return nil
}

func (c *Call) importLine(r market.ImportRow) view.ImportRow {
	line := view.ImportRow{Reference: r.Reference, Act: c.T("import_act." + r.Act), Refused: len(r.Faults) > 0}
	if r.Position < market.PositionAbsent {
		line.Row = wording.Digits(c.Lang, r.Position, 1)
	}
	if r.Result != "" {
		line.Result = c.T("import_result." + r.Result)
	}
	for _, w := range httpx.RowWords(c.Lang, r.Faults) {
		line.Faults = append(line.Faults, view.Row{Term: w.Column, Value: w.Detail})
	}
	for _, w := range httpx.RowWords(c.Lang, append(r.Notes, r.Cut...)) {
		line.Notes = append(line.Notes, view.Row{Term: w.Column, Value: w.Detail})
	}
	return line
}

func (s *Site) doImport(c *Call) error {
	v, id, i, err := s.ownImport(c)
	if err != nil {
		return err
	}
	var f struct {
		SHA256 string `form:"sha256"`
	}
	if err := c.Form(&f); err != nil {
		return err
	}
	sum, _ := hex.DecodeString(f.SHA256) // what is none is another file's
	who, err := s.Partners.Acting(c.Ctx, v, id, i.Test)
	if err == nil {
		_, err = s.Partners.DoImport(c.Ctx, who, i.ID, sum, c.Now)
	}
	if errors.Is(err, partner.ErrFile) {
		err = market.Refuse("", "file_other")
	}
	if again, ok := c.Again(importFault(err, nil)); ok {
		return s.showImport(c, id, i, again)
	}
	return c.moved(importPath(id, i.ID), err, "done.import_begun")
}

// importReport is what every row does and did, as a table.
func (s *Site) importReport(c *Call) error {
	_, _, i, err := s.ownImport(c)
	if err == nil && !i.LookedAt() {
		err = market.ErrWrongState
	}
	if err != nil {
		return err
	}
	h := c.Gin.Writer.Header()
	h.Set("Content-Disposition", `attachment; filename="import-`+string(i.ID)+`.csv"`)
	h.Set("Cache-Control", "no-store")
	s.engine.SendImport(c.Gin, c.Lang, func(after, most int) ([]market.ImportRow, error) {
		return s.Store.ImportRows(c.Ctx, i.ID, after, most, true)
	})
	return nil
}
