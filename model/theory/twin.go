package theory

import (
	"fmt"
	"math"
	"time"

	"penstock/model"
	"penstock/model/policy"
)

// Prediction is what theory says that one metric of a result has to be.
type Prediction struct {
	Metric string  // path into the result
	Method string  // the formula, in a few words
	Value  float64 // in the unit of the metric
	// Error is how far the answer may be off besides chance, in the unit of the
	// metric: the known error of an approximation, and what is left of the
	// start-up in a run of finite length.
	Error float64
	Exact bool // the formula is exact: Error is the run's alone
}

// Twin is what theory says about a scenario.
type Twin struct {
	Predictions []Prediction
	// Why says what has no formula, in one sentence without a full stop; "" if
	// every class has one.
	Why string
}

// rare is the probability below which something is taken not to happen.
const rare = 1e-6

// Predict returns what theory says about the long run of a scenario, for
// replications from whose start warmup is cut. A class or a scenario that no
// formula fits is left out, and Why says so: the twin never guesses.
func Predict(cfg *model.Config, warmup time.Duration) Twin {
	t := &twin{cfg: cfg, over: cfg.Horizon.Seconds() - warmup.Seconds(), cut: warmup.Seconds()}
	if why := obstacle(cfg); why != "" {
		return Twin{Why: why}
	}
	for i := range cfg.Classes {
		f, why := flowOf(&cfg.Classes[i])
		if why != "" {
			return Twin{Why: fmt.Sprintf("class %s: %s", cfg.Classes[i].Name, why)}
		}
		if why := classObstacle(cfg, i); why != "" {
			return Twin{Why: fmt.Sprintf("class %s: %s", cfg.Classes[i].Name, why)}
		}
		t.flows = append(t.flows, f)
		t.laws = append(t.laws, serviceOf(cfg, i))
	}
	if cfg.Worker.Driver == model.DriverPoller {
		t.poller()
	} else {
		t.lambda()
	}
	return Twin{Predictions: t.found, Why: t.why}
}

// twin gathers predictions.
type twin struct {
	cfg       *model.Config
	over, cut float64 // counted time and warm-up, seconds
	flows     []flow
	laws      []model.Dist // service, by class
	found     []Prediction
	why       string
}

// serviceOf is the law of the service time of a class's calls.
func serviceOf(cfg *model.Config, class int) model.Dist {
	if own := cfg.Classes[class].Service; own != nil {
		return *own
	}
	return cfg.Legacy.Service
}

// flow is the arrivals of a class: groups of a size that come with independent
// gaps of one law.
type flow struct {
	rate float64    // tasks per second
	gap  model.Dist // between groups
	size int
}

// poisson reports whether tasks come one by one with exponential gaps.
func (f flow) poisson() bool { return f.gap.Kind == "exponential" && f.size == 1 }

// flowOf returns the arrivals of a class, or why there is no formula for them.
func flowOf(c *model.Class) (flow, string) {
	if c.InitialBacklog > 0 {
		return flow{}, "an initial backlog is no steady state"
	}
	if len(c.Arrivals) == 0 {
		return flow{}, "nothing arrives"
	}
	var all flow
	for i, a := range c.Arrivals {
		f, why := sourceOf(a)
		if why != "" {
			return flow{}, why
		}
		if i > 0 && !(f.poisson() && all.poisson()) {
			return flow{}, "arrivals of several sources are not independent of each other's past"
		}
		all = flow{all.rate + f.rate, f.gap, f.size}
	}
	if all.rate <= 0 {
		return flow{}, "nothing arrives"
	}
	return all, ""
}

func sourceOf(a model.Arrivals) (flow, string) {
	size := max(1, a.Size)
	switch {
	case a.Count > 0 && a.Kind != "burst":
		return flow{}, "arrivals that end have no steady state"
	case a.Kind == "poisson":
		return flow{a.Rate * float64(size), model.Dist{Kind: "exponential", Mean: every(a.Rate)}, size}, ""
	case a.Kind == "constant":
		return flow{a.Rate, model.Dist{Kind: "constant", Value: every(a.Rate)}, 1}, ""
	case a.Kind == "renewal" && Moment(a.Gap, 1) > 0:
		return flow{float64(size) / Moment(a.Gap, 1), a.Gap, size}, ""
	case a.Kind == "closed":
		return flow{}, "a closed load depends on the waits that it causes"
	case a.Kind == "mmpp":
		return flow{}, "there is no closed formula for the waits behind mmpp arrivals"
	}
	return flow{}, fmt.Sprintf("arrivals of kind %q change over time, and no formula holds for their waits", a.Kind)
}

