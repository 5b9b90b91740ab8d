package plan

import (
	"bytes"
	"context"
	"flag"
	"fmt"
	"math"
	"math/cmplx"
	"os"
	"strings"
	"testing"

	"penstock/model"
	"penstock/scenarios"
)

var update = flag.Bool("update", false, "rewrite the table of coverages from a benchmark")

const (
	coverageTable = "testdata/coverage.txt"
	experiments   = 500
	fixedRuns     = 20
	// methods names what the table was measured with. Change it with the method,
	// and measure again.
	methods = "MSER-5 warm-up; Student over replications; between order statistics (Hettmansperger and Sheather); sequential (Hoad, Robinson and Davies)"
)

// truth is a figure of a system that theory knows exactly.
type truth struct {
	metric string
	exact  float64
}

// exactSystem is a steady system with known answers, as a user would study it:
// its warm-up is measured, and [precision] is at its defaults.
type exactSystem struct {
	name       string
	file       string // the reference case that it is made of
	set        []string
	truths     []truth
	sequential bool // measure the sequential rule as well, which takes longer
}

// exactSystems are M/M/1 queues of service rate 1 and the three classes of
// reference case PRI-01. A run of a busier system has to be longer, its
// autocorrelations reach further: relaxation takes about 1/(1-√ρ)², 12, 90 and
// 380 seconds.
func exactSystems() []exactSystem {
	var all []exactSystem
	for _, s := range []struct {
		rho     float64
		horizon string
	}{{0.5, "10000s"}, {0.8, "12000s"}, {0.9, "20000s"}} {
		// The sojourn is exponential with rate 1-ρ, and a wait is longer than t
		// with probability ρ exp(-(1-ρ) t).
		wait := func(p float64) float64 { return math.Log(s.rho/(1-p)) / (1 - s.rho) }
		sojourn := func(p float64) float64 { return -math.Log(1-p) / (1 - s.rho) }
		x := exactSystem{
			fmt.Sprintf("M/M/1 rho %g", s.rho), "reference/MM1-01",
			[]string{fmt.Sprintf("class.Q.arrivals[0].rate=%g/s", s.rho), "horizon=" + s.horizon},
			[]truth{
				{"classes.Q.wait.mean", s.rho / (1 - s.rho)}, {"classes.Q.wait.p95", wait(0.95)},
				{"classes.Q.latency.mean", 1 / (1 - s.rho)}, {"classes.Q.latency.p50", sojourn(0.5)}, {"classes.Q.latency.p95", sojourn(0.95)},
			},
			s.rho < 0.9,
		}
		if s.rho > 0.5 { // at 0.5 the median of the wait is where waiting begins
			x.truths = append(x.truths, truth{"classes.Q.wait.p50", wait(0.5)})
		}
		all = append(all, x)
	}
	p := exactSystem{"priority, 3 classes, rho 0.9", "reference/PRI-01", []string{"horizon=20000s"}, nil, false}
	for k, name := range []string{"H", "M", "L"} {
		at := "classes." + name + ".wait."
		p.truths = append(p.truths, truth{at + "mean", cobham(k)}, truth{at + "p50", priorityWait(k, 0.5)}, truth{at + "p95", priorityWait(k, 0.95)})
	}
	return append(all, p)
}

// The rates of the three classes of PRI-01; each task takes a second in the
// mean, on one server.
func priorityRates() []float64 { return []float64{0.2, 0.3, 0.4} }

// loads returns what the classes above k bring, and those with k.
func loads(k int) (above, with float64) {
	for i, r := range priorityRates()[:k+1] {
		if with += r; i < k {
			above += r
		}
	}
	return above, with
}

// cobham is the mean wait of class k: C/((1-σ_{k-1})(1-σ_k)) at a service rate
// of 1, where C = 0.9 is the probability of waiting (Cobham, 1954).
func cobham(k int) float64 {
	above, with := loads(k)
	return 0.9 / ((1 - above) * (1 - with))
}

