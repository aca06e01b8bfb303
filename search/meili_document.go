package search

import (
	"fmt"
	"math"
	"net/url"
	"strings"

	"wherewithal/market"
)

// meiliDocument is a document as the engine has it. Only ID, Version, Placed, Geo and Opened ever come out again.
type meiliDocument struct {
	ID       string             `json:"id"`
	Version  int64              `json:"version"`
	Side     market.Side        `json:"side"`
	Kind     string             `json:"kind"`
	Terms    market.TermsKind   `json:"terms"`
	Circle   market.Circle      `json:"circle"`
	Group    market.ID          `json:"group"`
	Networks []string           `json:"networks"`
	Told     []string           `json:"told"`
	Borough  string             `json:"borough"`
	Region   string             `json:"region"`
	Placed   int                `json:"placed"` // 1 when it has a public point
	Geo      *meiliPoint        `json:"_geo,omitempty"`
	Tags     []string           `json:"tags"`
	Features []string           `json:"features"`
	Numbers  map[string]float64 `json:"numbers"`
	Opened   int64              `json:"opened"`  // Unix microseconds
	Expires  int64              `json:"expires"` // Unix microseconds; never: forever
	Model    string             `json:"model"`   // which read the vectors; "": it has none
	Vectors  vectors            `json:"_vectors"`
	hours
	texts
}

type meiliPoint struct {
	Lat float64 `json:"lat"`
	Lng float64 `json:"lng"`
}

// texts are what can be found in words, by how much it says about the listing: the order is that of searchable.
type texts struct {
	Title    string `json:"title"`
	Labels   string `json:"labels"`      // tags
	TitleToo string `json:"title_too"`   // other words for the same
	Facts    string `json:"facts"`       // kind, facts and features
	LabelToo string `json:"labels_too"`  // …
	Says     string `json:"description"` // …
	FactsToo string `json:"facts_too"`   // …
	Name     string `json:"group_name"`  // …
	SaysToo  string `json:"description_too"`
	Around   string `json:"around"`    // borough and outcode
	Times    string `json:"times"`     // days and their parts
	AnyTimes string `json:"any_times"` // the same, where nothing was said about times
}

// searchable are the fields of texts, the most telling first.
var searchable = []string{"title", "labels", "title_too", "facts", "labels_too", "description", "facts_too", "group_name",
	"description_too", "around", "times", "any_times"}

// forever is when a listing without an end expires: later than any, and exact as a floating point number.
const forever = 9_000_000_000_000_000

func (d Document) meili() meiliDocument {
	a := d.Audience
	out := meiliDocument{
		ID: string(d.ID), Version: d.Version, Side: d.Side, Kind: escape(d.Kind), Terms: d.Terms, Circle: a.Circle, Group: a.GroupID,
		Networks: plain(a.Networks), Told: plain(d.Told), Borough: escape(a.Borough), Region: escape(a.Region), Tags: escaped(d.Tags),
		Features: plain(d.Features), Numbers: named(d.Numbers), Opened: d.OpenedAt.UnixMicro(), Expires: forever,
		hours: d.Free.hours(market.DateOf(onWall(d.OpenedAt, market.When{}.Location()))), texts: d.texts(),
		Vectors: vectorsOf(d.Meaning),
	}
	if out.Vectors.Ours != nil {
		out.Model = escape(d.Meaning.Model)
	}
	if d.ExpiresAt != nil {
		out.Expires = d.ExpiresAt.UnixMicro()
	}
	if d.Point != nil {
		out.Placed, out.Geo = 1, &meiliPoint{d.Point.Lat, d.Point.Lng}
	}
	return out
}

func (d Document) texts() texts {
	labels, facts := strings.Join(d.Tags, " "), strings.Join(d.FactWords, " ")
	written := func(list []string) string { return strings.Join(list, " ") }
	t := texts{
		Title: written(forms(d.Title)), TitleToo: written(also(d.Title)), Labels: written(forms(labels)), LabelToo: written(also(labels)),
		Facts: written(forms(facts)), FactsToo: written(also(facts)), Says: written(forms(d.Description)), SaysToo: written(also(d.Description)),
		Name: written(forms(d.GroupName)), Around: written(forms(d.Audience.Borough + " " + d.Outcode)),
	}
	if times := written(timesToo(d.Free.lexemes())); d.Free.AnyTime {
		t.AnyTimes = times
	} else {
		t.Times = times
	}
	return t
}

// named keeps the numbers whose names can be asked for: what is in a filter must not be able to be anything else.
func named(numbers map[string]float64) map[string]float64 {
	out := map[string]float64{}
	for key, n := range numbers {
		if plainName(key) && !math.IsNaN(n) && !math.IsInf(n, 0) {
			out[key] = n
		}
	}
	return out
}

func plainName(s string) bool {
	return s != "" && strings.Trim(s, "abcdefghijklmnopqrstuvwxyz_0123456789") == ""
}

// escape writes a value so that it can stand between quotes in a filter, whatever the engine unescapes there.
func escape(s string) string {
	return strings.NewReplacer("%", "%25", `"`, "%22", `\`, "%5C", "'", "%27").Replace(s)
}

func escaped(list []string) []string {
	out := make([]string, len(list))
	for i, s := range list {
		out[i] = escape(s)
	}
	return out
}

func unescape(s string) string {
	if plain, err := url.PathUnescape(s); err == nil {
		return plain
	}
	return s
}

// quoted is a value in a filter.
func quoted(s string) string { return fmt.Sprintf(`"%s"`, escape(s)) }
