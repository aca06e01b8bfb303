package pages

import (
	"net/url"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"wherewithal/listing"
	"wherewithal/market"
	"wherewithal/matching"
	"wherewithal/store"
	"wherewithal/web/pages/view"
	"wherewithal/wording"
)

// openWednesdays is a street where the hall is free on Thursdays and the choir asks for Wednesdays.
func openWednesdays(t *testing.T) (s *street, need market.ID, path string) {
	s = openStreet(t)
	need = s.taker.says("/ask", strings.Replace(theNeed, "Thursday", "Wednesday", 1))
	s.caughtUp()
	return s, need, "/listings/" + string(need) + "/nearly/" + string(s.offer)
}

func (s *street) caughtUp() {
	s.t.Helper()
	if err := s.site.Preview.(*listing.Pool).CatchUp(s.t.Context()); err != nil {
		s.t.Fatal(err)
	}
}

func TestANearMissIsAButtonThatMakesTheChange(t *testing.T) {
	s, need, path := openWednesdays(t)
	was := s.kept(need)
	mine := s.taker.get("/mine").want(200, "Would match on Thursdays, 18:00 to 22:00", "Move to Thursdays, 18:00 to 22:00", "wanted", "both")
	s.taker.get(path).want(200, "Nearly a fit", "Wednesdays 18:00 to 22:00", "→", "Thursdays 18:00 to 22:00", "Move to Thursdays")
	if is := s.kept(need); is.Version != was.Version {
		t.Fatalf("looking changed it to version %d", is.Version)
	}

	pressed := mine.fill(path).want(200, "Changed. This is what your listing says now.", "It fits now", "Thursdays 18:00 to 22:00", "Seats 80, you need 25")
	if pressed.url.Path != path || pressed.url.RawQuery != "was=time" {
		t.Errorf("led to %s", pressed.url)
	}
	is := s.kept(need)
	if is.Version != was.Version+1 || is.When.Windows[0].Days != 1<<3 {
		t.Errorf("version %d, %+v", is.Version, is.When.Windows)
	}
	was.When.Windows, was.When.Duration, was.Version, was.UpdatedAt = is.When.Windows, is.When.Duration, is.Version, is.UpdatedAt
	if diff := cmp.Diff(was, is); diff != "" {
		t.Errorf("more than the times changed:\n%s", diff)
	}

	mine.fill(path).want(200, "That was done already.", "It fits now") // pressed twice
	if again := s.kept(need); again.Version != is.Version {
		t.Errorf("pressed twice: version %d", again.Version)
	}
	s.worked(need)
	s.taker.get("/mine").want(200, "One fits", "Waiting for your answer").without("Move to")
}

func TestAButtonThatIsTooOldChangesNothing(t *testing.T) {
	s, need, path := openWednesdays(t)
	old := s.taker.get(path).want(200)
	edit := "/listings/" + string(need) + "/edit"
	s.taker.get(edit).fill(edit, "title", "Room for our choir").want(200, "Saved.")
	was := s.kept(need)
	old.fill(path).want(200, "One of the two changed meanwhile", "Move to Thursdays") // and the page as it is now
	fresh := s.taker.get(path).want(200)
	theirs := "/listings/" + string(s.offer) + "/edit"
	fields := s.giver.get(theirs).fieldsAt(theirs)
	fields["when"] = []string{"fr-evening"}
	s.giver.post(theirs, fields).want(200, "Saved.")
	fresh.fill(path).want(200, "One of the two changed meanwhile", "Move to Fridays")
	for _, fields := range []url.Values{{}, {"version": {"x"}, "change": {"y"}}, {"version": {"99999999999999999999"}}} {
		s.taker.post(path, fields).want(200, "One of the two changed meanwhile")
	}
	if diff := cmp.Diff(was, s.kept(need)); diff != "" {
		t.Errorf("an old button changed\n%s", diff)
	}
}

func TestTheGiverIsOfferedWhatTheGiverCanDo(t *testing.T) {
	s, need, _ := openWednesdays(t)
	path := "/listings/" + string(s.offer) + "/nearly/" + string(need)
	s.giver.get("/mine").want(200, "Offer Wednesdays, 18:00 to 22:00 too").fill(path).want(200, "It fits now", "they need 25", "Wednesdays")
	if w := s.kept(s.offer).When.Windows; len(w) != 2 || w[0].Days != 1<<3 || w[1].Days != 1<<2 {
		t.Errorf("the hall is open %+v", w)
	}
}

func TestWhatIsTheirsToChangeIsSaidKindly(t *testing.T) {
	s := openStreet(t)
	need := s.taker.says("/ask", strings.Replace(theNeed, "25", "200", 1))
	s.caughtUp()
	path := "/listings/" + string(s.offer) + "/nearly/" + string(need)
	s.giver.get("/mine").want(200, "Would match if 80 people would do", "Only they can change this. If they do, we tell you.").without("Ask for 80")
	was := s.kept(need)
	s.giver.get(path).want(200, "Only they can change this.").without(`name="change"`)
	s.giver.post(path, url.Values{"version": {"1"}, "change": {"x"}}).want(200, "changed meanwhile")
	if diff := cmp.Diff(was, s.kept(need)); diff != "" {
		t.Errorf("the giver changed\n%s", diff)
	}
	s.taker.get("/mine").want(200, "Ask for 80 seats")
}

