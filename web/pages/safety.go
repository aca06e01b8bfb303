package pages

import (
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"wherewithal/market"
	"wherewithal/safety"
	"wherewithal/store"
	"wherewithal/web/httpx"
	"wherewithal/web/pages/view"
	"wherewithal/wording"
	"wherewithal/wording/tongue"
)

// registerSafety is for connectors and operators, and for those about whose postings was decided; complaining is for
// anybody. Deciding twice decides once.
func (s *Site) registerSafety() {
	s.get("/reports", s.reportQueue)
	s.get("/reports/:id", s.reported)
	s.post("/reports/:id", s.decide)
	s.get("/reports/:id/photo.jpg", s.reportedPhoto)
	s.get("/decisions", s.decisions)
	s.get("/decisions/:id", s.decision)
	s.post("/decisions/:id/appeal", s.appeal)
	s.post("/decisions/:id/answer", s.answerAppeal)
	s.get("/complaints", s.newComplaint)
	s.post("/complaints", s.complain)
	s.get("/operator", s.operator)
	s.post("/operator/jobs/:job/retry", s.retryJob)
}

func (s *Site) reportQueue(c *Call) error {
	part, err := queuePart(c.Gin.Request.URL.Query())
	if err != nil {
		return err
	}
	q, err := s.Safety.Queue(c.Ctx, c.Viewer, part, c.Now)
	if err != nil {
		return err
	}
	p := view.ReportsPage{Page: c.Page("reports.heading"), Operator: c.Viewer.Operator, Whole: part == safety.Part{}}
	firsts, err := s.firsts(c, q.Listings.Rows)
	if err != nil {
		return err
	}
	for _, l := range []view.QueueList{
		{Heading: c.T("reports.reports"), Lines: c.reportLines(q.Reports.Rows), Next: nextPart(q.Reports.Next)},
		{Heading: c.T("reports.appeals"), Lines: c.appealLines(q.Appeals.Rows), Next: nextPart(q.Appeals.Next)},
		{Heading: c.T("reports.names"), Lines: c.nameLines(q.Names.Rows), Next: nextPart(q.Names.Next)},
		{Heading: c.T("reports.networks"), Lines: c.networkLines(q.Networks.Rows), Next: nextPart(q.Networks.Next)},
		{Heading: c.T("reports.firsts"), Lines: firsts, Next: nextPart(q.Listings.Next)},
	} {
		if len(l.Lines) > 0 || l.Next != "" {
			p.Lists = append(p.Lists, l)
		}
	}
	return c.Render(http.StatusOK, view.Reports(p))
}

// queuePart reads what nextPart wrote; market.ErrNotFound for anything else.
func queuePart(q url.Values) (p safety.Part, err error) {
	if !q.Has("list") {
		return p, nil
	}
	p.List = safety.List(q.Get("list"))
	if !slices.Contains([]safety.List{safety.Reports, safety.Appeals, safety.Names, safety.Networks, safety.Listings}, p.List) {
		return p, market.ErrNotFound
	}
	p.At, p.After, err = behind(q)
	return p, err
}

// behindIt has a list go on behind one thing in it, which came then.
func behindIt(at time.Time, id market.ID) url.Values {
	return url.Values{"at": {at.UTC().Format(time.RFC3339Nano)}, "after": {string(id)}}
}

// behind reads what behindIt wrote; market.ErrNotFound for anything else.
func behind(q url.Values) (at time.Time, id market.ID, err error) {
	at, err = time.Parse(time.RFC3339Nano, q.Get("at"))
	if err != nil || at.Year() < 1 || at.Year() > 9999 {
		return at, "", market.ErrNotFound
	}
	id, err = market.ParseID(q.Get("after"))
	return at, id, err
}

// nextPart is where a list goes on; "" where it does not.
func nextPart(p safety.Part) string {
	if p.After == "" {
		return ""
	}
	q := behindIt(p.At, p.After)
	q.Set("list", string(p.List))
	return "/reports?" + q.Encode()
}

// involved is the line of what somebody else looks at, because it is about a group of the viewer's, or a network: without a way to it.
func (c *Call) involved(title, subject string) view.QueueLine {
	return view.QueueLine{Title: title, Says: c.involvedIn(subject)}
}

