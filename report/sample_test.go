package report

import (
	"math"
	"math/rand/v2"
	"time"

	"penstock/model"
	"penstock/model/plan"
)

// est is an estimate with the half-width half over ten replications.
func est(v, half float64) plan.Estimate {
	low, high := v-half, v+half
	return plan.Estimate{Value: &v, Low: &low, High: &high, N: 10}
}

// sure is an estimate known without error.
func sure(v float64) plan.Estimate { return est(v, 0) }

// between is an estimate with any interval.
func between(low, v, high float64) plan.Estimate {
	return plan.Estimate{Value: &v, Low: &low, High: &high, N: 10}
}

func missing(why string) plan.Estimate { return plan.Estimate{N: 10, Why: why} }

// sample is a result with round figures that can be checked by eye: an 8 h
// night in which a burst of BATCH work starves behind HIGH and NORMAL.
func sample() *plan.Result {
	return &plan.Result{
		Scenario: "erp-orders", Seed: 1, Version: "0.1.0", Study: "terminating",
		ConfigHash:   "5f1d0c9a2b7e4f8866aa01c3d5e7f90b12345678deadbeef5f1d0c9a2b7e4f88",
		LogHash:      "88ab34cd90ef12345f1d0c9a2b7e4f8866aa01c3d5e7f90b12345678deadbeef",
		Replications: 10, Confidence: 0.95, HorizonS: 8 * 3600,
		Verdict: "stable", VerdictWhy: "no class had more open tasks at the end than at the middle of the run",
		ClassOrder: []string{"HIGH", "NORMAL", "BATCH"},
		Classes:    map[string]*plan.Class{"HIGH": sampleHigh(), "NORMAL": sampleNormal(), "BATCH": sampleBatch()},
		Worker: plan.Worker{
			Invocations: est(123400, 900), Throttles: est(4210, 130), ColdStarts: est(12, 2), Timeouts: sure(0),
			Busy: est(0.62, 0.01), AtLimit: est(0.002, 0.001), ConcurrencyMean: est(6.2, 0.1), ConcurrencyMax: sure(10), IdleMean: est(3.1, 0.2),
		},
		Legacy: plan.Legacy{
			Calls: est(98000, 300), Rejected: sure(0), Errors: est(98, 9), Timeouts: est(3.4, 0.8), OrphanCalls: est(40, 12),
			Utilization: est(0.91, 0.004), AtLimit: est(0.72, 0.01), Idle: est(0.04, 0.003), InFlightMean: est(4.55, 0.02), InFlightMax: sure(5),
		},
		StepFunctions: plan.Steps{Started: est(98100, 300), Retried: sure(0), StartDelayMean: sure(0), StartDelayMax: sure(0), CallbacksRefused: est(40, 12), CallbacksThrottled: sure(0)},
		Cost:          sampleCost(),
		Objectives: []plan.Assert{
			{Metric: "classes.HIGH.latency.p95", Op: "<=", Bound: 5, Value: est(4.21, 0.13), Outcome: "met"},
			{Metric: "classes.BATCH.latency.p95", Op: "<=", Bound: 7200, Value: between(8000, 9000, 10500), Outcome: "not met"},
			{Metric: "classes.BATCH.dead_lettered_share", Op: "<=", Bound: 0.001, Value: est(0.004, 0.0036), Outcome: "undecided", Why: "the interval straddles the bound"},
		},
		Asserts: []plan.Assert{
			{Metric: "cost.monthly", Op: "<=", Bound: 250, Value: sampleCost().Monthly, Outcome: "met"},
			{Metric: "legacy.utilization", Op: "<", Bound: 0.95, Value: est(0.91, 0.004), Outcome: "met"},
		},
		Assumptions: []plan.Assumption{
			{ID: "SQS-21", Name: "back_of_queue", Setting: "true", Rule: "From the third receive on a returned message goes behind everything that is visible.", Grade: "C"},
			{ID: "ESM-29", Name: "throttled_batch", Setting: "retry", Rule: "A poller tries a refused batch again until its visibility timeout ends.", Grade: "D"},
		},
		Twin: plan.Twin{
			Rows: []plan.TwinRow{
				{Metric: "classes.HIGH.wait.mean", Method: "M/G/c, Lee-Longton and Tijms", Value: 0.62, Error: 0.04, Simulated: est(0.6, 0.01), Agrees: plan.Agrees},
				{Metric: "legacy.utilization", Method: "Little's law", Value: 0.87, Error: 0.01, Exact: true, Simulated: est(0.91, 0.004), Agrees: plan.Disagrees},
			},
			Why: "class NORMAL: no formula holds for messages that give way",
		},
		Warnings: []string{"the sum of maximum_concurrency is below the concurrency of the function: giving way frees no slot for HIGH"},
		Plots:    samplePlots(10),
	}
}

