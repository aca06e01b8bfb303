package api

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"strings"
	"unicode/utf8"

	"wherewithal/market"
)

// deepest is how far values may nest: ours nest four deep.
const deepest = 16

var (
	errTwice  = errors.New("a name stands twice in one object")
	errNull   = errors.New("null is no value here: leave the field out")
	errDeep   = errors.New("nested too deep")
	errBroken = errors.New("text that cannot be read")
)

// strictly reads JSON that says one thing only: encoding/json takes the last of two fields of one name, and a reader
// before us may have taken the first.
func strictly(data []byte, v any) error {
	if !utf8.Valid(data) || market.Halved(data) {
		return errBroken
	}
	if err := single(json.NewDecoder(bytes.NewReader(data)), 0); err != nil {
		return err
	}
	if _, loose := v.(*any); loose {
		return json.Unmarshal(data, v)
	}
	return again(data, v)
}

// again reads whole numbers as such however they were written: 82.0 is one to JSON Schema, and to encoding/json it is not.
func again(data []byte, v any) error {
	var loose any
	if err := json.Unmarshal(data, &loose); err != nil {
		return err
	}
	plain, err := json.Marshal(loose)
	if err != nil {
		return err
	}
	return json.Unmarshal(plain, v)
}

// single walks one value and refuses names that stand twice; case does not make another name, as encoding/json has it.
func single(d *json.Decoder, depth int) error {
	token, err := d.Token()
	if errors.Is(err, io.EOF) {
		return nil // huma says that a body is missing
	}
	if err == nil && token == nil {
		return errNull
	}
	delim, ok := token.(json.Delim)
	if err != nil || !ok {
		return err
	}
	if depth == deepest {
		return errDeep
	}
	names := map[string]bool{}
	for d.More() {
		if delim == '{' {
			name, err := d.Token()
			if err != nil {
				return err
			}
			key := strings.ToLower(name.(string))
			if names[key] {
				return errTwice
			}
			names[key] = true
		}
		if err := single(d, depth+1); err != nil {
			return err
		}
	}
	_, err = d.Token()
	return err
}