func (c *Call) involvedIn(subject string) string {
	if subject == "network" {
		return c.T("reports.involved_network")
	}
	return c.T("reports.involved")
}

func (c *Call) reportLines(rows []safety.Waiting[market.Report]) (lines []view.QueueLine) {
	for _, w := range rows {
		title := c.thingTitle(w.Thing)
		if w.Involved {
			lines = append(lines, c.involved(title, w.Thing.Subject))
			continue
		}
		lines = append(lines, view.QueueLine{Href: "/reports/" + string(w.It.ID), Title: title,
			Says: c.T("reports.line", "Reason", c.T("report_reason."+w.It.Reason), "When", c.When(w.It.CreatedAt), "Number", w.It.Number())})
	}
	return lines
}

func (c *Call) appealLines(rows []safety.Waiting[market.Decision]) (lines []view.QueueLine) {
	for _, w := range rows {
		title := c.T("report_reason." + w.It.Reason)
		if w.Involved {
			lines = append(lines, c.involved(title, w.It.Subject))
			continue
		}
		lines = append(lines, view.QueueLine{Href: decisionPath(w.It.ID), Title: title, Says: c.T("reports.appeal_"+string(w.It.Act), "When", c.When(w.It.CreatedAt))})
	}
	return lines
}

func (c *Call) nameLines(rows []safety.Waiting[market.Group]) (lines []view.QueueLine) {
	for _, w := range rows {
		if w.Involved {
			lines = append(lines, c.involved(w.It.Name, "group"))
			continue
		}
		lines = append(lines, c.nameLine(groupPath(w.It.ID), w.It.Name, *w.It.HeldAt, safety.Thing{Subject: "group", ID: w.It.ID, Group: w.It}))
	}
	return lines
}

func (c *Call) networkLines(rows []safety.Waiting[market.Network]) (lines []view.QueueLine) {
	for _, w := range rows {
		if w.Involved {
			lines = append(lines, c.involved(w.It.Name, "network"))
			continue
		}
		lines = append(lines, c.nameLine(networkPath(w.It), w.It.Name, *w.It.HeldAt, safety.Thing{Subject: "network", ID: w.It.ID, Network: w.It}))
	}
	return lines
}

func (c *Call) nameLine(href, name string, held time.Time, t safety.Thing) view.QueueLine {
	seen := safety.Seen{}
	seen.SeeName(t)
	return view.QueueLine{Href: href, Title: name, Says: c.When(held), Action: "/held/" + t.Subject + "s/" + string(t.ID), Button: c.T("reports.release"),
		Once: c.Blank().Once, No: c.T("reports.refuse"), Seen: seen.String()}
}

// firsts show what they say here: a draft has no page for anybody but its group. The queue has checked who asks.
func (s *Site) firsts(c *Call, held []safety.Waiting[market.HeldListing]) (lines []view.QueueLine, err error) {
	ids := make([]market.ID, len(held))
	for i, w := range held {
		ids[i] = w.It.ListingID
	}
	entries, err := s.Store.EntriesFor(c.Ctx, market.System, ids, c.Now)
	if err != nil {
		return nil, err
	}
	by, read := map[market.ID]market.Entry{}, map[market.ID]safety.Seen{}
	for _, e := range entries {
		by[e.Listing.ID] = e
		if read[e.Group.ID] == nil {
			read[e.Group.ID] = safety.Seen{}
		}
		read[e.Group.ID].See(e.Listing)
	}
	for _, w := range held {
		h := w.It
		e, there := by[h.ListingID]
		if !there {
			continue // it went meanwhile
		}
		c.quotes(e.Listing, market.Listing{Title: e.Listing.Description, Language: e.Listing.Language})
		if w.Involved {
			lines = append(lines, c.involved(e.Listing.Title, "listing"))
			continue
		}
		lines = append(lines, view.QueueLine{Href: groupPath(h.GroupID), Title: e.Listing.Title, Lang: e.Listing.Language, Says: e.Group.Name + " · " + c.When(h.CreatedAt) + " · " + e.Listing.Description,
			Action: "/held/listings/" + string(h.ListingID), Button: c.T("reports.let"), Once: c.Blank().Once, No: c.T("reports.refuse"), Seen: read[h.GroupID].String()})
	}
	return lines, nil
}

