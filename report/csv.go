package report

import (
	"encoding/csv"
	"io"
	"reflect"
	"strconv"
	"strings"

	"penstock/model"
	"penstock/model/plan"
)

// ClassesCSV writes every estimate of every class: metric, class, value, low,
// high, n. Metrics are named as in result.json, times are in seconds, and a
// figure that there is not is an empty field.
func ClassesCSV(w io.Writer, r *plan.Result) error {
	c := newSheet(w, "metric", "class", "value", "low", "high", "n")
	for _, class := range classesOf(r) {
		eachEstimate(reflect.ValueOf(*class.Class), "", func(metric string, e plan.Estimate) {
			c.row(metric, class.name, number(e.Value), number(e.Low), number(e.High), strconv.Itoa(e.N))
		})
	}
	return c.end()
}

// eachEstimate calls f for every estimate in v with its path in result.json.
func eachEstimate(v reflect.Value, path string, f func(metric string, e plan.Estimate)) {
	for i := range v.NumField() {
		key, _, _ := strings.Cut(v.Type().Field(i).Tag.Get("json"), ",")
		switch field := v.Field(i).Interface().(type) {
		case plan.Estimate:
			f(path+key, field)
		default:
			if v.Field(i).Kind() == reflect.Struct {
				eachEstimate(v.Field(i), path+key+".", f)
			}
		}
	}
}

// CostCSV writes the bill of a replication item by item, in USD.
func CostCSV(w io.Writer, r *plan.Result) error {
	c := newSheet(w, "service", "item", "cause", "quantity", "unit_usd", "usd", "usd_low", "usd_high", "n")
	for _, i := range r.Cost.Items {
		c.row(i.Service, i.Item, i.Cause, number(i.Quantity.Value), float(i.UnitUSD),
			number(i.USD.Value), number(i.USD.Low), number(i.USD.High), strconv.Itoa(i.USD.N))
	}
	return c.end()
}

// SeriesCSV writes the series behind the figures, one line for each series,
// class and step; t is the start of the step in seconds.
func SeriesCSV(w io.Writer, r *plan.Result) error {
	c := newSheet(w, "series", "class", "t", "mean", "min", "max")
	step := r.Plots.Step.Seconds()
	bands := func(series, class string, list []plan.Band) {
		for i, b := range list {
			c.row(series, class, float(float64(i)*step), float(b.Mean), float(b.Min), float(b.Max))
		}
	}
	byClass := func(series string, list [][]plan.Band) {
		for i, b := range list {
			bands(series, plotClass(r, i), b)
		}
	}
	byClass("depth", r.Plots.Depth)
	byClass("in_flight", r.Plots.Flight)
	byClass("oldest", r.Plots.Oldest)
	bands("worker", "", r.Plots.Busy)
	bands("legacy_calls", "", r.Plots.Calls)
	bands("legacy_calls_peak", "", r.Plots.Peak)
	return c.end()
}

// LatencyHistCSV writes the latency histogram of each class over all
// replications: how many tasks took at least from and less than to seconds.
// Empty bins are left out.
func LatencyHistCSV(w io.Writer, r *plan.Result) error {
	c := newSheet(w, "class", "from", "to", "tasks")
	for i, hist := range r.Plots.Latency {
		for bin, n := range hist {
			if n == 0 {
				continue
			}
			from := 0.0
			if bin > 0 {
				from = model.HistBound(bin - 1)
			}
			c.row(plotClass(r, i), short(from), short(model.HistBound(bin)), strconv.FormatInt(n, 10))
		}
	}
	return c.end()
}

// plotClass returns the name of the i-th class of the plots.
func plotClass(r *plan.Result, i int) string {
	if i < len(r.ClassOrder) {
		return r.ClassOrder[i]
	}
	return "class " + strconv.Itoa(i+1)
}

// A sheet is a CSV file in the writing; the first error is kept for its end.
type sheet struct{ *csv.Writer }

func newSheet(w io.Writer, head ...string) sheet {
	s := sheet{csv.NewWriter(w)}
	s.row(head...)
	return s
}

func (s sheet) row(cells ...string) { _ = s.Write(cells) }

func (s sheet) end() error {
	s.Flush()
	return s.Error()
}

func number(v *float64) string {
	if v == nil {
		return ""
	}
	return float(*v)
}

func float(v float64) string { return strconv.FormatFloat(v, 'g', -1, 64) }

// short writes a bin's bound without the digits that its power leaves behind.
func short(v float64) string { return strconv.FormatFloat(v, 'g', 6, 64) }
