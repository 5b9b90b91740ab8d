package theory

import (
	"math"
	"testing"
	"time"

	"penstock/model"
)

// The expected values of these tests were computed independently, with forty
// digits or by solving the Markov chains: none comes from this package or from
// the simulator.

// near fails unless got is within a relative distance of want.
func near(t *testing.T, name string, got, want, rel float64) {
	t.Helper()
	if math.IsNaN(got) || math.Abs(got-want) > rel*max(math.Abs(want), 1e-12) {
		t.Errorf("%s = %.12g, want %.12g within %g", name, got, want, rel)
	}
}

const exact = 1e-9 // the references have eleven digits

func seconds(x float64) time.Duration { return time.Duration(math.Round(x * 1e9)) }

func exponential(mean float64) model.Dist {
	return model.Dist{Kind: "exponential", Mean: seconds(mean)}
}

func TestMMc(t *testing.T) {
	for _, c := range []struct {
		name                                                        string
		q                                                           MMc
		delayed, wait, wait50, wait95, wait99, soj50, soj95, beyond float64 // beyond: P(sojourn > at)
		at                                                          float64
	}{
		{"MM1-01", MMc{0.8, 1, 1}, 0.8, 4, 2.35001814623, 13.8629436112, 21.9101331734, 3.4657359028, 14.9786613678, 0.135335283237, 10},
		{"MM1-03", MMc{0.25, 2, 1}, 0.5, 2, 0, 9.21034037198, 15.6480920217, 2.77258872224, 11.9829290942, 0.223130160148, 6},
		{"MMC-01", MMc{1.8, 1, 2}, 0.852631578947, 4.26315789474, 2.66859721816, 14.1815226831, 22.2287122453, 3.76915938201, 15.2972389447, 0.0530625132669, 15},
		{"MMC-03", MMc{4.5, 2, 10}, 0.668731524108, 1.33746304822, 0.581549143808, 5.1867193298, 8.40559515466, 2.65818373716, 8.72173313556, 0.067308619325, 8},
		{"MMC-05", MMc{8, 1, 10}, 0.409180150796, 0.204590075398, 0, 1.05106626007, 1.85578521628, 0.912144610607, 3.32827467856, 0.0256727701225, 4},
	} {
		near(t, c.name+" delayed", c.q.Delayed(), c.delayed, exact)
		near(t, c.name+" wait", c.q.Wait(), c.wait, exact)
		near(t, c.name+" wait p50", c.q.WaitQuantile(0.5), c.wait50, exact)
		near(t, c.name+" wait p95", c.q.WaitQuantile(0.95), c.wait95, exact)
		near(t, c.name+" wait p99", c.q.WaitQuantile(0.99), c.wait99, exact)
		near(t, c.name+" sojourn p50", c.q.SojournQuantile(0.5), c.soj50, exact)
		near(t, c.name+" sojourn p95", c.q.SojournQuantile(0.95), c.soj95, exact)
		near(t, c.name+" late", c.q.SojournTail(c.at), c.beyond, exact)
	}
	// Where the two rates of the sojourn time are equal, the formula needs its
	// limit; beside it, it does not.
	near(t, "equal rates", MMc{1, 1, 2}.SojournTail(3), MMc{1 - 1e-6, 1, 2}.SojournTail(3), 1e-5)
	for _, full := range []MMc{{2, 1, 2}, {5, 1, 3}} {
		if !math.IsInf(full.Wait(), 1) || !math.IsInf(full.WaitQuantile(0.5), 1) || !math.IsInf(full.SojournQuantile(0.5), 1) || full.Delayed() != 1 {
			t.Errorf("%v has a finite wait", full)
		}
	}
	// The call centre of Gans, Koole and Mandelbaum (2003), minutes.
	centre := MMc{48, 1, 50}
	near(t, "call centre wait, s", 60*centre.Wait(), 20.83366834, 1e-8)
	near(t, "call centre p90, s", 60*centre.WaitQuantile(0.9), 58.13874178, 1e-8)
}

func TestErlangB(t *testing.T) {
	near(t, "ERLB-01", ErlangB(OfferedLoad(5, 1), 10), 0.0183845703366, exact)
	pareto := model.Dist{Kind: "pareto", Min: seconds(0.5), Max: seconds(50), Alpha: 1.5}
	load := OfferedLoad(3, Moment(pareto, 1))
	near(t, "ERLB-03 load", load, 4.05405405405, exact)
	near(t, "ERLB-03", ErlangB(load, 4), 0.315871112217, exact)
	near(t, "no server", ErlangB(3, 0), 1, exact)
}

