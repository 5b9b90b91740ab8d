package scenarios

import (
	"strconv"
	"strings"
)

// pos is where something stands. Lines and columns count from 1, columns in
// characters. An override has no line; its number orders it after the file.
type pos struct {
	file         string
	line, column int
	override     int // 0: in the file; n: in the n-th --set
}

// kind is the kind of a TOML value.
type kind uint8

const (
	table kind = iota
	list
	text
	integer
	decimal
	boolean
	moment // a date or time, which no key takes
)

// String returns the kind as a message names it.
func (k kind) String() string {
	return [...]string{"a table", "a list", "text", "a whole number", "a number", "true or false", "a date or time"}[k]
}

// node is a value of the file with the place of its key. The elements of a
// list have the place of the value.
type node struct {
	kind  kind
	key   string // dotted, with indexes from 0: "class[1].queue.delay"
	at    pos
	text  string // text: the string; other scalars: as written
	names []string
	kids  map[string]*node // table
	items []*node          // list

	made origin // tables and lists
}

// origin says what made a table or list, which decides how it may grow.
type origin uint8

const (
	implied  origin = iota // on the way to a [header]: one of its own may follow
	headed                 // by its own [header] or [[header]]
	dotted                 // by a dotted key: more of those may follow
	complete               // in one piece, { … } or [ … ]: nothing may be added
)

func newTable(key string, at pos) *node {
	return &node{kind: table, key: key, at: at, kids: map[string]*node{}}
}

// child returns the value of a key of a table, or nil.
func (n *node) child(name string) *node {
	if n == nil || n.kind != table {
		return nil
	}
	return n.kids[name]
}

// put adds or replaces a key of a table.
func (n *node) put(name string, v *node) {
	if _, there := n.kids[name]; !there {
		n.names = append(n.names, name)
	}
	n.kids[name] = v
}

// find returns the node at a dotted key with indexes, or the nearest table
// above it.
func (n *node) find(key string) *node {
	for _, s := range steps(key) {
		var next *node
		switch {
		case s.index < 0:
			next = n.child(s.name)
		case n.kind == list && s.index < len(n.items):
			next = n.items[s.index]
		}
		if next == nil {
			return n
		}
		n = next
	}
	return n
}

// step is one part of a dotted key: a name, or an index when index >= 0.
type step struct {
	name  string
	index int
}

// steps splits a dotted key: class[1].queue, tune."worker.concurrency". What
// is malformed becomes a name that no table has.
func steps(key string) []step {
	var list []step
	for key != "" {
		switch key[0] {
		case '.':
			key = key[1:]
		case '[':
			inside, rest, _ := strings.Cut(key[1:], "]")
			key = rest
			if i, err := strconv.Atoi(inside); err == nil && i >= 0 {
				list = append(list, step{inside, i})
			} else {
				list = append(list, step{"[" + inside + "]", -1})
			}
		case '"':
			inside, rest, _ := strings.Cut(key[1:], `"`)
			key = rest
			list = append(list, step{inside, -1})
		default:
			end := strings.IndexAny(key, ".[\"")
			if end < 0 {
				end = len(key)
			}
			list = append(list, step{key[:end], -1})
			key = key[end:]
		}
	}
	return list
}

// join appends a name to a dotted key, with quotes where TOML needs them.
func join(key, name string) string {
	if !bare(name) {
		name = strconv.Quote(name)
	}
	if key == "" {
		return name
	}
	return key + "." + name
}

func bare(name string) bool {
	for _, c := range name {
		if (c < 'a' || c > 'z') && (c < 'A' || c > 'Z') && (c < '0' || c > '9') && c != '_' && c != '-' {
			return false
		}
	}
	return name != ""
}

func element(key string, i int) string { return key + "[" + strconv.Itoa(i) + "]" }
