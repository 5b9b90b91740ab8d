package theory

import (
	"fmt"

	"penstock/model"
	"penstock/model/policy"
)

// risk notes what is likely to go wrong.
func (s *screen) risk(metric, format string, args ...any) {
	s.verdict.Risks = append(s.verdict.Risks, Reason{metric, fmt.Sprintf(format, args...)})
}

// risks finds what the formulas warn of but cannot prove.
func (s *screen) risks() {
	s.fitting()
	for i := range s.cfg.Classes {
		s.deferral(i)
		s.outage(i)
	}
}

// fitting warns of classes that do not fit below the capacity in the long run.
func (s *screen) fitting() {
	var loads []float64
	for i := range s.cfg.Classes {
		load := 0.0
		for _, a := range s.cfg.Classes[i].Arrivals {
			if a.Kind != "closed" {
				load += OfferedLoad(a.MeanRate(s.cfg.Horizon), Moment(serviceOf(s.cfg, i), 1))
			}
		}
		loads = append(loads, load)
	}
	capacity := Throughput(s.cfg)
	if k := Fitting(loads, capacity); k < len(loads) {
		sum := 0.0
		for _, load := range loads[:k+1] {
			sum += load
		}
		s.risk("", "class %s and what is above it keep %.3g calls in progress, but %.3g are possible: in the long run it does not fit", s.cfg.Classes[k].Name, sum, capacity)
	}
}

// deferral warns of messages that give way until their receives are used up: of
// a class whose work, and that above it, takes longer to be done than it may be
// put off.
func (s *screen) deferral(i int) {
	c, p := &s.cfg.Classes[i], s.cfg.Policy
	receives := c.Queue.MaxReceiveCount
	if i == 0 || p.Kind != policy.Yield || receives == 0 || p.YieldFor.Mode == policy.Drawn || c.YieldFor != nil || p.EscalateAt > 0 && p.EscalateAt <= receives {
		return
	}
	d := demand{cfg: s.cfg}
	for k := range i + 1 {
		if !known(&s.cfg.Classes[k]) {
			return
		}
		d.classes, d.works = append(d.classes, k), append(d.works, s.works[k])
	}
	capacity := Throughput(s.cfg)
	backlog, _, at := d.peak(capacity)
	bound := DeferralBound(receives, c.Queue.VisibilityTimeout)
	if wait := backlog / capacity; wait > bound.Seconds() {
		s.risk("classes."+c.Name+".dead_lettered_share", "at %s it takes %s to do the work of class %s and those above, but a message that gives way %d times is dead-lettered after (%d - 1) x %s = %s",
			text(at.Seconds()), text(wait), c.Name, receives, receives, model.DurationText(c.Queue.VisibilityTimeout), model.DurationText(bound))
	}
}

// outage warns of messages that do not outlive an outage.
func (s *screen) outage(i int) {
	c := &s.cfg.Classes[i]
	receives := c.Queue.MaxReceiveCount
	if receives == 0 || s.cfg.Policy.OnRejected != policy.GiveBack || s.cfg.Policy.RetryFor.Mode != policy.Remaining || c.RetryFor != nil {
		return
	}
	bound := DeferralBound(receives, c.Queue.VisibilityTimeout)
	for _, o := range s.cfg.Legacy.Outages {
		if o.Kind == "down" && o.For > bound {
			s.risk("classes."+c.Name+".dead_lettered_share", "an outage of %s outlasts the %d receives of a message of class %s, (%d - 1) x %s = %s: what arrives in its first %s is dead-lettered",
				model.DurationText(o.For), receives, c.Name, receives, model.DurationText(c.Queue.VisibilityTimeout), model.DurationText(bound), model.DurationText(o.For-bound))
			return
		}
	}
}