// mg1Cases are the service laws of the M/G/1 references.
func mg1Cases() []struct {
	name                       string
	rate                       float64
	service                    model.Dist
	scv, wait, sd, wait95, p99 float64
} {
	return []struct {
		name                       string
		rate                       float64
		service                    model.Dist
		scv, wait, sd, wait95, p99 float64
	}{
		{"MG1-01", 0.9, model.Dist{Kind: "constant", Value: time.Second}, 0, 4.5, 4.8218253805, 14.1286738302, 21.8982373495},
		{"MG1-03", 0.7, model.Dist{Kind: "lognormal", Mean: time.Second, CV: 1}, 1, 2.33333333333, 3.41565025532, 9.20492496199, 15.5592831687},
		{"MG1-05", 0.7, model.Dist{Kind: "hyperexponential", Mean: time.Second, CV: 2}, 4, 5.83333333333, 8.98300865214, 24.3838663415, 40.4782454658},
		{"MG1-07", 0.75, model.Dist{Kind: "gamma", Mean: time.Second, CV: math.Sqrt2}, 2, 4.5, 5.93717104352, 16.5428376667, 26.5121938877},
		{"MG1-09", 0.7, model.Dist{Kind: "pareto", Min: seconds(0.4), Max: seconds(40), Alpha: 1.5}, 2.7, 6.22222222222, 10.0054306242, 27.4753274407, 45.7324693199},
		{"MG1-11", 0.5, model.Dist{Kind: "weibull", Mean: seconds(1.50457548825), Shape: 0.6}, 3.09079576138, 9.34605378672, 12.9648586805, 0, 0},
	}
}

func TestPollaczekKhinchine(t *testing.T) {
	for _, c := range mg1Cases() {
		q := NewMG1(c.rate, c.service)
		if c.scv > 0 || SquaredCV(c.service) > 1e-12 {
			near(t, c.name+" scv", SquaredCV(c.service), c.scv, 1e-8)
		}
		near(t, c.name+" wait", q.Wait(), c.wait, 1e-8)
		near(t, c.name+" deviation", q.WaitDeviation(), c.sd, 1e-8)
		if c.wait95 > 0 {
			near(t, c.name+" wait p95", q.WaitQuantile(0.95), c.wait95, MG1QuantileError)
			near(t, c.name+" wait p99", q.WaitQuantile(0.99), c.p99, MG1QuantileError)
		}
	}
	if !math.IsInf(PollaczekKhinchine(1, 1, 2), 1) || !math.IsInf(NewMG1(2, exponential(1)).WaitQuantile(0.9), 1) {
		t.Error("an overloaded M/G/1 has a finite wait")
	}
	// With exponential service it is M/M/1, quantiles and all.
	near(t, "M/M/1 p95", NewMG1(0.8, exponential(1)).WaitQuantile(0.95), 13.8629436112, 1e-8)
}

func TestGroups(t *testing.T) {
	near(t, "MX-01", GroupedWait(0.15, 5, 1, 2), 11, exact)
	near(t, "groups of one", GroupedWait(0.8, 1, 1, 2), 4, exact)
}

func TestManyServers(t *testing.T) {
	near(t, "MDC-01", MDcWait(1.8, 1, 2), 2.14692321469, exact)
	near(t, "MDC-03", MDcWait(1.8, 4, 8), 1.79989303773, exact)
	near(t, "M/D/1", MDcWait(0.9, 1, 1), 4.5, exact)
	near(t, "idle", MDcWait(0, 1, 3), 0, exact)
	near(t, "M/M/2 of M/G/2", MGcWait(1.8, 1, 1, 2), 4.26315789474, exact)
	near(t, "MPHC-01, H2", MGcWait(1.6, 1, 4, 2), 4.28537766319, MGcError)
	near(t, "MPHC-03, E2", MGcWait(2.7, 1, 0.5, 3), 2.05336075112, MGcError)
	near(t, "one server", MGcWait(0.7, 1, 4, 1), 5.83333333333, exact)
	if !math.IsInf(MDcWait(2, 1, 2), 1) || !math.IsInf(MGcWait(2, 1, 0.5, 2), 1) || !math.IsInf(GGcWait(2, 1, 1, 1, 2), 1) {
		t.Error("an overloaded queue has a finite wait")
	}
	near(t, "GIM-01 by two moments", GGcWait(0.8, 0, 1, 1, 1), 1.69273083992, GGcError)
	near(t, "GIM-03 by two moments", GGcWait(0.9, 0.5, 1, 1, 1), 6.58828362869, GGcError)
	near(t, "Poisson gaps", GGcWait(1.8, 1, 1, 1, 2), 4.26315789474, exact)
}

