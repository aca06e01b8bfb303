package matching

import (
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"math"
	"reflect"
	"time"

	"wherewithal/market"
)

// An entry in memory takes over 2 kB, most of it fields that say nothing, and names that many listings share. Packed it is
// what it says: title and description, then each other field that is not zero behind its number, a name as its number among
// those of the index, an id in 16 bytes. It works on whatever fields market.Entry has, so that one that is added cannot be
// forgotten here.

type packer struct {
	*shared
	b []byte
}

func pack(e market.Entry, in *shared) []byte {
	p := packer{in, make([]byte, 0, 512)}
	for _, name := range []string{e.Listing.Kind, e.Listing.Language, e.Outcode, e.Group.Name, e.Listing.Terms.Per} {
		in.names.number(name)
	}
	p.raw(e.Listing.Title)
	p.raw(e.Listing.Description)
	e.Listing.Title, e.Listing.Description = "", ""
	p.fields(reflect.ValueOf(&e).Elem())
	return append(make([]byte, 0, len(p.b)), p.b...)
}

func unpack(b []byte, in *shared) (e market.Entry) {
	u := unpacker{in, b}
	title, description := u.raw(), u.raw()
	u.fields(reflect.ValueOf(&e).Elem())
	e.Listing.Title, e.Listing.Description = title, description
	return e
}

var (
	timeType = reflect.TypeFor[time.Time]()
	idType   = reflect.TypeFor[market.ID]()
	dateType = reflect.TypeFor[market.Date]()
	textType = reflect.TypeFor[string]()
)

func (p *packer) fields(v reflect.Value) {
	for i := range v.NumField() {
		if f := v.Field(i); !f.IsZero() {
			p.b = append(p.b, byte(i+1))
			p.value(f)
		}
	}
	p.b = append(p.b, 0)
}

func (p *packer) value(v reflect.Value) {
	switch v.Kind() {
	case reflect.String:
		p.text(v)
	case reflect.Bool:
		p.b = append(p.b, packBool(v.Bool()))
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		p.int(v.Int())
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		p.uint(v.Uint())
	case reflect.Float64, reflect.Float32:
		p.float(v.Float())
	case reflect.Pointer:
		p.value(v.Elem())
	case reflect.Slice:
		p.uint(uint64(v.Len()))
		for i := range v.Len() {
			p.value(v.Index(i))
		}
	case reflect.Map:
		p.facts(v)
	case reflect.Struct:
		if v.Type() == timeType {
			t := v.Interface().(time.Time)
			p.int(t.Unix())
			p.uint(uint64(t.Nanosecond()))
			return
		}
		p.fields(v)
	default:
		panic(fmt.Sprintf("matching: an entry holds a %s, which cannot be packed", v.Type()))
	}
}

func (p *packer) uint(n uint64) { p.b = binary.AppendUvarint(p.b, n) }
func (p *packer) int(n int64)   { p.b = binary.AppendVarint(p.b, n) }

func packBool(v bool) byte {
	if v {
		return 1
	}
	return 0
}

// mostWhole numbers are written short: amounts, kilometres.
const mostWhole = 1 << 40

// float is a whole number behind a 1, or eight bytes behind a 0.
func (p *packer) float(f float64) {
	if f == math.Trunc(f) && math.Abs(f) < mostWhole && (f != 0 || !math.Signbit(f)) {
		p.b = append(p.b, 1)
		p.int(int64(f))
		return
	}
	p.b = binary.LittleEndian.AppendUint64(append(p.b, 0), math.Float64bits(f))
}

func (p *packer) text(v reflect.Value) {
	switch s := v.String(); v.Type() {
	case idType:
		p.id(s)
	case dateType:
		p.date(market.Date(s))
	case textType:
		p.name(s, p.names.known(s))
	default: // one of a few, by its type
		p.name(s, p.names.number(s))
	}
}

func (p *packer) raw(s string) {
	p.uint(uint64(len(s)))
	p.b = append(p.b, s...)
}

// name is its number; after 0 a text that has none, for names are kept for good.
func (p *packer) name(s string, number uint32) {
	if s == "" || number == noName {
		p.b = append(p.b, 0)
		p.raw(s)
		return
	}
	p.uint(uint64(number))
}

// What stands before an id: one that no other listing shares is written out.
const (
	idText = iota
	idBytes
	idNumbers // and the number itself
)

func (p *packer) id(s string) {
	raw, ok := rawID(s)
	n := p.ids.known(market.ID(s))
	switch {
	case s != "" && n != noName:
		p.uint(idNumbers + uint64(n))
	case ok:
		p.b = append(append(p.b, idBytes), raw[:]...)
	default:
		p.b = append(p.b, idText)
		p.raw(s)
	}
}

