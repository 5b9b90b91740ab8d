package scenarios

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"penstock/model"
)

// knobs reads [tune]: "minimize", and quoted keys of the scenario, each with a
// list of values or a range.
func (d *decoder) knobs(n *node, t target) {
	if n.kind != table {
		d.report.add(n.at, n.key, "a table is needed, not %s", n.shown())
		return
	}
	for _, name := range n.names {
		if d.report.full() {
			return
		}
		kid := n.kids[name]
		if e, ok := d.schema.lookup("tune", name); ok {
			d.entry(kid, e, t)
			continue
		}
		e, wrong := d.knobKey(name)
		if wrong != "" {
			d.report.add(kid.at, kid.key, "%s", wrong)
			continue
		}
		if k, ok := d.knob(kid, name, e); ok {
			t.config.Tune = append(t.config.Tune, k)
		}
	}
}

// knobKey finds the row of the key that a knob names.
func (d *decoder) knobKey(name string) (Entry, string) {
	e, wrong := d.keyEntry(name)
	switch {
	case len(steps(name)) == 0:
		return e, `a knob is a whole key in quotes, such as "worker.concurrency"`
	case strings.IndexByte(name, '.') >= 0:
	case wrong != "":
		return e, `unknown key; a knob is a whole key in quotes, such as "worker.concurrency"`
	case !e.Scalar():
		return e, `a knob is a whole key in quotes, such as "worker.concurrency"`
	}
	switch {
	case wrong != "":
	case !e.Scalar() || !e.swept():
		wrong = fmt.Sprintf("%s is not a single value that can be moved", name)
	case NotTunable(name) != "":
		wrong = name + " " + NotTunable(name)
	}
	return e, wrong
}

// NotTunable says why a key cannot be a knob: one that is not of the system that
// is studied, but says how that is studied, or what is wanted of it, has no best
// value. "": it is of the system, if the key exists.
func NotTunable(key string) string {
	path := steps(key)
	if len(path) == 0 {
		return ""
	}
	wanted := path[0].name == "class" && slices.ContainsFunc(path[1:], func(s step) bool { return s.name == "objective" })
	switch path[0].name {
	case "seed", "replications", "study", "horizon", "warmup", "drain", "precision", "prices":
		wanted = true
	}
	if !wanted {
		return ""
	}
	return "is no setting of the system: it says how that is studied, or what is wanted of it"
}

// keyEntry finds the row of a key that is written as --set takes it.
func (d *decoder) keyEntry(name string) (Entry, string) {
	path := steps(name)
	at := ""
	var e Entry
	for i := 0; i < len(path); i++ {
		s := path[i]
		known := false
		if e, known = d.schema.lookup(at, s.name); !known || s.index >= 0 {
			return e, d.schema.unknown(at, s.name)
		}
		at = e.Key
		if e.Type == Distribution && i < len(path)-1 {
			at = distribution
		}
		if e.Type == Tables && i < len(path)-1 {
			i++
			if wrong := d.which(e, path[i]); wrong != "" {
				return e, wrong
			}
		}
	}
	return e, ""
}

// which checks the step that picks an element of a list: a class by its name
// or *, others by index.
func (d *decoder) which(e Entry, s step) string {
	l := d.root.find(e.Key)
	if s.index >= 0 || s.name == "*" {
		if s.index >= len(l.items) && e.Key == "class" {
			return fmt.Sprintf("there is no class[%d]; the file has %d, counted from 0", s.index, len(l.items))
		}
		return ""
	}
	if e.Key != "class" {
		return fmt.Sprintf("say which one, for example %s[0].%s", e.Key, s.name)
	}
	var names []string
	for _, n := range l.items {
		if c := n.child("name"); c != nil {
			names = append(names, c.text)
		}
	}
	if contains(names, s.name) {
		return ""
	}
	return noClass(s.name, names)
}

// knob reads the values that a knob may take.
func (d *decoder) knob(n *node, name string, e Entry) (model.Knob, bool) {
	k := model.Knob{Key: name}
	switch {
	case n.kind == list && len(n.items) > 0:
		all := true
		for _, item := range n.items {
			_, ok := d.setting(item, e)
			all = all && ok
			k.Values = append(k.Values, item.text)
		}
		return k, all
	case n.kind == table && len(n.names) == 2 && n.child("min") != nil && n.child("max") != nil:
		if e.Type == Choice || e.Type == Text || e.Type == Bool {
			d.report.add(n.at, n.key, "%s has no range; a list of values is needed", name)
			return k, false
		}
		least, ok := d.setting(n.child("min"), e)
		most, fine := d.setting(n.child("max"), e)
		if !ok || !fine {
			return k, false
		}
		k.Min, k.Max = number(least), number(most)
		if k.Min >= k.Max {
			d.report.add(n.at, n.key, "min has to be less than max")
		}
		return k, true
	}
	d.report.add(n.at, n.key, "a list of values or { min = …, max = … } is needed")
	return k, false
}

// setting reads one value of a knob and checks its range.
func (d *decoder) setting(n *node, e Entry) (any, bool) {
	v, wrong := e.read(n)
	if wrong == "" && !e.within(v) {
		wrong = fmt.Sprintf("%s is out of range: %s", n.shown(), e.Allowed())
	}
	if wrong != "" {
		d.report.add(n.at, n.key, "%s", wrong)
	}
	return v, wrong == ""
}

// number returns a value in its base unit: seconds, per second, bytes.
func number(v any) float64 {
	switch v := v.(type) {
	case time.Duration:
		return v.Seconds()
	case int64:
		return float64(v)
	case float64:
		return v
	}
	return 0
}

// within reports whether a value that read returned is in the entry's range.
func (e Entry) within(v any) bool {
	if _, word := v.(string); word {
		return true
	}
	if _, truth := v.(bool); truth {
		return true
	}
	x := number(v)
	limit := func(s string) (float64, bool) {
		if s == "" {
			return 0, false
		}
		v, err := e.Number(s)
		return v, err == nil
	}
	if also, ok := limit(e.Also); ok && x == also {
		return true
	}
	least, low := limit(e.Min)
	most, high := limit(e.Max)
	return !(low && x < least || high && x > most)
}

// Number reads a value of the key as a number in its base unit: seconds, per
// second, bytes, or the number itself. Sweeps step through such numbers.
func (e Entry) Number(s string) (float64, error) {
	n := parseValue(s)
	if n == nil || n.kind == moment {
		n = &node{kind: text, text: s}
	}
	v, wrong := e.read(n)
	if wrong != "" {
		return 0, fmt.Errorf("%s: %s", e.Key, wrong)
	}
	switch v.(type) {
	case string, bool:
		return 0, fmt.Errorf("%s: %q is no number", e.Key, s)
	}
	return number(v), nil
}

// Text writes a number in the base unit of the key as --set takes it.
func (e Entry) Text(x float64) string {
	switch e.Type {
	case Duration:
		return model.DurationText(time.Duration(math.Round(x * 1e9)))
	case Rate:
		return strconv.FormatFloat(x, 'f', -1, 64) + "/s"
	case Size:
		return model.SizeText(int64(math.Round(x)))
	case Count:
		return strconv.FormatFloat(math.Round(x), 'f', -1, 64)
	}
	return model.NumberText(x)
}
