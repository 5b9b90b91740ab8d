package policy

import (
	"math/rand/v2"
	"slices"
	"testing"
	"time"
)

// counter is a service in a test: a policy with its slots, and queues that give
// what they hold in the order of sending. Time goes in steps; every call takes
// one.
type counter struct {
	t      *testing.T
	p      *Policy
	now    time.Time
	queues [][]time.Time // send times, oldest first
	work   []int         // by slot: the class at work, -1: none
	served []int         // by class
	took   func(class int, sent time.Time)
}

func newCounter(t *testing.T, cfg Config) *counter {
	c := &counter{t: t, p: New(cfg, Draws{}), now: epoch.Add(24 * time.Hour)}
	n := len(cfg.Visibility)
	c.queues, c.served = make([][]time.Time, n), make([]int, n)
	c.took = func(int, time.Time) {}
	for range cfg.Slots {
		c.work = append(c.work, -1)
	}
	return c
}

func (c *counter) send(class int, at time.Time) { c.queues[class] = append(c.queues[class], at) }

// step ends the calls, and lets every slot poll until it has a message or waits.
func (c *counter) step(d time.Duration) {
	c.now = c.now.Add(d)
	var actions []Action
	for slot := range c.work {
		if c.work[slot] >= 0 {
			c.p.Step(c.now, Event{Kind: CallAnswered, Slot: slot}, nil)
			c.p.Step(c.now, Event{Kind: CallbackAnswered, Slot: slot}, nil)
			c.work[slot] = -1
		}
		actions = c.p.Step(c.now, Event{Kind: SlotFree, Slot: slot}, actions[:0])
		for {
			a := actions[len(actions)-1]
			if a.Kind != Receive {
				c.t.Fatalf("%v instead of a poll", a)
			}
			if len(c.queues[a.Queue]) > 0 {
				c.take(slot, a.Queue)
				break
			}
			if a.For > 0 {
				break
			}
			actions = c.p.Step(c.now, Event{Kind: PollEmpty, Slot: slot}, actions[:0])
		}
	}
}

func (c *counter) take(slot, class int) {
	sent := c.queues[class][0]
	c.took(class, sent)
	c.queues[class] = c.queues[class][1:]
	c.work[slot] = class
	c.served[class]++
	got := c.p.Step(c.now, Event{Kind: Received, Slot: slot, Class: class, Receive: 1, Sent: sent}, nil)
	if len(got) != 1 || got[0].Kind != Call {
		c.t.Fatalf("a service that polls by rank goes ahead at once, not %v", got)
	}
}

// service is the configuration of a service of three classes.
func service(kind Kind, slots int) Config {
	cfg := testConfig()
	cfg.Kind, cfg.Slots = kind, slots
	return cfg
}

// TestWeightedSharesAreTheWeights: while every class has work, what each was
// served differs from its share by no more than a message of its own and one of
// each slot.
func TestWeightedSharesAreTheWeights(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for range 50 {
		slots := 1 + r.IntN(8)
		cfg := service(Weighted, slots)
		sum := 0
		for range 3 {
			cfg.Weight = append(cfg.Weight, 1+r.IntN(20))
			sum += cfg.Weight[len(cfg.Weight)-1]
		}
		c := newCounter(t, cfg)
		for i := range c.queues {
			for range 3000 {
				c.send(i, c.now)
			}
		}
		all := 0
		for all < 2500 {
			c.step(time.Second)
			all += slots
			for i, n := range c.served {
				if want := float64(all*cfg.Weight[i]) / float64(sum); float64(n) < want-float64(1+slots) || float64(n) > want+float64(1+slots) {
					t.Fatalf("weights %v, %d slots: of %d served class %d had %d, want %.1f", cfg.Weight, slots, all, i, n, want)
				}
			}
		}
	}
}

// TestIdleClassSavesNothing: a class that comes back after a long time of
// nothing gets its share from then on, and no more.
func TestIdleClassSavesNothing(t *testing.T) {
	cfg := service(Weighted, 1)
	cfg.Weight = []int{1, 1, 1}
	c := newCounter(t, cfg)
	for range 3000 {
		c.send(0, c.now)
	}
	for range 1000 {
		c.step(time.Second)
	}
	for range 1000 {
		c.send(2, c.now)
	}
	before := c.served[0]
	for range 100 {
		c.step(time.Second)
	}
	if got := c.served[0] - before; got < 49 || got > 51 || c.served[0] < 1000 {
		t.Errorf("after %d alone, class 0 had %d of the next 100 and class 2 %d, want half each", before, got, c.served[2])
	}
}

