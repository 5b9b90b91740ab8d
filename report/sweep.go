package report

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"penstock/model"
	"penstock/model/plan"
)

// sweepView is one metric over the points of a sweep.
type sweepView struct {
	*plan.Sweep
	metric string
	name   string // for people: "p95 latency of HIGH"
	measure
	unit    model.Unit
	values  []plan.Estimate // by point
	promise *plan.Assert    // the objective or assert on the metric; nil: none
	outcome []string        // of that, by point; "" where the point was left out
}

// sweepViews returns a view for each metric, or for the worst if none is given.
func sweepViews(s *plan.Sweep, metrics []string) []*sweepView {
	if len(metrics) == 0 {
		metrics = []string{s.WorstMetric()}
	}
	var views []*sweepView
	for _, m := range metrics {
		if s.First() != nil && !slices.ContainsFunc(views, func(v *sweepView) bool { return v.metric == m }) {
			views = append(views, newSweepView(s, m))
		}
	}
	return views
}

func newSweepView(s *plan.Sweep, metric string) *sweepView {
	first := s.First()
	found, _, _ := model.FindMetric(first.ClassOrder, metric)
	v := &sweepView{Sweep: s, metric: metric, name: metricName(metric), unit: found.Unit, measure: count()}
	switch found.Unit {
	case model.Seconds:
		v.measure = seconds()
	case model.Share:
		v.measure = share()
	case model.USD:
		v.measure = money()
	}
	of := func(r *plan.Result) *plan.Assert {
		for _, list := range [][]plan.Assert{r.Objectives, r.Asserts} {
			if i := slices.IndexFunc(list, func(a plan.Assert) bool { return a.Metric == metric }); i >= 0 {
				return &list[i]
			}
		}
		return nil
	}
	v.promise = of(first)
	for p := range s.Results {
		v.values = append(v.values, s.Estimate(p, metric))
		outcome := ""
		if r := s.Results[p].Result; r != nil {
			if a := of(r); a != nil {
				outcome = a.Outcome
			}
		}
		v.outcome = append(v.outcome, outcome)
	}
	return v
}

// metricName names a metric for people.
func metricName(metric string) string {
	words := func(s string) string { return strings.ReplaceAll(strings.ReplaceAll(s, "_", " "), ".", " ") }
	switch metric {
	case "cost.total":
		return "cost of a replication"
	case "cost.monthly":
		return "monthly cost"
	case "cost.per_thousand_completed":
		return "cost of a thousand completed tasks"
	}
	rest, ofClass := strings.CutPrefix(metric, "classes.")
	if !ofClass {
		return words(metric)
	}
	class, what, _ := strings.Cut(rest, ".")
	if group, which, nested := strings.Cut(what, "."); nested && group != "wait_parts" {
		what = which + " " + group
	} else if nested {
		what = "mean time " + which
	}
	return words(what) + " of " + plain(class)
}

// promised writes the objective: "≤ 5s".
func (v *sweepView) promised() string {
	return comparison(v.promise.Op) + " " + v.exact(v.promise.Bound)
}

// met counts the points at which the promise is kept for certain.
func (v *sweepView) met() int {
	n := 0
	for _, o := range v.outcome {
		if o == plan.Met {
			n++
		}
	}
	return n
}

// ran counts the points that were run.
func ran(s *plan.Sweep) int {
	n := 0
	for i := range s.Results {
		if s.Results[i].Result != nil {
			n++
		}
	}
	return n
}

// setting writes the settings of a point, of the axes from..to.
func setting(g plan.Grid, point, from, to int) string {
	var parts []string
	for i, at := range g.At(point)[from:to] {
		parts = append(parts, g[from+i].Key+"="+plain(g[from+i].Values[at]))
	}
	return strings.Join(parts, ", ")
}

// kept says of a point how its objectives and asserts came out, together.
func kept(list []plan.Assert) string {
	if len(list) == 0 {
		return none
	}
	return [...]string{plan.Met, plan.NotMet, plan.Undecided}[plan.ExitCode(list)]
}

