package soak

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"wherewithal/mail/mailtest"
	"wherewithal/market"
)

// crowd are the people of all streets: they read what the mail server took, and answer over HTTP by the links in it, as
// their fates have it.
type crowd struct {
	t       *testing.T
	house   *house
	people  map[string]*neighbour // by address
	titles  map[string]*neighbour // by title of the listing
	client  *http.Client
	hands   chan struct{}
	busy    atomic.Int64
	read    int // mails read so far
	stories *stories
}

// stories are what the crowd did about each introduction, as it remembers it.
type stories struct {
	sync.Mutex
	of map[market.ID]*story
}

// story of one introduction.
type story struct {
	need, offer *neighbour
	acts        []act
	read        map[string]bool // kind of mail and reader
}

// act is something a person did, and what the site said to it: the key of the message it showed.
type act struct {
	side market.Side
	what string
	said string
	at   time.Time // business time at which it was answered
}

// took reports whether a side did something and the site took it, or had taken it already.
func (s *story) took(side market.Side, what string) bool {
	for _, a := range s.acts {
		if a.side == side && a.what == what && (strings.HasPrefix(a.said, "done.") || a.said == "note.done_before") {
			return true
		}
	}
	return false
}

// refused are acts that the site did not take.
func (s *story) refused() (out []act) {
	for _, a := range s.acts {
		if !s.took(a.side, a.what) {
			out = append(out, a)
		}
	}
	return out
}

func newCrowd(t *testing.T, h *house) *crowd {
	return &crowd{t: t, house: h, people: map[string]*neighbour{}, titles: map[string]*neighbour{}, hands: make(chan struct{}, 16),
		client: &http.Client{Timeout: 30 * time.Second, Transport: &http.Transport{MaxIdleConnsPerHost: 32},
			CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }},
		stories: &stories{of: map[market.ID]*story{}}}
}

// welcomes the people of streets, while nobody reads.
func (c *crowd) welcomes(all []*street) {
	for _, s := range all {
		for _, n := range s.all() {
			c.people[n.person.Address], c.titles[n.listing.Title] = n, n
		}
	}
}

// look reads what came since, and sets people to work; idle when there was nothing and nobody is at work.
func (c *crowd) look() (idle bool) {
	mails := c.house.mails.LogFrom(c.read)
	idle = c.busy.Load() == 0 && len(mails) == 0
	for _, m := range mails {
		c.read++
		reader := c.people[m.Rcpt]
		if reader == nil {
			continue // the checker counts it
		}
		c.busy.Add(1)
		go func() {
			defer c.busy.Add(-1)
			c.hands <- struct{}{}
			defer func() { <-c.hands }()
			c.reads(reader, m)
		}()
	}
	return idle
}

var (
	subjects = []struct{ kind, begins, holds string }{
		{"possible", "", "could help with “"}, {"request", "", " would like your “"}, {"introduced", "You are introduced:", ""},
		{"suggested", "", " suggests a time for “"}, {"agreed", "Agreed: ", ""}, {"called off", "Called off: ", ""}, {"tomorrow", "Tomorrow: ", ""},
		{"agree soon", "Still to agree ", ""}, {"given back", "Given back: ", ""}, {"happened?", "Did it happen? ", ""},
		{"not this time", "Not this time: ", ""}, {"reminder", "Still open: ", ""}, {"digest", "Your week: ", ""}, {"expiring", "Still right? ", ""}, {"expired", "Ended: ", ""},
	}
	anyLink = regexp.MustCompile(`/(i|o)/([A-Za-z0-9_-]{64})`)
	title   = regexp.MustCompile(`(?:Room|Chairs|Blankets) S\d+N\d+`)
)

// kindOf a mail by its subject, "" for none that is known here.
func kindOf(subject string) string {
	for _, s := range subjects {
		if strings.HasPrefix(subject, s.begins) && strings.Contains(subject, s.holds) {
			return s.kind
		}
	}
	return ""
}

// links of a mail to introductions, each once.
func links(text string) (paths []string) {
	seen := map[string]bool{}
	for _, path := range anyLink.FindAllString(text, -1) {
		if !seen[path] {
			seen[path] = true
			paths = append(paths, path)
		}
	}
	return paths
}

// aim is what a link of a mail is bound to.
func aim(path string) (introduction, person market.ID, err error) {
	purpose, token := "introduction", path[3:]
	if path[1] == 'o' {
		purpose = "outcome"
	}
	return market.ReadLinkToken([]byte(tokenSecret), purpose, token)
}

func (c *crowd) reads(reader *neighbour, m mailtest.Mail) {
	kind := kindOf(m.Subject)
	for _, path := range links(m.Text) {
		id, _, err := aim(path)
		if err != nil {
			continue // the checker counts it
		}
		s := c.story(id, path, reader)
		if s == nil || !c.first(s, kind+" "+m.Rcpt) {
			continue
		}
		c.acts(s, path, reader, kind)
	}
}

// first reports whether this person reads a mail of this kind about an introduction for the first time.
func (c *crowd) first(s *story, key string) bool {
	c.stories.Lock()
	defer c.stories.Unlock()
	if s.read[key] {
		return false
	}
	s.read[key] = true
	return true
}

