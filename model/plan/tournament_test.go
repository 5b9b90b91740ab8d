package plan

import (
	"bytes"
	"context"
	"errors"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"penstock/model"
	"penstock/model/policy"
)

// trait is how one policy differs from the others in a made-up world.
type trait struct {
	receives int64   // requests on the bill
	noise    int64   // of those, drawn, and not shared with the others
	latency  float64 // p95 of the first class, seconds
}

// race runs a tournament of policies with these traits. The k-th replication of
// each shares its draws with the others.
func race(t *testing.T, cfg *model.Config, traits map[policy.Kind]trait, opt TournamentOptions) (*Tournament, error) {
	t.Helper()
	var entrants []Entrant
	for _, kind := range []policy.Kind{policy.None, policy.Yield, policy.Weighted, policy.Aging} {
		if _, in := traits[kind]; in {
			own := *cfg
			own.Policy.Kind = kind
			entrants = append(entrants, Entrant{Policy: string(kind), Config: &own})
		}
	}
	return runTournament(context.Background(), cfg, entrants, usEast(t), opt, func(c *model.Config, o model.Options) (model.Run, bool) {
		x := traits[c.Policy.Kind]
		r, ok := made(c, o)
		own := rand.New(rand.NewPCG(uint64(o.Replication), uint64(len(c.Policy.Kind))))
		common := rand.New(rand.NewPCG(uint64(o.Replication), 0)).Float64()
		r.Usage = model.Usage{}
		r.Usage.Add(model.SQSReceive, model.CauseWork, x.receives+int64(1e6*common)+own.Int64N(x.noise+1))
		r.Classes[0].Latency.P95 = x.latency + 0.1*own.NormFloat64()
		return r, ok
	})
}

func mustRace(t *testing.T, cfg *model.Config, traits map[policy.Kind]trait, opt TournamentOptions) *Tournament {
	t.Helper()
	got, err := race(t, cfg, traits, opt)
	if err != nil {
		t.Fatal(err)
	}
	return got
}

// promised is a scenario whose first class is promised a p95 of 5 s.
func promised() *model.Config {
	cfg := scenario()
	cfg.Classes[0].Objective.Latency = []model.Bound{{Metric: "p95", AtMost: 5 * time.Second}}
	return cfg
}

// table writes the standings, one a line.
func standings(t *Tournament) string {
	var b strings.Builder
	for _, s := range t.Standings {
		b.WriteString(string(rune('0'+s.Rank)) + " " + s.Policy + " " + s.Standing + " " + s.Objectives + "\n")
	}
	return b.String()
}

// TestTournamentByCost: the cheapest of those that keep the objective wins, not
// the cheapest.
func TestTournamentByCost(t *testing.T) {
	got := mustRace(t, promised(), map[policy.Kind]trait{
		policy.None:     {receives: 10e6, latency: 7},             // the cheapest, too slow
		policy.Yield:    {receives: 12e6, noise: 1e5, latency: 4}, // the best
		policy.Weighted: {receives: 13e6, noise: 1e5, latency: 3},
		policy.Aging:    {receives: 12.02e6, noise: 1e5, latency: 2}, // 0.2 % dearer: no matter
	}, TournamentOptions{})
	want := `1 yield best met
1 aging as good met
3 weighted worse met
4 none objective not met not met
`
	if s := standings(got); s != want || got.Outcome != TournamentBest || got.ExitCode() != ExitMet || got.Best != "yield" || got.Metric != "cost.total" {
		t.Errorf("%s: %s\n%s", got.Outcome, got.Why, s)
	}
	if b := got.Standings[2].Behind; b.Value == nil || *b.Low > 0.4 || *b.High < 0.4 { // 10⁶ requests at $0.40
		t.Errorf("the third is behind by %v", b)
	} else if *b.High-*b.Low > 0.05 { // what both share, a fortyfold of that, is gone
		t.Errorf("the third is behind by %v to %v: not in pairs", *b.Low, *b.High)
	}
	if a := got.Standings[0].Tightest; a == nil || a.Metric != "classes.HIGH.latency.p95" || *a.Value.Value < 3.8 || *a.Value.Value > 4.2 {
		t.Errorf("the tightest objective is %+v", a)
	}
}

