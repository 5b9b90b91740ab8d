package scenarios

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// Axis is a key that takes a single value, and the values that a sweep gives
// it, in order.
type Axis struct {
	Key     string    // as --set names it: "class.BATCH.queue.visibility_timeout"
	Unit    string    // of Numbers: "s", "/s", "B", "share", or "" for plain numbers
	Values  []string  // as --set takes them
	Numbers []float64 // the values, each in Unit; nil: words
}

// maxAxis is the most values of one axis.
const maxAxis = 10_000

// Axes returns what a sweep of the scenario varies: the axes of specs
// ("worker.concurrency=1..40", "policy.escalate_at=3,5,8"), and then each key
// of the file that takes a single value and has a list of them, in the order of
// the file. A key that set or specs name is no longer a list. The values can be
// read; whether the scenario is valid with them is another question.
func (s Source) Axes(set, specs []string) ([]Axis, []Problem) {
	r := &report{}
	data, err := s.Text()
	if err != nil {
		r.add(pos{file: s.name}, "", "cannot be read: %s", err)
		return nil, r.problems()
	}
	root, whole := parse(s.name, data, r)
	if !whole {
		return nil, r.problems()
	}
	d := &decoder{schema: schema(), source: s, report: &report{}, root: root}
	for i, text := range set {
		d.override(i+1, text) // what is wrong with it is reported with the points
	}
	d.report = r
	var axes []Axis
	for i, spec := range specs {
		at := pos{file: "--axis", override: i + 1}
		a, ok := d.axis(at, spec)
		if !ok {
			continue
		}
		if slices.ContainsFunc(axes, func(b Axis) bool { return b.Key == a.Key }) {
			r.add(at, a.Key, "is an axis already")
			continue
		}
		axes = append(axes, a)
		d.override(len(set)+i+1, a.Key+"="+a.Values[0])
	}
	d.lists(root, "", "", &axes)
	return axes, r.problems()
}

// axis reads one --axis, "key=values". Values are separated by commas; a range
// a..b counts up by 1, a..b:s by s, and a..b:xf by the factor f.
func (d *decoder) axis(at pos, spec string) (Axis, bool) {
	key, list, ok := strings.Cut(spec, "=")
	key = strings.TrimSpace(key)
	if !ok || len(steps(key)) == 0 {
		d.report.add(at, "", "%q is not of the form key=values, for example worker.concurrency=1..40 or policy.escalate_at=3,5,8", clip(spec))
		return Axis{}, false
	}
	e, wrong := d.keyEntry(key)
	if wrong == "" && !e.swept() {
		wrong = "is not a value that a sweep can vary"
	}
	if wrong != "" {
		d.report.add(at, clip(key), "%s", wrong)
		return Axis{}, false
	}
	e = e.plain()
	var texts []string
	for part := range strings.SplitSeq(list, ",") {
		part = strings.TrimSpace(part)
		values := []string{part}
		if from, rest, isRange := strings.Cut(part, ".."); isRange && e.numeric() {
			to, step, _ := strings.Cut(rest, ":")
			values, wrong = e.span(strings.TrimSpace(from), strings.TrimSpace(to), strings.TrimSpace(step))
		}
		if texts = append(texts, values...); wrong == "" && len(texts) > maxAxis {
			wrong = tooMany
		}
		if wrong != "" {
			d.report.add(at, clip(key), "%s: %s", clip(part), wrong)
			return Axis{}, false
		}
	}
	a, ok := d.newAxis(e, key, len(texts), func(i int) (*node, string) {
		o := override{decoder: d, at: at, key: key, value: texts[i]}
		return o.node(e, clip(key)), texts[i]
	})
	return a, ok
}

var tooMany = fmt.Sprintf("too many values: at most %d", maxAxis)

