package worker

import (
	"bytes"
	"cmp"
	"context"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"penstock/model"
	"penstock/worker/journal"
)

// TestContract: the real driver does what the simulated one does, at the same
// nanosecond. The one runs against a reading of AWS of its own, on the virtual
// clock of the bubble; the other in its simulated world. Every latency is the same
// constant in both.
func TestContract(t *testing.T) {
	for _, load := range loads() {
		for _, driver := range []model.Driver{model.DriverPoller, model.DriverLambda} {
			cfg, ok := load.scenario(driver)
			if !ok {
				continue
			}
			t.Run(load.name+"_"+string(driver), func(t *testing.T) {
				want, end := simulated(t, &cfg)
				var got []happened
				var log bytes.Buffer
				synctest.Test(t, func(t *testing.T) { got = driven(t, &cfg, end, &log) })
				compare(t, resting(&cfg, want), resting(&cfg, got))
				load.check(t, driver, want)
				replayed, err := journal.Replay(&log, nil)
				if err != nil || replayed.Difference != nil || replayed.Steps == 0 || len(replayed.Late) > 0 {
					t.Errorf("the journal does not replay: %v, %+v, %+v", err, replayed, replayed.Difference)
				}
			})
		}
	}
}

// simulated returns what happens in the simulator, and when it ends.
func simulated(t *testing.T, cfg *model.Config) (lines []happened, end time.Duration) {
	t.Helper()
	for _, p := range cfg.Validate() {
		if !p.Warning {
			t.Fatalf("invalid scenario: %s: %s", p.Key, p.Message)
		}
	}
	run, _ := model.Simulate(cfg, model.Options{
		Trace: func(h *model.Happening) {
			if what := wording(h); what != "" {
				lines = append(lines, happened{h.At, what})
			}
		},
		Log: func(e model.LoggedEvent) {
			kind := strings.Fields(e.String())[1]
			if word := map[string]string{"checked": "beat", "beat": "beat", "hide": "visibility", "extend": "visibility", "slot_poll": "poll"}[kind]; word != "" {
				lines = append(lines, happened{time.Duration(e.At), word})
			}
		},
	})
	return lines, run.End
}

// resting leaves out the polls after nothing arrives any more and the last
// message has gone: the simulated service rests then.
func resting(cfg *model.Config, lines []happened) []happened {
	over := cfg.Horizon
	for _, l := range lines {
		if strings.HasPrefix(l.what, "deleted") || strings.HasPrefix(l.what, "dead_lettered") {
			over = max(over, l.at)
		}
	}
	return slices.DeleteFunc(slices.Clone(lines), func(l happened) bool { return l.what == "poll" && l.at > over })
}

// wording says of a line of the simulator's trace what the fakes say of the
// same; "": it is not seen from the outside.
func wording(h *model.Happening) string {
	name := fmt.Sprintf("%s%d", h.Class, h.ID)
	if h.Attempt > 1 {
		name += fmt.Sprintf("#%d", h.Attempt)
	}
	switch h.Event {
	case "received", "visible", "dead_lettered":
		return fmt.Sprintf("%s %s %d", h.Event, name, h.Receive)
	case "looked":
		return fmt.Sprintf("looked %s %d %d", h.Queue, h.Visible, h.InFlight)
	case "yielded", "escalated":
		return h.Event + " " + h.Class
	case "called", "task_timed_out", "heartbeat_missed":
		return h.Event + " " + name
	case "answered":
		return fmt.Sprintf("answered %s %s", name, h.Status)
	case "callback":
		return fmt.Sprintf("callback %s %t", name, h.Accepted)
	case "deleted":
		if h.Stale {
			name += fmt.Sprintf(" %d stale", h.Receive)
			return "deleted " + name
		}
		return fmt.Sprintf("deleted %s %d", name, h.Receive)
	case "finished":
		outcome := h.Outcome
		if outcome == "dead_lettered" { // the task itself knows only that nobody answered
			outcome = "timed_out"
		}
		return fmt.Sprintf("finished %s %s", name, outcome)
	}
	return ""
}

// witness writes down what is seen of a decision only by what the worker counts.
type witness struct {
	unmetered
	c *cloud
}

