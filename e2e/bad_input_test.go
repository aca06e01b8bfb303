package e2e

import (
	"bytes"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/html"
)

// absurd are values that no field wants, with the statuses that one may give: what cannot be text is refused, whatever
// the field; the rest is refused with a sentence, or taken where a text is wanted, and never makes a fault of ours.
var absurd = map[string]struct {
	value  string
	refuse bool
}{
	"a NUL":           {"a\x00b", true},
	"broken UTF-8":    {"a\xff\xfeb", true},
	"half a rune":     {"\xe2\x82", true},
	"nothing":         {"", false},
	"a long text":     {strings.Repeat("long ", 20_000), false},
	"deep nesting":    {strings.Repeat("[{\"a\":", 10_000), false},
	"more than int64": {"99999999999999999999999999", false},
	"less than int64": {"-99999999999999999999999999", false},
	"more than int32": {"4294967296", false},
	"a huge float":    {"1e309", false},
	"no number":       {"NaN", false},
	"a far day":       {"999999-12-31", false},
	"a day before":    {"-0001-00-00", false},
	"right to left":   {"\u202e\u0000"[:3] + "\ufffe\U0010ffff", false},
	"SQL":             {"'; drop table listings; --", false},
}

// walker sends forms as a browser does that ama is signed in with.
type walker struct {
	t       *testing.T
	base    string
	cookies string
}

func (w walker) send(path, kind string, body io.Reader) (status int, said string) {
	w.t.Helper()
	r, err := http.NewRequestWithContext(w.t.Context(), http.MethodPost, w.base+path, body)
	if err != nil {
		w.t.Fatal(err)
	}
	r.Header.Set("Content-Type", kind)
	r.Header.Set("Cookie", w.cookies)
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	answer, err := http.DefaultTransport.RoundTrip(r) // which follows no redirect
	if err != nil {
		return 0, err.Error()
	}
	defer answer.Body.Close()
	text, _ := io.ReadAll(answer.Body)
	return answer.StatusCode, string(text)
}

const form = "application/x-www-form-urlencoded"

// forms are the fields of every form of the pages at these paths, by where it is sent.
func (w walker) forms(paths []string) map[string]url.Values {
	w.t.Helper()
	all := map[string]url.Values{}
	for _, path := range paths {
		r, err := http.NewRequestWithContext(w.t.Context(), http.MethodGet, w.base+path, nil)
		if err != nil {
			w.t.Fatal(err)
		}
		r.Header.Set("Cookie", w.cookies)
		answer, err := http.DefaultClient.Do(r)
		if err != nil {
			w.t.Fatal(err)
		}
		root, err := html.Parse(answer.Body)
		answer.Body.Close()
		if err != nil {
			w.t.Fatal(err)
		}
		for n := range root.Descendants() {
			if n.Data == "form" && attribute(n, "method") == "post" {
				if all[attribute(n, "action")] == nil {
					all[attribute(n, "action")] = url.Values{}
				}
				fields(n, all[attribute(n, "action")])
			}
		}
	}
	return all
}

// fields adds every field of a form with a value that it offers.
func fields(n *html.Node, to url.Values) {
	for f := range n.Descendants() {
		name := attribute(f, "name")
		if name == "" || to.Get(name) != "" || !slices.Contains([]string{"input", "textarea", "select", "button"}, f.Data) {
			continue
		}
		value := attribute(f, "value")
		for o := range f.Descendants() {
			if o.Data == "option" && value == "" {
				value = attribute(o, "value")
			}
		}
		to.Set(name, value)
	}
}

func attribute(n *html.Node, key string) string {
	for _, a := range n.Attr {
		if a.Key == key {
			return a.Val
		}
	}
	return ""
}