func sampleHigh() *plan.Class {
	return &plan.Class{
		Arrived: est(28800, 170), Completed: est(28800, 170), Failed: sure(0), TimedOut: sure(0), DeadLettered: sure(0), Expired: sure(0), Unfinished: sure(0),
		Latency:   plan.Quantiles{Mean: est(1.6, 0.02), P50: est(1.2, 0.01), P90: est(3.1, 0.1), P95: est(4.21, 0.13), P99: est(6.5, 0.3), Max: between(14, 19, 31)},
		Wait:      plan.Waits{Mean: est(0.6, 0.01), P50: est(0.312, 0.013), P95: est(2.1, 0.1), P99: est(3.9, 0.2)},
		WaitParts: plan.Parts{Queued: est(0.5, 0.01), Yielded: sure(0), Throttled: est(0.05, 0.01), Backoff: sure(0), ColdStart: est(0.01, 0.001), Legacy: est(1, 0.01), Callback: sure(0.025), Other: sure(0.015)},

		ReceivesPerMessage: est(1.02, 0.001), YieldsPerMessage: sure(0), Escalated: sure(0), DuplicateCalls: sure(0), Oldest: est(31, 4), VisibleShare: est(0.31, 0.01), DeadLettersMean: sure(0),
	}
}

func sampleNormal() *plan.Class {
	return &plan.Class{
		Arrived: est(43200, 200), Completed: est(43188, 200), Failed: est(12, 2), TimedOut: sure(0), DeadLettered: sure(0), Expired: sure(0), Unfinished: sure(0),
		Latency:          plan.Quantiles{Mean: est(14, 1), P50: est(2.5, 0.2), P90: est(40, 4), P95: est(72, 6), P99: est(192, 8), Max: est(610, 70)},
		LatencyCompleted: plan.Quantiles{Mean: est(14, 1), P50: est(2.5, 0.2), P90: est(40, 4), P95: est(72, 6), P99: est(190, 8), Max: est(610, 70)},
		Wait:             plan.Waits{Mean: est(12.9, 1), P50: est(1.4, 0.2), P95: est(71, 6), P99: est(190, 8)},
		WaitParts:        plan.Parts{Queued: est(5, 0.5), Yielded: est(7.7, 0.6), Throttled: est(0.2, 0.05), Backoff: est(0.05, 0.02), ColdStart: est(0.01, 0.001), Legacy: est(1, 0.01), Callback: sure(0.025), Other: sure(0.015)},

		ReceivesPerMessage: est(1.4, 0.02), YieldsPerMessage: est(0.31, 0.02), Escalated: sure(0), DuplicateCalls: est(3, 1), Oldest: est(720, 40), VisibleShare: est(0.62, 0.02), DeadLettersMean: sure(0),
	}
}

