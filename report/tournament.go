package report

import (
	"fmt"
	"io"
	"strconv"
	"strings"

	"penstock/model/plan"
)

// Tournament writes the ranking of a tournament.
func Tournament(w io.Writer, t *plan.Tournament, opt Options) error {
	if opt.Width == 0 {
		opt.Width = 100
	}
	opt.Width = max(opt.Width, 40)
	p := paint(opt.Color)
	var b strings.Builder
	title := fmt.Sprintf("%s: tournament of %s, %s study, %s, seed %d, log %s, penstock %s", plain(t.Scenario), strconv.Itoa(len(t.Standings))+" policies",
		plain(t.Study), plural(t.Replications, "replication"), t.Seed, orNone(t.LogHash), plain(t.Version))
	for i, line := range wrap(title, opt.Width) {
		if i == 0 {
			line = p.bold(line)
		}
		b.WriteString(line + "\n")
	}
	outcome := outcomeLine(t)
	for i := range t.Standings {
		name, _ := shortPolicy(t, t.Standings[i].Policy)
		outcome = strings.ReplaceAll(outcome, plain(t.Standings[i].Policy), plain(name))
	}
	for _, line := range wrap(outcome, opt.Width) {
		b.WriteString(line + "\n")
	}
	b.WriteString("\n" + standingsTable(t).terminal(opt.Width, p))
	_, err := io.WriteString(w, strings.TrimRight(b.String(), "\n")+"\n")
	return err
}

// outcomeLine says what was found, and how sure it is.
func outcomeLine(t *plan.Tournament) string {
	if t.Outcome != plan.TournamentBest {
		return plain(t.Outcome) + ": " + plain(t.Why)
	}
	claim := "has the " + extreme(t) + " " + plain(t.Metric)
	if t.By == "cost" && t.Standings[0].Objectives != "" {
		claim = "is the cheapest that keeps every objective"
	}
	line := fmt.Sprintf("best: %q %s; %s sure that no other is better by %s or more (procedure KN)", plain(t.Best), claim,
		share().write(t.Confidence, 4), metricOf(t).value(t.Delta))
	if t.Why != "" {
		line += "; " + plain(t.Why)
	}
	return line
}

func extreme(t *plan.Tournament) string {
	if t.Largest {
		return "largest"
	}
	return "smallest"
}

// metricOf is the measure of what decided.
func metricOf(t *plan.Tournament) measure {
	if t.Metric == plan.ObjectiveRatio {
		return count()
	}
	return measureOf(t.Metric)
}

// standingsTable has a row for each policy.
func standingsTable(t *plan.Tournament) *table {
	m, what := metricOf(t), strings.TrimPrefix(t.Metric, "classes.")
	if t.Metric == plan.ObjectiveRatio {
		what = "worst / bound"
	}
	tab := &table{title: "Ranking", head: []string{"rank", "policy", "standing", "tightest objective", plain(what), "worse by", "runs"}, align: "rwlwrrr", keys: 2}
	for i := range t.Standings {
		s := &t.Standings[i]
		behind := ""
		if s.Standing != plan.StandsBest && s.Standing != plan.StandsOut {
			behind = m.estimate(s.Behind)
		}
		name, rest := shortPolicy(t, s.Policy)
		tab.add(strconv.Itoa(s.Rank), plain(name), s.Standing, tightest(s), m.estimate(s.Value), behind, strconv.Itoa(s.Replications))
		if rest != "" {
			tab.notes = append(tab.notes, plain(name)+": "+plain(rest))
		}
	}
	tab.notes = append(tab.notes,
		"Replication k of every policy meets the same tasks. Worse by: over pairs of replications, the intervals hold together.")
	for _, e := range t.Excluded {
		tab.notes = append(tab.notes, "Not in it: "+plain(e.Policy)+" ("+plain(e.Why)+").")
	}
	return tab
}

// shortPolicy returns the kind of a policy, and its settings for a note, if no
// other policy is of the kind; else all of it.
func shortPolicy(t *plan.Tournament, policy string) (name, rest string) {
	kind, rest, _ := strings.Cut(policy, " ")
	n := 0
	for i := range t.Standings {
		if other, _, _ := strings.Cut(t.Standings[i].Policy, " "); other == kind {
			n++
		}
	}
	if n > 1 {
		return policy, ""
	}
	return kind, rest
}

// tightest writes the objective that is closest to its bound, or furthest
// beyond.
func tightest(s *plan.Standing) string {
	a := s.Tightest
	if a == nil || a.Value.Value == nil || a.Bound == 0 {
		return s.Objectives
	}
	return fmt.Sprintf("%s: %s at %.0f%% of %s", s.Objectives, plain(strings.TrimPrefix(a.Metric, "classes.")), 100**a.Value.Value/a.Bound, measureOf(a.Metric).exact(a.Bound))
}
