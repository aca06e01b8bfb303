package search

import "testing"

// A table made by an older release would be read with new eyes: whoever changes what stands in the tables raises
// shape, and then writes the new fingerprint here.
func TestShapeIsRaisedWithWhatItStandsFor(t *testing.T) {
	const known, of = "abcd82ede313", 4
	if got := fingerprint(); got != known || shape != of {
		t.Errorf("shape %d has the fingerprint %s; the test knows shape %d with %s", shape, got, of, known)
	}
}

// The engine's index as well.
func TestMeiliShapeIsRaisedWithWhatItStandsFor(t *testing.T) {
	const known, of = "6b2c4803a7a0", 5
	if got := meiliFingerprint(); got != known || meiliShape != of {
		t.Errorf("shape %d has the fingerprint %s; the test knows shape %d with %s", meiliShape, got, of, known)
	}
}

// What both have of groups and networks as well.
func TestPartyShapeIsRaisedWithWhatItStandsFor(t *testing.T) {
	const known, of = "a46af3676fc4", 2
	if got := partyFingerprint(); got != known || partyShape != of {
		t.Errorf("shape %d has the fingerprint %s; the test knows shape %d with %s", partyShape, got, of, known)
	}
}
