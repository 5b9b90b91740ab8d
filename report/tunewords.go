package report

import (
	"fmt"
	"strings"

	"penstock/model/plan"
)

// tuneBinds says what keeps the best setting from being cheaper, a sentence each.
func tuneBinds(t *plan.Tuning) []string {
	if t.Outcome == plan.TournamentNone || t.Best == nil {
		return nil
	}
	m := measureOf(t.Minimize)
	var list []string
	for i := range t.Binds {
		b := &t.Binds[i]
		under := ""
		if b.WhatIf != "" {
			under = " under " + plain(b.WhatIf)
		}
		switch {
		case b.Knob != "" && b.Outcome == plan.Met:
			list = append(list, fmt.Sprintf("%s=%s would save %s and, judged by itself, keeps every objective: %s.", plain(b.Knob), plain(b.Value), m.estimate(*b.Saves), notTaken(t, b.Saves)))
		case b.Knob != "":
			verb := "breaks "
			if b.Outcome == plan.Undecided {
				verb = "may not keep "
			}
			list = append(list, fmt.Sprintf("%s=%s would save %s, and %s%s, at %s of its bound%s.", plain(b.Knob), plain(b.Value), m.estimate(*b.Saves), verb, shortName(b.Metric), ratioWords(b.Ratio), under))
		case b.Metric == "legacy.utilization":
			list = append(list, "The legacy system is busy for "+ratioWords(b.Ratio)+" of its slots and time"+under+".")
		case b.Metric == "worker.busy":
			list = append(list, "The worker is busy for "+ratioWords(b.Ratio)+" of its concurrency and time"+under+".")
		default:
			list = append(list, upper(shortName(b.Metric))+" is at "+ratioWords(b.Ratio)+" of its bound"+under+".")
		}
	}
	if len(list) == 0 && len(t.Around) > 0 {
		list = []string{"No objective is near its bound, and no value tried next to the best is cheaper for certain: it is what the knobs offer that ends here."}
	}
	return list
}

// notTaken says why a value that saves something and keeps every objective by
// itself is not the best one.
func notTaken(t *plan.Tuning, saves *plan.Estimate) string {
	if saves.High != nil && *saves.High <= t.Delta {
		return "less than the " + share().write(t.Within, 4) + " that matters (--within)"
	}
	return "but the final did not find it to be better by what matters"
}

// dearWords names the standing of a finalist that saves too little to matter.
func dearWords(t *plan.Tuning, o *plan.Choice) string {
	switch b := o.Behind; {
	case o.Standing == plan.StandsEqual:
		return "as good"
	case b.Low != nil && *b.Low > 0:
		return "costs more"
	case b.Low != nil && *b.Low == 0:
		return "saves nothing"
	}
	return "saves under " + share().write(t.Within, 4)
}

// dearNote explains that standing.
func dearNote(t *plan.Tuning) string {
	return upper(dearWords(t, &plan.Choice{})) + ": less than what matters (--within), if it saves anything; so it was not asked further whether it keeps every objective for certain."
}

// reachNote says what the range of each knob holds, and, where the setting that it
// is around is not sure to keep every objective, that.
func reachNote(t *plan.Tuning) string {
	judged := "; the values between them were not all tried. Each value is judged by itself, with an error of " + share().write(1-t.Confidence, 4) + "."
	doubt := bestDoubt(t.Best)
	if doubt == "" {
		return "Every value tried in that range keeps every objective" + judged
	}
	return upper(doubt) + ". Every other value tried in that range keeps every objective" + judged
}

// timedOut says what a latency stands for where tasks never finished; "" where
// none of the best setting is that long.
func timedOut(t *plan.Tuning) string {
	metric := ""
	for _, a := range t.Best.Asserts() {
		if strings.Contains(a.Metric, ".latency.") && a.Value.Value != nil && *a.Value.Value >= t.Timeout {
			metric = a.Metric
		}
	}
	if metric == "" || t.Timeout == 0 {
		return ""
	}
	return measureOf(metric).value(t.Timeout) + " stands for tasks that never finished, because they were dead-lettered for instance: they end with the timeout of their task (stepfunctions.timeout), and count with it."
}

// bestDoubt says that the best setting breaks an objective, or may break one; ""
// if it keeps them all.
func bestDoubt(best *plan.Choice) string {
	doubt := ""
	for whatIf, a := range best.Asserts() {
		switch {
		case a.Outcome == plan.NotMet:
			return "the best itself breaks an objective: " + valueWords(whatIf, a)
		case a.Outcome == plan.Undecided && doubt == "":
			doubt = "the best itself is not known to keep every objective: " + valueWords(whatIf, a)
		}
	}
	return doubt
}

// valueWords writes how far an objective is on its way to its bound.
func valueWords(whatIf string, a *plan.Assert) string {
	if a.Value.Value == nil || a.Bound <= 0 {
		return shortName(a.Metric) + " has no value"
	}
	return tightAs(plan.Tight{Metric: a.Metric, WhatIf: whatIf, Ratio: *a.Value.Value / a.Bound}, " of its bound")
}

// tuneEffort says what the search cost, what it passed over, and what the
// guarantee covers.
func tuneEffort(t *plan.Tuning) []string {
	s := &t.Spent
	search := fmt.Sprintf("Of %s, %s not valid and %s ruled out by formulas; %s run and %s passed over.",
		plural(s.Settings, "setting"), wereCount(s.Invalid), wereCount(s.Screened), wereCount(s.Simulated), wereCount(s.PassedOver))
	cost := fmt.Sprintf("It took %s of %s tasks in all: %s of running every valid setting %s.", plural(s.Replications, "replication"),
		count().value(float64(s.Tasks)), share().value(s.Share), plural(s.First, "time"))
	covers := "The guarantee is about the finalists, on common random numbers. The search that chose them tried every setting that the formulas left."
	if s.Settings == s.Invalid+s.Screened && s.Simulated > 0 {
		search += " Some of those that are ruled out were run all the same, to see what would have to give."
	}
	if t.Interrupted {
		search = strings.Replace(search, "passed over", "not reached or passed over", 1)
		return []string{search, cost} // an interrupted final guarantees nothing
	}
	if t.Delta == 0 || t.Outcome == plan.TournamentNone { // nothing is selected: nothing is guaranteed
		return []string{search, cost}
	}
	if s.PassedOver > 0 {
		covers = "The guarantee is about the finalists, on common random numbers. The search that chose them is heuristic: it goes from a coarse grid to the neighbours of what looks good, so that a setting that was passed over may be better. --all runs every one."
	}
	return []string{search, cost, covers}
}

func wereCount(n int) string {
	if n == 1 {
		return "1 was"
	}
	return fmt.Sprintf("%d were", n)
}
