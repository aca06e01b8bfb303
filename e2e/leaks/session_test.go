package leaks

import (
	"net/http"
	"strings"
	"testing"

	"wherewithal/web/api"
)

// A browser that is signed in sends its session wherever a page of another site has it ask: to the API that is nobody's. The session is one
// that the site knows, under both names that its cookie goes by.
func TestTheAPITakesNoSession(t *testing.T) {
	w := open(t)
	n := w.neighbour("giver", 51.482637)
	secret := strings.TrimPrefix(n.session, "wh=")
	ask := func(path string, headers ...string) (status int, cookies []string) {
		t.Helper()
		r, err := http.NewRequestWithContext(w.ctx, http.MethodGet, w.server.URL+path, nil)
		w.must(err)
		for i := 0; i+1 < len(headers); i += 2 {
			r.Header.Set(headers[i], headers[i+1])
		}
		client := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
		answer, err := client.Do(r)
		w.must(err)
		defer answer.Body.Close()
		return answer.StatusCode, answer.Header.Values("Set-Cookie")
	}
	if status, _ := ask("/account", "Cookie", n.session); status != http.StatusOK {
		t.Fatalf("the site does not know the session: %d", status)
	}
	if status, _ := ask("/account"); status == http.StatusOK {
		t.Fatal("the site shows an account to nobody")
	}
	for _, cookie := range []string{n.session, "__Host-wh=" + secret, n.session + "; __Host-wh=" + secret, "session=" + n.token} {
		for _, path := range []string{"/me", "/groups", "/introductions", "/searches"} {
			if status, cookies := ask(api.Prefix+path, "Cookie", cookie, "Sec-Fetch-Site", "same-origin"); status != http.StatusUnauthorized || len(cookies) > 0 {
				t.Errorf("%s with the cookie %.8s…: %d, sets %v", path, cookie, status, cookies)
			}
		}
		if status, cookies := ask(api.Prefix+"/kinds", "Cookie", cookie); status != http.StatusOK || len(cookies) > 0 {
			t.Errorf("what is for everybody, with the cookie %.8s…: %d, sets %v", cookie, status, cookies)
		}
	}
	if status, cookies := ask(api.Prefix+"/me", "Cookie", n.session, "Authorization", "Bearer "+n.token); status != http.StatusOK || len(cookies) > 0 {
		t.Errorf("a token beside a session: %d, sets %v", status, cookies)
	}
	if status, _ := ask(api.Prefix+"/me", "Authorization", "Bearer "+secret); status != http.StatusUnauthorized {
		t.Errorf("a session's secret for a token: %d", status)
	}
}
