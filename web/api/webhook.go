package api

import (
	"cmp"
	"errors"
	"net/http"
	"time"

	"wherewithal/market"
	"wherewithal/web/httpx"
)

// registerWebhooks is for a partner's own programs. What makes or sends something, repeated with its Idempotency-Key, gets the
// first answer again, with its secret; a change, and a removal, can be sent again; a rotation, a test and a replay without a key are another each time.
func (a *API) registerWebhooks() {
	const tag = "webhooks"
	missing := []int{http.StatusNotFound}
	register(a, operation{id: "list-webhooks", method: http.MethodGet, path: "/webhooks", for_: hears, tag: tag, handbook: "webhooks",
		summary: "The partner's webhooks", about: "A live key sees the live ones, a test key those that hear of the sandbox."}, a.listWebhooks)
	register(a, operation{id: "create-webhook", method: http.MethodPost, path: "/webhooks", for_: hears, tag: tag, status: http.StatusCreated, handbook: "is-it-from-us",
		summary: "Have an address told what changes", errors: []int{http.StatusConflict},
		about: "From now on the address gets a POST for each change of what the partner sees, signed as Standard Webhooks has it: the handbook shows how to check one. " +
			"The secret is in this answer and in no other. Ten webhooks are the most."}, once(a, a.createWebhook))
	register(a, operation{id: "get-webhook", method: http.MethodGet, path: "/webhooks/{id}", for_: hears, tag: tag, summary: "Read a webhook", errors: missing}, a.getWebhook)
	register(a, operation{id: "edit-webhook", method: http.MethodPut, path: "/webhooks/{id}", for_: hears, tag: tag,
		summary: "Change where something is told, and of what", about: "What waits goes to the new address.", errors: missing}, a.editWebhook)
	register(a, operation{id: "delete-webhook", method: http.MethodDelete, path: "/webhooks/{id}", for_: hears, tag: tag, status: http.StatusNoContent,
		summary: "Take a webhook away, with its log", errors: missing}, a.deleteWebhook)
	register(a, operation{id: "enable-webhook", method: http.MethodPost, path: "/webhooks/{id}/enable", for_: hears, tag: tag,
		summary: "Switch a disabled webhook on again", about: "It hears of what happens from now on; of what it missed, replay tells.", errors: missing}, a.enableWebhook)
	register(a, operation{id: "rotate-webhook", method: http.MethodPost, path: "/webhooks/{id}/rotate", for_: hears, tag: tag,
		summary: "Give a webhook a new secret", errors: []int{http.StatusNotFound, http.StatusConflict},
		about: "The secret is in this answer and in no other, but for the same answer again. For 24 hours the one before signs too: webhook-signature then holds two signatures."}, once(a, a.rotateWebhook))
	register(a, operation{id: "test-webhook", method: http.MethodPost, path: "/webhooks/{id}/test", for_: hears, tag: tag, status: http.StatusAccepted,
		summary: "Have a webhook told that it is tested", about: "It is tried once, within seconds; the log of deliveries says what came of it.",
		errors: []int{http.StatusNotFound, http.StatusConflict}}, once(a, a.testWebhook))
	register(a, operation{id: "list-deliveries", method: http.MethodGet, path: "/webhooks/{id}/deliveries", for_: hears, tag: tag,
		summary: "What a webhook was told, and what came of it", about: "The newest first. It is kept for 30 days.", errors: missing}, a.listDeliveries)
	register(a, operation{id: "replay-webhook", method: http.MethodPost, path: "/webhooks/{id}/replay", for_: hears, tag: tag, status: http.StatusAccepted,
		summary: "Tell something again", about: "Either one delivery, but no test, or all that failed since a time; each under the webhook-id that it had. What is out of date by now is not told again.",
		errors: []int{http.StatusNotFound, http.StatusConflict}}, once(a, a.replayWebhook))
}

