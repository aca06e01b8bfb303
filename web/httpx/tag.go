package httpx

import (
	"crypto/sha256"
	"encoding/hex"
	"strings"
)

// Tag is the entity tag of an answer: of what it says, behind the version of the thing, where it has one.
func Tag(version string, body []byte) string {
	sum := sha256.Sum256(body)
	tag := hex.EncodeToString(sum[:8])
	if version = strings.Trim(version, `"`); version != "" {
		tag = version + "." + tag
	}
	return `"` + tag + `"`
}

// Has reports whether an If-None-Match names a tag, by the weak comparison of RFC 9110.
func Has(list, tag string) bool {
	for _, one := range strings.Split(list, ",") {
		if one = strings.TrimSpace(one); one == "*" || strings.TrimPrefix(one, "W/") == tag {
			return true
		}
	}
	return false
}