// TestTournamentWithoutKeeper: where no policy keeps its objectives the one that
// is the least beyond wins, and the exit code says that none does.
func TestTournamentWithoutKeeper(t *testing.T) {
	got := mustRace(t, promised(), map[policy.Kind]trait{
		policy.None: {receives: 1e6, latency: 20}, policy.Yield: {receives: 9e6, latency: 10}, policy.Aging: {receives: 1e6, latency: 15},
	}, TournamentOptions{})
	want := "1 yield best not met\n2 aging worse not met\n3 none worse not met\n"
	if s := standings(got); s != want || got.Outcome != TournamentNone || got.ExitCode() != ExitNotMet || got.Metric != ObjectiveRatio {
		t.Errorf("%s: %s\n%s", got.Outcome, got.Why, s)
	}
	if v := got.Standings[0].Value; *v.Value < 1.95 || *v.Value > 2.05 { // 10 s of 5 s
		t.Errorf("the ratio is %v", *v.Value)
	}
}

// TestTournamentByMetric: a metric that is named decides alone, and the largest
// may win.
func TestTournamentByMetric(t *testing.T) {
	traits := map[policy.Kind]trait{policy.None: {latency: 7}, policy.Yield: {latency: 4}, policy.Aging: {latency: 10}}
	cfg := promised()
	cfg.Tournament.By = "classes.HIGH.latency.p95"
	if got := mustRace(t, cfg, traits, TournamentOptions{}); standings(got) != "1 yield best met\n2 none worse not met\n3 aging worse not met\n" || got.ExitCode() != ExitMet {
		t.Errorf("%s\n%s", got.Outcome, standings(got))
	}
	cfg.Tournament.Largest = true
	got := mustRace(t, cfg, traits, TournamentOptions{})
	if standings(got) != "1 aging best not met\n2 none worse not met\n3 yield worse met\n" {
		t.Errorf("%s\n%s", got.Outcome, standings(got))
	}
	if s := got.Standings[1]; *s.Value.Value < 6.8 || *s.Behind.Value < 2.8 || *s.Behind.Value > 3.2 {
		t.Errorf("%v, behind %v", *s.Value.Value, *s.Behind.Value)
	}
}

// TestTournamentTie: what the replications cannot tell apart is undecided.
func TestTournamentTie(t *testing.T) {
	cfg := scenario()
	cfg.Tournament.Within = 0.001
	got := mustRace(t, cfg, map[policy.Kind]trait{
		policy.None: {receives: 10e6, noise: 1e6}, policy.Weighted: {receives: 10e6, noise: 1e6}, policy.Aging: {receives: 15e6, noise: 1e6},
	}, TournamentOptions{Most: 30})
	if got.Outcome != Undecided || got.ExitCode() != ExitUndecided || got.Standings[1].Standing != Undecided || got.Standings[1].Rank != 1 ||
		got.Standings[2].Standing != StandsBack || got.Standings[2].Rank != 3 {
		t.Errorf("%s: %s\n%s", got.Outcome, got.Why, standings(got))
	}
	if s := got.Standings; s[0].Replications != 30 || s[2].Replications >= 30 {
		t.Errorf("%d replications of the first, %d of the last, which was clear early", s[0].Replications, s[2].Replications)
	}
}