// TestAgingBoundsTheWait: class 0 keeps every slot busy for ever, and yet no
// message of the lowest class waits for much longer than two steps. Without
// aging it is never served.
func TestAgingBoundsTheWait(t *testing.T) {
	for _, kind := range []Kind{Aging, None} {
		for _, slots := range []int{1, 3} {
			cfg := service(kind, slots)
			cfg.AgeStep = 10 * time.Minute
			c := newCounter(t, cfg)
			longest, sent := time.Duration(0), 0
			c.took = func(class int, at time.Time) {
				if class == 2 {
					longest = max(longest, c.now.Sub(at))
				}
			}
			for i := range 20_000 {
				for range slots {
					c.send(0, c.now)
				}
				if i%100 == 0 {
					c.send(2, c.now)
					sent++
				}
				c.step(time.Second)
			}
			// Each message of class 2 puts class 0 back by one call, and at the
			// same rank the older goes first. The age is counted from the message
			// before, 100 s older.
			backlog := time.Duration(sent/slots+2) * time.Second
			if kind == None && c.served[2] > 0 {
				t.Errorf("without aging class 2 was served %d times", c.served[2])
			}
			if kind == Aging && (longest > 2*cfg.AgeStep+backlog || longest < 2*cfg.AgeStep-100*time.Second || c.served[2] < sent-20) {
				t.Errorf("%d slots: class 2 was served %d of %d times, after %v at most", slots, c.served[2], sent, longest)
			}
		}
	}
}

// TestReserveKeepsSlotsFree: whatever comes, as many slots are idle as the
// classes lack of theirs; and no more, if there is work.
func TestReserveKeepsSlotsFree(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	for range 200 {
		cfg := service(Reserve, 3+r.IntN(6))
		cfg.Reserve = []int{r.IntN(2), r.IntN(2), r.IntN(2)}
		c := newCounter(t, cfg)
		for range 200 {
			for i := range c.queues {
				for range r.IntN(4) {
					c.send(i, c.now)
				}
			}
			c.step(time.Second)
			busy := make([]int, 3)
			free := len(c.work)
			for _, class := range c.work {
				if class >= 0 {
					busy[class]++
					free--
				}
			}
			kept, waits := 0, false
			for i := range busy {
				kept += max(0, cfg.Reserve[i]-busy[i])
				waits = waits || len(c.queues[i]) > 0
			}
			if free < kept {
				t.Fatalf("reserve %v: %v at work in %d slots", cfg.Reserve, busy, cfg.Slots)
			}
			if waits && free > kept {
				t.Fatalf("reserve %v: %v at work in %d slots, and %v wait", cfg.Reserve, busy, cfg.Slots, c.queues)
			}
		}
	}
}

// TestDeadlineTakesTheLeastSlack: of the messages that are first in their
// queues, the one taken is due first, but for what cannot be known before it is
// received: how long after the last one of its class it was sent.
func TestDeadlineTakesTheLeastSlack(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 6))
	cfg := service(Deadline, 1)
	cfg.Deadline = []time.Duration{time.Minute, 5 * time.Minute, 20 * time.Minute}
	const gap = 9 * time.Second
	c := newCounter(t, cfg)
	for i := range c.queues {
		at := c.now.Add(-time.Duration(r.IntN(1200)) * time.Second)
		for range 300 {
			c.send(i, at)
			at = at.Add(time.Duration(r.IntN(int(gap))))
		}
	}
	inversions, taken := 0, 0
	c.took = func(class int, sent time.Time) {
		taken++
		due := sent.Add(cfg.Deadline[class])
		for i, q := range c.queues {
			if taken <= 3 || len(q) == 0 {
				continue // each queue is met once before anything is known of it
			}
			if other := q[0].Add(cfg.Deadline[i]); other.Before(due.Add(-gap)) {
				t.Fatalf("message %d, of class %d, is due %v after one of class %d", taken, class, due.Sub(other), i)
			} else if other.Before(due) {
				inversions++
			}
		}
	}
	for range 600 {
		c.step(time.Second)
	}
	if inversions == 0 || inversions > taken/2 || slices.Min(c.served) == 0 {
		t.Errorf("%d of %d out of order; %v served", inversions, taken, c.served)
	}
}

