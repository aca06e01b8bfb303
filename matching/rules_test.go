package matching

import (
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"wherewithal/market"
)

// plainEntry is a listing of which nothing has been said yet.
func plainEntry(side market.Side, name string) market.Entry {
	l := market.Listing{ID: market.ID(name), Version: 1, GroupID: market.ID("group of " + name), Side: side, Kind: market.Room,
		Title: name, Quantity: 1, Where: market.AtPlace, Circle: market.InCity, Life: market.Open, Facts: market.Facts{},
		Terms: market.Terms{Kind: market.Gift}}
	return market.Entry{Listing: l, Region: "London", Borough: "Greenwich", Point: market.Point{Lat: 51.48, Lng: 0},
		Group: market.Standing{ID: l.GroupID, Active: true, LegalForm: market.Constituted}}
}

// hallAndChoir are a pair that passes every rule.
func hallAndChoir() (offer, need market.Entry) {
	offer, need = plainEntry(market.Offer, "hall"), plainEntry(market.Need, "choir")
	thursday := market.Window{Repeat: market.Weekly, Days: 8, Start: 1080, End: 1320}
	offer.Listing.When.Windows, need.Listing.When.Windows = []market.Window{thursday}, []market.Window{thursday}
	offer.Listing.Facts = market.Facts{"seated": 40.0, "kitchen": true}
	need.Listing.Facts = market.Facts{"seated": 25.0, "kitchen": true}
	offer.Listing.Has, need.Listing.Requires = market.Features, []market.Feature{market.StepFree}
	return offer, need
}