// Webhook is an address that is told what changes.
type Webhook struct {
	ID           string     `json:"id" format:"uuid"`
	URL          string     `json:"url" format:"uri"`
	Types        []string   `json:"types" nullable:"false" enum:"listing.changed,listing.gone,introduction.opened"`
	Test         bool       `json:"test" doc:"It hears of the sandbox."`
	State        string     `json:"state" enum:"live,disabled"`
	Why          string     `json:"why,omitempty" enum:"failing,gone" doc:"It is disabled: for three days nothing was taken, or its server said 410 Gone."`
	CreatedAt    time.Time  `json:"createdAt"`
	FailingSince *time.Time `json:"failingSince,omitempty" doc:"Nothing was taken since."`
	OldUntil     *time.Time `json:"oldSecretUntil,omitempty" doc:"Until when the secret before this one signs too."`
}

func webhookOf(w market.Webhook) Webhook {
	out := Webhook{ID: string(w.ID), URL: w.URL, Types: []string{}, Test: w.Test, State: string(w.State), Why: w.Why, CreatedAt: w.CreatedAt,
		FailingSince: w.FailingSince, OldUntil: w.OldUntil}
	for _, t := range w.Types {
		out.Types = append(out.Types, string(t))
	}
	return out
}

// WebhookDraft is what a program says of a webhook.
type WebhookDraft struct {
	URL   string   `json:"url" minLength:"1" maxLength:"500" doc:"https, at port 443, at a host name that leads to the open internet."`
	Types []string `json:"types" nullable:"false" minItems:"1" maxItems:"3" enum:"listing.changed,listing.gone,introduction.opened"`
}

func (d WebhookDraft) types() (types []market.Announced) {
	for _, t := range d.Types {
		types = append(types, market.Announced(t))
	}
	return types
}

// FreshWebhook is a webhook with its secret, which is shown this once.
type FreshWebhook struct {
	Webhook
	Secret string `json:"secret,omitempty" doc:"What its messages are signed with: keep it now."`
}

// webhookNames are where the faults of a webhook stand in a body.
var webhookNames = map[string]string{"url": inBody + "/url", "types": inBody + "/types", "test": inBody}

func (a *API) listWebhooks(c *call, _ *struct{}) (*body[All[Webhook]], error) {
	all, err := a.Partners.WebhooksOf(c.ctx, c.viewer, c.key.Partner.ID)
	out := &body[All[Webhook]]{Body: All[Webhook]{Items: []Webhook{}}}
	for _, w := range all {
		out.Body.Items = append(out.Body.Items, webhookOf(w))
	}
	return out, err
}

type creatingWebhook struct {
	Keyed
	Body WebhookDraft
}

// webhookAnswer is a webhook just made.
type webhookAnswer struct {
	Location string `header:"Location" doc:"Where it can be read."`
	Body     FreshWebhook
}

// reveal puts the secret where its id stands: what is kept of an answer opens nothing.
func (w *FreshWebhook) reveal(a *API) { w.Secret = a.Partners.Secret(market.ID(w.Secret)) }

func (out *webhookAnswer) reveal(a *API) { out.Body.reveal(a) }

func (in creatingWebhook) once(c *call) (market.OnceOnly, error) { return onceOnly(c, in.Key, in.Body) }

func (a *API) createWebhook(c *call, in *creatingWebhook, once market.OnceOnly) (*webhookAnswer, error) {
	w, _, err := a.Partners.AddWebhook(c.ctx, c.viewer, c.key.Partner.ID, market.Webhook{URL: in.Body.URL, Types: in.Body.types()}, once, c.now)
	if errors.Is(err, market.ErrRepeated) {
		w, err = a.webhookBefore(c, once)
	}
	if err != nil {
		return nil, renamed(err, webhookNames)
	}
	return &webhookAnswer{Location: Prefix + "/webhooks/" + string(w.ID), Body: FreshWebhook{Webhook: webhookOf(w), Secret: string(w.SecretID)}}, nil
}

