package wording

import (
	"go/ast"
	"go/parser"
	"go/token"
	"strconv"
	"strings"
	"testing"

	"wherewithal/market"
)

func TestReasonsAreSaidToEitherSide(t *testing.T) {
	for _, c := range []struct {
		reason      market.Reason
		need, offer string // offer "" when both read the same
	}{
		{market.Reason{Code: "same_borough", Borough: "Greenwich", KM: 1}, "Both in Greenwich, about 1 km apart", ""},
		{market.Reason{Code: "distance", KM: 3}, "About 3 km apart", ""},
		{market.Reason{Code: "distance"}, "About 1 km apart", ""},
		{market.Reason{Code: "online"}, "Can be done online", ""},
		{market.Reason{Code: "delivers", KM: 2}, "They can bring it, about 2 km", "You can bring it, about 2 km"},
		{market.Reason{Code: "times", Fits: 10, Of: 12, Day: 4, Start: 1080, End: 1200},
			"Thursdays 18:00 to 20:00: free on 10 of your 12", "Thursdays 18:00 to 20:00: you are free on 10 of their 12"},
		{market.Reason{Code: "times", Fits: 12, Of: 12, Day: 7}, "Sundays: free on all your 12", "Sundays: you are free on all their 12"},
		{market.Reason{Code: "times", Fits: 3, Of: 4}, "Free 3 of your 4 times", "You are free 3 of their 4 times"},
		{market.Reason{Code: "times", Fits: 1, Of: 1, Day: 1, Start: 540, End: 1440},
			"Monday 09:00 to 24:00: free when you need it", "Monday 09:00 to 24:00: you are free when they need it"},
		{market.Reason{Code: "times"}, "Free when you need it", "You are free when they need it"},
		{market.Reason{Code: "any_time"}, "The times can be agreed between you", ""},
		{market.Reason{Code: "not_on", Dates: []market.Date{"2027-04-08", "2027-04-15"}, Against: true},
			"To settle: Not on 8 April and 15 April", ""},
		{market.Reason{Code: "not_on", Dates: []market.Date{"2027-04-08", "2027-04-15"}, Of: 5, Against: true},
			"To settle: Not on 8 April and 15 April (and 3 more)", ""},
		{market.Reason{Code: "fact", Key: "seated", Have: 40, Want: 25}, "Seats 40, you need 25", "Seats 40, they need 25"},
		{market.Reason{Code: "fact", Key: "seated", Have: 40}, "Seats 40", ""},
		{market.Reason{Code: "fact", Key: "bed_length", Have: 2.5, Want: 2}, "Bed length: 2.5, you need 2", "Bed length: 2.5, they need 2"},
		{market.Reason{Code: "flag", Key: "kitchen"}, "Has a kitchen", ""},
		{market.Reason{Code: "flag", Key: "tail_lift"}, "Has this: tail lift", ""},
		{market.Reason{Code: "quantity", Have: 12, Want: 8, Unit: "chairs"}, "12 chairs offered, you need 8", "12 chairs offered, they need 8"},
		{market.Reason{Code: "quantity", Have: 2, Want: 1}, "2 offered, you need 1", "2 offered, they need 1"},
		{market.Reason{Code: "quantity", Key: market.StillWanted, Have: 30, Want: 5, Unit: "chairs"},
			"30 chairs offered, you still need 5", "30 chairs offered, they still need 5"},
		{market.Reason{Code: "quantity", Key: market.StillWanted, Have: 2, Want: 1}, "2 offered, you still need 1", "2 offered, they still need 1"},
		{market.Reason{Code: "feature", Key: "step_free"}, "Step-free", ""},
		{market.Reason{Code: "terms", Key: "at_cost", Pence: 1200, Per: "hour"}, "£12 an hour, at cost", ""},
		{market.Reason{Code: "terms", Key: "at_cost", Pence: 1200, Per: "moon"}, "£12 for each moon, at cost", ""},
		{market.Reason{Code: "terms", Key: "at_cost"}, "At cost, to be agreed", ""},
		{market.Reason{Code: "terms", Key: "gift"}, "A gift", ""},
		{market.Reason{Code: "words", Words: []string{"choir", "singing"}}, "Both speak of choir and singing", ""},
		{market.Reason{Code: "meaning"}, "Your words and theirs are close in meaning", ""},
		{market.Reason{Code: "tags", Words: []string{"music"}}, "Both are about music", ""},
		{market.Reason{Code: "network"}, "You are in the same network", ""},
		{market.Reason{Code: "evidence", Key: "insurance"}, "Your public liability insurance is what they ask for",
			"They state public liability insurance, as you ask: check for yourselves before you meet"},
		{market.Reason{Code: "evidence", Key: "safeguarding", ShownTo: "Growers", ShownOn: "2027-01-02"}, "Your safeguarding policy, shown to Growers on Saturday 2 January 2027, is what they ask for",
			"They have shown a safeguarding policy, as you ask, to Growers on Saturday 2 January 2027: check for yourselves before you meet"},
		{market.Reason{Code: "welcome", Key: "children"}, "Children are welcome", ""},
	} {
		if c.offer == "" {
			c.offer = c.need
		}
		if got := Reason(Default, c.reason); got != c.need {
			t.Errorf("%+v says to the need: %q, want %q", c.reason, got, c.need)
		}
		if got := ReasonTo(Default, market.Offer, c.reason); got != c.offer {
			t.Errorf("%+v says to the offer: %q, want %q", c.reason, got, c.offer)
		}
	}
}

