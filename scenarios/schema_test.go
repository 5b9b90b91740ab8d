package scenarios

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"

	"penstock/model"
)

// TestDefaults: the defaults that the schema tells users are those of package
// model.
func TestDefaults(t *testing.T) {
	for _, e := range Keys() {
		if e.Default == "" || strings.HasPrefix(e.Key, "class.arrivals.") {
			continue // arrivals have defaults by kind, see TestArrivalDefaults
		}
		config, class := model.Default(), model.DefaultClass()
		ref, deploy := model.Reference{Rel: 0.0005}, DefaultDeploy()
		at := target{config: &config, class: &class, reference: &ref, deploy: &deploy}
		before := fmt.Sprintf("%+v%+v%+v%+v", config, class, ref, deploy)
		if inside := strings.HasPrefix(e.Key, "legacy.rate_limit.") || strings.HasPrefix(e.Key, "legacy.outage") || strings.HasPrefix(e.Key, "faults.redrive."); inside && e.Key != "legacy.rate_limit.kind" {
			continue // zero values of what is not there by default
		}
		d := &decoder{schema: schema(), report: &report{}, config: &config}
		o := override{decoder: d, value: e.Default}
		d.entry(o.node(e, e.Key), e, at)
		if len(d.report.found) > 0 {
			t.Errorf("%s: %v", e.Key, d.report.problems())
		}
		if after := fmt.Sprintf("%+v%+v%+v%+v", config, class, ref, deploy); after != before {
			t.Errorf("%s: the schema says %s, package model\n%s", e.Key, e.Default, before)
		}
	}
}

// TestArrivalDefaults: what a source leaves out is what the schema says.
func TestArrivalDefaults(t *testing.T) {
	c, problems := (Source{name: "s.toml", fsys: files(map[string]string{
		"s.toml": `class = [{ name = "A", arrivals = [
			{ kind = "burst", at = "0s", count = 1 },
			{ kind = "schedule", points = [{ at = "0s", rate = "1/s" }] },
			{ kind = "trace", file = "t.csv", column = "n", format = "counts", bin = "1h" },
		] }]`,
		"t.csv": "n\n1\n"})}).Load(nil)
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	a := c.Classes[0].Arrivals
	if a[0].Over != 0 || a[0].Every != 0 || a[1].Shape != "step" || a[1].Period != 0 || a[2].Trace.Scale != 1 {
		t.Errorf("%+v", a)
	}
}

// TestEntries: every key says what it takes and what it means.
func TestEntries(t *testing.T) {
	for _, e := range Keys() {
		if e.Doc == "" || !strings.HasSuffix(e.Doc, ".") || e.Type == "" {
			t.Errorf("%s has no sentence of documentation", e.Key)
		}
		if e.Type == Choice && len(e.Values) == 0 {
			t.Errorf("%s lists no values", e.Key)
		}
		if strings.ContainsAny(e.Allowed(), "{}") || e.Default != "" && strings.HasPrefix(e.Default, `"`) {
			t.Errorf("%s: %q, %q", e.Key, e.Allowed(), e.Default)
		}
		if got, ok := Explain(e.Key); !ok || got.Key != e.Key {
			t.Errorf("Explain(%q) = %q, %v", e.Key, got.Key, ok)
		}
		for _, f := range e.forms {
			for _, name := range f.takes() {
				if _, ok := schema().entry(e.Key + "." + name); !ok {
					t.Errorf("%s: kind %s takes %s, which is no key", e.Key, f.kind, name)
				}
			}
		}
	}
	if n := reflect.TypeFor[model.Assumptions]().NumField(); len(below("assumptions"))-1 != n {
		t.Errorf("%d assumptions in the schema, %d in the model", len(below("assumptions"))-1, n)
	}
}

// ranges are the places where a key is tried, for keys that do not stand on
// their own in base.toml.
const rangesBase = `
horizon = "1h"
reference = [{ metric = "cost.total", exact = 1, source = "s" }]
[[class]]
name = "A"
service = { kind = "constant", value = "1s" }
arrivals = [
  { kind = "poisson", rate = "1/s" },
  { kind = "burst", at = "0s", count = 1, over = "0s", every = "0s" },
  { kind = "schedule", points = [{ at = "0s", rate = "1/s" }, { at = "1s", rate = "1/s" }], period = "0s" },
  { kind = "mmpp", states = [{ rate = "1/s", hold = "1s" }] },
  { kind = "closed", population = 1, think = "1s" },
  { kind = "trace", file = "t.csv", column = "n", format = "counts", bin = "1s" },
]
[legacy]
slowdown = { kind = "none" }
rate_limit = { kind = "none" }
outage = [{ kind = "slow", at = "0s", for = "1s", factor = 2 }]
[faults]
redrive = [{ at = "1s" }]
policy = [{ at = "1s", kind = "none" }]
`