// langOf is the language that a thing's text is in: a listing says it, of others the group's languages tell.
func langOf(t safety.Thing) string {
	if t.Subject == "listing" {
		return t.Lang
	}
	return tongue.Of(t.Text, t.Group.Languages...)
}

func (c *Call) thingTitle(t safety.Thing) string {
	c.quotes(market.Listing{Title: t.Title, Language: t.Lang})
	switch t.Subject {
	case "listing":
		return or(t.Title, c.T("reports.gone"))
	case "photo":
		return c.T("photo.of", "Title", or(t.Title, c.T("reports.gone")))
	case "message":
		return c.T("reports.about_message", "Group", t.Group.NameFor(c.Viewer))
	case "network":
		return t.Title
	case "site":
		return c.T("reports.about_site")
	}
	return t.Group.NameFor(c.Viewer)
}

type decideForm struct {
	Do     string `form:"do"`
	Reason string `form:"reason"`
	Words  string `form:"words"`
}

func (s *Site) reported(c *Call) error {
	id, err := c.Param("id")
	if err != nil {
		return err
	}
	return s.showReported(c, id, decideForm{}, c.Blank())
}

func (s *Site) showReported(c *Call, id market.ID, f decideForm, form view.Form) error {
	t, all, err := s.Safety.Reported(c.Ctx, c.Viewer, id, c.Now)
	if err != nil {
		return err
	}
	p := view.ReportedPage{Page: c.PageOf(c.T("report_page.heading", "Title", c.thingTitle(t))), Form: form, Path: "/reports/" + string(id),
		Title: c.thingTitle(t), Text: paragraphs(t.Text), Lang: langOf(t), Words: f.Words, Reasons: view.Options(c.Ctx, "report_reason", market.ReportReasons, f.Reason)}
	acts := []market.Act{market.Hidden, market.Kept}
	switch t.Subject {
	case "listing", "group":
		p.Href = "/" + t.Subject + "s/" + string(t.ID)
	case "network":
		p.Href = networkPath(t.Network)
	case "photo":
		p.Href, p.Photo = listingPath(t.Listing), p.Path+"/photo.jpg"
	case "site":
		acts = acts[1:] // a complaint is dealt with, and hides nothing
	}
	p.Acts = options(c, "decide", acts, f.Do)
	p.WordsLabel, p.WordsHint = c.T("report_page.words"), c.T("report_page.words_hint")
	if t.Subject == "site" {
		p.Acts[0].Label, p.WordsLabel, p.WordsHint = c.T("decide.dealt"), c.T("report_page.answer"), c.T("report_page.answer_hint")
	}
	if t.Group.ID != "" {
		p.Group = view.Link{Href: groupPath(t.Group.ID), Text: t.Group.NameFor(c.Viewer)}
	}
	for _, r := range all {
		p.Open = p.Open || r.HandledAt == nil
		p.Said = append(p.Said, c.said(r))
	}
	return c.Show(form, view.Reported(p))
}

// reportedPhoto is for those who decide about it, whether the listing is for them or not. What is hidden is theirs to see as
// long as the report is.
func (s *Site) reportedPhoto(c *Call) error {
	id, err := c.Param("id")
	if err != nil {
		return err
	}
	t, _, err := s.Safety.Reported(c.Ctx, c.Viewer, id, c.Now)
	if err == nil && t.Subject != "photo" {
		err = market.ErrNotFound
	}
	if err != nil {
		return err
	}
	return s.lookedAt(c, t.ID)
}

// lookedAt is a photo for those who decide about it, kept nowhere.
func (s *Site) lookedAt(c *Call, photo market.ID) error {
	jpeg, err := s.Store.Print(c.Ctx, photo, market.LargePhoto)
	if err != nil {
		return err
	}
	c.Gin.Writer.Header().Set("Cache-Control", "no-store")
	httpx.Write(c.Gin, http.StatusOK, "image/jpeg", jpeg)
	return nil
}

