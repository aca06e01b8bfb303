package frontend

import (
	"crypto/sha512"
	"embed"
	"encoding/base64"
	"path"
	"slices"
	"strconv"
	"strings"
)

// Released versions of the widget that other sites put into their pages, for ever: they hold one by its address and its hash.
//
//go:embed widget/releases/*.js
var releases embed.FS

// Widget is a release of <wherewithal-search>.
type Widget struct {
	Version   string // "1.0.0"
	Script    []byte
	Integrity string // as the integrity attribute of a script has it
}

// Widgets are all releases, the newest first.
func Widgets() (all []Widget) {
	names, _ := releases.ReadDir("widget/releases")
	for _, n := range names {
		script, err := releases.ReadFile(path.Join("widget/releases", n.Name()))
		if err != nil {
			continue
		}
		sum := sha512.Sum384(script)
		all = append(all, Widget{strings.TrimSuffix(n.Name(), ".js"), script, "sha384-" + base64.StdEncoding.EncodeToString(sum[:])})
	}
	slices.SortFunc(all, func(a, b Widget) int { return slices.Compare(numbers(b.Version), numbers(a.Version)) })
	return all
}

// Major is the first number of the version, with a v: "v1".
func (w Widget) Major() string {
	major, _, _ := strings.Cut(w.Version, ".")
	return "v" + major
}

func numbers(version string) (list []int) {
	for part := range strings.SplitSeq(version, ".") {
		n, _ := strconv.Atoi(part)
		list = append(list, n)
	}
	return list
}