func TestGM1(t *testing.T) {
	for _, c := range []struct {
		name                                              string
		gap                                               model.Dist
		delayed, wait, soj, wait50, wait95, p99, s50, s99 float64
	}{
		{"GIM-01", model.Dist{Kind: "constant", Value: seconds(1.25)}, 0.628629796497, 1.69273083992, 2.69273083992, 0.616458789697, 6.81670068114, 11.1504837829, 1.8664587897, 12.4004837829},
		{"GIM-03", model.Dist{Kind: "erlang", Mean: seconds(1 / 0.9), K: 2}, 0.868217893672, 6.58828362869, 7.58828362869, 4.18747756953, 21.6601463344, 33.8730176967, 5.25979740251, 34.9453375297},
	} {
		q, ok := NewGM1(c.gap, 1)
		if !ok {
			t.Fatalf("%s is not solved", c.name)
		}
		const rel = 1e-7 // the gap is rounded to a nanosecond
		near(t, c.name+" delayed", q.Delayed, c.delayed, rel)
		near(t, c.name+" wait", q.Wait(), c.wait, rel)
		near(t, c.name+" sojourn", q.Sojourn(), c.soj, rel)
		near(t, c.name+" wait p50", q.WaitQuantile(0.5), c.wait50, rel)
		near(t, c.name+" wait p95", q.WaitQuantile(0.95), c.wait95, rel)
		near(t, c.name+" wait p99", q.WaitQuantile(0.99), c.p99, rel)
		near(t, c.name+" sojourn p50", q.SojournQuantile(0.5), c.s50, rel)
		near(t, c.name+" sojourn p99", q.SojournQuantile(0.99), c.s99, rel)
	}
	if q, _ := NewGM1(exponential(1.25), 1); math.Abs(q.Wait()-4) > 1e-9 {
		t.Errorf("M/M/1 as GI/M/1 waits %v, want 4", q.Wait())
	}
	if _, ok := NewGM1(exponential(1), 1); ok {
		t.Error("a load of 1 is solved")
	}
	if _, ok := NewGM1(model.Dist{Kind: "lognormal", Mean: 2 * time.Second, CV: 1}, 1); ok {
		t.Error("a law without a transform is solved")
	}
}

func TestCobham(t *testing.T) {
	laws := []model.Dist{{Kind: "lognormal", Mean: seconds(0.5), CV: 1}, {Kind: "constant", Value: time.Second}, exponential(3)}
	rates := []float64{0.3, 0.2, 0.1}
	var m1, m2 []float64
	for _, d := range laws {
		m1, m2 = append(m1, Moment(d, 1)), append(m2, Moment(d, 2))
	}
	sum := 0.0
	for k, want := range []float64{1.26470588235, 1.94570135747, 4.72527472527} {
		got := Cobham(rates, m1, m2)[k]
		near(t, "PRG-01", got, want, exact)
		sum += rates[k] * m1[k] * got
	}
	near(t, "PRG-01 conservation", sum, 1.99642857143, exact)
	h2 := model.Dist{Kind: "mixture", Parts: []model.Part{{Weight: 0.9, Dist: exponential(0.5)}, {Weight: 0.1, Dist: exponential(5)}}}
	for k, want := range []float64{1.92291666667, 7.18847352025} {
		near(t, "PRG-03", Cobham([]float64{0.4, 0.35}, []float64{1, Moment(h2, 1)}, []float64{1, Moment(h2, 2)})[k], want, exact)
	}
	over := Cobham([]float64{0.5, 0.6}, []float64{1, 1}, []float64{2, 2})
	if math.IsInf(over[0], 1) || !math.IsInf(over[1], 1) {
		t.Errorf("at an overload of the low class the waits are %v", over)
	}
}

