package model

import (
	"math"
	"slices"
	"testing"
	"time"

	"penstock/sim"
)

// rateAt is the rate of a schedule at an instant that is no knot of it, from
// the words of its definition.
func rateAt(a *Arrivals, t float64) float64 {
	if p := a.Period.Seconds(); p > 0 {
		t = math.Mod(t, p)
	}
	i := -1
	for i+1 < len(a.Points) && a.Points[i+1].At.Seconds() <= t {
		i++
	}
	if i < 0 {
		return 0
	}
	here := a.Points[i]
	if a.Shape == "step" {
		return here.Rate
	}
	next := Point{At: a.Period, Rate: a.Points[0].Rate}
	if i+1 < len(a.Points) {
		next = a.Points[i+1]
	} else if a.Period == 0 {
		return here.Rate
	}
	part := (t - here.At.Seconds()) / (next.At - here.At).Seconds()
	return here.Rate + part*(next.Rate-here.Rate)
}

// knots are the instants up to end at which the schedule bends, and both ends.
func knots(a *Arrivals, end float64) []float64 {
	all := []float64{0, end}
	for turn := 0.0; turn < end; turn += a.Period.Seconds() {
		all = append(all, turn)
		for _, p := range a.Points {
			all = append(all, turn+p.At.Seconds())
		}
		if a.Period == 0 {
			break
		}
	}
	all = slices.DeleteFunc(all, func(x float64) bool { return x > end })
	slices.Sort(all)
	return slices.Compact(all)
}

// expected returns the integral of the rate at each of the sorted instants.
// Between knots the rate is straight, so its value in the middle is its mean.
func expected(a *Arrivals, at []float64, end float64) []float64 {
	k := knots(a, end)
	sums := make([]float64, 0, len(at))
	sum, i := 0.0, 1
	for _, t := range at {
		for i < len(k)-1 && k[i] <= t {
			sum += (k[i] - k[i-1]) * rateAt(a, (k[i]+k[i-1])/2)
			i++
		}
		sums = append(sums, sum+(t-k[i-1])*rateAt(a, (t+k[i-1])/2))
	}
	return sums
}

func schedules() map[string]Arrivals {
	s := time.Second
	of := func(shape string, period time.Duration, points ...Point) Arrivals {
		return Arrivals{Kind: "schedule", Shape: shape, Period: period, Points: points}
	}
	return map[string]Arrivals{
		"one rate":                      of("step", 0, Point{0, 4}),
		"one rate, linear":              of("linear", 0, Point{0, 4}),
		"one rate, again and again":     of("linear", 7*s, Point{0, 4}),
		"steps, the last holds on":      of("step", 0, Point{0, 1}, Point{500 * s, 9}, Point{900 * s, 3}),
		"steps with a pause":            of("step", 0, Point{0, 6}, Point{100 * s, 0}, Point{1500 * s, 6}),
		"steps that begin at nothing":   of("step", 40*s, Point{0, 0}, Point{15 * s, 9}),
		"steps that end at nothing":     of("step", 40*s, Point{0, 9}, Point{15 * s, 0}),
		"up and then level":             of("linear", 0, Point{0, 0}, Point{1000 * s, 8}),
		"down to nothing and up":        of("linear", 0, Point{0, 8}, Point{700 * s, 0}, Point{1400 * s, 0}, Point{1700 * s, 20}),
		"sawtooth":                      of("linear", 60*s, Point{0, 0}, Point{59999 * time.Millisecond, 10}),
		"straight back to the first":    of("linear", 90*s, Point{0, 10}, Point{30 * s, 1}),
		"odd period":                    of("step", 700*time.Millisecond, Point{0, 2}, Point{300 * time.Millisecond, 7}),
		"odd period, linear":            of("linear", 1100*time.Millisecond, Point{0, 2}, Point{300 * time.Millisecond, 7}, Point{301 * time.Millisecond, 0}),
		"period beyond the horizon":     of("linear", 9000*s, Point{0, 1}, Point{1000 * s, 9}),
		"points beyond the horizon":     of("linear", 0, Point{0, 1}, Point{4000 * s, 9}),
		"nothing before a first point":  of("step", 0, Point{300 * s, 5}),
		"nothing before it, every turn": of("step", 50*s, Point{20 * s, 5}, Point{30 * s, 9}),
	}
}

// TestSchedules: seen through the integral of its rate, the arrivals of a
// schedule are those of a Poisson process of rate 1.
func TestSchedules(t *testing.T) {
	const end, runs = 2000.0, 10
	for name, a := range schedules() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			total := expected(&a, []float64{end}, end)[0]
			n := 0
			var gaps []float64
			for r := range runs {
				at := instants(t, a, time.Duration(end*1e9), r)
				n += len(at)
				gaps = append(gaps, gapsOf(expected(&a, at, end))...)
			}
			if z := (float64(n) - runs*total) / math.Sqrt(runs*total); math.Abs(z) > 3.5 {
				t.Errorf("%d arrivals in %d runs, want %v (z %.1f)", n, runs, runs*total, z)
			}
			follows(t, "gaps", gaps, expCDF(1))
			if got := a.MeanRate(time.Duration(end*1e9)) * end; a.Points[0].At == 0 && math.Abs(got-total) > 1e-6*total {
				t.Errorf("MeanRate expects %v, want %v", got, total)
			}
		})
	}
}

