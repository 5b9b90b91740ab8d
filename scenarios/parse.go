package scenarios

import (
	"bytes"
	"errors"
	"sort"
	"strings"
	"unicode/utf8"

	"github.com/pelletier/go-toml/v2"
	"github.com/pelletier/go-toml/v2/unstable"
)

const (
	maxFile  = 1 << 20 // bytes of a scenario
	maxDepth = 12      // tables within tables; the schema needs seven
	maxName  = 100     // bytes of one part of a key
)

// parser turns TOML text into a tree with the place of every key. The library
// gives the places, but checks the rules between keys (nothing twice, no table
// reopened) only while it decodes, so they are checked here.
type parser struct {
	file   string
	data   []byte
	lines  []int // offset at which each line starts
	toml   unstable.Parser
	report *report
	root   *node
	broken bool // not TOML, although the parser could go on
}

// parse reads a scenario. The tree holds all that could be read; it is not the
// whole file when that is not TOML.
func parse(file string, data []byte, r *report) (root *node, whole bool) {
	data = bytes.TrimPrefix(data, []byte("\xef\xbb\xbf"))
	data = data[:len(data):len(data)] // the library finds offsets by capacity
	p := &parser{file: file, data: data, lines: []int{0}, report: r}
	for i, c := range data {
		if c == '\n' {
			p.lines = append(p.lines, i+1)
		}
	}
	p.root = newTable("", pos{file: file, line: 1, column: 1})
	p.toml.Reset(data)
	current := p.root
	for p.toml.NextExpression() {
		switch e := p.toml.Expression(); e.Kind {
		case unstable.Table, unstable.ArrayTable:
			current = p.open(e)
		case unstable.KeyValue:
			p.assign(current, e, 0)
		}
	}
	if err := p.toml.Error(); err != nil {
		p.syntax(err)
		p.broken = true
	}
	return p.root, !p.broken
}

func (p *parser) syntax(err error) {
	at := pos{file: p.file, line: 1, column: 1}
	var e *unstable.ParserError
	if errors.As(err, &e) {
		at = p.place(cap(p.data) - cap(e.Highlight))
	}
	p.report.add(at, "", "not TOML: %s", err)
}

// number checks how a number is written, which the library leaves to its
// decoder, such as where underscores may stand.
func (p *parser) number(v *unstable.Node) {
	if isPlain(v.Data) {
		return
	}
	var x struct{ X any }
	if err := toml.Unmarshal(append([]byte("X = "), v.Data...), &x); err != nil {
		p.broken = true
		p.report.add(p.place(int(v.Raw.Offset)), "", "not TOML: %s", strings.TrimPrefix(err.Error(), "toml: "))
	}
}

// isPlain reports whether a number is of the usual form: up to 18 digits, the
// first not 0, perhaps with a minus or a fraction.
func isPlain(b []byte) bool {
	b = bytes.TrimPrefix(b, []byte("-"))
	whole, fraction, point := bytes.Cut(b, []byte("."))
	digits := func(b []byte) bool {
		return len(b) > 0 && len(bytes.Trim(b, "0123456789")) == 0
	}
	return digits(whole) && len(whole) <= 18 && (whole[0] != '0' || len(whole) == 1) && (!point || digits(fraction))
}

// place turns an offset into a line and a column.
func (p *parser) place(offset int) pos {
	offset = min(max(offset, 0), len(p.data))
	line := sort.SearchInts(p.lines, offset+1)
	start := p.lines[line-1]
	// A line may be long and full of keys; beyond this, bytes are near enough.
	column := offset - start
	if column < 1<<12 {
		column = utf8.RuneCount(p.data[start:offset])
	}
	return pos{file: p.file, line: line, column: column + 1}
}

// part is one name of a dotted key.
type part struct {
	name string
	at   pos
}