// pressed is what the button of a near miss would send, had it been drawn.
func (s *street) pressed(offer, need market.ID, own market.Side) url.Values {
	s.t.Helper()
	e, err := s.store.Entries(s.t.Context(), []market.ID{offer, need}, s.now)
	s.must(err)
	if e[0].Listing.ID != offer {
		e[0], e[1] = e[1], e[0]
	}
	m, ok := matching.Mend(e[0], e[1], own, s.now, matching.Options{})
	if !ok || m.Miss.By != own {
		s.t.Fatalf("no near miss that the %s could mend: %+v", own, m.Miss)
	}
	return url.Values{"version": {strconv.FormatInt(m.Listing.Version, 10)}, "change": {changeKey(m.Miss)}}
}

// Two who were introduced are not introduced again, so nothing promises it; and who does not know of it is not told by this.
func TestWhoWasIntroducedIsNoNearMiss(t *testing.T) {
	s := openStreet(t)
	need := s.taker.says("/ask", theNeed)
	s.worked(need)
	edit := "/listings/" + string(need) + "/edit"
	move := func(to string) {
		fields := s.taker.get(edit).fieldsAt(edit)
		fields["when"] = []string{to}
		s.taker.post(edit, fields).want(200, "Saved.")
		s.worked(need)
	}
	move("we-evening") // withdrawn before anybody said a word
	s.taker.get("/mine").want(200, "Move to Thursdays")
	move("th-evening")
	var latest string
	s.must(s.store.Pool().QueryRow(t.Context(), `select id::text from introductions where state = 'proposed'`).Scan(&latest))
	in := introPath(market.ID(latest))
	s.taker.get(in).fill(in + "/no").want(200)
	move("we-evening")

	path, theirs := "/listings/"+string(need)+"/nearly/"+string(s.offer), "/listings/"+string(s.offer)+"/nearly/"+string(need)
	s.taker.get("/mine").want(200).without("Move to Thursdays", path)
	s.giver.get("/mine").want(200).without("Offer Wednesdays", theirs)
	s.taker.get(path).want(200, "You two have been introduced already", in).without("Move to Thursdays")
	s.giver.get(theirs).want(200, "cannot be put to each other now").without("introduced already", latest, "Offer Wednesdays")
	before := []market.Listing{s.kept(need), s.kept(s.offer)}
	s.taker.post(path, s.pressed(s.offer, need, market.Need)).want(200, "introduced already, so nothing was changed")
	s.giver.post(theirs, s.pressed(s.offer, need, market.Offer)).want(200, "That cannot be put to them now").without("introduced already")
	if diff := cmp.Diff(before, []market.Listing{s.kept(need), s.kept(s.offer)}); diff != "" {
		t.Errorf("pressed, it changed\n%s", diff)
	}
}

// Whoever may not post for the listing, or may not see the other, finds nothing.
func TestNearMissesOfOthersAreNotFound(t *testing.T) {
	s, need, path := openWednesdays(t)
	s.giver.get(path).want(404)
	s.giver.post(path, url.Values{}).want(404)
	s.browser().get(path).want(200, "Sign in") // led to sign in first
	hidden := plainHall()
	hidden = s.keep(hidden)
	if err := s.store.InTx(t.Context(), func(tx *store.Tx) error {
		hidden.Circle = market.MyNetworks
		return tx.ChangeListing(t.Context(), hidden)
	}); err != nil {
		t.Fatal(err)
	}
	away := "/listings/" + string(need) + "/nearly/" + string(hidden.ID)
	s.taker.get(away).want(404)
	s.taker.post(away, url.Values{}).want(404)
	s.taker.get("/listings/" + string(need) + "/nearly/999999999").want(404)
	s.taker.get("/listings/" + string(need) + "/nearly/x%00y").want(400)
	s.taker.get("/listings/"+string(need)+"/nearly/"+string(need)).want(200, "no small step")
}

func TestWhatAGroupMustHoldLeadsToWhereItSaysSo(t *testing.T) {
	s := openStreet(t)
	l := plainHall()
	l.Asks.Insurance, l.Facts = true, market.Facts{"seated": 40.0}
	l = s.keep(l)
	need := s.taker.says("/ask", strings.Replace(theNeed, ", step-free", "", 1))
	s.caughtUp()
	s.taker.get("/listings/"+string(need)+"/nearly/"+string(l.ID)).want(200, "Would match with public liability insurance", "say so on its page", "/groups/"+string(s.choir)+"/evidence").
		without(`name="change"`)
	s.taker.get("/groups/" + string(s.choir) + "/evidence").want(200)
}

// Another kind asks for other facts: what would be lost stands beside the button.
func TestAnotherKindSaysWhatItWouldLose(t *testing.T) {
	c := &Call{Lang: wording.Default, Ctx: view.WithLang(t.Context(), wording.Default)}
	was := market.Listing{Side: market.Need, Kind: market.Room, Facts: market.Facts{"seated": 40.0}}
	next := market.Listing{Side: market.Need, Kind: market.Equipment}
	var said []string
	for _, row := range c.rowsFromTo(market.MissKind, was, next) {
		said = append(said, row.Value)
	}
	if len(said) != 2 || !strings.Contains(said[1], "40 people") {
		t.Errorf("it says %q", said)
	}
}

// Before the index is built a search finds what nearly fits.
func TestNearMissesAreShownBeforeTheIndexIsBuilt(t *testing.T) {
	s, _, _ := openWednesdays(t)
	s.must(listing.NewIndexer(s.store, indexOf(s.site)).Index(t.Context(), s.offer, s.now))
	pool := listing.NewPool(s.store, func() time.Time { return s.now })
	pool.Search = indexOf(s.site)
	s.site.Preview = pool
	s.taker.get("/mine").want(200, "Move to Thursdays")
	if pool.Ready() == nil {
		t.Error("a page has built the index")
	}
}