// TestWeightedEnvironment: an environment of a function that is handed a message
// of some class at random lets the classes go ahead in the ratio of their
// weights.
func TestWeightedEnvironment(t *testing.T) {
	cfg := testConfig()
	cfg.Kind, cfg.EscalateAt, cfg.Weight = Weighted, 0, []int{6, 3, 1}
	p := New(cfg, Draws{})
	r := rand.New(rand.NewPCG(7, 8))
	var went [3]int
	var actions []Action
	const all = 3000
	for done := 0; done < all; {
		class := r.IntN(3)
		actions = p.Step(epoch, Event{Kind: Received, Class: class, Receive: 1}, actions[:0])
		for len(actions) > 0 && actions[0].Kind == Look {
			actions = p.Step(epoch, Event{Kind: Looked, Queue: actions[0].Queue, Visible: 1}, actions[:0])
		}
		if actions[0].Kind == Call {
			went[class]++
			done++
			p.Step(epoch, Event{Kind: CallAnswered}, nil)
			p.Step(epoch, Event{Kind: CallbackAnswered}, nil)
		}
	}
	for i, w := range cfg.Weight {
		if want := all * w / 10; went[i] < want-10 || went[i] > want+10 {
			t.Errorf("class %d went ahead %d times, want %d", i, went[i], want)
		}
	}
}

// TestKindsDoNotAllocate: nor do the polls of a service.
func TestKindsDoNotAllocate(t *testing.T) {
	for _, kind := range []Kind{None, Yield, Reserve, Weighted, Aging, Deadline} {
		cfg := service(kind, 2)
		cfg.Reserve, cfg.Weight, cfg.Deadline = []int{1, 0, 0}, []int{3, 2, 1}, []time.Duration{1, 2, 3}
		cfg.AgeStep = time.Minute
		p := New(cfg, Draws{})
		dst := make([]Action, 0, 8)
		round := func() {
			dst = p.Step(epoch, Event{Kind: SlotFree}, dst[:0])
			for dst[0].For == 0 {
				dst = p.Step(epoch, Event{Kind: PollEmpty}, dst[:0])
			}
			dst = p.Step(epoch, Event{Kind: Received, Class: 0, Receive: 1, Sent: epoch}, dst[:0])
			dst = p.Step(epoch, Event{Kind: CallAnswered}, dst[:0])
			dst = p.Step(epoch, Event{Kind: CallbackAnswered}, dst[:0])
		}
		round()
		if n := testing.AllocsPerRun(100, round); n != 0 {
			t.Errorf("%s: %v allocations a message", kind, n)
		}
	}
}

// TestNewNeedsWhatTheKindReads: a class without a value would be read beyond
// the end of the list, hours into a run of production.
func TestNewNeedsWhatTheKindReads(t *testing.T) {
	for _, kind := range []Kind{Reserve, Weighted, Deadline} {
		if got := panics(func() { New(service(kind, 2), Draws{}) }); got == "" {
			t.Errorf("%s is built without values for its classes", kind)
		}
	}
	lambda := testConfig()
	lambda.Kind, lambda.Reserve = Reserve, []int{1, 0, 0}
	if got := panics(func() { New(lambda, Draws{}) }); got == "" {
		t.Error("an environment of a function keeps slots")
	}
}

// TestLowFirst: a sweep that is drawn to go up asks the lowest class first.
func TestLowFirst(t *testing.T) {
	up := false
	p := New(service(None, 1), Draws{LowFirst: func() bool { up = !up; return up }})
	for _, want := range [][]int{{2, 1, 0}, {0, 1, 2}} {
		dst := p.Step(epoch, Event{Kind: SlotFree}, nil)
		for _, queue := range want {
			if dst[0].Queue != queue || dst[0].For > 0 {
				t.Errorf("asked %v, want %d", dst[0], queue)
			}
			dst = p.Step(epoch, Event{Kind: PollEmpty}, nil)
		}
		if dst[0].Queue != 0 || dst[0].For == 0 {
			t.Errorf("then %v, want a long poll of the highest class", dst[0])
		}
	}
}