func TestEachRuleFailsAloneAndSaysByHowMuch(t *testing.T) {
	later, earlier := benchNow.Add(time.Hour), benchNow.Add(-time.Hour)
	for _, c := range []struct {
		name   string
		change func(offer, need *market.Entry)
		want   []Failure
	}{
		{"nothing wrong", func(o, n *market.Entry) {}, nil},
		{"two offers", func(o, n *market.Entry) { n.Listing.Side = market.Offer }, []Failure{{Rule: RuleSide}}},
		{"one group", func(o, n *market.Entry) { n.Listing.GroupID = o.Listing.GroupID }, []Failure{{Rule: RuleGroup}}},
		{"a draft", func(o, n *market.Entry) { o.Listing.Life = market.Draft }, []Failure{{Rule: RuleLife, Key: "offer_draft"}}},
		{"fulfilled", func(o, n *market.Entry) { n.Listing.Life = market.Fulfilled }, []Failure{{Rule: RuleLife, Key: "need_fulfilled"}}},
		{"paused for an hour", func(o, n *market.Entry) { o.Listing.PausedUntil = &later }, []Failure{{Rule: RuleLife, Key: "offer_paused"}}},
		{"paused an hour ago", func(o, n *market.Entry) { o.Listing.PausedUntil = &earlier }, nil},
		{"expires now", func(o, n *market.Entry) { now := benchNow; o.Listing.ExpiresAt = &now }, []Failure{{Rule: RuleLife, Key: "offer_expired"}}},
		{"expires in an hour", func(o, n *market.Entry) { o.Listing.ExpiresAt = &later }, nil},
		{"group asleep", func(o, n *market.Entry) { o.Group.Active = false }, []Failure{{Rule: RuleActive}}},
		{"blocked by the giver", func(o, n *market.Entry) { o.Group.Blocked = []market.ID{"group of choir"} }, []Failure{{Rule: RuleBlock}}},
		{"blocked by the taker", func(o, n *market.Entry) { n.Group.Blocked = []market.ID{"group of hall"} }, []Failure{{Rule: RuleBlock}}},
		{"offer out of sight", func(o, n *market.Entry) { o.Listing.Circle = market.MyNetworks }, []Failure{{Rule: RuleCircle}}},
		{"need out of sight", func(o, n *market.Entry) { n.Listing.Circle, n.Borough = market.InBorough, "Lewisham" }, []Failure{{Rule: RuleCircle}}},
		{"too far", func(o, n *market.Entry) { n.Listing.ReachKM, o.Point.Lat = 3, 51.48+6.4/111.195 }, []Failure{{market.MissDistance, "", 3, 7}}},
		{"must be brought", func(o, n *market.Entry) { n.Listing.Where = market.Delivered }, []Failure{{Rule: RuleWay, Key: "delivered"}}},
		{"online only", func(o, n *market.Entry) { o.Listing.Where = market.Online }, []Failure{{Rule: RuleWay, Key: "at_place"}}},
		{"too small", func(o, n *market.Entry) { n.Listing.Facts["seated"] = 41.0 }, []Failure{{market.MissQuantity, "seated", 40, 41}}},
		{"size not said", func(o, n *market.Entry) { delete(o.Listing.Facts, "seated") }, []Failure{{market.MissQuantity, "seated", 0, 25}}},
		{"no kitchen", func(o, n *market.Entry) { o.Listing.Facts["kitchen"] = false }, []Failure{{Rule: market.MissEligibility, Key: "kitchen"}}},
		{"two of one", func(o, n *market.Entry) { n.Listing.Quantity = 2 }, []Failure{{market.MissQuantity, "", 1, 2}}},
		{"steps", func(o, n *market.Entry) { o.Listing.Has = nil }, []Failure{{Rule: market.MissEligibility, Key: "step_free"}}},
		{"dogs", func(o, n *market.Entry) {
			o.Listing.NotAllowed, n.Listing.Involves = []market.Use{market.Animals}, []market.Use{market.Animals, market.Children}
		}, []Failure{{Rule: market.MissEligibility, Key: "animals"}}},
		{"no language in common", func(o, n *market.Entry) {
			o.Listing.Language, n.Listing.Language, n.Group.Languages = "en-GB", "so", []string{"ar"}
		}, []Failure{{Rule: RuleSpeech, Key: "so"}}},
		{"one language in common", func(o, n *market.Entry) {
			o.Listing.Language, n.Listing.Language, n.Group.Languages = "en-GB", "so", []string{"en"}
		}, nil},
		{"a language in common, in words", func(o, n *market.Entry) {
			o.Listing.Language, n.Listing.Language, n.Group.Languages = "en-GB", "ar", []string{"Arabic", "English"}
		}, nil},
		{"a language in common, in its own words", func(o, n *market.Entry) {
			o.Listing.Language, n.Listing.Language, o.Group.Languages = "en-GB", "tr", []string{"Türkçe"}
		}, nil},
		{"other languages in words", func(o, n *market.Entry) {
			o.Listing.Language, n.Listing.Language, n.Group.Languages = "en-GB", "so", []string{"Soomaali", "Arabic"}
		}, []Failure{{Rule: RuleSpeech, Key: "so"}}},
		{"informal", func(o, n *market.Entry) { o.Listing.Asks.Constituted, n.Group.LegalForm = true, market.Informal }, []Failure{{Rule: market.MissEligibility, Key: "constituted"}}},
		{"uninsured", func(o, n *market.Entry) { o.Listing.Asks.Insurance = true }, []Failure{{Rule: market.MissEligibility, Key: "insurance"}}},
		{"checks too low", func(o, n *market.Entry) {
			o.Listing.Asks.Checked, n.Group.Checked = market.EnhancedCheck, market.BasicCheck
		}, []Failure{{Rule: market.MissEligibility, Key: "checked"}}},
		{"checks high enough", func(o, n *market.Entry) {
			o.Listing.Asks.Checked, n.Group.Checked = market.BasicCheck, market.EnhancedCheck
		}, nil},
		{"too dear", func(o, n *market.Entry) {
			o.Listing.Terms = market.Terms{Kind: market.AtCost, Pence: 1000, Per: "hour"}
			n.Listing.Terms = market.Terms{Kind: market.AtCost, Pence: 3000, Per: "use"}
		}, []Failure{{market.MissTerms, "at_cost", 3000, 4000}}}, // four hours
		{"dear enough", func(o, n *market.Entry) {
			o.Listing.Terms = market.Terms{Kind: market.AtCost, Pence: 1000, Per: "hour"}
			n.Listing.Terms = market.Terms{Kind: market.AtCost, Pence: 4000, Per: "use"}
		}, nil},
		{"lent for too short", func(o, n *market.Entry) {
			o.Listing.Terms = market.Terms{Kind: market.Loan, LoanDays: 7}
			n.Listing.Terms = market.Terms{Kind: market.Loan, LoanDays: 14}
		}, []Failure{{market.MissTerms, "loan", 7, 14}}},
		{"a swap for nothing", func(o, n *market.Entry) { o.Listing.Terms.Kind = market.Swap }, []Failure{{Rule: market.MissTerms, Key: "swap"}}},
		{"lent room for a gift", func(o, n *market.Entry) { o.Listing.Terms.Kind = market.Loan }, nil},
		{"Wednesdays", func(o, n *market.Entry) {
			o.Listing.When.Windows = []market.Window{{Repeat: market.Weekly, Days: 4, Start: 1080, End: 1320}}
		}, []Failure{{market.MissTime, "not_open", 0, 1}}},
		{"notice longer than the time left", func(o, n *market.Entry) {
			o.Listing.When.LeadTime, n.Listing.When.NeededBy = 96, "2027-01-15"
		}, []Failure{{market.MissTime, "too_soon", 0, 1}}},
		{"another kind that speaks of the same", func(o, n *market.Entry) {
			n.Listing.Title, o.Listing.Title, o.Listing.Kind = "Hall", "Hall", market.Equipment
		}, []Failure{{Rule: market.MissKind, Key: market.Equipment}}},
		{"other words", func(o, n *market.Entry) {
			o.Listing.Kind, n.Listing.Kind, o.Listing.Title, n.Listing.Title = market.Equipment, market.Equipment, "Gazebo", "PA system"
		}, []Failure{{RuleWords, "", 0, .5}}},
	} {
		t.Run(c.name, func(t *testing.T) {
			offer, need := hallAndChoir()
			c.change(&offer, &need)
			v := Explain(offer, need, benchNow, Options{})
			if diff := cmp.Diff(c.want, v.Failed); diff != "" {
				t.Error(diff)
			}
			if v.Fits != (len(c.want) == 0) || v.Fits != (v.Match.Fit > 0) {
				t.Errorf("fits %v with fit %v", v.Fits, v.Match.Fit)
			}
		})
	}
}

