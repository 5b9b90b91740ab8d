package plan

import (
	"errors"
	"fmt"
	"strings"

	"penstock/model"
)

// The outcomes of an assert.
const (
	Met    = "met"
	NotMet = "not met"
)

// judge holds every condition against the result. The error names every metric
// that the result does not have and every unknown operator.
func judge(r *Result, asserts []model.Assert) ([]Assert, error) {
	all := []Assert{}
	var errs []error
	for _, a := range asserts {
		e, err := r.Lookup(a.Metric)
		if err != nil {
			errs = append(errs, err)
			continue
		}
		outcome, why, err := decide(e, a.Op, a.Value)
		if err != nil {
			errs = append(errs, fmt.Errorf("assert on %s: %w", a.Metric, err))
			continue
		}
		if outcome == Met && a.Op[0] == '<' && r.isLowerBound(a.Metric) {
			why = join(why, "some tasks were unfinished, so this latency is a lower bound")
		}
		all = append(all, Assert{Metric: a.Metric, Op: a.Op, Bound: a.Value, Value: e, Outcome: outcome, Why: why})
	}
	return all, errors.Join(errs...)
}

// checkAsserts finds what is wrong with the asserts before a run is spent on
// them.
func checkAsserts(cfg *model.Config) error {
	r := &Result{Classes: map[string]*Class{}}
	for _, c := range cfg.Classes {
		r.ClassOrder = append(r.ClassOrder, c.Name)
		r.Classes[c.Name] = &Class{}
	}
	_, asserts := judge(r, cfg.Asserts)
	_, promises := judge(r, objectives(cfg))
	return errors.Join(asserts, promises)
}

// decide holds an estimate against a bound: Met if the whole interval satisfies
// it, NotMet if no point of the interval does, else Undecided. A value without
// an interval decides by itself, and why says so.
func decide(e Estimate, op string, bound float64) (outcome, why string, err error) {
	holds, ok := comparisons(bound)[op]
	switch {
	case !ok:
		return "", "", fmt.Errorf("unknown operator %q: use <=, <, >= or >", op)
	case e.Value == nil:
		return Undecided, e.Why, nil
	case e.Low == nil || e.High == nil:
		why = join("judged by its value alone", e.Why)
		if holds(*e.Value) {
			return Met, why, nil
		}
		return NotMet, why, nil
	}
	low, high := holds(*e.Low), holds(*e.High)
	switch {
	case low && high:
		return Met, "", nil
	case !low && !high:
		return NotMet, "", nil
	}
	return Undecided, join("the interval straddles the bound", e.Why), nil
}

// join adds a reason to another; either may be empty.
func join(a, b string) string {
	if a == "" || b == "" {
		return a + b
	}
	return a + ": " + b
}

// isLowerBound reports whether the path leads to a latency over tasks of which
// some never ended.
func (r *Result) isLowerBound(path string) bool {
	for _, name := range r.ClassOrder {
		if strings.HasPrefix(path, "classes."+name+".latency.") {
			return r.Classes[name].LatencyIsLowerBound
		}
	}
	return false
}

// comparisons are the operators. Each holds on one side of the bound only, so
// the ends of an interval speak for all of it.
func comparisons(bound float64) map[string]func(float64) bool {
	return map[string]func(float64) bool{
		"<=": func(x float64) bool { return x <= bound },
		"<":  func(x float64) bool { return x < bound },
		">=": func(x float64) bool { return x >= bound },
		">":  func(x float64) bool { return x > bound },
	}
}

// objectives writes what the classes are promised as asserts.
func objectives(cfg *model.Config) []model.Assert {
	var all []model.Assert
	for _, c := range cfg.Classes {
		path := "classes." + c.Name + "."
		for _, b := range c.Objective.Latency {
			metric := path + "latency." + b.Metric
			if b.Metric == "oldest" {
				metric = path + b.Metric
			}
			all = append(all, model.Assert{Metric: metric, Op: "<=", Value: b.AtMost.Seconds()})
		}
		for _, s := range []struct {
			metric string
			atMost float64
		}{{"dead_lettered_share", c.Objective.DeadLetters}, {"timed_out_share", c.Objective.TimedOut}} {
			if s.atMost >= 0 {
				all = append(all, model.Assert{Metric: path + s.metric, Op: "<=", Value: s.atMost})
			}
		}
	}
	return all
}

// Exit codes of a study that ran to its end.
const (
	ExitMet       = 0
	ExitNotMet    = 1
	ExitUndecided = 2
)

// ExitCode returns the exit code that lists of asserts stand for: ExitNotMet
// if any is not met, else ExitUndecided if any is undecided, else ExitMet.
func ExitCode(lists ...[]Assert) int {
	code := ExitMet
	for _, list := range lists {
		for _, a := range list {
			switch a.Outcome {
			case NotMet:
				return ExitNotMet
			case Undecided:
				code = ExitUndecided
			}
		}
	}
	return code
}
