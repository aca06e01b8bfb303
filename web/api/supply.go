package api

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"reflect"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"wherewithal/market"
	"wherewithal/partner"
	"wherewithal/store"
	"wherewithal/web/httpx"
)

const (
	batchMost = 500     // listings in one request
	batchBody = 6 << 20 // bytes of one: 500 long descriptions, and all else
)

// registerSupply is for partners that post for groups. What is sent under a reference again is the same listing: the same text
// changes nothing, another one is an edit. What is closed already stays so.
func (a *API) registerSupply() {
	const tag = "posting for groups"
	states := []int{http.StatusNotFound, http.StatusConflict}
	a.engine.Roomy(Prefix+"/partner/listings", batchBody)
	for _, row := range []reflect.Type{sentRowType, closingRowType} { // now: nothing is added while requests are served
		a.huma.OpenAPI().Components.Schemas.Schema(row, true, row.Name())
	}
	register(a, operation{id: "put-partner-listing", method: http.MethodPut, path: "/partner/listings/{reference}", for_: posts, tag: tag, handbook: "2-send-listings",
		summary: "Post a listing for a group, or change it", errors: states,
		about: "Under a reference of the partner's own, which is what makes it safe to repeat. It is open at once where its group has said yes, and waits where the group " +
			"has not answered. The rules are those of the site; whoever is interested is introduced to the group. Sending it again keeps it open; nothing " +
			"sent for 30 days has all that the partner posted paused, with a mail a week before. With a test key it is in the sandbox."}, a.putSupplied)
	register(a, operation{id: "send-partner-listings", method: http.MethodPost, path: "/partner/listings", for_: posts, tag: tag, tune: asBatch, handbook: "2-send-listings",
		summary: "Post, change or close up to 500 listings", errors: states,
		about: "Each row is as the body of PUT /partner/listings/{reference}, with its reference in it, or closes a listing by its reference, and stands alone: some can be refused while others are posted. The answer has a row for each, in their order."}, once(a, a.sendBatch))
	register(a, operation{id: "get-partner-listing", method: http.MethodGet, path: "/partner/listings/{reference}", for_: posts, tag: tag,
		summary: "How a listing stands that the partner sent", errors: []int{http.StatusNotFound}}, a.getSupplied)
	register(a, operation{id: "list-partner-listings", method: http.MethodGet, path: "/partner/listings", for_: posts, tag: tag,
		summary: "The listings that the partner sent", about: "By their references."}, a.listSupplied)
	register(a, operation{id: "close-partner-listing", method: http.MethodPost, path: "/partner/listings/{reference}/close", for_: posts, tag: tag,
		summary: "Close a listing that the partner sent", errors: states, about: "Sent again, it is opened again."}, a.closeSupplied)
}

// Sent is a listing as a partner sends it for a group.
type Sent struct {
	Group    string `json:"groupReference" pattern:"^[A-Za-z0-9._~:-]{1,100}$" doc:"The partner's own name for the group."`
	Postcode string `json:"postcode,omitempty" required:"false" maxLength:"60" doc:"Where it is, when not at the group's first place. Others see a public point 400 to 800 m off."`
	Link     string `json:"link,omitempty" required:"false" maxLength:"300" doc:"The partner's own page about it, https; its page here leads there."`
	Said
}

func (s Sent) supply(reference string) (market.Supply, error) {
	s.PlaceID = "" // places are the group's own
	l, err := s.over(market.Listing{})
	return market.Supply{Reference: reference, Group: s.Group, Listing: l, Postcode: s.Postcode, Link: s.Link}, err
}

// Supplied is how a listing stands that a partner sent.
type Supplied struct {
	Reference string     `json:"reference"`
	Group     string     `json:"groupReference"`
	State     string     `json:"state" enum:"waiting,dropped,draft,open,paused,fulfilled,withdrawn,expired,removed" doc:"waiting: for its group's yes. dropped: closed before that. draft: its network looks at a new group's first listings. removed: by moderation."`
	Stopped   bool       `json:"stopped,omitempty" doc:"Paused because nothing was sent for 30 days, or the group took its yes back."`
	Listing   *Picked    `json:"listing,omitempty" doc:"As it is here; missing while it waits, and when the group took its yes back."`
	Link      string     `json:"link,omitempty"`
	SentAt    time.Time  `json:"sentAt" doc:"When it came last, changed or not."`
	ClosedAt  *time.Time `json:"closedAt,omitempty" doc:"When the partner closed it."`
}

