package report

import (
	"bytes"
	"encoding/csv"
	"errors"
	"io"
	"slices"
	"testing"

	"penstock/model/plan"
)

func TestCSV(t *testing.T) {
	r := sample()
	for _, c := range []struct {
		name  string
		write func(io.Writer, *plan.Result) error
		rows  int // with the head
		want  []string
	}{
		{"classes", ClassesCSV, 0, []string{"latency.p95", "HIGH", "4.21", "4.08", "4.34", "10"}},
		{"classes", ClassesCSV, 0, []string{"latency.max", "BATCH", "", "", "", "10"}},
		{"classes", ClassesCSV, 0, []string{"wait_parts.cold_start", "HIGH", "0.01", "0.009000000000000001", "0.011", "10"}},
		{"cost", CostCSV, 15, []string{"stepfunctions", "transition", "work", "245000", "2.5e-05", "6.125", "6.0025", "6.2475", "10"}},
		{"series", SeriesCSV, 1 + 570*(3*3+3), []string{"depth", "HIGH", "60", "0", "0", "0"}},
		{"latency_hist", LatencyHistCSV, 0, []string{"HIGH", "0.1", "0.112202", "3"}},
	} {
		var b bytes.Buffer
		if err := c.write(&b, r); err != nil {
			t.Fatal(err)
		}
		rows, err := csv.NewReader(&b).ReadAll()
		if err != nil {
			t.Fatal(err)
		}
		if c.rows > 0 && len(rows) != c.rows {
			t.Errorf("%s: %d rows, want %d", c.name, len(rows), c.rows)
		}
		if !slices.ContainsFunc(rows, func(row []string) bool { return slices.Equal(row, c.want) }) {
			t.Errorf("%s has no row %q", c.name, c.want)
		}
		if err := c.write(&fullWriter{20}, r); !errors.Is(err, errFull) {
			t.Errorf("%s on a full disk: %v", c.name, err)
		}
	}
}
