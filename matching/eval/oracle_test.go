package eval

import (
	"errors"
	"math/rand/v2"
	"strings"
	"testing"

	"wherewithal/matching/oracle"
)

func TestTheOracleTellsWhatAgreesAndWhatDoesNot(t *testing.T) {
	var got []Figure
	report := func(f Figure) { got = append(got, f) }
	err := agree("times", "every minute", 10, func(i int) error {
		if i%4 == 3 {
			return errors.New("three instead of two")
		}
		return nil
	}, report)
	if err == nil || !strings.Contains(err.Error(), "times, question 3: three instead of two") {
		t.Errorf("error %v", err)
	}
	if len(got) != 1 || got[0].Value != 8 || got[0].Published != "of 10" {
		t.Errorf("reported %+v", got)
	}
}

func TestRankingsAreHeldToComparingWithEveryListing(t *testing.T) {
	var got []Figure
	if err := recall(oracle.SomeTown(rand.New(rand.NewPCG(2, 2)), 200), 40, func(f Figure) { got = append(got, f) }); err != nil {
		t.Error(err)
	}
	if len(got) != 2 || got[0].Value != 40 || got[1].Value != 1 || got[1].Published == "over the 0 that find any" {
		t.Errorf("reported %+v", got)
	}
}
