package pages

import (
	"errors"
	"slices"
	"strconv"
	"time"

	"wherewithal/market"
	"wherewithal/web/httpx"
	"wherewithal/web/pages/view"
)

// registerWebhooks is for whoever looks after an outside site. A webhook asked for twice with one form is made once, and so is a
// new secret: the text is shown by the first answer alone. A test and a replay sent twice are two; removing again is "not found".
func (s *Site) registerWebhooks() {
	s.get("/account/partners/:id/webhooks", s.webhooks)
	s.post("/account/partners/:id/webhooks", s.makeWebhook)
	s.get("/account/partners/:id/webhooks/:hook", s.webhook)
	s.post("/account/partners/:id/webhooks/:hook", s.editWebhook)
	s.post("/account/partners/:id/webhooks/:hook/test", s.testWebhook)
	s.post("/account/partners/:id/webhooks/:hook/rotate", s.rotateWebhook)
	s.post("/account/partners/:id/webhooks/:hook/enable", s.enableWebhook)
	s.post("/account/partners/:id/webhooks/:hook/replay", s.replayWebhook)
	s.post("/account/partners/:id/webhooks/:hook/remove", s.removeWebhook)
}

func webhooksPath(partner market.ID) string    { return partnerPath(partner) + "/webhooks" }
func webhookPath(partner, id market.ID) string { return webhooksPath(partner) + "/" + string(id) }

type webhookForm struct {
	URL   string   `form:"url"`
	Types []string `form:"types"`
	Test  bool     `form:"test"`
}

func (f webhookForm) types() (types []market.Announced) {
	for _, t := range f.Types {
		types = append(types, market.Announced(t))
	}
	return types
}

func (s *Site) webhooks(c *Call) error {
	return s.showWebhooks(c, webhookForm{Types: texts(market.AnnouncedTypes)}, c.Blank())
}

func (s *Site) showWebhooks(c *Call, f webhookForm, form view.Form) error {
	v, id, err := c.SignedInAt()
	if err != nil {
		return err
	}
	one, grants, _, err := s.Partners.Of(c.Ctx, v, id)
	if err != nil {
		return err
	}
	all, err := s.Partners.WebhooksOf(c.Ctx, v, id)
	if err != nil {
		return err
	}
	p := view.WebhooksPage{Page: c.Page("webhook.heading"), Form: form, Path: webhooksPath(id), Back: partnerPath(id), Name: one.Name, URL: f.URL, Test: f.Test,
		Full: len(all) >= market.MaxWebhooks, Granted: slices.Contains(market.ReachOf(grants).Scopes, market.MayHear),
		Types: view.Options(c.Ctx, "webhook_type", texts(market.AnnouncedTypes), f.Types...)}
	for _, w := range all {
		p.Hooks = append(p.Hooks, view.WebhookLine{Href: webhookPath(id, w.ID), URL: w.URL, State: c.webhookState(w), Kind: c.webhookKind(w), Says: c.T("partner.made", "When", c.When(w.CreatedAt))})
	}
	return c.Show(form, view.Webhooks(p))
}

func (c *Call) webhookState(w market.Webhook) string {
	if w.Live() && w.FailingSince != nil {
		return c.T("webhook_state.failing")
	}
	return c.T("webhook_state." + string(w.State))
}

func (c *Call) webhookKind(w market.Webhook) string {
	if w.Test {
		return c.T("webhook.of_sandbox")
	}
	return c.T("webhook.of_partner")
}

// makeWebhook answers with the page of the new one, not with a redirect: its secret is shown this once and kept nowhere.
func (s *Site) makeWebhook(c *Call) error {
	v, id, err := c.SignedInAt()
	if err != nil {
		return err
	}
	var f webhookForm
	if err := c.Form(&f); err != nil {
		return err
	}
	w, secret, err := s.Partners.AddWebhook(c.Ctx, v, id, market.Webhook{URL: f.URL, Types: f.types(), Test: f.Test}, market.OnceOnly{ID: c.Once}, c.Now)
	if again, ok := c.Again(err); ok {
		return s.showWebhooks(c, f, again)
	}
	if errors.Is(err, market.ErrRepeated) {
		return c.Done(webhooksPath(id), "note.secret_once")
	}
	if err != nil {
		return err
	}
	return s.showWebhook(c, id, w.ID, nil, c.Blank(), secret)
}

