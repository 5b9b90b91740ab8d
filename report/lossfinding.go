package report

import (
	"fmt"
	"sort"
	"strings"

	"penstock/model/plan"
)

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
	figures := fmt.Sprintf("%s of the places of the legacy system and %s of the slots of the worker are in use.", escape(share().estimate(l)), escape(share().estimate(w)))
	if p := r.Plots; len(p.Busy) > 0 && len(p.Calls) > 0 {
		figures += fmt.Sprintf(" They are at their limits of %d and %d for %s and %s of the time.", p.LegacyCap, p.Slots,
			ratio(atLimit(p.Calls, p.LegacyCap), 1), ratio(atLimit(p.Busy, p.Slots), 1))
	}
	head := "Neither the worker nor the legacy system"
	switch {
	case val(l) >= busyShare && val(w) >= busyShare:
		head = "Both the legacy system and the worker"
	case val(l) >= busyShare:
		head = "The legacy system"
	case val(w) >= busyShare:
		head = "The worker"
	}
	return "**What binds.** " + head + ", seen over the whole run: " + figures
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
