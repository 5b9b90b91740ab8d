package model

import (
	"math"
	"time"

	"penstock/sim"
)

// quantum is the grain of every drawn duration. Exp and Log may differ in the
// last bit between processors; rounding to a microsecond keeps that out of the
// course of a run, and a trace shows times exactly.
const quantum = time.Microsecond

// sampler draws durations from one Dist and one stream.
type sampler struct {
	stream *sim.Stream
	rand   func(src *sim.Stream) float64 // seconds; nil: the constant value
	value  time.Duration
}

// newSampler prepares a distribution for drawing from the stream.
func newSampler(d Dist, stream *sim.Stream) sampler {
	s := sampler{stream: stream}
	switch d.Kind {
	case "", "constant":
		s.value = roundSeconds(d.Value.Seconds())
	default:
		s.rand = drawer(d)
	}
	return s
}

// draw returns the next duration, at least 0.
func (s *sampler) draw() time.Duration {
	if s.rand == nil {
		return s.value
	}
	return roundSeconds(s.rand(s.stream))
}

// job returns the duration that belongs to attempt number attempt of job n,
// whatever was drawn before.
func (s *sampler) job(n, attempt uint64) time.Duration {
	if s.rand == nil {
		return s.value
	}
	s.stream.Job(n, attempt)
	return s.draw()
}

// roundSeconds rounds to the quantum; what is negative counts as 0, what is
// beyond some thirty years as that: added to the clock of the longest run it
// still is a time that the engine knows.
func roundSeconds(x float64) time.Duration {
	const most = 1e15 // microseconds
	us := math.Floor(float64(x*1e6) + 0.5)
	return time.Duration(max(0, min(us, most))) * quantum
}

// drawer returns the sampling function of a distribution. Everything is made of
// the stream's own draws: those of math/rand/v2, which gonum's laws use, may
// differ between processors that fuse a product with a sum and those that do
// not, and a rejection that falls differently changes the whole run.
func drawer(d Dist) func(*sim.Stream) float64 {
	mean := d.Mean.Seconds()
	switch d.Kind {
	case "exponential":
		return func(s *sim.Stream) float64 { return mean * s.ExpFloat64() }
	case "uniform":
		lo, width := d.Min.Seconds(), (d.Max - d.Min).Seconds()
		return func(s *sim.Stream) float64 { return lo + float64(width*s.Float64()) }
	case "lognormal":
		mu, sigma := d.LogParameters()
		return func(s *sim.Stream) float64 { return math.Exp(mu + float64(sigma*s.NormFloat64())) }
	case "gamma":
		shape := 1 / (d.CV * d.CV)
		return func(s *sim.Stream) float64 { return mean / shape * gamma(s, shape) }
	case "erlang":
		return func(s *sim.Stream) float64 { return mean / float64(d.K) * gamma(s, float64(d.K)) }
	case "hyperexponential":
		p, fast, slow := d.Phases()
		return func(s *sim.Stream) float64 {
			if s.Float64() < p {
				return fast * s.ExpFloat64()
			}
			return slow * s.ExpFloat64()
		}
	case "weibull":
		scale := mean / math.Gamma(1+1/d.Shape)
		return func(s *sim.Stream) float64 { return scale * math.Pow(s.ExpFloat64(), 1/d.Shape) }
	case "pareto":
		lo, tail := d.Min.Seconds(), 1-math.Pow(d.Min.Seconds()/d.Max.Seconds(), d.Alpha)
		return func(s *sim.Stream) float64 { return lo * math.Pow(1-float64(s.Float64()*tail), -1/d.Alpha) }
	case "empirical":
		return func(s *sim.Stream) float64 {
			return d.Sample[int(s.Float64()*float64(len(d.Sample)))].Seconds()
		}
	case "mixture":
		return mixture(d)
	}
	panic("model: unknown distribution " + d.Kind)
}

// gamma draws from the gamma distribution of scale 1, by the method of
// Marsaglia and Tsang (2000): a cubed normal, rejected now and then. Below
// shape 1 it draws one shape higher and scales down.
func gamma(s *sim.Stream, shape float64) float64 {
	if shape < 1 {
		return gamma(s, shape+1) * math.Pow(1-s.Float64(), 1/shape)
	}
	d := shape - 1.0/3
	c := 1 / math.Sqrt(9*d)
	for {
		x := s.NormFloat64()
		v := 1 + float64(c*x)
		if v <= 0 {
			continue
		}
		v = float64(v*v) * v
		limit := float64(0.5*float64(x*x)) + d - float64(d*v) + float64(d*math.Log(v))
		if math.Log(1-s.Float64()) < limit {
			return d * v
		}
	}
}

// mixture picks a part by weight and draws from it.
func mixture(d Dist) func(*sim.Stream) float64 {
	total := 0.0
	for _, p := range d.Parts {
		total += p.Weight
	}
	bounds := make([]float64, len(d.Parts))
	parts := make([]func(*sim.Stream) float64, len(d.Parts))
	sum := 0.0
	for i, p := range d.Parts {
		sum += p.Weight
		bounds[i] = sum / total
		if p.Dist.Kind == "" || p.Dist.Kind == "constant" {
			value := p.Dist.Value.Seconds()
			parts[i] = func(*sim.Stream) float64 { return value }
			continue
		}
		parts[i] = drawer(p.Dist)
	}
	return func(s *sim.Stream) float64 {
		u := s.Float64()
		i := 0
		for i < len(bounds)-1 && u >= bounds[i] {
			i++
		}
		return parts[i](s)
	}
}

// LogParameters returns the mean and standard deviation of the logarithm of
// the seconds of a log-normal distribution.
func (d Dist) LogParameters() (mu, sigma float64) {
	if d.Median > 0 {
		const z99 = 2.3263478740408408 // 99 % point of the standard normal
		return math.Log(d.Median.Seconds()), math.Log(d.P99.Seconds()/d.Median.Seconds()) / z99
	}
	s2 := math.Log1p(d.CV * d.CV)
	return math.Log(d.Mean.Seconds()) - s2/2, math.Sqrt(s2)
}

// Phases returns the two phases of a hyperexponential distribution with
// balanced means: each phase carries half of the mean. With probability p the
// duration has mean fast, else mean slow.
func (d Dist) Phases() (p, fast, slow float64) {
	c2 := d.CV * d.CV
	p = (1 + math.Sqrt((c2-1)/(c2+1))) / 2
	mean := d.Mean.Seconds()
	return p, mean / (2 * p), mean / (2 * (1 - p))
}
