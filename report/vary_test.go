package report

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/jedib0t/go-pretty/v6/text"

	"penstock/model"
	"penstock/model/plan"
)

// lazy is a small study in which nothing is random: each task takes 1 s of work
// and 0.23 s of calls.
func lazy() *model.Config {
	cfg := model.Default()
	cfg.Name, cfg.Horizon, cfg.Replications = "lazy", 10*time.Minute, 3
	k := model.DefaultClass()
	k.Name = "A"
	k.Arrivals = []model.Arrivals{{Kind: "constant", Rate: 1}}
	k.Objective.Latency = []model.Bound{{Metric: "mean", AtMost: 1250 * time.Millisecond}}
	k.Mapping.MaximumConcurrency = 8
	cfg.Legacy.Service = model.Dist{Kind: "constant", Value: time.Second}
	cfg.Worker.ColdStart = model.Dist{}
	cfg.Timing.SFNCallback = model.Dist{Kind: "constant", Value: 100 * time.Millisecond}
	cfg.Classes = []model.Class{k}
	return &cfg
}

// TestVariations prints those of a real study: a callback is met twice in each
// task, in the check of its token and in the answer.
func TestVariations(t *testing.T) {
	v, err := plan.Vary(context.Background(), lazy(), nil, plan.Options{Version: "test"})
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	if err := Variations(&b, v, Options{}); err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(b.String()) {
		if n := text.StringWidthWithoutEscSequences(strings.TrimRight(line, "\n")); n > 100 {
			t.Errorf("%d columns: %s", n, line)
		}
	}
	flat := strings.Join(strings.Fields(b.String()), " ")
	for _, want := range []string{
		"lazy: terminating study",
		"timing.sqs_send: 20ms 40ms A.latency.mean 1.23s 1.25s",
		"timing.sfn_callback: 100ms 200ms objective A.latency.mean ≤ 1.25s met: 1.2s not met: 1.4s",
		"changes with 1 of 17 other settings; with 5 more only a metric does",
		"Nothing changes with: reserved_rate_limit false; start_transition true;",
		"without another setting to try: FN-16; ESM-14; SFN-20.",
	} {
		if !strings.Contains(flat, want) {
			t.Errorf("missing %q in\n%s", want, b.String())
		}
	}
}

// A conclusion that is only in doubt under another setting is not taken for one
// that is turned round.
func TestVariationsTellDoubtFromReversal(t *testing.T) {
	v, err := plan.Vary(context.Background(), lazy(), nil, plan.Options{Version: "test"})
	if err != nil {
		t.Fatal(err)
	}
	doubtful := plan.Variation{Assumption: plan.Assumption{ID: "X-1", Name: "made_up", Setting: "1"}, Other: "2"}
	doubtful.Changes = []plan.Change{{Kind: plan.ChangeVerdict, Before: plan.Stable, After: plan.Undecided}}
	v.Varied = append(v.Varied, doubtful)
	var b bytes.Buffer
	if err := Variations(&b, v, Options{}); err != nil {
		t.Fatal(err)
	}
	flat := strings.Join(strings.Fields(b.String()), " ")
	want := "changes with 2 of 18 other settings, into its opposite with 1: otherwise from or to undecided, which more replications may decide; with 5 more"
	if !strings.Contains(flat, want) {
		t.Errorf("missing %q in\n%s", want, b.String())
	}
}

// TestWriteVariations: a row for each change, and for each setting that changes
// nothing or cannot be run; a hash for each that was.
func TestWriteVariations(t *testing.T) {
	v, err := plan.Vary(context.Background(), lazy(), nil, plan.Options{Version: "test"})
	if err != nil {
		t.Fatal(err)
	}
	v.Varied = append(v.Varied, plan.Variation{Assumption: plan.Assumption{ID: "X-1", Name: "made_up", Setting: "1"}, Other: "2", Invalid: "cannot be"})
	dir := t.TempDir()
	if err := WriteVariations(dir, v); err != nil {
		t.Fatal(err)
	}
	if got := strings.Join(listing(t, dir), " "); got != "changes.csv vary.json vary.md" {
		t.Errorf("wrote %s", got)
	}
	csv, _ := os.ReadFile(filepath.Join(dir, "changes.csv"))
	for _, want := range []string{
		"\nSFN-30,timing.sfn_callback,100ms,200ms,objective,classes.A.latency.mean,<=,1.25,met,not met,1.23,1.23,1.23,1.43,1.43,1.43\n",
		",reserved_rate_limit,true,false,,,,,,,,,,,,\n",
		"\nX-1,made_up,1,2,invalid,,,,,cannot be,,,,,,\n",
	} {
		if !strings.Contains(string(csv), want) {
			t.Errorf("missing %q in\n%s", want, csv)
		}
	}
	md, _ := os.ReadFile(filepath.Join(dir, "vary.md"))
	hashes := 0
	for _, x := range v.Varied {
		if x.LogHash != "" && strings.Contains(string(md), x.LogHash) {
			hashes++
		}
	}
	if hashes != len(v.Varied)-1 || !strings.Contains(string(md), v.LogHash) || strings.Contains(string(md), "X-1") {
		t.Errorf("%d hashes of %d settings in\n%s", hashes, len(v.Varied)-1, md)
	}
}