// place gives the overrides that make a key of the schema mean something, and
// the key to set.
func place(key string) (setup []string, at string) {
	first := func(n int) string {
		return fmt.Sprintf("class.A.arrivals[%d].%s", n, strings.TrimPrefix(key, "class.arrivals."))
	}
	last := key[strings.LastIndexByte(key, '.')+1:]
	dist := map[string]string{
		"value": "constant", "mean": "exponential", "min": `uniform", max = "3660d`, "max": `uniform", min = "0s`, "median": `lognormal", p99 = "3660d`,
		"p99": `lognormal", median = "1ns`, "cv": `gamma", mean = "1s`, "shape": `weibull", mean = "1s`, "alpha": `pareto", min = "1s", max = "2s`, "k": `erlang", mean = "1s`,
	}
	switch {
	case key == "reference.rel":
		return nil, "reference[0].rel"
	case key == "class.arrivals.rate", key == "class.arrivals.size":
		return nil, first(0)
	case contains([]string{"at", "count", "over", "every"}, last) && strings.Count(key, ".") == 2 && strings.HasPrefix(key, "class.arrivals"):
		return nil, first(1)
	case strings.HasPrefix(key, "class.arrivals.points."):
		return nil, "class.A.arrivals[2].points[1]." + last
	case key == "class.arrivals.period":
		return nil, first(2)
	case strings.HasPrefix(key, "class.arrivals.states."):
		return nil, "class.A.arrivals[3].states[0]." + last
	case key == "class.arrivals.population":
		return nil, first(4)
	case key == "class.arrivals.bin", key == "class.arrivals.scale":
		return nil, first(5)
	case strings.HasPrefix(key, "class."):
		return nil, "class.A." + strings.TrimPrefix(key, "class.")
	case key == "legacy.slowdown.capacity":
		return []string{`legacy.slowdown={ kind = "sharing", capacity = 1 }`}, key
	case strings.HasPrefix(key, "legacy.slowdown."):
		return []string{`legacy.slowdown={ kind = "usl", alpha = 0, beta = 0 }`}, key
	case key == "legacy.rate_limit.window":
		return []string{`legacy.rate_limit={ kind = "fixed-window", rate = "1/s", window = "1s" }`}, key
	case strings.HasPrefix(key, "legacy.rate_limit."):
		return []string{`legacy.rate_limit={ kind = "token-bucket", rate = "1/s", burst = 1 }`}, key
	case strings.HasPrefix(key, "legacy.outage."):
		return nil, "legacy.outage[0]." + last
	case strings.HasPrefix(key, "faults.redrive."):
		return nil, "faults.redrive[0]." + last
	case strings.HasPrefix(key, "faults.policy."):
		return nil, "faults.policy[0]." + last
	case key == "distribution.parts.weight":
		return []string{`legacy.service={ kind = "mixture", parts = [{ kind = "constant", value = "1s", weight = 1 }] }`}, "legacy.service.parts[0].weight"
	case strings.HasPrefix(key, "distribution."):
		return []string{`legacy.service={ kind = "` + dist[last] + `" }`}, "legacy.service." + last
	}
	return nil, key
}

// TestRanges: the least and largest value that the schema tells users pass
// Validate, and those just beyond do not. What a value means for other keys is
// not judged here.
func TestRanges(t *testing.T) {
	tried := 0
	for _, e := range Keys() {
		for _, c := range edges(e) {
			if e.Key == "class.arrivals.points.at" && c.value == "0s" || e.Key == "replications" && c.value == "0" {
				continue // wrong for another reason
			}
			setup, at := place(e.Key)
			s := Source{name: "s.toml", fsys: files(map[string]string{"s.toml": rangesBase, "t.csv": "n\n1\n"})}
			_, problems := s.Load(append(slices.Clone(setup), at+"="+c.value))
			wrong := slices.ContainsFunc(problems, func(p Problem) bool {
				return strings.Contains(p.Message, "out of range") || strings.Contains(p.Message, "too long") || strings.Contains(p.Message, negative)
			})
			if wrong == c.good {
				t.Errorf("%s = %s: %v", at, c.value, problems)
			}
			for _, p := range problems {
				if allowed := e.Allowed(); !c.good && strings.Contains(p.Message, "out of range: ") && !strings.HasSuffix(p.Message, allowed) {
					t.Errorf("%s is told %q, but the schema says %q", at, p.Message, allowed)
				}
			}
			tried++
		}
	}
	if tried < 150 {
		t.Errorf("only %d values tried", tried)
	}
}

type edge struct {
	value string
	good  bool
}

// edges returns values at and just beyond the range of a key.
func edges(e Entry) []edge {
	var list []edge
	step := map[Type]float64{Duration: 1e-9, Rate: 1e-9, Size: 1, Count: 1, Number: 1e-9, Share: 1e-9}[e.Type]
	if step == 0 {
		return nil
	}
	least, most, also := e.Min, e.Max, e.Also
	if e.Type == Share {
		least, most = "0", "1"
	}
	for _, s := range []string{least, most, also} {
		if s != "" {
			list = append(list, edge{s, true})
		}
	}
	if x, err := e.Number(least); err == nil && least != "" && (also == "" || x > step) {
		if e.Type == Duration && x > 1e-6 {
			step = 1e-6
		}
		list = append(list, edge{e.Text(x - step), x-step == 0 && also != ""})
	}
	if x, err := e.Number(most); err == nil && most != "" {
		if e.Type == Duration || e.Type == Rate {
			step = max(step, x/1e6)
		}
		list = append(list, edge{e.Text(x + step), false})
	}
	return list
}
