package deploy

import (
	"bytes"
	"encoding/json"
)

// object is a JSON object whose keys keep their order.
type object []field

type field struct {
	key   string
	value any
}

// with returns the object with another field, unless it is not wanted.
func (o object) with(wanted bool, key string, value any) object {
	if wanted {
		return append(o, field{key, value})
	}
	return o
}

// MarshalJSON writes the fields in their order.
func (o object) MarshalJSON() ([]byte, error) {
	var b bytes.Buffer
	b.WriteByte('{')
	for i, f := range o {
		if i > 0 {
			b.WriteByte(',')
		}
		for j, part := range []any{f.key, f.value} {
			if j > 0 {
				b.WriteByte(':')
			}
			if err := plainJSON(&b, part); err != nil {
				return nil, err
			}
		}
	}
	b.WriteByte('}')
	return b.Bytes(), nil
}

// plainJSON writes a value without the escapes that only web pages need.
func plainJSON(b *bytes.Buffer, v any) error {
	e := json.NewEncoder(b)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		return err
	}
	b.Truncate(b.Len() - 1) // Encode ends a line
	return nil
}

// document returns a value as indented JSON that ends with a line feed.
func document(v any) []byte {
	var flat, b bytes.Buffer
	if err := plainJSON(&flat, v); err != nil {
		panic("deploy: " + err.Error()) // texts, numbers and objects of them can be written
	}
	if err := json.Indent(&b, flat.Bytes(), "", "  "); err != nil {
		panic("deploy: " + err.Error())
	}
	b.WriteByte('\n')
	return b.Bytes()
}

// compact returns a value as JSON on one line.
func compact(v any) []byte {
	var b bytes.Buffer
	if err := plainJSON(&b, v); err != nil {
		panic("deploy: " + err.Error())
	}
	return b.Bytes()
}
