package model

import (
	"math"
	"slices"
	"testing"
	"time"

	"gonum.org/v1/gonum/mathext"

	"penstock/sim"
)

// law is a distribution with its exact moments, its distribution function, in
// seconds, and some exact quantiles.
type law struct {
	name      string
	dist      Dist
	mean, cv  float64
	cdf       func(x float64) float64
	quantiles map[float64]float64
}

// stdNormal is the standard normal distribution function.
func stdNormal(z float64) float64 { return math.Erfc(-z/math.Sqrt2) / 2 }

func expCDF(mean float64) func(float64) float64 {
	return func(x float64) float64 { return -math.Expm1(-x / mean) }
}

func lognormalCDF(mu, sigma float64) func(float64) float64 {
	return func(x float64) float64 { return stdNormal((math.Log(x) - mu) / sigma) }
}

func mixtureCDF(p float64, a, b func(float64) float64) func(float64) float64 {
	return func(x float64) float64 { return p*a(x) + (1-p)*b(x) }
}

func paretoCDF(lo, hi, alpha float64) func(float64) float64 {
	return func(x float64) float64 {
		if x < lo {
			return 0
		}
		return min(1, (1-math.Pow(lo/x, alpha))/(1-math.Pow(lo/hi, alpha)))
	}
}

func gammaCDF(shape, mean float64) func(float64) float64 {
	return func(x float64) float64 { return mathext.GammaIncReg(shape, x*shape/mean) }
}

// median 0.8 s and 99 % point 4 s make these parameters of the logarithm.
var (
	logMu    = math.Log(0.8)
	logSigma = math.Log(4/0.8) / 2.3263478740408408
)

func laws() []law {
	s := time.Second
	return []law{
		{"exponential", Dist{Kind: "exponential", Mean: 2 * s}, 2, 1, expCDF(2),
			map[float64]float64{0.5: 2 * math.Ln2, 0.99: 2 * math.Log(100)}},
		{"uniform", Dist{Kind: "uniform", Min: s, Max: 3 * s}, 2, 1 / math.Sqrt(12),
			func(x float64) float64 { return min(1, max(0, (x-1)/2)) }, map[float64]float64{0.25: 1.5}},
		{"lognormal by mean and cv", Dist{Kind: "lognormal", Mean: 2 * s, CV: 1.5}, 2, 1.5,
			lognormalCDF(0.10381968238912224, 1.085658784490618),
			map[float64]float64{0.05: 0.1860146012674707, 0.5: 1.1094003924504583, 0.95: 6.61651946881044, 0.99: 13.865998434561085, 0.999: 31.777469478050772}},
		{"lognormal by median and p99", Dist{Kind: "lognormal", Median: 800 * time.Millisecond, P99: 4 * s},
			0.8 * math.Exp(logSigma*logSigma/2), math.Sqrt(math.Expm1(logSigma * logSigma)), lognormalCDF(logMu, logSigma),
			map[float64]float64{0.5: 0.8, 0.99: 4}},
		{"gamma", Dist{Kind: "gamma", Mean: s, CV: math.Sqrt2}, 1, math.Sqrt2, gammaCDF(0.5, 1),
			map[float64]float64{0.05: 0.003932140000019522, 0.5: 0.4549364231195728, 0.95: 3.841458820694126, 0.99: 6.634896601021215}},
		{"gamma of cv 0.5", Dist{Kind: "gamma", Mean: 3 * s, CV: 0.5}, 3, 0.5, gammaCDF(4, 3), nil},
		{"erlang", Dist{Kind: "erlang", Mean: 2 * s, K: 4}, 2, 0.5,
			func(x float64) float64 { y := 2 * x; return 1 - math.Exp(-y)*(1+y+y*y/2+y*y*y/6) }, nil},
		{"hyperexponential", Dist{Kind: "hyperexponential", Mean: s, CV: 2}, 1, 2,
			mixtureCDF(0.8872983346207417, expCDF(1/1.7745966692414834), expCDF(1/0.22540333075851662)),
			map[float64]float64{0.05: 0.03213676895868785, 0.5: 0.4514931237557678, 0.95: 3.714881811034046, 0.99: 10.74589075766322}},
		{"weibull", Dist{Kind: "weibull", Mean: 1504575488 * time.Nanosecond, Shape: 0.6}, 1.504575488251556, math.Sqrt(3.0907957613776915),
			func(x float64) float64 { return -math.Expm1(-math.Pow(x, 0.6)) },
			map[float64]float64{0.05: 0.007081104256045693, 0.5: 0.5428865744849619, 0.95: 6.225463104878132, 0.99: 12.747043678253096}},
		{"pareto", Dist{Kind: "pareto", Min: 400 * time.Millisecond, Alpha: 1.5, Max: 40 * s}, 1.0810810810810811, math.Sqrt(2.7),
			paretoCDF(0.4, 40, 1.5),
			map[float64]float64{0.05: 0.4139002446766542, 0.5: 0.6345374662826041, 0.95: 2.9104749502253546, 0.99: 8.092105379010377, 0.999: 25.206823972900295}},
		{"mixture", mixed(), 0.9*1 + 0.1*20, math.Sqrt(0.9*2+0.1*800-2.9*2.9) / 2.9, mixtureCDF(0.9, expCDF(1), expCDF(20)), nil},
	}
}

