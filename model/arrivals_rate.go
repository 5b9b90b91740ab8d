package model

import (
	"math"
	"time"

	"penstock/sim"
)

// schedule is a Poisson process whose rate follows a schedule. Its arrivals
// are those of a Poisson process of rate 1 in the time that runs as fast as
// the rate: one exponential draw an arrival, none thrown away.
type schedule struct {
	cfg     *Arrivals
	stream  *sim.Stream
	horizon float64
	at      float64 // seconds
}

func (s *schedule) next() (int64, int64, bool) {
	need := s.stream.ExpFloat64()
	for s.at < s.horizon {
		from, until, rate, slope := s.piece()
		t := reach(need, rate, slope)
		if t < until-from {
			s.at = from + t
			return int64(roundSeconds(s.at)), -1, true
		}
		width := until - from
		need -= float64(rate*width) + float64(slope*width)*width/2
		s.at = until
	}
	return 0, 0, false
}

// piece returns the straight piece of the schedule that the source is in: from
// now until its end, with the rate now and its slope.
func (s *schedule) piece() (from, until, rate, slope float64) {
	pts := s.cfg.Points
	turn := 0.0
	if p := s.cfg.Period.Seconds(); p > 0 {
		turn = math.Floor(s.at/p) * p
		if s.at-turn >= p { // rounding
			turn += p
		}
	}
	i := 0
	for i+1 < len(pts) && turn+pts[i+1].At.Seconds() <= s.at {
		i++
	}
	end, next := math.Inf(1), pts[i].Rate
	switch {
	case i+1 < len(pts):
		end, next = turn+pts[i+1].At.Seconds(), pts[i+1].Rate
	case s.cfg.Period > 0:
		end, next = turn+s.cfg.Period.Seconds(), pts[0].Rate
	}
	start := turn + pts[i].At.Seconds()
	end = min(end, max(s.horizon, s.at))
	if s.at < start { // before the first point nothing arrives
		return s.at, min(start, s.horizon), 0, 0
	}
	rate = pts[i].Rate
	if s.cfg.Shape == "linear" && next != rate && !math.IsInf(end, 1) {
		full := s.width(i)
		slope = (next - rate) / full
		rate += float64(slope * (s.at - start))
	}
	return s.at, end, rate, slope
}

// width returns the length of the schedule's i-th piece in seconds.
func (s *schedule) width(i int) float64 {
	pts := s.cfg.Points
	if i+1 < len(pts) {
		return (pts[i+1].At - pts[i].At).Seconds()
	}
	return (s.cfg.Period - pts[i].At).Seconds()
}

// reach returns when the integral of rate + slope·t reaches need; infinity if
// it never does.
func reach(need, rate, slope float64) float64 {
	if slope == 0 {
		if rate <= 0 {
			return math.Inf(1)
		}
		return need / rate
	}
	d := float64(rate*rate) + float64(2*slope*need)
	if d < 0 {
		return math.Inf(1)
	}
	t := 2 * need / (rate + math.Sqrt(d)) // stable form of the root
	if t < 0 || math.IsNaN(t) {
		return math.Inf(1)
	}
	return t
}

// modulated is a Markov-modulated Poisson process that goes round its states,
// each held for an exponential time.
type modulated struct {
	cfg    *Arrivals
	stream *sim.Stream
	end    int64 // horizon
	state  int
	until  int64 // end of the state
	at     int64
}

func newModulated(a *Arrivals, stream *sim.Stream, horizon time.Duration) *modulated {
	m := &modulated{cfg: a, stream: stream, end: int64(horizon)}
	m.until = m.hold()
	return m
}

func (m *modulated) hold() int64 {
	return int64(roundSeconds(m.cfg.States[m.state].Hold.Seconds() * m.stream.ExpFloat64()))
}

func (m *modulated) next() (int64, int64, bool) {
	for m.at < m.end {
		if rate := m.cfg.States[m.state].Rate; rate > 0 {
			// Without memory: what is left of a gap at a change of state is
			// drawn afresh.
			if at := m.at + int64(roundSeconds(m.stream.ExpFloat64()/rate)); at < m.until {
				m.at = at
				return at, -1, true
			}
		}
		m.at = m.until
		m.state = (m.state + 1) % len(m.cfg.States)
		m.until = m.at + m.hold()
	}
	return 0, 0, false
}
