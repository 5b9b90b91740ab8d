package worker

import (
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"penstock/model"
	"penstock/model/policy"
)

// load is a scenario for both worlds. Its times are odd to the microsecond, to
// which the simulator draws, so that no two things are due at one instant: their
// order would be open in the real world.
type load struct {
	name   string
	must   string // what has to happen in it, or the load proves nothing of that
	only   model.Driver
	change func(*model.Config, *rand.Rand)
}

// scenario returns the load for a driver; false if it is not meant for it.
func (l *load) scenario(driver model.Driver) (model.Config, bool) {
	c := model.Default()
	c.Name = l.name
	c.Horizon = 10 * time.Minute
	odd := func(ms float64) model.Dist {
		return model.Dist{Kind: "constant", Value: time.Duration(ms * 1e6)}
	}
	c.Timing.SQSSend, c.Timing.SQSReceive, c.Timing.SQSDelete = odd(20.003), odd(10.019), odd(11.037)
	c.Timing.SQSAttributes, c.Timing.SQSVisibility = odd(9.053), odd(12.071)
	c.Timing.SFNCallback, c.Timing.LambdaInvoke = odd(25.089), odd(13.101)
	c.Timing.AttributesLag = 1300007 * time.Microsecond
	c.Assumptions.ReservedRateLimit = false
	c.Worker.Driver = driver
	c.Worker.Concurrency, c.Worker.IdleLifetime = 6, model.Dist{Kind: "constant", Value: 1000 * time.Hour}
	c.Worker.Timeout, c.Worker.CallTimeout = 90*time.Second, 20*time.Second
	c.Worker.ColdStart = odd(150.007)
	c.Legacy.Concurrency = 6
	c.StepFunctions.Timeout = time.Hour
	for _, name := range []string{"HIGH", "NORMAL", "LOW"} {
		k := model.DefaultClass()
		k.Name = name
		k.Mapping.MaximumConcurrency = 2
		k.Queue.VisibilityTimeout = 100 * time.Second
		k.Deadline = time.Minute
		c.Classes = append(c.Classes, k)
	}
	r := rand.New(rand.NewPCG(7, uint64(len(l.name))))
	l.change(&c, r)
	return c, l.only == "" || l.only == driver
}

// send lets n tasks of a class arrive, with gaps and service times of these
// means. The first two come while the slots of a service are in their first long
// polls, two for each queue, and at times of their own: from then on the slots,
// which all begin at once, go different ways.
func send(c *model.Config, r *rand.Rand, class, n int, gap, service time.Duration) {
	var tr model.Trace
	tr.Format, tr.ServiceColumn = "seconds", "service"
	at := 25*time.Millisecond + time.Duration(class)*2603*time.Microsecond
	for i := range n {
		if i > 0 {
			at += 1301 * time.Microsecond
		}
		if i > 1 {
			at += time.Duration(r.ExpFloat64() * float64(gap)).Round(time.Microsecond)
		}
		if at >= c.Horizon {
			break // nothing arrives any more
		}
		tr.Times = append(tr.Times, at)
		tr.Services = append(tr.Services, time.Duration((0.3+r.ExpFloat64()*0.7)*float64(service)).Round(time.Microsecond))
	}
	c.Classes[class].Arrivals = append(c.Classes[class].Arrivals, model.Arrivals{Kind: "trace", Trace: tr})
}

// check sees to it that the load is one.
func (l *load) check(t *testing.T, driver model.Driver, lines []happened) {
	t.Helper()
	all := told(lines)
	for _, word := range strings.Split(l.must, ",") {
		own, only := strings.CutPrefix(word, "lambda:")
		if only && driver != model.DriverLambda {
			continue
		}
		if word = own; !strings.Contains(all, word) {
			t.Errorf("nothing %q happens in this load", word)
		}
	}
}

