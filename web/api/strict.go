package api

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
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
	if !utf8.Valid(data) || halved(data) {
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

// halved reports whether an escape says NUL, which Postgres cannot hold, or half of a pair of UTF-16, of which encoding/json makes
// another character than was sent. What is no escape at all is left to whoever reads on.
func halved(data []byte) bool {
	for {
		at := bytes.IndexByte(data, '\\')
		if at < 0 {
			return false
		}
		data = data[at:]
		one, ok := unit(data)
		if !ok {
			data = data[min(len(data), 2):]
			continue
		}
		data = data[len(`\u0000`):]
		if one == 0 {
			return true
		}
		if !utf16.IsSurrogate(one) {
			continue
		}
		if two, _ := unit(data); utf16.DecodeRune(one, two) == utf8.RuneError {
			return true
		}
		data = data[len(`\u0000`):]
	}
}

// unit is the one of UTF-16 that an escape at the beginning says.
func unit(data []byte) (rune, bool) {
	if len(data) < len(`\u0000`) || data[0] != '\\' || data[1] != 'u' {
		return 0, false
	}
	n, err := strconv.ParseUint(string(data[2:len(`\u0000`)]), 16, 16)
	return rune(n), err == nil
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