// supplied are listings as their partner sees them: as whoever sent them, whatever their circle.
func (a *API) supplied(c *call, all []market.Supplied, only map[string]bool) ([]Supplied, error) {
	var ids, asked []market.ID
	for _, s := range all {
		asked = append(asked, s.MandateID)
	}
	mandates, err := a.Store.Mandates(c.ctx, asked)
	if err != nil {
		return nil, err
	}
	for _, s := range all {
		if s.ListingID != "" && mandates[s.MandateID].State == market.MandateGiven {
			ids = append(ids, s.ListingID)
		}
	}
	entries, err := a.Store.Entries(c.ctx, ids, c.now)
	if err != nil {
		return nil, err
	}
	photos, err := a.Store.PhotosOfAll(c.ctx, ids)
	by, shown := map[market.ID]*Listing{}, []*Listing{}
	for _, e := range entries {
		l := a.listing(c.viewer, e, photos[e.Listing.ID])
		by[e.Listing.ID], shown = &l, append(shown, &l)
	}
	if err := errors.Join(err, a.credit(c, shown...)); err != nil {
		return nil, err
	}
	out := make([]Supplied, len(all))
	for i, s := range all {
		out[i] = Supplied{Reference: s.Reference, Group: mandates[s.MandateID].Reference, State: unseen(s), Link: s.Link, SentAt: s.SentAt.UTC(), ClosedAt: utc(s.ClosedAt), Stopped: s.StoppedAt != nil}
		if l, ok := by[s.ListingID]; ok {
			out[i].State, out[i].Listing = l.Life, &Picked{*l, only}
		}
	}
	return out, nil
}

// unseen is how something stands whose listing the partner does not see: none yet, or one of a group that took its yes back.
func unseen(s market.Supplied) string {
	switch {
	case s.ListingID == "" && s.ClosedAt == nil:
		return "waiting"
	case s.ListingID == "":
		return "dropped"
	case s.ClosedAt == nil:
		return string(market.Paused)
	}
	return string(market.Withdrawn)
}

// Receipt is what became of something that was sent.
type Receipt struct {
	Result string `json:"result" enum:"added,changed,unchanged,closed"`
	Supplied
}

func (a *API) receipt(c *call, out partner.Outcome) (Receipt, error) {
	all, err := a.supplied(c, []market.Supplied{out.Supplied}, nil)
	if err != nil {
		return Receipt{}, err
	}
	return Receipt{Result: string(out.Did), Supplied: all[0]}, nil
}

// rowsPerDay is how many listings one partner may send in a day: each of 20,000 several times over.
const rowsPerDay = 100_000

func (a *API) countRows(c *call, n int) error {
	_, err := a.Limits.Take(c.ctx, httpx.Rule{Name: "supply", Day: rowsPerDay}, string(c.key.Partner.ID), n)
	return err
}

type puttingSupplied struct {
	ByReference
	Body Sent
}

func (a *API) putSupplied(c *call, in *puttingSupplied) (*body[Receipt], error) {
	s, err := in.Body.supply(in.Reference)
	if err == nil {
		err = a.countRows(c, 1)
	}
	if err != nil {
		return nil, err
	}
	out, err := a.Partners.Put(c.ctx, c.key, s, c.now)
	if err != nil {
		return nil, err
	}
	r, err := a.receipt(c, out)
	return &body[Receipt]{Body: r}, err
}

// SentRow is one listing of several.
type SentRow struct {
	Reference string `json:"reference" pattern:"^[A-Za-z0-9._~:-]{1,100}$"`
	Sent
}

// ClosingRow closes one listing of several.
type ClosingRow struct {
	Reference string `json:"reference" pattern:"^[A-Za-z0-9._~:-]{1,100}$"`
	Close     string `json:"close" enum:"withdrawn,fulfilled" doc:"Whether it was met."`
}