// sweepTable has a row for each point.
func sweepTable(s *plan.Sweep, views []*sweepView) *table {
	t := &table{title: "Every point", keys: len(s.Axes)}
	for _, a := range s.Axes {
		t.head, t.align = append(t.head, a.Key), t.align+"r"
	}
	for _, v := range views {
		t.head, t.align = append(t.head, v.name), t.align+"r"
	}
	monthly := !slices.ContainsFunc(views, func(v *sweepView) bool { return v.metric == "cost.monthly" })
	if monthly {
		t.head, t.align = append(t.head, "monthly cost"), t.align+"r"
	}
	t.head, t.align = append(t.head, "objectives", "asserts", "verdict"), t.align+"lll"
	n := &notes{}
	for p := range s.Results {
		var row []string
		for i, at := range s.Axes.At(p) {
			row = append(row, plain(s.Axes[i].Values[at]))
		}
		r := s.Results[p].Result
		for _, v := range views {
			row = append(row, n.write(v.measure, v.values[p], plain(strings.Join(valuesOf(s.Axes, p), "/"))))
		}
		switch {
		case r == nil:
			row = append(row, slices.Repeat([]string{none}, len(t.head)-len(row)-1)...)
			row = append(row, "left out")
		case monthly:
			row = append(row, money().estimate(r.Cost.Monthly), kept(r.Objectives), kept(r.Asserts), r.Verdict)
		default:
			row = append(row, kept(r.Objectives), kept(r.Asserts), r.Verdict)
		}
		t.add(row...)
	}
	t.notes = n.lines()
	return t
}

// sweepFindings are what a reader should know of a sweep, a sentence each.
func sweepFindings(s *plan.Sweep, views []*sweepView) []string {
	var list []string
	n, all := ran(s), len(s.Results)
	if n < all {
		list = append(list, fmt.Sprintf("%d of %d points are left out, their settings being invalid.", all-n, all))
	}
	if first := s.First(); first != nil && len(first.Objectives) > 0 {
		list = append(list, cheapest(s))
	}
	for _, v := range views {
		list = append(list, v.knees()...)
	}
	if k := countVerdict(s, plan.Saturated); k > 0 {
		list = append(list, fmt.Sprintf("%d of %s: there the backlog grows as long as work arrives, and what is measured depends on the horizon.", k, pluralVerb(n, "point is saturated", "points are saturated")))
	}
	return list
}

func pluralVerb(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return strconv.Itoa(n) + " " + many
}

func countVerdict(s *plan.Sweep, verdict string) int {
	n := 0
	for i := range s.Results {
		if r := s.Results[i].Result; r != nil && r.Verdict == verdict {
			n++
		}
	}
	return n
}

// cheapest names the cheapest point of those that keep every objective for
// certain.
func cheapest(s *plan.Sweep) string {
	var good []int
	for p := range s.Results {
		if r := s.Results[p].Result; r != nil && kept(r.Objectives) == plan.Met {
			good = append(good, p)
		}
	}
	if len(good) == 0 {
		return "No point keeps every objective for certain."
	}
	text := fmt.Sprintf("%d of %s every objective for certain", len(good), pluralVerb(ran(s), "point keeps", "points keep"))
	priced := slices.DeleteFunc(slices.Clone(good), func(p int) bool { return s.Results[p].Result.Cost.Monthly.Value == nil })
	if len(priced) == 0 {
		return text + "."
	}
	best := slices.MinFunc(priced, func(p, q int) int {
		return cmp.Compare(*s.Results[p].Result.Cost.Monthly.Value, *s.Results[q].Result.Cost.Monthly.Value)
	})
	lowest, near := s.Results[best].Result.Cost.Monthly, 0
	for _, p := range priced {
		if e := s.Results[p].Result.Cost.Monthly; p != best && lowest.High != nil && e.Low != nil && *e.Low <= *lowest.High {
			near++
		}
	}
	text = fmt.Sprintf("%s; of these the lowest monthly cost, %s, was measured with %s", text, money().estimate(lowest), setting(s.Axes, best, 0, len(s.Axes)))
	if near > 0 {
		text += fmt.Sprintf(", and the interval of %s reaches down to it", plural(near, "more point"))
	}
	return text + "."
}
