package geocode

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"wherewithal/market"
)

var noon = time.Date(2027, 2, 1, 12, 0, 0, 0, time.UTC)

const greenwichJSON = `{"status":200,"result":{"postcode":"SE10 9JF","latitude":51.4821,"longitude":-0.0089,"admin_district":"Greenwich"}}`

// service is an outside service that answers every question the same, and counts them.
type service struct {
	*httptest.Server
	asked atomic.Int32
	path  atomic.Value
}

func serve(t *testing.T, answer http.HandlerFunc) *service {
	s := &service{}
	s.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.asked.Add(1)
		s.path.Store(r.URL.String())
		answer(w, r)
	}))
	t.Cleanup(s.Close)
	return s
}

func says(status int, body string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(status)
		fmt.Fprint(w, body)
	}
}

func chain(t *testing.T, c Config) *Chain {
	t.Helper()
	built, err := New(c)
	if err != nil {
		t.Fatal(err)
	}
	return built
}

func TestPostcodeServiceGivesThePostcodesPoint(t *testing.T) {
	s := serve(t, says(200, greenwichJSON))
	a, err := chain(t, Config{Postcodes: s.URL + "/"}).Locate(t.Context(), noon, "se109jf")
	want := Answer{Point: market.Point{Lat: 51.4821, Lng: -0.0089}, Precision: market.ByPostcode, Borough: "Greenwich",
		Outcode: "SE10", Label: "SE10 9JF", Source: "postcodes"}
	if err != nil || a != want {
		t.Errorf("got %+v, %v; want %+v", a, err, want)
	}
	if got := s.path.Load(); got != "/postcodes/SE10%209JF" {
		t.Errorf("asked for %v", got)
	}
}

func TestAFailingServiceCostsPrecisionNotTheAnswer(t *testing.T) {
	huge := strings.Repeat(" ", answerLimit+10)
	for name, answer := range map[string]http.HandlerFunc{
		"500":           says(500, "oops"),
		"garbage":       says(200, "<html>"),
		"wrong shape":   says(200, `{"result":[1,2]}`),
		"huge":          says(200, huge),
		"huge but JSON": says(200, greenwichJSON+huge),
		"redirect":      func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, "/elsewhere", http.StatusFound) },
		"wrong world":   says(200, `{"result":{"latitude":12.0,"longitude":77.0}}`),
		"cut off": func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Length", "500")
			fmt.Fprint(w, `{"status"`)
		},
	} {
		s := serve(t, answer)
		a, err := chain(t, Config{Postcodes: s.URL}).Locate(t.Context(), noon, "SE10 9JF")
		if err != nil || a.Precision != market.ByOutcode || a.Outcode != "SE10" || !a.Degraded || a.Missed == nil {
			t.Errorf("%s: %+v, %v", name, a, err)
		}
		if a.Missed != nil && strings.Contains(a.Missed.Error(), "9JF") {
			t.Errorf("%s: what was typed stands in the error: %v", name, a.Missed)
		}
	}
}

func TestASlowServiceIsNotWaitedFor(t *testing.T) {
	leave := make(chan struct{})
	s := serve(t, func(_ http.ResponseWriter, r *http.Request) {
		select {
		case <-r.Context().Done():
		case <-leave:
		}
	})
	t.Cleanup(func() { close(leave) })
	impatient := &http.Client{Timeout: 20 * time.Millisecond}
	a, err := chain(t, Config{Postcodes: s.URL, Client: impatient}).Locate(t.Context(), noon, "SE10 9JF")
	if err != nil || !a.Degraded || a.Precision != market.ByOutcode {
		t.Errorf("%+v, %v", a, err)
	}
}

func TestTheOwnClientGivesUpAfterThreeSeconds(t *testing.T) {
	f, err := newFetcher("https://postcodes.example", "", nil)
	if err != nil || f.client.Timeout != 3*time.Second {
		t.Errorf("timeout %v, %v", f.client.Timeout, err)
	}
}

func TestAPostcodeNobodyKnowsStillHasItsOutcode(t *testing.T) {
	s := serve(t, says(404, `{"status":404,"error":"Postcode not found"}`))
	a, err := chain(t, Config{Postcodes: s.URL}).Locate(t.Context(), noon, "SE10 9ZZ")
	if err != nil || a.Precision != market.ByOutcode || a.Degraded || a.Missed != nil {
		t.Errorf("%+v, %v", a, err)
	}
}

func TestAnOutcodeOutsideLondonIsAskedFor(t *testing.T) {
	s := serve(t, says(200, `{"result":{"latitude":53.48,"longitude":-2.23,"admin_district":["Manchester"]}}`))
	a, err := chain(t, Config{Postcodes: s.URL}).Locate(t.Context(), noon, "M1")
	if err != nil || a.Borough != "Manchester" || a.Precision != market.ByOutcode || s.path.Load() != "/outcodes/M1" {
		t.Errorf("%+v, %v, asked %v", a, err, s.path.Load())
	}
}

