package model

import (
	"math"
	"math/rand/v2"
	"time"

	"gonum.org/v1/gonum/stat/distuv"

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
		s.rand = drawer(d, stream)
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

// drawer returns the sampling function of a distribution. The laws are
// gonum's, drawing from our stream; those that it does not have are inverses of
// the distribution function.
func drawer(d Dist, stream *sim.Stream) func(*sim.Stream) float64 {
	var src rand.Source = stream
	mean := d.Mean.Seconds()
	switch d.Kind {
	case "exponential":
		return func(s *sim.Stream) float64 { return mean * s.ExpFloat64() }
	case "uniform":
		lo, width := d.Min.Seconds(), (d.Max - d.Min).Seconds()
		return func(s *sim.Stream) float64 { return lo + float64(width*s.Float64()) }
	case "lognormal":
		mu, sigma := d.logParameters()
		law := distuv.LogNormal{Mu: mu, Sigma: sigma, Src: src}
		return func(*sim.Stream) float64 { return law.Rand() }
	case "gamma", "erlang":
		shape := float64(d.K)
		if d.Kind == "gamma" {
			shape = 1 / (d.CV * d.CV)
		}
		law := distuv.Gamma{Alpha: shape, Beta: shape / mean, Src: src}
		return func(*sim.Stream) float64 { return law.Rand() }
	case "hyperexponential":
		p, fast, slow := d.phases()
		return func(s *sim.Stream) float64 {
			if s.Float64() < p {
				return fast * s.ExpFloat64()
			}
			return slow * s.ExpFloat64()
		}
	case "weibull":
		law := distuv.Weibull{K: d.Shape, Lambda: mean / math.Gamma(1+1/d.Shape), Src: src}
		return func(*sim.Stream) float64 { return law.Rand() }
	case "pareto":
		lo, tail := d.Min.Seconds(), 1-math.Pow(d.Min.Seconds()/d.Max.Seconds(), d.Alpha)
		return func(s *sim.Stream) float64 { return lo * math.Pow(1-float64(s.Float64()*tail), -1/d.Alpha) }
	case "empirical":
		return func(s *sim.Stream) float64 {
			return d.Sample[int(s.Float64()*float64(len(d.Sample)))].Seconds()
		}
	case "mixture":
		return mixture(d, stream)
	}
	panic("model: unknown distribution " + d.Kind)
}

// mixture picks a part by weight and draws from it.
func mixture(d Dist, stream *sim.Stream) func(*sim.Stream) float64 {
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
		parts[i] = drawer(p.Dist, stream)
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

// logParameters returns the mean and standard deviation of the logarithm of
// the seconds of a log-normal distribution.
func (d Dist) logParameters() (mu, sigma float64) {
	if d.Median > 0 {
		const z99 = 2.3263478740408408 // 99 % point of the standard normal
		return math.Log(d.Median.Seconds()), math.Log(d.P99.Seconds()/d.Median.Seconds()) / z99
	}
	s2 := math.Log1p(d.CV * d.CV)
	return math.Log(d.Mean.Seconds()) - s2/2, math.Sqrt(s2)
}

// phases returns the two phases of a hyperexponential distribution with
// balanced means: each phase carries half of the mean. With probability p the
// duration has mean fast, else mean slow.
func (d Dist) phases() (p, fast, slow float64) {
	c2 := d.CV * d.CV
	p = (1 + math.Sqrt((c2-1)/(c2+1))) / 2
	mean := d.Mean.Seconds()
	return p, mean / (2 * p), mean / (2 * (1 - p))
}
