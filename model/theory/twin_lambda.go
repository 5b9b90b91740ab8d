package theory

import (
	"penstock/model"
	"penstock/model/policy"
)

// startingPollers is how many concurrent batches a mapping begins with and
// keeps: up to there its pollers are servers that are always present, beyond
// they come and go (Lambda, scaling for SQS).
const startingPollers = 5

// lambda predicts a function: mappings with a maximum concurrency have servers
// of their own; without one, every message is received at once, and the legacy
// system alone decides.
func (t *twin) lambda() {
	sum, capped := 0, true
	for i := range t.cfg.Classes {
		n := t.cfg.Classes[i].Mapping.MaximumConcurrency
		sum += n
		capped = capped && n > 0
	}
	open := !capped && len(t.flows) == 1 && t.ideal() && instant(t.cfg.Worker.ColdStart)
	beat := t.cfg.StepFunctions.Heartbeat > 0
	for i := range t.cfg.Classes {
		beat = beat || t.cfg.Classes[i].Patience != nil
	}
	switch w, l := t.cfg.Worker, t.cfg.Legacy; {
	case beat:
		t.without("tasks that give up have no formula behind a function")
	case l.RateLimit.Kind != "none" && !open:
		t.without("calls that a rate limit refuses have a formula only where nothing else holds them up")
	case open:
		t.open()
	case !capped && t.partly():
	case !capped:
		t.without("pollers without a maximum concurrency compete, and no formula holds for what is throttled")
	case sum > w.Concurrency:
		t.without("the mappings may start more than the function may run, and no formula holds for what is throttled")
	case l.Slowdown.Kind != "none":
		t.without("no formula holds for messages that wait while the legacy system slows down")
	case sum > l.Concurrency:
		t.without("calls wait in two places: for the function, and for a place in the legacy system")
	default:
		t.lanes()
	}
}

func instant(d model.Dist) bool { return Moment(d, 1) == 0 }

// partly predicts the highest class where it alone has lanes of its own and
// whatever the others do cannot touch it.
func (t *twin) partly() bool {
	first := t.cfg.Classes[0].Mapping.MaximumConcurrency
	if first == 0 || !t.ideal() || !instant(t.cfg.Worker.ColdStart) || t.cfg.Legacy.Slowdown.Kind != "none" ||
		t.cfg.Worker.Concurrency < 500 || t.cfg.Legacy.Concurrency < t.cfg.Worker.Concurrency {
		return false // the others must never fill the function
	}
	t.lane(0)
	t.without("the classes below have no maximum concurrency")
	return true
}

// lanes predicts every class that has servers of its own and gives way to none.
func (t *twin) lanes() {
	for i := range t.cfg.Classes {
		if t.yields(i) {
			t.without("class %s: no formula holds for messages that give way", t.cfg.Classes[i].Name)
			continue
		}
		t.lane(i)
	}
}

// lane predicts one class with servers of its own.
func (t *twin) lane(i int) {
	c, law := &t.cfg.Classes[i], t.laws[i]
	n := c.Mapping.MaximumConcurrency
	switch {
	case !t.ideal():
		if n > startingPollers {
			t.without("class %s: beyond %d the pollers of a mapping come and go", c.Name, startingPollers)
			return
		}
		t.held(i, n)
		return
	case !instant(t.cfg.Worker.ColdStart):
		t.cold(i)
		return
	}
	mean := Moment(law, 1)
	rho := t.flows[i].rate * mean / float64(n)
	b := t.band(rho, mean, SquaredCV(law), n)
	if !t.settles("class "+c.Name, rho, b) {
		return
	}
	long := mean * (1 + SquaredCV(law)) / 2 / (float64(n) * (1 - rho))
	if t.cfg.StepFunctions.Timeout.Seconds() < 16*(long+mean) {
		t.without("class %s: tasks time out, and no formula holds for those in time", c.Name)
		return
	}
	t.alone(queue{c.Name, t.flows[i], law, n, b})
}

