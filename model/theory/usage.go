package theory

import (
	"math"
	"time"

	"penstock/model"
)

// LeastUsage returns what one run of a scenario is metered for at least, in
// expectation, and the span that it is metered over: what its tasks and its
// standing capacity need under any policy that keeps the objectives. What is
// received in vain, looks, yields, cold starts and logs come on top. With ok false
// nothing is known, since it is not known what counts.
func LeastUsage(cfg *model.Config) (u model.Usage, span time.Duration, ok bool) {
	s := &screen{cfg: cfg}
	for i := range cfg.Classes {
		s.works = append(s.works, workOf(cfg, i))
	}
	from, ok := s.counted()
	if !ok || from >= cfg.Horizon {
		return u, 0, false
	}
	span = cfg.Horizon - from
	standing(cfg, span, &u)
	if !cfg.Drain.UntilEmpty { // some tasks may never start
		return u, span, true
	}
	for i := range cfg.Classes {
		if known(&cfg.Classes[i]) {
			s.tasks(i, from, &u)
		}
	}
	return u, span, true
}

// standing adds capacity that is kept ready.
func standing(cfg *model.Config, span time.Duration, u *model.Usage) {
	w := &cfg.Worker
	if w.Driver == model.DriverPoller {
		u.Add(model.FargateCPU, model.CauseStandby, int64(w.CPU*1000*span.Seconds()))
		u.Add(model.FargateMemory, model.CauseStandby, int64(float64(w.Memory>>20)*span.Seconds()))
		return
	}
	u.Add(model.LambdaProvisioned, model.CauseStandby, int64(w.ProvisionedConcurrency)*(w.Memory>>20)*span.Milliseconds())
	for i := range cfg.Classes {
		u.Add(model.MappingPollers, model.CauseStandby, int64(cfg.Classes[i].Mapping.ProvisionedPollers.Min)*int64(span.Seconds()))
	}
}

// tasks adds what the tasks of a class need: each a send and its transitions,
// and those that its objectives want done in time a receive, a delete and the
// time of their calls. Those that may be late are taken to be the longest, and
// never done.
func (s *screen) tasks(i int, from time.Duration, u *model.Usage) {
	c, w := &s.cfg.Classes[i], &s.cfg.Worker
	d := demand{cfg: s.cfg, from: from}
	n := d.tasks(i, s.cfg.Horizon)
	n -= deviations * math.Sqrt(n*d.spread(i))
	if n <= 0 {
		return
	}
	late := 1.0
	for _, p := range s.promises(i) {
		if !p.mean {
			late = min(late, p.late+slack)
		}
	}
	chunks := float64(max(1, (c.Payload+65535)/65536))
	sent := max(0, n-float64(c.InitialBacklog)) // those were sent long ago
	u.Add(model.StatesTransitions, model.CauseWork, int64(n*float64(s.cfg.StepFunctions.States)))
	u.Add(model.SQSSend, model.CauseWork, int64(sent*chunks))
	done, batch := n*(1-late), float64(max(1, c.Mapping.BatchSize))
	if w.Driver == model.DriverPoller {
		batch = 1
	}
	u.Add(model.SQSReceive, model.CauseWork, int64(done/min(10, batch)))
	u.Add(model.SQSDelete, model.CauseWork, int64(done/10))
	if w.Driver == model.DriverPoller {
		return
	}
	work := s.works[i]
	ms := 1000 * n * max(0, work.mean-work.largest(late)) * (1 - slack)
	u.Add(model.LambdaRequests, model.CauseWork, int64(done/batch))
	meter := model.LambdaDuration
	if w.ProvisionedConcurrency > 0 { // the cheaper of the two that it may be
		meter = model.LambdaProvisionedDuration
	}
	u.Add(meter, model.CauseWork, int64(ms*float64(w.Memory>>20)))
}
