package deploy_test

import (
	"encoding/json"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/goccy/go-yaml"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/common/model"
	"github.com/prometheus/prometheus/promql/parser"

	"wherewithal/queue"
	"wherewithal/search"
	"wherewithal/telemetry"
)

// figures are what the programs measure, by the names that Prometheus gives them: each with its labels.
type figures map[string][]string

// scraped are labels that Prometheus adds itself.
var scraped = []string{"job", "instance"}

func registered(t *testing.T) figures {
	t.Helper()
	m := telemetry.NewMetrics()
	queue.NewMetrics(m)
	search.NewMetrics(m)
	families, err := m.Registry.Gather()
	if err != nil {
		t.Fatal(err)
	}
	all := figures{"up": scraped}
	for _, f := range families {
		all[f.GetName()] = scraped
	}
	described := make(chan *prometheus.Desc, 1000)
	m.Registry.Describe(described)
	close(described)
	for d := range described {
		all.add(d)
	}
	return all
}

// measurers are the files that hold the methods by which programs write figures.
var measurers = []string{"telemetry/metrics.go", "queue/metrics.go", "search/metrics.go"}

var (
	measures = regexp.MustCompile(`(?m)^func \(m \*Metrics\) (\w+)\([^)]*\) \{$`) // what gives something back makes a figure
	measured = regexp.MustCompile(`(?:[mM]etrics|\bprocess)\.(\w+)\(`)
)

