package chaos

import (
	"fmt"
	"runtime/debug"
	"strings"
	"time"

	"penstock/model"
	"penstock/scenarios"
)

// Failure is what was wrong with one scenario.
type Failure struct {
	Rule   string `json:"rule"`   // what should have held: failures of one rule are of one kind
	Detail string `json:"detail"` // what was found, and when
	// Own says that the simulator itself stopped, so that an ordinary run does
	// as well.
	Own   bool   `json:"own"`
	Stack string `json:"stack,omitempty"`
}

// verdict is what came of one run.
type verdict struct {
	failure *Failure
	cfg     *model.Config
	watcher *watcher
	run     model.Run
	refused []scenarios.Problem // the loader does not take the document
	stopped bool                // by the caller
	endless bool                // it took more events than any run should
}

// judge loads a document like any scenario, runs it and watches it; if it is hasty
// only to the first violation.
func judge(source scenarios.Source, drawn, hasty bool, stop func() bool) (v verdict) {
	cfg, problems := source.Load(nil)
	if scenarios.Failed(problems) {
		v.refused = problems
		return v
	}
	v.cfg = &cfg
	most := mostEvents
	if !drawn {
		most = limit(&cfg)
	}
	v.simulate(&cfg, most, hasty, stop)
	return v
}

// mostEvents bounds a run that does not end. A drawn run takes some ten thousand
// events; one whose messages go round for longer than that is a failure of the
// drawing. Of a scenario that was given nothing is known but its tasks.
const (
	endless        = "a run ends"
	mostEvents     = 1 << 20
	mostEventsTask = 1 << 16 // of a given scenario, and for each task
)

// simulate runs the scenario, watched.
func (v *verdict) simulate(cfg *model.Config, most int, hasty bool, stop func() bool) {
	v.watcher = newWatcher(cfg)
	v.watcher.hasty = hasty
	defer func() {
		if cause := recover(); cause != nil {
			v.failure = caught(cause, v.watcher.now)
		}
	}()
	looks := 0
	run, ok := model.Simulate(cfg, model.Options{
		Trace: v.watcher.happens,
		Cancelled: func() bool { // asked every 65,536 events
			looks++
			v.endless = looks > most>>16
			return v.endless || stop()
		},
	})
	switch {
	case v.endless:
		v.failure = &Failure{Rule: endless, Detail: fmt.Sprintf("%d events, and it has come to %v", most, v.watcher.now)}
		return
	case !ok:
		v.stopped = true
		return
	}
	v.run = run
	v.watcher.ended(&run)
	v.watcher.drained(&run)
	if found := v.watcher.found; len(found) > 0 {
		v.failure = &Failure{Rule: found[0].Rule, Detail: found[0].Detail}
	}
}

// limit returns how many events a run of a given scenario may take.
func limit(cfg *model.Config) int {
	tasks := 0.0
	for _, k := range cfg.Classes {
		tasks += float64(k.InitialBacklog)
		for _, a := range k.Arrivals {
			tasks += a.MeanRate(cfg.Horizon) * cfg.Horizon.Seconds()
		}
	}
	return mostEvents<<6 + mostEventsTask*int(min(tasks, 1e9))
}

// cost returns how much work the run was: its lines of trace.
func (v *verdict) cost() int {
	n := 0
	if v.watcher != nil {
		for _, k := range v.watcher.counts {
			n += int(k)
		}
	}
	if v.endless {
		n = max(n, mostEvents)
	}
	return n
}

// caught turns a panic into a failure; now is the time of the last line of
// trace. Two panics are of one kind if they say the same, figures apart.
func caught(cause any, now time.Duration) *Failure {
	if f, ok := cause.(*Failure); ok {
		return f
	}
	f := &Failure{Own: true, Stack: string(debug.Stack())}
	if b, ok := cause.(*model.Broken); ok {
		f.Rule, f.Detail, f.Stack = b.Rule, b.Error(), ""
		return f
	}
	f.Detail = fmt.Sprintf("at %v: %v", now, cause)
	f.Rule = "panic: " + strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' {
			return -1
		}
		return r
	}, fmt.Sprint(cause))
	return f
}

// repeats checks that a run takes the same course with nobody watching.
func (v *verdict) repeats() {
	if v.failure != nil || v.stopped {
		return
	}
	defer func() {
		if cause := recover(); cause != nil {
			v.failure = caught(cause, v.watcher.now)
		}
	}()
	run, _ := model.Simulate(v.cfg, model.Options{Unchecked: true})
	if run.LogHash != v.run.LogHash || run.Events != v.run.Events {
		v.failure = &Failure{Rule: "a run repeats", Detail: fmt.Sprintf("%d events watched, %d unwatched, with other hashes", v.run.Events, run.Events)}
	}
}