func TestAReasonComesInTwoPartsForAPage(t *testing.T) {
	lead, rest := ReasonParts(Default, market.Need, market.Reason{Code: "times", Fits: 11, Of: 12, Day: 4, Start: 1080, End: 1200})
	if lead != "Thursdays 18:00 to 20:00" || rest != "free on 11 of your 12" {
		t.Errorf("%q, %q", lead, rest)
	}
	if lead, rest = ReasonParts(Default, market.Need, market.Reason{Code: "feature", Key: "parking"}); lead != "Parking" || rest != "" {
		t.Errorf("%q, %q", lead, rest)
	}
}

func TestNearMissesSayWhatWouldDo(t *testing.T) {
	for _, c := range []struct {
		rule   string
		change market.Reason
		want   string
	}{
		{"time", market.Reason{Day: 3}, "Would match on Wednesdays"},
		{"time", market.Reason{Day: 3, Start: 1080, End: 1200}, "Would match on Wednesdays, 18:00 to 20:00"},
		{"time", market.Reason{Start: 1080, End: 1200}, "Would match at 18:00 to 20:00"},
		{"time", market.Reason{Day: 4, Start: 1080, End: 1200, Of: 1, Dates: []market.Date{"2027-02-04"}}, "Would match on Thursday 4 February, 18:00 to 20:00"},
		{"time", market.Reason{Of: 3, Dates: []market.Date{"2027-01-06", "2027-01-20", "2027-02-03"}}, "Would match on 6 January, 20 January and 3 February"},
		{"time", market.Reason{Of: 7, Start: 1080, End: 1200, Dates: []market.Date{"2027-01-06", "2027-01-20", "2027-02-03", "2027-02-17", "2027-03-03", "2027-03-17", "2027-03-31"}},
			"Would match on 7 dates from 6 January to 31 March, 18:00 to 20:00"},
		{"eligibility", market.Reason{Key: "alcohol"}, "Would match without alcohol"},
		{"time", market.Reason{}, "Would match at another time"},
		{"distance", market.Reason{KM: 6}, "Would match if about 6 km were near enough"},
		{"quantity", market.Reason{Have: 8, Unit: "chairs"}, "Would match if 8 chairs would do"},
		{"terms", market.Reason{Key: "at_cost", Pence: 1250, Per: "hour"}, "Would match at £12.50 an hour"},
		{"terms", market.Reason{Key: "loan"}, "Would match as a loan"},
		{"eligibility", market.Reason{Key: "insurance"}, "Would match with public liability insurance"},
		{"eligibility", market.Reason{Key: "helipad"}, "Would match but for this: helipad"},
		{"kind", market.Reason{Key: "equipment"}, "Would match as equipment"},
	} {
		if got := NearMiss(Default, market.NearMiss{Rule: c.rule, Change: c.change}); got != c.want {
			t.Errorf("%s: %q, want %q", c.rule, got, c.want)
		}
	}
}

