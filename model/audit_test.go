package model

import (
	"strings"
	"testing"
	"time"

	"penstock/model/policy"
	"penstock/sim"
)

// sabotaged runs a busy scenario, damages the world in the middle, and returns
// the invariant that breaks, or nil.
func sabotaged(t *testing.T, c Config, damage func(w *world)) (b *Broken) {
	t.Helper()
	defer func() {
		if r := recover(); r != nil {
			b = r.(*Broken)
		}
	}()
	w := newWorld(&c, Options{})
	w.until(int64(30 * time.Minute))
	damage(w)
	w.until(int64(c.Horizon))
	w.until(int64(c.Horizon + time.Hour))
	w.result()
	return nil
}

// aTask returns a task that waits for its token.
func aTask(w *world) *task {
	for id := int32(0); ; id++ {
		if t := w.steps.classes[0].all.at(id); t.state == taskWaiting {
			return t
		}
	}
}

// shift forgets a level's past, which nobody may but the end of the warm-up.
func shift(l *sim.Level) { l.ResetAt(l.Changed()) }

// TestEveryInvariantBites: a fault of each kind, put into a healthy run, stops
// it and is named.
func TestEveryInvariantBites(t *testing.T) {
	queued := func(w *world) *queue { return w.queues[0] }
	for _, c := range []struct {
		rule   string
		damage func(w *world)
	}{
		{"every message is visible, in flight or delayed", func(w *world) { queued(w).visible++ }},
		{"every message is visible, in flight or delayed", func(w *world) { queued(w).inFlight-- }},
		{"every message is in a queue", func(w *world) { w.live++; w.lastGone = 1 << 60 }},
		{"nothing runs beyond a cap", func(w *world) { w.audit.running.n += 10 }},
		{"nothing runs beyond a cap", func(w *world) { w.legacy.cfg = &Legacy{Concurrency: 100} }},
		{"every task is open or has ended", func(w *world) { w.audit.arrived[0]++ }},
		{"the outcomes add up to what arrived", func(w *world) { w.classes[0].arrived++ }},
		{"the parts of a latency add up to it", func(w *world) { aTask(w).since++ }},
		{"the parts of a latency add up to it", func(w *world) { aTask(w).start-- }},
		{"the parts of the latencies add up to them", func(w *world) { w.classes[0].parts[PartOther].add(1) }},
		{"the area under a level is the sum of the stays", func(w *world) { w.audit.tasks.stays.add(1) }},
		{"the area under a level is the sum of the stays", func(w *world) { w.audit.queues[1].stays.add(1) }},
		{"a level that is reported is that of the place", func(w *world) { shift(&queued(w).depth) }},
		{"a level that is reported is that of the place", func(w *world) { shift(&queued(w).held) }},
		{"a level that is reported is that of the place", func(w *world) { shift(&w.busy().Level) }},
		{"a level that is reported is that of the place", func(w *world) { shift(&w.legacy.busy.Level) }},
		{"a level that is reported is that of the place", func(w *world) { shift(&w.legacy.present.Level) }},
		{"the area under a level is the sum of the stays", func(w *world) { w.audit.present.stays.add(1) }},
		{"every request made is billed once", func(w *world) { w.usage.Add(SQSReceive, CauseWork, 1) }},
		{"every request made is billed once", func(w *world) { w.usage.Add(LambdaRequests, CauseWork, -1) }},
		{"every request made is billed once", func(w *world) { w.usage.Add(SQSDelete, CauseWork, 1) }},
		{"every request made is billed once", func(w *world) { w.usage.Add(SQSVisibility, CauseYield, 1) }},
		{"every request made is billed once", func(w *world) { w.usage.Add(StatesTransitions, CauseRetry, -1) }},
		{"a receive count grows by one at each receive", func(w *world) {
			for id := int32(0); ; id++ {
				if m := queued(w).slab.all.at(id); m.state == msgFlight {
					m.receives--
					return
				}
			}
		}},
		{"a receive count grows by one at each receive", func(w *world) { w.audit.receives[1]++ }},
		{"a dead letter is there until it is redriven", func(w *world) { queued(w).letters.Add(w.engine.Now(), 1) }},
		{"a seat serves one invocation at a time", func(w *world) {
			for i := range w.seats {
				w.seats[i].inUse = true
			}
		}},
	} {
		b := sabotaged(t, busyDay(), c.damage)
		if b == nil {
			t.Errorf("%s: the damage goes unnoticed", c.rule)
			continue
		}
		if !strings.HasPrefix(b.Rule, c.rule) {
			t.Errorf("%s: reported as %v", c.rule, b)
		}
	}
	if b := sabotaged(t, busyDay(), func(*world) {}); b != nil {
		t.Errorf("without any damage: %v", b)
	}
}

// TestAnswersThatMustNotCount: an answer that has effect on a task that it is not
// for, or a second time, stops the run.
func TestAnswersThatMustNotCount(t *testing.T) {
	for _, c := range []struct {
		rule   string
		damage func(t *task, d *delivery)
	}{
		{"no token is answered twice with effect", func(t *task, d *delivery) { t.answered = d.token }},
		{"an answer has effect on the attempt that it is for", func(_ *task, d *delivery) { d.attempt++ }},
		{"an answer has effect on the attempt that it is for", func(_ *task, d *delivery) { d.job++ }},
	} {
		b := sabotaged(t, busyDay(), func(w *world) {
			for id := int32(0); ; id++ {
				if a := w.steps.classes[0].all.at(id); a.state == taskWaiting {
					d := delivery{task: id, token: a.token, job: a.job, attempt: a.attempt}
					c.damage(a, &d)
					w.steps.answer(0, &d, true)
					return
				}
			}
		})
		if b == nil || b.Rule != c.rule || b.ID == 0 {
			t.Errorf("%s: %v", c.rule, b)
		}
	}
}