// Every field of every form, and every POST route as a whole, as somebody signed in who may do what it does.
func TestNoInputMakesAFaultOfOurs(t *testing.T) {
	t.Parallel()
	h, b := newHub(t), newBrowser(t)
	ama := b.person("ama", h, way{js: true})
	ama.signsIn(amas, "Ama")
	ama.foundsGroup("Tuesday Lark Choir", "SE10")
	group := ama.path()
	ama.asks(sentence)
	listing := ama.path()
	saysYes(ama)
	mails := ama.path()
	place := h.query(`select id::text from places where group_id = '` + strings.TrimPrefix(group, "/groups/") + `'`)
	introduction := "/introductions/" + h.query(`select id::text from introductions where need_answer = 'yes' order by answered_at desc limit 1`)
	stranger := "/groups/" + h.query(`select id::text from groups where sample order by id limit 1`)
	phone := b.person("ama's phone", h, way{})
	phone.signsIn(amas, "")
	session := h.query(`select id::text from sessions order by created_at desc limit 1`)
	at := known{"/groups/:id": group, "/groups/:id/places/:place": group + "/places/" + place, "/groups/:id/block": stranger + "/block",
		"/groups/:id/unblock": stranger + "/unblock", "/listings/:id": listing, "/introductions/:id": introduction, "/i/:token": mails,
		"/sign-in/:token": "/sign-in/" + strings.Repeat("A", 43), "/account/sessions/:id": "/account/sessions/" + session,
		"/dev/mail/templates/:kind/:form": "/dev/mail/templates/sign-in/html", "/dev/mail/:id": "/dev/mail/1"}
	w := walker{t, h.base, strings.Join(ama.do(order{Do: "cookies"}).List, "; ")}

	var pages []string
	for _, route := range routes(t, http.MethodGet) {
		if path, ok := at.fill(route); ok && noPages[route] == "" {
			pages = append(pages, path)
		}
	}
	pages = append(pages, stranger, "/report?about=listing:"+strings.TrimPrefix(listing, "/listings/"))
	forms := w.forms(pages)
	tried := 0
	for _, route := range routes(t, http.MethodPost) {
		path, ok := at.fill(route)
		if !ok {
			t.Errorf("%s: this test does not know a real path for it", route)
			continue
		}
		w.whole(route, path)
		tried += w.each(route, path, forms[path])
	}
	if tried < 800 {
		t.Errorf("only %d absurd fields were sent", tried)
	}
	if got := status(t.Context(), h.base+"/find?q=hall"); got != http.StatusOK {
		t.Errorf("after all that the search answers %d", got)
	}
	if h.query(`select count(*)::text from listings where group_id = '`+strings.TrimPrefix(group, "/groups/")+`'`) == "0" {
		t.Error("the listing is gone: nothing was tried as somebody who may")
	}
}

// whole sends bodies that are no form of ours.
func (w walker) whole(route, path string) {
	w.t.Helper()
	many := url.Values{}
	for i := range 2000 {
		many.Add("a["+strings.Repeat("b][", i%50)+"]", "1")
	}
	for name, c := range map[string]struct {
		kind string
		body string
	}{
		"10 MB":          {form, "description=" + strings.Repeat("x", 10<<20)},
		"10 MB of parts": {"multipart/form-data; boundary=b", "--b\r\nContent-Disposition: form-data; name=\"photo\"; filename=\"a\"\r\n\r\n" + strings.Repeat("x", 10<<20) + "\r\n--b--\r\n"},
		"half a part":    {"multipart/form-data; boundary=b", "--b\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\nxx"},
		"no boundary":    {"multipart/form-data", "x"},
		"deep JSON":      {"application/json", strings.Repeat("[", 100_000)},
		"no form":        {"text/plain", "hello"},
		"bad escapes":    {form, "name=%zz&%=%"},
		"many fields":    {form, many.Encode()},
		"a NUL":          {form, "name=%00"},
		"a broken name":  {form, "%ff=1"},
	} {
		status, said := w.send(path, c.kind, strings.NewReader(c.body))
		if status < 400 || status >= 500 {
			w.t.Errorf("%s with %s: status %d, want 4xx\n%.300s", route, name, status, said)
		}
	}
}

// each sends the form once for every field and absurd value.
func (w walker) each(route, path string, fields url.Values) (tried int) {
	w.t.Helper()
	for name := range fields {
		for what, a := range absurd {
			sent := url.Values{}
			for other, values := range fields {
				sent[other] = values
			}
			sent.Set(name, a.value)
			sent.Del("once")
			if name == "once" {
				sent.Set("once", a.value)
			}
			status, said := w.send(path, form, bytes.NewReader([]byte(sent.Encode())))
			tried++
			if status == 0 || status >= 500 || a.refuse && (status < 400 || status >= 500) {
				w.t.Errorf("%s with %s in %q: status %d\n%.300s", route, what, name, status, said)
			}
		}
	}
	return tried
}