// webhookBefore is what a request with the same key made, of which no answer is kept.
func (a *API) webhookBefore(c *call, once market.OnceOnly) (market.Webhook, error) {
	before, err := a.Store.OnceOf(c.ctx, once.ID, "")
	if err == nil && !same(before, once) {
		err = market.ErrReused
	}
	if err != nil {
		return market.Webhook{}, err
	}
	return a.Partners.WebhookOf(c.ctx, c.viewer, c.key.Partner.ID, market.ID(before.Answer))
}

func (a *API) getWebhook(c *call, in *ByID) (*body[Webhook], error) {
	id, err := in.id()
	if err != nil {
		return nil, err
	}
	w, err := a.Partners.WebhookOf(c.ctx, c.viewer, c.key.Partner.ID, id)
	return &body[Webhook]{Body: webhookOf(w)}, err
}

type editingWebhook struct {
	ByID
	Body WebhookDraft
}

func (a *API) editWebhook(c *call, in *editingWebhook) (*body[Webhook], error) {
	id, err := in.id()
	if err == nil {
		err = a.Partners.EditWebhook(c.ctx, c.viewer, c.key.Partner.ID, id, in.Body.URL, in.Body.types(), c.now)
	}
	if err != nil {
		return nil, renamed(err, webhookNames)
	}
	return a.getWebhook(c, &in.ByID)
}

func (a *API) deleteWebhook(c *call, in *ByID) (*struct{}, error) {
	id, err := in.id()
	if err == nil {
		err = a.Partners.RemoveWebhook(c.ctx, c.viewer, c.key.Partner.ID, id, c.now)
	}
	return nil, err
}

func (a *API) enableWebhook(c *call, in *ByID) (*body[Webhook], error) {
	id, err := in.id()
	if err != nil {
		return nil, err
	}
	if err := a.Partners.EnableWebhook(c.ctx, c.viewer, c.key.Partner.ID, id, c.now); err != nil && !errors.Is(err, market.ErrRepeated) {
		return nil, err
	}
	return a.getWebhook(c, in)
}

type keyedByID struct {
	ByID
	Keyed
}

type rotatingWebhook keyedByID

func (in rotatingWebhook) once(c *call) (market.OnceOnly, error) {
	return onceOnly(c, in.Key, []any{"rotate", in.ID})
}

// rotatedAnswer is a webhook with a secret that is new.
type rotatedAnswer struct{ Body FreshWebhook }

func (out *rotatedAnswer) reveal(a *API) { out.Body.reveal(a) }

func (a *API) rotateWebhook(c *call, in *rotatingWebhook, once market.OnceOnly) (*rotatedAnswer, error) {
	id, err := in.id()
	if err != nil {
		return nil, err
	}
	secret, err := a.Partners.RotateSecret(c.ctx, c.viewer, c.key.Partner.ID, id, once, c.now)
	if err != nil && !errors.Is(err, market.ErrRepeated) {
		return nil, err
	}
	w, err := a.Partners.WebhookOf(c.ctx, c.viewer, c.key.Partner.ID, id)
	return &rotatedAnswer{Body: FreshWebhook{Webhook: webhookOf(w), Secret: string(cmp.Or(secret, w.SecretID))}}, err
}

// Delivery is one thing that a webhook was, or is to be, told.
type Delivery struct {
	ID       string     `json:"id" format:"uuid" doc:"The webhook-id of its messages."`
	Type     string     `json:"type" enum:"listing.changed,listing.gone,introduction.opened,webhook.test"`
	Subject  string     `json:"subject" format:"uuid" doc:"What it is about: data.id of its messages."`
	At       time.Time  `json:"at"`
	State    string     `json:"state" enum:"waiting,done,failed,passed" doc:"passed: something newer about the same thing is told in its place, or it was out of date before it was told."`
	Attempts int        `json:"attempts" doc:"Since it was made, or replayed."`
	DueAt    *time.Time `json:"dueAt,omitempty" doc:"When it is tried next, while it waits."`
	TriedAt  *time.Time `json:"triedAt,omitempty"`
	Status   int        `json:"status,omitempty" doc:"The HTTP status of the last answer; missing when none came."`
	Fault    string     `json:"fault,omitempty" enum:"status,redirect,timeout,target,tls,connect,disabled,ended" doc:"What was wrong with the last attempt."`
	Excerpt  string     `json:"excerpt,omitempty" doc:"How the last answer began: 500 characters at most."`
}

