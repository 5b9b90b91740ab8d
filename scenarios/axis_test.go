package scenarios

import (
	"reflect"
	"strings"
	"testing"
)

// TestAxisValues: what each form of --axis stands for.
func TestAxisValues(t *testing.T) {
	for _, c := range []struct {
		spec string
		want string // "key unit: values"
		nums []float64
	}{
		{"worker.concurrency=3", "worker.concurrency : 3", []float64{3}},
		{"worker.concurrency=1..4", "worker.concurrency : 1 2 3 4", []float64{1, 2, 3, 4}},
		{"worker.concurrency = 1..10:4", "worker.concurrency : 1 5 9", []float64{1, 5, 9}},
		{"worker.concurrency=1..2, 8,16", "worker.concurrency : 1 2 8 16", []float64{1, 2, 8, 16}},
		{"worker.concurrency=1..20:x2", "worker.concurrency : 1 2 4 8 16", []float64{1, 2, 4, 8, 16}},
		{"class.BATCH.queue.visibility_timeout=1m..3m:1m", "class.BATCH.queue.visibility_timeout s: 1m 2m 3m", []float64{60, 120, 180}},
		{"class.*.queue.visibility_timeout=30s..2m:30s", "class.*.queue.visibility_timeout s: 30s 1m 1m30s 2m", []float64{30, 60, 90, 120}},
		{"class.HIGH.arrivals[0].rate=1/s..2/s:0.5/s", "class.HIGH.arrivals[0].rate /s: 1/s 1.5/s 2/s", []float64{1, 1.5, 2}},
		{"class.HIGH.arrivals[0].rate=60/min..4/s:x2", "class.HIGH.arrivals[0].rate /s: 60/min 120/min 240/min", []float64{1, 2, 4}},
		{"legacy.error_rate=0..0.3:0.1", "legacy.error_rate share: 0 0.1 0.2 0.3", []float64{0, 0.1, 0.2, 0.3}},
		{"legacy.error_rate=0.05,0.1", "legacy.error_rate share: 0.05 0.1", []float64{0.05, 0.1}},
		{"legacy.service.median=500ms..1.5s:500ms", "legacy.service.median s: 500ms 1s 1.5s", []float64{0.5, 1, 1.5}},
		{"class.*.payload=1KiB..3KiB:1KiB", "class.*.payload B: 1KiB 2KiB 3KiB", []float64{1024, 2048, 3072}},
		{"policy.kind=none,yield", "policy.kind : none yield", nil},
		{"policy.check_token=true,false", "policy.check_token : true false", nil},
		{"policy.yield_for=remaining,30s", "policy.yield_for s: remaining 30s", nil},
		{"policy.yield_for=10s..30s:10s", "policy.yield_for s: 10s 20s 30s", []float64{10, 20, 30}},
	} {
		axes, problems := Source{name: "testdata/good.toml"}.Axes(nil, []string{c.spec})
		if len(problems) > 0 || len(axes) != 1 {
			t.Errorf("%s: %v, %v", c.spec, axes, problems)
			continue
		}
		a := axes[0]
		if got := a.Key + " " + a.Unit + ": " + strings.Join(a.Values, " "); got != c.want {
			t.Errorf("%s:\n%s, want\n%s", c.spec, got, c.want)
		}
		if !reflect.DeepEqual(a.Numbers, c.nums) {
			t.Errorf("%s: numbers %v, want %v", c.spec, a.Numbers, c.nums)
		}
	}
}

