package geocode

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"wherewithal/market"
)

// collected is a directory read to its end: rows as text, the lines of bad rows, and what ended it.
func collected(text string) (rows []string, bad []int, end error) {
	for row, err := range ReadDirectory(strings.NewReader(text)) {
		var broken *RowError
		switch {
		case errors.As(err, &broken):
			bad = append(bad, broken.Line)
		case err != nil:
			end = err
		default:
			rows = append(rows, fmt.Sprintf("%d %s %v %s", row.Line, row.Postcode, row.Point, row.Borough))
		}
	}
	return rows, bad, end
}

func geoLine(pc, district, lat, lng string) string {
	return strings.Join([]string{"GB", pc, "Somewhere", "England", "ENG", "Greater London", "", district, "", lat, lng, "6"}, "\t") + "\n"
}

func TestGeoNamesFilesAreRead(t *testing.T) {
	rows, bad, end := collected(geoLine("SE10 9JF", "Royal Borough of Greenwich", "51.4821", "-0.0089") +
		geoLine("SE10", "", "51.48", "0") + "GB\tshort\n" + geoLine("M1 1AE", "", "53.4776", "-2.2308") +
		geoLine("M1 1AF", "", "north", "-2.2308") + geoLine("M1 1AG", "Man\x00chester", "53.4776", "-2.2308") +
		geoLine("M1 1AH", "Man\xffchester", "53.4776", "-2.2308"))
	want := []string{"1 SE10 9JF {51.4821 -0.0089} Greenwich", "4 M1 1AE {53.4776 -2.2308} Greater London"}
	if fmt.Sprint(rows) != fmt.Sprint(want) || fmt.Sprint(bad) != "[2 3 5 6 7]" || end != nil {
		t.Errorf("rows %q, bad %v, end %v", rows, bad, end)
	}
}

func TestONSFilesAreRead(t *testing.T) {
	rows, bad, end := collected("\ufeffpcd,pcds,doterm,oslaua,lat,long\r\n" +
		`"SE109JF","SE10 9JF",,"E09000011",51.482100,-0.008900` + "\r\n" +
		`"SE109JG","SE10 9JG",199906,"E09000011",51.4821,-0.0089` + "\r\n" +
		`"GY1 1AA","GY1 1AA",,"L99999999",99.999999,0.000000` + "\r\n" +
		`"E8  1AA","E8 1AA",,"E09000012",51.54,-0.06` + "\r\n")
	want := []string{"2 SE10 9JF {51.4821 -0.0089} Greenwich", "5 E8 1AA {51.54 -0.06} Hackney"}
	if fmt.Sprint(rows) != fmt.Sprint(want) || fmt.Sprint(bad) != "[4]" || end != nil {
		t.Errorf("rows %q, bad %v, end %v", rows, bad, end)
	}
}

func TestABrokenQuoteSpoilsOneLineOfAnONSFile(t *testing.T) {
	rows, bad, end := collected("pcds,lat,long\nSE10 9JF,51.48,0.0\nSE1\"0 9JG,51.48,0.0\nSE10 9JH,51.48,0.0\n")
	if len(rows) != 2 || fmt.Sprint(bad) != "[3]" || end != nil {
		t.Errorf("rows %q, bad %v, end %v", rows, bad, end)
	}
}

func TestFilesThatAreNoDirectoryAreRefused(t *testing.T) {
	for _, text := range []string{"", "hello\n", "name,phone\na,b\n", "\x00\x01\x02", strings.Repeat("x", 1<<20)} {
		if rows, _, end := collected(text); end == nil || len(rows) > 0 {
			t.Errorf("%.10q: %d rows, %v", text, len(rows), end)
		}
	}
}

func TestALineWithoutEndStopsTheReader(t *testing.T) {
	rows, _, end := collected(geoLine("SE10 9JF", "", "51.48", "0") + strings.Repeat("x", 1<<20))
	if len(rows) != 1 || end == nil {
		t.Errorf("%d rows, %v", len(rows), end)
	}
}

func TestAReaderCanBeLeftEarly(t *testing.T) {
	for row, err := range ReadDirectory(strings.NewReader(geoLine("SE10 9JF", "", "51.48", "0") + geoLine("E8 1AA", "", "51.54", "-0.06"))) {
		if err != nil || row.Point != (market.Point{Lat: 51.48}) {
			t.Errorf("%+v, %v", row, err)
		}
		break
	}
}
