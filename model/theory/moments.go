package theory

import (
	"math"

	"gonum.org/v1/gonum/mathext"

	"penstock/model"
)

// Moment returns the k-th raw moment of a distribution, k = 1, 2 or 3, in
// seconds to the power of k.
func Moment(d model.Dist, k int) float64 {
	x, mean := float64(k), d.Mean.Seconds()
	switch d.Kind {
	case "", "constant":
		return math.Pow(d.Value.Seconds(), x)
	case "exponential":
		return math.Gamma(x+1) * math.Pow(mean, x)
	case "uniform":
		a, b := d.Min.Seconds(), d.Max.Seconds()
		sum := 0.0 // the mean of t^k over [a, b], without a division by b-a
		for i := range k + 1 {
			sum += math.Pow(a, float64(i)) * math.Pow(b, float64(k-i))
		}
		return sum / (x + 1)
	case "lognormal":
		mu, sigma := d.LogParameters()
		return math.Exp(x*mu + x*x*sigma*sigma/2)
	case "gamma":
		return gammaMoment(1/(d.CV*d.CV), mean, k)
	case "erlang":
		return gammaMoment(float64(d.K), mean, k)
	case "hyperexponential":
		p, fast, slow := d.Phases()
		return math.Gamma(x+1) * (p*math.Pow(fast, x) + (1-p)*math.Pow(slow, x))
	case "weibull":
		return math.Pow(mean/math.Gamma(1+1/d.Shape), x) * math.Gamma(1+x/d.Shape)
	case "pareto":
		return paretoMoment(d.Min.Seconds(), d.Max.Seconds(), d.Alpha, x)
	case "empirical":
		sum := 0.0
		for _, s := range d.Sample {
			sum += math.Pow(s.Seconds(), x)
		}
		return sum / float64(max(1, len(d.Sample)))
	case "mixture":
		return mixed(d, func(part model.Dist) float64 { return Moment(part, k) })
	}
	return math.NaN()
}

// gammaMoment is the k-th moment of the gamma law of a shape and a mean:
// a(a+1)…(a+k-1) scale^k.
func gammaMoment(shape, mean float64, k int) float64 {
	m := 1.0
	for i := range k {
		m *= (shape + float64(i)) * mean / shape
	}
	return m
}

// paretoMoment is the moment of order x of the Pareto law of index alpha, cut
// to [lo, hi].
func paretoMoment(lo, hi, alpha, x float64) float64 {
	weight := alpha * math.Pow(lo, alpha) / (1 - math.Pow(lo/hi, alpha))
	if math.Abs(x-alpha) < 1e-9 {
		return weight * math.Log(hi/lo)
	}
	return weight * (math.Pow(hi, x-alpha) - math.Pow(lo, x-alpha)) / (x - alpha)
}

// mixed is the mean of f over the parts of a mixture, by weight.
func mixed(d model.Dist, f func(model.Dist) float64) float64 {
	sum, weight := 0.0, 0.0
	for _, p := range d.Parts {
		sum += p.Weight * f(p.Dist)
		weight += p.Weight
	}
	return sum / weight
}

// SquaredCV returns the squared coefficient of variation, variance over squared
// mean: 0 for a constant, 1 for the exponential law.
func SquaredCV(d model.Dist) float64 {
	m := Moment(d, 1)
	if m == 0 {
		return 0
	}
	return max(0, Moment(d, 2)/(m*m)-1)
}

// Exceeds returns P(T > t).
func Exceeds(d model.Dist, t float64) float64 {
	if t < 0 {
		return 1
	}
	mean := d.Mean.Seconds()
	switch d.Kind {
	case "", "constant":
		return indicator(d.Value.Seconds() > t)
	case "exponential":
		return math.Exp(-t / mean)
	case "uniform":
		a, b := d.Min.Seconds(), d.Max.Seconds()
		if b <= a {
			return indicator(a > t)
		}
		return min(1, max(0, (b-t)/(b-a)))
	case "lognormal":
		mu, sigma := d.LogParameters()
		return math.Erfc((math.Log(t)-mu)/(sigma*math.Sqrt2)) / 2
	case "gamma":
		shape := 1 / (d.CV * d.CV)
		return mathext.GammaIncRegComp(shape, shape*t/mean)
	case "erlang":
		return mathext.GammaIncRegComp(float64(d.K), float64(d.K)*t/mean)
	case "hyperexponential":
		p, fast, slow := d.Phases()
		return p*math.Exp(-t/fast) + (1-p)*math.Exp(-t/slow)
	case "weibull":
		return math.Exp(-math.Pow(t/mean*math.Gamma(1+1/d.Shape), d.Shape))
	case "pareto":
		lo, hi := d.Min.Seconds(), d.Max.Seconds()
		floor := math.Pow(lo/hi, d.Alpha)
		return min(1, max(0, (math.Pow(lo/max(t, lo), d.Alpha)-floor)/(1-floor)))
	case "empirical":
		n := 0
		for _, s := range d.Sample {
			if s.Seconds() > t {
				n++
			}
		}
		return float64(n) / float64(max(1, len(d.Sample)))
	case "mixture":
		return mixed(d, func(part model.Dist) float64 { return Exceeds(part, t) })
	}
	return math.NaN()
}

func indicator(holds bool) float64 {
	if holds {
		return 1
	}
	return 0
}
