package model

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"
)

// In profile ideal a value outside the range of AWS is a warning, unless it is
// beyond what the program can work with: each limit belongs to what it can.
func TestLimitsOfTheIdealProfile(t *testing.T) {
	const aws, service = 5, "test" // the range of AWS begins and ends here
	for _, c := range []struct {
		name  string
		check func(v *validator)
		fails bool
	}{
		{"longest span", func(v *validator) { v.awsSpan("k", Longest, aws, aws, false, service) }, false},
		{"too long", func(v *validator) { v.awsSpan("k", Longest+1, aws, aws, false, service) }, true},
		{"count of none", func(v *validator) { v.awsCount("k", 0, aws, aws, false, service) }, false},
		{"count below none", func(v *validator) { v.awsCount("k", -1, aws, aws, false, service) }, true},
		{"largest count", func(v *validator) { v.awsCount("k", 1e9, aws, aws, false, service) }, false},
		{"too large a count", func(v *validator) { v.awsCount("k", 1e9+1, aws, aws, false, service) }, true},
		{"size of nothing", func(v *validator) { v.awsSize("k", 0, aws, aws, service) }, false},
		{"size below nothing", func(v *validator) { v.awsSize("k", -1, aws, aws, service) }, true},
		{"largest size", func(v *validator) { v.awsSize("k", 1<<40, aws, aws, service) }, false},
		{"too large a size", func(v *validator) { v.awsSize("k", 1<<40+1, aws, aws, service) }, true},
	} {
		v := &validator{ideal: true}
		c.check(v)
		if len(v.problems) != 1 || v.problems[0].Warning == c.fails {
			t.Errorf("%s: %+v, want one problem that fails: %v", c.name, v.problems, c.fails)
		}
	}
}

// The first values beyond what a law may have are refused, and the last within
// are not.
func TestLimitsOfLaws(t *testing.T) {
	const s = time.Second
	parts := func(n int) Dist { return Dist{Kind: "mixture", Parts: slices.Repeat([]Part{{Weight: 1}}, n)} }
	for _, c := range []struct {
		name string
		law  Dist
		want string // part of the problem; "": none
	}{
		{"uniform of one value", Dist{Kind: "uniform", Min: s, Max: s}, ""},
		{"uniform upside down", Dist{Kind: "uniform", Min: s + 1, Max: s}, "min"},
		{"pareto of one value", Dist{Kind: "pareto", Min: s, Max: s, Alpha: 1}, "more than min"},
		{"pareto of two", Dist{Kind: "pareto", Min: s, Max: s + 1, Alpha: 1}, ""},
		{"lognormal without spread", Dist{Kind: "lognormal", Median: s, P99: s}, "more than the median"},
		{"lognormal with a little", Dist{Kind: "lognormal", Median: s, P99: s + 1}, ""},
		{"lognormal with a mean alone", Dist{Kind: "lognormal", Mean: s}, "k.cv"},
		{"lognormal with a cv alone", Dist{Kind: "lognormal", CV: 1}, "k.mean"},
		{"sample of the shortest and the longest", Dist{Kind: "empirical", Unit: "s", Sample: []time.Duration{0, Longest}}, ""},
		{"sample below nothing", Dist{Kind: "empirical", Unit: "s", Sample: []time.Duration{-1}}, "value 0"},
		{"sample beyond the longest", Dist{Kind: "empirical", Unit: "s", Sample: []time.Duration{0, Longest + 1}}, "value 1"},
		{"as many parts as there may be", parts(maxParts), ""},
		{"a part too many", parts(maxParts + 1), "too many"},
	} {
		v := &validator{}
		v.dist("k", &c.law)
		if said := fmt.Sprint(v.problems); (c.want == "") != (len(v.problems) == 0) || !strings.Contains(said, c.want) {
			t.Errorf("%s: %s, want %q", c.name, said, c.want)
		}
	}
	for mean, problems := range map[time.Duration]int{12 * time.Hour: 0, 12*time.Hour + 1: 1} {
		v := &validator{}
		v.awsPause("k", &Dist{Value: mean})
		if len(v.problems) != problems {
			t.Errorf("pauses of %v: %+v", mean, v.problems)
		}
	}
}