// date is the number of its day; after 0 what is none.
func (p *packer) date(d market.Date) {
	n := dayOf(d)
	p.uint(uint64(n))
	if n == 0 {
		p.raw(string(d))
	}
}

// rawID is a UUID in its canonical form as bytes; anything else stays text.
func rawID(s string) (raw [16]byte, ok bool) {
	if _, err := market.ParseID(s); err != nil {
		return raw, false
	}
	for i, at := range []int{0, 9, 14, 19, 24} {
		from, to := []int{0, 4, 6, 8, 10, 16}[i], []int{4, 6, 8, 10, 16}[i]
		if _, err := hex.Decode(raw[from:to], []byte(s[at:at+2*(to-from)])); err != nil {
			return raw, false
		}
	}
	return raw, true
}

// facts are numbers, flags and texts by name.
func (p *packer) facts(v reflect.Value) {
	p.uint(uint64(v.Len()))
	for it := v.MapRange(); it.Next(); {
		p.name(it.Key().String(), p.names.number(it.Key().String()))
		value := it.Value()
		if value.Kind() == reflect.Interface {
			value = value.Elem()
		}
		p.b = append(p.b, byte(value.Kind()))
		p.value(value)
	}
}

// unpacker reads what a packer wrote.
type unpacker struct {
	*shared
	b []byte
}

func (u *unpacker) fields(v reflect.Value) {
	for {
		i := u.byte()
		if i == 0 {
			return
		}
		u.value(v.Field(int(i - 1)))
	}
}

func (u *unpacker) byte() byte {
	c := u.b[0]
	u.b = u.b[1:]
	return c
}

func (u *unpacker) uint() uint64 {
	n, size := binary.Uvarint(u.b)
	u.b = u.b[size:]
	return n
}

func (u *unpacker) int() int64 {
	n, size := binary.Varint(u.b)
	u.b = u.b[size:]
	return n
}

func (u *unpacker) float() float64 {
	if u.byte() == 1 {
		return float64(u.int())
	}
	f := math.Float64frombits(binary.LittleEndian.Uint64(u.b))
	u.b = u.b[8:]
	return f
}

func (u *unpacker) text(t reflect.Type) string {
	switch t {
	case idType:
		return u.id()
	case dateType:
		return u.date()
	}
	return u.name()
}

func (u *unpacker) raw() string {
	n := u.uint()
	s := string(u.b[:n])
	u.b = u.b[n:]
	return s
}

func (u *unpacker) name() string {
	if n := u.uint(); n > 0 {
		return u.names.name(uint32(n))
	}
	return u.raw()
}

func (u *unpacker) id() string {
	switch n := u.uint(); n {
	case idText:
		return u.raw()
	case idBytes:
		var raw [16]byte
		u.b = u.b[copy(raw[:], u.b):]
		return string(market.IDFrom(raw))
	default:
		return string(u.ids.id(uint32(n - idNumbers)))
	}
}

func (u *unpacker) date() string {
	if n := u.uint(); n > 0 {
		return time.Unix(int64(n)*86400, 0).UTC().Format(time.DateOnly)
	}
	return u.raw()
}

func (u *unpacker) value(v reflect.Value) {
	switch v.Kind() {
	case reflect.String:
		v.SetString(u.text(v.Type()))
	case reflect.Bool:
		v.SetBool(u.byte() == 1)
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		v.SetInt(u.int())
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		v.SetUint(u.uint())
	case reflect.Float64, reflect.Float32:
		v.SetFloat(u.float())
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		u.value(v.Elem())
	case reflect.Slice:
		u.slice(v)
	case reflect.Map:
		u.facts(v)
	case reflect.Struct:
		if v.Type() == timeType {
			sec := u.int()
			v.Set(reflect.ValueOf(time.Unix(sec, int64(u.uint())).UTC()))
			return
		}
		u.fields(v)
	}
}

func (u *unpacker) slice(v reflect.Value) {
	n := int(u.uint())
	v.Set(reflect.MakeSlice(v.Type(), n, n))
	for i := range n {
		u.value(v.Index(i))
	}
}

func (u *unpacker) facts(v reflect.Value) {
	n := int(u.uint())
	m := make(market.Facts, n)
	for range n {
		key := u.name()
		switch reflect.Kind(u.byte()) {
		case reflect.Bool:
			m[key] = u.byte() == 1
		case reflect.Float64:
			m[key] = u.float()
		case reflect.Int:
			m[key] = int(u.int())
		default:
			m[key] = u.name()
		}
	}
	v.Set(reflect.ValueOf(m))
}