// story of an introduction: its page says who the two are.
func (c *crowd) story(id market.ID, path string, reader *neighbour) *story {
	c.stories.Lock()
	s := c.stories.of[id]
	c.stories.Unlock()
	if s != nil {
		return s
	}
	s = &story{read: map[string]bool{}}
	_, page := c.get(path)
	for _, t := range title.FindAllString(page, -1) {
		n := c.titles[t]
		switch {
		case n == nil || n.street != reader.street:
		case n.listing.Side == market.Need:
			s.need = n
		default:
			s.offer = n
		}
	}
	if s.need == nil || s.offer == nil {
		c.t.Errorf("%s does not show whom it is about: %.300s", path, page)
		return nil
	}
	c.stories.Lock()
	defer c.stories.Unlock()
	if had := c.stories.of[id]; had != nil {
		return had
	}
	c.stories.of[id] = s
	return s
}

// acts does what this person's fate has after a mail.
func (c *crowd) acts(s *story, path string, reader *neighbour, kind string) {
	f, side := s.need.fate[s.offer], reader.listing.Side
	do := func(what, to string, fields ...string) { c.act(s, side, what, path+to, fields...) }
	switch kind {
	case "possible":
		c.answers(s, path, side, f.need)
	case "digest": // may be the first that tells of it
		if side == market.Need && path[1] == 'i' && c.first(s, "possible "+reader.person.Address) {
			c.answers(s, path, side, f.need)
		}
	case "request":
		c.answers(s, path, side, f.offer)
	case "introduced":
		switch {
		case f.then == "stop" && f.stopper == side:
			do("stop", "/stop")
		case side == market.Need && (f.then == "suggest" || f.then == "agree" || f.then == "off"):
			do("suggest", "/suggest", append(s.need.uses(), "amount", c.less(path))...)
		}
	case "suggested":
		if f.then == "agree" || f.then == "off" {
			do("confirm", "/confirm", "sequence", c.hidden(path, "sequence"))
		}
	case "agreed":
		if f.then == "off" && f.stopper == side {
			do("stop", "/stop")
		}
	case "happened?":
		tells := f.needTells
		if side == market.Offer {
			tells = f.offerTells
		}
		if tells != "ignore" {
			do("tell "+tells, "", "answer", tells, "seen", c.hidden(path, "seen"))
		}
	}
}

// uses are the fields of a form that says when a need is.
func (n *neighbour) uses() []string {
	at := n.listing.When.Windows[0]
	return []string{"when", "own", "on", string(n.listing.When.From), "start", clock(at.Start), "end", clock(at.End), "repeat", "once", "times", "1"}
}

func clock(m market.Minute) string { return fmt.Sprintf("%02d:%02d", m/60, m%60) }

var amountField = regexp.MustCompile(`<input[^>]*name="amount"[^>]*>`)

// less is three quarters of as many things as two were introduced for; of a room there is one, and its page does not ask.
func (c *crowd) less(path string) string {
	_, page := c.get(path)
	value := regexp.MustCompile(`value="(\d+)"`).FindStringSubmatch(amountField.FindString(page))
	if value == nil {
		return ""
	}
	n, _ := strconv.Atoi(value[1])
	return strconv.Itoa(n - n/4)
}

func (c *crowd) answers(s *story, path string, side market.Side, how string) {
	switch how {
	case "yes", "no":
		c.act(s, side, how, path+"/"+how)
	case "waver":
		c.act(s, side, "no", path+"/no")
		c.act(s, side, "yes after all", path+"/take-back", "answer", "yes")
	case "back":
		c.act(s, side, "yes", path+"/yes")
		c.act(s, side, "no after all", path+"/take-back", "answer", "no")
	}
}

// hidden is what a hidden field of a page holds.
func (c *crowd) hidden(path, field string) string {
	_, page := c.get(path)
	m := regexp.MustCompile(`name="` + field + `" value="([^"]*)"`).FindStringSubmatch(page)
	if m == nil {
		return ""
	}
	return m[1]
}

func (c *crowd) get(path string) (status int, page string) {
	return c.patiently(func() (*http.Response, error) { return c.client.Get(c.house.base + path) })
}

// act sends a form, and the same form again when no answer comes, as people do.
func (c *crowd) act(s *story, side market.Side, what, path string, fields ...string) {
	form := url.Values{"once": {string(market.NewID())}}
	for i := 0; i+1 < len(fields); i += 2 {
		form.Set(fields[i], fields[i+1])
	}
	said := ""
	status, page := c.patiently(func() (*http.Response, error) {
		r, err := http.NewRequest(http.MethodPost, c.house.base+path, strings.NewReader(form.Encode()))
		if err != nil {
			return nil, err
		}
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		r.Header.Set("Sec-Fetch-Site", "same-origin")
		answer, err := c.client.Do(r)
		if err == nil {
			said = flash(answer)
		}
		return answer, err
	})
	if status != http.StatusSeeOther {
		c.t.Errorf("%s for %s answers %d: %.200s", what, s.need.listing.Title, status, page)
	}
	c.stories.Lock()
	defer c.stories.Unlock()
	s.acts = append(s.acts, act{side, what, said, c.house.business()})
}

func flash(answer *http.Response) string {
	for _, k := range answer.Cookies() {
		if strings.HasSuffix(k.Name, "flash") {
			return k.Value
		}
	}
	return ""
}

// patiently asks until the site answers something else than that it is not ready.
func (c *crowd) patiently(ask func() (*http.Response, error)) (int, string) {
	var last string
	for end := time.Now().Add(2 * time.Minute); time.Now().Before(end); time.Sleep(100 * time.Millisecond) {
		answer, err := ask()
		if err != nil {
			last = err.Error()
			continue
		}
		var body bytes.Buffer
		_, err = io.Copy(&body, answer.Body)
		answer.Body.Close()
		last = body.String()
		if err == nil && answer.StatusCode < http.StatusInternalServerError {
			return answer.StatusCode, last
		}
	}
	return 0, last
}