func TestPriorityMMc(t *testing.T) {
	one := PriorityMMc{[]float64{0.2, 0.3, 0.4}, 1, 1}
	five := PriorityMMc{[]float64{1, 1.5, 1.7}, 1, 5}
	near(t, "PRI-01 delayed", one.Delayed(), 0.9, exact)
	near(t, "PRI-03 delayed", five.Delayed(), 0.633773192709, exact)
	for _, c := range []struct {
		name                               string
		q                                  PriorityMMc
		k                                  int
		wait, wait95, soj95, wait99, soj99 float64
	}{
		{"PRI-01 H", one, 0, 1.125, 3.61296469737, 5.22533180083, 5.62476208791, 7.39258306961},
		{"PRI-01 M", one, 1, 2.25, 7.77429305455, 9.00566795799, 12.7531407789, 13.9637462097},
		{"PRI-01 L", one, 2, 18, 61.6864176918, 62.7093826533, 97.8835807217, 98.9064910051},
		{"PRI-03 H", five, 0, 0.158443298177, 0.6349170362, 3.18737927174, 1.03727651431, 4.79682935463},
		{"PRI-03 M", five, 1, 0.316886596354, 1.3438047201, 3.51923610549, 2.33075956926, 5.1611569648},
		{"PRI-03 L", five, 2, 1.58443298177, 6.90974712952, 8.13720945986, 11.8284956003, 13.0407484514},
	} {
		near(t, c.name+" wait", c.q.Waits()[c.k], c.wait, exact)
		near(t, c.name+" wait p95", c.q.WaitQuantile(c.k, 0.95), c.wait95, 1e-5)
		near(t, c.name+" wait p99", c.q.WaitQuantile(c.k, 0.99), c.wait99, 1e-5)
		near(t, c.name+" sojourn p95", c.q.SojournQuantile(c.k, 0.95), c.soj95, 1e-5)
		near(t, c.name+" sojourn p99", c.q.SojournQuantile(c.k, 0.99), c.soj99, 1e-5)
		near(t, c.name+" as M/G/c", PriorityMGcWaits(c.q.Rates, 1, 1, c.q.C)[c.k], c.wait, exact)
	}
	if q := (PriorityMMc{[]float64{0.5, 0.6}, 1, 1}); !math.IsInf(q.Waits()[1], 1) || !math.IsInf(q.WaitQuantile(1, 0.5), 1) || math.IsInf(q.Waits()[0], 1) {
		t.Errorf("at an overload of the low class the waits are %v", q.Waits())
	}
}

func TestShared(t *testing.T) {
	full := func(int) float64 { return 1 }
	sharing := func(c float64) func(int) float64 { return func(n int) float64 { return min(1, c/float64(n)) } }
	threshold := model.Slowdown{Kind: "threshold", Capacity: 4, Alpha: 0.1}
	thrash := model.Slowdown{Kind: "thrash", Capacity: 4, Alpha: 0.05}
	for _, c := range []struct {
		name                              string
		s                                 Shared
		refused, present, sojourn, slowed float64
	}{
		{"MMCK-01", Shared{1.2, 1, 1, 4, full}, 0.250588121556, 3.02117237601, 3.35949258224, 0},
		{"MMCK-03", Shared{1, 6, 3, 4, full}, 0.504820333041, 6.06310254163, 12.2442477876, 0},
		{"ERLB-01", Shared{5, 1, 10, 0, full}, 0.0183845703366, 4.90807714832, 1, 0},
		{"PS-01", Shared{0.8, 1, 900, 0, sharing(1)}, 0, 4, 5, 0.64},
		{"PS-03", Shared{3.2, 1, 900, 0, sharing(4)}, 0, 5.58572988715, 1.74554058973, 0.47714597743},
		{"SLOW-01", Shared{3, 1, 20, 0, threshold.Speed}, 7.42840972148e-07, 3.26982521171, 1.08994254689, 0.236303699317},
		{"SLOW-03", Shared{2.5, 1, 16, 0, thrash.Speed}, 0.0182132838272, 4.18020613753, 1.7031015265, 0.307800237868},
	} {
		const rel = 1e-8 // the model's exponential has nine digits
		l := c.s.Solve()
		if c.refused > 0 {
			near(t, c.name+" refused", l.Refused, c.refused, rel)
		} else if l.Refused > 1e-12 {
			t.Errorf("%s refuses %v", c.name, l.Refused)
		}
		near(t, c.name+" present", l.Present, c.present, rel)
		near(t, c.name+" sojourn", l.Sojourn, c.sojourn, rel)
		near(t, c.name+" slowed", l.Slowed, c.slowed, rel)
	}
	near(t, "MMCK-03 at work", Shared{1, 6, 3, 4, full}.Solve().AtWork/3, 0.990359333918, exact)
	near(t, "M/M/2 by a long backlog", Shared{1.8, 1, 2, 2000, full}.Solve().Present, 9.47368421053, 1e-8)
}

