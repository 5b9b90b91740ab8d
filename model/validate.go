package model

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"
)

// Longest is the longest duration that a scenario may hold: ten years, beyond
// any study and far from the 292 years at which durations overflow.
const Longest = 3660 * day

// Limits of this program, set where a larger number would be a slip of the
// keyboard or would not fit into memory.
const (
	maxClasses      = 32
	maxSources      = 100           // of arrivals, of one class
	maxTasks        = 1_000_000_000 // of one class in one run
	maxBacklog      = 10_000_000
	maxPopulation   = 1_000_000
	maxReplications = 1_000_000
	maxSlots        = 100_000
	maxPolicies     = 100
	maxPerSecond    = 1_000_000
)

// Validate returns all that is wrong with a scenario, keys as the scenario
// file writes them. With timing profile "ideal" what only AWS forbids is a
// warning, so that a model can be held against exact answers. A Config without
// problems that are more than warnings can be simulated.
func (c *Config) Validate() []Problem {
	v := &validator{ideal: c.Timing.Profile == "ideal"}
	v.study(c)
	v.classes(c)
	v.worker(&c.Worker)
	v.policy(&c.Policy)
	v.kinds(c)
	v.stepFunctions(&c.StepFunctions)
	v.legacy(&c.Legacy)
	v.timing(&c.Timing)
	v.faults(&c.Faults)
	v.assumptions(&c.Assumptions)
	v.asserts(c)
	v.tournament(c)
	v.references(c)
	v.endless(c)
	return v.problems
}

// validator collects problems.
type validator struct {
	problems []Problem
	ideal    bool
}

func (v *validator) fail(key, format string, args ...any) {
	v.problems = append(v.problems, Problem{Key: key, Message: fmt.Sprintf(format, args...)})
}

// aws reports what only AWS forbids.
func (v *validator) aws(key, format string, args ...any) {
	v.problems = append(v.problems, Problem{Key: key, Message: fmt.Sprintf(format, args...), Warning: v.ideal})
}

// span checks a duration against limits of this program.
func (v *validator) span(key string, d, least, most time.Duration) {
	switch {
	case d >= least && d <= most:
	case least == 1:
		v.fail(key, "%s is out of range: more than 0s, at most %s", DurationText(d), DurationText(most))
	default:
		v.fail(key, "%s is out of range: %s to %s", DurationText(d), DurationText(least), DurationText(most))
	}
}

// awsSpan checks a duration against limits of an AWS service; also 0 where that
// means "none". What is negative or beyond ten years is wrong everywhere.
func (v *validator) awsSpan(key string, d, least, most time.Duration, unset bool, service string) {
	if d >= least && d <= most || unset && d == 0 {
		return
	}
	also := ""
	if unset {
		also = "0s or "
	}
	message := fmt.Sprintf("%s is out of range: %s%s to %s (%s)", DurationText(d), also, DurationText(least), DurationText(most), service)
	v.awsRange(key, d < 0 || d > Longest, message)
}

func (v *validator) awsRange(key string, absurd bool, message string) {
	if absurd {
		v.fail(key, "%s", message)
	} else {
		v.aws(key, "%s", message)
	}
}

// count checks a whole number against limits of this program.
func (v *validator) count(key string, n, least, most int64) {
	if n < least || n > most {
		v.fail(key, "%d is out of range: %d to %d", n, least, most)
	}
}

// awsCount checks a whole number against limits of an AWS service; also 0
// where that means "not set".
func (v *validator) awsCount(key string, n, least, most int64, unset bool, service string) {
	if n >= least && n <= most || unset && n == 0 {
		return
	}
	also := ""
	if unset {
		also = "0 or "
	}
	message := fmt.Sprintf("%d is out of range: %s%d to %d (%s)", n, also, least, most, service)
	v.awsRange(key, n < 0 || n > 1_000_000_000, message)
}

// awsSize checks a number of bytes.
func (v *validator) awsSize(key string, n, least, most int64, service string) {
	if n < least || n > most {
		message := fmt.Sprintf("%s is out of range: %s to %s (%s)", SizeText(n), SizeText(least), SizeText(most), service)
		v.awsRange(key, n < 0 || n > 1<<40, message)
	}
}

// number checks a real number, which has to be finite.
func (v *validator) number(key string, x, least, most float64) {
	if !(x >= least && x <= most) {
		v.fail(key, "%s is out of range: %s to %s", NumberText(x), NumberText(least), NumberText(most))
	}
}

// rate checks a rate per second.
func (v *validator) rate(key string, x float64) {
	if !(x >= 0 && x <= maxPerSecond) {
		v.fail(key, "%s is out of range: 0/s to %d/s", RateText(x), maxPerSecond)
	}
}

// choice checks a word.
func (v *validator) choice(key, word string, words ...string) {
	for _, w := range words {
		if w == word {
			return
		}
	}
	v.fail(key, "%q is not known%s Allowed: %s", word, Meant(word, words), quoted(words))
}

func quoted(words []string) string {
	var list []string
	for _, w := range words {
		list = append(list, strconv.Quote(w))
	}
	return strings.Join(list, ", ")
}

func finite(x float64) bool { return !math.IsNaN(x) && !math.IsInf(x, 0) }
