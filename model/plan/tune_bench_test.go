package plan

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"penstock/model"
	"penstock/model/price"
	"penstock/scenarios"
)

// tuneTable is the committed outcome of BenchmarkTune.
const tuneTable = "testdata/tune.txt"

// heldOut are rows of the table that nothing in the search was chosen by: they are
// not promised, and stand there with what they miss.
var heldOut = []string{"patience@3", "tiers@3"}

// matches are the rows that are promised: every problem as it is shipped, and the
// two that were held out at first with another seed, since the search was mended
// by what one of them missed.
func matches() []string { return append(scenarios.Problems(), "patience@2", "tiers@2") }

// problem loads a shipped tuning problem, NAME or NAME@SEED, with other knobs if any
// are given.
func problem(t testing.TB, match string, specs ...string) (*model.Config, Space, billFunc) {
	t.Helper()
	name, seed, other := strings.Cut(match, "@")
	var set []string
	if other {
		set = []string{"seed=" + seed}
	}
	source, err := scenarios.Open("tune/" + name)
	if err != nil {
		t.Fatal(err)
	}
	cfg, problems := source.Load(set)
	if scenarios.Failed(problems) {
		t.Fatal(problems)
	}
	if len(specs) == 0 {
		for _, k := range cfg.Tune {
			specs = append(specs, scenarios.KnobSpec(k))
		}
	}
	axes, problems := source.Axes(nil, specs)
	if scenarios.Failed(problems) {
		t.Fatal(problems)
	}
	space := Space{}
	for _, a := range axes {
		space.Knobs = append(space.Knobs, Axis(a))
	}
	space.Load = func(p int) (*model.Config, string, error) {
		c, problems := source.Load(append(set, space.Knobs.Set(p)...))
		if scenarios.Failed(problems) {
			return nil, "not valid", nil
		}
		return &c, "", nil
	}
	book, err := price.Open(cfg.Prices.Book)
	if err != nil {
		t.Fatal(err)
	}
	return &cfg, space, book.Bill
}

// everything is an exhaustive search: every valid setting with as many
// replications as a finalist of a tuning has at first.
type everything struct {
	tuning
	tasks int64
	pick  *candidate // of the tuning
	cheap *candidate // the cheapest that keeps every objective
}

// exhaust runs every valid setting. The pick, and every setting that may keep its
// objectives and would be cheaper than the pick by more than the indifference,
// get ten times the replications, so that luck does not name the best.
func exhaust(t testing.TB, cfg *model.Config, space Space, bill billFunc, opt TuneOptions, pick int) *everything {
	t.Helper()
	x := &everything{tuning: tuning{cfg: cfg, space: space, bill: bill, opt: opt, simulate: model.Simulate,
		ruled: map[int]string{}, candidates: map[int]*candidate{}}}
	if err := x.begin(); err != nil {
		t.Fatal(err)
	}
	ctx := context.Background()
	x.valid = make([]bool, space.Knobs.Len())
	for p := range x.valid {
		if _, invalid, _ := space.Load(p); invalid == "" {
			x.valid[p] = true
		}
	}
	var list []*candidate
	for _, p := range x.left() {
		s, err := x.candidate(p)
		if err != nil {
			t.Fatal(err)
		}
		list = append(list, s)
	}
	if err := x.sample(ctx, list, x.opt.First); err != nil {
		t.Fatal(err)
	}
	keeps := func(s *candidate) string {
		outcome, _, err := s.runs[0].judge(x.promises, 0.95)
		if err != nil {
			t.Fatal(err)
		}
		return outcome
	}
	for _, s := range list {
		x.tasks += s.tasks
	}
	x.pick = x.candidates[pick]
	matters := x.opt.Within * x.pick.cost
	again := []*candidate{x.pick}
	for _, s := range list {
		if s != x.pick && x.behind(t, s) < -matters && keeps(s) != NotMet {
			again = append(again, s)
		}
	}
	if err := x.sample(ctx, again, 10*x.opt.First); err != nil {
		t.Fatal(err)
	}
	for _, s := range list {
		if keeps(s) == Met && (x.cheap == nil || x.behind(t, s) < x.behind(t, x.cheap)) {
			x.cheap = s
		}
	}
	return x
}

// behind returns how much more a setting costs than the pick, over the
// replications that both have: those of a setting that ran less often may have
// been cheap or dear ones.
func (x *everything) behind(t testing.TB, s *candidate) float64 {
	t.Helper()
	a, err := s.runs[0].all(x.metric)
	if err != nil {
		t.Fatal(err)
	}
	b, err := x.pick.runs[0].all(x.metric)
	if err != nil {
		t.Fatal(err)
	}
	return *pairs(a, b, 0.95).Value
}

// A match is a tuning held against the exhaustive search of the same problem.
type match struct {
	line   string  // of the table
	excess float64 // how much dearer the pick is than the best, percent
	share  float64 // tasks simulated, percent of those of the exhaustive search
}

