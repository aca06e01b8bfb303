package httpx

import (
	"encoding/csv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestNoCellOfATableIsAFormula(t *testing.T) {
	in := []string{"=1+1", "+44 20 7946 0123", "-2+3", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "  =1", "\u00a0=1", "＝1", "－1", "=cmd|' /C calc'!A0",
		"-0.0077", "12", "", "Hall", "a=b", "a\r\nb", `say "hi", twice`, "'=1"}
	want := []string{"'=1+1", "'+44 20 7946 0123", "'-2+3", "'@SUM(A1)", "'\t=1", "'=1", "'\n=1", "'  =1", "'\u00a0=1", "'＝1", "'－1", "'=cmd|' /C calc'!A0",
		"-0.0077", "12", "", "Hall", "a=b", "a\nb", `say "hi", twice`, "'=1"}
	var b strings.Builder
	table := NewTable(&b)
	for _, cell := range in {
		table.Row("x", cell)
	}
	if err := table.Close(); err != nil {
		t.Fatal(err)
	}
	rows, err := csv.NewReader(strings.NewReader(b.String())).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, row := range rows {
		got = append(got, row[1])
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if !strings.HasSuffix(b.String(), "\r\n") {
		t.Error("lines end otherwise than RFC 4180 says")
	}
}
