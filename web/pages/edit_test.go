package pages

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"wherewithal/market"
	"wherewithal/store"
	"wherewithal/wording"
)

// keep puts a listing of the hall into the database as an import would: with all that the market allows.
func (s *street) keep(l market.Listing) market.Listing {
	s.t.Helper()
	return s.keepFor(s.hall, l)
}

// keepFor is keep for any group.
func (s *street) keepFor(group market.ID, l market.Listing) market.Listing {
	s.t.Helper()
	ctx := s.t.Context()
	places, err := s.store.Places(ctx, group)
	if err != nil {
		s.t.Fatal(err)
	}
	expires := s.now.Add(market.OpenFor)
	l.ID, l.Version, l.GroupID, l.Life, l.Circle = market.NewID(), 1, group, market.Open, market.InCity
	l.OpenedAt, l.ExpiresAt, l.CreatedAt, l.UpdatedAt = &s.now, &expires, s.now, s.now
	if l.PlaceID == "" && l.Where != market.Online {
		l.PlaceID = places[0].ID
	}
	kind, _ := market.StandardKind(l.Kind)
	if err := l.Validate(kind, wording.IsLanguage); err != nil {
		s.t.Fatalf("%v: %+v", err, l)
	}
	if err := s.store.InTx(ctx, func(tx *store.Tx) error { return tx.AddListing(ctx, l) }); err != nil {
		s.t.Fatal(err)
	}
	return s.kept(l.ID)
}

func (s *street) kept(id market.ID) market.Listing {
	s.t.Helper()
	e, err := s.store.EntryFor(s.t.Context(), market.System, id, s.now)
	if err != nil {
		s.t.Fatal(err)
	}
	return e.Listing
}

func plainHall() market.Listing {
	return market.Listing{Side: market.Offer, Kind: market.Room, Title: "Church hall", Description: "Warm.", Language: "en-GB", Quantity: 1, Where: market.AtPlace, Terms: market.Terms{Kind: market.Shared}}
}

func weekly(days market.Weekdays, start, end market.Minute) market.Window {
	return market.Window{Repeat: market.Weekly, Days: days, Start: start, End: end}
}

// unchanged compares two readings of a listing but for what a change of the title alone may touch.
func unchanged(t *testing.T, was, is market.Listing) {
	t.Helper()
	if diff := cmp.Diff(was, is, cmpopts.EquateEmpty(), cmpopts.IgnoreFields(market.Listing{}, "Title", "Version", "UpdatedAt")); diff != "" {
		t.Errorf("changing the title changed\n%s", diff)
	}
}

func TestAnEditKeepsTimesThatTheStripCannotShow(t *testing.T) {
	s := openStreet(t)
	l := plainHall()
	l.When.Windows = []market.Window{weekly(1<<0, 18*60, 20*60), weekly(1<<3, 9*60+30, 11*60),
		{Repeat: market.Monthly, Days: 1 << 5, Nth: -1, Start: 10 * 60, End: 14 * 60}, {Repeat: market.Once, On: "2027-05-08", Start: 600, End: 900}}
	l = s.keep(l)
	edit := "/listings/" + string(l.ID) + "/edit"
	page := s.giver.get(edit).want(200, "Mondays 18:00 to 20:00", "Thursdays 09:30 to 11:00", "The last Saturday of the month 10:00 to 14:00", "Saturday 8 May 2027, 10:00 to 15:00")
	page.fill(edit, "title", "Church hall with a stage").want(200, "Saved.")
	unchanged(t, l, s.kept(l.ID))

	fields := s.giver.get(edit).fieldsAt(edit)
	fields["window"] = fields["window"][1:] // Mondays no longer
	fields.Set("when", "fr-evening")
	s.giver.post(edit, fields).want(200, "Saved.")
	want := append(append([]market.Window{}, l.When.Windows[1:]...), weekly(1<<4, 18*60, 22*60))
	if diff := cmp.Diff(want, s.kept(l.ID).When.Windows); diff != "" {
		t.Errorf("one time taken off and one added:\n%s", diff)
	}
}

func TestAnEditWithoutAChangeChangesNothing(t *testing.T) {
	s := openStreet(t)
	for seed := range uint64(30) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			l := s.keep(anyListing(rand.New(rand.NewPCG(seed, 3))))
			edit := "/listings/" + string(l.ID) + "/edit"
			s.giver.get(edit).want(200).fill(edit, "title", "Another title").want(200, "Saved.")
			is := s.kept(l.ID)
			unchanged(t, l, is)
			if is.Title != "Another title" {
				t.Error("the title was not kept")
			}
		})
	}
}

