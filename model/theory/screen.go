package theory

import (
	"fmt"
	"math"
	"time"

	"penstock/model"
	"penstock/model/policy"
)

// Verdict is what can be said about a setting without simulating it.
type Verdict struct {
	// Impossible lists objectives that no simulation will find met, each with
	// the formula and the figures that rule it out. Empty: it may work.
	Impossible []Reason
	// Risks lists what is likely to go wrong, but not certain: nothing may be
	// ruled out by it.
	Risks []Reason
}

// Reason says why an objective is out of reach, or at risk.
type Reason struct {
	Metric string // path of the objective in the result; "" where a risk is no one objective's
	Text   string // one sentence without a full stop
}

// Rejected reports whether the setting cannot keep its objectives.
func (v Verdict) Rejected() bool { return len(v.Impossible) > 0 }

// Screen says which objectives a scenario cannot meet. All conditions are
// necessary ones with room for chance: what is rejected is infeasible under
// every policy and in every order of service, but most of what is infeasible
// passes. cfg has to be valid.
func Screen(cfg *model.Config) Verdict {
	s := &screen{cfg: cfg}
	for i := range cfg.Classes {
		s.works = append(s.works, workOf(cfg, i))
		for _, p := range s.promises(i) {
			s.latency(p)
			s.rate(p)
			s.load([]promise{p})
			s.all = append(s.all, p)
		}
	}
	s.together()
	s.risks()
	return s.verdict
}

// Room for chance and for the arithmetic: a share or an amount of work has to
// be beyond its bound by so many standard deviations, and by a percent.
const (
	deviations = 5
	slack      = 0.01
)

type screen struct {
	cfg     *model.Config
	works   []work   // by class
	delay   *float64 // what starting returns, once it was asked
	all     []promise
	verdict Verdict
}

// promise is an objective as a bound on how many tasks may take longer than a
// time.
type promise struct {
	class  int
	metric string
	bound  float64 // seconds
	late   float64 // share of the tasks that may take longer
	mean   bool    // it is the mean that is bounded
}

// promises returns the objectives of a class that can be judged without
// simulating: those where a task that is not done in time cannot look as if it
// were. A task that ends early by failing, or whose run is cut, can.
func (s *screen) promises(i int) []promise {
	c, p, f := &s.cfg.Classes[i], s.cfg.Policy, s.cfg.StepFunctions
	early := p.OnError != policy.GiveBack || p.OnRejected != policy.GiveBack || f.Heartbeat > 0 || c.Patience != nil
	if early || !s.cfg.Drain.UntilEmpty || !known(c) {
		return nil
	}
	var list []promise
	path := "classes." + c.Name + "."
	for _, b := range c.Objective.Latency {
		at := promise{class: i, metric: path + "latency." + b.Metric, bound: b.AtMost.Seconds() * (1 + slack)}
		if b.Metric == "oldest" || b.AtMost >= f.Timeout {
			continue
		}
		switch b.Metric {
		case "mean":
			at.mean = true
		case "max":
		default:
			at.late = 1 - map[string]float64{"p50": 0.5, "p90": 0.9, "p95": 0.95, "p99": 0.99}[b.Metric]
		}
		list = append(list, at)
	}
	// Without a dead-letter queue, retries and early expiry, a task that is not
	// done by its timeout has timed out.
	if most := c.Objective.TimedOut; most >= 0 && c.Queue.MaxReceiveCount == 0 && c.Queue.Retention > f.Timeout && f.Retry.MaxAttempts == 0 {
		list = append(list, promise{class: i, metric: path + "timed_out_share", bound: f.Timeout.Seconds(), late: most})
	}
	return list
}

// reject notes an objective that is out of reach.
func (s *screen) reject(p promise, format string, args ...any) {
	s.verdict.Impossible = append(s.verdict.Impossible, Reason{p.metric, fmt.Sprintf(format, args...)})
}

// counted returns from when on tasks count, and false where that is not known.
func (s *screen) counted() (time.Duration, bool) {
	if s.cfg.Study != model.Steady {
		return 0, true
	}
	if !s.cfg.Warmup.Auto {
		return s.cfg.Warmup.For, true
	}
	// MSER-5 cuts half of the run at most. The less is counted, the less backlog
	// can grow, if what arrives is the same all the time.
	for i := range s.cfg.Classes {
		if _, why := flowOf(&s.cfg.Classes[i]); why != "" {
			return 0, false
		}
	}
	return s.cfg.Horizon / 2, true
}

