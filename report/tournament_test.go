package report

import (
	"bytes"
	"context"
	"strings"
	"testing"

	"penstock/model/plan"
	"penstock/model/policy"
)

// TestTournament prints that of a real study: alone at its function no message
// ever gives way, so the two policies are the same but in name.
func TestTournament(t *testing.T) {
	yield, none := lazy(), lazy()
	none.Policy.Kind = policy.None
	yield.Tournament.By, none.Tournament.By = "classes.A.latency.mean", "classes.A.latency.mean"
	got, err := plan.RunTournament(context.Background(), yield, []plan.Entrant{{Policy: "yield escalate_at=8", Config: yield}, {Policy: "none", Config: none}},
		nil, plan.TournamentOptions{Options: plan.Options{Version: "test"}, First: 5})
	if err != nil {
		t.Fatal(err)
	}
	got.Excluded = append(got.Excluded, plan.Excluded{Policy: "reserve", Why: "policy.kind: it cannot"})
	const want = `lazy: tournament of 2 policies, terminating study, 10 replications, seed 1, log 0123456789abcdef,
penstock test
best: "yield" has the smallest classes.A.latency.mean; 95% sure that no other is better by 12ms or
more (procedure KN); "none" is as good for what matters

Ranking
rank  policy  standing  tightest objective                   A.latency.mean  worse by  runs
───────────────────────────────────────────────────────────────────────────────────────────
   1  yield   best      met: A.latency.mean at 98% of 1.25s            1.2s               5
   1  none    as good   met: A.latency.mean at 98% of 1.25s            1.2s        0s     5
yield: escalate_at=8
Replication k of every policy meets the same tasks. Worse by: over pairs of replications, the
intervals hold together.
Not in it: reserve (policy.kind: it cannot).
`
	if len(got.LogHash) != 16 {
		t.Errorf("log hash %q", got.LogHash)
	}
	got.LogHash = "0123456789abcdef"
	var b bytes.Buffer
	if err := Tournament(&b, got, Options{}); err != nil {
		t.Fatal(err)
	}
	if b.String() != want {
		t.Errorf("got\n%s\nwant\n%s", b.String(), want)
	}
	b.Reset()
	got.Standings = append(got.Standings, plan.Standing{Policy: "none look_cache=5s", Standing: plan.StandsOut, Objectives: plan.NotMet, Rank: 3})
	if err := Tournament(&b, got, Options{Width: 60}); err != nil {
		t.Fatal(err)
	}
	for _, words := range []string{"objective not met", "look_cache", "–"} { // two of a kind are told apart
		if !strings.Contains(b.String(), words) {
			t.Errorf("no %q in\n%s", words, b.String())
		}
	}
}
