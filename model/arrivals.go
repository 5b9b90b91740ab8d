package model

import (
	"fmt"
	"time"

	"penstock/sim"
)

// source feeds the arrivals of one [[class.arrivals]] into the world, one
// pending event at a time.
type source struct {
	class int32
	index int32 // among all sources
	gaps  gaps
	think sampler // closed loop only
	users int     // closed loop only
}

// gaps generates the instants of arrivals, in order.
type gaps interface {
	// next returns the next arrival, ns from the start of the run, and the
	// legacy service time that comes with it, ns, or < 0. The last result is
	// false if there is none.
	next() (at, service int64, ok bool)
}

// newSources returns the sources of every class, the initial backlogs first.
func newSources(w *world) []source {
	var all []source
	for i := range w.cfg.Classes {
		c := &w.cfg.Classes[i]
		for k := range c.Arrivals {
			a := &c.Arrivals[k]
			s := source{class: int32(i), index: int32(len(all))}
			stream := w.stream(fmt.Sprintf("class.%s.arrivals[%d]", c.Name, k))
			if a.Kind == "closed" {
				s.users, s.think = a.Population, newSampler(a.Think, stream)
			} else {
				s.gaps = inGroups(a, newGaps(a, w.cfg.Horizon, stream))
			}
			all = append(all, s)
		}
	}
	return append(all, source{index: int32(len(all))}) // owns the initial backlogs
}

// newGaps returns the generator of an open source.
func newGaps(a *Arrivals, horizon time.Duration, stream *sim.Stream) gaps {
	switch a.Kind {
	case "poisson":
		if a.Rate <= 0 {
			return never{}
		}
		return &renewal{gap: sampler{stream: stream, rand: func(s *sim.Stream) float64 { return s.ExpFloat64() / a.Rate }}}
	case "constant":
		return &constant{rate: a.Rate}
	case "renewal":
		return &renewal{gap: newSampler(a.Gap, stream)}
	case "burst":
		return &burst{cfg: a}
	case "schedule":
		return &schedule{cfg: a, stream: stream, horizon: horizon.Seconds()}
	case "mmpp":
		return newModulated(a, stream, horizon)
	case "trace":
		if a.Trace.Format == "counts" {
			return &binned{cfg: &a.Trace, stream: stream}
		}
		return &recorded{cfg: &a.Trace}
	}
	panic("model: unknown arrivals " + a.Kind)
}

// start schedules the first arrivals.
func (s *source) start(w *world) {
	for range s.users {
		s.ended(w)
	}
	s.follow(w)
}

// follow schedules the next arrival of an open source before the horizon.
func (s *source) follow(w *world) {
	if s.gaps == nil {
		return
	}
	if at, service, ok := s.gaps.next(); ok && at < int64(w.cfg.Horizon) {
		w.engine.Schedule(at, sim.Arrive, evArrival, s.index, service)
	}
}

// onArrival takes one task in.
func (s *source) onArrival(w *world, service int64) {
	w.steps.arrive(s.class, s.index, service)
	s.follow(w)
}

// ended tells a closed loop that one of its users has an answer, or has just
// come, and thinks.
func (s *source) ended(w *world) {
	if s.users == 0 {
		return
	}
	if at := w.engine.Now() + int64(s.think.draw()); at < int64(w.cfg.Horizon) {
		w.engine.Schedule(at, sim.Arrive, evArrival, s.index, -1)
	}
}

// never is a source that is switched off.
type never struct{}

func (never) next() (int64, int64, bool) { return 0, 0, false }

// renewal has independent gaps of one law.
type renewal struct {
	gap sampler
	at  int64
}

func (r *renewal) next() (int64, int64, bool) {
	r.at += int64(r.gap.draw())
	return r.at, -1, true
}

// constant has equal gaps, the first from the start. Each instant is computed
// from its number, so that rounding does not add up.
type constant struct {
	rate float64
	n    int64
}

func (c *constant) next() (int64, int64, bool) {
	if c.rate <= 0 {
		return 0, 0, false
	}
	c.n++
	return int64(roundSeconds(float64(c.n) / c.rate)), -1, true
}

// burst has Count arrivals evenly spread over a stretch, once or repeatedly.
type burst struct {
	cfg *Arrivals
	i   int // arrivals of this burst so far
	n   int // bursts so far
}

func (b *burst) next() (int64, int64, bool) {
	if b.i == b.cfg.Count {
		if b.cfg.Every == 0 {
			return 0, 0, false
		}
		b.i, b.n = 0, b.n+1
	}
	if b.cfg.Count == 0 {
		return 0, 0, false
	}
	start := b.cfg.At + time.Duration(b.n)*b.cfg.Every
	within := roundSeconds(b.cfg.Over.Seconds() * float64(b.i) / float64(b.cfg.Count))
	b.i++
	return int64(start + within), -1, true
}
