package chaos

import (
	"bytes"
	"context"
	"maps"
	"reflect"
	"slices"
	"strings"
	"testing"

	"penstock/scenarios"
)

// given returns a campaign of a shipped scenario.
func given(t *testing.T, name string, opt Options) *campaign {
	t.Helper()
	source, err := scenarios.Open(name)
	if err != nil {
		t.Fatal(err)
	}
	c := &campaign{opt: opt, base: &source}
	if err := c.read(); err != nil {
		t.Fatal(err)
	}
	return c
}

// Whatever is drawn for a scenario that was given passes the ordinary loader,
// and its own tables stay as they are.
func TestDrawnFaultsSuitTheScenario(t *testing.T) {
	kinds := map[string]bool{}
	seeds := map[string]uint64{}
	for _, name := range scenarios.Names() {
		seeds[name] = 200
	}
	for _, name := range scenarios.References() { // most are of profile ideal
		seeds["reference/"+name] = 20
	}
	for _, name := range scenarios.Problems() {
		seeds["tune/"+name] = 20
	}
	for _, name := range slices.Sorted(maps.Keys(seeds)) {
		c := given(t, name, Options{})
		for seed := range seeds[name] {
			doc := c.document(seed)
			if _, problems := c.source(doc).Load(nil); scenarios.Failed(problems) {
				t.Errorf("%s, seed %d: %s", name, seed, firstProblem(problems))
				break
			}
			for _, k := range changes(doc) {
				kinds[k["kind"].(string)] = true
			}
			own := clone(c.doc).(table)
			own["seed"], own["replications"] = doc["seed"], doc["replications"]
			if own["faults"] == nil {
				delete(doc, "faults")
			}
			if !reflect.DeepEqual(doc, own) {
				t.Errorf("%s, seed %d: it is changed to\n%s", name, seed, write(doc))
				break
			}
		}
	}
	e, _ := scenarios.Explain("faults.policy.kind")
	for _, word := range e.Values {
		if !kinds[word] {
			t.Errorf("no scenario changes to policy %s", word)
		}
	}
}

// A seed that switches off every kind of fault has some all the same.
func TestNoSeedIsWithoutFaults(t *testing.T) {
	d := newDrawer(1)
	for key := range d.off {
		d.off[key] = true
	}
	doc := table{}
	if d.givenFaults(doc, []string{"none"}); doc["faults"] == nil {
		t.Error("no faults")
	}
}

// Shipped scenarios, of those that run fast, stand the faults that are drawn for
// them.
func TestShippedScenariosStandFaults(t *testing.T) {
	for _, name := range []string{"cold-start-burst", "long-reports", "minimal", "overpolling", "overpolling-cured", "rate-limit", "short-visibility"} {
		c := given(t, name, Options{})
		r, err := Run(context.Background(), c.base, Options{From: 1, Seeds: 8})
		if err != nil || r.Done != 8 {
			t.Fatalf("%s: %d seeds done: %v", name, r.Done, err)
		}
		for _, f := range r.Found {
			t.Errorf("%s, seed %d: %s: %s\n%s", name, f.Seed, f.Rule, f.Detail, f.Document)
		}
	}
}

// A document that the loader refuses is a failure of the drawing: it is told
// as one, with the command that draws it again, and no file is made of it.
func TestRefusedDocumentsAreNoFiles(t *testing.T) {
	source := scenarios.Written("mine.toml", []byte("[policy]\nkind = \"reserve\"\n\n[[class]]\nname = \"A\"\n"), nil)
	r, err := Run(context.Background(), &source, Options{From: 5, Seeds: 2, AsIs: true})
	if err != nil || r.Failed != 2 || len(r.Found) != 1 || r.Found[0].Rule != valid || r.Found[0].Document != nil {
		t.Fatalf("%+v: %v", r, err)
	}
	var screen bytes.Buffer
	if err := r.WriteText(&screen); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"but chaos", "5, and 1 more; policy.kind: ", "repeat it: penstock chaos mine.toml --as-is --from 5 --seeds 1\n"} {
		if !strings.Contains(screen.String(), want) {
			t.Errorf("%q is not in\n%s", want, &screen)
		}
	}
	if _, err := Run(context.Background(), &source, Options{Seeds: 1}); err == nil {
		t.Error("faults are drawn for a scenario that is none")
	}
}
