package api

import (
	"encoding/hex"
	"errors"
	"io"
	"mime"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humagin"

	"wherewithal/intake"
	"wherewithal/market"
	"wherewithal/partner"
	"wherewithal/web/httpx"
	"wherewithal/wording"
)

// registerImports is for partners that send files. A file sent again with its Idempotency-Key gets the first answer again; without
// one it is looked at again, in place of the one before. Done once it is done, however often that is asked.
func (a *API) registerImports() {
	const tag = "posting for groups"
	a.engine.Streamed(Prefix+"/partner/imports", intake.MaxBytes+1<<10)
	a.engine.Lengthy(Prefix + "/partner/imports/:id/report")
	register(a, operation{id: "read-import", method: http.MethodPost, path: "/partner/imports", for_: posts, tag: tag, tune: asFile, status: http.StatusCreated, handbook: "3-or-send-a-file",
		summary: "Send a file of listings, and see what it would change", errors: []int{http.StatusConflict, http.StatusGone},
		about: "The body is the file: text/csv, or application/json with services of Open Referral UK 3.0; at most 50 MB and 1,000,000 rows. Nothing is changed: the answer says how many rows " +
			"would add, change and close a listing, and how many are refused; /rows says so row by row. Where the file itself cannot be read, nothing of it is kept. It takes the place of one that was " +
			"looked at before. A file of more than 1 MB is looked at once it is here: the answer is 202 with the state looking, and the file says under Location when it is shown, or refused. The handbook has all columns, and what is read of Open Referral UK."}, once(a, a.readImport))
	a.describeFile()
	register(a, operation{id: "do-import", method: http.MethodPost, path: "/partner/imports/{id}/apply", for_: posts, tag: tag, status: http.StatusAccepted,
		summary: "Do what the file would change", errors: []int{http.StatusNotFound, http.StatusConflict},
		about: "By sha256, so that what is done is the file that was looked at. Rows are done one by one: those that were refused are left out, and so is one whose listing was " +
			"changed since the look. One file at a time is done."}, a.doImport)
	register(a, operation{id: "get-import", method: http.MethodGet, path: "/partner/imports/{id}", for_: posts, tag: tag,
		summary: "How far a file has come", about: "It can be looked at for 7 days.", errors: []int{http.StatusNotFound}}, a.getImport)
	register(a, operation{id: "list-import-rows", method: http.MethodGet, path: "/partner/imports/{id}/rows", for_: posts, tag: tag,
		summary: "What each row of a file would do, and did", errors: []int{http.StatusNotFound, http.StatusConflict},
		about: "In their order; after them what is to be closed because it is not in the file."}, a.listImportRows)
	register(a, operation{id: "get-import-report", method: http.MethodGet, path: "/partner/imports/{id}/report", for_: posts, tag: tag, tune: asReport,
		summary: "The same as a table for a spreadsheet", errors: []int{http.StatusNotFound, http.StatusConflict}}, a.importReport)
}

func asFile(op *huma.Operation) {
	op.MaxBodyBytes, op.BodyReadTimeout = intake.MaxBytes+1<<10, uploadWithin
}

// describeFile says what the body is, and that the answer to a long one comes before the look at it. It is said once the operation is registered: huma would read the whole of it into memory otherwise.
func (a *API) describeFile() {
	text := &huma.MediaType{Schema: &huma.Schema{Type: huma.TypeString}}
	post := a.huma.OpenAPI().Paths[Prefix+"/partner/imports"].Post
	later := *post.Responses["201"]
	later.Description = "Accepted: it is looked at."
	post.Responses["202"] = &later
	post.RequestBody = &huma.RequestBody{Required: true, Content: map[string]*huma.MediaType{formatCSV: text,
		formatJSON: {Schema: &huma.Schema{Description: "Services of Open Referral UK 3.0."}}}}
}

func asReport(op *huma.Operation) {
	op.Metadata = map[string]any{lengthy: true}
	op.Responses = map[string]*huma.Response{"200": {Description: "OK", Content: map[string]*huma.MediaType{formatCSV: {Schema: &huma.Schema{Type: huma.TypeString}}}}}
}

