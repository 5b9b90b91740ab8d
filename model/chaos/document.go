package chaos

import (
	"bytes"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/pelletier/go-toml/v2"

	"penstock/model"
	"penstock/scenarios"
)

// table is a TOML table: its values are strings, int64, float64, bool, tables,
// and lists ([]any) of such.
type table = map[string]any

// parse reads a document. The loader has read it before, so that what is wrong
// with it has been said already.
func parse(text []byte) (table, error) {
	doc := table{}
	if err := toml.Unmarshal(text, &doc); err != nil {
		return nil, fmt.Errorf("not TOML: %w", err)
	}
	return doc, nil
}

// clone returns a copy that shares nothing with the value.
func clone(v any) any {
	switch v := v.(type) {
	case table:
		c := make(table, len(v))
		for name, x := range v {
			c[name] = clone(x)
		}
		return c
	case []any:
		c := make([]any, len(v))
		for i, x := range v {
			c[i] = clone(x)
		}
		return c
	}
	return v
}

// write returns the document as text, the keys in the order of the manual.
func write(doc table) []byte {
	w := &writer{rank: map[string]int{}}
	for i, e := range scenarios.Keys() {
		w.rank[e.Key] = i + 1
	}
	w.table("", doc, "")
	return w.out.Bytes()
}

// writer writes one document.
type writer struct {
	out  bytes.Buffer
	rank map[string]int // of a key in the manual, from 1
}

// table writes the keys of a table that fit on a line, then those that have a
// header of their own. at is the table's key without indexes.
func (w *writer) table(at string, t table, header string) {
	var below []string
	for _, name := range w.names(at, t) {
		if w.headed(keyIn(at, name), t[name]) {
			below = append(below, name)
			continue
		}
		fmt.Fprintf(&w.out, "%s = %s\n", quoteKey(name), w.value(keyIn(at, name), t[name]))
	}
	for _, name := range below {
		path := quoteKey(name)
		if header != "" {
			path = header + "." + path
		}
		switch v := t[name].(type) {
		case table:
			fmt.Fprintf(&w.out, "\n[%s]\n", path)
			w.table(keyIn(at, name), v, path)
		case []any:
			for _, item := range v {
				fmt.Fprintf(&w.out, "\n[[%s]]\n", path)
				w.table(keyIn(at, name), item.(table), path)
			}
		}
	}
}

// keyIn returns the key of a name within a table, whose own may be "".
func keyIn(at, name string) string {
	if at == "" {
		return name
	}
	return at + "." + name
}

// names returns the keys of a table in the order of the manual; those that it
// does not know come last.
func (w *writer) names(at string, t table) []string {
	names := sorted(t)
	slices.SortStableFunc(names, func(a, b string) int { return w.place(at, a) - w.place(at, b) })
	return names
}

// sorted returns the keys of a table in the order of the alphabet.
func sorted(t table) []string { return slices.Sorted(maps.Keys(t)) }

func (w *writer) place(at, name string) int {
	e, ok := scenarios.Explain(keyIn(at, name))
	if !ok || w.rank[e.Key] == 0 {
		return len(w.rank) + 1
	}
	return w.rank[e.Key]
}

// headed reports whether a value has a header of its own instead of a line in
// its table: what is long, and is no distribution.
func (w *writer) headed(key string, v any) bool {
	e, _ := scenarios.Explain(key)
	top := !strings.Contains(key, ".")
	switch v := v.(type) {
	case table:
		return e.Type != scenarios.Distribution && (top || !short(v))
	case []any:
		return e.Type == scenarios.Tables && len(v) > 0 && (key == "class" || slices.ContainsFunc(v, func(x any) bool {
			t, ok := x.(table)
			return ok && !short(t)
		}))
	}
	return false
}

// short reports whether a table reads well on one line.
func short(t table) bool {
	for _, v := range t {
		switch v.(type) {
		case table, []any:
			return false
		}
	}
	return len(t) <= 3
}

// value writes a value on one line.
func (w *writer) value(key string, v any) string {
	switch v := v.(type) {
	case table:
		var parts []string
		for _, name := range w.names(key, v) {
			parts = append(parts, quoteKey(name)+" = "+w.value(keyIn(key, name), v[name]))
		}
		return "{ " + strings.Join(parts, ", ") + " }"
	case []any:
		var parts []string
		for _, x := range v {
			parts = append(parts, w.value(key, x))
		}
		return "[" + strings.Join(parts, ", ") + "]"
	case string:
		return strconv.Quote(v)
	case bool:
		return strconv.FormatBool(v)
	case int64:
		return strconv.FormatInt(v, 10)
	case float64:
		return model.NumberText(v)
	}
	panic(fmt.Sprintf("chaos: a document cannot hold %T", v))
}

// quoteKey writes a key, in quotes where TOML needs them.
func quoteKey(name string) string {
	for _, c := range name {
		if (c < 'a' || c > 'z') && (c < 'A' || c > 'Z') && (c < '0' || c > '9') && c != '_' && c != '-' {
			return strconv.Quote(name)
		}
	}
	return name
}