func TestAPreviewWithoutAnIDIsRankedAsIfOpen(t *testing.T) {
	offer, need := hallAndChoir()
	x := New(Options{})
	x.Put(offer)
	need.Listing.ID, need.Listing.Life, need.Group.Active = "", "", false
	if r := x.Rank(need, benchNow, 5); len(r.Matches) != 1 || r.Considered != 1 {
		t.Errorf("got %d matches of %d", len(r.Matches), r.Considered)
	}
}

func TestAGiftOfThingsMustBeFreeForGood(t *testing.T) {
	offer, need := plainEntry(market.Offer, "urns"), plainEntry(market.Need, "cafe")
	for _, e := range []*market.Entry{&offer, &need} {
		e.Listing.Kind, e.Listing.Title, e.Listing.Quantity = market.Equipment, "Tea urns", 3
	}
	offer.Listing.Splittable, offer.Listing.SmallestPart = true, 1
	need.Listing.Splittable, need.Listing.SmallestPart = true, 2
	offer.Lent = []market.Allocation{{From: benchNow.AddDate(0, 1, 0), Amount: 1}}
	if v := Explain(offer, need, benchNow, Options{}); !v.Fits || v.Amount != 2 {
		t.Errorf("fits %v with %d, want 2: the third goes next month", v.Fits, v.Amount)
	}
	offer.Lent[0].Amount = 2
	v := Explain(offer, need, benchNow, Options{})
	if diff := cmp.Diff([]Failure{{market.MissQuantity, "", 1, 2}}, v.Failed); diff != "" {
		t.Error(diff)
	}
	offer.Listing.When = market.When{Windows: []market.Window{{Repeat: market.Weekly, Days: 1 << 5, Start: 600, End: 720}}}
	need.Listing.When = market.When{Windows: []market.Window{{Repeat: market.Once, On: "2027-01-16", Start: 600, End: 720}}}
	v = Explain(offer, need, benchNow, Options{}) // on the Saturday there are three, but two are promised from next month on
	if diff := cmp.Diff([]Failure{{market.MissQuantity, "", 1, 2}}, v.Failed); diff != "" {
		t.Error(diff)
	}
}

