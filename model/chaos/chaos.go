// Package chaos runs the simulator against scenarios and faults that nobody
// would think of. Each seed draws a scenario from the whole configuration space,
// with faults on top; the run is checked by its own invariants, and by a watcher
// that knows nothing but the trace and the documented behaviour of AWS. When the
// faults are over everything has to drain.
//
// A failure is a fault of the simulator, never of the scenario. It is shrunk to
// the smallest scenario that still fails in the same way. Only where the loader
// refuses what was drawn is the drawing itself at fault.
package chaos

import (
	"bytes"
	"context"
	"fmt"
	"strings"

	"penstock/model/plan"
	"penstock/scenarios"
)

// Options say what to run.
type Options struct {
	// From is the first seed, Seeds how many are run.
	From  uint64
	Seeds int
	// Workers is how many seeds run at a time; 0 means one a core. The report
	// does not depend on it.
	Workers int
	// AsIs adds no faults to a scenario that was given.
	AsIs bool
	// Rough leaves failures as large as they were found, and ends each run at its
	// first violation.
	Rough bool
	// Progress is told which share of the seeds is done, 0..1.
	Progress func(share float64)
}

// Report is what came of all seeds.
type Report struct {
	Version  string   `json:"version"`
	Scenario string   `json:"scenario,omitempty"` // "": scenarios were drawn
	AsIs     bool     `json:"as_is,omitempty"`    // no faults were added to it
	From     uint64   `json:"from"`
	Seeds    int      `json:"seeds"` // asked for
	Done     int      `json:"done"`  // fewer if it was interrupted
	Failed   int      `json:"failed"`
	Found    []Found  `json:"found"` // the first failure of each rule
	Coverage Coverage `json:"coverage"`
}

// Found is the first seed that failed by a rule.
type Found struct {
	Seed  uint64 `json:"seed"`
	Seeds int    `json:"seeds"` // how many failed by the rule
	Failure
	// Document is the smallest scenario that still fails so, in TOML; nil for
	// failures after the first few, which are not shrunk, and for what the loader
	// refuses, which no command would run.
	Document []byte `json:"-"`
	// Unfinished says that the work allowed for the shrinking was used up before it
	// came to an end: there may be a smaller document.
	Unfinished bool `json:"unfinished,omitempty"`
	// Data says that the document reads the data file, which goes with it.
	Data  bool `json:"-"`
	drawn bool // the document was
	// File is where the document was written to; the caller's business.
	File string `json:"file,omitempty"`
}

// mostShrunk bounds the failures that are shrunk: a broken simulator breaks many
// rules at once, and the first few tell enough.
const mostShrunk = 5

// Run runs the seeds. Without a scenario each seed draws one. The report of an
// interrupted run tells of the seeds that were done, beside the error.
func Run(ctx context.Context, scenario *scenarios.Source, opt Options) (*Report, error) {
	c := &campaign{opt: opt, base: scenario}
	if scenario != nil {
		if err := c.read(); err != nil {
			return nil, err
		}
	}
	results := make([]result, opt.Seeds)
	stop := func() bool { return ctx.Err() != nil }
	err := plan.SideBySide(ctx, opt.Seeds, opt.Workers, func(i int) { results[i] = c.one(opt.From+uint64(i), stop) }, func(n int) {
		if opt.Progress != nil {
			opt.Progress(float64(n) / float64(opt.Seeds))
		}
	})
	r := c.report(results)
	if err == nil && !opt.Rough {
		err = c.shrink(ctx, r)
	}
	return r, err
}

// campaign is one Run on its way.
type campaign struct {
	opt   Options
	base  *scenarios.Source // nil: scenarios are drawn
	doc   table             // of base
	kinds []string          // of policies that can be deployed in a run of base
}

// read reads the scenario that was given, which the loader takes.
func (c *campaign) read() error {
	text, err := c.base.Text()
	if err != nil {
		return err
	}
	if c.doc, err = parse(text); err != nil || !c.addsFaults() {
		return err
	}
	cfg, problems := c.base.Load(nil)
	if scenarios.Failed(problems) {
		return fmt.Errorf("%s: %s", c.base.Name(), firstProblem(problems))
	}
	c.kinds = deployable(cfg)
	return nil
}

// addsFaults reports whether the scenario that was given gets drawn faults.
func (c *campaign) addsFaults() bool { return !c.opt.AsIs && c.doc["faults"] == nil }

// document returns the document of a seed.
func (c *campaign) document(seed uint64) table {
	if c.base == nil {
		return draw(seed)
	}
	doc := clone(c.doc).(table)
	doc["seed"], doc["replications"] = int64(seed), int64(1)
	if c.addsFaults() {
		newDrawer(seed).givenFaults(doc, c.kinds)
	}
	return doc
}

// source returns a document as a scenario that can be loaded.
func (c *campaign) source(doc table) scenarios.Source {
	if c.base == nil {
		return scenarios.Written("chaos.toml", write(doc), data)
	}
	return c.base.With(write(doc))
}

// result is what is kept of one seed.
type result struct {
	done    bool
	seed    uint64
	failure *Failure
	seen    seen
}