// cold predicts one environment that is taken away when it has been idle.
func (t *twin) cold(i int) {
	c, w, law := &t.cfg.Classes[i], t.cfg.Worker, t.laws[i]
	if c.Mapping.MaximumConcurrency != 1 || w.Concurrency != 1 || w.ColdStart.Kind != "constant" || !t.flows[i].poisson() {
		t.without("class %s: cold starts of several environments have no formula", c.Name)
		return
	}
	gone, ok := Transform(w.IdleLifetime, complex(t.flows[i].rate, 0))
	if !ok {
		t.without("class %s: a lifetime of environments with a law that has no transform in closed form", c.Name)
		return
	}
	m1, start := Moment(law, 1), Moment(w.ColdStart, 1)
	rho := t.flows[i].rate * m1
	b := t.band(rho, m1+start, SquaredCV(law), 1)
	if !t.settles("class "+c.Name, rho, b) {
		return
	}
	share, wait := ColdMG1(t.flows[i].rate, m1, Moment(law, 2), start, real(gone))
	const method = "M/G/1 with a cold first service, Welch"
	path := "classes." + c.Name + "."
	t.exact("worker.cold_start_share", method, share, b.mean(share))
	t.exact(path+"wait_parts.queued", method, wait, b.mean(wait))
	t.exact(path+"latency.mean", method, wait+m1+share*start, b.mean(wait+m1+share*start))
}

// open predicts a legacy system in front of which nothing waits.
func (t *twin) open() {
	w, l, f, law := t.cfg.Worker, t.cfg.Legacy, t.flows[0], t.laws[0]
	mean := Moment(law, 1)
	switch {
	case !f.poisson():
		t.without("a legacy system without a queue has a formula for Poisson arrivals only")
	case l.Concurrency+l.Backlog > w.Concurrency:
		t.without("the function is full before the legacy system, and no formula holds for what is throttled")
	case l.Backlog > 0 && law.Kind != "exponential":
		t.without("a legacy system with a backlog has a formula for exponential service only")
	case mean == 0:
		t.without("calls take no time")
	case l.RateLimit.Kind != "none":
		t.limited(Shared{f.rate, mean, l.Concurrency, l.Backlog, l.Slowdown.Speed})
	default:
		t.refusing(Shared{f.rate, mean, l.Concurrency, l.Backlog, l.Slowdown.Speed})
	}
}

// refusing predicts a system that refuses what does not fit.
func (t *twin) refusing(s Shared) {
	c, p := &t.cfg.Classes[0], t.cfg.Policy
	l := s.Solve()
	if l.Refused > rare && p.OnRejected != policy.FailTask {
		t.retrying(s)
		return
	}
	// Where nothing waits without end, the system forgets within a sojourn.
	b := band{relax: 10 * l.Sojourn, over: t.over, start: 10 * l.Sojourn / t.over}
	if t.cut > 10*b.relax {
		b.start /= 100
	}
	if !t.settles("the legacy system", 0, b) {
		return
	}
	method := "birth-death chain of the calls present"
	if s.Backlog == 0 {
		method += ", insensitive to the service law"
	}
	path := "classes." + c.Name + "."
	t.exact("legacy.in_flight_mean", method, l.Present, b.mean(l.Present))
	share := l.AtWork / float64(s.Places)
	t.exact("legacy.utilization", method, share, b.mean(share))
	t.exact(path+"latency_completed.mean", method, l.Sojourn, b.mean(l.Sojourn))
	if l.Slowed > 0 {
		t.exact("legacy.slowed", method, l.Slowed, b.mean(l.Slowed))
	}
	if l.Refused > 1e-4 {
		t.exact(path+"failed_share", method, l.Refused, b.mean(l.Refused))
	}
}

// limited predicts what a rate limit of fixed windows refuses, where there is
// always a place for what it lets through.
func (t *twin) limited(s Shared) {
	limit := t.cfg.Legacy.RateLimit
	if s.Solve().Refused > rare || t.over < 100*limit.Window.Seconds() {
		t.without("what a rate limit refuses has a formula where the legacy system never refuses, in runs of a hundred windows and more")
		return
	}
	most := int(limit.Rate*limit.Window.Seconds() + 1e-9)
	refused := 1 - FixedWindow(s.Rate, limit.Window.Seconds(), most)
	const method = "mean of min(N, limit), N Poisson"
	// A window that the run cuts short refuses less.
	off := refused*limit.Window.Seconds()/t.over + grain
	t.exact("classes."+t.cfg.Classes[0].Name+".failed_share", method, refused, off)
	t.exact("legacy.rejected_share", method, refused, off)
}

