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

// limitShare is the share of the time at its limit from which on a system
// holds others up, however little it has to do in the rest.
const limitShare = 0.25

// bindFinding says whether the worker or the legacy system holds the work up.
func bindFinding(r *plan.Result) string {
	w, l := r.Worker.Busy, r.Legacy.Utilization
	if w.Value == nil || l.Value == nil {
		return ""
	}
	figures := fmt.Sprintf("%s of the places of the legacy system and %s of the slots of the worker are in use.", escape(share().estimate(l)), escape(share().estimate(w)))
	if p := r.Plots; r.Worker.AtLimit.Value != nil && r.Legacy.AtLimit.Value != nil {
		figures += fmt.Sprintf(" They are at their limits of %d and %d for %s and %s of the time.", p.LegacyCap, p.Slots,
			escape(share().estimate(r.Legacy.AtLimit)), escape(share().estimate(r.Worker.AtLimit)))
	}
	busy := func(use, limit plan.Estimate) bool { return val(use) >= busyShare || val(limit) >= limitShare }
	head := "Neither the worker nor the legacy system"
	switch legacy, worker := busy(l, r.Legacy.AtLimit), busy(w, r.Worker.AtLimit); {
	case legacy && worker:
		head = "Both the legacy system and the worker"
	case legacy:
		head = "The legacy system"
	case worker:
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