// demandOf returns the work of the classes of some promises.
func (s *screen) demandOf(list []promise) (demand, bool) {
	from, ok := s.counted()
	d := demand{cfg: s.cfg, from: from}
	for _, p := range list {
		d.classes = append(d.classes, p.class)
		d.works = append(d.works, s.works[p.class])
	}
	return d, ok
}

// latency rejects a bound that the best latency of all exceeds: that of a task
// that never waits.
func (s *screen) latency(p promise) {
	d, ok := s.demandOf([]promise{p})
	n := d.tasks(p.class, s.cfg.Horizon)
	if !ok || n < 1 {
		return
	}
	w, least := s.works[p.class], s.least(p.class)
	room := p.bound - least
	if p.mean {
		s.meanLatency(p, n, least)
		return
	}
	late := 1.0
	if room > 0 {
		late = max(Exceeds(w.law, room), w.lost)
	}
	chance := deviations * math.Sqrt(late*(1-late)/n*d.spread(p.class))
	never := p.late == 0 && late*n >= 25 // exp(-25): some task of every run is late
	if p.late > 0 && late > p.late+chance+slack*p.late || never || late >= 1 {
		s.reject(p, "%s of the tasks take longer than %s if they never wait, by the law of their service times; %s may", percent(late), text(p.bound/(1+slack)), percent(p.late))
	}
}

// meanLatency rejects a bound on a mean that the mean of the service times, cut
// far beyond the bound so that a few very long ones do not decide, exceeds.
func (s *screen) meanLatency(p promise, n, least float64) {
	law := s.works[p.class].law
	for _, times := range []float64{2, 5, 20} {
		most := min(times*p.bound, s.cfg.StepFunctions.Timeout.Seconds())
		cut := work{law: law, limit: math.Inf(1)}.below(most)
		if least+cut-deviations*most/2/math.Sqrt(n) > p.bound {
			s.reject(p, "the mean service time alone is %s (%s where longer ones count as that), and %s more pass for calls to AWS: more than %s", text(Moment(law, 1)), text(cut), text(least), text(p.bound/(1+slack)))
			return
		}
	}
}

// below returns E[min(T, most)].
func (w work) below(most float64) float64 {
	return work{law: w.law, limit: most}.beyond(0)
}

// least is what a task's latency has besides its service: constants only.
func (s *screen) least(class int) float64 {
	sum := 0.0
	for _, d := range []model.Dist{s.cfg.Timing.SQSSend, s.cfg.Timing.SFNCallback} {
		if d.Kind == "" || d.Kind == "constant" {
			sum += d.Value.Seconds()
		}
	}
	if c := &s.cfg.Classes[class]; c.InitialBacklog == 0 { // that was sent long ago
		sum += c.Queue.Delay.Seconds()
	} else {
		sum = 0
	}
	return sum
}

// starting bounds how much later than it arrives a task may start, and its
// latency begin, because StartExecution is throttled: by the smallest quotas of
// any Region, 150 a second and 800 transitions.
func (s *screen) starting() float64 {
	if s.delay == nil {
		d := s.startDelay()
		s.delay = &d
	}
	return *s.delay
}

func (s *screen) startDelay() float64 {
	if s.cfg.Timing.Profile == "ideal" || !s.cfg.Assumptions.StartQueue {
		return 0
	}
	rate := min(150, 800/float64(max(1, s.cfg.StepFunctions.States)))
	d := demand{cfg: s.cfg}
	for i := range s.cfg.Classes {
		d.classes = append(d.classes, i)
		d.works = append(d.works, work{mean: 1, m2: 1})
	}
	backlog, variance, _ := d.peak(rate)
	return (backlog + deviations*math.Sqrt(variance)) / rate
}