// A price by the hour counts the hours of the time that is found, not of another that was wanted.
func TestAPriceByTheHourCountsTheHoursThatAreUsed(t *testing.T) {
	mondays := market.Window{Repeat: market.Weekly, Days: 1, Start: 18 * 60, End: 20 * 60}
	saturdays := market.Window{Repeat: market.Weekly, Days: 1 << 5, Start: 10 * 60, End: 18 * 60}
	for name, c := range map[string]struct {
		open, other market.Window
		fits        bool
	}{"two hours, and eight would do": {mondays, saturdays, true}, "eight hours, and two would do": {saturdays, mondays, false}} {
		offer, need := hallAndChoir()
		offer.Listing.Terms = market.Terms{Kind: market.AtCost, Pence: 1000, Per: "hour"}
		need.Listing.Terms = market.Terms{Kind: market.AtCost, Pence: 2500, Per: "use"}
		offer.Listing.When.Windows = []market.Window{c.open}
		for _, wanted := range [][]market.Window{{c.open, c.other}, {c.other, c.open}} {
			need.Listing.When.Windows = wanted
			if v := Explain(offer, need, benchNow, Options{}); v.Fits != c.fits {
				t.Errorf("%s: fits %v (%+v)", name, v.Fits, v.Failed)
			}
		}
	}
}

// A loan without times needs what it takes free for as long as it lasts, and evidence on its last day too.
func TestALoanWithoutTimesLastsAsLongAsItIsLent(t *testing.T) {
	offer, need := plainEntry(market.Offer, "urns"), plainEntry(market.Need, "cafe")
	for _, e := range []*market.Entry{&offer, &need} {
		e.Listing.Kind, e.Listing.Title, e.Listing.Quantity, e.Listing.When = market.Equipment, "Tea urns", 3, market.When{}
		e.Listing.Terms = market.Terms{Kind: market.Loan, LoanDays: 28}
	}
	until := benchNow.AddDate(0, 0, 60)
	offer.Lent = []market.Allocation{{From: benchNow.AddDate(0, 0, 20), Until: &until, Amount: 1}}
	need.Listing.When.NeededBy = market.DateOf(benchNow.AddDate(0, 0, 10))
	if v := Explain(offer, need, benchNow, Options{}); v.Fits || v.Failed[0].Rule != market.MissTime {
		t.Errorf("one of three is lent before the loan would end: %+v", v.Failed)
	}
	need.Listing.When.NeededBy = ""
	offer.Listing.Asks.Insurance = true
	for days, fits := range map[int]bool{3: false, 200: true} {
		valid := benchNow.AddDate(0, 0, days)
		need.Group.Evidence = []market.Evidence{{Kind: market.Insurance, Dated: market.DateOf(benchNow), Expires: market.DateOf(valid)}}
		if v := Explain(offer, need, benchNow, Options{}); v.Fits != fits {
			t.Errorf("insured for %d more days: fits %v (%+v)", days, v.Fits, v.Failed)
		}
	}
}