// priorityWait is the quantile of the wait of class k. One that waits does so
// for a first delay, exponential with rate 1-σ_k, that is stretched by the busy
// periods of what arrives above it: its transform is δ/(δ + s + Λ - Λ B(s)) with
// B(s) = (1 + Λ + s - √((1+Λ+s)² - 4Λ))/2Λ, inverted by Euler summation (Abate
// and Whitt, 1995).
func priorityWait(k int, p float64) float64 {
	above, with := loads(k)
	later := func(t float64) float64 { // P(wait > t)
		return 0.9 * euler(func(s complex128) complex128 {
			a := complex(above, 0)
			stretched := s
			if above > 0 {
				b := (1 + a + s - cmplx.Sqrt((1+a+s)*(1+a+s)-4*a)) / (2 * a)
				stretched = s + a - a*b
			}
			d := complex(1-with, 0)
			return (1 - d/(d+stretched)) / s
		}, t)
	}
	low, high := 1e-9, 1e4
	for range 100 {
		if mid := (low + high) / 2; later(mid) > 1-p {
			low = mid
		} else {
			high = mid
		}
	}
	return low
}

// euler inverts a Laplace transform at t.
func euler(f func(complex128) complex128, t float64) float64 {
	const a, n, m = 18.4, 30, 11
	term := func(k int) float64 {
		x := real(f(complex(a/(2*t), float64(k)*math.Pi/t)))
		if k%2 == 1 {
			return -x
		}
		return x
	}
	sum := term(0) / 2
	for k := 1; k <= n; k++ {
		sum += term(k)
	}
	// Binomial averages of the partial sums from n on.
	mean, weight := 0.0, math.Pow(2, -m)
	for j := 0; j <= m; j++ {
		mean += weight * sum
		weight *= float64(m-j) / float64(j+1)
		sum += term(n + j + 1)
	}
	return math.Exp(a/2) / t * mean
}

// TestExactWaits holds the inversion against values computed elsewhere, with 40
// digits: those of reference case PRI-01.
func TestExactWaits(t *testing.T) {
	for k, want := range []struct{ mean, p95, p99 float64 }{{1.125, 3.612964697, 5.624762088}, {2.25, 7.774293055, 12.753140779}, {18, 61.686417692, 97.883580722}} {
		near(t, "mean", cobham(k), want.mean, 1e-12)
		near(t, "p95", priorityWait(k, 0.95), want.p95, 1e-6)
		near(t, "p99", priorityWait(k, 0.99), want.p99, 1e-6)
	}
}

// hits counts, of one metric, the experiments whose interval held the truth.
type hits struct {
	student, ranks, sequential int
}

// trial is one experiment: a study with a seed of its own.
type trial struct {
	fixed, ranks, sequential []Estimate // by metric: of a fixed number, that between order statistics, and of as many as [precision] asked for
	runs                     int        // as many as that was
}

// experiment runs one study.
func (x *exactSystem) experiment(t testing.TB, number int) trial {
	t.Helper()
	source, err := scenarios.Open(x.file)
	if err != nil {
		t.Fatal(err)
	}
	cfg, problems := source.Load(append([]string{"warmup=auto", "drain=0s"}, x.set...))
	if scenarios.Failed(problems) {
		t.Fatal(problems)
	}
	cfg.Replications, cfg.Seed = 0, uint64(1000+number)
	ctx := context.Background()
	s, err := newSampler(ctx, &cfg, nil, Options{}, model.Simulate)
	if err != nil {
		t.Fatal(err)
	}
	var out trial
	if err = s.Extend(ctx, fixedRuns); err != nil {
		t.Fatal(err)
	}
	if out.runs = fixedRuns; x.sequential {
		if out.runs, err = s.Settle(ctx); err != nil {
			t.Fatal(err)
		}
	}
	metrics := make([]string, len(x.truths))
	for i := range metrics {
		metrics[i] = x.truths[i].metric
	}
	seen, err := s.Observe(metrics, 0, fixedRuns)
	if err != nil {
		t.Fatal(err)
	}
	fixed := s.study.figures(newStudyEstimator(s.runs[:fixedRuns], &cfg), s.out[:fixedRuns]).byPath()
	sequential := s.study.figures(newStudyEstimator(s.runs[:out.runs], &cfg), s.out[:out.runs]).byPath()
	for i, m := range metrics {
		out.fixed, out.sequential = append(out.fixed, fixed[m]), append(out.sequential, sequential[m])
		mid, low, high, _ := newMedianRanks(fixedRuns, cfg.Precision.Confidence).of(seen[i])
		out.ranks = append(out.ranks, est(mid, low, high))
	}
	return out
}