// retrying predicts one place at which refused calls try again.
func (t *twin) retrying(s Shared) {
	c, p := &t.cfg.Classes[0], t.cfg.Policy
	law := p.RetryFor.Dist
	if own := c.RetryFor; own != nil {
		law = *own
	} else if p.RetryFor.Mode != policy.Drawn {
		law = model.Dist{}
	}
	if s.Places != 1 || s.Backlog != 0 || t.laws[0].Kind != "exponential" || law.Kind != "exponential" ||
		t.cfg.Legacy.Slowdown.Kind != "none" || c.Queue.MaxReceiveCount != 0 {
		t.without("refused calls come back, which has a formula for one place, exponential times and no limit on receives only")
		return
	}
	rho, pause := s.Rate*s.Mean, Moment(law, 1)
	b := t.band(rho, s.Mean+pause, 1, 1)
	if !t.settles("the legacy system", rho, b) {
		return
	}
	const method = "M/M/1 with retrials, Falin-Templeton"
	wait := RetrialMM1(s.Rate, s.Mean, pause)
	path := "classes." + c.Name + "."
	t.exact("legacy.at_limit", method, rho, b.mean(rho))
	t.exact(path+"wait.mean", method, wait, b.mean(wait))
	t.exact(path+"latency.mean", method, wait+s.Mean, b.mean(wait+s.Mean))
	tries := 1 + wait/pause
	t.exact(path+"receives_per_message", method, tries, b.mean(tries))
}

// held predicts a class whose worker is also taken while calls to AWS are on
// their way.
func (t *twin) held(i, servers int) {
	c, law, o := &t.cfg.Classes[i], t.laws[i], t.overhead()
	m1 := Moment(law, 1)
	hold := o.before + m1 + o.after
	scv := SquaredCV(law) * m1 * m1 / (hold * hold)
	rate := t.flows[i].rate
	rho := rate * hold / float64(servers)
	b := t.band(rho, hold, scv, servers)
	name := "class " + c.Name
	switch {
	case !t.settles(name, rho, b):
		return
	case !t.flows[i].poisson():
		t.without("%s: with the latencies of AWS there is an approximation for Poisson arrivals only", name)
		return
	case scv > widest:
		t.without("%s: no approximation was checked for service times this variable (squared coefficient of variation %.2g)", name, scv)
		return
	case t.cfg.StepFunctions.Timeout.Seconds() < 16*(hold*(1+scv)/2/(float64(servers)*(1-rho))+hold):
		t.without("%s: tasks time out, and no formula holds for those in time", name)
		return
	}
	wait := MGcWait(rate, hold, scv, servers)
	// A poll on its way to the queue is no server, and no server yet gone: it
	// may be off by its own latency either way.
	off := Moment(t.cfg.Timing.SQSReceive, 1) + t.starts(rate, servers)
	const method = "M/G/c with the worker's time for AWS in the service"
	path := "classes." + c.Name + "."
	add := func(metric string, value float64) {
		t.about(path+metric, method, value, 0, MGcError*wait+off+b.mean(value))
	}
	add("wait.mean", wait+o.before)
	add("latency.mean", o.send+wait+o.before+m1+o.answer)
	if len(t.flows) == 1 {
		load := rate * m1
		t.exact("legacy.in_flight_mean", "Little's law", load, b.mean(load))
	}
}

// starts bounds what cold starts add to a mean: an environment that is taken
// away has been idle for its lifetime, so that each starts at most once in that
// time, and once at the start of the run. Of random lifetimes it is the short ones
// that end, however long they are on average: then any message may start one.
func (t *twin) starts(rate float64, servers int) float64 {
	if t.cfg.Worker.Driver != model.DriverLambda {
		return 0
	}
	each := Moment(t.cfg.Worker.ColdStart, 1)
	life := max(t.cfg.Worker.IdleLifetime.Value.Seconds(), 1e-3) // no other law than a constant has a value
	return each * min(1, float64(servers)/rate*(1/life+1/t.over))
}
