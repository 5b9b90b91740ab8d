package scenarios

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"hash"
	"math"
	"reflect"

	"penstock/model"
)

// Hash identifies a configuration: equal configurations have equal hashes, on
// every machine. It covers every field, with the contents of the data files
// that a scenario names, and is the first 16 hexadecimal digits of a SHA-256.
func Hash(c model.Config) string {
	h := sha256.New()
	canonical(h, reflect.ValueOf(c))
	return hex.EncodeToString(h.Sum(nil))[:16]
}

// canonical writes a value so that no two different ones are written alike:
// fields in order with their names, lengths before contents.
func canonical(h hash.Hash, v reflect.Value) {
	switch v.Kind() {
	case reflect.Struct:
		for i := range v.NumField() {
			word(h, v.Type().Field(i).Name)
			canonical(h, v.Field(i))
		}
	case reflect.Slice:
		size(h, v.Len())
		for i := range v.Len() {
			canonical(h, v.Index(i))
		}
	case reflect.Pointer:
		size(h, map[bool]int{true: 0, false: 1}[v.IsNil()])
		if !v.IsNil() {
			canonical(h, v.Elem())
		}
	case reflect.String:
		word(h, v.String())
	case reflect.Bool:
		size(h, map[bool]int{false: 0, true: 1}[v.Bool()])
	case reflect.Int, reflect.Int64:
		bits(h, uint64(v.Int()))
	case reflect.Uint64:
		bits(h, v.Uint())
	case reflect.Float64:
		bits(h, math.Float64bits(v.Float()))
	default:
		panic(fmt.Sprintf("scenarios: no canonical form of a %s", v.Kind()))
	}
}

func word(h hash.Hash, s string) {
	size(h, len(s))
	h.Write([]byte(s))
}

func size(h hash.Hash, n int) { bits(h, uint64(n)) }

func bits(h hash.Hash, n uint64) {
	h.Write(binary.LittleEndian.AppendUint64(nil, n))
}