// Import is a file that was sent.
type Import struct {
	ID        string     `json:"id" format:"uuid"`
	State     string     `json:"state" enum:"reading,looking,shown,refused,doing,done" doc:"looking: it is here, and what it would change is being worked out; shown: that is known, and nothing is changed yet; refused: it could not be read, faults says why, and nothing of it is kept."`
	Format    string     `json:"format" enum:"csv,hsds"`
	SHA256    string     `json:"sha256" doc:"Of the file, in hexadecimal digits: what apply is asked with."`
	Bytes     int64      `json:"bytes"`
	Absent    string     `json:"absent" enum:"keep,close"`
	Rows      int        `json:"rows" doc:"Of the file, as far as it was read."`
	Added     int        `json:"added"`
	Waiting   int        `json:"waiting" doc:"Of those added: they do not open before their group says yes, or somebody had a look."`
	Changed   int        `json:"changed"`
	Closed    int        `json:"closed"`
	Unchanged int        `json:"unchanged"`
	Refused   int        `json:"refused"`
	Done      int        `json:"done" doc:"Rows of those that change something which are done."`
	Failed    int        `json:"failed" doc:"Rows that could not be done after all; /rows says why."`
	CreatedAt time.Time  `json:"createdAt"`
	EndedAt   *time.Time `json:"endedAt,omitempty"`

	Faults []httpx.RowWord `json:"faults,omitempty" doc:"What is wrong with all of it. Of one that is shown or done: what of it is left undone, and why."`
}

func (a *API) importOf(c *call, i market.Import) (*body[Import], error) {
	n, err := a.Store.CountImport(c.ctx, i)
	out := Import{ID: string(i.ID), State: string(i.State), Format: i.Format, SHA256: hex.EncodeToString(i.SHA256), Bytes: i.Size, Absent: "keep",
		Rows: n.Rows, Faults: httpx.RowWords(wording.Default, i.Faults), Added: n.Added, Waiting: n.Waiting, Changed: n.Changed, Closed: n.Closed, Unchanged: n.Unchanged, Refused: n.Refused, Done: n.Done, Failed: n.Failed,
		CreatedAt: i.CreatedAt.UTC(), EndedAt: utc(i.EndedAt)}
	if i.SumsAll {
		out.Absent = "close"
	}
	return &body[Import]{Body: out}, err
}

// sendingFile has its body read as it comes.
type sendingFile struct {
	Keyed
	Absent string `query:"absent" enum:"keep,close" default:"keep" doc:"What becomes of listings of the partner's that are not in the file: close says that the file is all there is."`
	Type   string `header:"Content-Type" hidden:"true"`
	file   arriving
}

// arriving is a body that remembers why it stopped coming.
type arriving struct {
	io.Reader
	broke error
}

func (a *arriving) Read(p []byte) (int, error) {
	n, err := a.Reader.Read(p)
	if err != nil && err != io.EOF {
		a.broke = err
	}
	return n, err
}

// Resolve keeps where the body is read from: it is never in memory whole.
func (in *sendingFile) Resolve(ctx huma.Context) []error {
	in.file.Reader = ctx.BodyReader()
	return nil
}

// importAnswer says where the file is looked up from then on.
type importAnswer struct {
	Status   int
	Location string `header:"Location" doc:"Where to ask how far it has come."`
	Body     Import
}

// once says nothing of the file, which is read as it comes: partner.ReadImport compares it.
func (in sendingFile) once(c *call) (market.OnceOnly, error) {
	id, err := onceOnly(c, in.Key, nil)
	return market.OnceOnly{ID: id.ID}, err
}

func (a *API) readImport(c *call, in *sendingFile, once market.OnceOnly) (*importAnswer, error) {
	kind, _, err := mime.ParseMediaType(in.Type)
	format := map[string]string{formatCSV: partner.FormatCSV, formatJSON: partner.FormatHSDS}[kind]
	if err != nil || format == "" {
		return nil, refusal(http.StatusUnsupportedMediaType, "", nil)
	}
	if err := a.Limits.Allow(c.ctx, httpx.Imports, string(c.key.Partner.ID)); err != nil {
		return nil, err
	}
	sent := partner.Sending{Format: format, SumsAll: in.Absent == "close", File: &in.file}
	if in.Key != "" {
		sent.Once = once.ID
	}
	i, err := a.Partners.ReadImport(c.ctx, c.key, sent, c.now)
	if err != nil && in.file.broke != nil {
		return nil, unread(in.file.broke)
	}
	if errors.Is(err, market.ErrGone) { // another file has taken its place since
		return a.importBefore(c, once)
	}
	if errors.Is(err, intake.ErrBig) {
		return nil, httpx.ErrTooBig
	}
	if err != nil {
		return nil, renamed(err, map[string]string{"file": inBody})
	}
	out := &importAnswer{Status: http.StatusCreated, Location: Prefix + "/partner/imports/" + string(i.ID)}
	if i.State == market.ImportLooking {
		out.Status = http.StatusAccepted
	}
	is, err := a.importOf(c, i)
	if err == nil {
		out.Body = is.Body
	}
	return out, err
}

