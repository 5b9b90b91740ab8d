package worker

import (
	"bytes"
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"penstock/model"
	"penstock/model/policy"
	"penstock/worker/journal"
)

// shutdownLoad is a busy service. It has no counterpart in the simulator, whose
// workers are killed or live for ever: up to the signal the two worlds do the
// same, and from then on these properties hold:
//
//   - no poll is sent any more, and Run returns within the grace period;
//   - what is held and has not begun is visible at once, what runs is finished if
//     it can be, and what cannot is visible when the grace period is over;
//   - after a restart every task completes, exactly once.
func shutdownLoad() load {
	return load{"shutdown", "called", model.DriverPoller, func(c *model.Config, r *rand.Rand) {
		c.Policy.Kind, c.Policy.Heartbeat = policy.None, 1300*time.Millisecond
		c.Worker.CallTimeout = 80 * time.Second // so that every task completes
		c.StepFunctions.Timeout = time.Hour
		send(c, r, 0, 60, 3*time.Second, 2*time.Second)
		send(c, r, 1, 60, 3*time.Second, 5*time.Second)
		send(c, r, 2, 60, 3*time.Second, 3*time.Second)
	}}
}

func TestContractShutdown(t *testing.T) {
	l := shutdownLoad()
	cfg, _ := l.scenario(model.DriverPoller)
	want, _ := simulated(t, &cfg)
	l.check(t, model.DriverPoller, want)
	r := rand.New(rand.NewPCG(1, 2))
	cut := 0
	for i := range 30 {
		at := time.Second + time.Duration(r.Int64N(int64(3*time.Minute)))
		grace := []time.Duration{0, time.Second, time.Minute}[i%3]
		deaf := i%2 == 1
		t.Run(fmt.Sprintf("at_%v_within_%v", at, grace), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				c := newCloud(t, &cfg)
				c.deaf = deaf
				c.arrive()
				got := c.shut(at, grace)
				until := func(lines []happened) []happened {
					return slices.DeleteFunc(slices.Clone(lines), func(h happened) bool { return h.at >= at })
				}
				compare(t, until(want), until(got))
				again := c.restart(t)
				repeated := strings.Count(told(again), "called") - tasks(&cfg)
				if cut += repeated; grace == time.Minute && repeated > 0 {
					t.Errorf("%d calls were cut off that had time to end", repeated)
				}
			})
		})
	}
	if cut < 10 {
		t.Errorf("only %d calls were cut off and repeated: the test shows little", cut)
	}
}

// shut runs the service up to its shutdown, and checks what it leaves.
func (c *cloud) shut(at, grace time.Duration) []happened {
	t := c.t
	var log bytes.Buffer
	conf := c.config(&log)
	conf.Shutdown = grace
	s, err := NewService(conf, Ports{c, c, c})
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithDeadline(t.Context(), c.start.Add(at))
	defer stop()
	if err := s.Run(ctx); err != nil {
		t.Error(err)
	}
	end := c.now()
	if r, err := journal.Replay(&log, nil); err != nil || r.Difference != nil || r.Steps == 0 {
		t.Errorf("the journal does not replay: %v, %+v", err, r.Difference)
	}
	// A last hide or answer may take its latency beyond the grace period.
	if end < at || end > at+grace+200*time.Millisecond {
		t.Errorf("shut down at %v, returned at %v", at, end)
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, q := range c.queues {
		for _, m := range q.all {
			if m.hidden && !(c.deaf && m.until > at+q.cfg.VisibilityTimeout) { // else handed to a client that had gone
				t.Errorf("%s is left hidden", m.name)
			}
		}
	}
	for _, l := range c.lines {
		if l.at > at && l.what == "poll" {
			t.Errorf("a poll at %v, after the shutdown at %v", l.at, at)
		}
		// Whatever is called for after the signal was on its way to it.
		if l.at > at && strings.HasPrefix(l.what, "called") {
			t.Errorf("%s at %v, after the shutdown at %v", l.what, l.at, at)
		}
	}
	return slices.Clone(c.lines)
}

// restart runs another service until every task has ended.
func (c *cloud) restart(t *testing.T) []happened {
	ctx, stop := context.WithTimeout(t.Context(), 30*time.Minute)
	defer stop()
	var log bytes.Buffer
	if err := c.service(&log).Run(ctx); err != nil {
		t.Error(err)
	}
	synctest.Wait()
	c.mu.Lock()
	defer c.mu.Unlock()
	completed := map[string]int{}
	for _, l := range c.lines {
		if name, ok := strings.CutPrefix(l.what, "finished "); ok {
			completed[name]++
		}
	}
	if want := tasks(c.cfg); len(completed) != want {
		t.Errorf("%d of %d tasks ended", len(completed), want)
	}
	for name, n := range completed {
		if n != 1 || !strings.HasSuffix(name, " completed") {
			t.Errorf("task %s, %d times", name, n)
		}
	}
	for _, q := range c.queues {
		if len(q.all) > 0 {
			t.Errorf("%d messages are left", len(q.all))
		}
	}
	return c.lines
}

// tasks returns how many tasks arrive.
func tasks(cfg *model.Config) (n int) {
	for _, k := range cfg.Classes {
		for _, a := range k.Arrivals {
			n += len(a.Trace.Times)
		}
	}
	return n
}