var sentRowType, closingRowType = reflect.TypeFor[SentRow](), reflect.TypeFor[ClosingRow]()

// looseRow is read by sendBatch itself, so that one that is wrong does not spoil the others.
type looseRow json.RawMessage

// UnmarshalJSON keeps it as it came.
func (r *looseRow) UnmarshalJSON(text []byte) error { *r = append((*r)[:0], text...); return nil }

// Schema says what the description is to say of it; what it holds is checked row by row.
func (looseRow) Schema(huma.Registry) *huma.Schema {
	return &huma.Schema{Type: huma.TypeObject, AdditionalProperties: true, Description: "A SentRow or, with close, a ClosingRow."}
}

type sendingBatch struct {
	Keyed
	Body struct {
		Items []looseRow `json:"items" nullable:"false" minItems:"1" maxItems:"500" doc:"Each as the schema SentRow has it or, to close a listing, ClosingRow."`
	}
}

func asBatch(op *huma.Operation) { op.MaxBodyBytes, op.BodyReadTimeout = batchBody, uploadWithin }

// BatchRow is what became of one row.
type BatchRow struct {
	Row     int      `json:"row" doc:"Which it was, from 0."`
	Receipt *Receipt `json:"receipt,omitempty" doc:"Missing when it was refused."`
	Problem *Problem `json:"problem,omitempty" doc:"Why it was refused, as errors are told."`
}

// Batch is what became of all rows, in their order.
type Batch struct {
	Items   []BatchRow `json:"items" nullable:"false"`
	Refused int        `json:"refused" doc:"How many rows were refused."`
}

// once gives batches a room of their own: those that the release before kept are found in it.
func (in sendingBatch) once(c *call) (market.OnceOnly, error) {
	id, err := onceOnly(c, in.Key, in.Body)
	if in.Key != "" {
		id.ID = "api::" + c.who() + ":" + in.Key
	}
	return id, err
}

func (a *API) sendBatch(c *call, in *sendingBatch, once market.OnceOnly) (*body[Batch], error) {
	if err := a.countRows(c, len(in.Body.Items)); err != nil {
		return nil, err
	}
	if err := a.rememberBatch(c, once); err != nil {
		return nil, err
	}
	out := &body[Batch]{Body: Batch{Items: make([]BatchRow, len(in.Body.Items))}}
	for i, row := range in.Body.Items {
		r, err := a.sendRow(c, row, rowOnce(once, i))
		out.Body.Items[i] = BatchRow{Row: i, Receipt: r}
		if err != nil {
			p, fault := a.rowProblem(c.ctx, err)
			if fault != nil {
				return nil, fault
			}
			out.Body.Items[i].Problem, out.Body.Refused = p, out.Body.Refused+1
		}
	}
	return out, nil
}

// rowOnce is the id of a row of a batch: of what it says, at its place. No key has a space in it. A batch without a key has none.
func rowOnce(batch market.OnceOnly, row int) string {
	if batch.Digest == nil {
		return ""
	}
	return fmt.Sprintf("%s %x %d", batch.ID, batch.Digest[:8], row)
}

// rememberBatch keeps the id of a batch, before anything of it is done: each row keeps one of its own with what it does. A key that came
// before with something else is refused.
func (a *API) rememberBatch(c *call, once market.OnceOnly) error {
	if once.Digest == nil { // no key
		return nil
	}
	err := a.Store.InTx(c.ctx, func(tx *store.Tx) error {
		return tx.Remember(c.ctx, store.Once{ID: once.ID, Partner: c.key.Partner.ID, Answer: string(c.key.Partner.ID), At: c.now, Digest: once.Digest})
	})
	if !errors.Is(err, market.ErrRepeated) {
		return err
	}
	was, err := a.Store.OnceOf(c.ctx, once.ID, "")
	if err == nil && !same(was, once) {
		err = market.ErrReused
	}
	return err
}

