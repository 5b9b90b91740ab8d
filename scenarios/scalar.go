package scenarios

import (
	"fmt"
	"math"
	"strings"
)

// Scalar is a key of a scenario that takes a single number, whatever its unit.
type Scalar struct {
	Entry
	Path    string   // the key as --set takes it: "class.BATCH.arrivals[0].count"
	Unit    string   // of numbers: "s", "/s", "B", "share", or "" for plain ones
	Whole   bool     // the numbers are whole: counts and bytes
	Least   float64  // that the key takes
	Most    float64  // that it takes; +Inf where nothing bounds it
	Current *float64 // in the scenario, or by default; nil: there is none, or it is no number
}

// Scalar describes a key of the scenario, with the overrides of --set applied.
// The error says why the key takes no single number.
func (s Source) Scalar(set []string, key string) (Scalar, error) {
	r := &report{}
	data, err := s.Text()
	if err != nil {
		return Scalar{}, fmt.Errorf("%s: cannot be read: %w", s.name, err)
	}
	root, whole := parse(s.name, data, r)
	if !whole || len(steps(key)) == 0 {
		return Scalar{}, fmt.Errorf("%q is no key", clip(key))
	}
	d := &decoder{schema: schema(), source: s, report: r, root: root}
	for i, text := range set {
		d.override(i+1, text)
	}
	e, wrong := d.keyEntry(key)
	switch {
	case wrong != "":
		return Scalar{}, fmt.Errorf("%s", wrong)
	case !e.swept():
		return Scalar{}, fmt.Errorf("%s is not a value that can be varied", clip(key))
	case !e.numeric():
		return Scalar{}, fmt.Errorf("%s takes no numbers; penstock sweep tries words", clip(key))
	}
	v := Scalar{Entry: e.plain(), Path: key, Unit: e.plain().unit(), Whole: e.Type == Count || e.Type == Size}
	v.Least, v.Most = e.plain().bounds()
	if n := d.value(key); n != nil {
		if x, wrong := v.read(n); wrong == "" {
			v.Current = numeric(x)
		}
	} else if x, err := v.Number(e.Default); e.Default != "" && err == nil {
		v.Current = &x
	}
	return v, nil
}

// numeric returns a value that read returned as a number; nil for a word.
func numeric(v any) *float64 {
	switch v.(type) {
	case string, bool:
		return nil
	}
	x := number(v)
	return &x
}

// bounds returns the range of the key's numbers.
func (e Entry) bounds() (least, most float64) {
	most = math.Inf(1)
	if e.Type == Share {
		most = 1
	}
	if x, err := e.Number(e.Min); e.Min != "" && err == nil {
		least = x
	}
	if x, err := e.Number(e.Max); e.Max != "" && err == nil {
		most = x
	}
	return least, most
}

// value returns what the file has for a key that keyEntry knows: of the first
// class for class.*; nil where it has nothing.
func (d *decoder) value(key string) *node {
	n := d.root
	for _, s := range steps(key) {
		switch {
		case n == nil:
			return nil
		case n.kind != list:
			n = n.child(s.name)
		case s.index >= 0 && s.index < len(n.items):
			n = n.items[s.index]
		case s.index >= 0:
			return nil
		default:
			n = n.named(s.name)
		}
	}
	return n
}

// named returns the table of a list whose name is given, the first for "*", or
// nil.
func (n *node) named(name string) *node {
	for _, item := range n.items {
		if c := item.child("name"); name == "*" || c != nil && c.text == name {
			return item
		}
	}
	return nil
}

// Value reads a value of the key and checks its range.
func (v Scalar) Value(s string) (float64, error) {
	x, err := v.Number(s)
	switch {
	case err != nil:
		return 0, fmt.Errorf("%s", strings.TrimPrefix(err.Error(), v.Key+": "))
	case x < v.Least || x > v.Most:
		return 0, fmt.Errorf("%s is out of range: %s", clip(s), v.Allowed())
	}
	return x, nil
}
