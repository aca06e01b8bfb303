package wording

import (
	"encoding/json"
	"os/exec"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// spokenByCLDR has node say what we say: it carries all of CLDR (ICU), and the browser's side is built with it.
const spokenByCLDR = `
const says = (lang, at, o) => new Intl.DateTimeFormat(lang, { timeZone: "UTC", ...o }).format(at);
const figures = [0, 7, 999, 1000, 1234, 12345, 1234567, 2.5, 1234.5];
const day = { day: "numeric", month: "long" }, year = { year: "numeric" }, weekday = { weekday: "long" };
console.log(JSON.stringify(Object.fromEntries(JSON.parse(process.argv[1]).map((lang) => [lang, [
  ...Array.from({ length: 12 }, (_, n) => Date.UTC(2027, n, 1 + n, 13 * n % 24, 5)).flatMap((at) => [
    says(lang, at, { ...day, ...weekday }), says(lang, at, { ...day, ...weekday, ...year }), says(lang, at, day), says(lang, at, { ...day, ...year }),
    says(lang, at, weekday), says(lang, at, { timeStyle: "short" })]),
  ...[2, 3, 4].map((n) => new Intl.ListFormat(lang).format(["a", "b", "c", "d"].slice(0, n))),
  ...figures.map((n) => new Intl.NumberFormat(lang).format(n)),
  ...figures.filter((n) => n > 0).map((n) => new Intl.NumberFormat(lang, { style: "currency", currency: "GBP", trailingZeroDisplay: "stripIfInteger" }).format(n))]])))
  .replaceAll("\u202f", " "));` // the narrow blank before "PM", which fonts lack

// numbers are how many of what is said are numbers and money.
const numbers = 17

func saidOfTheYear(lang string) (said []string) {
	for n := range 12 {
		at := time.Date(2027, time.Month(n+1), 1+n, 13*n%24, 5, 0, 0, time.UTC)
		said = append(said, Date(lang, at), LongDate(lang, at), ShortDate(lang, at), DayAndYear(lang, at), Weekday(lang, at.Weekday()), Clock(lang, at))
	}
	for n := 2; n <= 4; n++ {
		said = append(said, List(lang, []string{"a", "b", "c", "d"}[:n]))
	}
	figures := []float64{0, 7, 999, 1000, 1234, 12345, 1234567, 2.5, 1234.5}
	for _, n := range figures {
		said = append(said, Number(lang, n))
	}
	for _, n := range figures[1:] {
		said = append(said, Money(lang, int(n*100)))
	}
	return said
}

// Dates, times, lists, numbers and money are what CLDR has, in every language of the catalogue. American English is beside them to show that another
// order, the clock of twelve hours and another comma can be said; Spanish and Bengali write numbers otherwise.
func TestDatesTimesListsAndNumbersAreThoseOfCLDR(t *testing.T) {
	adds(t, map[string]string{"en-US/dates.toml": `[date]
day = "{{.Weekday}}, {{.Month}} {{.Day}}"
year = "{{.Weekday}}, {{.Month}} {{.Day}}, {{.Year}}"
short = "{{.Month}} {{.Day}}"
short_year = "{{.Month}} {{.Day}}, {{.Year}}"
clock = "{{.OfTwelve}}:{{.Minute}} {{.Period}}"
am = "AM"
pm = "PM"
[list]
comma = "{{.Most}}, {{.Next}}"
and = "{{.Most}}, and {{.Last}}"
`, "es/dates.toml": `[number]
grouped_from = "10000"
[money]
pounds = "{{.Amount}}\u00a0GBP"
`, "bn/dates.toml": `[number]
system = "beng"
[money]
pounds = "{{.Amount}}£"
`})
	langs := Languages()
	text, err := json.Marshal(langs)
	if err != nil {
		t.Fatal(err)
	}
	out, err := exec.CommandContext(t.Context(), "node", "-e", spokenByCLDR, string(text)).Output()
	if err != nil {
		t.Fatal(err)
	}
	var want map[string][]string
	if err := json.Unmarshal(out, &want); err != nil {
		t.Fatal(err)
	}
	if !slices.Contains(langs, Default) || len(langs) != 4 {
		t.Errorf("only %v", langs)
	}
	for i, said := range want[Default] { // ours has no comma after a weekday, with a year as without; CLDR's has one with a year
		want[Default][i] = strings.Replace(said, "day, ", "day ", 1)
	}
	for _, lang := range langs {
		want, said := want[lang], saidOfTheYear(lang)
		if lang == "es" || lang == "bn" { // whose words for days nobody gave
			want, said = want[len(want)-numbers:], said[len(said)-numbers:]
		}
		if diff := cmp.Diff(want, said); diff != "" {
			t.Errorf("%s: %s", lang, diff)
		}
	}
}