// holds reports whether an interval holds x.
func holds(e Estimate, x float64) bool { return e.Low != nil && *e.Low <= x && x <= *e.High }

// row is a line of the table.
func (x *exactSystem) row(metric int, h hits, n int, runs float64, first Estimate) string {
	pc := func(k int) string { return fmt.Sprintf("%.1f", 100*float64(k)/float64(n)) }
	q := x.truths[metric]
	between, asked, average := "-", "-", "-"
	if !strings.HasSuffix(q.metric, "mean") {
		between = pc(h.ranks)
	}
	if x.sequential {
		asked, average = pc(h.sequential), fmt.Sprintf("%.1f", runs)
	}
	return fmt.Sprintf("%-29s| %-23s| %10.6f | %7s | %7s | %10s | %5s | %.9g to %.9g",
		x.name, q.metric, q.exact, pc(h.student), between, asked, average, *first.Low, *first.High)
}

// BenchmarkCoverage measures how often nominal 95 % intervals hold the exact
// answer. It takes minutes, and with -update writes the table that is committed:
//
//	go test ./model/plan -run '^$' -bench Coverage -benchtime 1x -timeout 2h -update
func BenchmarkCoverage(b *testing.B) {
	for b.Loop() {
		var table bytes.Buffer
		fmt.Fprintf(&table, coverageHead, methods, experiments, fixedRuns)
		for _, x := range exactSystems() {
			counts := make([]hits, len(x.truths))
			var first []Estimate
			runs := 0
			for i := range experiments {
				t := x.experiment(b, i)
				if i == 0 {
					first = t.fixed
				}
				runs += t.runs
				for m, q := range x.truths {
					counts[m].student += one(holds(t.fixed[m], q.exact))
					counts[m].ranks += one(holds(t.ranks[m], q.exact))
					counts[m].sequential += one(holds(t.sequential[m], q.exact))
				}
			}
			for m := range x.truths {
				fmt.Fprintln(&table, x.row(m, counts[m], experiments, float64(runs)/experiments, first[m]))
			}
			fmt.Fprintln(os.Stderr, table.String())
		}
		if *update {
			if err := os.WriteFile(coverageTable, table.Bytes(), 0o644); err != nil {
				b.Fatal(err)
			}
		}
	}
}

const coverageHead = `# How often nominal 95 %% intervals hold the exact answer, in percent.
# Written by: go test ./model/plan -run '^$' -bench Coverage -benchtime 1x -timeout 2h -update
# Methods: %s
# Each figure is from %d independent experiments, so its standard error is 1 point. "student" and
# "ranks" are of %d replications; "sequential" is of as many as [precision] asked for at its defaults,
# "runs" on average. "ranks" is the interval between order statistics, about a median of the
# replications, which skewness moves off the exact answer: a steady study, as all of these are,
# reports Student's, and only a terminating one that between order statistics.
# "first" is Student's interval of the first experiment, which a test computes again.
# system                      | metric                 | exact      | student | ranks   | sequential | runs  | first
`

func one(b bool) int {
	if b {
		return 1
	}
	return 0
}