// anyListing is some listing that the market allows, also such as no form makes.
func anyListing(r *rand.Rand) market.Listing {
	l := plainHall()
	l.Side = pick(r, market.Offer, market.Need)
	l.Kind = pick(r, market.Room, market.Skill, market.Equipment)
	l.Description = pick(r, "", "Warm.\n\nQuiet, too.", "  leading", "\nA line first")
	l.Description = market.Tidy(l.Description)
	l.Language = pick(r, "en-GB", "ar", "fr-CA", "syl", "")
	l.Tags = some(r, "choir", "carers, young", "hall")
	l.Quantity, l.Unit = 1+r.IntN(4)*7, pick(r, "", "chairs")
	if l.Splittable = l.Quantity > 1 && r.IntN(2) == 0; l.Splittable {
		l.SmallestPart = 1 + r.IntN(l.Quantity)
	}
	l.Where, l.ReachKM = pick(r, market.Wheres...), pick(r, 0, 3, 2.5, 1.6)
	l.Terms = market.Terms{Kind: pick(r, market.TermsKinds...), Pence: pick(r, 0, 1250, 1), Per: pick(r, "", "hour", "use"), LoanDays: pick(r, 0, 14), For: pick(r, "", "heating")}
	l.Has, l.Requires = some(r, market.Features...), some(r, market.Features...)
	l.Welcomes, l.NotAllowed, l.Involves = some(r, market.Uses...), some(r, market.Uses...), some(r, market.Uses...)
	l.Asks = market.Asks{Constituted: r.IntN(2) == 0, Over18: r.IntN(2) == 0, Insurance: r.IntN(3) == 0, Safeguarding: r.IntN(3) == 0}
	if r.IntN(2) == 0 {
		l.Asks.Checked, l.Asks.Activity = pick(r, market.BasicCheck, market.EnhancedCheck), "teaching children"
	}
	l.Widens, l.Urgent = r.IntN(2) == 0, r.IntN(2) == 0
	l.Facts = anyFacts(r, l.Kind)
	l.When = anyWhen(r, l.Side)
	return l
}

func anyFacts(r *rand.Rand, code string) market.Facts {
	kind, _ := market.StandardKind(code)
	facts := market.Facts{}
	for _, f := range kind.Facts {
		switch {
		case r.IntN(2) == 0:
		case f.Type == market.FactNumber:
			facts[f.Key] = pick(r, 0, 25, 7.5)
		case f.Type == market.FactFlag:
			facts[f.Key] = r.IntN(3) > 0
		case f.Type == market.FactChoice:
			facts[f.Key] = pick(r, f.Choices...)
		default:
			facts[f.Key] = "as you like, “really”"
		}
	}
	return facts
}

func anyWhen(r *rand.Rand, side market.Side) market.When {
	w := market.When{From: pick(r, "", market.Date("2027-02-01")), Until: pick(r, "", market.Date("2027-02-01"), "2027-06-30"), NeededBy: pick(r, "", market.Date("2027-07-01")),
		Exceptions: some(r, market.Date("2027-04-09"), "2027-05-25"), TermTimeOnly: r.IntN(2) == 0, NotBankHolidays: r.IntN(2) == 0,
		Every: pick(r, "", market.Once, market.Weekly, market.Monthly), Duration: pick(r, 0, 30), LeadTime: pick(r, 0, 48), TurnRound: pick(r, 0, 15),
		Zone: pick(r, "", "Europe/London", "Europe/Belfast")}
	if side == market.Need {
		w.Times = pick(r, 0, 12)
	}
	for range r.IntN(4) {
		win := market.Window{Repeat: pick(r, market.Once, market.Daily, market.Weekly, market.Weekly, market.Monthly), Start: pick(r, 0, market.Minute(9*60), 18*60), End: pick(r, market.Minute(18*60+30), 22*60, 1440)}
		switch win.Repeat {
		case market.Once:
			win.On = pick(r, market.Date("2027-02-01"), "2027-03-03")
		case market.Weekly:
			win.Days = market.Weekdays(1 + r.IntN(127))
		case market.Monthly:
			win.Days, win.Nth = 1<<r.IntN(7), pick(r, -1, 1, 4)
		}
		w.Windows = append(w.Windows, win)
	}
	return w
}

func pick[T any](r *rand.Rand, from ...T) T { return from[r.IntN(len(from))] }

