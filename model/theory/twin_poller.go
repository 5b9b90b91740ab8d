package theory

import (
	"math"

	"penstock/model"
	"penstock/model/policy"
)

// poller predicts a polling service: its slots are the servers, and all classes
// share them.
func (t *twin) poller() {
	w, l := t.cfg.Worker, t.cfg.Legacy
	switch {
	case l.RateLimit.Kind != "none":
		t.without("calls that a rate limit refuses have a formula only where nothing else holds them up")
		return
	case l.Slowdown.Kind != "none":
		t.without("no formula holds for slots that wait while the legacy system slows down")
		return
	case l.Concurrency < w.Concurrency:
		t.without("calls wait in two places: for a slot, and for a place in the legacy system")
		return
	case w.LowFirst > 0:
		t.without("slots that ask the lowest class first now and then have no formula")
		return
	case t.cfg.Policy.Kind != policy.None && len(t.flows) > 1:
		t.without("no formula holds for messages that give way")
		return
	}
	rho, mean, scv := t.together(w.Concurrency)
	b := t.band(rho, mean, scv, w.Concurrency)
	switch patience, why := t.patience(); {
	case why != "":
		t.without("%s", why)
	case patience != nil:
		t.impatient(*patience)
	case !t.settles("the worker", rho, b):
	case t.ideal() && t.timely():
		t.work(b)
		t.slots(b)
	case t.ideal():
		t.late(b)
	default:
		t.loaded()
	}
}

// together returns the utilization of servers that all classes share, and the
// mean and the squared coefficient of variation of the service times of all.
func (t *twin) together(servers int) (rho, mean, scv float64) {
	rate, m1, m2 := 0.0, 0.0, 0.0
	for i, f := range t.flows {
		rate += f.rate
		m1 += f.rate * Moment(t.laws[i], 1)
		m2 += f.rate * Moment(t.laws[i], 2)
	}
	mean = m1 / rate
	if mean == 0 {
		return 0, 0, 0
	}
	return m1 / float64(servers), mean, max(0, m2/rate/(mean*mean)-1)
}

// work adds Little's law: arrival rate times mean service time is the mean
// number of calls at work, whatever the order of service.
func (t *twin) work(b band) {
	load := 0.0
	for i, f := range t.flows {
		load += OfferedLoad(f.rate, Moment(t.laws[i], 1))
	}
	const method = "Little's law"
	t.exact("legacy.in_flight_mean", method, load, b.mean(load))
	share := load / float64(t.cfg.Legacy.Concurrency)
	t.exact("legacy.utilization", method, share, b.mean(share))
}

// slots predicts the classes of an ideal polling service.
func (t *twin) slots(b band) {
	c := t.cfg.Worker.Concurrency
	if len(t.flows) == 1 {
		t.alone(queue{t.cfg.Classes[0].Name, t.flows[0], t.laws[0], c, b})
		return
	}
	var rates, m1, m2 []float64
	same, exponential := true, true
	for i, f := range t.flows {
		if !f.poisson() {
			t.without("priorities have formulas for Poisson arrivals only")
			return
		}
		rates = append(rates, f.rate)
		m1, m2 = append(m1, Moment(t.laws[i], 1)), append(m2, Moment(t.laws[i], 2))
		same = same && m1[i] == m1[0] && m2[i] == m2[0]
		exponential = exponential && t.laws[i].Kind == "exponential"
	}
	scv := SquaredCV(t.laws[0])
	switch {
	case same && exponential:
		t.priorities(PriorityMMc{rates, m1[0], c}, b)
	case c == 1:
		t.ranked("M/G/1 with priorities, Cobham", Cobham(rates, m1, m2), m1, 0, b)
	case same && scv <= widest:
		t.ranked("M/G/c with priorities, Bondi-Buzen", PriorityMGcWaits(rates, m1[0], scv, c), m1, MGcError+PriorityMGcError, b)
	default:
		t.without("classes of different service times that share several slots have no formula")
	}
}

// ranked adds the mean waits of all classes.
func (t *twin) ranked(method string, waits, service []float64, rel float64, b band) {
	for i, w := range waits {
		t.waits("classes."+t.cfg.Classes[i].Name+".", method, w, service[i], rel, b)
	}
}

// priorities adds all that is known of M/M/c with priorities.
func (t *twin) priorities(q PriorityMMc, b band) {
	const method = "M/M/c with priorities, Kella-Yechiali"
	for k, wait := range q.Waits() {
		path := "classes." + t.cfg.Classes[k].Name + "."
		t.waits(path, method, wait, q.Mean, 0, b)
		t.exact(path+"waited", method, q.Delayed(), b.mean(q.Delayed()))
		t.tails(path+"wait", method, b, q.Delayed(), 0, func(p float64) float64 { return q.WaitQuantile(k, p) })
		t.tails(path+"latency", method, b, 1, 0, func(p float64) float64 { return q.SojournQuantile(k, p) })
	}
}

