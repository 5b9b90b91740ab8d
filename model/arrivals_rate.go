package model

import (
	"math"
	"time"

	"penstock/sim"
)

// schedule is a Poisson process whose rate follows a schedule. Its arrivals
// are those of a Poisson process of rate 1 in the time that runs as fast as
// the rate: one exponential draw an arrival, none thrown away.
//
// Where it stands in the schedule is counted, not found from the time: seconds
// cannot hold most periods exactly, and a search would come to a stand at the
// seam of two turns.
type schedule struct {
	cfg     *Arrivals
	stream  *sim.Stream
	horizon float64
	at      float64 // seconds
	turn    int64   // turns of the period that are over
	passed  int     // points of this turn that are behind
}

func (s *schedule) next() (int64, int64, bool) {
	need := s.stream.ExpFloat64()
	for s.at < s.horizon {
		until, rate, slope := s.piece()
		if at := s.at + reach(need, rate, slope); at < until {
			s.at = at
			return int64(roundSeconds(s.at)), -1, true
		}
		width := until - s.at
		need -= float64(rate*width) + float64(slope*width)*width/2
		s.at = until
		if s.passed++; s.passed > len(s.cfg.Points) {
			s.turn, s.passed = s.turn+1, 0
		}
	}
	return 0, 0, false
}

// piece returns the straight piece of the schedule that the source is in: its
// end, the rate now and its slope.
func (s *schedule) piece() (until, rate, slope float64) {
	pts, base := s.cfg.Points, time.Duration(s.turn)*s.cfg.Period
	until = s.horizon
	switch {
	case s.passed < len(pts):
		until = min(until, (base + pts[s.passed].At).Seconds())
	case s.cfg.Period > 0:
		until = min(until, (base + s.cfg.Period).Seconds())
	}
	if s.passed == 0 { // before the first point nothing arrives
		return until, 0, 0
	}
	last := pts[s.passed-1]
	next := pts[0].Rate
	if s.passed < len(pts) {
		next = pts[s.passed].Rate
	} else if s.cfg.Period == 0 { // the last rate holds on
		next = last.Rate
	}
	if s.cfg.Shape != "linear" || next == last.Rate {
		return until, last.Rate, 0
	}
	slope = (next - last.Rate) / s.width(s.passed-1)
	return until, last.Rate + float64(slope*(s.at-(base+last.At).Seconds())), slope
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
	if need <= 0 { // what rounding has left of nothing
		return 0
	}
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
