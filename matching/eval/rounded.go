package eval

import (
	"path/filepath"

	"wherewithal/matching"
	"wherewithal/matching/corpus"
	"wherewithal/matching/encoder"
	"wherewithal/matching/meaning"
)

// asCompared is a vector as the engine compares it: kept in bytes and rounded to a sketch.
func asCompared(v encoder.Vector) (out encoder.Vector) {
	for i, n := range matching.Rounded(meaning.Packed(v)) {
		out[i] = float32(n)
	}
	return out.Unit()
}

// RoundedTexts measures what rounding costs: all parts with one setting, by vectors as the engine compares them, and the
// gain over the same by whole ones, query by query.
func RoundedTexts(data string, report Report) error {
	whole := openTools()
	if whole.encoder == nil {
		return encoder.ErrMissing
	}
	rounded := whole
	rounded.round = asCompared
	for _, set := range textSets {
		dir := filepath.Join(data, "text", set.folder)
		as, err := whole.try(dir)
		if err != nil {
			return err
		}
		rough, err := rounded.try(dir)
		if err != nil {
			return err
		}
		before, after := as.ranked(&corpus.Usual), rough.ranked(&corpus.Usual)
		for _, m := range set.measures {
			value, low, high := MeanInterval(Each(after, m.of))
			report(Figure{set.folder, "one setting, rounded", m.name, value, low, high, ""})
			value, low, high = Gain(Each(after, m.of), Each(before, m.of))
			report(Figure{set.folder, "rounded - whole", m.name, value, low, high, ""})
		}
	}
	return nil
}
