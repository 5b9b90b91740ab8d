package plan

import (
	"strings"
	"testing"

	"penstock/model"
)

// between is an interval.
func between(low, high float64) Estimate {
	return Estimate{Value: figure((low + high) / 2), Low: figure(low), High: figure(high), N: 20}
}

// finished is a tuning whose final has ended, with a best that keeps or not, and
// other finalists.
func finished(keeps string, others ...*Choice) *tuning {
	best := &candidate{runs: []*contender{{keeps: keeps}}}
	t := &tuning{candidates: map[int]*candidate{0: best}}
	t.out = Tuning{Outcome: TournamentBest, Best: &Choice{Runs: 20}, Others: others}
	return t
}

// TestTuneCheaperOnes: of the finalists that are open only those whose difference
// may be below 0 may cost less.
func TestTuneCheaperOnes(t *testing.T) {
	open := func(low, high float64) *Choice { return &Choice{Standing: Undecided, Behind: between(low, high)} }
	same, dearer, perhaps := open(0, 0), open(0.1, 0.2), open(-0.1, 0.2)
	for _, c := range []struct {
		keeps   string
		others  []*Choice
		want    []string
		outcome string
	}{
		{Undecided, []*Choice{same, dearer}, []string{"2 of the other finalists may keep every objective, but would not cost less"}, Undecided},
		{Undecided, []*Choice{same, perhaps}, []string{"one of the other finalists may keep every objective and cost less", "one of the other finalists may keep every objective, but would not cost less"}, Undecided},
		{Met, []*Choice{dearer}, []string{"one of the other finalists may keep every objective, but would not cost less"}, TournamentBest},
		{Met, []*Choice{perhaps}, []string{"one of the other finalists may keep every objective and cost less"}, Undecided},
	} {
		x := finished(c.keeps, c.others...)
		x.verdict()
		said := strings.Count(x.out.Why, "may keep every objective")
		for _, want := range c.want {
			if !strings.Contains(x.out.Why, want) || said != len(c.want) {
				t.Errorf("%q, want %q", x.out.Why, want)
			}
		}
		if x.out.Outcome != c.outcome {
			t.Errorf("%s, want %s: %s", x.out.Outcome, c.outcome, x.out.Why)
		}
	}
}

// TestTuneSameOutcome: of two settings whose every event is the same neither saves
// anything, whatever is known of the objectives of the one that ran less.
func TestTuneSameOutcome(t *testing.T) {
	runs := func(hashes ...uint64) *contender {
		c := &contender{Entrant: Entrant{Policy: "x"}}
		for _, h := range hashes {
			c.out = append(c.out, outcome{run: model.Run{LogHash: h}})
		}
		return c
	}
	best := runs(1, 2, 3)
	for _, c := range []struct {
		other    *contender
		behind   Estimate
		standing string
		lost     string
	}{
		{runs(1, 2), between(0, 0), StandsEqual, "did the same"},
		{runs(1, 4), between(0, 0), StandsBack, "saves nothing"},
		{runs(1, 4), between(0.1, 0.2), StandsBack, "costs more"},
		{runs(1, 4), between(-0.2, -0.1), StandsBack, "before"},
	} {
		ch := &Choice{Standing: StandsBack, Behind: c.behind, Lost: "before"}
		cup := &tournament{contenders: []*contender{best}, out: Tournament{Best: "x"}}
		(&tuning{}).dearWords(ch, &candidate{runs: []*contender{c.other}}, cup)
		if ch.Standing != c.standing || !strings.Contains(ch.Lost, c.lost) {
			t.Errorf("%+v, want %s, %s", ch, c.standing, c.lost)
		}
	}
}

// TestTuneInterruptedEarly: one replication is one, and says of no objective on
// which side of its bound it is.
func TestTuneInterruptedEarly(t *testing.T) {
	cfg, space := slotProblem(5.1, 100, "none", "yield")
	got, _ := tuneUntil(t, cfg, space, 25, slots)
	if got.Best == nil || got.Best.Runs >= leastToJudge || strings.Contains(got.Why, "1 replications") {
		t.Fatalf("%s %+v", got.Why, got.Best)
	}
	for _, a := range got.Best.Objectives {
		if a.Outcome != Undecided {
			t.Errorf("after %d replications: %+v", got.Best.Runs, a)
		}
	}
}