// parts returns the names of a key, or nil after reporting that it is too long.
func (p *parser) parts(e *unstable.Node) []part {
	var list []part
	for it := e.Key(); it.Next(); {
		n := it.Node()
		at := p.place(int(n.Raw.Offset))
		if len(n.Data) > maxName || len(list) == maxDepth {
			p.report.add(at, "", "the key is too long: at most %d parts of %d bytes", maxDepth, maxName)
			return nil
		}
		list = append(list, part{string(n.Data), at})
	}
	return list
}

// assign sets key = value in a table.
func (p *parser) assign(t *node, e *unstable.Node, depth int) {
	names := p.parts(e)
	if t == nil || names == nil {
		return
	}
	for _, part := range names[:len(names)-1] {
		next := t.child(part.name)
		if next == nil {
			next = newTable(join(t.key, part.name), part.at)
			t.put(part.name, next)
			next.made = dotted
		} else if next.kind != table || next.made != dotted {
			p.twice(part, next)
			return
		}
		t = next
		depth++
	}
	last := names[len(names)-1]
	if before := t.child(last.name); before != nil {
		p.twice(last, before)
		return
	}
	if v := p.value(e.Value(), join(t.key, last.name), last.at, depth+1); v != nil {
		t.put(last.name, v)
	}
}

func (p *parser) twice(again part, before *node) {
	p.report.add(again.at, before.key, "set twice: it already stands on line %d", before.at.line)
}

// value builds the node of a value, whose key stands at the given place.
func (p *parser) value(v *unstable.Node, key string, at pos, depth int) *node {
	if depth > maxDepth {
		p.report.add(at, key, "nested too deep: at most %d levels", maxDepth)
		return nil
	}
	n := &node{key: key, at: at, text: string(v.Data)}
	switch v.Kind {
	case unstable.InlineTable:
		n = newTable(key, at)
		for it := v.Children(); it.Next(); {
			p.assign(n, it.Node(), depth)
		}
		n.made = complete
	case unstable.Array:
		n.kind, n.made = list, complete
		for it := v.Children(); it.Next(); {
			item := it.Node()
			where := at
			if item.Raw.Length > 0 { // lists carry no range
				where = p.place(int(item.Raw.Offset))
			}
			if v := p.value(item, element(key, len(n.items)), where, depth+1); v != nil {
				n.items = append(n.items, v)
			}
		}
	case unstable.String:
		n.kind = text
	case unstable.Integer:
		n.kind = integer
		p.number(v)
	case unstable.Float:
		n.kind = decimal
		p.number(v)
	case unstable.Bool:
		n.kind = boolean
	default:
		n.kind = moment
	}
	return n
}

// open returns the table that a [header] or [[header]] opens, or nil after
// reporting why it cannot.
func (p *parser) open(e *unstable.Node) *node {
	names := p.parts(e)
	if names == nil {
		return nil
	}
	t := p.root
	for _, part := range names[:len(names)-1] {
		next := t.child(part.name)
		if next == nil {
			next = newTable(join(t.key, part.name), part.at)
			t.put(part.name, next)
		}
		if next.kind == list && next.made == headed {
			next = next.items[len(next.items)-1]
		}
		if next.kind != table || next.made == complete {
			p.twice(part, next)
			return nil
		}
		t = next
	}
	last := names[len(names)-1]
	if e.Kind == unstable.ArrayTable {
		return p.extend(t, last)
	}
	n := t.child(last.name)
	switch {
	case n == nil:
		n = newTable(join(t.key, last.name), last.at)
		t.put(last.name, n)
	case n.kind != table || n.made != implied:
		p.twice(last, n)
		if n.kind != table || n.made == complete {
			return nil
		}
	}
	n.made = headed
	return n
}

// extend appends a table to the list that [[header]] names.
func (p *parser) extend(t *node, last part) *node {
	l := t.child(last.name)
	if l == nil {
		l = &node{kind: list, key: join(t.key, last.name), at: last.at, made: headed}
		t.put(last.name, l)
	}
	if l.kind != list || l.made != headed {
		p.twice(last, l)
		return nil
	}
	n := newTable(element(l.key, len(l.items)), last.at)
	n.made = headed
	l.items = append(l.items, n)
	return n
}
