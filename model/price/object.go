package price

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
)

// field is one member of a JSON object. A Go map would lose the order, and the
// decoder of encoding/json takes a name that stands twice without a word.
type field struct {
	name  string
	value json.RawMessage
}

// object splits a JSON object into its members, or returns false for any other
// value. The text is valid JSON.
func object(raw json.RawMessage) ([]field, bool) {
	dec := json.NewDecoder(bytes.NewReader(raw))
	if t, err := dec.Token(); err != nil || t != json.Delim('{') {
		return nil, false
	}
	var fields []field
	for dec.More() {
		name, err := dec.Token()
		if err != nil {
			return nil, false
		}
		f := field{name: name.(string)}
		if dec.Decode(&f.value) != nil {
			return nil, false
		}
		fields = append(fields, f)
	}
	return fields, true
}

// member returns the value of that name, or nil.
func member(fields []field, name string) json.RawMessage {
	i := slices.IndexFunc(fields, func(f field) bool { return f.name == name })
	if i < 0 {
		return nil
	}
	return fields[i].value
}

// list splits a JSON array, or returns false for any other value.
func list(raw json.RawMessage) ([]json.RawMessage, bool) {
	var all []json.RawMessage
	if bytes.Equal(raw, []byte("null")) || json.Unmarshal(raw, &all) != nil {
		return nil, false
	}
	return all, true
}

// text returns a JSON string, and "" for null.
func text(raw json.RawMessage) (string, bool) {
	var s string
	err := json.Unmarshal(raw, &s)
	return s, err == nil
}

// syntaxError says where JSON went wrong, or returns nil.
func syntaxError(data []byte) error {
	var raw json.RawMessage
	err := json.Unmarshal(data, &raw)
	if err == nil {
		return nil
	}
	at := len(data)
	if bad, ok := err.(*json.SyntaxError); ok {
		at = int(bad.Offset)
	}
	before := data[:max(min(at, len(data))-1, 0)]
	line := 1 + bytes.Count(before, []byte("\n"))
	column := len(before) - bytes.LastIndexByte(before, '\n')
	return fmt.Errorf("%d:%d: %w", line, column, err)
}

// nearest returns the name that a misspelled one was probably meant to be, or
// "" where none is near.
func nearest(wrong string, names []string) string {
	best, bestDistance := "", len(wrong)/2+1
	for _, n := range names {
		if d := distance(wrong, n); d < bestDistance {
			best, bestDistance = n, d
		}
	}
	return best
}

// distance counts the bytes to insert, delete or replace to get from a to b.
func distance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			cost := diagonal
			if a[i] != b[j] {
				cost++
			}
			diagonal = row[j+1]
			row[j+1] = min(cost, row[j]+1, row[j+1]+1)
		}
	}
	return row[len(b)]
}
