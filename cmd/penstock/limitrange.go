package main

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"penstock/model/plan"
	"penstock/scenarios"
)

// doublings is how often the scenario's value is doubled, and halved, where no
// range is given: further away a study may take very long.
const doublings = 4

// ends returns the values that are probed first: both ends of the range, or the
// scenario's value and its doubles and halves in turn.
func (c *limitCommand) ends(key scenarios.Scalar, v *plan.Varied) ([]float64, error) {
	low, high := key.Least, key.Most
	var errs []error
	for _, end := range []struct {
		flag, text string
		to         *float64
	}{{"--from", c.From, &low}, {"--to", c.To, &high}} {
		if end.text == "" {
			continue
		}
		x, err := key.Value(end.text)
		if err != nil {
			errs = append(errs, fmt.Errorf("%s: %w", end.flag, err))
		}
		*end.to = x
	}
	switch {
	case len(errs) > 0:
		return nil, errors.Join(errs...)
	case c.From != "" && c.To != "" && low >= high:
		return nil, fmt.Errorf("--from=%s is not less than --to=%s", c.From, c.To)
	}
	var first []float64
	if c.From == "" || c.To == "" {
		if key.Current == nil || !(*key.Current > 0) {
			return nil, fmt.Errorf("%s has no value above 0 to start from: give --from and --to", key.Path)
		}
		first = around(key, v, low, high)
	}
	for _, end := range []struct {
		given string
		x     float64
	}{{c.From, low}, {c.To, high}} {
		if end.given != "" && !slices.Contains(first, end.x) {
			first = append(first, end.x)
		}
	}
	if len(first) < 2 {
		return nil, fmt.Errorf("%s has no other valid value within reach of the scenario's: give --from and --to", key.Path)
	}
	for _, x := range first {
		if _, invalid := v.Load(x); invalid != "" {
			return nil, fmt.Errorf("%s=%s is not valid: %s", key.Path, key.Text(x), invalid)
		}
	}
	return first, nil
}

// around lists the scenario's value, twice that, half of it, and so on, as far
// as the scenario is valid and the values lie between low and high.
func around(key scenarios.Scalar, v *plan.Varied, low, high float64) []float64 {
	start := *key.Current
	var list []float64
	add := func(x float64) bool {
		x = min(max(x, low), high)
		if key.Whole {
			x = math.Floor(x)
		}
		if x < low || x <= 0 || slices.Contains(list, x) {
			return false
		}
		if _, invalid := v.Load(x); invalid != "" {
			return false
		}
		list = append(list, x)
		return true
	}
	add(start)
	up, down := true, true
	for k := 1; k <= doublings; k++ {
		up = up && add(math.Ldexp(start, k))
		down = down && add(math.Ldexp(start, -k))
	}
	return list
}

// resolution reads --within. Sizes are whole numbers of the unit that the first
// values have.
func (c *limitCommand) resolution(key scenarios.Scalar, first []float64) (by plan.Resolution, err error) {
	if key.Whole {
		by.Quantum = 1
		for _, unit := range []float64{1 << 10, 1 << 20} {
			whole := func(x float64) bool { return math.Mod(x, unit) == 0 }
			if key.Type == scenarios.Size && !slices.ContainsFunc(first, func(x float64) bool { return !whole(x) }) {
				by.Quantum = unit
			}
		}
	}
	if c.Within == "" {
		by.By, by.Relative = 0.01, true
		return by, nil
	}
	if share, relative := strings.CutSuffix(c.Within, "%"); relative {
		by.By, err = strconv.ParseFloat(strings.TrimSpace(share), 64)
		by.By, by.Relative = by.By/100, true
		if err != nil || !(by.By >= 0.0001 && by.By <= 1) {
			return by, fmt.Errorf("--within=%s: 0.01%% to 100%%", c.Within)
		}
		return by, nil
	}
	by.By, err = key.Number(c.Within)
	switch {
	case err != nil:
		return by, fmt.Errorf("--within: %s; or a share of the value, such as 1%%", strings.TrimPrefix(err.Error(), key.Key+": "))
	case !(by.By > 0):
		return by, fmt.Errorf("--within=%s: more than 0", c.Within)
	}
	return by, nil
}
