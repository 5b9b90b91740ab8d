package chaos

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"time"

	"penstock/model"
	"penstock/scenarios"
)

// shrinker makes a document that fails smaller, as long as it fails in the same
// way, the largest changes first: half of the tables at a time, then a quarter and
// so on down to one (delta debugging; Zeller and Hildebrandt, Simplifying and
// isolating failure-inducing input, IEEE TSE 28, 2002), and then the same with
// what is inside of them. It is bounded by the work done, not by a clock, so that
// it always ends with the same document.
type shrinker struct {
	fails  func(doc table) (rule string, cost int) // rule "": it does not fail
	rule   string
	doc    table
	budget int // lines of trace, and so many for each try
	seeds  int // how many seeds a change is tried with
}

const (
	shrinkBudget = 16_000_000
	tryCost      = 2_000
	deepest      = 8 // more than any document is deep
)

// keep lists what stays: one replication is enough, and its seed says which.
var keep = []string{"replications", "seed"}

// refused is the rule of a document that the loader does not take.
const refused = "refused"

// path leads to a value of a document: names of tables, indexes of lists.
type path []any

func (p path) String() string {
	var b strings.Builder
	for _, step := range p {
		if name, ok := step.(string); ok {
			if b.Len() > 0 {
				b.WriteByte('.')
			}
			b.WriteString(name)
		}
	}
	return b.String()
}

// shrink returns the smallest document that was found. It reports false if it
// ran out of budget, so that there may be a smaller one.
func shrink(doc table, rule string, fails func(table) (string, int)) (table, bool) {
	s := &shrinker{fails: fails, rule: rule, doc: clone(doc).(table), budget: shrinkBudget, seeds: 1}
	s.simplify(load) // what comes then takes less time
	for _, s.seeds = range []int{1, len(otherSeeds)} {
		for s.budget > 0 {
			if removed, simpler := s.remove(), s.simplify(everything); !removed && !simpler {
				break
			}
		}
	}
	return s.doc, s.budget > 0
}

// otherSeeds are tried besides the document's own. Another scenario is another
// course of events, in which the same fault of the program may need other chances
// to show.
var otherSeeds = []int64{0, 1, 2, 3, 4, 5} // 0 stands for its own

// try keeps a change if the document still fails in the same way.
func (s *shrinker) try(change func(doc table) bool) bool {
	if s.budget <= 0 {
		return false
	}
	doc := clone(s.doc).(table)
	if !change(doc) {
		return false
	}
	own := doc["seed"]
	for _, seed := range otherSeeds[:s.seeds] {
		switch {
		case seed == 0 && own == nil || seed != 0 && any(seed) == own:
			continue
		case seed != 0:
			doc["seed"] = seed
		}
		rule, cost := s.fails(doc)
		s.budget -= cost + tryCost
		if rule == s.rule {
			s.doc = doc
			return true
		}
		if rule == refused {
			return false
		}
	}
	return false
}

// remove leaves out whatever can be left out, from the top down, many at a time
// and then one by one.
func (s *shrinker) remove() bool {
	removed := false
	for depth := 1; depth <= deepest; depth++ {
		for size := (len(s.at(depth)) + 1) / 2; size >= 1; size /= 2 {
			for i := 0; ; {
				all := s.at(depth)
				if i >= len(all) {
					break
				}
				group := all[i:min(i+size, len(all))]
				if s.try(func(doc table) bool { return cutAll(doc, group) }) {
					removed = true // the next ones stand at i now
				} else {
					i += size
				}
			}
		}
	}
	return removed
}

// cutAll takes several values of one depth out of the document. Those of a list
// come from its end on, so that none moves another.
func cutAll(doc table, paths []path) bool {
	some := false
	for _, p := range paths {
		some = cut(doc, p) || some
	}
	return some
}

// at lists the paths of a depth, lists from the end on: what comes last matters
// least.
func (s *shrinker) at(depth int) []path {
	var all []path
	walk(s.doc, nil, func(p path, _ any) {
		if len(p) == depth {
			all = append(all, append(path{}, p...))
		}
	})
	return all
}

// walk visits every value below v, in a fixed order.
func walk(v any, p path, visit func(path, any)) {
	step := func(name any, x any) {
		inner := append(p[:len(p):len(p)], name)
		visit(inner, x)
		walk(x, inner, visit)
	}
	switch v := v.(type) {
	case table:
		for _, name := range sorted(v) {
			step(name, v[name])
		}
	case []any:
		for i := len(v) - 1; i >= 0; i-- {
			step(i, v[i])
		}
	}
}

