package report

import (
	"fmt"
	"strings"

	"penstock/model/plan"
)

// findings says in sentences what the result means: what was promised and
// missed, what starves, what is lost, what it costs, and what binds. Each
// sentence stands on the figures that it names.
func findings(r *plan.Result) []string {
	var list []string
	for _, f := range []func(*plan.Result) string{promiseFinding, starveFinding, lossFinding, bindFinding, twinFinding, costFinding} {
		if s := f(r); s != "" {
			list = append(list, s)
		}
	}
	return list
}

// promiseFinding counts the objectives and asserts that were not met.
func promiseFinding(r *plan.Result) string {
	all := append(append([]plan.Assert{}, r.Objectives...), r.Asserts...)
	if len(all) == 0 {
		return ""
	}
	var missed, open []string
	for _, a := range all {
		m := measureOf(a.Metric)
		s := plain(a.Metric) + " is " + m.estimate(a.Value) + " where " + comparison(a.Op) + " " + m.exact(a.Bound) + " was asked"
		switch a.Outcome {
		case "not met":
			missed = append(missed, s)
		case "undecided":
			open = append(open, s)
		}
	}
	if len(missed)+len(open) == 0 {
		return "**Promises.** Every objective and assert is met (" + fmt.Sprint(len(all)) + ")."
	}
	s := fmt.Sprintf("**Promises.** Of %d objectives and asserts, %d not met and %d undecided", len(all), len(missed), len(open))
	return s + ": " + escape(strings.Join(append(missed, open...), "; ")) + "."
}

// starveFinding names the class that suffers most: by its objective, else by
// how often it gives way, else by its p95; and where its time goes.
func starveFinding(r *plan.Result) string {
	c, why := starved(r)
	if c.Class == nil {
		return ""
	}
	if p := longest(c.Class); p.s.Value != nil && val(c.Latency.Mean) > 0 {
		why += fmt.Sprintf(" On average %s of the latency of %s is spent %s.", ratio(val(p.s), val(c.Latency.Mean)), escape(c.name), p.verb)
	}
	return "**What waits.** " + why
}

func starved(r *plan.Result) (classOf, string) {
	list := classesOf(r)
	if c, why := overObjective(r, list); c.Class != nil {
		return c, why
	}
	p95 := func(c classOf) string { return c.least() + seconds().estimate(c.Latency.P95) }
	var worst classOf
	most := 0.0
	for _, c := range list {
		if y := val(c.YieldsPerMessage) / max(val(c.ReceivesPerMessage), 1e-9); y > most {
			worst, most = c, y
		}
	}
	if worst.Class != nil && most >= 0.1 {
		return worst, fmt.Sprintf("%s gives way most: %s of its receives end in a yield, and its p95 latency is %s.", escape(worst.name), ratio(most, 1), escape(p95(worst)))
	}
	for _, c := range list {
		if worst.Class == nil || val(c.Latency.P95) > val(worst.Latency.P95) {
			worst = c
		}
	}
	if worst.Class == nil || worst.Latency.P95.Value == nil {
		return classOf{}, ""
	}
	return worst, fmt.Sprintf("No class starves; the slowest is %s with a p95 latency of %s.", escape(worst.name), escape(p95(worst)))
}

// overObjective returns the class whose latency is the largest multiple of an
// objective that it misses.
func overObjective(r *plan.Result, list []classOf) (worst classOf, why string) {
	over := 1.0
	for _, c := range list {
		for _, o := range r.Objectives {
			metric, ok := strings.CutPrefix(o.Metric, "classes."+c.name+".latency.")
			if !ok || o.Bound <= 0 || o.Outcome != "not met" || val(o.Value)/o.Bound <= over {
				continue
			}
			worst, over = c, val(o.Value)/o.Bound
			why = escape(fmt.Sprintf("%s starves: its %s latency of %s%s is %s its objective of %s.",
				c.name, metric, c.least(), seconds().estimate(o.Value), times(over), seconds().exact(o.Bound)))
		}
	}
	return worst, why
}

// longest returns the part in which most of the latency of c goes.
func longest(c *plan.Class) part {
	var most part
	for _, p := range partsOf(c) {
		if val(p.s) > val(most.s) {
			most = p
		}
	}
	return most
}