func (w witness) Count(m Measure, class int, _ int64) {
	word := map[Measure]string{Yields: "yielded", Escalated: "escalated"}[m]
	if word != "" {
		w.c.mu.Lock()
		defer w.c.mu.Unlock()
		w.c.note("%s %s", word, w.c.cfg.Classes[class].Name)
	}
}

// driven returns what happens around the real driver until end.
func driven(t *testing.T, cfg *model.Config, end time.Duration, log *bytes.Buffer) []happened {
	c := newCloud(t, cfg)
	c.throttleUntil = throttled(cfg)
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	c.arrive()
	for _, o := range cfg.Legacy.Outages {
		if o.Kind == "down" {
			c.later(o.At, c.legacy.goDown)
		}
	}
	stopped := make(chan struct{})
	go func() {
		defer close(stopped)
		if cfg.Worker.Driver == model.DriverPoller {
			if err := c.service(log).Run(ctx); err != nil {
				t.Error(err)
			}
			return
		}
		lambda := fakeLambda{c: c, cold: c.value(cfg.Worker.ColdStart), make: c.handlers(log)}
		lambda.run(ctx)
		<-ctx.Done()
	}()
	time.Sleep(end + time.Millisecond)
	c.mu.Lock()
	lines := slices.Clone(c.lines)
	c.mu.Unlock()
	stop()
	<-stopped
	synctest.Wait()
	return lines
}

// throttled returns until when Step Functions throttles everything.
func throttled(cfg *model.Config) time.Duration {
	if cfg.Faults.CallbackThrottled == 1 {
		return cfg.Faults.Until
	}
	return 0
}

// config is how the scenario's worker is configured.
func (c *cloud) config(log *bytes.Buffer) Config {
	cfg := Config{Policy: c.cfg.PolicyConfig(), Shutdown: 30 * time.Second, Instance: "contract", Meter: witness{c: c}}
	cfg.Log = slog.New(slog.NewJSONHandler(log, nil))
	for _, k := range c.cfg.Classes {
		cfg.Classes = append(cfg.Classes, k.Name)
	}
	constant := func(d model.Dist) func(int) time.Duration { return func(int) time.Duration { return d.Value } }
	cfg.Draws.Yield, cfg.Draws.Retry = constant(c.cfg.Policy.YieldFor.Dist), constant(c.cfg.Policy.RetryFor.Dist)
	return cfg
}

func (c *cloud) service(log *bytes.Buffer) *Service {
	s, err := NewService(c.config(log), Ports{c, c, c})
	if err != nil {
		c.t.Fatal(err)
	}
	return s
}

// handlers returns what makes a handler for each environment.
func (c *cloud) handlers(log *bytes.Buffer) func() *Handler {
	made := 0
	cfg := c.config(log)
	return func() *Handler {
		c.mu.Lock()
		made++
		cfg := cfg
		cfg.Instance = fmt.Sprintf("contract-%d", made)
		c.mu.Unlock()
		h, err := NewHandler(cfg, Ports{c, c, c})
		if err != nil {
			c.t.Error(err)
		}
		return h
	}
}

// compare holds the worlds against each other and shows where they part.
func compare(t *testing.T, want, got []happened) {
	t.Helper()
	w, g := strings.Split(told(want), "\n"), strings.Split(told(got), "\n")
	for i := range max(len(w), len(g)) {
		if i < len(w) && i < len(g) && w[i] == g[i] {
			continue
		}
		t.Errorf("the worlds part at line %d of %d and %d:\nsimulated\n%s\ndriven\n%s", i+1, len(w), len(g), around(w, i), around(g, i))
		return
	}
}

// around returns the lines before and after the i-th.
func around(lines []string, i int) string {
	from, to := max(0, i-6), min(len(lines), i+6)
	if from > to {
		return ""
	}
	var b strings.Builder
	for n, l := range lines[from:to] {
		fmt.Fprintf(&b, "%s %s\n", map[bool]string{true: ">", false: " "}[from+n == i], l)
	}
	return cmp.Or(b.String(), "  (nothing)\n")
}
