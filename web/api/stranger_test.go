package api_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"wherewithal/market"
	"wherewithal/web/api"
	"wherewithal/web/developers"
)

// What is another's is answered as what is not there: to the byte, whatever is asked of it and however well. Who says nothing of who
// they are hears only that.
func TestAnothersThingsAreAsThingsThatAreNotThere(t *testing.T) {
	s := besiege(t)
	stranger := s.neighbour("Coltsfoot Players", "stage@players.test")
	another, _ := s.partnerIn(stranger)
	looked := 0
	for _, tag := range s.guide.Tags {
		for _, o := range tag.Operations {
			if !strings.Contains(o.Path, "{") || o.Access.Anyone || o.Method == http.MethodPut && strings.HasSuffix(o.Path, "{reference}") {
				continue // to be seen by everybody, or to be named by each partner for itself
			}
			good := s.good(o)
			as := func(p *program, path string) attempt {
				return good.with("as somebody else", func(a *attempt) {
					a.program, a.path = p, path
					a.header.Del("Idempotency-Key") // else the second is answered by the first
				})
			}
			p := stranger.program
			if good.program == s.live {
				p = another
			}
			theirs, nothing := s.send(as(p, good.path)), s.send(as(p, s.elsewhere(o)))
			if theirs.status != http.StatusNotFound {
				t.Errorf("%s of another's: %d %s", o.ID, theirs.status, theirs.text)
			}
			if diff := cmp.Diff(said(nothing), said(theirs)); diff != "" {
				t.Errorf("%s tells whose thing is there:\n%s", o.ID, diff)
			}
			s.refused(as(s.public(), good.path), http.StatusUnauthorized)
			if again := s.send(good); again.status/100 != 2 {
				t.Errorf("%s: its own does not get it afterwards: %d %s", o.ID, again.status, again.text)
			}
			looked++
		}
	}
	if looked < 30 {
		t.Errorf("%d operations: this test is not looking at the document", looked)
	}
}

// elsewhere is the path of an operation with ids that nobody has.
func (s *siege) elsewhere(o developers.Operation) string {
	path := strings.TrimPrefix(o.Path, api.Prefix)
	for strings.Contains(path, "{") {
		before, rest, _ := strings.Cut(path, "{")
		_, after, _ := strings.Cut(rest, "}")
		path = before + string(market.NewID()) + after
	}
	return path
}

// said is all of an answer that does not differ from one to the next.
func said(a answer) map[string]any {
	header := a.header.Clone()
	for _, name := range []string{"Date", "X-Request-Id", "Ratelimit"} {
		header.Del(name)
	}
	return map[string]any{"status": a.status, "header": header, "text": a.text}
}
