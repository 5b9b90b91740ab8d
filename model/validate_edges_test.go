package model

import "testing"

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