// A figure that is registered and that no program writes reads as if nothing ever happened.
func TestEveryFigureIsWrittenByAProgram(t *testing.T) {
	var all []string
	for _, name := range measurers {
		text, err := os.ReadFile(filepath.Join("..", name))
		if err != nil {
			t.Fatal(err)
		}
		found := measures.FindAllSubmatch(text, -1)
		if len(found) < 3 {
			t.Errorf("%s: saw %d ways to measure: this test is not looking at them", name, len(found))
		}
		for _, m := range found {
			all = append(all, string(m[1]))
		}
	}
	written := map[string]bool{}
	for _, family := range []string{"alert", "cmd", "letter", "listing", "mail", "partner", "queue", "search", "web", "worker"} {
		err := filepath.WalkDir(filepath.Join("..", family), func(name string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() || !strings.HasSuffix(name, ".go") || strings.HasSuffix(name, "_test.go") {
				return err
			}
			text, err := os.ReadFile(name)
			for _, m := range measured.FindAllSubmatch(text, -1) {
				written[string(m[1])] = true
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	for _, name := range all {
		if !written[name] {
			t.Errorf("nobody but tests calls %s of Metrics: what it measures stays empty", name)
		}
	}
}

var inDesc = regexp.MustCompile(`fqName: "(\w+)".*variableLabels: \{([\w,]*)\}`)

// add takes what has labels, of which nothing is gathered before something was counted: counters, by our habit called
// _total, and histograms.
func (all figures) add(d *prometheus.Desc) {
	m := inDesc.FindStringSubmatch(d.String())
	if m == nil || m[2] == "" {
		return
	}
	name, names := m[1], append(strings.Split(m[2], ","), scraped...)
	if strings.HasSuffix(name, "_total") {
		all[name] = names
		return
	}
	all[name+"_count"], all[name+"_sum"], all[name+"_bucket"] = names, names, append(slices.Clone(names), "le")
}

// check reads an expression as Prometheus does, and returns how many figures it looks at.
func (all figures) check(t *testing.T, where, expr string) (seen int) {
	t.Helper()
	tree, err := parser.NewParser(parser.Options{}).ParseExpr(expr)
	if err != nil {
		t.Errorf("%s: %s: %v", where, expr, err)
		return 0
	}
	known := slices.Clone(scraped)
	parser.Inspect(tree, func(node parser.Node, _ []parser.Node) error {
		v, ok := node.(*parser.VectorSelector)
		if !ok {
			return nil
		}
		seen++
		names, ok := all[v.Name]
		if !ok {
			t.Errorf("%s: nobody measures %s", where, v.Name)
		}
		known = append(known, names...)
		for _, m := range v.LabelMatchers {
			if m.Name != model.MetricNameLabel && !slices.Contains(names, m.Name) {
				t.Errorf("%s: %s has no label %s", where, v.Name, m.Name)
			}
		}
		return nil
	})
	parser.Inspect(tree, func(node parser.Node, _ []parser.Node) error {
		if by, ok := node.(*parser.AggregateExpr); ok {
			for _, name := range by.Grouping {
				if !slices.Contains(known, name) {
					t.Errorf("%s: nothing in %s has a label %s", where, expr, name)
				}
			}
		}
		return nil
	})
	return seen
}

type rules struct {
	Groups []struct {
		Name  string
		Rules []struct {
			Alert, Expr, For    string
			Labels, Annotations map[string]string
		}
	}
}

// An alert over a figure that nobody measures never fires; one that nobody explains is silenced.
func TestEveryAlertLooksAtAFigureThatIsMeasuredAndIsExplained(t *testing.T) {
	text, err := os.ReadFile("alerts.yml")
	if err != nil {
		t.Fatal(err)
	}
	var r rules
	if err := yaml.UnmarshalWithOptions(text, &r, yaml.Strict()); err != nil {
		t.Fatal(err)
	}
	running, err := os.ReadFile("../docs/running.md")
	if err != nil {
		t.Fatal(err)
	}
	all, seen := registered(t), 0
	for _, rule := range r.Groups[0].Rules {
		seen += all.check(t, rule.Alert, rule.Expr)
		if !strings.Contains(string(running), fmt.Sprintf("\n| `%s` |", rule.Alert)) {
			t.Errorf("docs/running.md does not say what %s means", rule.Alert)
		}
		if d, err := time.ParseDuration(rule.For); err != nil || d <= 0 || rule.Labels["severity"] == "" || rule.Annotations["summary"] == "" {
			t.Errorf("%s: for %q, severity %q, summary %q", rule.Alert, rule.For, rule.Labels["severity"], rule.Annotations["summary"])
		}
	}
	if seen < 8 {
		t.Errorf("saw %d figures: this test is not looking at the alerts", seen)
	}
}

// A program that is gone altogether, name and all, is scraped no more: every other rule is silent then, for nothing compared with
// anything is nothing.
func TestAnAlertFiresWhenAllOfAProgramAreGone(t *testing.T) {
	text, err := os.ReadFile("alerts.yml")
	if err != nil {
		t.Fatal(err)
	}
	var r rules
	if err := yaml.Unmarshal(text, &r); err != nil {
		t.Fatal(err)
	}
	missed := map[string]bool{}
	for _, rule := range r.Groups[0].Rules {
		tree, err := parser.NewParser(parser.Options{}).ParseExpr(rule.Expr)
		if err != nil {
			t.Fatal(err)
		}
		if call, ok := tree.(*parser.Call); ok && call.Func.Name == "absent" {
			missed[call.Args[0].(*parser.VectorSelector).Name] = true
		}
	}
	own := telemetry.NewMetrics() // what an api and a worker have in common
	families, err := own.Registry.Gather()
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range families {
		delete(missed, f.GetName())
	}
	if !missed["wherewithal_schedule_leader"] || !missed["wherewithal_http_request_seconds_count"] || len(missed) != 2 {
		t.Errorf("noticed when they are gone: %v, want a figure that only workers have, and one that only an api has", missed)
	}
}

type dashboard struct {
	UID, Title    string
	SchemaVersion int
	Panels        []panel
}

type panel struct {
	ID          int
	Type, Title string
	GridPos     struct{ X, Y, W, H int }
	Datasource  struct{ Type, UID string }
	FieldConfig struct{ Defaults struct{ Unit string } }
	Targets     []struct{ RefID, Expr, LegendFormat string }
}

var inLegend = regexp.MustCompile(`\{\{(\w+)\}\}`)

func TestTheDashboardShowsFiguresThatAreMeasured(t *testing.T) {
	text, err := os.ReadFile("grafana.json")
	if err != nil {
		t.Fatal(err)
	}
	var d dashboard
	if err := json.Unmarshal(text, &d); err != nil {
		t.Fatal(err)
	}
	all, ids, seen, taken := registered(t), map[int]bool{}, map[string]bool{}, map[[2]int]string{}
	for _, p := range d.Panels {
		if ids[p.ID] || p.ID == 0 || p.Title == "" {
			t.Errorf("%q has the id %d, which another has", p.Title, p.ID)
		}
		ids[p.ID] = true
		p.stands(t, taken)
		if p.Type == "row" {
			continue
		}
		if p.Datasource.UID != "${datasource}" || p.FieldConfig.Defaults.Unit == "" || len(p.Targets) == 0 {
			t.Errorf("%s: data from %q, unit %q, %d queries", p.Title, p.Datasource.UID, p.FieldConfig.Defaults.Unit, len(p.Targets))
		}
		for _, q := range p.Targets {
			expr := strings.ReplaceAll(q.Expr, "$__rate_interval", "5m")
			all.check(t, p.Title, expr)
			for _, m := range inLegend.FindAllStringSubmatch(q.LegendFormat, -1) {
				if !slices.Contains(scraped, m[1]) && !regexp.MustCompile(`by \([^)]*\b`+m[1]+`\b`).MatchString(expr) {
					t.Errorf("%s: its legend wants %s, which %s loses", p.Title, m[1], expr)
				}
			}
			for name := range all {
				seen[name] = seen[name] || strings.Contains(expr, name)
			}
		}
	}
	for name := range all {
		if strings.HasPrefix(name, "wherewithal_") && !seen[name] && !strings.HasSuffix(name, "_sum") && !strings.HasSuffix(name, "_bucket") &&
			!seen[strings.TrimSuffix(name, "_count")+"_bucket"] {
			t.Errorf("%s is measured and stands on no panel", name)
		}
	}
}

// stands sees that no panel lies over another, or beyond the 24 columns that there are.
func (p panel) stands(t *testing.T, taken map[[2]int]string) {
	t.Helper()
	g := p.GridPos
	if g.X < 0 || g.X+g.W > 24 || g.W < 1 || g.H < 1 {
		t.Errorf("%s stands at %+v", p.Title, g)
	}
	for x := g.X; x < g.X+g.W; x++ {
		for y := g.Y; y < g.Y+g.H; y++ {
			if other := taken[[2]int{x, y}]; other != "" {
				t.Errorf("%s lies over %s", p.Title, other)
			}
			taken[[2]int{x, y}] = p.Title
		}
	}
}

// Whoever is called by SearchFallsBack reads there what each reason of the figure means.
func TestThePageForOperatorsSaysWhyPostgresAnswers(t *testing.T) {
	page, err := os.ReadFile("../docs/running.md")
	if err != nil {
		t.Fatal(err)
	}
	_, row, _ := strings.Cut(string(page), "\n| `SearchFallsBack` |")
	row, _, _ = strings.Cut(row, "\n")
	m := telemetry.NewMetrics()
	search.NewMetrics(m)
	families, err := m.Registry.Gather()
	if err != nil {
		t.Fatal(err)
	}
	seen := 0
	for _, f := range families {
		if f.GetName() != "wherewithal_search_answers_total" {
			continue
		}
		for _, one := range f.GetMetric() {
			for _, l := range one.GetLabel() {
				if l.GetName() != "why" || l.GetValue() == "" {
					continue
				}
				if seen++; !strings.Contains(row, "`"+l.GetValue()+"`") {
					t.Errorf("docs/running.md does not say what to do about %s", l.GetValue())
				}
			}
		}
	}
	if seen < 5 {
		t.Errorf("saw %d reasons: this test is not looking at the figure", seen)
	}
	for _, name := range []string{"wherewithal_search_answers_total", "wherewithal_search_engine_whole"} {
		if registered(t)[name] == nil || !strings.Contains(row, "`"+name+"`") {
			t.Errorf("docs/running.md does not name %s, or nobody measures it", name)
		}
	}
}