// TestAxisProblems: what is wrong with --axis is said with what would be right.
func TestAxisProblems(t *testing.T) {
	for spec, want := range map[string]string{
		"worker.concurrency":                            `--axis: "worker.concurrency" is not of the form key=values, for example worker.concurrency=1..40 or policy.escalate_at=3,5,8`,
		"worker.concurency=1..4":                        `--axis: worker.concurency: unknown key; did you mean "concurrency"?`,
		"concurrency=1..4":                              `--axis: concurrency: unknown key; it belongs in [worker] or [legacy].`,
		"worker.concurrency=4..1":                       "--axis: worker.concurrency: 4..1: a range counts up: 1..4",
		"worker.concurrency=1..4:0":                     "--axis: worker.concurrency: 1..4:0: the step has to be more than 0",
		"worker.concurrency=1..4:x1":                    `--axis: worker.concurrency: 1..4:x1: a factor is a number above 1, for example x2, not "x1"`,
		"worker.concurrency=1..4:x1.5":                  "--axis: worker.concurrency: 1..4:x1.5: the value 1.5: a whole number is needed, not 1.5",
		"worker.concurrency=1..2000000000":              "--axis: worker.concurrency: 1..2000000000: too many values: at most 10000",
		"worker.concurrency=1,2,1":                      "--axis: worker.concurrency: 1 is there twice",
		"worker.concurrency=":                           `--axis: worker.concurrency: a whole number is needed, without quotes, not ""`,
		"worker.concurrency=1..":                        `--axis: worker.concurrency: 1..: a whole number is needed, without quotes, not ""`,
		"worker.timeout=1..4":                           `--axis: worker.timeout: 1..4: a range of this key needs a step, for example 1..4:1`,
		"worker.timeout=1s..4s:1":                       `--axis: worker.timeout: 1s..4s:1: the step: 1 needs a unit, for example "1s"`,
		"worker.timeout=5,7":                            `--axis: worker.timeout: 5 needs a unit, for example "5s"`,
		"policy.kind=none,yeld":                         `--axis: policy.kind: "yeld" is not known; did you mean "yield"?`,
		"class.BATC.payload=1KiB":                       `--axis: class.BATC.payload: there is no class "BATC"; did you mean "BATCH"?`,
		"class.HIGH.arrivals=5":                         "--axis: class.HIGH.arrivals: is not a value that a sweep can vary",
		"assert[0].value=5s,6s":                         "--axis: assert[0].value: is not a value that a sweep can vary",
		"class.HIGH.queue.visibility_timeout=1s..2s:-1": `--axis: class.HIGH.queue.visibility_timeout: 1s..2s:-1: the step: -1 needs a unit`,
	} {
		axes, problems := Source{name: "testdata/good.toml"}.Axes(nil, []string{spec})
		if len(problems) == 0 {
			t.Errorf("%s: accepted as %v", spec, axes)
		} else if got := problems[0].String(); !strings.HasPrefix(got, want) {
			t.Errorf("%s:\n%s, want\n%s", spec, got, want)
		}
	}
	_, problems := Source{name: "testdata/good.toml"}.Axes(nil, []string{"worker.concurrency=1,2", "worker.concurrency=3,4"})
	if len(problems) != 1 || problems[0].Message != "is an axis already" {
		t.Errorf("the same key twice: %v", problems)
	}
}

// TestAxesOfFile: a list where a key takes a single value is an axis of a
// sweep, with its place if a value is wrong, and an error for everybody else.
func TestAxesOfFile(t *testing.T) {
	file := source(`
[[class]]
name = "A"
arrivals = [{ kind = "poisson", rate = ["1/s", "2/s"] }]
[class.queue]
visibility_timeout = ["6m", "7m"]
[worker]
concurrency = [1, 2, 3]
[legacy]
service = { kind = "lognormal", median = ["500ms", "1s"], p99 = "4s" }
[policy]
kind = "yield"
yield_for = ["remaining", "30s"]
`)
	axes, problems := file.Axes([]string{"class.A.queue.visibility_timeout=6m"}, []string{"worker.concurrency=8,9"})
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	var got []string
	for _, a := range axes {
		got = append(got, a.Key+"="+strings.Join(a.Values, ","))
	}
	want := []string{"worker.concurrency=8,9", "class.A.arrivals[0].rate=1/s,2/s", "legacy.service.median=500ms,1s", "policy.yield_for=remaining,30s"}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
	_, problems = file.Load(nil)
	var keys []string
	for _, p := range problems {
		if strings.HasSuffix(p.Message, "; penstock sweep takes a list, and runs each of its values") {
			keys = append(keys, p.Key)
		}
	}
	if !reflect.DeepEqual(keys, []string{"class[0].arrivals[0].rate", "class[0].queue.visibility_timeout", "worker.concurrency", "legacy.service.median", "policy.yield_for"}) {
		t.Errorf("lists reported outside a sweep: %v of %v", keys, problems)
	}

	file = source("horizon = []\n[worker]\ntimeout = [\"1s\", 5]\nconcurrency = [[1]]\n")
	_, problems = file.Axes(nil, nil)
	var lines []string
	for _, p := range problems {
		lines = append(lines, strings.TrimPrefix(p.String(), "axes.toml"))
	}
	want = []string{
		":1:1: horizon: the list is empty: at least one value is needed",
		`:3:18: worker.timeout[1]: 5 needs a unit, for example "5s"`,
		":4:1: worker.concurrency[0]: a whole number is needed, not a list",
	}
	if !reflect.DeepEqual(lines, want) {
		t.Errorf("%q, want %q", lines, want)
	}
}

// source is a scenario of the given text.
func source(text string) Source {
	return Source{name: "axes.toml", fsys: files(map[string]string{"axes.toml": text})}
}