// TestBilledIsMadeWhenCut: requests that are on their way when the warm-up or
// the run ends are on one side of the account only, and the account is even all
// the same: at any moment, in batches or one by one, for both drivers, with
// retries of tasks, yields, extensions and killed workers.
func TestBilledIsMadeWhenCut(t *testing.T) {
	for _, driver := range []Driver{DriverLambda, DriverPoller} {
		for _, batch := range []int{1, 25} {
			c := busyDay()
			c.Worker.Driver = driver
			c.Timing.SQSDelete = always(time.Second)
			c.StepFunctions.Timeout, c.StepFunctions.Retry.MaxAttempts = 45*time.Second, 3
			c.Policy.YieldFor.Mode, c.Policy.YieldFor.Dist = policy.Drawn, always(5*time.Second)
			c.Policy.Heartbeat = time.Second
			c.Faults.Kill, c.Faults.Restart = 0.02, time.Second
			c.Worker.Timeout, c.Worker.Concurrency = 40*time.Second, 10
			c.Classes[0].InitialBacklog = 100
			for i := range c.Classes {
				c.Classes[i].Queue.VisibilityTimeout, c.Classes[i].Queue.MaxReceiveCount = 15*time.Second, 0
				c.Classes[i].Mapping.BatchSize, c.Classes[i].Mapping.BatchWindow = batch, 20*time.Second
			}
			c.Drain = Drain{}
			var seen Usage
			for cut := range 20 {
				c.Seed = uint64(cut)
				c.Horizon = 2*time.Minute + time.Duration(cut)*700*time.Millisecond
				w := newWorld(&c, Options{Warmup: time.Minute + time.Duration(cut)*300*time.Millisecond})
				w.play()
				underway := w.underway()
				for _, m := range []Meter{SQSDelete, StatesTransitions} {
					seen.Add(m, CauseWork, total(&underway, m))
				}
				w.result() // panics where it is not
			}
			if total(&seen, SQSDelete) == 0 || total(&seen, StatesTransitions) == 0 {
				t.Errorf("%s, batches of %d: nothing was on its way", driver, batch)
			}
		}
	}
}

// TestUncheckedIsTheSameRun: the invariants only watch.
func TestUncheckedIsTheSameRun(t *testing.T) {
	c := busyDay()
	with, _ := Simulate(&c, Options{})
	without, _ := Simulate(&c, Options{Unchecked: true})
	if with.LogHash != without.LogHash || with.Usage != without.Usage {
		t.Error("a run takes another course when it is not checked")
	}
}

func TestBrokenNamesItsTask(t *testing.T) {
	b := &Broken{Rule: "a task ends once", Detail: "twice", At: 90 * time.Second, Class: "HIGH", ID: 7}
	if got, want := b.Error(), "broken invariant at 1m30s: a task ends once: twice (task 7 of HIGH)"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

// busyDay is an hour of the pattern with everything that can go wrong.
func busyDay() Config {
	c := orders()
	c.Horizon = time.Hour
	c.Legacy.ErrorRate, c.Legacy.HangRate = 0.02, 0.01
	c.Classes[0].Queue.DuplicateProbability = 0.01
	c.StepFunctions.Timeout = 20 * time.Minute
	return c
}

// TestNoClassIsBlamed: what concerns the whole system names no class.
func TestNoClassIsBlamed(t *testing.T) {
	for _, damage := range []func(w *world){
		func(w *world) { shift(&w.busy().Level) },
		func(w *world) { shift(&w.legacy.busy.Level) },
		func(w *world) { shift(&w.legacy.present.Level) },
		func(w *world) { w.audit.present.stays.add(1) },
		func(w *world) { w.audit.running.stays.add(1) },
		func(w *world) { w.audit.calls.stays.add(1) },
	} {
		if b := sabotaged(t, busyDay(), damage); b == nil || b.Class != "" || b.ID != 0 {
			t.Errorf("%v", b)
		}
	}
}

// TestRateLimitIsHeld: a limiter that lets one call too many through, in the
// end or at once, stops the run; the limiter as it is does not.
func TestRateLimitIsHeld(t *testing.T) {
	for _, limit := range []RateLimit{
		{Kind: "token-bucket", Rate: 0.02, Burst: 3},
		{Kind: "fixed-window", Rate: 0.02, Window: 100 * time.Second},
		{Kind: "sliding-window", Rate: 0.02, Window: 100 * time.Second},
	} {
		c := busyDay()
		c.Legacy.RateLimit = limit
		if b := sabotaged(t, c, func(*world) {}); b != nil {
			t.Errorf("%s, without any damage: %v", limit.Kind, b)
		}
		more := limit
		more.Burst++
		more.Rate += 0.01
		b := sabotaged(t, c, func(w *world) { w.legacy.limit = newLimiter(more) })
		if b == nil || b.Rule != "a rate limit lets through what it should" || b.Class != "" {
			t.Errorf("%s, with a larger limit: %v", limit.Kind, b)
		}
	}
}