func TestAnOlderVersionNeverReplacesANewerOne(t *testing.T) {
	offer, need := hallAndChoir()
	x := New(Options{})
	offer.Listing.Version = 2
	x.Put(offer)
	offer.Listing.Version, offer.Listing.Life = 1, market.Withdrawn
	x.Put(offer)
	if r := x.Rank(need, benchNow, 5); len(r.Matches) != 1 {
		t.Error("the old version hides the hall")
	}
	x.Delete(offer.Listing.ID)
	x.Delete(offer.Listing.ID)
	if x.Len() != 0 || len(x.Rank(need, benchNow, 5).Matches) != 0 {
		t.Error("deleted, and still there")
	}
}

func TestEvidenceMustHoldOnEveryDayUsed(t *testing.T) {
	offer, need := hallAndChoir()
	offer.Listing.Asks.Insurance = true
	need.Listing.When.Every, need.Listing.When.Times = market.Weekly, 6 // 14 January to 18 February
	need.Group.Evidence = []market.Evidence{{Kind: market.Insurance, Expires: "2027-01-20"}, {Kind: market.Insurance, Dated: "2027-02-10"}}
	v := Explain(offer, need, benchNow, Options{})
	if diff := cmp.Diff([]Failure{{Rule: market.MissEligibility, Key: "insurance"}}, v.Failed); diff != "" {
		t.Error(diff)
	}
	need.Group.Evidence[1].Dated = "2027-01-21"
	if v := Explain(offer, need, benchNow, Options{}); !v.Fits {
		t.Errorf("renewed the day after, and still %+v", v.Failed)
	}
}

// What covers only some of the days does not make the rest shown, and nor does what is of another kind.
func TestEvidenceIsShownWhereOneThatWasHoldsThroughout(t *testing.T) {
	offer, need := hallAndChoir()
	offer.Listing.Asks.Insurance = true
	need.Listing.When.Every, need.Listing.When.Times = market.Weekly, 6 // 14 January to 18 February
	stated, seen := market.Evidence{Kind: market.Insurance}, market.Evidence{Kind: market.Insurance, Expires: "2027-02-18", ShownIn: "n", ShownName: "Growers", ShownOn: "2027-01-02"}
	half, other, older := seen, seen, seen
	half.Expires, other.Kind, older.ShownOn, older.ShownName = "2027-02-17", market.Safeguarding, "2026-12-01", "Web"
	for _, c := range []struct {
		has  []market.Evidence
		want market.Reason
	}{
		{[]market.Evidence{stated}, market.Reason{}},
		{[]market.Evidence{half, stated, other}, market.Reason{}},
		{[]market.Evidence{older, seen, older, stated}, market.Reason{ShownTo: "Growers", ShownOn: "2027-01-02"}},
	} {
		need.Group.Evidence = c.has
		c.want.Code, c.want.Key = market.ReasonEvidence, "insurance"
		v := Explain(offer, need, benchNow, Options{})
		i := slices.IndexFunc(v.Match.Reasons, func(r market.Reason) bool { return r.Code == market.ReasonEvidence })
		if i < 0 {
			t.Fatalf("no reason speaks of it: %+v", v)
		}
		if diff := cmp.Diff(c.want, v.Match.Reasons[i]); diff != "" {
			t.Error(diff)
		}
	}
}

func TestAPlaceInBothTextsIsNoReasonOfItsOwn(t *testing.T) {
	offer, need := hallAndChoir()
	offer.Listing.Description, need.Listing.Description = "Piano hall in Greenwich, at SE10", "A piano, near Greenwich SE10"
	offer.Borough, need.Borough = "Royal Greenwich", "Lewisham"
	verdict := Explain(offer, need, benchNow, Options{})
	if !verdict.Fits {
		t.Fatal("they do not fit")
	}
	var said []string
	for _, r := range verdict.Match.Reasons {
		if r.Code == market.ReasonWords {
			said = r.Words
		}
	}
	if !slices.Contains(said, "piano") || slices.Contains(said, "se10") || slices.Contains(said, "greenwich") {
		t.Errorf("both speak of %q, want piano alone", said)
	}
}