// importBefore is the first answer to the same file.
func (a *API) importBefore(c *call, once market.OnceOnly) (*importAnswer, error) {
	was, err := a.Store.OnceOf(c.ctx, once.ID, "")
	if err != nil {
		return nil, err
	}
	out, err := firstAnswer[importAnswer](was)
	if errors.Is(err, market.ErrNotFound) {
		err = market.ErrGone
	}
	return out, err
}

type doingImport struct {
	ByID
	Body struct {
		SHA256 string `json:"sha256" pattern:"^[0-9a-f]{64}$" doc:"As the look at the file told it."`
	}
}

func (a *API) doImport(c *call, in *doingImport) (*body[Import], error) {
	id, err := in.id()
	if err != nil {
		return nil, err
	}
	sum, err := hex.DecodeString(in.Body.SHA256)
	if err != nil {
		return nil, err
	}
	i, err := a.Partners.DoImport(c.ctx, c.key, id, sum, c.now)
	if err != nil && !errors.Is(err, market.ErrRepeated) {
		return nil, err
	}
	return a.importOf(c, i)
}

// ownImport is a file of the key's.
func (a *API) ownImport(c *call, in ByID) (market.Import, error) {
	id, err := in.id()
	if err != nil {
		return market.Import{}, err
	}
	i, err := a.Store.Import(c.ctx, c.key.Partner.ID, id)
	if err == nil && i.Test != c.key.Key.Test {
		err = market.ErrNotFound
	}
	return i, err
}

func (a *API) getImport(c *call, in *ByID) (*body[Import], error) {
	i, err := a.ownImport(c, *in)
	if err != nil {
		return nil, err
	}
	return a.importOf(c, i)
}

// lookedAt is a file of the key's of which it is known what each row does, or that it cannot be read.
func (a *API) lookedAt(c *call, in ByID) (market.Import, error) {
	i, err := a.ownImport(c, in)
	if err == nil && !i.LookedAt() && i.State != market.ImportRefused {
		err = market.ErrWrongState
	}
	return i, err
}

// ImportRow is one row of a file.
type ImportRow struct {
	Row       int             `json:"row,omitempty" doc:"As a spreadsheet counts them, the first below the heading 2; of JSON from 1. Missing for what is not in the file."`
	Reference string          `json:"reference,omitempty"`
	Act       string          `json:"act" enum:"add,change,close,unchanged,refused"`
	Faults    []httpx.RowWord `json:"faults,omitempty" doc:"Why it is refused."`
	Cut       []httpx.RowWord `json:"cut,omitempty" doc:"What was cut out of it."`
	Notes     []httpx.RowWord `json:"notes,omitempty" doc:"Where its listing will not open, or not as wide as was asked: why."`
	Result    string          `json:"result,omitempty" enum:"done,moved,refused" doc:"What became of it; moved: its listing was sent or closed after the look at the file, and the row left out."`
}

func importRow(r market.ImportRow) ImportRow {
	say := func(faults []market.Fault) []httpx.RowWord { return httpx.RowWords(wording.Default, faults) }
	out := ImportRow{Row: r.Position, Reference: r.Reference, Act: r.Act, Result: r.Result, Faults: say(r.Faults), Cut: say(r.Cut), Notes: say(r.Notes)}
	if r.Act == market.RowKeeps {
		out.Act = market.RowUnchanged
	}
	if r.Position > market.PositionAbsent {
		out.Row = 0
	}
	return out
}

type importRowsQuery struct {
	ByID
	LongestPage
	All bool `query:"all" doc:"Those that change nothing as well."`
}

func (a *API) listImportRows(c *call, in *importRowsQuery) (*paged[ImportRow], error) {
	i, err := a.lookedAt(c, in.ByID)
	if err != nil {
		return nil, err
	}
	after, err := behind[int](a, c, in.Cursor)
	if err != nil {
		return nil, err
	}
	rows, err := a.Store.ImportRows(c.ctx, i.ID, after, in.Limit+1, in.All)
	if err != nil {
		return nil, err
	}
	rows, out, err := turned[ImportRow](a, c, rows, in.Limit, func(r market.ImportRow) int { return r.Position })
	for _, r := range rows {
		out.Body.Items = append(out.Body.Items, importRow(r))
	}
	return out, err
}

func (a *API) importReport(c *call, in *ByID) (*huma.StreamResponse, error) {
	i, err := a.lookedAt(c, *in)
	if err != nil {
		return nil, err
	}
	return &huma.StreamResponse{Body: func(ctx huma.Context) {
		a.engine.SendImport(humagin.Unwrap(ctx), wording.Default, func(after, most int) ([]market.ImportRow, error) {
			return a.Store.ImportRows(c.ctx, i.ID, after, most, true)
		})
	}}, nil
}
