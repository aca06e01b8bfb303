package safety

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"maps"
	"slices"
	"strconv"
	"strings"

	"wherewithal/market"
)

// Seen are listings as somebody has read them, each in one version, the photos of them that they saw, and names that wait: a form carries
// it from the page to the button.
type Seen map[market.ID]int64

// See adds a listing with its photos.
func (s Seen) See(l market.Listing, photos ...market.Photo) {
	s[l.ID] = l.Version
	for _, p := range photos {
		s[p.ID] = wordsOf(p)
	}
}

// SeeName adds a group or network with its name as it waits.
func (s Seen) SeeName(t Thing) { s[t.ID] = t.called() }

// called tells the names of a group or network, hidden or not, from any other.
func (t Thing) called() int64 {
	sum := sha256.Sum256([]byte(t.Network.Name + "\x00" + t.Group.Name + "\x00" + t.Group.PublicName()))
	return int64(binary.BigEndian.Uint64(sum[:]))
}

// holdsName is market.ErrConflict for a group or network that was not read under its name.
func (s Seen) holdsName(t Thing) error {
	if called, there := s[t.ID]; !there || called != t.called() {
		return market.ErrConflict
	}
	return nil
}

// wordsOf tells what is said of a photo from anything else that could be: a listing's version does not count what is done to its photos,
// and a photo itself never changes.
func wordsOf(p market.Photo) int64 { return int64(crc32.ChecksumIEEE([]byte(p.Alt))) }

// String is "id:version,…", which ReadSeen reads.
func (s Seen) String() string {
	parts := make([]string, 0, len(s))
	for _, id := range slices.Sorted(maps.Keys(s)) {
		parts = append(parts, fmt.Sprintf("%s:%d", id, s[id]))
	}
	return strings.Join(parts, ",")
}

// ReadSeen reads what String wrote. What cannot be read was not seen.
func ReadSeen(text string) Seen {
	s := Seen{}
	for part := range strings.SplitSeq(text, ",") {
		id, version, _ := strings.Cut(part, ":")
		if n, err := strconv.ParseInt(version, 10, 64); err == nil {
			s[market.ID(id)] = n
		}
	}
	return s
}

// holds is market.ErrConflict for a listing that was not read as it is, or not with all its photos.
func (s Seen) holds(l market.Listing, photos []market.Photo) error {
	if version, there := s[l.ID]; !there || version != l.Version {
		return market.ErrConflict
	}
	for _, p := range photos {
		if words, there := s[p.ID]; !there || words != wordsOf(p) {
			return market.ErrConflict
		}
	}
	return nil
}

// Together are the first listings of a group that wait for a look, the oldest first: letting one through lets them all through.
// It is for whoever was given one of them by HeldListing.
func (sf *Safety) Together(ctx context.Context, group market.ID) (_ []market.Listing, err error) {
	defer market.Wrap(&err, "Together(%s)", group)
	return sf.store.HeldOf(ctx, group)
}