func some[T any](r *rand.Rand, from ...T) (out []T) {
	for _, x := range from {
		if r.IntN(2) == 0 {
			out = append(out, x)
		}
	}
	return out
}

func TestAStaleFormOverwritesNothing(t *testing.T) {
	s := openStreet(t)
	l := s.keep(plainHall())
	edit := "/listings/" + string(l.ID) + "/edit"
	old := s.giver.get(edit).want(200)
	s.giver.get(edit).fill(edit, "title", "Hall with a stage", "fact_room_seated", "60").want(200, "Saved.")

	late := old.fill(edit, "title", "Hall with a piano", "description", "A good piano.").
		want(409, "Somebody changed this", `value="Hall with a piano"`, "A good piano.", "Hall with a stage", "People seated", "60")
	if is := s.kept(l.ID); is.Title != "Hall with a stage" {
		t.Errorf("the stale form wrote %q", is.Title)
	}
	late.fill(edit).want(200, "Saved.") // having read that, it is a decision
	if is := s.kept(l.ID); is.Title != "Hall with a piano" || is.Description != "A good piano." {
		t.Errorf("kept %q", is.Title)
	}
	s.giver.get(edit).fill(edit, "version", "nonsense").want(409)
}

func TestADoubleClickOnSaveSavesOnce(t *testing.T) {
	s := openStreet(t)
	l := s.keep(plainHall())
	edit := "/listings/" + string(l.ID) + "/edit"
	page := s.giver.get(edit)
	for range 2 {
		page.fill(edit, "title", "Hall with a stage", "place", "SE3").want(200, "Hall with a stage", "Saved.")
	}
	if is := s.kept(l.ID); is.Version != 2 {
		t.Errorf("version %d, want 2", is.Version)
	}
}

func TestTwoPeopleMoveTheirListingsToNewPlaces(t *testing.T) {
	s := openStreet(t)
	need := s.taker.says("/ask", theNeed)
	for who, edit := range map[*browser]string{s.giver: "/listings/" + string(s.offer) + "/edit", s.taker: "/listings/" + string(need) + "/edit"} {
		for _, place := range []string{"SE3", "SE13"} {
			page := who.get(edit).fill(edit, "place", place).want(200, "Saved.")
			if !strings.Contains(who.get(edit).text, place) {
				t.Errorf("moved to %s: %s", place, page.text)
			}
		}
	}
}

func TestAListingStaysWithItsGroup(t *testing.T) {
	s := openStreet(t)
	s.giver.found("Second Hall Friends", "place", "E8")
	edit := "/listings/" + string(s.offer) + "/edit"
	page := s.giver.get(edit).want(200, "Posted for Maze Hill Rooms")
	fields := page.fieldsAt(edit)
	for _, g := range s.groupsOf(s.giver) {
		fields.Set("group", string(g)) // an old form, or another one's
		fields.Set("version", fmt.Sprint(s.kept(s.offer).Version))
		fields.Set("once", fmt.Sprint("x", g))
		s.giver.post(edit, fields).want(200, "Saved.")
	}
	if is := s.kept(s.offer); is.GroupID != s.hall {
		t.Error("the listing changed its group")
	}
}

func (s *street) groupsOf(b *browser) (ids []market.ID) {
	s.t.Helper()
	rows, err := s.store.Pool().Query(s.t.Context(), `select id::text from groups where name in ('Maze Hill Rooms', 'Second Hall Friends')`)
	if err != nil {
		s.t.Fatal(err)
	}
	defer rows.Close()
	for rows.Next() {
		var id string
		if err := rows.Scan(&id); err != nil {
			s.t.Fatal(err)
		}
		ids = append(ids, market.ID(id))
	}
	return ids
}

func TestDaysLeftOutAreReadAsTheHintWritesThem(t *testing.T) {
	s := openStreet(t)
	s.now = time.Date(2027, 1, 14, 18, 4, 0, 0, time.UTC)
	l := s.keep(plainHall())
	edit := "/listings/" + string(l.ID) + "/edit"
	s.giver.get(edit).fill(edit, "exceptions", "9 April, 25 May 2028, 2027-06-01").want(200, "Saved.")
	if diff := cmp.Diff([]market.Date{"2027-04-09", "2028-05-25", "2027-06-01"}, s.kept(l.ID).When.Exceptions); diff != "" {
		t.Error(diff)
	}
	s.giver.get(edit).want(200, "9 April 2027, 25 May 2028, 1 June 2027").fill(edit, "exceptions", "the ninth").want(422, "could not read this day", `value="the ninth"`)
}