// mixed has weights that do not add up to 1, and a mixture inside.
func mixed() Dist {
	fast := Dist{Kind: "exponential", Mean: time.Second}
	both := Dist{Kind: "mixture", Parts: []Part{{Weight: 3, Dist: fast}, {Weight: 5, Dist: fast}}}
	return Dist{Kind: "mixture", Parts: []Part{{Weight: 18, Dist: both}, {Weight: 2, Dist: Dist{Kind: "exponential", Mean: 20 * time.Second}}}}
}

// draws returns n sorted draws in seconds.
func draws(d Dist, n int) []float64 {
	s := newSampler(d, sim.NewStream(2026, 0, "draws"))
	all := make([]float64, n)
	for i := range all {
		all[i] = s.draw().Seconds()
	}
	slices.Sort(all)
	return all
}

// TestLaws holds a million draws of every law against its mean and coefficient
// of variation, its distribution function (Kolmogorov and Smirnov) and its
// quantiles. The seed is fixed, so a pass stays a pass.
func TestLaws(t *testing.T) {
	const n = 1_000_000
	for _, l := range laws() {
		t.Run(l.name, func(t *testing.T) {
			t.Parallel()
			x := draws(l.dist, n)
			checkMoments(t, x, l.mean, l.cv)
			if d := distance(x, l.cdf) * math.Sqrt(n); d > 2.0 { // exceeded by one in 1,500
				t.Errorf("distance from the distribution function: %.2f/√n", d)
			}
			for p, q := range l.quantiles {
				below := float64(countBelow(x, q)) / n
				if z := (below - p) / math.Sqrt(p*(1-p)/n); math.Abs(z) > 3.5 {
					t.Errorf("q%g = %g: a share of %.5f is below it (z %.1f)", p, q, below, z)
				}
			}
			if m := l.dist.MeanDuration().Seconds(); math.Abs(m-l.mean) > 1e-8*l.mean {
				t.Errorf("MeanDuration = %v, want %v", m, l.mean)
			}
		})
	}
}

// checkMoments tests mean and variance against their standard errors.
func checkMoments(t *testing.T, x []float64, mean, cv float64) {
	var m2, m4, sum float64
	for _, v := range x {
		d := v - mean
		sum += v
		m2 += d * d
		m4 += d * d * d * d
	}
	n := float64(len(x))
	m2, m4 = m2/n, m4/n
	if z := (sum/n - mean) / (mean * cv / math.Sqrt(n)); math.Abs(z) > 3.5 {
		t.Errorf("mean %v, want %v (z %.1f)", sum/n, mean, z)
	}
	if z := (m2 - mean*cv*mean*cv) / math.Sqrt((m4-m2*m2)/n); math.Abs(z) > 3.5 {
		t.Errorf("cv %v, want %v (z %.1f)", math.Sqrt(m2)/mean, cv, z)
	}
}

// distance is the largest one between the share of draws up to x and the
// distribution function. A draw stands for all that is rounded to it.
func distance(x []float64, cdf func(float64) float64) float64 {
	const half = 0.5e-6
	n, most := float64(len(x)), 0.0
	for i := 0; i < len(x); {
		j := i
		for j < len(x) && x[j] == x[i] {
			j++
		}
		most = max(most, math.Abs(float64(j)/n-cdf(x[i]+half)), math.Abs(float64(i)/n-cdf(max(0, x[i]-half))))
		i = j
	}
	return most
}

func countBelow(x []float64, q float64) int {
	i, _ := slices.BinarySearch(x, q)
	return i
}
