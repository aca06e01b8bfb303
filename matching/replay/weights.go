package replay

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"

	"wherewithal/matching"
)

// Other are weights and rules to try.
type Other struct {
	Weights matching.Weights
	Rules   Rules
}

// ReadOther reads JSON such as {"weights": {"version": "gentle-1", "spread": 0.3}, "rules": {"requests": 2}}. What is not said
// is as it comes with the program; of a kind that the program has no parts for, as "other" says. An error says what is wrong with the
// file.
func ReadOther(text []byte) (Other, error) {
	var said file
	said.Weights.Weights = matching.Plain()
	if err := strictly(text, &said); err != nil {
		return Other{}, err
	}
	o := Other{said.Weights.Weights, said.Rules}
	for kind, parts := range said.Weights.Kinds {
		p, known := o.Weights.Kinds[kind]
		if !known {
			p = o.Weights.Other
		}
		if err := strictly(parts, &p); err != nil {
			return o, fmt.Errorf("%s: %w", kind, err)
		}
		o.Weights.Kinds[kind] = p
	}
	if o.Weights.Version == "" || o.Weights.Version == matching.Plain().Version {
		o.Weights.Version = "other" // a run by weights without a version would be one by those of the program
	}
	return o, o.check()
}

// file is what may be said. A kind's parts are read by themselves, onto those it has: JSON would begin a struct in a map with zeros.
type file struct {
	Weights struct {
		matching.Weights
		Kinds map[string]json.RawMessage
	}
	Rules Rules
}

// strictly reads one thing, and nothing that it has no name for.
func strictly(text []byte, into any) error {
	dec := json.NewDecoder(bytes.NewReader(text))
	dec.DisallowUnknownFields()
	if err := dec.Decode(into); err != nil {
		return fmt.Errorf("these are no weights: %w", err)
	}
	if _, err := dec.Token(); !errors.Is(err, io.EOF) {
		return errors.New("something follows the weights")
	}
	return nil
}

func (o Other) check() error {
	w := o.Weights
	for name, v := range map[string]float64{"spread": w.Spread, "stale": w.Stale, "waiting": w.Waiting, "trust": w.Trust} {
		if !(v >= 0 && v <= 1) {
			return fmt.Errorf("%s is %g: it wants 0 to 1", name, v)
		}
	}
	kinds := map[string]matching.Parts{"other": w.Other}
	for kind, p := range w.Kinds {
		kinds[kind] = p
	}
	for kind, p := range kinds {
		sum := 0.0
		for _, v := range []float64{p.Place, p.Time, p.Size, p.Words, p.Terms} {
			if !(v >= 0) || math.IsInf(v, 0) {
				return fmt.Errorf("a part of %s is %g: it wants 0 or more", kind, v)
			}
			sum += v
		}
		if sum == 0 {
			return fmt.Errorf("all parts of %s are 0", kind)
		}
	}
	if o.Rules.Requests < 0 || o.Rules.Holds < 0 {
		return errors.New("rules want whole numbers above 0")
	}
	return nil
}