// TestTournamentUndecidedObjective: a winner of which it is not known whether it
// keeps its promise is none; and more replications were spent on finding out.
func TestTournamentUndecidedObjective(t *testing.T) {
	got := mustRace(t, promised(), map[policy.Kind]trait{
		policy.None: {receives: 10e6, latency: 5.0001}, policy.Yield: {receives: 15e6, latency: 3},
	}, TournamentOptions{Most: 60})
	if got.Outcome != Undecided || got.Best != "none" || !strings.Contains(got.Why, "60 replications do not tell") || got.Standings[0].Replications != 60 {
		t.Errorf("%s: %s\n%s", got.Outcome, got.Why, standings(got))
	}
	if got.Standings[1].Replications != firstStage {
		t.Errorf("%d replications of the one that was clear", got.Standings[1].Replications)
	}
}

// TestTournamentSameBytes: on any number of cores, with progress that never
// goes back.
func TestTournamentSameBytes(t *testing.T) {
	var first string
	for _, workers := range []int{1, 3} {
		last := 0.0
		opt := TournamentOptions{Options: Options{Workers: workers, Version: "test", Progress: func(share float64) {
			if share < last || share > 1 {
				t.Errorf("progress %v after %v", share, last)
			}
			last = share
		}}}
		cfg := promised()
		cfg.Tournament.Within = 0.001
		got := mustRace(t, cfg, map[policy.Kind]trait{
			policy.None: {receives: 10e6, noise: 1e6, latency: 4}, policy.Yield: {receives: 10.1e6, noise: 1e6, latency: 4.9},
		}, opt)
		var b bytes.Buffer
		if err := got.WriteJSON(&b); err != nil {
			t.Fatal(err)
		}
		if first == "" {
			first = b.String()
		}
		if b.String() != first || last != 1 {
			t.Errorf("%d workers: another document, or progress that ends at %v", workers, last)
		}
	}
}

// TestTournamentErrors: too few, twice the same, a metric without a value.
func TestTournamentErrors(t *testing.T) {
	if _, err := race(t, scenario(), map[policy.Kind]trait{policy.None: {}}, TournamentOptions{}); err == nil || !strings.Contains(err.Error(), "two policies") {
		t.Error(err)
	}
	cfg := scenario()
	twice := []Entrant{{"a", cfg}, {"b", cfg}}
	if _, err := runTournament(context.Background(), cfg, twice, nil, TournamentOptions{}, made); err == nil || !strings.Contains(err.Error(), `"a" and "b" are the same`) {
		t.Error(err)
	}
	other := *cfg
	other.Policy.Kind = policy.None
	if _, err := runTournament(context.Background(), cfg, []Entrant{{"a", cfg}, {"b", &other}}, nil, TournamentOptions{}, made); err == nil || !strings.Contains(err.Error(), "no price book") {
		t.Error(err)
	}
}

// TestTournamentInterrupted: what stands when it is broken off is told.
func TestTournamentInterrupted(t *testing.T) {
	cfg := scenario()
	cfg.Tournament.Within = 0.0001
	other := *cfg
	other.Policy.Kind = policy.None
	ctx, stop := context.WithCancel(context.Background())
	defer stop()
	runs := 0
	simulate := func(c *model.Config, o model.Options) (model.Run, bool) {
		if runs++; runs > 2*firstStage {
			stop()
		}
		return made(c, o)
	}
	entrants := []Entrant{{"yield", cfg}, {"none", &other}}
	cfg.Tournament.By, other.Tournament.By = "worker.invocations", "worker.invocations"
	got, err := runTournament(ctx, cfg, entrants, nil, TournamentOptions{Options: Options{Workers: 1}}, func(c *model.Config, o model.Options) (model.Run, bool) {
		r, ok := simulate(c, o)
		if c.Policy.Kind == policy.None {
			r.Worker.Invocations += int64(o.Replication%5) - 2
		}
		return r, ok
	})
	if err != nil || !got.Interrupted || got.Outcome != Undecided || got.Standings[0].Replications != firstStage {
		t.Errorf("%+v, %v", got, err)
	}
	stopped, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := runTournament(stopped, cfg, entrants, nil, TournamentOptions{}, made); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
}
