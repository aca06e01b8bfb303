package market

import (
	"bytes"
	"strconv"
	"unicode/utf16"
	"unicode/utf8"
)

// Halved reports whether an escape in JSON says NUL, which Postgres cannot hold, or half of a pair of UTF-16, of which encoding/json makes
// another character than was sent. What is no escape at all is left to whoever reads on.
func Halved(data []byte) bool {
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
