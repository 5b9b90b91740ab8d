package plan

import (
	"bufio"
	"bytes"
	"fmt"
	"os"
	"strconv"
	"strings"
	"testing"
)

// TestCoverageTable checks the committed table: it was measured with the methods
// in use, has a row for every exact answer, and the interval that is reported
// holds it 92 to 98 times in a hundred. That of a study that stops as soon as it
// is precise may hold it a little less often: it stops where luck made its
// interval narrow. So may one between order statistics: it holds a median over
// the runs, from which the exact answer of a busy system is off by their
// skewness, and is not what a steady study reports.
func TestCoverageTable(t *testing.T) {
	text, err := os.ReadFile(coverageTable)
	if err != nil {
		t.Fatal(err)
	}
	if head := fmt.Sprintf(coverageHead, methods, experiments, fixedRuns); !bytes.HasPrefix(text, []byte(head)) {
		t.Errorf("the table was measured with other methods: see %s", coverageTable)
	}
	rows := tableRows(text)
	for _, x := range exactSystems() {
		for _, q := range x.truths {
			row, ok := rows[x.name+" "+q.metric]
			if !ok {
				t.Errorf("no row for %s of %s", q.metric, x.name)
				continue
			}
			if row[0] != fmt.Sprintf("%.6f", q.exact) {
				t.Errorf("%s of %s: exact value %s, want %.6f", q.metric, x.name, row[0], q.exact)
			}
			within := func(what, cell string, low, high float64, needed bool) {
				v, err := strconv.ParseFloat(cell, 64)
				if cell == "-" && !needed {
					return
				}
				if err != nil || v < low || v > high {
					t.Errorf("%s of %s: coverage %s %s, want %v to %v", q.metric, x.name, cell, what, low, high)
				}
			}
			within("of Student's interval", row[1], 92, 98, true)
			within("between order statistics", row[2], 88, 98, !strings.HasSuffix(q.metric, "mean"))
			within("of a sequential study", row[3], 90, 98, x.sequential)
		}
	}
}

// tableRows reads the table: by system and metric, what follows.
func tableRows(text []byte) map[string][]string {
	rows := map[string][]string{}
	for s := bufio.NewScanner(bytes.NewReader(text)); s.Scan(); {
		cells := strings.Split(s.Text(), "|")
		if strings.HasPrefix(s.Text(), "#") || len(cells) != 8 {
			continue
		}
		for i := range cells {
			cells[i] = strings.TrimSpace(cells[i])
		}
		rows[cells[0]+" "+cells[1]] = cells[2:]
	}
	return rows
}

// TestCoverageTableIsLive repeats the first experiment of the quickest systems:
// it has to give the very intervals of the table. A change of the statistics, or
// of the simulator, shows here; then the table is measured again.
func TestCoverageTableIsLive(t *testing.T) {
	text, err := os.ReadFile(coverageTable)
	if err != nil {
		t.Fatal(err)
	}
	rows := tableRows(text)
	for _, x := range exactSystems()[:2] {
		first := x.experiment(t, 0)
		for m, q := range x.truths {
			e := first.fixed[m]
			got := fmt.Sprintf("%.9g to %.9g", *e.Low, *e.High)
			if row := rows[x.name+" "+q.metric]; len(row) != 6 || row[5] != got {
				t.Errorf("%s of %s: the first experiment gives %s, the table %v", q.metric, x.name, got, row)
			}
		}
	}
}