func sampleBatch() *plan.Class {
	return &plan.Class{
		Arrived: sure(26000), Completed: est(25000, 200), Failed: est(26, 4), TimedOut: est(800, 90), DeadLettered: est(104, 94), Expired: sure(0), Unfinished: est(70, 20),
		DeadLetteredShare: est(0.004, 0.0036),
		Latency:           plan.Quantiles{Mean: est(5400, 300), P50: est(5000, 300), P90: est(8800, 400), P95: between(8000, 9000, 10500), P99: est(11000, 600), Max: missing("the largest of unfinished tasks is not known")},
		LatencyCompleted:  plan.Quantiles{Mean: est(5100, 300), P50: est(4900, 300), P90: est(8700, 400), P95: est(8900, 500), P99: est(9900, 600), Max: est(10800, 500)},
		Wait:              plan.Waits{Mean: est(5300, 300), P50: est(4900, 300), P95: est(8900, 500), P99: missing("fewer than 100 tasks beyond it")},
		WaitParts:         plan.Parts{Queued: est(1400, 100), Yielded: est(3834, 200), Throttled: est(120, 20), Backoff: est(45, 9), ColdStart: sure(0), Legacy: est(1, 0.01), Callback: sure(0.025), Other: sure(0.015)},

		ReceivesPerMessage: est(4.2, 0.1), YieldsPerMessage: est(3.1, 0.1), Escalated: est(0.21, 0.02), DuplicateCalls: est(310, 40), Oldest: est(11800, 600), VisibleShare: est(0.97, 0.01), DeadLettersMean: est(4.2, 0.6),
		LatencyIsLowerBound: true,
	}
}

func sampleCost() plan.Cost {
	item := func(service, name, cause string, quantity, unit float64) plan.CostItem {
		return plan.CostItem{Service: service, Item: name, Cause: cause, Quantity: sure(quantity), UnitUSD: unit, USD: est(quantity*unit, quantity*unit/50)}
	}
	items := []plan.CostItem{
		item("sqs", "send", "work", 98000, 4e-7), item("sqs", "receive", "work", 98000, 4e-7), item("sqs", "receive", "yield", 94000, 4e-7),
		item("sqs", "receive", "empty_poll", 240000, 4e-7), item("sqs", "delete", "work", 97000, 4e-7), item("sqs", "attributes", "yield", 190000, 4e-7),
		item("lambda", "request", "work", 98000, 2e-7), item("lambda", "request", "yield", 94000, 2e-7), item("lambda", "duration", "work", 98000*250*1100, 1.302e-11),
		item("lambda", "duration", "yield", 94000*250*60, 1.302e-11), item("lambda", "duration", "orphan", 1000*250*1100, 1.302e-11),
		item("stepfunctions", "transition", "work", 245000, 2.5e-5), item("cloudwatch", "log_bytes", "work", 39e6, 5e-10), item("cloudwatch", "log_bytes", "yield", 38e6, 5e-10),
	}
	total := 0.0
	for _, i := range items {
		total += *i.USD.Value
	}
	return plan.Cost{
		Total: est(total, total/50), Monthly: est(total*30, total*30/50), PerThousandCompleted: est(total/97, total/97/50),
		Book: "us-east-1 2025-06-01", Items: items,
	}
}

// samplePlots runs a fluid model of the night in steps of a minute: HIGH goes
// before NORMAL before BATCH through a legacy system that does 3.6 a second.
func samplePlots(replications int) plan.Plots {
	const steps = 9*60 + 30
	p := plan.Plots{Config: sampleConfig(), Step: time.Minute, Horizon: 8 * time.Hour, Slots: 10, LegacyCap: 5}
	p.Depth, p.Flight, p.Oldest = bands(3, steps), bands(3, steps), bands(3, steps)
	one := bands(3, steps)
	p.Busy, p.Calls, p.Peak = one[0], one[1], one[2]
	for rep := range replications {
		rng := rand.New(rand.NewPCG(7, uint64(rep)))
		var depth, oldest [3]float64
		for i := range steps {
			used := sampleStep(rng, i, &depth, &oldest)
			for c := range depth {
				watch(&p.Depth[c][i], depth[c], rep)
				watch(&p.Flight[c][i], math.Min(depth[c], 3), rep)
				watch(&p.Oldest[c][i], oldest[c], rep)
			}
			watch(&p.Busy[i], math.Min(10, used*8+2*rng.Float64()*used), rep)
			watch(&p.Calls[i], used*5, rep)
			watch(&p.Peak[i], math.Ceil(used*5), rep)
		}
	}
	p.Latency = [][]int64{lognormals(1, 1.2, 0.7, 28800), lognormals(2, 2.5, 1.7, 43200), lognormals(3, 4200, 0.6, 26000)}
	return p
}

