package market

import "testing"

func TestNamesAreAlikeByOneSlipOfThePen(t *testing.T) {
	for _, c := range []struct {
		a, b  string
		alike bool
	}{
		{"Creekside Choir", "The Creeks1de Choir", true},
		{"Creekside Choir", "Creekside Chior", true},  // two swapped
		{"Creekside Choir", "Creekside Choirs", true}, // one more
		{"Creekside Choir", "Creekside Chor", true},   // one less
		{"Creekside Choir", "Creekside Chair", true},  // another
		{"Creekside Choir", "reekside Choir", true},
		{"Creekside Choir", "Creeks1de Chior", true}, // a digit that poses as a letter is no number
		{"Vanbrugh", "Vanburgh", true},
		{"1st Blackheath Scouts", "1st Blackheath Scout", true},
		{"Ελληνική Χορωδία", "Ελληνικη Χορωδία", true},

		{"Creekside Choir", "Creekside Chiors", false}, // two slips
		{"Creekside Choir", "Creekside Quire", false},
		{"Creekside Choir", "rCeekside Chior", false},
		{"Creekside Choir", "Creekside Band", false},
		{"Creekside Choir", "Creekside Choir Friends", false},
		{"1st Scouts", "2nd Scouts", false},
		{"4th Greenwich Scouts", "6th Greenwich Scouts", false},
		{"Troop 12", "Troop 13", false},
		{"Troop 1", "Troop 11", false},
		{"Thamesmead 2", "Thamesmead", false},
		{"SE10 Growers", "SE18 Growers", false},
		{"Block C Tenants", "Block D Tenants", false},
		{"North Street Hall", "South Street Hall", false},
		{"East Street Hall", "West Street Hall", false},
		{"Mens Shed", "Womens Shed", false},
		{"Tuesday Band", "Thursday Band", false},
		{"Arts", "Acts", false}, // short words are another by one letter
		{"Choir", "Choirs", false},
		{"", "a", true}, // nothing is left of either
	} {
		if NamesAlike(c.a, c.b) != c.alike || NamesAlike(c.b, c.a) != c.alike {
			t.Errorf("%q and %q: alike is not %v", c.a, c.b, c.alike)
		}
		if !NamesAlike(c.a, c.a) {
			t.Errorf("%q is not like itself", c.a)
		}
	}
}