// every is the gap of a rate.
func every(rate float64) time.Duration {
	if rate <= 0 {
		return 0
	}
	return time.Duration(math.Round(min(1e9/rate, 1e18)))
}

// obstacle says what keeps every formula off a scenario; "" if nothing does.
func obstacle(cfg *model.Config) string {
	switch l := cfg.Legacy; {
	case cfg.Faults.Any():
		return "no formula holds for injected faults"
	case len(l.Outages) > 0:
		return "an outage is no steady state"
	case l.ErrorRate > 0 || l.HangRate > 0:
		return "calls that fail are made again, and no formula holds for what comes back"
	case l.RateLimit.Kind == "fixed-window" && cfg.Policy.OnRejected == policy.FailTask:
	case l.RateLimit.Kind != "none":
		return "calls that a rate limit refuses have no formula but with a fixed window and on_rejected = \"fail\""
	}
	return ""
}

// classObstacle is obstacle for what one class's queue and calls do.
func classObstacle(cfg *model.Config, i int) string {
	c, law, w := &cfg.Classes[i], serviceOf(cfg, i), cfg.Worker
	lambda := w.Driver == model.DriverLambda
	switch {
	case c.Queue.DuplicateProbability > 0:
		return "duplicate deliveries are calls of their own"
	case c.Queue.Delay > 0:
		return "messages are delayed"
	case c.LegacyBacklog != nil:
		return "calls of this class have a backlog of their own" // legacy_backlog_until needs one, too
	case lambda && (c.Mapping.BatchSize > 1 || c.Mapping.BatchWindow > 0):
		return "the messages of a batch wait for each other"
	case lambda && c.Mapping.ProvisionedPollers.Max > 0:
		return "provisioned pollers come and go"
	case Exceeds(law, w.CallTimeout.Seconds()) > rare:
		return fmt.Sprintf("calls longer than the call_timeout of %s are made again", model.DurationText(w.CallTimeout))
	case lambda && Exceeds(law, w.Timeout.Seconds()) > rare:
		return fmt.Sprintf("the function's timeout of %s cuts calls", model.DurationText(w.Timeout))
	case Exceeds(law, c.Queue.VisibilityTimeout.Seconds()) > rare && (cfg.Policy.Heartbeat == 0 || cfg.Policy.Heartbeat >= c.Queue.VisibilityTimeout):
		return fmt.Sprintf("calls longer than the visibility timeout of %s are made twice", model.DurationText(c.Queue.VisibilityTimeout))
	}
	return ""
}

// yields reports whether a class gives way: the highest never does.
func (t *twin) yields(class int) bool {
	return class > 0 && t.cfg.Policy.Kind != policy.None
}

// ideal reports whether AWS takes no time.
func (t *twin) ideal() bool { return t.cfg.Timing.Profile == "ideal" && t.overhead() == overhead{} }

// without notes what has no formula; the first reason stands.
func (t *twin) without(format string, args ...any) {
	if t.why == "" {
		t.why = fmt.Sprintf(format, args...)
	}
}

// overhead is the mean time of the calls to AWS around a legacy call, seconds.
type overhead struct {
	before, after float64 // while the worker is taken: from the receive to the call, and from its answer on
	answer        float64 // the part of after that the task waits for
	send          float64 // before the message is in the queue
}

// overhead returns what the calls to AWS add.
func (t *twin) overhead() overhead {
	m := func(d model.Dist) float64 { return Moment(d, 1) }
	l := &t.cfg.Timing
	o := overhead{send: m(l.SQSSend), answer: m(l.SFNCallback)}
	if t.cfg.Policy.CheckToken {
		o.before += m(l.SFNCallback)
	}
	o.after = m(l.SFNCallback) + m(l.SQSDelete) + m(l.SQSReceive)
	if t.cfg.Worker.Driver == model.DriverLambda {
		o.before += m(l.LambdaInvoke)
	}
	return o
}
