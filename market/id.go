package market

import (
	"crypto/rand"
	"database/sql/driver"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"time"
)

// ID names a row: a UUID in its canonical 36 character text form. The zero ID means "none" and is NULL in SQL.
type ID string

// NewID returns a fresh version 7 UUID (RFC 9562): 48 bits of Unix milliseconds, then 74 random bits, so that
// rows made together lie together in an index. The time in it is for locality only and is never business time.
func NewID() ID {
	var b [16]byte
	_, _ = rand.Read(b[:]) // crypto/rand.Read never returns an error since Go 1.24
	ms := uint64(time.Now().UnixMilli())
	binary.BigEndian.PutUint32(b[0:], uint32(ms>>16))
	binary.BigEndian.PutUint16(b[4:], uint16(ms))
	b[6] = b[6]&0x0f | 0x70
	b[8] = b[8]&0x3f | 0x80
	return IDFrom(b)
}

// IDFrom writes 16 bytes as an ID.
func IDFrom(b [16]byte) ID {
	var t [36]byte
	hex.Encode(t[0:], b[0:4])
	hex.Encode(t[9:], b[4:6])
	hex.Encode(t[14:], b[6:8])
	hex.Encode(t[19:], b[8:10])
	hex.Encode(t[24:], b[10:])
	t[8], t[13], t[18], t[23] = '-', '-', '-', '-'
	return ID(t[:])
}

// ParseID reads the canonical text form. Anything else is ErrNotFound: an id that cannot exist names nothing,
// and a stranger learns no more from it than from one that does not.
func ParseID(s string) (ID, error) {
	if len(s) != 36 || s[8] != '-' || s[13] != '-' || s[18] != '-' || s[23] != '-' {
		return "", ErrNotFound
	}
	for i := range len(s) {
		if i == 8 || i == 13 || i == 18 || i == 23 {
			continue
		}
		if c := s[i]; (c < '0' || c > '9') && (c < 'a' || c > 'f') {
			return "", ErrNotFound
		}
	}
	return ID(s), nil
}

// Value writes the zero ID as NULL.
func (id ID) Value() (driver.Value, error) {
	if id == "" {
		return nil, nil
	}
	return string(id), nil
}

// Scan reads NULL as the zero ID.
func (id *ID) Scan(src any) error {
	switch v := src.(type) {
	case nil:
		*id = ""
	case string:
		*id = ID(v)
	case []byte:
		*id = ID(v)
	case [16]byte:
		*id = IDFrom(v)
	default:
		return fmt.Errorf("market: an ID cannot be read from %T", src)
	}
	return nil
}