func TestNearMissesAreButtonsOfTheSideThatChanges(t *testing.T) {
	for _, c := range []struct {
		rule   string
		change market.Reason
		need   string
		offer  string
	}{
		{"time", market.Reason{Day: 3, Start: 1080, End: 1200, Of: 8}, "Move to Wednesdays, 18:00 to 20:00", "Offer Wednesdays, 18:00 to 20:00 too"},
		{"time", market.Reason{Day: 4, Start: 1080, End: 1200, Of: 1, Dates: []market.Date{"2027-02-04"}},
			"Move to Thursday 4 February, 18:00 to 20:00", "Offer Thursday 4 February, 18:00 to 20:00 too"},
		{"time", market.Reason{Start: 1080, End: 1200, Of: 2, Dates: []market.Date{"2027-02-04", "2027-02-18"}},
			"Move to 4 February and 18 February, 18:00 to 20:00", "Offer 4 February and 18 February, 18:00 to 20:00 too"},
		{"distance", market.Reason{KM: 6}, "Travel up to 6 km", "Bring it up to 6 km"},
		{"quantity", market.Reason{Key: "seated", Have: 12, Unit: "people"}, "Ask for 12 seats", ""},
		{"quantity", market.Reason{Have: 8, Unit: "chairs"}, "Ask for 8 chairs", ""},
		{"quantity", market.Reason{Have: 8}, "Ask for 8", ""},
		{"quantity", market.Reason{Key: market.InPart, Have: 8, Unit: "chairs"}, "Take 8 chairs, and look on for the rest", ""},
		{"quantity", market.Reason{Key: market.InPart, Have: 8}, "Take 8, and look on for the rest", ""},
		{"terms", market.Reason{Key: "loan", Have: 14, Want: 30, Unit: "days"}, "Take it for 14 days", "Lend it for 14 days"},
		{"terms", market.Reason{Key: "at_cost", Pence: 1250, Per: "hour"}, "Pay £12.50 an hour", "Ask £12.50 an hour"},
		{"terms", market.Reason{Key: "gift"}, "Take it as a gift", "Give it"},
		{"eligibility", market.Reason{Key: "parking"}, "Do without parking", ""},
		{"eligibility", market.Reason{Key: "alcohol"}, "Go without alcohol", "Allow alcohol"},
		{"kind", market.Reason{Key: "equipment"}, "Ask for equipment", ""},
	} {
		for side, want := range map[market.Side]string{market.Need: c.need, market.Offer: c.offer} {
			if got := NearMissDo(Default, market.NearMiss{Rule: c.rule, Change: c.change, By: side}); want != "" && got != want {
				t.Errorf("%s of the %s: %q, want %q", c.rule, side, got, want)
			}
		}
	}
	for _, f := range market.Features {
		if !Has("near_miss_do.need.eligibility." + string(f)) {
			t.Errorf("the feature %s has no words", f)
		}
	}
	for _, u := range market.Uses {
		if !Has("near_miss_do.need.eligibility."+string(u)) || !Has("near_miss_do.offer.eligibility."+string(u)) || !Has("near_miss.eligibility."+string(u)) {
			t.Errorf("the use %s has no words", u)
		}
	}
}

// The codes are read from market's own source, so that a new one cannot be forgotten here.
func TestEveryCodeOfMarketHasWords(t *testing.T) {
	codes := constants(t, "../market/match.go")
	if len(codes) < 20 {
		t.Fatalf("found only %d codes", len(codes))
	}
	for name, code := range codes {
		said := ""
		switch {
		case strings.HasPrefix(name, "Reason"):
			said = Reason(Default, market.Reason{Code: code, Key: "some_key"})
		case strings.HasPrefix(name, "Miss"):
			said = NearMiss(Default, market.NearMiss{Rule: code, Change: market.Reason{Key: "some_key"}})
		}
		if said == "" || strings.Contains(said, "⟦") {
			t.Errorf("%s says %q", name, said)
		}
	}
	for _, f := range market.Features {
		if !Has("reason.feature."+string(f)) || !Has("near_miss.eligibility."+string(f)) {
			t.Errorf("the feature %s has no words", f)
		}
	}
	for _, c := range market.EndCauses {
		said := Has("ended."+string(c)) || Has("ended."+string(c)+"_own") && (Has("ended."+string(c)+"_other") || c == market.EndBlocked || c == market.EndRemoved)
		if !said || !Has("ended_line."+string(c)) {
			t.Errorf("the end %s has no words", c)
		}
	}
	for _, u := range market.Uses {
		if !Has("reason.welcome." + string(u)) {
			t.Errorf("the use %s has no words", u)
		}
	}
	for _, k := range market.TermsKinds {
		if !Has("reason.terms."+string(k)) || !Has("near_miss.terms."+string(k)) {
			t.Errorf("the terms %s have no words", k)
		}
	}
}

// constants are the string constants of a file whose names begin with Reason or Miss.
func constants(t *testing.T, path string) map[string]string {
	t.Helper()
	parsed, err := parser.ParseFile(token.NewFileSet(), path, nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	found := map[string]string{}
	ast.Inspect(parsed, func(n ast.Node) bool {
		spec, ok := n.(*ast.ValueSpec)
		if !ok || len(spec.Names) != 1 || len(spec.Values) != 1 {
			return true
		}
		name := spec.Names[0].Name
		lit, ok := spec.Values[0].(*ast.BasicLit)
		if ok && (strings.HasPrefix(name, "Reason") || strings.HasPrefix(name, "Miss")) {
			found[name], err = strconv.Unquote(lit.Value)
			if err != nil {
				t.Fatal(err)
			}
		}
		return true
	})
	return found
}
