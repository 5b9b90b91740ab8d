package scenarios

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"time"

	"penstock/model"
	"penstock/model/policy"
)

// decoder turns a tree into a model.Config by the schema, and reports all that
// is wrong on the way.
type decoder struct {
	schema *book
	source Source
	report *report
	root   *node
	config *model.Config
	deploy *Deploy
}

func contains(list []string, s string) bool { return slices.Contains(list, s) }

// lookup returns the row of a key of a table of the schema. The parts of a
// mixture take what a distribution takes, and a weight.
func (b *book) lookup(at, name string) (Entry, bool) {
	if at == "" {
		e, ok := b.entry(name)
		return e, ok && name != distribution && bare(name)
	}
	if home, _ := b.entry(at); home.Type == Links {
		return Entry{Key: join(at, name), Type: Text, Doc: "URL for the class " + name + ": " + home.Doc}, true
	}
	e, ok := b.entry(at + "." + name)
	if !ok && at == parts {
		e, ok = b.entry(distribution + "." + name)
	}
	return e, ok
}

// parts is the table of the schema for the parts of a mixture.
const parts = "distribution.parts"

// table reads a table of the file by a table of the schema.
func (d *decoder) table(n *node, at string, t target) {
	if n.kind != table {
		d.report.add(n.at, n.key, "a table is needed, not %s", n.shown())
		return
	}
	for _, name := range n.names {
		if d.report.full() {
			return
		}
		e, known := d.schema.lookup(at, name)
		if !known {
			d.unknown(n.kids[name], at, name)
			continue
		}
		d.entry(n.kids[name], e, t)
	}
	d.complete(n, at)
	switch at {
	case "class.arrivals":
		d.finishArrivals(n, t.arrivals)
	case distribution, parts:
		d.finishDistribution(n, t.dist)
	}
}

func (d *decoder) entry(n *node, e Entry, t target) {
	switch e.Type {
	case Table:
		d.table(n, e.Key, t)
	case Tables:
		if n.kind != list {
			d.report.add(n.at, n.key, "a list of tables is needed, [[%s]], not %s", e.Key, n.shown())
			return
		}
		for _, item := range n.items {
			inner := t
			e.grow(&inner)
			d.table(item, e.Key, inner)
		}
	case Distribution:
		d.distribution(n, e, t)
	case Knobs:
		d.knobs(n, t)
	case Links:
		d.links(n, *e.ref(t).(*map[string]string))
	case Texts:
		d.texts(n, e.ref(t).(*[]string))
	default:
		v, wrong := e.read(n)
		wrong += e.listHint(n)
		if wrong == "" {
			wrong = store(e.ref(t), v, n)
		}
		if wrong != "" {
			d.report.add(n.at, n.key, "%s", wrong)
		}
	}
}

// texts reads a list of texts.
func (d *decoder) texts(n *node, to *[]string) {
	if n.kind != list {
		d.report.add(n.at, n.key, "a list of texts is needed, such as [\"none\", \"yield\"], not %s", n.shown())
		return
	}
	for _, item := range n.items {
		if item.kind != text {
			d.report.add(item.at, item.key, "text is needed, in quotes, not %s", item.shown())
			continue
		}
		*to = append(*to, item.text)
	}
}

// store puts a value that read returned where it belongs. What it returns is
// wrong with the value, or "".
func store(to, v any, n *node) string {
	switch to := to.(type) {
	case *time.Duration:
		*to = v.(time.Duration)
	case *model.Drain:
		d, given := v.(time.Duration)
		*to = model.Drain{UntilEmpty: !given, For: d}
	case *model.Warmup:
		d, given := v.(time.Duration)
		*to = model.Warmup{Auto: !given, For: d}
	case promise:
		to.to.Latency = append(to.to.Latency, model.Bound{Metric: to.metric, AtMost: v.(time.Duration)})
	case *model.Assert:
		to.Text = n.text
		switch v := v.(type) {
		case time.Duration:
			to.Value = v.Seconds()
		case float64:
			to.Value = v
		}
	case *model.Reference:
		switch v := v.(type) {
		case time.Duration:
			to.Exact = v.Seconds()
		case float64:
			to.Exact = v
		}
	case *float64:
		*to = v.(float64)
	case *int64:
		*to = v.(int64)
	case **int:
		n := int(v.(int64))
		*to = &n
	case *int:
		if n.key == "replications" && v.(int64) == 0 {
			return "0 runs: leave it out and give [precision], or write at least 1"
		}
		*to = int(v.(int64))
	case *uint64:
		if v.(int64) < 0 {
			return fmt.Sprintf("%d is out of range: at least 0", v)
		}
		*to = uint64(v.(int64))
	case *bool:
		*to = v.(bool)
	default: // *string and the types made of it
		reflect.ValueOf(to).Elem().SetString(v.(string))
	}
	return ""
}

// distribution reads a plain duration, a table, or one of the entry's words.
func (d *decoder) distribution(n *node, e Entry, t target) {
	pause, isPause := e.ref(t).(*model.Pause)
	if isPause && n.kind == text && contains(e.Values, n.text) {
		*pause = model.Pause{Mode: policy.PauseMode(n.text)}
		return
	}
	var dist model.Dist
	switch n.kind {
	case text:
		v, wrong := quantity(n, "duration", "s", e, parseDuration)
		if wrong != "" {
			d.report.add(n.at, n.key, "%s", wrong)
			return
		}
		dist = model.Dist{Kind: "constant", Value: v.(time.Duration)}
	case table:
		t.dist = &dist
		d.table(n, distribution, t)
	case integer, decimal:
		_, wrong := quantity(n, "duration", "s", e, parseDuration)
		d.report.add(n.at, n.key, "%s", wrong)
		return
	default:
		d.report.add(n.at, n.key, "a distribution is needed, such as \"1s\" or { kind = \"exponential\", mean = \"1s\" }, not %s%s", n.shown(), e.listHint(n))
		return
	}
	switch to := e.ref(t).(type) {
	case *model.Dist:
		*to = dist
	case **model.Dist:
		*to = &dist
	case *model.Pause:
		*to = model.Pause{Mode: policy.Drawn, Dist: dist}
	}
}

// unknown reports a key that the table of the schema does not have.
func (d *decoder) unknown(n *node, at, name string) {
	d.report.add(n.at, n.key, "%s", d.schema.unknown(at, name))
}

func (b *book) unknown(at, name string) string {
	names := b.names(at)
	if at == parts {
		names = append(names, b.names(distribution)...)
	}
	message := "unknown key" + model.Meant(name, names)
	if homes := b.homes(name); strings.HasSuffix(message, ".") && len(homes) > 0 {
		message = "unknown key; it belongs in " + strings.Join(homes, " or ") + "."
	}
	return fmt.Sprintf("%s %s takes %s", message, b.place(at), strings.Join(names, ", "))
}

// homes returns the tables that do have a key of the name, at most three.
func (b *book) homes(name string) []string {
	var homes []string
	for _, e := range b.entries {
		table, last := cutLast(e.Key)
		if home := b.place(table); last == name && e.Key != distribution && len(homes) < 3 && !contains(homes, home) {
			homes = append(homes, strings.ToLower(home[:1])+home[1:])
		}
	}
	return homes
}

// place names a table of the schema as a message does.
func (b *book) place(at string) string {
	e, _ := b.entry(at)
	switch {
	case at == "":
		return "The top of the file"
	case at == distribution:
		return "A distribution"
	case at == parts:
		return "A part of a mixture"
	case e.Type == Tables:
		return "[[" + at + "]]"
	}
	return "[" + at + "]"
}