func (a *API) sendRow(c *call, row looseRow, once string) (*Receipt, error) {
	out, err := a.doRow(c, row, once)
	if err != nil {
		return nil, err
	}
	r, err := a.receipt(c, out)
	return &r, err
}

// doRow posts, changes or closes what a row names.
func (a *API) doRow(c *call, row looseRow, once string) (out partner.Outcome, err error) {
	var loose any
	if err := strictly(row, &loose); err != nil {
		return out, refusal(http.StatusUnprocessableEntity, "", []error{&huma.ErrorDetail{Location: "body", Message: err.Error()}})
	}
	if fields, _ := loose.(map[string]any); fields["close"] != nil {
		var closing ClosingRow
		if err := a.checked(row, loose, closingRowType, &closing); err != nil {
			return out, err
		}
		return a.Partners.CloseOnce(c.ctx, c.key, closing.Reference, market.Life(closing.Close), once, c.now)
	}
	var sent SentRow
	if err := a.checked(row, loose, sentRowType, &sent); err != nil {
		return out, err
	}
	s, err := sent.supply(sent.Reference)
	if err != nil {
		return out, err
	}
	return a.Partners.PutOnce(c.ctx, c.key, s, once, c.now)
}

// checked reads a row as the door reads a body, by the schema of what it is read into.
func (a *API) checked(row looseRow, loose any, kind reflect.Type, into any) error {
	registry := a.huma.OpenAPI().Components.Schemas
	var found huma.ValidateResult
	huma.Validate(registry, registry.Schema(kind, true, kind.Name()), huma.NewPathBuffer([]byte("body"), 4), huma.ModeWriteToServer, loose, &found)
	if len(found.Errors) > 0 {
		return refusal(http.StatusUnprocessableEntity, "", found.Errors)
	}
	return again(row, into)
}

// rowProblem is why a row was refused; a fault of ours ends the whole request, and so does it that nobody waits for it any more.
func (a *API) rowProblem(ctx context.Context, err error) (*Problem, error) {
	var p *Problem
	if ctx.Err() != nil || !errors.As(err, &p) && !errors.As(failure(ctx, err), &p) || p.Status >= http.StatusInternalServerError || p.Status == http.StatusTooManyRequests {
		return nil, err
	}
	return p, nil
}

func (a *API) getSupplied(c *call, in *ByReference) (*body[Supplied], error) {
	s, err := a.Store.SuppliedOf(c.ctx, c.key.Partner.ID, c.key.Key.Test, in.Reference)
	if err != nil {
		return nil, err
	}
	all, err := a.supplied(c, []market.Supplied{s}, nil)
	if err != nil {
		return nil, err
	}
	return &body[Supplied]{Body: all[0]}, nil
}

type suppliedQuery struct {
	LongestPage
	Picking
}

func (a *API) listSupplied(c *call, in *suppliedQuery) (*paged[Supplied], error) {
	only, err := in.only()
	if err != nil {
		return nil, err
	}
	after, err := behind[string](a, c, in.Cursor)
	if err != nil {
		return nil, err
	}
	all, err := a.Store.SuppliedAfter(c.ctx, c.key.Partner.ID, c.key.Key.Test, after, in.Limit+1)
	if err != nil {
		return nil, err
	}
	all, out, err := turned[Supplied](a, c, all, in.Limit, func(s market.Supplied) string { return s.Reference })
	if err != nil {
		return nil, err
	}
	out.Body.only = only
	out.Body.Items, err = a.supplied(c, all, only)
	return out, err
}

type closingSupplied struct {
	ByReference
	Body *struct {
		As string `json:"as,omitempty" required:"false" enum:"withdrawn,fulfilled" doc:"Whether it was met; withdrawn when left out."`
	} `required:"false"`
}

func (a *API) closeSupplied(c *call, in *closingSupplied) (*body[Receipt], error) {
	as := market.Withdrawn
	if in.Body != nil && in.Body.As != "" {
		as = market.Life(in.Body.As)
	}
	out, err := a.Partners.Close(c.ctx, c.key, in.Reference, as, c.now)
	if err != nil {
		return nil, err
	}
	r, err := a.receipt(c, out)
	return &body[Receipt]{Body: r}, err
}