// against holds a tuning against an exhaustive search.
func against(t testing.TB, name string, specs ...string) match {
	t.Helper()
	cfg, space, bill := problem(t, name, specs...)
	got, err := runTune(context.Background(), cfg, space, bill, TuneOptions{}, model.Simulate)
	if err != nil {
		t.Fatal(err)
	}
	if got.Best == nil || got.Outcome == TournamentNone {
		t.Fatalf("%s: no setting is picked: %s", name, got.Why)
	}
	x := exhaust(t, cfg, space, bill, TuneOptions{}, got.Best.Point)
	pick := x.pick
	if x.cheap == nil {
		t.Fatalf("%s: no setting keeps its objectives for certain", name)
	}
	kept, _, _ := pick.runs[0].judge(x.promises, 0.95)
	best := pick.cost + x.behind(t, x.cheap)
	m := match{excess: 100 * (pick.cost/best - 1), share: 100 * float64(got.Spent.Tasks) / float64(x.tasks)}
	m.line = fmt.Sprintf("%-11s| %8d | %8d | %-9s | %-9s | %10.6g | %10.6g | %+7.2f | %9d | %10d | %5.2f | %s",
		name, got.Spent.Settings, len(x.left()), got.Outcome, kept, pick.cost, best, m.excess,
		got.Spent.Tasks, x.tasks, m.share, strings.Join(space.Knobs.Set(got.Best.Point), " "))
	if kept == NotMet {
		t.Errorf("%s: the pick breaks an objective:\n%s", name, m.line)
	}
	if m.excess > 100*x.opt.Within {
		t.Errorf("%s: the cheapest that keeps its objectives is %s\n%s", name, x.label(x.cheap.point), m.line)
	}
	return m
}

const tuneHead = `# What penstock tune picks, held against a run of every valid setting.
# Written by: go test ./model/plan -run '^$' -bench Tune -benchtime 1x -timeout 2h -update
# Every valid setting gets %d replications in the exhaustive search; the pick, and what may keep its
# objectives and be cheaper than the pick by more than a percent, get ten times as many, which are not
# counted as tasks. "keeps" is what the exhaustive search finds of the pick. Costs are means of what is minimised,
# compared over the replications that both settings have.
# NAME@2 is the problem with seed 2. The constants of the search were chosen without patience and tiers.
# patience@2 then picked a setting that breaks an objective, and the search was mended until it no longer did:
# these four rows are promised as the others are. The rows at the end are held out: nothing was chosen by them,
# though one is another seed of the problem by which the search was mended.
# problem   | settings |    valid | outcome   | keeps     |       cost |       best | worse %% |     tasks | exhaustive |    %% | pick
`

const heldOutHead = "# Held out, and not promised: what they miss stays."

// BenchmarkTune holds the search against exhaustive search. It takes minutes, and
// with -update writes the table that is committed:
//
//	go test ./model/plan -run '^$' -bench Tune -benchtime 1x -timeout 2h -update
func BenchmarkTune(b *testing.B) {
	lines := map[string]string{}
	for _, name := range append(matches(), heldOut...) {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				m := against(b, name)
				lines[name] = m.line
				fmt.Fprintln(os.Stderr, m.line)
				if m.share > 5 {
					b.Errorf("%s: too much was simulated", name)
				}
			}
		})
	}
	if !*update || len(lines) < len(matches())+len(heldOut) {
		return
	}
	var table bytes.Buffer
	fmt.Fprintf(&table, tuneHead, firstStage)
	for _, name := range matches() {
		fmt.Fprintln(&table, lines[name])
	}
	fmt.Fprintln(&table, heldOutHead)
	for _, name := range heldOut {
		fmt.Fprintln(&table, lines[name])
	}
	if err := os.WriteFile(filepath.FromSlash(tuneTable), table.Bytes(), 0o644); err != nil {
		b.Fatal(err)
	}
}

// TestTuneAgainstEverything is a small live part of BenchmarkTune.
func TestTuneAgainstEverything(t *testing.T) {
	m := against(t, "batches", "class.EVENTS.mapping.batch_size=1..10:3", "class.EVENTS.mapping.batch_window=2s..8s:2s", "class.EVENTS.mapping.maximum_concurrency=2..6")
	if m.share > 100 {
		t.Errorf("the search ran more than everything:\n%s", m.line)
	}
}

// TestTuneTable: the committed table holds every shipped problem, each with at
// least 2,000 valid settings, a pick within a percent of the best that does not
// break an objective, and at most a twentieth of the tasks. What was held out
// stands there too, whatever came of it. One of its picks is found again.
func TestTuneTable(t *testing.T) {
	data, err := os.ReadFile(filepath.FromSlash(tuneTable))
	if err != nil {
		t.Fatal(err)
	}
	rows := map[string][]string{}
	for line := range strings.Lines(string(data)) {
		if strings.HasPrefix(line, "#") {
			continue
		}
		cells := strings.Split(line, "|")
		for i := range cells {
			cells[i] = strings.TrimSpace(cells[i])
		}
		rows[cells[0]] = cells
		at := func(i int) float64 {
			x, err := strconv.ParseFloat(cells[i], 64)
			if err != nil {
				t.Errorf("%s: %v", line, err)
			}
			return x
		}
		missed := cells[4] == NotMet || at(7) > 1
		if at(2) < 2000 || at(10) > 5 || missed && !slices.Contains(heldOut, cells[0]) {
			t.Errorf("misses what is promised: %s", line)
		}
	}
	names := append(matches(), heldOut...)
	for _, name := range names {
		if rows[name] == nil {
			t.Errorf("no row for %s", name)
		}
	}
	if len(matches()) < 9 || len(rows) != len(names) {
		t.Errorf("%d rows for %d problems", len(rows), len(names))
	}
	if testing.Short() || t.Failed() {
		return
	}
	cfg, space, bill := problem(t, "service")
	got, err := runTune(context.Background(), cfg, space, bill, TuneOptions{}, model.Simulate)
	if err != nil {
		t.Fatal(err)
	}
	row := rows["service"]
	if pick := strings.Join(space.Knobs.Set(got.Best.Point), " "); pick != row[11] || strconv.FormatInt(got.Spent.Tasks, 10) != row[8] {
		t.Errorf("picks %s after %d tasks, the table says %s after %s; write it anew", pick, got.Spent.Tasks, row[11], row[8])
	}
}
