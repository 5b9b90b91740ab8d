package chaos

import (
	"hash/fnv"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"time"

	"penstock/model"
	"penstock/scenarios"
)

// draw returns the document of a seed: a small scenario from the whole space of
// configurations, with faults. It is a swarm: each seed first decides how much
// it may have at all, and then for each key whether it is there, so that
// features meet in every combination, and are also missed in every one.
func draw(seed uint64) table {
	d := newDrawer(seed)
	doc := table{"seed": int64(seed), "replications": int64(1)}
	d.fill(doc, "", func(key string) bool { return !slices.Contains(set, key) && !strings.HasPrefix(key, "faults") })
	doc["horizon"] = d.number("horizon")
	d.classes(doc)
	d.outages(doc)
	d.faults(doc)
	d.mendJobs(doc)
	d.mend(doc)
	return doc
}

// set lists the keys at the top of a document that fill leaves alone: draw sets
// them, or they change nothing of what happens in a run.
var set = []string{"name", "description", "seed", "horizon", "replications", "class", "assert", "reference", "tune", "tournament", "study", "warmup", "precision", "deploy"}

// jobKeys lists the keys that make a job of a redrive, see repeats: not every one
// is one.
var jobKeys = []string{"faults.redrive.every", "faults.redrive.count"}

// givenFaults adds faults to the document of a scenario that was given, which
// has none. What comes at a time of its own is spread over its horizon. Nothing
// else of it is changed, so that its policy can only change to one of the kinds
// that it is ready for.
func (d *drawer) givenFaults(doc table, kinds []string) {
	most, _ := scenarios.Explain("horizon")
	d.stretch = length(doc["horizon"], 8*time.Hour).Seconds() / ranges["horizon"].high(most)
	for n := 1; doc["faults"] == nil; n++ { // a seed that switches nearly everything off has a few at last
		if n > 100 { // and one that switches off all of it, any
			clear(d.off)
		}
		d.faults(doc)
	}
	d.mendChanges(doc, kinds)
}

// drawer draws one document.
type drawer struct {
	r       *rand.Rand
	seed    uint64
	times   map[string]uint64 // how often each key came up
	density float64           // share of the keys that are there, about
	off     map[string]bool
	stretch float64 // the times of faults are so many times as long as in a drawn scenario
}

func newDrawer(seed uint64) *drawer {
	r := rand.New(rand.NewPCG(seed, 0x5eed))
	d := &drawer{r: r, seed: seed, times: map[string]uint64{}, off: map[string]bool{}, stretch: 1}
	d.density = []float64{0.1, 0.3, 0.5}[r.IntN(3)]
	for _, e := range scenarios.Keys() {
		d.apart(e.Key, func() { d.off[e.Key] = d.chance(0.5) })
	}
	return d
}

// apart draws with numbers of a key's own, another set each time, so that a new
// key of scenarios changes nothing of what a seed draws for the others.
func (d *drawer) apart(key string, f func()) {
	all := d.r
	h := fnv.New64a()
	h.Write([]byte(key))
	d.times[key]++
	d.r = rand.New(rand.NewPCG(d.seed^h.Sum64(), d.times[key]))
	f()
	d.r = all
}

func (d *drawer) chance(p float64) bool { return d.r.Float64() < p }

// wants decides whether an optional key is there.
func (d *drawer) wants(key string) bool {
	if p, fixed := often[key]; fixed {
		return d.chance(p)
	}
	return !d.off[key] && d.chance(2*d.density)
}

// often is how often a key is there that would make a run dull, slow or
// meaningless if it were there as often as others.
var often = map[string]float64{
	"timing.profile": 0.25, "drain": 0.1, "class.service": 0.2, "class.patience": 0.1,
	"class.queue.visibility_timeout": 0.9, "legacy.concurrency": 0.9, "worker.concurrency": 0.9,
	"worker.driver": 0.5, "policy.kind": 0.6, "legacy.service": 0.8, "stepfunctions.timeout": 0.7,
	"class.mapping.provisioned_pollers": 0.1, "class.initial_backlog": 0.2, "class.queue.retention": 0.25,
	"class.queue.duplicate_probability": 0.15, "legacy.rate_limit": 0.3, "legacy.slowdown": 0.3, "policy.retry_for": 0.4, "class.weight": 0.4,
}

// fill draws the keys of a table, and of the tables in it.
func (d *drawer) fill(t table, at string, may func(key string) bool) {
	for _, e := range scenarios.Keys() {
		if directly(at, e.Key) && may(e.Key) && e.Key != "distribution" {
			d.apart(e.Key, func() { d.key(t, at, e, may) })
		}
	}
}

// key draws whether a key is in its table, and its value.
func (d *drawer) key(t table, at string, e scenarios.Entry, may func(key string) bool) {
	name := e.Key[strings.LastIndexByte(e.Key, '.')+1:]
	switch {
	case e.Type == scenarios.Tables || e.Type == scenarios.Knobs:
	case e.Type == scenarios.Table:
		inner := table{}
		if kind, ok := scenarios.Explain(e.Key + ".kind"); ok && formed(e, kind) {
			if d.wants(e.Key) {
				inner = d.form(e, kind)
			}
		} else if at == "" || d.wants(e.Key) {
			d.fill(inner, e.Key, may)
		}
		if len(inner) > 0 {
			t[name] = inner
		}
	case d.wants(e.Key):
		t[name] = d.value(e)
	}
}

