package report

import (
	"slices"
	"strconv"
	"strings"

	"penstock/model/plan"
)

// unmet marks a figure that is not as precise as [precision] asks.
const unmet = "†"

// unmetMark is the mark of a metric, "" for one that is precise enough or was
// held to nothing.
func unmetMark(missed []string, metric, cell string) string {
	if cell != none && slices.Contains(missed, metric) {
		return unmet
	}
	return ""
}

// unmetNote explains the mark below a table that has it.
func unmetNote(r *plan.Result) string {
	return unmet + " not as precise as [precision] asks, after " + plural(r.Replications, "replication")
}

// precisionLine says what did not become as precise as asked, and why; "" if
// nothing was asked or everything did.
func precisionLine(r *plan.Result) string {
	missed := r.Precision.Missed()
	if len(missed) == 0 {
		return ""
	}
	var never, late []string
	for _, m := range r.Precision.Metrics {
		switch {
		case m.Met:
		case m.Why != "":
			never = append(never, plain(m.Metric)+" ("+plain(m.Why)+")")
		default:
			late = append(late, plain(m.Metric))
		}
	}
	var parts []string
	if len(late) > 0 {
		parts = append(parts, "not as precise as [precision] asks within "+plural(r.Precision.MaxReplications, "replication")+": "+few(late))
	}
	if len(never) > 0 {
		parts = append(parts, "never as precise, however many replications: "+few(never))
	}
	return strings.Join(parts, "; ")
}

// few lists the first of many.
func few(list []string) string {
	const most = 4
	s := strings.Join(list[:min(len(list), most)], ", ")
	if more := len(list) - most; more > 0 {
		s += " and " + strconv.Itoa(more) + " more"
	}
	return s
}
