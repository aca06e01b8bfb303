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

// An entry in memory takes over 2 kB, most of it fields that say nothing. Packed it is what it says: each field that is
// not zero behind its number, an id in 16 bytes. It works on whatever fields market.Entry has, so that one that is added
// cannot be forgotten here.

func pack(e market.Entry) []byte {
	b := packStruct(make([]byte, 0, 512), reflect.ValueOf(&e).Elem())
	return append(make([]byte, 0, len(b)), b...)
}

func unpack(b []byte) (e market.Entry) {
	u := unpacker{b}
	u.fields(reflect.ValueOf(&e).Elem())
	return e
}

var (
	timeType = reflect.TypeFor[time.Time]()
	idType   = reflect.TypeFor[market.ID]()
)

func packStruct(b []byte, v reflect.Value) []byte {
	for i := range v.NumField() {
		if f := v.Field(i); !f.IsZero() {
			b = packValue(append(b, byte(i+1)), f)
		}
	}
	return append(b, 0)
}

func packValue(b []byte, v reflect.Value) []byte {
	switch v.Kind() {
	case reflect.String:
		return packString(b, v)
	case reflect.Bool:
		return append(b, packBool(v.Bool()))
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		return binary.AppendVarint(b, v.Int())
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		return binary.AppendUvarint(b, v.Uint())
	case reflect.Float64, reflect.Float32:
		return binary.LittleEndian.AppendUint64(b, math.Float64bits(v.Float()))
	case reflect.Pointer:
		return packValue(b, v.Elem())
	case reflect.Slice:
		b = binary.AppendUvarint(b, uint64(v.Len()))
		for i := range v.Len() {
			b = packValue(b, v.Index(i))
		}
		return b
	case reflect.Map:
		return packMap(b, v)
	case reflect.Struct:
		if v.Type() == timeType {
			t := v.Interface().(time.Time)
			return binary.AppendUvarint(binary.AppendVarint(b, t.Unix()), uint64(t.Nanosecond()))
		}
		return packStruct(b, v)
	}
	panic(fmt.Sprintf("matching: an entry holds a %s, which cannot be packed", v.Type()))
}

func packBool(v bool) byte {
	if v {
		return 1
	}
	return 0
}

func packString(b []byte, v reflect.Value) []byte {
	s := v.String()
	if v.Type() == idType {
		if raw, ok := rawID(s); ok {
			return append(append(b, 1), raw[:]...)
		}
		b = append(b, 0)
	}
	return append(binary.AppendUvarint(b, uint64(len(s))), s...)
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

// packMap writes facts: numbers, flags and texts by name.
func packMap(b []byte, v reflect.Value) []byte {
	b = binary.AppendUvarint(b, uint64(v.Len()))
	for it := v.MapRange(); it.Next(); {
		b = packValue(b, it.Key())
		value := it.Value()
		if value.Kind() == reflect.Interface {
			value = value.Elem()
		}
		b = packValue(append(b, byte(value.Kind())), value)
	}
	return b
}

// unpacker reads what pack wrote.
type unpacker struct{ b []byte }

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
	f := math.Float64frombits(binary.LittleEndian.Uint64(u.b))
	u.b = u.b[8:]
	return f
}

func (u *unpacker) text() string {
	n := u.uint()
	s := string(u.b[:n])
	u.b = u.b[n:]
	return s
}

func (u *unpacker) id() string {
	if u.byte() == 0 {
		return u.text()
	}
	var raw [16]byte
	u.b = u.b[copy(raw[:], u.b):]
	return string(market.IDFrom(raw))
}

func (u *unpacker) value(v reflect.Value) {
	switch v.Kind() {
	case reflect.String:
		if v.Type() == idType {
			v.SetString(u.id())
		} else {
			v.SetString(u.text())
		}
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
		key := u.text()
		switch reflect.Kind(u.byte()) {
		case reflect.Bool:
			m[key] = u.byte() == 1
		case reflect.Float64:
			m[key] = u.float()
		case reflect.Int:
			m[key] = int(u.int())
		default:
			m[key] = u.text()
		}
	}
	v.Set(reflect.ValueOf(m))
}