// sampleStep moves the fluid on by a minute and returns the share of the
// legacy system in use.
func sampleStep(rng *rand.Rand, i int, depth, oldest *[3]float64) float64 {
	rates := [3]float64{1, 1.5, 0.2}
	if i >= 60 && i < 90 {
		rates[2] = 11
	}
	if i >= 200 && i < 215 {
		rates[1] = 5
	}
	if i >= 480 {
		rates = [3]float64{}
	}
	room := 3.6 * 60 * (0.95 + 0.1*rng.Float64())
	whole := room
	for c := range depth {
		arrived := 0.0
		if rates[c] > 0 {
			arrived = math.Max(0, rates[c]*60+rng.NormFloat64()*math.Sqrt(rates[c]*60))
		}
		depth[c] += arrived
		done := math.Min(depth[c], room)
		depth[c] -= done
		room -= done
		if depth[c] < 1 {
			oldest[c] = 2 * rng.Float64()
		} else {
			oldest[c] = math.Max(0, oldest[c]+60-60*done/math.Max(1, depth[c])*oldest[c]/60)
		}
	}
	return (whole - room) / whole
}

func bands(n, steps int) [][]plan.Band {
	list := make([][]plan.Band, n)
	for i := range list {
		list[i] = make([]plan.Band, steps)
	}
	return list
}

// watch adds the value of one more replication to a band.
func watch(b *plan.Band, v float64, rep int) {
	if rep == 0 {
		*b = plan.Band{Mean: v, Min: v, Max: v}
		return
	}
	b.Mean += (v - b.Mean) / float64(rep+1)
	b.Min, b.Max = math.Min(b.Min, v), math.Max(b.Max, v)
}

// lognormals is a histogram of n draws.
func lognormals(seed uint64, median, sigma float64, n int) []int64 {
	rng := rand.New(rand.NewPCG(9, seed))
	hist := make([]int64, model.HistBins)
	for range n {
		v := median * math.Exp(sigma*rng.NormFloat64())
		bin := int(math.Ceil(20 * math.Log10(v/model.HistBound(0))))
		bin = min(max(bin, 0), model.HistBins-1)
		hist[bin]++
	}
	return hist
}

// sampleConfig is the scenario that the sample stands for.
func sampleConfig() *model.Config {
	cfg := model.Default()
	cfg.Name, cfg.Description = "erp-orders", "A night in an ERP: orders come all night, a batch run hands over 20,000 invoices at one o'clock."
	class := func(name string, sources ...model.Arrivals) model.Class {
		c := model.DefaultClass()
		c.Name, c.Arrivals = name, sources
		return c
	}
	high := class("HIGH", model.Arrivals{Kind: "poisson", Rate: 1})
	high.Objective.Latency = []model.Bound{{Metric: "p95", AtMost: 5 * time.Second}}
	batch := class("BATCH", model.Arrivals{Kind: "poisson", Rate: 0.2}, model.Arrivals{Kind: "burst", At: time.Hour, Count: 20000, Over: 30 * time.Minute})
	batch.Objective.Latency = []model.Bound{{Metric: "p95", AtMost: 2 * time.Hour}}
	batch.Objective.DeadLetters = 0.001
	batch.Mapping.MaximumConcurrency = 4
	cfg.Classes = []model.Class{high, class("NORMAL", model.Arrivals{Kind: "poisson", Rate: 1.5}), batch}
	return &cfg
}
