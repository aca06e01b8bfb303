package leaks

import (
	"cmp"
	"io"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"

	"wherewithal/web/api"
)

// ends are the routes that end something: they come after all that needs it.
var ends = regexp.MustCompile(`(close|leave|end|end-others|erase|sign-out|stop|delete|remove|revoke|undo|drop|block|refuse|no)$`)

// opened are the routes of the links in the giver's mails.
var opened = regexp.MustCompile(`^/(i|o|r|s|ring|mails|may-post|calendar)/`)

// wellFilled are forms of the routes that have no row, as somebody fills them in.
var wellFilled = map[string]string{
	"POST /groups": "name=Another+group&legal_form=informal&place=SE10", "POST /account/name": "name=Kit", "POST /account/mails": "kind=digest&digest=weekly",
	"POST /account/searches": "name=Halls&pace=now&q=hall", "POST /complaints": "words=It+is+slow", "POST /networks/new": "name=Loud+streets&level=neighbourhood",
	"POST /account/tokens": "name=mine&scopes=read&days=30", "POST /account/partners": "name=Lane+site&site=https://lane.test&purpose=Shows+it&scopes=search&whole=yes",
	"POST /introductions/rings/:id/yes": "group=$group", "POST /introductions/rings/:id/no": "group=$group", "POST /i/:token/write": "text=Hello",
	"POST /groups/:id/block": "group=$their-group", "POST /listings/:id/report": "reason=wrong",
	"POST /api/v1/searches": `{"name":"Halls","question":"q=hall","pace":"digest"}`,
}

// What members send with forms, filled in and of things of their own, is answered with nothing that they may not know, and nor is what
// becomes of it: the page they are led to, the mails that go out, the log.
func TestWhatMembersPostIsAnsweredWithNothingOfOthers(t *testing.T) {
	l := openLane(t)
	l.openLinks()
	var routes []question
	for _, r := range l.engine.Routes() {
		if !slices.Contains([]string{http.MethodGet, http.MethodHead, http.MethodOptions}, r.Method) && !strings.HasPrefix(r.Path, "/dev/") {
			routes = append(routes, question{r.Method, r.Path})
		}
	}
	slices.SortStableFunc(routes, func(a, b question) int { return cmp.Compare(a.last(), b.last()) })
	did := map[string]int{}
	for _, role := range []string{"connector", "asker", "taker", "giver"} {
		for _, r := range routes {
			path, ok := l.fill(r.path)
			if !ok || role != "giver" && opened.MatchString(r.path) {
				continue
			}
			sent := cmp.Or(rows[r.method+" "+r.path].sent, wellFilled[r.method+" "+r.path])
			answer, text := l.tries(role, r.method, l.named(path), sent)
			if answer.StatusCode >= http.StatusInternalServerError {
				t.Errorf("%s %s as the %s: %d", r.method, path, role, answer.StatusCode)
			}
			did[role]++
			if answer.StatusCode < http.StatusBadRequest {
				did[role+" done"]++
			}
			if leaks := l.found(whole(answer, text), role); len(leaks) > 0 {
				t.Errorf("%s %s as the %s holds %v", r.method, path, role, leaks)
			}
			if to := answer.Header.Get("Location"); strings.HasPrefix(to, "/") {
				if leaks := l.found(l.page(role, to), role); len(leaks) > 0 {
					t.Errorf("%s after %s %s as the %s holds %v", to, r.method, path, role, leaks)
				}
			}
		}
	}
	t.Logf("%v", did)
	if did["giver"] < 150 || did["giver done"] < 80 || did["taker done"] < 30 {
		t.Errorf("too little was done: %v", did)
	}
	l.mails = nil
	l.sends()
	if l.mailsHoldNothing(); len(l.mails) < 10 {
		t.Errorf("%d mails went out", len(l.mails))
	}
	if leaks := l.found(l.log.String(), visitor); len(leaks) > 0 {
		t.Errorf("the log holds %v", leaks)
	}
}

// last is when a route's turn is.
func (r question) last() int {
	if r.path == "/sign-out" || strings.HasPrefix(r.path, api.Prefix+"/me") {
		return 2
	}
	if ends.MatchString(r.path) || r.method == http.MethodDelete {
		return 1
	}
	return 0
}

// whole is an answer with its headers.
func whole(a *http.Response, text string) string {
	headers := &strings.Builder{}
	if err := a.Header.Write(headers); err != nil {
		_, _ = io.WriteString(headers, err.Error())
	}
	return headers.String() + unfolded(text)
}