// ownWebhook is who acts, on which webhook of which partner.
func (s *Site) ownWebhook(c *Call) (v market.Viewer, partner, id market.ID, err error) {
	if v, partner, err = c.SignedInAt(); err != nil {
		return v, "", "", err
	}
	id, err = c.Param("hook")
	return v, partner, id, err
}

func (s *Site) webhook(c *Call) error {
	_, partner, id, err := s.ownWebhook(c)
	if err != nil {
		return err
	}
	return s.showWebhook(c, partner, id, nil, c.Blank(), "")
}

// logPage is how many deliveries one page shows.
const logPage = 20

// showWebhook shows one; typed is what was typed into its form, nil for what is kept.
func (s *Site) showWebhook(c *Call, partner, id market.ID, typed *webhookForm, form view.Form, secret string) error {
	v, err := c.SignedIn()
	if err != nil {
		return err
	}
	w, err := s.Partners.WebhookOf(c.Ctx, v, partner, id)
	if err != nil {
		return err
	}
	one, err := s.Store.Partner(c.Ctx, partner)
	if err != nil {
		return err
	}
	if typed == nil {
		typed = &webhookForm{URL: w.URL, Types: texts(w.Types)}
	}
	p := view.WebhookPage{Page: c.PageOf(w.URL), Form: form, Path: webhookPath(partner, id), Back: webhooksPath(partner), Name: one.Name, Address: w.URL, Secret: secret,
		State: c.webhookState(w), Kind: c.webhookKind(w), Trouble: c.webhookTrouble(w), Live: w.Live(), URL: typed.URL,
		Types:    view.Options(c.Ctx, "webhook_type", texts(market.AnnouncedTypes), typed.Types...),
		OnceTest: c.Blank().Once, OnceRotate: c.Blank().Once, OnceOn: c.Blank().Once, OnceReplay: c.Blank().Once, OnceRemove: c.Blank().Once,
		Since: c.Now.In(c.Zone()).AddDate(0, 0, -7).Format(time.DateOnly)}
	if w.OldUntil != nil && c.Now.Before(*w.OldUntil) {
		p.OldUntil = c.T("webhook.old_until", "When", c.When(*w.OldUntil))
	}
	if err := s.webhookLog(c, w, &p); err != nil {
		return err
	}
	return c.Show(form, view.Webhook(p))
}

func (c *Call) webhookTrouble(w market.Webhook) string {
	switch {
	case !w.Live():
		return c.T("webhook.off_"+w.Why, "When", c.When(*w.DisabledAt))
	case w.FailingSince != nil:
		return c.T("webhook.failing", "When", c.When(*w.FailingSince))
	}
	return ""
}

// webhookLog reads a page of the log, and whether anything in it failed.
func (s *Site) webhookLog(c *Call, w market.Webhook, p *view.WebhookPage) error {
	before, _ := strconv.ParseInt(c.Gin.Query("before"), 10, 64) // what is no number begins anew
	all, err := s.Store.Deliveries(c.Ctx, w.ID, "", max(before, 0), logPage+1)
	if err != nil {
		return err
	}
	if len(all) > logPage {
		all = all[:logPage]
		p.Older = p.Path + "?before=" + strconv.FormatInt(all[logPage-1].Seq, 10)
	}
	for _, d := range all {
		p.Log = append(p.Log, c.deliveryLine(d))
	}
	failed, err := s.Store.Deliveries(c.Ctx, w.ID, market.DeliveryFailed, 0, logPage)
	p.Failed = slices.ContainsFunc(failed, func(d market.Delivery) bool { return d.Type != market.WebhookTest })
	return err
}

func (c *Call) deliveryLine(d market.Delivery) view.DeliveryLine {
	line := view.DeliveryLine{ID: string(d.ID), What: c.T("webhook_told." + string(d.Type)), Subject: string(d.SubjectID), When: c.When(d.At),
		State: c.T("delivery_state." + string(d.State)), Says: c.deliverySays(d), Excerpt: d.Excerpt}
	if d.Type == market.WebhookTest {
		line.Subject = "" // the webhook itself
	}
	if d.State != market.DeliveryWaits {
		line.Once = c.Blank().Once
	}
	return line
}

// deliverySays is what came of it, in a few words.
func (c *Call) deliverySays(d market.Delivery) string {
	says := c.T("webhook.tries", "Count", d.Attempts)
	if d.State == market.DeliveryWaits && d.Attempts == 0 {
		return c.T("webhook.soon")
	}
	switch {
	case d.Fault == market.FaultStatus || d.Fault == market.FaultRedirect || d.Fault == "" && d.Status != 0:
		says += " · " + c.T("webhook.status", "Status", d.Status)
	case d.Fault != "":
		says += " · " + c.T("webhook_fault."+d.Fault)
	}
	if d.State == market.DeliveryWaits && d.Attempts > 0 {
		says += " · " + c.T("webhook.next", "When", c.When(d.DueAt))
	}
	return says
}

