package market

// Kind is a sort of resource. Kinds are rows of a table, not code; these three come with the program.
type Kind struct {
	Code  string      `gorm:"primaryKey"` // "room"
	Facts []FactField `gorm:"serializer:json"`
	Order int         `gorm:"column:position"`
}

// The kinds that come with the program.
const (
	Room      = "room"
	Skill     = "skill"
	Equipment = "equipment"
)

// FactType is how a fact is entered and shown.
type FactType string

const (
	FactNumber FactType = "number"
	FactFlag   FactType = "flag"
	FactText   FactType = "text"
	FactChoice FactType = "choice"
)

// FactField describes one fact of a kind. AtLeast: an offer must have at least the number a need states.
// Needed: a flag stated by a need must be true of the offer.
type FactField struct {
	Key     string   `json:"key"`
	Type    FactType `json:"type"`
	Unit    string   `json:"unit,omitempty"`
	Choices []string `json:"choices,omitempty"`
	Max     int      `json:"max,omitempty"` // number: largest value; text: longest
	AtLeast bool     `json:"atLeast,omitempty"`
	Needed  bool     `json:"needed,omitempty"`
}

// StandardKinds are the kinds that come with the program, in the order they are shown.
func StandardKinds() []Kind {
	return []Kind{
		{Code: Room, Order: 1, Facts: []FactField{
			{Key: "seated", Type: FactNumber, Unit: "people", Max: 10000, AtLeast: true},
			{Key: "standing", Type: FactNumber, Unit: "people", Max: 20000, AtLeast: true},
			{Key: "area", Type: FactNumber, Unit: "m²", Max: 100000, AtLeast: true},
			{Key: "layout", Type: FactText, Max: 120},
			{Key: "kitchen", Type: FactFlag, Needed: true},
			{Key: "tables_chairs", Type: FactFlag, Needed: true},
			{Key: "av", Type: FactFlag, Needed: true},
			{Key: "outdoor", Type: FactFlag, Needed: true},
			{Key: "hire_rules", Type: FactText, Max: 600},
		}},
		{Code: Skill, Order: 2, Facts: []FactField{
			{Key: "what", Type: FactText, Max: 120},
			{Key: "level", Type: FactChoice, Choices: []string{"keen", "experienced", "professional"}},
			{Key: "hours", Type: FactNumber, Unit: "hours", Max: 2000, AtLeast: true},
			{Key: "qualifications", Type: FactText, Max: 200},
		}},
		{Code: Equipment, Order: 3, Facts: []FactField{
			{Key: "what", Type: FactText, Max: 120},
			{Key: "condition", Type: FactChoice, Choices: []string{"new", "good", "worn"}},
			{Key: "size", Type: FactText, Max: 120},
			{Key: "weight_kg", Type: FactNumber, Unit: "kg", Max: 10000},
			{Key: "deposit_pounds", Type: FactNumber, Unit: "£", Max: 10000},
			{Key: "training", Type: FactFlag},
		}},
	}
}

// standardKinds are only read.
var standardKinds = StandardKinds()

// StandardKind finds one of the standard kinds.
func StandardKind(code string) (Kind, bool) {
	for _, k := range standardKinds {
		if k.Code == code {
			return k, true
		}
	}
	return Kind{}, false
}

// Facts are what a listing states about its resource: numbers as float64, flags as bool, the rest as string.
// For a need they are the least that would do.
type Facts map[string]any

// Number is the fact as a number; 0 when absent.
func (f Facts) Number(key string) float64 {
	switch v := f[key].(type) {
	case float64:
		return v
	case int:
		return float64(v)
	}
	return 0
}

// Flag is the fact as yes or no; no when absent.
func (f Facts) Flag(key string) bool { b, _ := f[key].(bool); return b }

// Text is the fact as text; empty when absent.
func (f Facts) Text(key string) string { s, _ := f[key].(string); return s }

func (f Facts) validate(e *Invalid, k Kind) {
	known := map[string]FactField{}
	for _, field := range k.Facts {
		known[field.Key] = field
	}
	for key, v := range f {
		field, ok := known[key]
		if !ok {
			e.Add(key, "fact_unknown")
			continue
		}
		field.validate(e, v)
	}
}

func (ff FactField) validate(e *Invalid, v any) {
	switch ff.Type {
	case FactNumber:
		n := Facts{ff.Key: v}.Number(ff.Key)
		if !isNumber(v) {
			e.Add(ff.Key, "number")
		}
		if n < 0 || n > float64(ff.Max) || n != n {
			e.Add(ff.Key, "number_range", "Min", 0, "Max", ff.Max)
		}
	case FactFlag:
		if _, ok := v.(bool); !ok {
			e.Add(ff.Key, "choice")
		}
	case FactText:
		s, ok := v.(string)
		if !ok {
			e.Add(ff.Key, "text_missing")
		}
		checkText(e, ff.Key, s, 0, ff.Max)
		checkNoContact(e, ff.Key, s)
	case FactChoice:
		s, _ := v.(string)
		if !contains(ff.Choices, s) {
			e.Add(ff.Key, "choice")
		}
	}
}

func isNumber(v any) bool {
	switch v.(type) {
	case float64, int:
		return true
	}
	return false
}

func contains[T comparable](list []T, v T) bool {
	for _, x := range list {
		if x == v {
			return true
		}
	}
	return false
}
