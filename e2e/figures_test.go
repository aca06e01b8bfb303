package e2e

import (
	"os"
	"regexp"
	"strings"
)

// unmet are the figures that nothing writes in a town without what each says; deploy's own test sees that programs do.
var unmet = map[string]string{
	"wherewithal_search_answers_total":   "Meilisearch",
	"wherewithal_search_meant_total":     "Meilisearch",
	"wherewithal_search_refused_total":   "Meilisearch",
	"wherewithal_search_engine_whole":    "Meilisearch",
	"wherewithal_partner_requests_total": "a partner",
	"wherewithal_partner_rows_total":     "a partner",
	"wherewithal_webhook_seconds_count":  "a webhook",
}

var (
	figure = regexp.MustCompile(`\bwherewithal_\w+|\bprocess_\w+|\bgo_\w+`)
	series = regexp.MustCompile(`(?m)^(\w+)(?:\{[^\n]*\})? (\S+)$`)
)

// measures sees that the programs of a town at work write what the alerts and the dashboard look at: each figure is there, and
// what counts has counted.
func (w *town) measures() {
	w.t.Helper()
	there, counted := map[string]bool{}, map[string]bool{}
	for _, program := range []string{w.inside, w.worker.base} {
		for _, m := range series.FindAllStringSubmatch(body(w.t, program+"/metrics"), -1) {
			there[m[1]] = true
			counted[m[1]] = counted[m[1]] || m[2] != "0"
		}
	}
	seen := 0
	for _, name := range []string{"alerts.yml", "grafana.json"} {
		text, err := os.ReadFile("../deploy/" + name)
		if err != nil {
			w.t.Fatal(err)
		}
		for _, one := range figure.FindAllString(string(text), -1) {
			seen++
			histogram := strings.HasSuffix(one, "_count") || strings.HasSuffix(one, "_bucket")
			if unmet[one] == "" && (!there[one] || histogram && !counted[one]) {
				w.t.Errorf("%s looks at %s, which the programs do not write (there: %t, counted: %t)", name, one, there[one], counted[one])
			}
		}
	}
	if seen < 20 {
		w.t.Errorf("saw %d figures: this is not looking at them", seen)
	}
}
