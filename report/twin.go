package report

import (
	"fmt"
	"strings"

	"penstock/model/plan"
)

// twinTable shows what formulas say beside what was simulated; nil where
// nothing was compared and nothing is to be said.
func twinTable(r *plan.Result) *table {
	if len(r.Twin.Rows) == 0 {
		return nil
	}
	t := &table{title: "The analytic twin: what formulas say of this scenario", head: []string{"metric", "formula", "says", "simulated", "agrees"}, align: "lwrrl"}
	near := false
	for _, row := range r.Twin.Rows {
		m := measureOf(row.Metric)
		says := m.write(row.Value, 4)
		if !row.Exact {
			says, near = "≈ "+says, true
		}
		t.add(plain(row.Metric), plain(row.Method), says, m.estimate(row.Simulated), row.Agrees)
	}
	if near {
		t.notes = append(t.notes, "≈: an approximation; result.json holds its known error")
	}
	if line := twinGap(r); line != "" {
		t.notes = append(t.notes, line)
	}
	return t
}

// twinGap says what has no formula; "" if nothing.
func twinGap(r *plan.Result) string {
	if r.Twin.Why == "" {
		return ""
	}
	if len(r.Twin.Rows) == 0 {
		return "no formula to compare with: " + plain(r.Twin.Why)
	}
	return "without a formula: " + plain(r.Twin.Why)
}

// twinFinding names what simulation and formula disagree on.
func twinFinding(r *plan.Result) string {
	var list []string
	for _, row := range r.Twin.Rows {
		if row.Agrees == plan.Disagrees {
			m := measureOf(row.Metric)
			list = append(list, fmt.Sprintf("%s is %s where %s says %s", plain(row.Metric), m.estimate(row.Simulated), plain(row.Method), m.write(row.Value, 4)))
		}
	}
	if len(list) == 0 {
		return ""
	}
	return "**The analytic twin disagrees.** " + escape(strings.Join(list, "; ")) +
		". Chance and the formula's known error do not explain that: either the scenario is not what the formula takes it for, or the simulation is wrong."
}