func deliveryOf(d market.Delivery) Delivery {
	out := Delivery{ID: string(d.ID), Type: string(d.Type), Subject: string(d.SubjectID), At: d.At, State: string(d.State), Attempts: d.Attempts,
		TriedAt: d.TriedAt, Status: d.Status, Fault: d.Fault, Excerpt: d.Excerpt}
	if d.State == market.DeliveryWaits {
		out.DueAt = &d.DueAt
	}
	return out
}

// webhookTests bounds tests by the hour, for all programs and people of a partner together: they call somebody's server.
const webhookTests = 60

type testingWebhook keyedByID

func (in testingWebhook) once(c *call) (market.OnceOnly, error) {
	return onceOnly(c, in.Key, []any{"test", in.ID})
}

func (a *API) testWebhook(c *call, in *testingWebhook, once market.OnceOnly) (*body[Delivery], error) {
	id, err := in.id()
	if err == nil {
		err = a.Limits.Allow(c.ctx, httpx.Rule{Name: "webhook-test", Hour: webhookTests}, string(c.key.Partner.ID))
	}
	if err != nil {
		return nil, err
	}
	d, err := a.Partners.TestWebhook(c.ctx, c.viewer, c.key.Partner.ID, id, once, c.now)
	return &body[Delivery]{Body: deliveryOf(d)}, err
}

type deliveriesQuery struct {
	ByID
	Page
	State string `query:"state" enum:"waiting,done,failed,passed"`
}

func (a *API) listDeliveries(c *call, in *deliveriesQuery) (*paged[Delivery], error) {
	id, err := in.id()
	if err == nil {
		_, err = a.Partners.WebhookOf(c.ctx, c.viewer, c.key.Partner.ID, id)
	}
	if err != nil {
		return nil, err
	}
	before, err := behind[int64](a, c, in.Cursor)
	if err != nil {
		return nil, err
	}
	all, err := a.Store.Deliveries(c.ctx, id, market.DeliveryState(in.State), before, in.Limit+1)
	if err != nil {
		return nil, err
	}
	all, out, err := turned[Delivery](a, c, all, in.Limit, func(d market.Delivery) int64 { return d.Seq })
	for _, d := range all {
		out.Body.Items = append(out.Body.Items, deliveryOf(d))
	}
	return out, err
}

type replaying struct {
	ByID
	Keyed
	Body struct {
		Delivery    string     `json:"delivery,omitempty" required:"false" format:"uuid" doc:"One that has ended."`
		FailedSince *time.Time `json:"failedSince,omitempty" required:"false" nullable:"false" doc:"All that failed of what was made since."`
	}
}

// Replayed says how many are told again.
type Replayed struct {
	Count int `json:"count"`
}

func (in replaying) once(c *call) (market.OnceOnly, error) {
	return onceOnly(c, in.Key, []any{"replay", in.ID, in.Body})
}

func (a *API) replayWebhook(c *call, in *replaying, once market.OnceOnly) (*body[Replayed], error) {
	id, err := in.id()
	if err != nil {
		return nil, err
	}
	one, since := in.Body.Delivery != "", in.Body.FailedSince != nil
	if one == since {
		return nil, market.Refuse(inBody, "webhook_replay")
	}
	out := &body[Replayed]{Body: Replayed{Count: 1}}
	if since {
		out.Body.Count, err = a.Partners.ReplayFailed(c.ctx, c.viewer, c.key.Partner.ID, id, *in.Body.FailedSince, once, c.now)
		return out, err
	}
	delivery, err := market.ParseID(in.Body.Delivery)
	if err == nil {
		err = a.Partners.Replay(c.ctx, c.viewer, c.key.Partner.ID, id, delivery, once, c.now)
	}
	return out, err
}
