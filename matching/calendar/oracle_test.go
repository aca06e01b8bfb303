package calendar_test

import (
	"testing"

	"pgregory.net/rapid"

	"wherewithal/matching/oracle"
)

// drawn are dice that rapid throws, and throws again until what fails is small.
type drawn struct{ *rapid.T }

func (d drawn) IntN(n int) int { return rapid.IntRange(0, n-1).Draw(d.T, "die") }

func TestMeetAgreesWithCountingEveryMinute(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		if err := oracle.SomeTimes(drawn{t}).Check(); err != nil {
			t.Fatal(err)
		}
	})
}

// Daily uses stand in one another's way where the turn-round is long.
func TestMeetAgreesAlsoWhereASeriesStandsInItsOwnWay(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		if err := oracle.SomeDaily(drawn{t}).Check(); err != nil {
			t.Fatal(err)
		}
	})
}
