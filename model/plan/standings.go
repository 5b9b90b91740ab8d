package plan

import (
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"
)

// conclude fills in the outcome: the best, how the others stand to it, and how
// sure that is. The differences are over pairs of replications, and their
// intervals hold together, by Bonferroni over all pairs of policies, since which
// one is the best was not known before. That the replications ended where the
// selection did is not accounted for.
func (t *tournament) conclude(s *selection, in []*contender, alpha float64) error {
	best := in[s.best()]
	each := 1 - alpha/float64(max(1, len(in)*(len(in)-1)/2))
	if t.out.Metric == ObjectiveRatio && t.closer != nil {
		best = slices.MinFunc(t.asClose(in, best, each), t.closer)
	}
	var ties, equal []string
	for _, c := range t.contenders {
		if len(t.promises) > 0 { // with the intervals of a run, not those of the looks
			var err error
			if _, c.tightest, err = c.judge(t.promises, t.out.Confidence); err != nil {
				return err
			}
		}
		st := Standing{
			Policy: c.Policy, ConfigHash: c.hash, LogHash: logHashOf(c.out), Objectives: c.keeps, Tightest: c.tightest,
			Value: t.valueOf(c), Replications: len(c.out), ScreenedAt: c.screened,
		}
		switch {
		case c == best:
			st.Standing = StandsBest
		case !slices.Contains(in, c):
			st.Standing = StandsOut
			st.Behind = pairs(c.values, best.values, each)
		default:
			st.Behind = pairs(c.values, best.values, each)
			switch b := st.Behind; {
			case *b.High <= t.out.Delta:
				st.Standing = StandsEqual
				equal = append(equal, c.Policy)
			case *b.Low > 0:
				st.Standing = StandsBack
			default:
				st.Standing = Undecided
				ties = append(ties, c.Policy)
			}
		}
		t.out.Standings = append(t.out.Standings, st)
	}
	slices.SortStableFunc(t.out.Standings, order)
	for i := range t.out.Standings {
		st := &t.out.Standings[i]
		st.Rank = i + 1
		if st.Standing == Undecided || st.Standing == StandsEqual {
			st.Rank = 1
		}
	}
	t.out.Best = best.Policy
	t.verdict(best, ties, equal)
	return nil
}

// asClose returns those of some policies whose ratio differs from that of the
// best by no more than what matters, and the best.
func (t *tournament) asClose(in []*contender, best *contender, confidence float64) []*contender {
	return slices.DeleteFunc(slices.Clone(in), func(c *contender) bool {
		return c != best && *pairs(c.values, best.values, confidence).High > t.out.Delta
	})
}

// order puts the best first, then who is as good or not told apart, then the
// others by what they are behind; who breaks an objective comes last.
func order(a, b Standing) int {
	place := func(s Standing) int {
		return slices.Index([]string{StandsBest, StandsEqual, Undecided, StandsBack, StandsOut}, s.Standing)
	}
	behind := func(s Standing) float64 {
		if s.Behind.Value == nil {
			return 0
		}
		return *s.Behind.Value
	}
	return cmp.Or(cmp.Compare(place(a), place(b)), cmp.Compare(behind(a), behind(b)), cmp.Compare(a.Policy, b.Policy))
}

// verdict says what the tournament found.
func (t *tournament) verdict(best *contender, ties, equal []string) {
	var why []string
	t.out.Outcome = TournamentBest
	if len(ties) > 0 {
		t.out.Outcome = Undecided
		why = append(why, fmt.Sprintf("%s may be as good as %q, or better", strings.Join(quoted(ties), ", "), best.Policy))
	}
	if len(equal) > 0 {
		why = append(why, strings.Join(quoted(equal), ", ")+" is as good for what matters")
		if len(equal) > 1 {
			why[len(why)-1] = strings.Join(quoted(equal), ", ") + " are as good for what matters"
		}
	}
	switch {
	case t.out.Metric == ObjectiveRatio:
		t.out.Outcome = TournamentNone
		why = append([]string{fmt.Sprintf("%q comes closest", best.Policy)}, why...)
	case t.stopped:
		t.out.Outcome = Undecided
		why = append([]string{fmt.Sprintf("interrupted; %q was ahead", best.Policy)}, why...)
	case t.constrained() && best.keeps == Undecided:
		t.out.Outcome = Undecided
		why = append([]string{fmt.Sprintf("%q is ahead, but %d replications do not tell whether it keeps every objective", best.Policy, len(best.out))}, why...)
	}
	t.out.Why = strings.Join(why, "; ")
}

func quoted(list []string) []string {
	var all []string
	for _, s := range list {
		all = append(all, fmt.Sprintf("%q", s))
	}
	return all
}

// valueOf is the estimate of the metric, with the interval that run would give.
func (t *tournament) valueOf(c *contender) Estimate {
	if t.out.Metric != ObjectiveRatio {
		e, err := c.figures(c.out, t.out.Confidence).Lookup(t.out.Metric)
		if err == nil {
			return e
		}
	}
	return Combine(points(c.values), t.out.Confidence)
}

func points(xs []float64) []Estimate {
	all := make([]Estimate, len(xs))
	for i := range xs {
		all[i].Value = &xs[i]
	}
	return all
}

// pairs estimates the mean of a - b over the replications that both have.
func pairs(a, b []float64, confidence float64) Estimate {
	n := min(len(a), len(b))
	d := make([]float64, n)
	for i := range d {
		d[i] = a[i] - b[i]
	}
	mean, se := meanAndError(d)
	half := float64(studentT(n, confidence) * se)
	return Estimate{Value: figure(mean), Low: figure(mean - half), High: figure(mean + half), N: n}
}

// ExitCode returns the exit code that the outcome stands for.
func (t *Tournament) ExitCode() int {
	switch t.Outcome {
	case TournamentNone:
		return ExitNotMet
	case Undecided:
		return ExitUndecided
	}
	return ExitMet
}

// WriteJSON writes the tournament as one JSON document, as Result.WriteJSON
// does.
func (t *Tournament) WriteJSON(w io.Writer) error {
	e := json.NewEncoder(w)
	e.SetIndent("", "  ")
	e.SetEscapeHTML(false)
	return e.Encode(t)
}
