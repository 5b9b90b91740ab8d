package selftest

import (
	"go/ast"
	"go/parser"
	"go/token"
	"math"
	"strconv"
	"strings"
	"testing"

	"penstock/scenarios"
)

// figures are the metrics of a scenario with their exact answers, and which of
// them were asked for.
type figures struct {
	exact map[string]float64
	asked map[string]bool
}

// TestAnswers: every answer of a case follows from [[reference]] tables that
// are there, or has a reason why it is left out; and every table is asked for.
// So a table that is dropped, added or changed without the other side shows.
func TestAnswers(t *testing.T) {
	list, err := answers()
	if err != nil {
		t.Fatal(err)
	}
	all := map[string]*figures{}
	for _, name := range scenarios.References() {
		cfg, err := load(name)
		if err != nil {
			t.Fatal(err)
		}
		f := &figures{exact: map[string]float64{}, asked: map[string]bool{}}
		for _, r := range cfg.References {
			f.exact[r.Metric] = r.Exact
		}
		all[name] = f
	}
	seen, used, own := map[string]bool{}, map[string]bool{}, 0
	for _, a := range list {
		key := a.id + " " + a.name
		if seen[key] && a.name != also {
			t.Errorf("%s stands twice", key)
		}
		seen[key] = true
		if a.name != also {
			own++
		}
		used[a.why] = true
		checkAnswer(t, a, all[a.scenario])
	}
	for name, f := range all {
		for metric := range f.exact {
			if !f.asked[metric] {
				t.Errorf("%s: nothing in answers.csv asks for %s", name, metric)
			}
		}
	}
	for why := range leftOut() {
		if !used[why] {
			t.Errorf("nothing is left out for the reason %q", why)
		}
	}
	const inTheCases = 556 // as many as the cases list: a line that is dropped shows
	if own != inTheCases {
		t.Errorf("%d answers; there are %d", own, inTheCases)
	}
}

// checkAnswer checks one line of the table.
func checkAnswer(t *testing.T, a answer, f *figures) {
	t.Helper()
	if (a.compared == "") == (a.why == "") {
		t.Errorf("%s %s: it is compared or has a reason, one of the two", a.id, a.name)
		return
	}
	if a.why != "" {
		if leftOut()[a.why] == "" {
			t.Errorf("%s %s: there is no reason %q", a.id, a.name, a.why)
		}
		return
	}
	if f == nil {
		t.Errorf("%s %s: there is no scenario %s", a.id, a.name, a.scenario)
		return
	}
	e, err := parser.ParseExpr(a.compared)
	if err != nil {
		t.Errorf("%s %s: %v", a.id, a.name, err)
		return
	}
	close := 1e-6
	if strings.HasPrefix(a.id, "MC-") {
		close = 2e-4 // these answers are estimates themselves, with errors of their own
	}
	if got := f.value(t, a, e); !(math.Abs(got-a.exact) <= close*math.Abs(a.exact)+2e-9) { // a table gives whole nanoseconds
		t.Errorf("%s %s: the tables of %s give %v, the case %v", a.id, a.name, a.scenario, got, a.exact)
	}
}

// value computes an expression of metrics and numbers.
func (f *figures) value(t *testing.T, a answer, e ast.Expr) float64 {
	t.Helper()
	switch e := e.(type) {
	case *ast.ParenExpr:
		return f.value(t, a, e.X)
	case *ast.BasicLit:
		x, err := strconv.ParseFloat(e.Value, 64)
		if err != nil {
			t.Errorf("%s %s: %v", a.id, a.name, err)
		}
		return x
	case *ast.BinaryExpr:
		x, y := f.value(t, a, e.X), f.value(t, a, e.Y)
		switch e.Op {
		case token.ADD:
			return x + y
		case token.SUB:
			return x - y
		case token.MUL:
			return x * y
		case token.QUO:
			return x / y
		}
	case *ast.SelectorExpr:
		path := a.compared[e.Pos()-1 : e.End()-1]
		x, ok := f.exact[path]
		if !ok {
			t.Errorf("%s %s: %s has no [[reference]] of %s", a.id, a.name, a.scenario, path)
		}
		f.asked[path] = true
		return x
	}
	t.Errorf("%s %s: %q is no sum or product of metrics", a.id, a.name, a.compared)
	return math.NaN()
}

// TestTally: what is listed beyond the case does not count, and reasons stand
// once.
func TestTally(t *testing.T) {
	got := tally([]answer{
		{id: "A", name: "W", compared: "legacy.busy"}, {id: "A", name: "L", compared: "1 - legacy.busy"}, {id: "A", name: also, compared: "legacy.busy"},
		{id: "A", name: "p", why: "rare"}, {id: "B", name: "m", why: "input"}, {id: "B", name: "q", why: "rare"},
	})
	want := "\n5 answers of the cases: 1 compared, 1 follow from figures that are compared, 3 left out:\n" +
		"  2: " + leftOut()["rare"] + "\n  1: " + leftOut()["input"] + "\n"
	if got.text() != want {
		t.Errorf("%s\nwant %s", got.text(), want)
	}
}