// repeated is how often a run is repeated with nobody watching: every so many
// seeds.
const repeated = 8

// one runs one seed.
func (c *campaign) one(seed uint64, stop func() bool) result {
	doc := c.document(seed)
	v := judge(c.source(doc), c.base == nil, c.opt.Rough, stop)
	if v.stopped {
		return result{}
	}
	if v.refused != nil {
		return result{done: true, seed: seed, failure: &Failure{Rule: valid, Detail: firstProblem(v.refused)}}
	}
	if seed%repeated == 0 {
		v.repeats()
	}
	return result{done: true, seed: seed, failure: v.failure, seen: look(doc, &v)}
}

// valid is the rule that the loader takes what was drawn.
const valid = "a drawn scenario is valid"

// firstProblem returns the first problem that is more than a warning, without its
// line: nobody has the file that is meant.
func firstProblem(problems []scenarios.Problem) string {
	for _, p := range problems {
		if !p.Warning {
			p.File, p.Line = "", 0
			return strings.TrimPrefix(p.String(), ": ")
		}
	}
	return ""
}

// report adds the results up, in the order of the seeds.
func (c *campaign) report(results []result) *Report {
	r := &Report{Version: plan.BuildVersion(), From: c.opt.From, Seeds: c.opt.Seeds, AsIs: c.opt.AsIs, Found: []Found{}}
	if c.base != nil {
		r.Scenario = c.base.Name()
	}
	at := map[string]int{}
	for i := range results {
		if !results[i].done {
			continue
		}
		r.Done++
		r.Coverage.add(&results[i].seen)
		f := results[i].failure
		if f == nil {
			continue
		}
		r.Failed++
		k, known := at[f.Rule]
		if !known {
			k = len(r.Found)
			at[f.Rule] = k
			r.Found = append(r.Found, Found{Seed: results[i].seed, Failure: *f})
		}
		r.Found[k].Seeds++
	}
	return r
}

// shrink makes the first failures small, but for a document that the loader does
// not take: as a file it would only show that the loader is right.
func (c *campaign) shrink(ctx context.Context, r *Report) error {
	never := func() bool { return ctx.Err() != nil }
	return plan.SideBySide(ctx, min(len(r.Found), mostShrunk), c.opt.Workers, func(i int) {
		f := &r.Found[i]
		if f.Rule == valid {
			return
		}
		small, done := shrink(c.document(f.Seed), f.Rule, func(doc table) (string, int) {
			v := judge(c.source(doc), c.base == nil, true, never)
			switch {
			case v.refused != nil:
				return refused, 0
			case v.failure == nil:
				return "", v.cost()
			}
			return v.failure.Rule, v.cost()
		})
		if v := judge(c.source(small), c.base == nil, false, never); v.failure != nil {
			f.Failure = *v.failure
		}
		f.Data, f.Unfinished, f.drawn = reads(small), !done, c.base == nil
		f.Document = write(small)
	}, nil)
}

// Text returns the document as a file of this name, opening with what is wrong
// with it and how to see it.
func (f *Found) Text(name string) []byte {
	var b bytes.Buffer
	fmt.Fprintf(&b, "# %s\n#\n# Broken: %s.\n", wrap(f.Detail), wrap(f.Rule))
	size := "and made as small as it still fails"
	if f.Unfinished {
		size = "and made smaller, though not to the end: the work allowed for that was used up, and a smaller one may fail as well"
	}
	fmt.Fprintf(&b, "# %s\n#\n#     %s\n\n", wrap(fmt.Sprintf("Found by penstock chaos with seed %d, %s. Run it with", f.Seed, size)), f.Command(name))
	b.Write(f.Document)
	return b.Bytes()
}

// Command returns what shows the failure of the document as a file of this
// name: an ordinary run where the simulator itself notices, which ends with exit
// code 4.
func (f *Found) Command(name string) string {
	switch {
	case f.Rule == endless && f.drawn: // as a file it could run for longer
		return fmt.Sprintf("penstock chaos --from %d --seeds 1", f.Seed)
	case f.Own:
		return "penstock run " + quoted(name)
	}
	return "penstock chaos " + quoted(name) + " --as-is --seeds 1"
}

// quoted writes a path for a shell.
func quoted(path string) string {
	if !strings.ContainsAny(path, " \t'\"\\$&|;<>()*?[]#~`!") {
		return path
	}
	return "'" + strings.ReplaceAll(path, "'", `'\''`) + "'"
}

// wrap puts a text into lines of a comment.
func wrap(text string) string {
	var b strings.Builder
	column := 0
	for i, word := range strings.Fields(text) {
		if i > 0 && column+1+len(word) > 110 {
			b.WriteString("\n# ")
			column = 0
		} else if i > 0 {
			b.WriteByte(' ')
			column++
		}
		b.WriteString(word)
		column += len(word)
	}
	return b.String()
}

// reads reports whether a drawn document reads the data file.
func reads(doc table) bool {
	found := false
	walk(doc, nil, func(_ path, v any) {
		found = found || v == dataFile
	})
	return found
}