func loads() []load {
	return []load{
		{"idle", "poll", model.DriverPoller, func(c *model.Config, r *rand.Rand) {
			for class := range 3 {
				send(c, r, class, 5, 100*time.Second, time.Second)
			}
		}},
		{"quiet", "beat,called", "", func(c *model.Config, r *rand.Rand) {
			for class := range 3 {
				send(c, r, class, 8, 50*time.Second, time.Second)
			}
		}},
		{"busy", "visibility,lambda:yielded,lambda:visible", "", func(c *model.Config, r *rand.Rand) {
			c.Policy.LookCache = 3 * time.Second
			c.Policy.YieldFor = model.Pause{Mode: policy.Drawn, Dist: model.Dist{Kind: "constant", Value: 17 * time.Second}}
			c.Policy.Heartbeat = 2300 * time.Millisecond
			c.Classes[2].Mapping.BatchSize = 3
			send(c, r, 0, 200, 2500*time.Millisecond, 2*time.Second)
			send(c, r, 1, 100, 5*time.Second, 3*time.Second)
			send(c, r, 2, 60, 8*time.Second, 3*time.Second)
		}},
		{"drowning", "escalated,dead_lettered,visible,503,lambda:yielded", "", func(c *model.Config, r *rand.Rand) {
			if c.Worker.Driver == model.DriverLambda { // a service would see its own messages, and spin
				c.Policy.Look = policy.LookInFlight
			}
			c.Policy.EscalateAt = 4
			c.Policy.CheckToken = false
			c.Legacy.Concurrency = 4 // the others are refused, and spend receives
			c.StepFunctions.Timeout = 20 * time.Minute
			for i := range c.Classes {
				c.Classes[i].Queue.VisibilityTimeout = 45 * time.Second
				c.Classes[i].Queue.MaxReceiveCount = 5
			}
			send(c, r, 0, 250, 2*time.Second, 4*time.Second)
			send(c, r, 1, 120, 4*time.Second, 4*time.Second)
			send(c, r, 2, 120, 4*time.Second, 4*time.Second)
		}},
		{"faults", "500,refused,cut,429,timeout,false,visibility,visible", "", func(c *model.Config, r *rand.Rand) {
			c.Policy.RetryFor = model.Pause{Mode: policy.RetryAfter}
			c.Policy.Heartbeat = 7700 * time.Millisecond
			c.Worker.CallTimeout = 6 * time.Second
			c.Legacy.Outages = []model.Outage{
				{At: 61 * time.Second, For: 20 * time.Second, Kind: "errors"},
				{At: 152 * time.Second, For: 15 * time.Second, Kind: "down"},
			}
			c.Legacy.RateLimit = model.RateLimit{Kind: "fixed-window", Rate: 1, Window: 5 * time.Second, RetryAfter: 9 * time.Second}
			c.Faults.CallbackThrottled, c.Faults.Until = 1, 100*time.Second
			send(c, r, 0, 200, 2500*time.Millisecond, 2*time.Second)
			send(c, r, 1, 50, 10*time.Second, 4*time.Second)
			send(c, r, 2, 30, 15*time.Second, 2*time.Second)
		}},
		{"failing", "500,callback,finished HIGH", "", func(c *model.Config, r *rand.Rand) {
			c.Policy.OnError, c.Policy.OnRejected = policy.FailTask, policy.FailTask
			c.Policy.RetryFor = model.Pause{Mode: policy.Drawn, Dist: model.Dist{Kind: "constant", Value: 4 * time.Second}}
			c.StepFunctions.Retry = model.Retry{MaxAttempts: 2, Interval: 3 * time.Second, Backoff: 2, Jitter: "none"}
			c.Legacy.Outages = []model.Outage{{At: 61 * time.Second, For: 60 * time.Second, Kind: "errors"}}
			c.Legacy.Concurrency = 3
			send(c, r, 0, 100, 4*time.Second, 2*time.Second)
			send(c, r, 1, 50, 10*time.Second, 4*time.Second)
			send(c, r, 2, 10, 50*time.Second, 4*time.Second)
		}},
		{"batches", "visible", model.DriverLambda, func(c *model.Config, r *rand.Rand) {
			// Some calls of a batch of ten are sure to end in time, the rest is given
			// back. No call times out: one that begins at the last chance would end with
			// the invocation, where the driver saves what is done, and the simulator is
			// killed with all of it.
			c.Worker.Timeout, c.Worker.CallTimeout = 40*time.Second, 25*time.Second
			c.Policy.Kind = policy.None // a message comes back only because it would be late
			for i := range c.Classes {
				c.Classes[i].Mapping.BatchSize = 10
				send(c, r, i, 300, 1500*time.Millisecond, 3500*time.Millisecond)
			}
		}},
		{"expiry", "task_timed_out,heartbeat_missed,#2,timed_out", "", func(c *model.Config, r *rand.Rand) {
			c.StepFunctions.Timeout, c.StepFunctions.Heartbeat = 30*time.Second, 11*time.Second
			c.StepFunctions.Retry = model.Retry{MaxAttempts: 1, Interval: 2 * time.Second, Backoff: 2, Jitter: "none"}
			c.Policy.Heartbeat = 4 * time.Second
			c.Worker.CallTimeout = 45 * time.Second
			send(c, r, 0, 100, 4*time.Second, 8*time.Second)
			send(c, r, 1, 60, 8*time.Second, 12*time.Second)
			send(c, r, 2, 30, 20*time.Second, 6*time.Second)
		}},
		{"weights", "lambda:yielded", "", func(c *model.Config, r *rand.Rand) {
			c.Policy.Kind, c.Policy.EscalateAt = policy.Weighted, 0
			for i, w := range []int{5, 3, 1} {
				c.Classes[i].Weight = w
				c.Classes[i].Queue.MaxReceiveCount = 0
				send(c, r, i, 120, 4*time.Second, 4*time.Second)
			}
		}},
		{"ages", "lambda:yielded", "", func(c *model.Config, r *rand.Rand) {
			c.Policy.Kind, c.Policy.AgeStep = policy.Aging, 90*time.Second
			for i := range c.Classes {
				send(c, r, i, 110, 4*time.Second, 4*time.Second)
			}
		}},
		{"promises", "lambda:yielded", "", func(c *model.Config, r *rand.Rand) {
			c.Policy.Kind = policy.Deadline
			for i := range c.Classes {
				c.Classes[i].Deadline = time.Duration(i+1) * 2 * time.Minute
				send(c, r, i, 110, 4*time.Second, 4*time.Second)
			}
		}},
		{"reserve", "called", model.DriverPoller, func(c *model.Config, r *rand.Rand) {
			c.Policy.Kind = policy.Reserve
			c.Classes[0].Reserve, c.Classes[1].Reserve = 2, 1
			// The slots' first polls are of different queues: they must all find something.
			c.Timing.SQSSend = model.Dist{Kind: "constant", Value: time.Millisecond}
			for i := range c.Classes {
				send(c, r, i, 120, 4*time.Second, 4*time.Second)
				tr := &c.Classes[i].Arrivals[0].Trace
				for n := range 6 {
					tr.Times = slices.Insert(tr.Times, n, time.Duration(n))
					tr.Services = slices.Insert(tr.Services, n, time.Duration(1300+500*n+7*i)*1001*time.Microsecond)
				}
			}
		}},
	}
}