// formed reports whether the kind of a table decides which keys it takes.
func formed(e, kind scenarios.Entry) bool {
	return slices.ContainsFunc(kind.Values, func(word string) bool {
		needs, may := e.Takes(word)
		return needs != nil || may != nil
	})
}

// directly reports whether a key is one of the table's own.
func directly(at, key string) bool {
	if at != "" {
		rest, ok := strings.CutPrefix(key, at+".")
		return ok && !strings.Contains(rest, ".")
	}
	return !strings.Contains(key, ".")
}

// form draws a table with a kind: one group of what the kind needs, and
// something of what it may have.
func (d *drawer) form(e scenarios.Entry, kind scenarios.Entry) table {
	word := d.word(kind)
	needs, may := e.Takes(word)
	t := table{"kind": word}
	var names []string
	if len(needs) > 0 {
		names = append(names, needs[d.r.IntN(len(needs))]...)
	}
	for _, name := range may {
		if d.chance(0.3) {
			names = append(names, name)
		}
	}
	for _, name := range names {
		inner, _ := scenarios.Explain(e.Key + "." + name)
		t[name] = d.value(inner)
	}
	return t
}

// value draws the value of a key.
func (d *drawer) value(e scenarios.Entry) any {
	switch e.Type {
	case scenarios.Choice:
		return d.word(e)
	case scenarios.Bool:
		return d.chance(0.5)
	case scenarios.Distribution:
		if len(e.Values) > 0 && d.chance(0.4) {
			return d.word(e)
		}
		return d.law(ranges[e.Key], 0)
	case scenarios.Tables:
		return d.list(e)
	case scenarios.Text:
		return d.text(e.Key)
	}
	if len(e.Values) > 0 && d.chance(0.3) {
		return d.word(e)
	}
	return d.number(e.Key)
}

func (d *drawer) word(e scenarios.Entry) string { return e.Values[d.r.IntN(len(e.Values))] }

func (d *drawer) text(key string) string {
	words := texts[key]
	return words[d.r.IntN(len(words))]
}

// list draws a few elements of a list of tables.
func (d *drawer) list(e scenarios.Entry) []any {
	var all []any
	for range 1 + d.r.IntN(3) {
		t := table{}
		d.fill(t, e.Key, func(key string) bool { return !slices.Contains(jobKeys, key) })
		for _, inner := range scenarios.Keys() {
			if name, ok := strings.CutPrefix(inner.Key, e.Key+"."); ok && directly(e.Key, inner.Key) && t[name] == nil && !slices.Contains(jobKeys, inner.Key) {
				d.apart(inner.Key, func() { t[name] = d.value(inner) })
			}
		}
		all = append(all, t)
	}
	return all
}

// number draws a value within the range that a small run can bear, evenly over
// its orders of magnitude; where that begins at 0, one in five is 0.
func (d *drawer) number(key string) any {
	e, ok := scenarios.Explain(key)
	limits, known := ranges[e.Key]
	if !ok || !known {
		panic("chaos: no range for " + key)
	}
	x := d.between(limits.low(e), limits.high(e))
	if e.Key == "faults.until" || e.Key == "faults.redrive.at" || e.Key == "faults.policy.at" {
		x *= d.stretch
	}
	switch e.Type {
	case scenarios.Count:
		return int64(math.Round(x))
	case scenarios.Number, scenarios.Share:
		return round(x)
	case scenarios.Duration:
		return durationText(x)
	case scenarios.Rate:
		return e.Text(round(x))
	}
	return e.Text(sizeOf(x))
}

// between draws from low to high, evenly over the orders of magnitude.
func (d *drawer) between(low, high float64) float64 {
	if low == 0 {
		if d.chance(0.2) {
			return 0
		}
		low = high / 100
	}
	return low * math.Pow(high/low, d.r.Float64())
}

// round keeps two digits: a reader has to take in what failed.
func round(x float64) float64 {
	if x == 0 {
		return 0
	}
	unit := math.Pow(10, math.Floor(math.Log10(math.Abs(x)))-1)
	n := math.Round(x / unit)
	if unit >= 1 {
		return n * math.Round(unit)
	}
	return n / math.Round(1/unit)
}

// sizeOf rounds a number of bytes to whole units.
func sizeOf(bytes float64) float64 {
	for _, unit := range []float64{1 << 20, 1 << 10} {
		if bytes >= 2*unit {
			return unit * math.Round(bytes/unit)
		}
	}
	return math.Round(bytes)
}

// durationText writes so many seconds in whole seconds, or below two in whole
// milliseconds.
func durationText(seconds float64) string {
	grain := time.Second
	if seconds < 2 {
		grain = time.Millisecond
	}
	return model.DurationText(time.Duration(seconds * float64(time.Second)).Round(grain))
}