// TestNoArrivalWhileTheRateIsZero, to the microsecond.
func TestNoArrivalWhileTheRateIsZero(t *testing.T) {
	for name, a := range schedules() {
		for _, x := range instants(t, a, 2000*time.Second, 0) {
			if rateAt(&a, x-1e-6) == 0 && rateAt(&a, x+1e-6) == 0 {
				t.Fatalf("%s: arrival at %v", name, x)
			}
		}
	}
}

// TestScheduleGoesOnForMillionsOfTurns: the turns of a period that binary
// fractions cannot hold are counted without coming to a stand.
func TestScheduleGoesOnForMillionsOfTurns(t *testing.T) {
	for _, p := range []time.Duration{1, 3, 7, 10, 11, 13, 30, 70, 90, 110, 123, 370, 999} {
		period := p * time.Millisecond
		for _, shape := range []string{"step", "linear"} {
			a := Arrivals{Kind: "schedule", Shape: shape, Period: period, Points: []Point{{0, 0}, {period / 3, 1}, {period / 2, 0}}}
			horizon := 100_000 * period
			n := float64(len(instants(t, a, horizon, 0)))
			want := a.MeanRate(horizon) * horizon.Seconds()
			if math.Abs(n-want) > 5*math.Sqrt(want)+5 {
				t.Errorf("%s, period %v: %v arrivals, want %v", shape, period, n, want)
			}
		}
	}
}

// TestReach: when the area under a straight rate is as large as needed. What
// rounding has left of nothing is reached at once.
func TestReach(t *testing.T) {
	inf := math.Inf(1)
	for _, c := range []struct{ need, rate, slope, want float64 }{
		{3, 2, 0, 1.5}, {3, 0, 0, inf}, {0, 2, 0, 0},
		{4, 0, 2, 2}, {3, 1, 1, math.Sqrt(7) - 1}, {0.5, 1, -1, 1}, {0.6, 1, -1, inf},
		{0, 0, 1, 0}, {-1e-17, 1, 1, 0}, {-1e-17, 1, 0, 0}, {-1e-17, 0, 1, 0},
	} {
		if got := reach(c.need, c.rate, c.slope); got != c.want && math.Abs(got-c.want) > 1e-15 || math.Signbit(got) {
			t.Errorf("reach(%v, %v, %v) = %v, want %v", c.need, c.rate, c.slope, got, c.want)
		}
	}
}

// TestSineOfAMinute is the time-varying infinite server: rate
// 10(1 + 0.8 sin(2πt/60)), which chords of 1/240 turn follow closely, and
// services of mean 10 s.
func TestSineOfAMinute(t *testing.T) {
	const runs = 2000
	a := Arrivals{Kind: "schedule", Shape: "linear", Period: time.Minute}
	for i := range 240 {
		a.Points = append(a.Points, Point{time.Duration(i) * 250 * time.Millisecond, 10 * (1 + 0.8*math.Sin(2*math.Pi*float64(i)/240))})
	}
	moments := []float64{15, 30, 45, 60, 90}
	arrived := []float64{226.394372684, 452.788745368, 526.394372684, 600, 1052.78874537}
	present := []float64{124.759310377, 136.968161005, 61.1763852932, 59.8936685178, 139.950091174}
	service := newSampler(Dist{Kind: "exponential", Mean: 10 * time.Second}, sim.NewStream(1, 0, "service"))
	came, there := make([]sim.Tally, 5), make([]sim.Tally, 5)
	for r := range runs {
		var n, k [5]float64
		for _, at := range instants(t, a, 90*time.Second, r) {
			end := at + service.draw().Seconds()
			for i, m := range moments {
				if at <= m {
					n[i]++
					if end > m {
						k[i]++
					}
				}
			}
		}
		for i := range moments {
			came[i].Add(n[i])
			there[i].Add(k[i])
		}
	}
	for i, m := range moments {
		if z := (came[i].Mean() - arrived[i]) / math.Sqrt(arrived[i]/runs); math.Abs(z) > 3.5 {
			t.Errorf("%v arrivals until %v, want %v (z %.1f)", came[i].Mean(), m, arrived[i], z)
		}
		if z := (there[i].Mean() - present[i]) / math.Sqrt(present[i]/runs); math.Abs(z) > 3.5 {
			t.Errorf("%v present at %v, want %v (z %.1f)", there[i].Mean(), m, present[i], z)
		}
		if z := (there[i].Var()/present[i] - 1) / math.Sqrt(2./runs); math.Abs(z) > 3.5 {
			t.Errorf("variance %v at %v, want %v (z %.1f)", there[i].Var(), m, present[i], z)
		}
	}
}
