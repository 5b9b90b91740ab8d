package report

import (
	"io"
	"strconv"
	"strings"

	"penstock/model/plan"
)

// sweepPointsCSV writes a line for each point: its settings, how it came out,
// and the figures of views; the reason where it was left out.
func sweepPointsCSV(w io.Writer, s *plan.Sweep, views []*sweepView) error {
	head := append([]string{"point"}, keysOf(s.Axes)...)
	head = append(head, "verdict", "objectives", "asserts")
	for _, v := range views {
		head = append(head, v.metric, v.metric+".low", v.metric+".high")
	}
	c := newSheet(w, append(head, "left_out")...)
	for p := range s.Results {
		row := append([]string{strconv.Itoa(p)}, valuesOf(s.Axes, p)...)
		if r := s.Results[p].Result; r != nil {
			row = append(row, r.Verdict, outcomeCell(r.Objectives), outcomeCell(r.Asserts))
		} else {
			row = append(row, "", "", "")
		}
		for _, v := range views {
			e := v.values[p]
			row = append(row, number(e.Value), number(e.Low), number(e.High))
		}
		c.row(append(row, strings.Join(s.Results[p].Invalid, "; "))...)
	}
	return c.end()
}

// sweepMetricsCSV writes every estimate of every point, a line each: what a
// spreadsheet or a data frame wants.
func sweepMetricsCSV(w io.Writer, s *plan.Sweep) error {
	head := append([]string{"point"}, keysOf(s.Axes)...)
	c := newSheet(w, append(head, "metric", "value", "low", "high", "n", "why")...)
	for p := range s.Results {
		r := s.Results[p].Result
		if r == nil {
			continue
		}
		settings := append([]string{strconv.Itoa(p)}, valuesOf(s.Axes, p)...)
		for _, f := range r.Figures() {
			e := f.Estimate
			c.row(append(settings[:len(settings):len(settings)], f.Path, number(e.Value), number(e.Low), number(e.High), strconv.Itoa(e.N), e.Why)...)
		}
	}
	return c.end()
}

func keysOf(g plan.Grid) []string {
	var keys []string
	for _, a := range g {
		keys = append(keys, a.Key)
	}
	return keys
}

func valuesOf(g plan.Grid, point int) []string {
	var values []string
	for i, at := range g.At(point) {
		values = append(values, g[i].Values[at])
	}
	return values
}

// outcomeCell is the outcome of a list together; empty if the list is.
func outcomeCell(list []plan.Assert) string {
	if len(list) == 0 {
		return ""
	}
	return kept(list)
}
