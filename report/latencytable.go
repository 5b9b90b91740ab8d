package report

import (
	"slices"

	"penstock/model/plan"
)

// quantile is a column of the table of latencies.
type quantile struct {
	name string
	s    plan.Estimate
}

func quantilesOf(q plan.Quantiles) []quantile {
	return []quantile{{"mean", q.Mean}, {"p50", q.P50}, {"p95", q.P95}, {"p99", q.P99}, {"max", q.Max}}
}

// lowerBound explains its mark.
const lowerBound = "≥ a lower bound: the latency of unfinished tasks ran to the end of the run"

// latencyTable shows the latency and the wait of each class; of a class that
// lost tasks also the latency of those that completed.
func latencyTable(r *plan.Result, list []classOf) *table {
	t := &table{title: "Latency and wait", keys: 2, head: []string{"class", ""}, align: "ll"}
	for _, q := range quantilesOf(plan.Quantiles{}) {
		t.head, t.align = append(t.head, q.name), t.align+"r"
	}
	var n notes
	missed := r.Precision.Missed()
	line := func(class, label, mark, place, path string, of []quantile) {
		cells := []string{class, label}
		for _, q := range of {
			cell := n.write(seconds(), q.s, place+" "+q.name)
			cells = append(cells, marked(mark, cell)+unmetMark(missed, path+q.name, cell))
		}
		for len(cells) < len(t.head) {
			cells = append(cells, "")
		}
		t.add(cells...)
	}
	t.notes = []string{"latency: from the start of the callback task to its end; wait: from the send to the call that completed it"}
	if r.Study == "terminating" && r.Replications > 1 {
		t.notes[0] += "; p50 to p99: of a typical replication, the median over all of them"
	}
	for _, c := range list {
		mark, name := "", plain(c.name)
		if c.LatencyIsLowerBound {
			mark = "≥"
		}
		path := "classes." + c.name
		line(name, "latency", mark, name, path+".latency.", quantilesOf(c.Latency))
		if lost(c.Class) > 0 {
			line("", "completed", "", name+" completed", path+".latency_completed.", quantilesOf(c.LatencyCompleted))
		}
		w := c.Wait
		line("", "wait", "", name+" wait", path+".wait.", []quantile{{"mean", w.Mean}, {"p50", w.P50}, {"p95", w.P95}, {"p99", w.P99}})
		if l := c.LegacyWait; linedUp(c) {
			line("", "in line", "", name+" in line", path+".legacy_wait.", []quantile{{"mean", l.Mean}, {"p50", l.P50}, {"p95", l.P95}, {"p99", l.P99}})
		}
		if mark != "" && !slices.Contains(t.notes, lowerBound) {
			t.notes = append(t.notes, lowerBound)
		}
	}
	if slices.ContainsFunc(list, func(c classOf) bool { return lost(c.Class) > 0 }) {
		t.notes[0] += "; completed: the latency of completed tasks only"
	}
	if slices.ContainsFunc(list, linedUp) {
		t.notes[0] += "; in line: from that call to the start of its work, inside the legacy system"
	}
	if len(missed) > 0 {
		t.notes = append(t.notes, unmetNote(r))
	}
	t.notes = append(t.notes, n.lines()...)
	return t
}

// linedUp reports whether any call of the class waited inside the legacy system.
func linedUp(c classOf) bool { return val(c.LegacyWaited) > 0 }

// marked puts mark before a figure, and nothing before a missing one.
func marked(mark, cell string) string {
	if cell == none {
		return cell
	}
	return mark + cell
}