// said is a report without who made it; where to answer is for operators alone.
func (c *Call) said(r market.Report) view.Row {
	who := c.T("report_page.anonymous")
	if r.PersonID != "" {
		who = c.T("report_page.person")
	}
	if r.Address != "" && c.Viewer.Operator {
		who = c.T("report_page.answer_to", "Address", r.Address)
	}
	words := r.Words
	if words == "" {
		words = c.T("report_page.no_words")
	}
	said := []string{c.T("report_reason." + r.Reason), who, c.When(r.CreatedAt), c.T("report_page.number", "Number", r.Number())}
	return view.Row{Term: strings.Join(said, ", "), Value: words}
}

func (s *Site) decide(c *Call) error {
	id, err := c.Param("id")
	if err != nil {
		return err
	}
	var f decideForm
	if err := c.Form(&f); err != nil {
		return err
	}
	_, err = s.Safety.Decide(c.Ctx, c.Viewer, id, market.Decision{Act: market.Act(f.Do), Reason: f.Reason, Words: f.Words}, c.Now)
	if again, ok := c.Again(err); ok {
		return s.showReported(c, id, f, again)
	}
	return c.moved("/reports", err, "done.decided")
}

// decisionsShown is how many decisions a page of the log holds.
const decisionsShown = 50

func (s *Site) decisions(c *Call) error {
	part := store.LogPage{Limit: decisionsShown + 1}
	if q := c.Gin.Request.URL.Query(); q.Get("after") != "" {
		var err error
		if part.At, part.After, err = behind(q); err != nil {
			return err
		}
	}
	all, err := s.Safety.Log(c.Ctx, c.Viewer, part)
	if err != nil {
		return err
	}
	p := view.DecisionsPage{Page: c.Page("decision.log")}
	if len(all) > decisionsShown {
		all = all[:decisionsShown]
		last := all[decisionsShown-1].Decision
		p.Older = "/decisions?" + behindIt(last.CreatedAt, last.ID).Encode()
	}
	p.Lines = c.decisionLines(all)
	return c.Render(http.StatusOK, view.Decisions(p))
}

func decisionPath(id market.ID) string { return "/decisions/" + string(id) }

func (c *Call) decisionLines(all []safety.Logged) (lines []view.LogLine) {
	for _, l := range all {
		d := l.Decision
		lines = append(lines, view.LogLine{Link: view.Link{Href: decisionPath(d.ID), Text: c.T("decision."+string(d.Act), "When", c.When(d.CreatedAt),
			"Title", c.goneTitle(l.Thing))}, Says: c.loggedBy(c.T("report_reason."+d.Reason), l.By)})
	}
	return lines
}

// goneTitle is thingTitle, also of what is no more.
func (c *Call) goneTitle(t safety.Thing) string {
	if t.Gone && t.Subject != "group" && t.Subject != "photo" { // of a photo the words say so already
		return c.T("decision.gone", "Group", t.Group.NameFor(c.Viewer))
	}
	return c.thingTitle(t)
}

// loggedBy adds to something who decided it, as far as the viewer is told.
func (c *Call) loggedBy(says string, by safety.By) string {
	for _, one := range []string{by.Person, by.Network} {
		if one != "" {
			says += " · " + one
		}
	}
	return says
}

// thingPath is where a thing is shown, if it has a page that the viewer may read.
func (s *Site) thingPath(c *Call, t safety.Thing) (path string, err error) {
	switch t.Subject {
	case "listing", "photo":
		id := t.ID
		if t.Subject == "photo" {
			id = t.Listing
		}
		path = listingPath(id)
		_, err = s.Store.EntryFor(c.Ctx, c.Viewer, id, c.Now)
	case "group":
		path = groupPath(t.ID)
		_, err = s.Store.GroupFor(c.Ctx, c.Viewer, t.ID)
	case "network":
		path = networkPath(t.Network)
		_, err = s.Store.NetworkShown(c.Ctx, c.Viewer, t.ID)
	}
	if t.Gone || errors.Is(err, market.ErrNotFound) || errors.Is(err, market.ErrGone) {
		return "", nil
	}
	return path, err
}

