package market

import "testing"

// Every mail and many pages say a time by the clock of a place: its zone is read from its file once.
func TestATimeZoneIsReadOnce(t *testing.T) {
	for name, want := range map[string]string{"": DefaultZone, "Africa/Accra": "Africa/Accra", "Atlantis/Nowhere": "UTC"} {
		w := When{Zone: name}
		for range 2 {
			if got := w.Location().String(); got != want {
				t.Errorf("%q is %s, want %s", name, got, want)
			}
		}
	}
	if n := testing.AllocsPerRun(100, func() { When{}.Location() }); n > 1 {
		t.Errorf("asking again takes %v allocations", n)
	}
}