func (s *Site) editWebhook(c *Call) error {
	v, partner, id, err := s.ownWebhook(c)
	if err != nil {
		return err
	}
	var f webhookForm
	if err := c.Form(&f); err != nil {
		return err
	}
	err = s.Partners.EditWebhook(c.Ctx, v, partner, id, f.URL, f.types(), c.Now)
	if again, ok := c.Again(err); ok {
		return s.showWebhook(c, partner, id, &f, again, "")
	}
	return c.moved(webhookPath(partner, id), err, "done.saved")
}

// webhookTests bounds tests by the hour: they call somebody's server. A partner's programs count to the same.
const webhookTests = 60

func (s *Site) testWebhook(c *Call) error {
	v, partner, id, err := s.ownWebhook(c)
	if err != nil {
		return err
	}
	if err := c.Form(&struct{}{}); err != nil {
		return err
	}
	if _, err := s.Partners.WebhookOf(c.Ctx, v, partner, id); err != nil {
		return err
	}
	if err := s.Limits.Allow(c.Ctx, httpx.Rule{Name: "webhook-test", Hour: webhookTests}, string(partner)); err != nil {
		return err
	}
	_, err = s.Partners.TestWebhook(c.Ctx, v, partner, id, market.OnceOnly{}, c.Now)
	return c.moved(webhookPath(partner, id), err, "done.webhook_tested")
}

func (s *Site) rotateWebhook(c *Call) error {
	v, partner, id, err := s.ownWebhook(c)
	if err != nil {
		return err
	}
	if err := c.Form(&struct{}{}); err != nil {
		return err
	}
	secret, err := s.Partners.RotateSecret(c.Ctx, v, partner, id, market.OnceOnly{ID: c.Once}, c.Now)
	if errors.Is(err, market.ErrRepeated) {
		return c.Done(webhookPath(partner, id), "note.secret_once")
	}
	if err != nil {
		return err
	}
	return s.showWebhook(c, partner, id, nil, c.Blank(), s.Partners.Secret(secret))
}

func (s *Site) enableWebhook(c *Call) error {
	v, partner, id, err := s.ownWebhook(c)
	if err != nil {
		return err
	}
	if err := c.Form(&struct{}{}); err != nil {
		return err
	}
	return c.moved(webhookPath(partner, id), s.Partners.EnableWebhook(c.Ctx, v, partner, id, c.Now), "done.webhook_enabled")
}

// replayWebhook tells one delivery again, or, without one, all that failed since a day.
func (s *Site) replayWebhook(c *Call) error {
	v, partner, id, err := s.ownWebhook(c)
	if err != nil {
		return err
	}
	var f struct {
		Delivery string `form:"delivery"`
		Since    string `form:"since"`
	}
	if err := c.Form(&f); err != nil {
		return err
	}
	if f.Delivery != "" {
		one, err := market.ParseID(f.Delivery)
		if err == nil {
			err = s.Partners.Replay(c.Ctx, v, partner, id, one, market.OnceOnly{}, c.Now)
		}
		if errors.Is(err, market.ErrConflict) { // it waits by now
			err = market.ErrRepeated
		}
		return c.moved(webhookPath(partner, id), err, "done.webhook_replayed")
	}
	since, err := time.ParseInLocation(time.DateOnly, f.Since, c.Zone())
	if err != nil {
		err = market.Refuse("since", "date")
	} else {
		_, err = s.Partners.ReplayFailed(c.Ctx, v, partner, id, since, market.OnceOnly{}, c.Now)
	}
	if again, ok := c.Again(err); ok {
		return s.showWebhook(c, partner, id, nil, again, "")
	}
	return c.moved(webhookPath(partner, id), err, "done.webhook_replayed")
}

func (s *Site) removeWebhook(c *Call) error {
	v, partner, id, err := s.ownWebhook(c)
	if err != nil {
		return err
	}
	if err := c.Form(&struct{}{}); err != nil {
		return err
	}
	return c.moved(webhooksPath(partner), s.Partners.RemoveWebhook(c.Ctx, v, partner, id, c.Now), "done.webhook_removed")
}
