package scenarios

import (
	"fmt"
	"slices"
	"strings"

	"penstock/model"
)

// complete reports what a table lacks, and what does not go with its kind.
func (d *decoder) complete(n *node, at string) {
	for _, name := range d.required(at) {
		if !d.has(n, at, name) {
			e, _ := d.schema.lookup(at, name)
			allowed := e.Allowed()
			if allowed != "" {
				allowed = ": " + allowed
			}
			d.report.add(n.at, n.key, "needs %s%s", name, allowed)
		}
	}
	f, ok := d.form(n, at)
	if !ok {
		return
	}
	for _, name := range n.names {
		_, known := d.schema.lookup(at, name)
		if !known || name == "kind" || name == "weight" || contains(f.takes(), name) {
			continue
		}
		kid := n.kids[name]
		if n.child("kind") == nil {
			d.report.add(kid.at, kid.key, "kind is left out, which means %q; %s goes with %s", f.kind, name, strings.Join(d.takers(at, name), ", "))
			continue
		}
		d.report.add(kid.at, kid.key, "kind %q does not take %s; it takes %s", f.kind, name, f.text())
	}
	d.needs(n, at, f)
}

// takers returns the kinds of a table of the schema that take a parameter.
func (d *decoder) takers(at, name string) []string {
	e, _ := d.schema.entry(at)
	var takers []string
	for _, f := range e.forms {
		if contains(f.takes(), name) {
			takers = append(takers, fmt.Sprintf("%q", f.kind))
		}
	}
	return takers
}

// required returns the keys without which a table of the schema means nothing.
func (d *decoder) required(at string) []string {
	var names []string
	for _, i := range d.schema.inside[at] {
		if e := d.schema.entries[i]; e.required && at != "" {
			_, name := cutLast(e.Key)
			names = append(names, name)
		}
	}
	if at == parts {
		names = append(names, "kind")
	}
	return names
}

// form returns what a table takes for the kind that it has.
func (d *decoder) form(n *node, at string) (form, bool) {
	home := at
	if at == parts {
		home = distribution
	}
	e, ok := d.schema.entry(home)
	if !ok || e.forms == nil {
		return form{}, false
	}
	k, _ := d.schema.entry(home + ".kind")
	kind := k.Default
	if c := n.child("kind"); c != nil {
		kind = c.text
	}
	i := slices.IndexFunc(e.forms, func(f form) bool { return f.kind == kind })
	if i < 0 {
		return form{}, false // reported where the kind was read
	}
	return e.forms[i], true
}

// needs reports the parameters that the kind still needs, and alternatives
// that were mixed.
func (d *decoder) needs(n *node, at string, f form) {
	if len(f.needs) == 0 {
		return
	}
	var missing []string
	for i, group := range f.needs {
		var lacks []string
		for _, name := range group {
			if !d.has(n, at, name) {
				lacks = append(lacks, name)
			}
		}
		if i == 0 || len(lacks) < len(missing) {
			missing = lacks
		}
	}
	given := 0
	for _, group := range f.needs {
		if slices.ContainsFunc(group, func(name string) bool { return d.has(n, at, name) }) {
			given++
		}
	}
	switch {
	case given > 1:
		d.report.add(n.at, n.key, "kind %q takes %s, not a mix of them", f.kind, f.text())
	case len(missing) > 0 && len(f.needs) > 1 && given == 0:
		d.report.add(n.at, n.key, "kind %q needs %s", f.kind, f.text())
	case len(missing) > 0:
		d.report.add(n.at, n.key, "kind %q needs %s", f.kind, strings.Join(missing, " and "))
	}
}

// has reports whether a table has a key, perhaps misspelt: that is reported
// already, and it would be no help to call the key missing as well.
func (d *decoder) has(n *node, at, name string) bool {
	return n.child(name) != nil || slices.ContainsFunc(n.names, func(other string) bool {
		_, known := d.schema.lookup(at, other)
		return !known && model.Nearest(other, d.schema.names(at)) == name
	})
}

// text says what the form takes: "mean and cv", "median and p99, or mean and cv".
func (f form) text() string {
	var groups []string
	for _, g := range f.needs {
		groups = append(groups, strings.Join(g, " and "))
	}
	s := strings.Join(groups, ", or ")
	if len(f.may) > 0 {
		s += fmt.Sprintf(", and if wanted %s", strings.Join(f.may, ", "))
	}
	if s == "" {
		return "nothing else"
	}
	return s
}