type appealForm struct {
	Appeal string `form:"appeal"`
	Do     string `form:"do"`
	Answer string `form:"answer"`
}

func (s *Site) decision(c *Call) error {
	if _, err := c.SignedIn(); err != nil {
		return err
	}
	id, err := c.Param("id")
	if err != nil {
		return err
	}
	return s.showDecision(c, id, appealForm{}, c.Blank())
}

func (s *Site) showDecision(c *Call, id market.ID, f appealForm, form view.Form) error {
	d, t, err := s.Safety.Decision(c.Ctx, c.Viewer, id)
	if err != nil {
		return err
	}
	answers := c.Viewer.Operator && d.AppealedAt != nil && d.AnsweredAt == nil
	involved, err := s.Safety.InvolvedIn(c.Ctx, c.Viewer, t, c.Now)
	if err != nil {
		return err
	}
	by, err := s.Safety.DecidedBy(c.Ctx, c.Viewer, d, t)
	if err != nil {
		return err
	}
	p := view.DecisionPage{Page: c.Page("decision.heading"), Form: form, Path: decisionPath(id), Appeal: f.Appeal, Answer: f.Answer,
		Says: c.T("decision."+string(d.Act), "When", c.When(d.CreatedAt), "Title", c.goneTitle(t)), CanAppeal: safety.Concerned(c.Viewer, t) && d.Appealable(c.Now),
		CanAnswer: answers && !involved, AppealAbout: c.T("decision.appeal_about"),
		Outcomes: options(c, "appeal_outcome", []market.AppealOutcome{market.Upheld, market.Restored}, f.Do)}
	if d.Act == market.RefusedHeld {
		p.AppealAbout, p.Outcomes[1].Label = c.T("decision.appeal_about_refused"), c.T("appeal_outcome.admitted")
	}
	add := func(term, value string) {
		if value != "" {
			p.Rows = append(p.Rows, view.Row{Term: term, Value: value})
		}
	}
	if p.Thing.Href, err = s.thingPath(c, t); err != nil {
		return err
	}
	p.Thing.Text = c.goneTitle(t)
	add(c.T("decision.by"), by.Person)
	add(c.T("decision.for"), by.Network)
	add(c.T("decision.reason"), c.T("report_reason."+d.Reason))
	add(c.T("decision.words"), d.Words)
	if d.AppealedAt != nil {
		add(c.T("decision.appealed", "When", c.When(*d.AppealedAt)), d.Appeal)
		if d.AnsweredAt == nil {
			add(c.T("decision.answer"), c.T("decision.waits"))
			if answers && involved {
				add(c.T("decision.who"), c.involvedIn(t.Subject))
			}
		}
	}
	if d.AnsweredAt != nil {
		add(c.T("decision."+d.Came(), "When", c.When(*d.AnsweredAt)), d.Answer)
	}
	return c.Show(form, view.Decision(p))
}

// onDecision does something with the decision in the path.
func (s *Site) onDecision(c *Call, done string, do func(market.ID, appealForm) error) error {
	if _, err := c.SignedIn(); err != nil {
		return err
	}
	id, err := c.Param("id")
	if err != nil {
		return err
	}
	var f appealForm
	if err := c.Form(&f); err != nil {
		return err
	}
	err = do(id, f)
	if again, ok := c.Again(err); ok {
		return s.showDecision(c, id, f, again)
	}
	return c.moved(decisionPath(id), err, done)
}

func (s *Site) appeal(c *Call) error {
	return s.onDecision(c, "done.appealed", func(id market.ID, f appealForm) error {
		return s.Safety.Appeal(c.Ctx, c.Viewer, id, f.Appeal, c.Now)
	})
}

func (s *Site) answerAppeal(c *Call) error {
	return s.onDecision(c, "done.appeal_answered", func(id market.ID, f appealForm) error {
		return s.Safety.AnswerAppeal(c.Ctx, c.Viewer, id, market.AppealOutcome(f.Do), f.Answer, c.Now)
	})
}

type complaintForm struct {
	Text  string `form:"text"`
	Email string `form:"email"`
}

func (s *Site) newComplaint(c *Call) error { return s.showComplaint(c, complaintForm{}, c.Blank()) }

