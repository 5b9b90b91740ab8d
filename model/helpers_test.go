package model

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"penstock/model/policy"
	"penstock/sim"
)

// Builders of small scenarios, and the one way in which tests read a trace.

// plain is a scenario with nothing in it that a test would have to switch off:
// no policy, no cold start, no dead-letter queue, a legacy system with room for
// all, that takes 1 s. The profile is ideal; classes stand in order of
// priority and have no arrivals.
func plain(classes ...string) Config {
	c := Default()
	c.Horizon = time.Hour
	c.Timing, c.Assumptions = IdealTiming(), IdealAssumptions()
	c.Worker.Timeout, c.Worker.CallTimeout = 10*time.Hour, 5*time.Hour
	c.Worker.ColdStart = Dist{}
	c.Worker.Concurrency = 100
	c.Policy.Kind, c.Policy.CheckToken, c.Policy.EscalateAt = policy.None, false, 0
	c.Legacy.Concurrency, c.Legacy.Service = 1000, always(time.Second)
	for _, name := range classes {
		k := DefaultClass()
		k.Name = name
		k.Queue.MaxReceiveCount = 0
		k.Queue.VisibilityTimeout = time.Hour
		c.Classes = append(c.Classes, k)
	}
	return c
}

// plainAWS is plain with the rules of AWS, but its calls take no time, so that
// times stay round. A throttled batch is tried again after 1 s.
func plainAWS(classes ...string) Config {
	c := plain(classes...)
	c.Timing = Timing{Profile: "aws", ESMRetry: always(time.Second)}
	c.Assumptions = DefaultAssumptions()
	c.Assumptions.ReservedRateLimit = false
	return c
}

func always(d time.Duration) Dist { return Dist{Kind: "constant", Value: d} }

// seconds turns 1.5 into 1.5 s, exact to the microsecond.
func seconds(x float64) time.Duration { return roundSeconds(x) }

// sendAt makes tasks arrive at these seconds.
func sendAt(at ...float64) []Arrivals {
	tr := Trace{Format: "seconds"}
	for _, x := range at {
		tr.Times = append(tr.Times, seconds(x))
	}
	return []Arrivals{{Kind: "trace", Trace: tr}}
}

// work makes tasks arrive, each given as {second, service time in seconds}.
func work(jobs ...[2]float64) []Arrivals {
	tr := Trace{Format: "seconds", ServiceColumn: "service"}
	for _, j := range jobs {
		tr.Times = append(tr.Times, seconds(j[0]))
		tr.Services = append(tr.Services, seconds(j[1]))
	}
	return []Arrivals{{Kind: "trace", Trace: tr}}
}

// watch simulates the scenario and returns what happened.
func watch(t *testing.T, c Config) (Run, []Happening) {
	t.Helper()
	var all []Happening
	run, ok := Simulate(&c, Options{Trace: func(h *Happening) { all = append(all, *h) }})
	if !ok {
		t.Fatal("the run was cancelled, though nobody asked")
	}
	return run, all
}

// advance lets time pass in a world that is not played, up to the instant and
// to the end of all that is due at it.
func advance(w *world, at time.Duration) {
	const here = -1
	w.engine.Schedule(int64(at), sim.Sample, here, 0, 0)
	for ev, ok := w.engine.Next(sim.Forever); ok && ev.Kind != here; ev, ok = w.engine.Next(sim.Forever) {
		w.handle(ev)
	}
}

// pick returns the happenings of these kinds.
func pick(all []Happening, events ...string) []Happening {
	var some []Happening
	for _, h := range all {
		if slices.Contains(events, h.Event) {
			some = append(some, h)
		}
	}
	return some
}

// tell writes happenings as tests expect them, one a line:
//
//	seconds event class+number [attempt from the 2nd on] [receive count] [what else there is to say]
func tell(all []Happening) string {
	var b strings.Builder
	for i := range all {
		h := &all[i]
		fmt.Fprintf(&b, "%s %s %s%d", strconv.FormatFloat(h.At.Seconds(), 'f', -1, 64), h.Event, h.Class, h.ID)
		if h.Attempt > 1 {
			fmt.Fprintf(&b, "#%d", h.Attempt)
		}
		if h.Receive > 0 {
			fmt.Fprintf(&b, " %d", h.Receive)
		}
		switch h.Event {
		case "looked":
			fmt.Fprintf(&b, " %s=%d+%d", h.Queue, h.Visible, h.InFlight)
		case "answered":
			b.WriteString(" " + h.Status)
		case "callback":
			if !h.Accepted {
				b.WriteString(" refused")
			}
		case "deleted":
			if h.Stale {
				b.WriteString(" stale")
			}
		case "finished":
			b.WriteString(" " + h.Outcome)
		}
		b.WriteByte('\n')
	}
	return b.String()
}

// expect compares what happened, of these kinds, with the lines wanted; tabs,
// doubled spaces and empty lines in those do not count.
func expect(t *testing.T, all []Happening, events, want string) {
	t.Helper()
	var lines strings.Builder
	for line := range strings.Lines(want) {
		if fields := strings.Fields(line); len(fields) > 0 {
			lines.WriteString(strings.Join(fields, " ") + "\n")
		}
	}
	if got := tell(pick(all, strings.Fields(events)...)); got != lines.String() {
		t.Errorf("%s: got\n%s\nwant\n%s", events, got, lines.String())
	}
}

// simulate runs a scenario that has to be valid.
func simulate(t *testing.T, c Config, opt Options) Run {
	t.Helper()
	for _, p := range c.Validate() {
		if !p.Warning {
			t.Fatalf("invalid scenario: %s: %s", p.Key, p.Message)
		}
	}
	run, ok := Simulate(&c, opt)
	if !ok {
		t.Fatal("the run was cancelled, though nobody asked")
	}
	return run
}

// near reports whether a figure is what a sum of a few gives, but for rounding.
func near(got, want float64) bool { return got > want-1e-9 && got < want+1e-9 }