// newAxis reads n values of a key, each of which at gives as a node and as
// --set takes it.
func (d *decoder) newAxis(e Entry, key string, n int, at func(int) (*node, string)) (Axis, bool) {
	a := Axis{Key: key, Unit: e.unit()}
	ok := true
	for i := range n {
		node, value := at(i)
		v, wrong := e.read(node)
		if wrong == "" && slices.Contains(a.Values, value) {
			wrong = node.shown() + " is there twice"
		}
		if wrong != "" {
			d.report.add(node.at, node.key, "%s", wrong)
			ok = false
			continue
		}
		a.Values = append(a.Values, value)
		if _, word := v.(string); !word && e.numeric() {
			a.Numbers = append(a.Numbers, number(v))
		}
	}
	if len(a.Numbers) != len(a.Values) {
		a.Numbers = nil
	}
	return a, ok && n > 0
}

// lists adds an axis for each key below n, a table of the file and table `at`
// of the schema, that takes a single value and has a list. path is n's key as
// --set takes it.
func (d *decoder) lists(n *node, at, path string, axes *[]Axis) {
	for _, name := range n.names {
		e, known := d.schema.lookup(at, name)
		kid, key := n.kids[name], join(path, name)
		switch {
		case !known || e.Type == Knobs || e.Key == "deploy":
		case e.Type == Table && kid.kind == table:
			d.lists(kid, e.Key, key, axes)
		case e.Type == Distribution && kid.kind == table:
			d.lists(kid, distribution, key, axes)
		case e.Type == Tables && kid.kind == list:
			for i, item := range kid.items {
				if item.kind == table {
					d.lists(item, e.Key, itemKey(e, kid, i, key), axes)
				}
			}
		case e.swept() && kid.kind == list:
			d.list(kid, e.plain(), key, axes)
		}
	}
}

// list adds the axis of one list.
func (d *decoder) list(n *node, e Entry, key string, axes *[]Axis) {
	switch {
	case len(n.items) == 0:
		d.report.add(n.at, n.key, "the list is empty: at least one value is needed")
		return
	case len(n.items) > maxAxis:
		d.report.add(n.at, n.key, "%s", tooMany)
		return
	}
	a, ok := d.newAxis(e, key, len(n.items), func(i int) (*node, string) {
		item := n.items[i]
		if item.kind == text && strings.IndexAny(item.text, "\"'{[ ") == 0 {
			return item, strconv.Quote(item.text)
		}
		return item, item.text
	})
	if ok {
		*axes = append(*axes, a)
	}
}

// itemKey is the key of an element of a list of tables: classes go by their
// names where these are there and differ.
func itemKey(e Entry, l *node, i int, key string) string {
	if e.Key != "class" {
		return element(key, i)
	}
	name := func(n *node) string {
		if c := n.child("name"); c != nil && c.kind == text {
			return c.text
		}
		return ""
	}
	for j, other := range l.items {
		if j != i && name(other) == name(l.items[i]) {
			return element(key, i)
		}
	}
	if s := name(l.items[i]); bare(s) {
		return join(key, s)
	}
	return element(key, i)
}

// swept reports whether a sweep can give the key one value after another.
func (e Entry) swept() bool {
	table, _ := cutLast(e.Key)
	if strings.HasPrefix(e.Key, "deploy.") {
		return false // no run depends on it
	}
	return (e.Scalar() || e.Type == Distribution && e.Key != distribution) && !contains([]string{"name", "description", "class.name"}, e.Key) &&
		!contains([]string{"assert", "reference", "tune"}, table)
}

// plain is the row as a sweep reads it: a distribution as a plain duration, or
// one of its words.
func (e Entry) plain() Entry {
	if e.Type == Distribution {
		e.Type = Duration
	}
	return e
}

// listHint says of a list where a single value is needed who takes it.
func (e Entry) listHint(n *node) string {
	if n.kind == list && e.swept() {
		return "; penstock sweep takes a list, and runs each of its values"
	}
	return ""
}

// numeric reports whether the values of the key are numbers, so that they have
// ranges.
func (e Entry) numeric() bool {
	return !contains([]string{string(Choice), string(Text), string(Bool)}, string(e.Type))
}

// unit is the base unit of the key's values.
func (e Entry) unit() string {
	switch e.Type {
	case Duration:
		return "s"
	case Rate:
		return "/s"
	case Size:
		return "B"
	case Share:
		return "share"
	}
	return ""
}
