package scenarios

import (
	"fmt"
	"slices"
	"strings"

	"penstock/model"
)

// override applies one --set, "key=value", to the tree, so that what comes
// after checks it like the file. Classes are named by name ("class.BATCH.…")
// or all at once ("class.*.…"), elements of other lists by index ("[0]").
func (d *decoder) override(number int, set string) {
	at := pos{file: "--set", override: number}
	key, value, ok := strings.Cut(set, "=")
	key = strings.TrimSpace(key)
	path := steps(key)
	if !ok || len(path) == 0 {
		d.report.add(at, "", "%q is not of the form key=value, for example worker.concurrency=8", clip(set))
		return
	}
	if len(path) > maxDepth {
		d.report.add(at, "", "the key is too long: at most %d parts", maxDepth)
		return
	}
	o := override{decoder: d, at: at, key: clip(key), value: strings.TrimSpace(value)}
	o.table(d.root, "", path)
}

// override is one --set on its way down the tree.
type override struct {
	*decoder
	at    pos
	key   string // as written
	value string
}

func (o *override) fail(format string, args ...any) {
	o.report.add(o.at, o.key, format, args...)
}

// table goes one step down from a table of the tree, which is table `at` of
// the schema.
func (o *override) table(n *node, at string, path []step) {
	name := path[0].name
	e, known := o.schema.lookup(at, name)
	if at == "tune" && name != "minimize" {
		e, known = Entry{Type: Bound}, true
	}
	switch {
	case !known && path[0].index >= 0:
		o.fail("[%s] follows what is no list", name)
	case !known:
		o.fail("%s", o.schema.unknown(at, name))
	case len(path) == 1:
		n.put(name, o.node(e, join(n.key, name)))
	default:
		o.below(n, e, name, path[1:])
	}
}

func (o *override) below(n *node, e Entry, name string, path []step) {
	child := n.child(name)
	switch e.Type {
	case Table, Knobs, Links:
		if child == nil {
			child = o.fresh(n, name)
		}
		o.into(child, e.Key, path)
	case Distribution:
		if child == nil || child.kind != table {
			child = o.fresh(n, name)
			if e.Default != "" && strings.HasPrefix(e.Default, "{") {
				child = parseValue(e.Default)
				child.move(join(n.key, name), o.at)
				n.put(name, child)
			}
		}
		o.into(child, distribution, path)
	case Tables:
		if child == nil || child.kind != list || len(child.items) == 0 {
			o.fail("the file has no %s to change", o.schema.place(e.Key))
			return
		}
		o.items(child, e, path)
	default:
		o.fail("%s takes a single value", e.Key)
	}
}

func (o *override) fresh(n *node, name string) *node {
	child := newTable(join(n.key, name), o.at)
	n.put(name, child)
	return child
}

func (o *override) into(n *node, at string, path []step) {
	if n.kind != table {
		o.fail("%s is %s in the file, not a table", n.key, n.kind)
		return
	}
	o.table(n, at, path)
}

// items picks the elements of a list that the next step means.
func (o *override) items(l *node, e Entry, path []step) {
	s, rest := path[0], path[1:]
	var chosen []*node
	switch {
	case s.index >= 0 && s.index < len(l.items):
		chosen = l.items[s.index : s.index+1]
	case s.index >= 0:
		o.fail("there is no %s[%d]; the file has %d, counted from 0", e.Key, s.index, len(l.items))
		return
	case s.name == "*":
		chosen = l.items
	case e.Key == "class":
		chosen = o.class(l, s.name)
	default:
		o.fail("say which one, for example %s[0].%s", e.Key, s.name)
		return
	}
	if len(rest) == 0 && len(chosen) > 0 {
		o.fail("name a key of it, for example %s", o.schema.names(e.Key)[0])
		return
	}
	for _, n := range chosen {
		o.into(n, e.Key, rest)
	}
}

func (o *override) class(l *node, name string) []*node {
	var names []string
	for i, n := range l.items {
		if c := n.child("name"); c != nil && c.kind == text {
			names = append(names, c.text)
			if c.text == name {
				return l.items[i : i+1]
			}
		}
	}
	o.fail("%s", noClass(name, names))
	return nil
}

func noClass(name string, names []string) string {
	return fmt.Sprintf("there is no class %q%s Classes: %s, or * for all", clip(name), model.Meant(name, names), strings.Join(names, ", "))
}

// node builds the value. Quotes around text may be left out; whatever is valid
// TOML and not meant as text is read as TOML.
func (o *override) node(e Entry, key string) *node {
	var n *node
	first := strings.IndexAny(o.value, `"'{[`) == 0
	switch e.Type {
	case Count, Number, Share, Bool, Bound, Tables, Table:
		n = parseValue(o.value)
	case Text, Choice:
		if first && o.value[0] != '[' && o.value[0] != '{' {
			n = parseValue(o.value)
		}
	default: // quantities: a bare number is told that it lacks its unit
		n = parseValue(o.value)
	}
	if n == nil || n.kind == moment {
		n = &node{kind: text, text: o.value}
	}
	n.move(key, o.at)
	return n
}

// parseValue reads one TOML value, or returns nil.
func parseValue(s string) *node {
	if len(s) > maxFile || strings.ContainsAny(s, "\r\n") {
		return nil
	}
	r := &report{}
	root, whole := parse("", []byte("x = "+s), r)
	if !whole || len(r.found) > 0 || !slices.Equal(root.names, []string{"x"}) {
		return nil
	}
	return root.kids["x"]
}

// move gives a value, and all within it, a new key and place.
func (n *node) move(key string, at pos) {
	n.key, n.at = key, at
	for _, name := range n.names {
		n.kids[name].move(join(key, name), at)
	}
	for i, item := range n.items {
		item.move(element(key, i), at)
	}
}