func TestLondonsOutcodesAskNobody(t *testing.T) {
	s := serve(t, says(500, ""))
	c := chain(t, Config{Postcodes: s.URL, Nominatim: s.URL})
	for _, text := range []string{"SE10", "Deptford", "Tansy Yard, SE8"} {
		if _, err := c.Locate(t.Context(), noon, text); err != nil {
			t.Errorf("%s: %v", text, err)
		}
	}
	if n := s.asked.Load(); n != 1 { // only the street has to be asked for
		t.Errorf("asked %d times", n)
	}
}

// Whatever our own list offers is where it says, however many services are configured and away: nobody is asked, and nobody waits.
func TestWhatTheListOffersAsksNobody(t *testing.T) {
	s := serve(t, says(500, "oops"))
	c := chain(t, Config{Postcodes: s.URL, Nominatim: s.URL})
	var offered []string
	for _, b := range Boroughs() {
		offered = append(offered, b.Name, b.Name+" (borough)")
	}
	for _, d := range Outcodes() {
		offered = append(offered, d.Code)
		for _, place := range d.Places {
			offered = append(offered, place, place+", "+d.Code, strings.ToLower(place+" "+d.Code))
		}
	}
	for _, text := range offered {
		a, err := c.Locate(t.Context(), noon, text)
		if err != nil || a.Source != "built-in" || a.Degraded || a.Missed != nil {
			t.Errorf("%s: %+v, %v", text, a, err)
		}
	}
	if n := s.asked.Load(); n != 0 {
		t.Errorf("a service was asked %d times", n)
	}
	if a, err := c.Locate(t.Context(), noon, "12 Church Lane, Deptford SE8"); err != nil || !a.Degraded || s.asked.Load() == 0 {
		t.Errorf("an address asks nobody: %+v, %v", a, err)
	}
}

func TestAnswersAreKeptForTheirAge(t *testing.T) {
	s := serve(t, says(200, greenwichJSON))
	c := chain(t, Config{Postcodes: s.URL, CacheAge: time.Hour})
	for i, at := range []time.Duration{0, time.Minute, time.Hour, 61 * time.Minute} {
		if _, err := c.Locate(t.Context(), noon.Add(at), "SE10 9JF"); err != nil {
			t.Fatal(err)
		}
		want := int32(1)
		if i == 3 {
			want = 2
		}
		if n := s.asked.Load(); n != want {
			t.Errorf("after %v: asked %d times, want %d", at, n, want)
		}
	}
}

func TestTheCacheForgetsWhatWasUsedLongestAgo(t *testing.T) {
	c := newCache(2, time.Hour)
	c.keep("a", Answer{Label: "a"}, noon)
	c.keep("b", Answer{Label: "b"}, noon)
	c.lookup("a", noon)
	c.keep("c", Answer{Label: "c"}, noon)
	if _, ok := c.lookup("b", noon); ok {
		t.Error("b is still there")
	}
	if _, ok := c.lookup("a", noon); !ok || len(c.byKey) != 2 {
		t.Error("a is gone, or the cache has grown")
	}
}

func TestAServiceThatFailedRestsAndIsAskedAgain(t *testing.T) {
	broken := atomic.Bool{}
	broken.Store(true)
	s := serve(t, func(w http.ResponseWriter, r *http.Request) {
		if broken.Load() {
			w.WriteHeader(503)
			return
		}
		fmt.Fprint(w, greenwichJSON)
	})
	c := chain(t, Config{Postcodes: s.URL})
	for range 5 {
		if a, err := c.Locate(t.Context(), noon, "SE10 9JF"); err != nil || !a.Degraded {
			t.Fatalf("%+v, %v", a, err)
		}
	}
	if n := s.asked.Load(); n != 1 {
		t.Errorf("asked %d times while it was down", n)
	}
	broken.Store(false)
	a, err := c.Locate(t.Context(), noon.Add(restAfter), "SE10 9JF")
	if err != nil || a.Degraded || a.Precision != market.ByPostcode {
		t.Errorf("after the rest: %+v, %v", a, err)
	}
}

func TestAPersonWhoLeavesDoesNotSilenceTheService(t *testing.T) {
	s := serve(t, says(200, greenwichJSON))
	c := chain(t, Config{Postcodes: s.URL})
	gone, leave := context.WithCancel(t.Context())
	leave()
	if a, err := c.Locate(gone, noon, "SE10 9JF"); err != nil || !a.Degraded {
		t.Errorf("%+v, %v", a, err)
	}
	if a, err := c.Locate(t.Context(), noon, "SE10 9JF"); err != nil || a.Degraded {
		t.Errorf("the next person: %+v, %v", a, err)
	}
}

func TestNominatimFindsAStreet(t *testing.T) {
	s := serve(t, says(200, `[{"lat":"51.4790","lon":"-0.0253","place_rank":30,"display_name":"The Hall, Tansy Yard",
		"address":{"city_district":"London Borough of Lewisham","city":"London","postcode":"SE8 4RQ"}}]`))
	a, err := chain(t, Config{Nominatim: s.URL}).Locate(t.Context(), noon, "the hall, tansy yard")
	want := Answer{Point: market.Point{Lat: 51.4790, Lng: -0.0253}, Precision: market.ByPoint, Borough: "Lewisham",
		Outcode: "SE8", Label: "The Hall, Tansy Yard", Source: "nominatim"}
	if err != nil || a != want {
		t.Errorf("got %+v, %v; want %+v", a, err, want)
	}
	for _, part := range []string{"/search?", "format=jsonv2", "addressdetails=1", "countrycodes=gb", "q=the+hall"} {
		if !strings.Contains(s.path.Load().(string), part) {
			t.Errorf("%v does not hold %s", s.path.Load(), part)
		}
	}
}