func TestImpatience(t *testing.T) {
	for _, c := range []struct {
		name                                 string
		i                                    Impatient
		abandon, delayed, wait, served, busy float64
	}{
		{"ERLA-01", ErlangA(5, 1, 5, 2), 0.146131570841, 0.633151304561, 0.292263141682, 0.275123299172, 0.853868429159},
		{"ERLA-03", ErlangA(48, 1, 50, 2), 0.0309122491622, 0.467774068554, 0.0618244983244, 0.0602650039926, 0.930324240804},
	} {
		near(t, c.name+" abandon", c.i.Abandon, c.abandon, exact)
		near(t, c.name+" delayed", c.i.Delayed, c.delayed, exact)
		near(t, c.name+" wait", c.i.Wait, c.wait, exact)
		near(t, c.name+" served", c.i.Served, c.served, exact)
		near(t, c.name+" busy", c.i.Busy, c.busy, exact)
	}
	for _, c := range []struct {
		name                   string
		i                      Impatient
		abandon, delayed, wait float64
	}{
		{"ERLD-01", PatientFor(5, 1, 5, 1), 0.117503290092, 0.705019740553, 0.411261515322},
		{"ERLD-03", PatientFor(0.95, 1, 1, 8), 0.0806007285799, 0.873429307849, 3.60526084124},
	} {
		near(t, c.name+" abandon", c.i.Abandon, c.abandon, exact)
		near(t, c.name+" delayed", c.i.Delayed, c.delayed, exact)
		near(t, c.name+" wait", c.i.Wait, c.wait, exact)
	}
	near(t, "endless patience", ErlangA(1.8, 1, 2, 1e9).Wait, 4.26315789474, 1e-6)
}

func TestRetrialAndCold(t *testing.T) {
	wait := RetrialMM1(0.7, 1, 2)
	near(t, "RT1-01 wait", wait, 7, exact)
	near(t, "RT1-01 retries", wait/2, 3.5, exact)
	if !math.IsInf(RetrialMM1(1, 1, 2), 1) {
		t.Error("an overloaded retrial queue has a finite wait")
	}
	share, wait := ColdMG1(0.05, 4, 32, 2, math.Exp(-0.05*30))
	near(t, "SU-01 cold", share, 0.174608094901, exact)
	near(t, "SU-01 wait", wait, 1.10913005931, exact)
	near(t, "SU-01 sojourn", wait+4+2*share, 5.45834624911, exact)
}

func TestBounds(t *testing.T) {
	near(t, "FW-01", FixedWindow(12, 1, 10), 0.786367647042, exact)
	near(t, "FW-03", FixedWindow(20, 1, 25), 0.983458594071, exact)
	if d := DeferralBound(10, 6*time.Minute); d != 54*time.Minute {
		t.Errorf("ten receives of six minutes put off for %s", d)
	}
	if d := DeferralBound(1, time.Hour); d != 0 {
		t.Errorf("one receive puts off for %s", d)
	}
	if d := DeferralBound(1<<62, time.Hour); d != math.MaxInt64 {
		t.Errorf("the bound overflows to %s", d)
	}
	for _, c := range []struct {
		loads    []float64
		capacity float64
		want     int
	}{{[]float64{1, 2, 3}, 10, 3}, {[]float64{1, 2, 3}, 6, 2}, {[]float64{1, 2, 3}, 3, 1}, {[]float64{4}, 3, 0}, {nil, 1, 0}} {
		if got := Fitting(c.loads, c.capacity); got != c.want {
			t.Errorf("of %v, %d classes fit into %v, want %d", c.loads, got, c.capacity, c.want)
		}
	}
	near(t, "drain", DrainTime(1200, 3, 5), 1800, exact)
	if !math.IsInf(DrainTime(60, 5, 5), 1) {
		t.Error("a full system recovers")
	}
}
