package httpx

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io"
	"io/fs"
	"log/slog"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/gin-gonic/gin"
	"github.com/redis/go-redis/v9"

	"wherewithal/market"
	"wherewithal/store/storetest"
	"wherewithal/wording"
)

func engine(t *testing.T, o Options) (*Engine, *strings.Builder) {
	t.Helper()
	var log strings.Builder
	o.Log = slog.New(slog.NewTextHandler(&log, nil))
	e, err := New(o)
	if err != nil {
		t.Fatal(err)
	}
	return e, &log
}

func ask(e *Engine, r *http.Request) *httptest.ResponseRecorder {
	w := httptest.NewRecorder()
	e.ServeHTTP(w, r)
	return w
}

func TestEveryErrorOfTheMarketHasItsStatus(t *testing.T) {
	for _, c := range []struct {
		err    error
		status int
		retry  time.Duration
	}{
		{market.ErrNotFound, 404, 0}, {market.ErrSignedOut, 401, 0}, {market.ErrForbidden, 403, 0}, {market.ErrConflict, 409, 0},
		{market.ErrGone, 410, 0}, {market.ErrTaken, 409, 0}, {market.ErrTooMany, 429, time.Minute}, {market.ErrRepeated, 409, 0},
		{market.ErrUnavailable, 503, 10 * time.Second}, {market.ErrWrongState, 409, 0}, {market.ErrWrongCode, 422, 0},
		{market.ErrWrongBrowser, 403, 0}, {market.Refuse("name", "text_missing"), 422, 0}, {context.Canceled, 499, 0},
		{context.DeadlineExceeded, 503, 10 * time.Second}, {errors.New("anything"), 500, 0},
		{&Limited{Rule: "post", After: 7 * time.Minute}, 429, 7 * time.Minute},
	} {
		p := ProblemOf(fmt.Errorf("Publish(1): %w", c.err))
		if p.Status != c.status || p.Retry != c.retry || p.Kind == "" {
			t.Errorf("%v: %d %v %q", c.err, p.Status, p.Retry, p.Kind)
		}
	}
}

