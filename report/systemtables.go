package report

import (
	"strconv"
	"strings"

	"penstock/model/plan"
)

// pair is a line of a table of names and figures.
type pair struct {
	name string
	m    measure
	e    plan.Estimate
}

// systemTable shows the worker beside the legacy system.
func systemTable(r *plan.Result) *table {
	w, l := r.Worker, r.Legacy
	left := []pair{
		{"busy", share(), w.Busy}, {"at its limit", share(), w.AtLimit}, {"concurrency, mean", count(), w.ConcurrencyMean}, {"concurrency, max", count(), w.ConcurrencyMax},
		{"invocations", count(), w.Invocations}, {"throttles", count(), w.Throttles},
		{"cold starts", count(), w.ColdStarts}, {"timeouts", count(), w.Timeouts},
	}
	if w.IdleMean.Value != nil { // a polling service has none
		left = append(left, pair{"idle environments", count(), w.IdleMean})
	}
	right := []pair{
		{"utilization", share(), l.Utilization}, {"at its limit", share(), l.AtLimit}, {"idle", share(), l.Idle}, {"in flight, mean", count(), l.InFlightMean}, {"in flight, max", count(), l.InFlightMax},
		{"calls", count(), l.Calls}, {"rejected", count(), l.Rejected}, {"errors", count(), l.Errors},
		{"timeouts", count(), l.Timeouts}, {"orphan calls", count(), l.OrphanCalls},
	}
	t := &table{title: "Worker and legacy system", head: []string{"worker", "", "legacy system", ""}, align: "lrlr"}
	var n notes
	for i, p := range right {
		cells := []string{"", "", p.name, n.write(p.m, p.e, "legacy "+p.name)}
		if i < len(left) {
			cells[0], cells[1] = left[i].name, n.write(left[i].m, left[i].e, "worker "+left[i].name)
		}
		t.add(cells...)
	}
	t.notes = append(n.lines(), stepsLine(r.StepFunctions)...)
	return t
}

// stepsLine tells of Step Functions in one line, what did not happen left out.
func stepsLine(s plan.Steps) []string {
	var parts []string
	for _, p := range []pair{
		{"executions started", count(), s.Started}, {"tasks retried", count(), s.Retried},
		{"callbacks refused", count(), s.CallbacksRefused}, {"callbacks throttled", count(), s.CallbacksThrottled},
	} {
		if val(p.e) != 0 {
			parts = append(parts, p.m.estimate(p.e)+" "+p.name)
		}
	}
	if val(s.StartDelayMax) > 0 {
		parts = append(parts, "start delayed by "+seconds().estimate(s.StartDelayMean)+" on average, "+seconds().estimate(s.StartDelayMax)+" at most")
	}
	if len(parts) == 0 {
		return nil
	}
	return []string{"Step Functions: " + strings.Join(parts, ", ")}
}

// verdictTable shows the objectives and the asserts with their outcomes; nil
// if there are none.
func verdictTable(r *plan.Result) *table {
	if len(r.Objectives)+len(r.Asserts) == 0 {
		return nil
	}
	t := &table{title: "Objectives and asserts", keys: 2, head: []string{"", "metric", "bound", "value", "outcome"}, align: "llrrl"}
	missed := r.Precision.Missed()
	add := func(kind string, list []plan.Assert) {
		for _, a := range list {
			m := measureOf(a.Metric)
			cell := m.estimate(a.Value)
			t.add(kind, plain(a.Metric), comparison(a.Op)+" "+m.exact(a.Bound), cell+unmetMark(missed, a.Metric, cell), a.Outcome)
			why := a.Why
			if why == "" && a.Value.Value == nil {
				why = a.Value.Why
			}
			if why != "" {
				t.notes = append(t.notes, a.Metric+": "+why)
			}
		}
	}
	add("objective", r.Objectives)
	add("assert", r.Asserts)
	if len(missed) > 0 {
		t.notes = append(t.notes, unmetNote(r))
	}
	return t
}

// comparison writes an operator of an assert.
func comparison(op string) string {
	switch op {
	case "<=":
		return "≤"
	case ">=":
		return "≥"
	}
	return plain(op)
}

// measureOf returns how the value at a path of the result is written.
func measureOf(metric string) measure {
	last := metric[strings.LastIndexByte(metric, '.')+1:]
	switch {
	case strings.HasPrefix(metric, "cost."):
		return money()
	case strings.HasPrefix(metric, "worker.busy"), strings.HasPrefix(metric, "legacy.utilization"), strings.HasSuffix(last, "_share"),
		last == "escalated", last == "waited", last == "at_limit", last == "idle", last == "slowed":
		return share()
	case strings.Contains(metric, ".latency"), strings.Contains(metric, ".wait"), last == "oldest", strings.Contains(metric, "start_delay"):
		return seconds()
	}
	return count()
}

// assumptionTable lists the open rules that the runs depended on; nil if none.
// The rule and its grade are for the report, a terminal gets the names, those
// of rules without a setting in one line.
func assumptionTable(r *plan.Result, rules bool) *table {
	if len(r.Assumptions) == 0 {
		return nil
	}
	t := &table{title: "Assumptions that these runs depended on", head: []string{"assumption", "setting"}, align: "ll"}
	if rules {
		t.title, t.align = "", "llww"
		t.head = append(t.head, "grade", "rule")
	}
	var fixed []string
	for _, a := range r.Assumptions {
		switch {
		case rules && a.Name == a.ID:
			t.add(plain(a.ID), plain(a.Setting), plain(a.Grade), plain(a.Rule))
		case rules:
			t.add(plain(a.Name)+" ("+plain(a.ID)+")", plain(a.Setting), plain(a.Grade), plain(a.Rule))
		case a.Name == a.ID:
			fixed = append(fixed, plain(a.ID))
		default:
			t.add(plain(a.Name), plain(a.Setting))
		}
	}
	if len(fixed) > 0 {
		t.notes = append(t.notes, "and on rules without a setting: "+strings.Join(fixed, ", ")+" (penstock explain --assumptions)")
	}
	return t
}

// plural writes a number of things: 1 run, 2 runs.
func plural(n int, thing string) string {
	if n == 1 {
		return "1 " + thing
	}
	return strconv.Itoa(n) + " " + thing + "s"
}
