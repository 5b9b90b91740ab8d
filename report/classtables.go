package report

import (
	"math"
	"slices"
	"strings"

	"penstock/model/plan"
)

// classTables are the tables that have figures of every class.
func classTables(r *plan.Result) []*table {
	list := classesOf(r)
	if len(list) == 0 {
		return nil
	}
	return []*table{taskTable(list), latencyTable(r, list), partTable(list), messageTable(list)}
}

// taskTable shows how many tasks arrived and what became of them.
func taskTable(list []classOf) *table {
	t := &table{title: "Tasks per replication", head: []string{"class", "arrived", "completed", "share", "not completed"}, align: "lrrrw"}
	var n notes
	arrived, completed := 0.0, 0.0
	for _, c := range list {
		part := none
		if a := val(c.Arrived); a > 0 {
			part = ratio(val(c.Completed), a)
		}
		t.add(plain(c.name), n.write(count(), c.Arrived, c.name+" arrived"),
			n.write(count(), c.Completed, c.name+" completed"), part, fatesLine(c.Class))
		arrived += val(c.Arrived)
		completed += val(c.Completed)
	}
	if len(list) > 1 && arrived > 0 {
		t.total = []string{"all", count().value(arrived), count().value(completed), ratio(completed, arrived), ""}
	}
	t.notes = n.lines()
	return t
}

// ratio writes a of b as a percentage with a tenth at most. All and nothing
// are written only where they are meant.
func ratio(a, b float64) string {
	switch v := a / b; {
	case v == 0 || b == 0:
		return "0%"
	case v > 0 && v < 0.0005:
		return "<0.1%"
	case v < 1 && v >= 0.9995:
		return ">99.9%"
	case math.Abs(v) < 0.1 || v > 0.9:
		return share().write(round(v, 3), 6)
	default:
		return share().write(round(v, 2), 6)
	}
}

// fatesLine names the fates that tasks of c met, those of nobody left out.
func fatesLine(c *plan.Class) string {
	var parts []string
	for _, f := range fatesOf(c) {
		if f.n.Value == nil || *f.n.Value != 0 {
			parts = append(parts, count().estimate(f.n)+" "+f.name)
		}
	}
	if len(parts) == 0 {
		return "none"
	}
	return strings.Join(parts, ", ")
}

// partTable shows where the mean latency goes, parts that nobody met left out.
func partTable(list []classOf) *table {
	t := &table{title: "Where the time goes: mean per task, and share of the latency", head: []string{"part"}, align: "l"}
	var parts [][]part
	for _, c := range list {
		t.head = append(t.head, plain(c.name))
		t.align += "r"
		parts = append(parts, partsOf(c.Class))
	}
	var n notes
	for i := range parts[0] {
		cells, some := []string{parts[0][i].name}, false
		for k, c := range list {
			p := parts[k][i]
			some = some || p.s.Value == nil || *p.s.Value != 0
			cell := n.write(seconds(), p.s, c.name+" "+p.name)
			if whole := val(c.Latency.Mean); val(p.s) != 0 && whole > 0 {
				cell += " (" + ratio(val(p.s), whole) + ")"
			}
			cells = append(cells, cell)
		}
		if some {
			t.add(cells...)
		}
	}
	cells := []string{"latency"}
	for _, c := range list {
		cells = append(cells, n.write(seconds(), c.Latency.Mean, c.name+" mean"))
	}
	t.total = cells
	t.notes = n.lines()
	return t
}

// visibleNote explains a column that has the name of a state.
const visibleNote = "visible: share of the time in which a message is visible, which is what a worker that looks sees"

// messageTable shows what the queue and the worker did with the messages.
func messageTable(list []classOf) *table {
	t := &table{title: "Messages, with receives and yields of each", head: []string{"class", "receives", "yields", "escalated", "duplicate calls", "oldest", "visible"}, align: "lrrrrrr"}
	letters := slices.ContainsFunc(list, func(c classOf) bool { return val(c.DeadLettersMean) > 0 })
	if letters {
		t.head, t.align = append(t.head, "dead letters"), t.align+"r"
	}
	var n notes
	for _, c := range list {
		cells := []string{plain(c.name),
			n.write(count(), c.ReceivesPerMessage, c.name+" receives"),
			n.write(count(), c.YieldsPerMessage, c.name+" yields"),
			n.write(share(), c.Escalated, c.name+" escalated"),
			n.write(count(), c.DuplicateCalls, c.name+" duplicate calls"),
			n.write(seconds(), c.Oldest, c.name+" oldest"),
			n.write(share(), c.VisibleShare, c.name+" visible")}
		if letters {
			cells = append(cells, n.write(count(), c.DeadLettersMean, c.name+" dead letters"))
		}
		t.add(cells...)
	}
	t.notes = append([]string{visibleNote}, n.lines()...)
	if letters {
		t.notes[0] += "; dead letters: messages in the dead-letter queue, on average over time"
	}
	return t
}