// The codes are read from the sources, so that a new one cannot be forgotten in the catalogue.
func TestEveryFaultHasASentenceItsDataCanFill(t *testing.T) {
	found := 0
	for _, dir := range []string{"market", "account", "listing", "introduction", "geocode", "search", "photo", "web"} {
		err := filepath.WalkDir("../../"+dir, func(path string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
				return err
			}
			file, err := parser.ParseFile(token.NewFileSet(), path, nil, 0)
			if err != nil {
				return err
			}
			ast.Inspect(file, func(n ast.Node) bool {
				if f, ok := faultOf(n); ok {
					found++
					if !wording.Has("fault."+f.Code) || strings.Contains(Sentence(wording.Default, f), "⟦") {
						t.Errorf("%s: the fault %q has no sentence, or not with %v", path, f.Code, f.Data)
					}
				}
				return true
			})
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	if found < 40 {
		t.Errorf("found only %d faults", found)
	}
}

// faultOf reads e.Add(field, "code", "Name", value …) and market.Refuse of the same.
func faultOf(n ast.Node) (f market.Fault, ok bool) {
	call, ok := n.(*ast.CallExpr)
	if !ok || len(call.Args) < 2 || len(call.Args)%2 != 0 || call.Ellipsis.IsValid() {
		return f, false
	}
	name := ""
	switch fun := call.Fun.(type) {
	case *ast.SelectorExpr:
		name = fun.Sel.Name
	case *ast.Ident:
		name = fun.Name
	}
	lit, isText := call.Args[1].(*ast.BasicLit)
	if name != "Add" && name != "Refuse" || !isText || lit.Kind != token.STRING {
		return f, false
	}
	f.Code, _ = strconv.Unquote(lit.Value)
	if f.Code != strings.ToLower(f.Code) {
		return f, false // the name of a header
	}
	f.Data = map[string]any{}
	for i := 2; i < len(call.Args); i += 2 {
		if key, ok := call.Args[i].(*ast.BasicLit); ok {
			text, _ := strconv.Unquote(key.Value)
			f.Data[text] = 7
		}
	}
	return f, true
}

func TestAPanicCostsOneAnswerAndLogsNothingPrivate(t *testing.T) {
	e, log := engine(t, Options{})
	e.GET("/listings/:id", func(c *gin.Context) { panic("broken: ama@choir.example") })
	e.GET("/groups", func(c *gin.Context) { _ = []string{}[len(c.Query("none"))] })
	r := httptest.NewRequest("GET", "/listings/7?who=ama@choir.example", nil)
	r.Header.Set("Cookie", "wh=secret-token")
	if w := ask(e, r); w.Code != 500 || strings.Contains(w.Body.String(), "broken") {
		t.Errorf("%d %s", w.Code, w.Body)
	}
	line := log.String()
	if !strings.Contains(line, "panic: a string") || !strings.Contains(line, "route=/listings/:id") || !strings.Contains(line, "status=500") {
		t.Errorf("log: %s", line)
	}
	if strings.Contains(line, "secret-token") || strings.Contains(line, "ama@") {
		t.Errorf("the log holds what it must not: %s", line)
	}
	if ask(e, httptest.NewRequest("GET", "/groups", nil)); !strings.Contains(log.String(), "index out of range [0] with length 0") {
		t.Errorf("the log does not say what Go says: %s", log)
	}
}

func TestNoForgedAddressIsBelieved(t *testing.T) {
	for proxies, want := range map[string]string{"": "192.0.2.1", "192.0.2.0/24": "203.0.113.9"} {
		var list []string
		if proxies != "" {
			list = []string{proxies}
		}
		e, _ := engine(t, Options{TrustedProxies: list})
		got := ""
		e.GET("/", func(c *gin.Context) { got = c.ClientIP() })
		r := httptest.NewRequest("GET", "/", nil)
		r.RemoteAddr = "192.0.2.1:99"
		r.Header.Set("X-Forwarded-For", "203.0.113.9")
		ask(e, r)
		if got != want {
			t.Errorf("proxies %q: %s, want %s", proxies, got, want)
		}
	}
}

func TestHeadersOverHTTPSAndWithTiles(t *testing.T) {
	e, _ := engine(t, Options{HTTPS: true, TileOrigin: "https://tiles.example"})
	h := ask(e, httptest.NewRequest("GET", "/", nil)).Header()
	if !strings.Contains(h.Get("Content-Security-Policy"), "img-src 'self' data: https://tiles.example;") || h.Get("Strict-Transport-Security") != "max-age=31536000" {
		t.Errorf("%v", h)
	}
	e, _ = engine(t, Options{})
	if h := ask(e, httptest.NewRequest("GET", "/", nil)).Header(); h.Get("Strict-Transport-Security") != "" {
		t.Error("plain http promises https")
	}
}

func TestTheDoorWithTheLongestPrefixAnswers(t *testing.T) {
	e, _ := engine(t, Options{})
	for _, prefix := range []string{"/", "/api/"} {
		e.Door(prefix, func(c *gin.Context, p Problem) { c.String(p.Status, prefix) })
	}
	for path, want := range map[string]string{"/nothing": "/", "/api/nothing": "/api/", "/api/": "/api/", "/api": "/api/", "/apiary": "/"} {
		if w := ask(e, httptest.NewRequest("GET", path, nil)); w.Code != 404 || w.Body.String() != want {
			t.Errorf("%s: %d %s", path, w.Code, w.Body)
		}
	}
}

func TestCookiesAreBoundToTheHostOverHTTPS(t *testing.T) {
	for secure, want := range map[bool]string{true: "__Host-wh=v; Path=/; Max-Age=60; HttpOnly; Secure; SameSite=Lax", false: "wh=v; Path=/; Max-Age=60; HttpOnly; SameSite=Lax"} {
		w := httptest.NewRecorder()
		Cookies{Secure: secure}.Set(w, "wh", "v", time.Minute)
		if got := w.Header().Get("Set-Cookie"); got != want {
			t.Errorf("%s", got)
		}
	}
}

func TestDevicesAreNamedInWordsOfOurs(t *testing.T) {
	for agent, want := range map[string]string{
		"Mozilla/5.0 (Android 14; Mobile; rv:120.0) Gecko/120.0 Firefox/120.0":                           "Firefox on Android",
		"Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) AppleWebKit/605 Version/17.0 Safari/604": "Safari on iPhone",
		"Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/120 Safari/537.36 Edg/120":              "Edge on Windows",
		"<script>alert(1)</script>": "A browser", "": "A browser",
	} {
		if got := Device(agent); got != want {
			t.Errorf("%q: %q", agent, got)
		}
	}
}

func TestLimitsHoldInRedisAndWithoutIt(t *testing.T) {
	r := redis.NewClient(&redis.Options{Addr: storetest.Redis(t)})
	t.Cleanup(func() { _ = r.Close() })
	away := redis.NewClient(&redis.Options{Addr: "127.0.0.1:1", MaxRetries: -1})
	t.Cleanup(func() { _ = away.Close() })
	for name, client := range map[string]*redis.Client{"redis": r, "redis away": away, "none": nil} {
		l, rule := NewLimiter(client, []byte("s")), Rule{Name: "post", Hour: 3}
		for range 3 {
			if err := l.Allow(t.Context(), rule, "ama"); err != nil {
				t.Errorf("%s: %v", name, err)
			}
		}
		var limited *Limited
		err := l.Allow(t.Context(), rule, "ama")
		if !errors.As(err, &limited) || !errors.Is(err, market.ErrTooMany) || limited.After < time.Minute || limited.After > 21*time.Minute {
			t.Errorf("%s: the fourth gave %v", name, err)
		}
		if err := l.Allow(t.Context(), rule, "jo"); err != nil {
			t.Errorf("%s: another person: %v", name, err)
		}
	}
	if keys := r.Keys(t.Context(), "*ama*").Val(); len(keys) > 0 {
		t.Errorf("who was counted stands in Redis: %v", keys)
	}
}

// Processes that count together keep one pace, and of what a minute bears no more comes at once than the rule says.
func TestTwoLimitersKeepOnePace(t *testing.T) {
	r := redis.NewClient(&redis.Options{Addr: storetest.Redis(t)})
	defer r.Close()
	own, rule := NewLimiter(nil, []byte("k")), Rule{Name: "mails", Minute: 6, Burst: 4}
	for name, both := range map[string][2]*Limiter{"on one Redis": {NewLimiter(r, []byte("k")), NewLimiter(r, []byte("k"))}, "in one process": {own, own}} {
		went := 0
		for i := range 8 {
			var limited *Limited
			err := both[i%2].Allow(t.Context(), rule, "choir.test")
			switch {
			case err == nil:
				went++
			case !errors.As(err, &limited) || limited.After < 5*time.Second || limited.After > 10*time.Second:
				t.Errorf("%s: %v, want to wait for the next of six a minute", name, err)
			}
		}
		if went != 4 {
			t.Errorf("%s: %d went at once, want 4", name, went)
		}
		if left, err := both[0].Take(t.Context(), rule, "hall.test", 1); err != nil || left.Left != 3 || left.Full < 9*time.Second || left.Full > 11*time.Second {
			t.Errorf("%s: to another %+v, %v", name, left, err)
		}
	}
}

func TestOwnLimitsDoNotGrowForEver(t *testing.T) {
	var o ownLimits
	now := time.Now()
	for i := range mostOwn + 10 {
		o.ask(Rule{Name: "x", Hour: 1}, strconv.Itoa(i), 1, now)
	}
	for i := range mostOwn + 10 {
		o.ask(Rule{Name: "x", Day: 1}, strconv.Itoa(i), 1, now)
	}
	if len(o.counts) > mostOwn || len(o.days) > mostOwn {
		t.Errorf("%d are counted, and %d of the day", len(o.counts), len(o.days))
	}
}

// By Redis and by the process itself: what is left is told, more than is left is refused whole, and a refusal takes nothing.
func TestWhatIsLeftIsTold(t *testing.T) {
	r := redis.NewClient(&redis.Options{Addr: storetest.Redis(t)})
	defer r.Close()
	for name, l := range map[string]*Limiter{"Redis": NewLimiter(r, []byte("k")), "own": NewLimiter(nil, []byte("k"))} {
		rule := Rule{Name: "rows-" + name, Minute: 60}
		if left, err := l.Take(t.Context(), rule, "ama", 40); err != nil || left.Left != 20 || left.Full < 35*time.Second || left.Full > 41*time.Second {
			t.Errorf("%s: %+v, %v", name, left, err)
		}
		var limited *Limited
		if _, err := l.Take(t.Context(), rule, "ama", 30); !errors.As(err, &limited) || limited.After > 12*time.Second {
			t.Errorf("%s: more than is left: %v", name, err)
		}
		left, err := l.Take(t.Context(), rule, "ama", 20)
		if err != nil || left.Left > 1 {
			t.Errorf("%s: the rest: %+v, %v", name, left, err)
		}
		h := http.Header{}
		Tell(h, Left{Rule: rule, Left: 20, Full: 39500 * time.Millisecond})
		if h.Get("RateLimit-Policy") != `"rows-`+name+`";q=60;w=60` || h.Get("RateLimit") != `"rows-`+name+`";r=20;t=40` {
			t.Errorf("%v", h)
		}
	}
}

// So many a day are that in each day, however they come, by Redis and by the process itself; and what is told of it is true.
func TestADaysQuotaIsOneOfADay(t *testing.T) {
	r := redis.NewClient(&redis.Options{Addr: storetest.Redis(t)})
	defer r.Close()
	for name, l := range map[string]*Limiter{"Redis": NewLimiter(r, []byte("k")), "own": NewLimiter(nil, []byte("k"))} {
		rule, now := Rule{Name: "day-" + name, Day: 10}, time.Now().UTC().Truncate(24*time.Hour)
		l.now = func() time.Time { return now }
		if left, err := l.Take(t.Context(), rule, "ama", 8); err != nil || left.Left != 2 || left.Full != 24*time.Hour {
			t.Errorf("%s: at midnight %+v, %v", name, left, err)
		}
		now = now.Add(23 * time.Hour) // nothing came back
		var limited *Limited
		if left, err := l.Take(t.Context(), rule, "ama", 3); !errors.As(err, &limited) || limited.After != time.Hour || left.Left != 2 {
			t.Errorf("%s: more than is left: %+v, %v", name, left, err)
		}
		if left, err := l.Take(t.Context(), rule, "ama", 2); err != nil || left.Left != 0 || left.Full != time.Hour {
			t.Errorf("%s: the rest: %+v, %v", name, left, err)
		}
		if left, err := l.Take(t.Context(), rule, "ama", 0); err != nil || left.Left != 0 {
			t.Errorf("%s: asked only: %+v, %v", name, left, err)
		}
		if err := l.Allow(t.Context(), rule, "jo"); err != nil {
			t.Errorf("%s: another: %v", name, err)
		}
		now = now.Add(time.Hour)
		if left, err := l.Take(t.Context(), rule, "ama", 20); err != nil || left.Left != 0 { // more than a day has counts as all of it
			t.Errorf("%s: the next day: %+v, %v", name, left, err)
		}
	}
	for _, key := range r.Keys(t.Context(), "day:*").Val() {
		if ends := r.TTL(t.Context(), key).Val(); ends <= 0 || ends > 25*time.Hour {
			t.Errorf("%s is kept for %v", key, ends)
		}
	}
}

func TestOneHouseholdIsOneNetwork(t *testing.T) {
	got := []string{Network("192.0.2.7"), Network("::ffff:192.0.2.7"), Network("2001:db8:1:2:3::4"), Network("2001:db8:1:2:9::9"), Network("?")}
	want := []string{"192.0.2.7", "192.0.2.7", "2001:db8:1:2::/64", "2001:db8:1:2::/64", "?"}
	if !slices.Equal(got, want) {
		t.Errorf("%v", got)
	}
}

func TestLongPagesAreZipped(t *testing.T) {
	e, _ := engine(t, Options{})
	e.GET("/", func(c *gin.Context) { Write(c, 200, "text/html", []byte(strings.Repeat("hello ", 1000))) })
	r := httptest.NewRequest("GET", "/", nil)
	if w := ask(e, r); w.Body.Len() != 6000 || w.Header().Get("Content-Encoding") != "" {
		t.Errorf("%d bytes, %v", w.Body.Len(), w.Header())
	}
	r.Header.Set("Accept-Encoding", "gzip, br")
	if w := ask(e, r); w.Body.Len() > 200 || w.Header().Get("Content-Encoding") != "gzip" {
		t.Errorf("%d bytes, %v", w.Body.Len(), w.Header())
	}
}

func upload(t *testing.T, path string, files ...int) *http.Request {
	t.Helper()
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	err := w.WriteField("alt", "A hall")
	for _, n := range files {
		part, made := w.CreateFormFile("photo", "hall.jpg")
		_, wrote := part.Write(make([]byte, n))
		err = errors.Join(err, made, wrote)
	}
	if err = errors.Join(err, w.Close()); err != nil {
		t.Fatal(err)
	}
	r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, path, &b)
	r.Header.Set("Content-Type", w.FormDataContentType())
	return r
}

func TestOnlyRoomyRoutesTakeLargeFilesAndNoneTakesALargeForm(t *testing.T) {
	e, _ := engine(t, Options{})
	say := func(c *gin.Context) {
		f, files, err := ReadUploads(c, "photo", 2<<20)
		if err != nil {
			e.Fail(c, err)
			return
		}
		said := f.String("alt")
		for _, file := range files {
			said += fmt.Sprintf(" %s %d %v", file.Name, len(file.Bytes), file.TooBig)
		}
		c.String(http.StatusOK, said)
	}
	e.POST("/small", say)
	e.POST("/large/:id", say)
	e.Roomy("/large/:id", 8<<20)
	long := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/large/1", strings.NewReader("alt="+strings.Repeat("x", 2<<20)))
	long.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	for name, c := range map[string]struct {
		r      *http.Request
		status int
		said   string
	}{
		"two files, one too big":           {upload(t, "/large/1", 10, 3<<20), 200, "A hall hall.jpg 10 false hall.jpg 0 true"},
		"more than the route has room for": {upload(t, "/large/1", 3<<20, 3<<20, 3<<20), 413, ""},
		"a large file elsewhere":           {upload(t, "/small", 2<<20), 413, ""},
		"a small one elsewhere":            {upload(t, "/small", 9), 200, "A hall hall.jpg 9 false"},
		"a long plain form":                {long, 413, ""},
		"many files":                       {upload(t, "/large/1", make([]int, MaxFields+1)...), 400, ""},
	} {
		if a := ask(e, c.r); a.Code != c.status || c.said != "" && a.Body.String() != c.said {
			t.Errorf("%s: %d %q, want %d %q", name, a.Code, a.Body, c.status, c.said)
		}
	}
	if !e.uploads.all.TryAcquire(MaxUploads) || len(e.uploads.held) > 0 {
		t.Error("somebody left something behind")
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if a := ask(e, upload(t, "/large/1", 10).WithContext(ctx)); a.Code != http.StatusServiceUnavailable || a.Header().Get("Retry-After") == "" {
		t.Errorf("no room: %d", a.Code)
	}
}

// A body that is read as it comes takes the memory that it is read with, and not that of its length: two long ones may come at once.
func TestAStreamTakesABufferAndNotItsLength(t *testing.T) {
	e, _ := engine(t, Options{})
	e.Streamed("/stream", 64<<20)
	e.Roomy("/whole", 64<<20)
	long := func(path string) *http.Request {
		r := upload(t, path, 10)
		r.ContentLength = 50 << 20
		return r
	}
	e.POST("/stream", func(c *gin.Context) {
		if c.Query("beside") == "" {
			c.Status(ask(e, long("/stream?beside=another")).Code)
			return
		}
		f, file, err := ReadArriving(c, "photo")
		if err != nil {
			e.Fail(c, err)
			return
		}
		text, err := io.ReadAll(file)
		c.String(http.StatusOK, "%s %s %d %v", f.String("alt"), file.Name, len(text), err)
	})
	e.POST("/whole", func(c *gin.Context) { c.Status(ask(e, long("/whole")).Code) })
	if a := ask(e, long("/stream")); a.Code != http.StatusOK {
		t.Errorf("the second of two streams: %d", a.Code)
	}
	if a := ask(e, long("/whole")); a.Code != http.StatusServiceUnavailable {
		t.Errorf("the second of two that are kept whole: %d", a.Code)
	}
	if a := ask(e, long("/stream?beside=nothing")); a.Body.String() != "A hall hall.jpg 10 <nil>" {
		t.Errorf("%d %q", a.Code, a.Body)
	}
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	for range 3 {
		if err := w.WriteField("alt", strings.Repeat("x", MaxBody/2)); err != nil {
			t.Fatal(err)
		}
	}
	r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/stream?beside=nothing", &b)
	r.Header.Set("Content-Type", w.FormDataContentType())
	if a := ask(e, r); a.Code != http.StatusRequestEntityTooLarge {
		t.Errorf("long fields before a file: %d", a.Code)
	}
}

// One network that sends slowly leaves room for others.
func TestOneNetworkDoesNotTakeAllTheRoom(t *testing.T) {
	m, one, other := newRoom(), "192.0.2.1", "192.0.2.2"
	first, err := m.take(t.Context(), one, 60<<20)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := m.take(t.Context(), one, 1<<20); !errors.Is(err, market.ErrUnavailable) {
		t.Errorf("a second large one of the same network: %v", err)
	}
	second, err := m.take(t.Context(), other, 30<<20)
	if err != nil {
		t.Fatalf("another network: %v", err)
	}
	first()
	second()
	if len(m.held) > 0 {
		t.Errorf("%v is held still", m.held)
	}
	for range 2 {
		if _, err := m.take(t.Context(), one, 20<<20); err != nil {
			t.Errorf("two small ones: %v", err)
		}
	}
}

// A report that cannot be read to its end is seen to have none: it is no answer that went well.
func TestAReportThatBreaksOffIsNotTakenForTheWhole(t *testing.T) {
	e, log := engine(t, Options{})
	report := func(c *gin.Context, fails int) {
		if until, ok := c.Request.Context().Deadline(); !ok || time.Until(until) < 2*MaxWithin {
			t.Errorf("a report has until %s", until)
		}
		c.Header("Content-Disposition", "attachment")
		calls := 0
		e.SendImport(c, wording.Default, func(after, most int) (all []market.ImportRow, err error) {
			if calls++; calls == fails {
				return nil, errors.New("the database went away")
			}
			for n := range most * (2 - min(calls, 2)) {
				all = append(all, market.ImportRow{Position: after + n + 1, Act: market.RowAdds})
			}
			return all, nil
		})
	}
	e.GET("/report/:fails", func(c *gin.Context) { n, _ := strconv.Atoi(c.Param("fails")); report(c, n) })
	e.Lengthy("/report/:fails")
	server := httptest.NewServer(e)
	t.Cleanup(server.Close)
	for path, want := range map[string]struct {
		status int
		rows   bool
		err    error
	}{"/report/0": {200, true, nil}, "/report/1": {500, false, nil}, "/report/2": {200, true, io.ErrUnexpectedEOF}} {
		a, err := http.Get(server.URL + path)
		if err != nil {
			t.Fatal(err)
		}
		body, err := io.ReadAll(a.Body)
		_ = a.Body.Close()
		if a.StatusCode != want.status || !errors.Is(err, want.err) || strings.Contains(string(body), "\n40,") != want.rows || (a.Header.Get("Content-Disposition") != "") != want.rows {
			t.Errorf("%s: %d, %d bytes %v, %v", path, a.StatusCode, len(body), a.Header, err)
		}
	}
	server.Close() // which waits for the lines of the log
	if n := strings.Count(log.String(), "the database went away"); n != 2 {
		t.Errorf("the log names the cause %d times: %s", n, log)
	}
}