func (s *Site) showComplaint(c *Call, f complaintForm, form view.Form) error {
	return c.Show(form, view.Complaint(view.ComplaintPage{Page: c.Page("complaint.heading"), Form: form, Text: f.Text, Email: f.Email,
		SignedOut: !c.Viewer.SignedIn()}))
}

func (s *Site) complain(c *Call) error {
	var f complaintForm
	if err := c.Form(&f); err != nil {
		return err
	}
	if err := s.Limits.Allow(c.Ctx, httpx.Rule{Name: "report", Hour: reportsPerHour}, httpx.Network(c.Gin.ClientIP())); err != nil {
		return err
	}
	err := s.Accounts.Complain(c.Ctx, c.Viewer, f.Text, f.Email, s.quiet(c, or(string(c.Viewer.Person), f.Email)), c.Once, c.Now)
	if again, ok := c.Again(err, "words", "text", "address", "email"); ok {
		return s.showComplaint(c, f, again)
	}
	if err != nil && !errors.Is(err, market.ErrRepeated) {
		return err
	}
	return c.Done("/report/thanks?back=/", "")
}

// onlyOperators refuses everybody else: they do not learn that there is such a page.
func (c *Call) onlyOperators() error {
	v, err := c.SignedIn()
	if err == nil && !v.Operator {
		err = market.ErrNotFound
	}
	return err
}

// How much of each the operator's page shows.
const (
	failedShown    = 50
	takedownsShown = 10
	leftShown      = 20
)

func (s *Site) operator(c *Call) error {
	if err := c.onlyOperators(); err != nil {
		return err
	}
	p := view.OperatorPage{Page: c.Page("operator_page.heading")}
	for _, fill := range []func(*Call, *view.OperatorPage) error{s.operatorThings, s.operatorCrew, s.operatorJobs, s.operatorBacklog, s.operatorNetworks, s.operatorTakedowns} {
		if err := fill(c, &p); err != nil {
			return err
		}
	}
	return c.Render(http.StatusOK, view.Operator(p))
}

func (c *Call) since(t time.Time) string {
	if t.IsZero() {
		return c.T("operator_page.nothing")
	}
	return c.When(t)
}

func (s *Site) operatorJobs(c *Call, p *view.OperatorPage) error {
	waiting, sent, oldest, err := s.Store.Depth(c.Ctx)
	if err != nil {
		return err
	}
	p.Jobs = []view.Row{{Term: c.T("operator_page.waiting"), Value: wording.Number(c.Lang, waiting)}, {Term: c.T("operator_page.running"), Value: wording.Number(c.Lang, sent)},
		{Term: c.T("operator_page.oldest"), Value: c.since(oldest)}}
	failed, err := s.Store.FailedJobs(c.Ctx, failedShown)
	for _, j := range failed {
		line := view.FailedLine{ID: strconv.FormatInt(j.ID, 10), Kind: j.Kind, File: j.Kind != "letter",
			Says: c.T("operator_page.failed_line", "Fault", j.Fault, "Failures", j.Failures, "When", c.When(j.EndedAt))}
		if !j.Over {
			line.Once = c.Blank().Once
		}
		p.Failed = append(p.Failed, line)
	}
	if err != nil || s.Queues == nil {
		return err
	}
	queues, away := s.Queues(c.Ctx)
	p.Away = away != nil
	for _, q := range queues {
		p.Queues = append(p.Queues, view.Row{Term: q.Name, Value: c.T("operator_page.queue_line", "Pending", q.Pending, "Active", q.Active, "Archived", q.Archived)})
	}
	return nil
}

func (s *Site) operatorBacklog(c *Call, p *view.OperatorPage) error {
	b, err := s.Store.Backlog(c.Ctx, c.Now, time.Now())
	p.Things = append(p.Things, view.Row{Term: c.T("operator_page.mail_server"), Value: c.mailServer(b)})
	p.Mail = []view.Row{{Term: c.T("operator_page.mail_waiting"), Value: wording.Number(c.Lang, b.Letters)},
		{Term: c.T("operator_page.mail_oldest"), Value: c.since(b.OldestLetter)}}
	p.Index = []view.Row{{Term: c.T("operator_page.index_oldest"), Value: c.since(b.OldestUnsearch)}}
	return err
}