// cut takes a value out of the document.
func cut(doc table, p path) bool {
	if slices.Contains(keep, p.String()) {
		return false
	}
	return change(doc, p, func(any) (any, bool) { return nil, true })
}

// change replaces the value at a path; a nil takes it out.
func change(doc table, p path, by func(any) (any, bool)) bool {
	_, ok := replaced(doc, p, by)
	return ok
}

func replaced(v any, p path, by func(any) (any, bool)) (any, bool) {
	if len(p) == 0 {
		return by(v)
	}
	switch v := v.(type) {
	case table:
		name, _ := p[0].(string)
		old, there := v[name]
		if !there {
			return v, false
		}
		x, ok := replaced(old, p[1:], by)
		if x == nil {
			delete(v, name)
		} else {
			v[name] = x
		}
		return v, ok
	case []any:
		i, _ := p[0].(int)
		if i >= len(v) {
			return v, false
		}
		x, ok := replaced(v[i], p[1:], by)
		if x == nil {
			return append(v[:i:i], v[i+1:]...), ok
		}
		v[i] = x
		return v, ok
	}
	return v, false
}

// everything and load are choices of what to simplify: all of it, and what makes
// a run long.
func everything(string) bool { return true }

func load(key string) bool {
	return key == "horizon" || strings.HasPrefix(key, "class.arrivals") || key == "class.initial_backlog"
}

// simplify makes values smaller, and laws and sources plain.
func (s *shrinker) simplify(chosen func(key string) bool) bool {
	simpler := false
	for depth := 1; depth <= deepest; depth++ {
		for i := 0; ; i++ {
			all := s.at(depth)
			if i >= len(all) {
				break
			}
			p := all[i]
			for chosen(p.String()) && s.plainer(p) {
				simpler = true
			}
		}
	}
	return simpler
}

// plainer makes the value at a path one step simpler.
func (s *shrinker) plainer(p path) bool {
	if slices.Contains(keep, p.String()) {
		return false
	}
	var now any
	change(s.doc, p, func(v any) (any, bool) { now = v; return v, true })
	for _, x := range simpler(p.String(), now) {
		if s.try(func(doc table) bool { return change(doc, p, func(any) (any, bool) { return x, true }) }) {
			return true
		}
	}
	return false
}

// simpler lists what might stand instead of a value, the simplest first; each is
// simpler than the value, so that it comes to an end.
func simpler(key string, v any) []any {
	e, ok := scenarios.Explain(key)
	if !ok {
		return nil
	}
	switch v := v.(type) {
	case table:
		if e.Type == scenarios.Distribution {
			return []any{"1s"}
		}
		if e.Key == "class.arrivals" && v["kind"] != "burst" {
			return []any{
				table{"kind": "burst", "at": "0s", "count": int64(1)},
				table{"kind": "burst", "at": "0s", "count": int64(40)},
				table{"kind": "burst", "at": "0s", "count": int64(40), "over": "1m"},
			}
		}
	case int64:
		return wholes(v)
	case float64:
		return numbers(v)
	case string:
		return quantities(e, v)
	}
	return nil
}

func wholes(n int64) []any {
	var all []any
	for _, x := range []int64{0, 1, 2, n / 8, n / 2, n - 1} {
		if x >= 0 && x < n {
			all = append(all, x)
		}
	}
	return all
}

func numbers(x float64) []any {
	var all []any
	for _, y := range []float64{0, 1, math.Floor(x), 0.5, 0.1} {
		if y < x || y == 1 && x > 0 && x < 1 && x != 0.5 && x != 0.1 { // always, often, now and then
			all = append(all, y)
		}
	}
	return all
}

// quantities lists simpler durations and rates.
func quantities(e scenarios.Entry, text string) []any {
	x, err := e.Number(text)
	if err != nil || x <= 0 {
		return nil
	}
	var all []any
	add := func(y float64, s string) {
		if y < x && y >= 0 {
			all = append(all, s)
		}
	}
	switch e.Type {
	case scenarios.Duration, scenarios.Distribution:
		for _, y := range []float64{0, 1, 10, 60, x / 4, x * 3 / 4, math.Floor(x)} {
			d := time.Duration(y * 1e9).Round(time.Second)
			if y < 1 {
				d = time.Duration(y * 1e9).Round(time.Millisecond)
			}
			add(d.Seconds(), model.DurationText(d))
		}
	case scenarios.Rate:
		for _, y := range []float64{0, 0.1, 1, round(x / 4)} {
			add(y, fmt.Sprintf("%g/s", y))
		}
	case scenarios.Size:
		for _, y := range []float64{1, 128 << 20} {
			add(y, e.Text(y))
		}
	}
	return all
}