// rate rejects a bound that the rate limit rules out.
func (s *screen) rate(p promise) {
	limit := s.cfg.Legacy.RateLimit
	d, ok := s.demandOf([]promise{p})
	if limit.Kind == "none" || !ok || p.mean {
		return
	}
	burst := float64(max(1, limit.Burst))
	if limit.Kind != "token-bucket" {
		burst = 2 * limit.Rate * limit.Window.Seconds()
	}
	for i := range d.works {
		d.works[i] = work{mean: 1, m2: 1}
	}
	backlog, variance, at := d.peak(limit.Rate)
	undone := backlog - limit.Rate*(p.bound+s.starting()) - burst - deviations*math.Sqrt(variance)
	n := d.tasks(p.class, s.cfg.Horizon)
	if n > 0 && undone > (p.late+slack)*(n+deviations*math.Sqrt(n*d.spread(p.class))) {
		s.reject(p, "the rate limit lets %.3g calls a second through: of the tasks by %s, at least %s are not called within %s, and %s may be late", limit.Rate, text(at.Seconds()), percent(undone/n), text(p.bound/(1+slack)), percent(p.late))
	}
}

// load rejects promises that the capacity rules out: in whatever order it works,
// the system does no more than so much work by the time when the last task that
// arrived has to be done.
func (s *screen) load(list []promise) {
	d, ok := s.demandOf(list)
	if !ok {
		return
	}
	capacity := Throughput(s.cfg)
	if len(list) == 1 {
		capacity = min(capacity, float64(Slots(s.cfg, list[0].class)))
	}
	backlog, variance, at := d.peak(capacity)
	if backlog == 0 {
		return
	}
	if len(list) == 1 && list[0].mean {
		s.meanLoad(list[0], backlog, variance, at, capacity)
		return
	}
	bound, may, needed := 0.0, 0.0, 0.0
	for _, p := range list {
		bound = max(bound, p.bound)
	}
	undone := backlog - capacity*(bound+s.starting()) - deviations*math.Sqrt(variance)
	if undone <= 0 {
		return
	}
	for i, p := range list {
		n := d.tasks(p.class, s.cfg.Horizon)
		n += deviations * math.Sqrt(n*d.spread(p.class))
		may += n * d.works[i].largest(p.late)
		needed += n * d.works[i].mean
	}
	if undone <= may+slack*needed {
		return
	}
	for _, p := range list {
		s.reject(p, "by %s there are %s of work waiting at best, while %.3g calls at full speed can be open at a time: within %s at least %s of it stays undone, and late tasks may hold %s",
			text(at.Seconds()), text(backlog), capacity, text(bound/(1+slack)), text(undone), text(may))
	}
}

// meanLoad rejects a bound on a mean: at most one task in k may take longer than
// k times the mean (Markov's inequality).
func (s *screen) meanLoad(p promise, backlog, variance float64, at time.Duration, capacity float64) {
	d, _ := s.demandOf([]promise{p})
	n := d.tasks(p.class, s.cfg.Horizon)
	n += deviations * math.Sqrt(n*d.spread(p.class))
	for _, k := range []float64{1.25, 1.5, 2, 4, 10, 50} {
		if k*p.bound >= s.cfg.StepFunctions.Timeout.Seconds() {
			return
		}
		undone := backlog - capacity*(k*p.bound+s.starting()) - deviations*math.Sqrt(variance)
		if may := n * d.works[0].largest(1/k); undone > may+slack*n*d.works[0].mean {
			s.reject(p, "by %s there are %s of work waiting at best, while %.3g calls at full speed can be open at a time: more than one task in %.3g takes longer than %.3g times the bound", text(at.Seconds()), text(backlog), capacity, k, k)
			return
		}
	}
}

// together rejects promises that are possible each, but not all at once. One of
// each class is taken, and the classes are added in order of priority.
func (s *screen) together() {
	if s.verdict.Rejected() {
		return
	}
	var list []promise
	for _, p := range s.all {
		last := len(list) - 1
		switch {
		case p.mean:
		case last >= 0 && list[last].class == p.class:
			if p.late < list[last].late {
				list[last] = p
			}
		default:
			list = append(list, p)
		}
		if len(list) > 1 && !s.verdict.Rejected() {
			s.load(list)
		}
	}
}

// percent writes a share.
func percent(x float64) string { return fmt.Sprintf("%.3g %%", 100*x) }
