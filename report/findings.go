package report

import (
	"fmt"
	"sort"
	"strings"

	"penstock/model/plan"
)

// findings says in sentences what the result means: what was promised and
// missed, what starves, what is lost, what it costs, and what binds. Each
// sentence stands on the figures that it names.
func findings(r *plan.Result) []string {
	var list []string
	for _, f := range []func(*plan.Result) string{promiseFinding, starveFinding, lossFinding, bindFinding, costFinding} {
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
		s := plain(a.Metric) + " is " + m.estimate(a.Value) + " where " + a.Op + " " + m.exact(a.Bound) + " was asked"
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
	s := fmt.Sprintf("**Promises.** Of %d objectives and asserts, %d are not met and %d are undecided", len(all), len(missed), len(open))
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
	worst, over, bound := classOf{}, 1.0, 0.0
	for _, c := range list {
		for _, o := range r.Objectives {
			if o.Metric == "classes."+c.name+".latency.p95" && o.Bound > 0 && val(o.Value)/o.Bound > over {
				worst, over, bound = c, val(o.Value)/o.Bound, o.Bound
			}
		}
	}
	p95 := func(c classOf) string {
		return map[bool]string{true: "at least "}[c.LatencyIsLowerBound] + seconds().estimate(c.Latency.P95)
	}
	if worst.Class != nil {
		return worst, fmt.Sprintf("%s starves: its p95 latency of %s is %s its objective of %s.", escape(worst.name), escape(p95(worst)), times(over), seconds().exact(bound))
	}
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

// lossFinding says how many tasks did not complete, and how they ended.
func lossFinding(r *plan.Result) string {
	arrived, gone := 0.0, 0.0
	var parts []string
	list := classesOf(r)
	sort.SliceStable(list, func(i, k int) bool { return lost(list[i].Class) > lost(list[k].Class) })
	for _, c := range list {
		arrived += val(c.Arrived)
		gone += lost(c.Class)
		if lost(c.Class) > 0 {
			parts = append(parts, escape(c.name+": "+fatesLine(c.Class)))
		}
	}
	if arrived == 0 {
		return ""
	}
	if gone == 0 {
		return "**What is lost.** Nothing: every task that arrived completed."
	}
	return fmt.Sprintf("**What is lost.** Of %s tasks a replication, %s (%s) did not complete. %s.",
		count().value(arrived), count().value(gone), ratio(gone, arrived), strings.Join(parts, "; "))
}

// busyShare is the share of its slots from which on a system is called busy: with
// random arrivals waits grow steeply above it.
const busyShare = 0.8

// bindFinding says whether the worker or the legacy system holds the work up.
func bindFinding(r *plan.Result) string {
	w, l := r.Worker.Busy, r.Legacy.Utilization
	if w.Value == nil || l.Value == nil {
		return ""
	}
	figures := fmt.Sprintf("over the whole run %s of the legacy system's places and %s of the worker's slots are in use", escape(share().estimate(l)), escape(share().estimate(w)))
	peaks := ""
	if len(r.Plots.Busy) > 0 && len(r.Plots.Calls) > 0 {
		peaks = fmt.Sprintf("; the one is at its limit of %d for %s of the time, the other at its limit of %d for %s", r.Plots.LegacyCap,
			ratio(atLimit(r.Plots.Calls, r.Plots.LegacyCap), 1), r.Plots.Slots, ratio(atLimit(r.Plots.Busy, r.Plots.Slots), 1))
	}
	head := "Neither is busy all along"
	switch {
	case val(l) >= busyShare && val(w) >= busyShare:
		head = "Both the legacy system and the worker"
	case val(l) >= busyShare:
		head = "The legacy system"
	case val(w) >= busyShare:
		head = "The worker"
	}
	return "**What binds.** " + head + ": " + figures + peaks + "."
}

// costFinding says what it costs and how much of that bought no progress.
func costFinding(r *plan.Result) string {
	c := r.Cost
	if c.Total.Value == nil {
		return ""
	}
	s := fmt.Sprintf("**What it costs.** %s a replication, %s a month, %s per thousand completed tasks.",
		money().estimate(c.Total), money().estimate(c.Monthly), money().estimate(c.PerThousandCompleted))
	b := billOf(r)
	if b.total > 0 {
		s += " " + billMessage(b) + "."
	}
	return s
}
