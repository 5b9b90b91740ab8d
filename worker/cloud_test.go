package worker

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"penstock/model"
)

// cloud is what tests take for AWS and the legacy system: a small reading of
// their documentation, on the clock of the test. It shares nothing with the
// simulator but the scenario, and the names of what happens.
type cloud struct {
	t     *testing.T
	cfg   *model.Config
	start time.Time

	mu     sync.Mutex
	lines  []happened
	queues []*fakeQueue
	steps  fakeSteps
	legacy fakeLegacy
	graves []string // bodies in dead-letter queues, with the reasons

	throttleUntil time.Duration // Step Functions throttles all answers and heartbeats until then
	deleteFails   func(name string) bool
	receiveFails  func(class int) error
	deaf          bool // a long poll whose client has gone away may still take a message
}

// happened is one line of what a world did.
type happened struct {
	at   time.Duration
	what string
}

func newCloud(t *testing.T, cfg *model.Config) *cloud {
	c := &cloud{t: t, cfg: cfg, start: time.Now()}
	c.steps = fakeSteps{c: c, byToken: map[string]*attempt{}}
	c.legacy = fakeLegacy{c: c}
	for i := range cfg.Classes {
		c.queues = append(c.queues, &fakeQueue{c: c, class: i, cfg: cfg.Classes[i].Queue, history: []counted{{}}})
	}
	return c
}

func (c *cloud) now() time.Duration { return time.Since(c.start) }

// note writes a line. The caller holds the lock.
func (c *cloud) note(format string, args ...any) {
	c.lines = append(c.lines, happened{c.now(), fmt.Sprintf(format, args...)})
}

// later runs f after a while, with the lock.
func (c *cloud) later(d time.Duration, f func()) *time.Timer {
	return time.AfterFunc(d, func() {
		c.mu.Lock()
		defer c.mu.Unlock()
		f()
	})
}

// arrive lets the tasks of the scenario arrive.
func (c *cloud) arrive() {
	for i := range c.cfg.Classes {
		for _, a := range c.cfg.Classes[i].Arrivals {
			for n, at := range a.Trace.Times {
				c.later(at, func() { c.steps.start(i, n+1, a.Trace.Services[n]) })
			}
		}
	}
}

// told returns what happened, in order; at one instant the order is open, and
// lines stand by the alphabet.
func told(lines []happened) string {
	lines = slices.Clone(lines)
	slices.SortStableFunc(lines, func(a, b happened) int { return cmp.Or(cmp.Compare(a.at, b.at), strings.Compare(a.what, b.what)) })
	var b strings.Builder
	for _, l := range lines {
		fmt.Fprintf(&b, "%d %s\n", l.at, l.what)
	}
	return b.String()
}

// value is a latency of the scenario, which has to be a constant.
func (c *cloud) value(d model.Dist) time.Duration {
	if d.Kind != "constant" && d.Kind != "" {
		c.t.Fatalf("a contract needs constant latencies, not %q", d.Kind)
	}
	return d.Value
}