func (s *Site) operatorThings(c *Call, p *view.OperatorPage) error {
	for _, d := range s.Ready(c.Ctx) {
		says := c.T("operator_page.up")
		if d.Err != nil {
			says = c.T("operator_page.down")
		}
		p.Things = append(p.Things, view.Row{Term: c.T("operator_page.on_" + d.Name), Value: says})
	}
	return nil
}

// operatorCrew tells of the programs behind the site, of which a page of the site knows nothing by itself.
func (s *Site) operatorCrew(c *Call, p *view.OperatorPage) error {
	if s.Crew == nil {
		return nil
	}
	crew, away := s.Crew(c.Ctx)
	of := func(names []string, key, none string) string {
		switch {
		case away != nil:
			return c.T("operator_page.unknown")
		case len(names) == 0:
			return c.T(none)
		}
		return c.T(key, "Count", len(names), "Names", strings.Join(names, ", "))
	}
	add := func(term, says string) {
		p.Things = append(p.Things, view.Row{Term: c.T("operator_page." + term), Value: says})
	}
	add("workers", of(crew.Workers, "operator_page.workers_there", "operator_page.workers_none"))
	switch {
	case crew.Leader != "":
		add("schedule", c.T("operator_page.schedule_led", "Name", crew.Leader))
	case away != nil:
		add("schedule", c.T("operator_page.unknown"))
	default:
		add("schedule", c.T("operator_page.schedule_none"))
	}
	if s.Config.ReplyDomain == "" {
		add("letterbox", c.T("operator_page.letterbox_unset"))
		return nil
	}
	add("letterbox", of(crew.Letterboxes, "operator_page.letterbox_there", "operator_page.letterbox_none"))
	return nil
}

// mailServer is what the workers' mails show of it: the site itself never speaks to it.
func (c *Call) mailServer(b store.Backlog) string {
	says := []string{c.T("operator_page.mail_never")}
	if !b.Taken.IsZero() {
		says[0] = c.T("operator_page.mail_took", "When", c.When(b.Taken))
	}
	if b.Untaken > 0 {
		says = append(says, c.T("operator_page.mail_untaken", "Count", int(b.Untaken)))
	}
	if b.Refused > 0 {
		says = append(says, c.T("operator_page.mail_refused", "Count", int(b.Refused)))
	}
	return strings.Join(says, " · ")
}

// operatorNetworks are those that nobody looks after: what is asked of them waits for the operators.
func (s *Site) operatorNetworks(c *Call, p *view.OperatorPage) error {
	const cursor = "networks"
	asked := c.Gin.Request.URL.Query()
	after, err := market.ParseID(asked.Get(cursor))
	if asked.Has(cursor) && err != nil {
		return err
	}
	all, err := s.Store.LeftNetworks(c.Ctx, after, c.Now, leftShown+1)
	next := ""
	if len(all) > leftShown {
		all = all[:leftShown]
		next = string(all[leftShown-1].ID)
	}
	for _, n := range all {
		p.Left = append(p.Left, view.Link{Href: networkPath(n) + "/members", Text: n.Name})
	}
	p.MoreLeft = pager("/operator", cursor, asked, next)
	p.MoreLeft.Label = c.T("operator_page.networks")
	return err
}

func (s *Site) operatorTakedowns(c *Call, p *view.OperatorPage) error {
	all, err := s.Safety.Log(c.Ctx, c.Viewer, store.LogPage{Act: market.Hidden, Limit: takedownsShown})
	p.Takedowns = c.decisionLines(all)
	return err
}

func (s *Site) retryJob(c *Call) error {
	if err := c.onlyOperators(); err != nil {
		return err
	}
	id, err := strconv.ParseInt(c.Gin.Param("job"), 10, 64)
	if err != nil {
		return market.ErrNotFound
	}
	if err := c.Form(&struct{}{}); err != nil {
		return err
	}
	return c.moved("/operator", s.Safety.RetryJob(c.Ctx, c.Viewer, id, c.Now), "done.job_retried")
}
