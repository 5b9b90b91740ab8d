package main

import (
	"bytes"
	"context"
	"io/fs"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"

	"penstock/scenarios"
)

// quick is how many replications of a scenario show what it teaches; others
// make do with ten. A single one has no intervals: its asserts are judged by
// the values alone.
var quick = map[string]int{
	"elb-two-weeks": 1,
	"elb-day":       2,
	// These take the longest of the rest, and their asserts leave the most room.
	"nightly-flood":            4,
	"starving-batch":           4,
	"starving-batch-escalated": 4,
	"orphans":                  4,
	"collapse":                 4,
	"outage-recovery":          4,
	"shared-lanes":             4,
	"closed-loop":              4,
	"three-companies":          4,
	"long-rush":                4,
}

// warned lists the warnings that a scenario is there to show, by the keys that
// they are given at. Any other warning of a shipped scenario is a mistake.
var warned = map[string][]string{
	"erp-orders":               {"class[0].mapping.maximum_concurrency"},
	"nightly-flood":            {"class[0].mapping.maximum_concurrency"},
	"outage-recovery":          {"class[0].mapping.maximum_concurrency"},
	"elb-two-weeks":            {"class[0].mapping.maximum_concurrency"},
	"overpolling":              {"class[0].mapping.maximum_concurrency", "class[0].queue.max_receive_count", "class[1].queue.max_receive_count", "class[2].queue.max_receive_count"},
	"overpolling-cured":        {"class[0].queue.max_receive_count", "class[1].queue.max_receive_count", "class[2].queue.max_receive_count"},
	"starving-batch":           {"class[1].queue.max_receive_count", "class[2].queue.max_receive_count", "worker.concurrency"},
	"starving-batch-escalated": {"worker.concurrency"},
	"short-visibility":         {"class[0].queue.visibility_timeout"},
	"shared-lanes":             {"worker.concurrency"},
	"closed-loop":              {"worker.concurrency"},
	"elb-day":                  {"worker.concurrency"},
}

// TestShipped: every shipped scenario shows what it says. Its asserts and
// objectives pin the phenomenon, so it is there if the run ends with 0.
func TestShipped(t *testing.T) {
	for _, name := range scenarios.Names() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			n, ok := quick[name]
			if !ok {
				n = 10
			}
			runShipped(t, exitDone, name, "--replications="+strconv.Itoa(n))
			if name == "elb-two-weeks" {
				return // the others speak for it
			}
			two := runShipped(t, -1, name, "--replications=2")
			if one := runShipped(t, -1, name, "--replications=2", "--workers=1"); !bytes.Equal(one, two) {
				t.Error("the same scenario gave another result on one core")
			}
		})
	}
}

// runShipped returns the result of a run, which has to end with an exit code; -1
// means any.
func runShipped(t *testing.T, want int, args ...string) []byte {
	t.Helper()
	var out, err bytes.Buffer
	code := run(context.Background(), append([]string{"run", "--json"}, args...), streams{&out, &err})
	if want >= 0 && code != want {
		t.Errorf("%s: exit code %d\n%s%s", strings.Join(args, " "), code, err.String(), unmet(out.String()))
	}
	return out.Bytes()
}

// unmet returns the part of a result that says which promises were not kept.
func unmet(result string) string {
	if i := strings.Index(result, `"asserts"`); i >= 0 {
		return result[i:]
	}
	return result
}

// TestShippedWarnings: a shipped scenario is free of errors, and what it is
// warned of is what it shows.
func TestShippedWarnings(t *testing.T) {
	for _, name := range scenarios.Names() {
		source, err := scenarios.Open(name)
		if err != nil {
			t.Fatal(err)
		}
		_, problems := source.Check(nil)
		var keys []string
		for _, p := range problems {
			if !p.Warning {
				t.Error(p)
			}
			keys = append(keys, p.Key)
		}
		want := slices.Clone(warned[name])
		slices.Sort(keys)
		slices.Sort(want)
		if !slices.Equal(keys, want) {
			t.Errorf("%s is warned of %v, want %v", name, keys, want)
		}
	}
}

// TestShippedTells: a shipped scenario opens with what it shows, and describes
// itself; what it says one may run names keys and scenarios that exist.
func TestShippedTells(t *testing.T) {
	for _, name := range scenarios.Names() {
		source, err := scenarios.Open(name)
		if err != nil {
			t.Fatal(err)
		}
		text, err := source.Text()
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.HasPrefix(text, []byte("# ")) {
			t.Errorf("%s: no comment says what it shows", name)
		}
		if c, _ := source.Load(nil); len(c.Description) < 80 {
			t.Errorf("%s: the description is %q", name, c.Description)
		}
		for _, line := range strings.Split(string(text), "\n") {
			tryAdvice(t, name, line)
		}
	}
}

// tryAdvice loads the scenario with the settings of a comment such as
// "#   penstock run NAME --set KEY=VALUE  # why".
func tryAdvice(t *testing.T, name, line string) {
	t.Helper()
	words := strings.Fields(strings.ReplaceAll(line, "'", ""))
	if len(words) < 4 || words[0] != "#" || words[1] != "penstock" {
		return
	}
	var set []string
	for i, w := range words[3:] {
		if w == "#" {
			break
		}
		if w == "--set" {
			set = append(set, words[3:][i+1])
		}
	}
	source, err := scenarios.Open(words[3])
	if err != nil {
		t.Errorf("%s: %s: %v", name, line, err)
		return
	}
	if words[3] != name && words[2] == "run" {
		t.Errorf("%s: %s: the advice is for another scenario", name, line)
	}
	if _, problems := source.Load(set); scenarios.Failed(problems) {
		t.Errorf("%s: %s: %v", name, line, problems)
	}
}

// TestShippedData: every data file beside the shipped scenarios is used by one
// and named, with its origin, in the folder's README.
func TestShippedData(t *testing.T) {
	data := os.DirFS("../../scenarios")
	readme, err := fs.ReadFile(data, "data/README.md")
	if err != nil {
		t.Fatal(err)
	}
	files, err := fs.Glob(data, "data/*.csv")
	if err != nil || len(files) == 0 {
		t.Fatal(err, "no data")
	}
	for _, file := range files {
		if !bytes.Contains(readme, []byte(strings.TrimPrefix(file, "data/"))) {
			t.Errorf("data/README.md does not say where %s is from", file)
		}
		used := false
		for _, name := range scenarios.Names() {
			text, err := fs.ReadFile(data, name+".toml")
			used = used || err == nil && bytes.Contains(text, []byte(file))
		}
		if !used {
			t.Errorf("no scenario uses %s", file)
		}
	}
}
