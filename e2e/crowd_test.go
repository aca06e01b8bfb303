package e2e

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"wherewithal/introduction"
	"wherewithal/mail/mailtest"
	"wherewithal/market"
)

// crowd is how many yeses come in at the same moment.
const crowd = 200

// Two hundred groups would like a hall, and its giver says yes to all at the same moment, signed out, by the link of each mail, to an
// api of its own: where they want one evening one is connected and 199 are told kindly, where each wants another all are connected.
func TestTwoHundredLinksAreAnsweredAtOnce(t *testing.T) {
	t.Parallel()
	now := time.Date(2027, 1, 11, 12, 0, 0, 0, time.UTC)
	w := groundOf(t, mailtest.Options{}, now)
	w.opens()
	h := w.hands(now)
	giver, at := h.founds("giver")
	takers := h.crowd()
	for name, c := range map[string]struct {
		day       func(i int) market.Date
		connected int
	}{
		"one evening":  {func(int) market.Date { return "2027-02-04" }, 1},
		"each its own": {func(i int) market.Date { return market.Date("2027-02-01").AddDays(i) }, crowd},
	} {
		offer := h.lists(giver, at, evening("Hall for "+name, market.Offer, "2027-02-01", 210))
		links := make([]string, crowd)
		for i := range links {
			who := takers[i%len(takers)]
			need := h.lists(who.v, who.at, evening(fmt.Sprintf("Room %d for %s", i, name), market.Need, c.day(i), 1))
			in, err := h.intros.Begin(h.ctx, who.v, need.ID, offer.ID, h.now)
			h.must(err)
			links[i] = "/i/" + introduction.Links{Secret: []byte(strings.Repeat("t", 32))}.Token(in.ID, giver.Person)
		}
		connected, gone, other := w.sayYes(links)
		if connected != c.connected || gone != crowd-c.connected || len(other) > 0 {
			t.Errorf("%s: %d connected and %d told kindly, want %d and %d; else %.2000v", name, connected, gone, c.connected, crowd-c.connected, other)
		}
		if got := w.query(fmt.Sprintf(`select count(*) filter (where state = 'connected') || ' and ' || count(*) filter (where state = 'withdrawn') from introductions where offer_id = '%s'`,
			offer.ID)); got != fmt.Sprintf("%d and %d", c.connected, crowd-c.connected) {
			t.Errorf("%s: connected and withdrawn are %s", name, got)
		}
	}
	if most := w.query(mostAtOnce); most != "1 of 1" {
		t.Errorf("taken at one instant: %s", most)
	}
}

// evening is a hall for so many evenings, or the need of one.
func evening(title string, side market.Side, from market.Date, days int) market.Listing {
	l := aHall("", side, from)
	l.Title = title
	l.When = market.When{From: from, Until: from.AddDays(days - 1), Windows: []market.Window{{Repeat: market.Daily, Start: 18 * 60, End: 20 * 60}}}
	return l
}

// member is somebody who acts for a group, and where it is.
type member struct {
	v  market.Viewer
	at market.Place
}

// crowd are forty groups, which want several things each.
func (h *hands) crowd() []member {
	all := make([]member, crowd/5)
	for i := range all {
		all[i].v, all[i].at = h.founds(fmt.Sprintf("taker%d", i))
	}
	return all
}

// sayYes presses the button of every link at once, each in a browser of its own, and counts what the pages say then.
func (w *town) sayYes(links []string) (connected, gone int, other []string) {
	w.t.Helper()
	pages := make([]string, len(links))
	var all sync.WaitGroup
	start := make(chan struct{})
	for i, link := range links {
		all.Go(func() { <-start; pages[i] = w.pressed(link) })
	}
	close(start)
	all.Wait()
	for _, page := range pages {
		switch {
		case strings.Contains(page, "You are connected"):
			connected++
		case strings.Contains(page, "One of the two has just found somebody else, so this goes no further."):
			gone++
		default:
			other = append(other, page)
		}
	}
	return connected, gone, other
}

// pressed is the page after the yes of a link; what is wrong, where there is none.
func (w *town) pressed(link string) string {
	ctx, cancel := context.WithTimeout(w.t.Context(), 3*time.Minute)
	defer cancel()
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, w.at()+link+"/yes", strings.NewReader(url.Values{}.Encode()))
	if err != nil {
		return err.Error()
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	jar, _ := cookiejar.New(nil) // which is never an error
	answer, err := (&http.Client{Jar: jar}).Do(r)
	if err != nil {
		return err.Error()
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	if err != nil || answer.StatusCode != http.StatusOK {
		return fmt.Sprintf("%d %v %s", answer.StatusCode, err, body)
	}
	return string(body)
}