func TestAWholeTownIsNoPlace(t *testing.T) {
	s := serve(t, says(200, `[{"lat":"51.5","lon":"-0.1","place_rank":16,"display_name":"London"}]`))
	if a, err := chain(t, Config{Nominatim: s.URL}).Locate(t.Context(), noon, "london town"); !unknownPlace(err, "place") {
		t.Errorf("%+v, %v", a, err)
	}
}

func TestWhatNobodyKnowsIsRefused(t *testing.T) {
	c := chain(t, Config{})
	for text, field := range map[string]string{"": "place", "Nowhere at all": "place", "M1 1AE": "postcode", "AB10": "postcode",
		strings.Repeat("x", 300): "place"} {
		if a, err := c.Locate(t.Context(), noon, text); !unknownPlace(err, field) {
			t.Errorf("%.20q: %+v, %v", text, a, err)
		}
	}
}

func unknownPlace(err error, field string) bool {
	var invalid *market.Invalid
	return errors.As(err, &invalid) && invalid.Faults[0].Field == field
}

func TestWhenOnlyTheFailedServiceCouldKnowItSaysTryLater(t *testing.T) {
	s := serve(t, says(500, ""))
	_, err := chain(t, Config{Postcodes: s.URL}).Locate(t.Context(), noon, "M1 1AE")
	if !errors.Is(err, market.ErrUnavailable) {
		t.Errorf("got %v", err)
	}
}

// postcodeTable is a postcode table that knows one postcode, or fails.
type postcodeTable struct{ err error }

func (p postcodeTable) LookupPostcode(_ context.Context, pc string) (market.Point, string, bool, error) {
	return market.Point{Lat: 51.48, Lng: 0.001}, "Royal Borough of Greenwich", pc == "SE10 9JF", p.err
}

func TestTheTableIsAskedBeforeAnyService(t *testing.T) {
	s := serve(t, says(200, greenwichJSON))
	a, err := chain(t, Config{Table: postcodeTable{}, Postcodes: s.URL}).Locate(t.Context(), noon, "SE10 9JF")
	if err != nil || a.Source != "table" || a.Borough != "Greenwich" || a.Outcode != "SE10" || s.asked.Load() != 0 {
		t.Errorf("%+v, %v, asked %d", a, err, s.asked.Load())
	}
}

func TestATableThatIsAwayIsGotOver(t *testing.T) {
	s := serve(t, says(200, greenwichJSON))
	a, err := chain(t, Config{Table: postcodeTable{err: errors.New("no connection")}, Postcodes: s.URL}).Locate(t.Context(), noon, "SE10 9JF")
	if err != nil || a.Source != "postcodes" || a.Degraded || a.Missed == nil {
		t.Errorf("%+v, %v", a, err)
	}
}

func TestAnAddressThatIsNoneIsRefusedAtStart(t *testing.T) {
	for _, base := range []string{"postcodes.example", "ftp://postcodes.example", "http://", ":"} {
		if _, err := New(Config{Postcodes: base}); err == nil {
			t.Errorf("%q was taken", base)
		}
		if _, err := New(Config{Nominatim: base}); err == nil {
			t.Errorf("%q was taken", base)
		}
	}
}

func TestWithoutLeaveNobodyIsAsked(t *testing.T) {
	s := serve(t, says(200, greenwichJSON))
	c := chain(t, Config{Postcodes: s.URL, Nominatim: s.URL})
	refused, times := errors.New("too often"), 0
	ctx := WithLeave(t.Context(), func() error { times++; return refused })
	for text, source := range map[string]string{"SE10 9JF": "built-in", "SE10": "built-in", "Deptford": "built-in"} {
		a, err := c.Locate(ctx, noon, text)
		if err != nil || a.Source != source || s.asked.Load() != 0 {
			t.Errorf("%s: %+v, %v, asked %d times", text, a, err, s.asked.Load())
		}
	}
	if _, err := c.Locate(ctx, noon, "M1 1AE"); !errors.Is(err, refused) {
		t.Errorf("what is not built in: %v", err)
	}
	if times != 1 {
		t.Errorf("leave was asked %d times", times)
	}
	allowed := WithLeave(t.Context(), func() error { return nil })
	if a, err := c.Locate(allowed, noon, "SE10 9JF"); err != nil || a.Source != "postcodes" {
		t.Errorf("with leave: %+v, %v", a, err)
	}
	if a, err := c.Locate(ctx, noon, "SE10 9JF"); err != nil || a.Source != "postcodes" {
		t.Errorf("what is kept needs no leave: %+v, %v", a, err)
	}
}