// patience returns how long the tasks of the only class wait before they give
// up, if they do, or why that has no formula.
func (t *twin) patience() (*model.Dist, string) {
	own, beat := t.cfg.Classes[0].Patience, t.cfg.StepFunctions.Heartbeat
	for i := range t.cfg.Classes {
		if t.cfg.Classes[i].Patience != nil && len(t.flows) > 1 {
			return nil, "tasks that give up have a formula in a queue of one class only"
		}
	}
	switch {
	case own == nil && beat == 0:
		return nil, ""
	case len(t.flows) > 1 || own != nil && beat > 0:
		return nil, "tasks that miss a heartbeat while they wait have no formula here"
	case !t.cfg.Policy.CheckToken:
		return nil, "tasks that have given up are called all the same, and no formula holds for those in time"
	case !t.ideal() || !t.timely() || !t.flows[0].poisson() || t.laws[0].Kind != "exponential":
		return nil, "tasks that give up have a formula for Poisson arrivals and exponential service only, without latencies of AWS"
	case own != nil && own.Kind != "exponential" && own.Kind != "constant":
		return nil, "tasks that give up have a formula for exponential and for constant patience only"
	case own != nil:
		return own, ""
	case t.cfg.Policy.Heartbeat == 0 || t.cfg.Policy.Heartbeat >= beat:
		return nil, "tasks miss their heartbeat during the call, too"
	}
	return &model.Dist{Kind: "constant", Value: beat}, ""
}

// impatient predicts a queue that tasks leave. It is stable at any load.
func (t *twin) impatient(patience model.Dist) {
	rate, mean, c := t.flows[0].rate, Moment(t.laws[0], 1), t.cfg.Worker.Concurrency
	stay := Moment(patience, 1)
	method, i := "M/M/c+M, Erlang A", Impatient{}
	if patience.Kind == "constant" {
		method, i = "M/M/c+D, Zeltyn-Mandelbaum", PatientFor(rate, mean, c, stay)
	} else {
		i = ErlangA(rate, mean, c, stay)
	}
	// The queue forgets no slower than with patience and service in line.
	b := band{relax: mean + stay, over: t.over, start: (mean + stay) / t.over}
	if !t.settles("the worker", 0, b) {
		return
	}
	path := "classes." + t.cfg.Classes[0].Name + "."
	t.exact(path+"timed_out_share", method, i.Abandon, b.mean(i.Abandon))
	t.exact(path+"wait_parts.queued", method, i.Wait, b.mean(i.Wait))
	t.exact("worker.at_limit", method, i.Delayed, b.mean(i.Delayed))
	t.exact("worker.busy", method, i.Busy, b.mean(i.Busy))
	if !math.IsNaN(i.Served) {
		t.exact(path+"wait.mean", method, i.Served, b.mean(i.Served))
	}
}

// timely reports whether practically every task ends before its timeout. The
// wait of whoever waits falls off about exponentially.
func (t *twin) timely() bool {
	rho, mean, scv := t.together(t.cfg.Worker.Concurrency)
	if own := t.cfg.Classes[0].Patience; own != nil || t.cfg.StepFunctions.Heartbeat > 0 {
		return t.cfg.StepFunctions.Timeout.Seconds() > 100*mean
	}
	if rho >= 1 {
		return false
	}
	// Of the lowest class: a whole backlog, stretched by what goes before it.
	above := 0.0
	for i, f := range t.flows[:len(t.flows)-1] {
		above += f.rate * Moment(t.laws[i], 1) / float64(t.cfg.Worker.Concurrency)
	}
	long := mean * (1 + scv) / 2 / float64(t.cfg.Worker.Concurrency) / ((1 - rho) * (1 - above) * (1 - above))
	const enough = 16 // exp(-16) is below rare
	return t.cfg.StepFunctions.Timeout.Seconds() > enough*long+mean*enough
}

// late predicts which share of the tasks times out where the timeout changes
// nothing in the queue: messages of tasks that have ended are called as well.
func (t *twin) late(b band) {
	if len(t.flows) > 1 || t.cfg.Policy.CheckToken || t.cfg.StepFunctions.Retry.MaxAttempts > 0 ||
		!t.flows[0].poisson() || t.laws[0].Kind != "exponential" {
		t.without("tasks time out, and no formula holds for those in time")
		return
	}
	t.work(b)
	q := MMc{t.flows[0].rate, Moment(t.laws[0], 1), t.cfg.Worker.Concurrency}
	share := q.SojournTail(t.cfg.StepFunctions.Timeout.Seconds())
	t.exact("classes."+t.cfg.Classes[0].Name+".timed_out_share", "M/M/c, Erlang C", share, b.mean(share))
}

// loaded predicts a polling service where AWS takes time.
func (t *twin) loaded() {
	if len(t.flows) > 1 {
		t.without("a slot that waits for one queue is deaf to the others for up to two seconds: no formula holds for several classes")
		return
	}
	t.held(0, t.cfg.Worker.Concurrency)
}
