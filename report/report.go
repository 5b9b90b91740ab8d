// Package report turns a plan.Result into what people read: tables for a
// terminal, a report in Markdown with its figures, CSV files, and the lines of
// a trace. It reads results and writes bytes; the same result gives the same
// bytes. It runs nothing and keeps nothing.
package report

import (
	"sort"

	"penstock/model/plan"
)

// classOf is a class of the result with its name.
type classOf struct {
	name string
	*plan.Class
}

// least goes before a latency of the class that is but a lower bound.
func (c classOf) least() string {
	if c.LatencyIsLowerBound {
		return "at least "
	}
	return ""
}

// classesOf lists the classes in order of priority; classes that ClassOrder
// leaves out follow in order of their names.
func classesOf(r *plan.Result) []classOf {
	var list []classOf
	listed := make(map[string]bool, len(r.Classes))
	for _, name := range r.ClassOrder {
		if c := r.Classes[name]; c != nil && !listed[name] {
			list = append(list, classOf{name, c})
			listed[name] = true
		}
	}
	var rest []string
	for name, c := range r.Classes {
		if c != nil && !listed[name] {
			rest = append(rest, name)
		}
	}
	sort.Strings(rest)
	for _, name := range rest {
		list = append(list, classOf{name, r.Classes[name]})
	}
	return list
}

// val returns the value of an estimate, and 0 where it has none.
func val(e plan.Estimate) float64 {
	if e.Value == nil {
		return 0
	}
	return *e.Value
}

// fate is one way in which a task did not complete.
type fate struct {
	name string
	n    plan.Estimate
}

// fatesOf lists what became of the tasks of c that did not complete.
func fatesOf(c *plan.Class) []fate {
	return []fate{
		{"failed", c.Failed},
		{"timed out", c.TimedOut},
		{"dead-lettered", c.DeadLettered},
		{"expired", c.Expired},
		{"unfinished", c.Unfinished},
	}
}

// lost returns the mean number of tasks of c that did not complete.
func lost(c *plan.Class) float64 {
	sum := 0.0
	for _, f := range fatesOf(c) {
		sum += val(f.n)
	}
	return sum
}

// part is one part of a latency.
type part struct {
	name string // as in a table
	verb string // as in a sentence: "71% of the latency is spent …"
	s    plan.Estimate
}

// partsOf lists the parts of the latency of c, in the order of the result.
func partsOf(c *plan.Class) []part {
	p := c.WaitParts
	return []part{
		{"queued", "queued", p.Queued},
		{"yielded", "hidden after the worker gave way", p.Yielded},
		{"throttled", "held back because the worker was at its cap", p.Throttled},
		{"backoff", "waiting to be tried again", p.Backoff},
		{"cold start", "waiting for cold starts", p.ColdStart},
		{"legacy call", "in the legacy call", p.Legacy},
		{"callback", "waiting for the callback", p.Callback},
		{"other", "in calls to AWS or, with its message gone, waiting for a redrive or a timeout", p.Other},
	}
}
