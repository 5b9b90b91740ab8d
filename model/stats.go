package model

import (
	"sort"

	"github.com/HdrHistogram/hdrhistogram-go"
)

// Latencies are kept in a high-dynamic-range histogram of microseconds with
// three significant digits: a quantile is off by at most 0.1 %. What is longer
// than the range counts as its end; the mean and the maximum stay exact.
const (
	histDigits = 3
	histMost   = int64(1) << 46 // µs: 2.2 years
	histHalf   = 1024           // half of the least power of two that has histDigits digits, twice over
	histRoom   = int64(1) << 20 // µs: about a second; see grow
)

// observations are the times of one kind that a run has seen. The zero value has
// seen none.
type observations struct {
	hist *hdrhistogram.Histogram // nil: none yet
	most int64                   // µs: the longest time that hist can take now
	sum  span
	sq   squares
	max  int64
	n    int64

	batch   *observations // those of the present batch as well; nil: no batches
	batches []Sample      // those before it
}

// add counts a time in ns.
func (o *observations) add(ns int64) {
	o.n++
	o.sum.add(ns)
	o.sq.add(ns)
	o.max = max(o.max, ns)
	us := min(ns/1000, histMost)
	if us > o.most || o.hist == nil {
		o.grow(us)
	}
	if err := o.hist.RecordValue(us); err != nil {
		panic("model: " + err.Error()) // cannot be: the value is in range
	}
	if o.batch != nil {
		o.batch.add(ns)
	}
}

// grow gives the histogram the room for a time. With all of it from the start,
// some hundred kilobytes, most of a small run would be the making of histograms.
func (o *observations) grow(us int64) {
	o.most = max(o.most, histRoom)
	for o.most < us {
		o.most = min(o.most<<4, histMost)
	}
	wider := hdrhistogram.New(1, o.most, histDigits)
	if o.hist != nil {
		wider.Merge(o.hist) // none is dropped: it has room for all of them
	}
	o.hist = wider
}

// sample sums the observations up.
func (o *observations) sample() Sample {
	s := Sample{N: o.n, Mean: o.sum.mean(o.n), SD: o.sq.deviation(o.sum, o.n), Max: float64(o.max) / 1e9, Batches: o.batches}
	if o.n == 0 {
		return s
	}
	q := func(p float64) float64 { return min(float64(o.hist.ValueAtQuantile(p))/1e6, s.Max) }
	s.P50, s.P90, s.P95, s.P99 = q(50), q(90), q(95), q(99)
	s.Hist = make([]int64, HistBins)
	bounds := make([]float64, HistBins)
	for i := range bounds {
		bounds[i] = HistBound(i)
	}
	// The library's Distribution makes a list of tens of thousands of bars first,
	// which takes longer than a small run.
	for i, n := range o.hist.Export().Counts {
		if n > 0 {
			bin := sort.SearchFloat64s(bounds, float64(highest(i))/1e6)
			s.Hist[min(bin, HistBins-1)] += n
		}
	}
	return s
}

// highest returns the largest value, in µs, that the histogram counts at an
// index: up to 2 × histHalf one by one, and then histHalf values to each power of
// two (the layout of HdrHistogram).
func highest(index int) int64 {
	power, step := index/histHalf-1, index%histHalf+histHalf
	if power < 0 {
		power, step = 0, step-histHalf
	}
	return int64(step+1)<<power - 1
}

// classStats is what a run counts for one class.
type classStats struct {
	arrived   int64
	outcomes  [numOutcomes]int64
	latency   observations
	completed observations
	wait      observations
	// backlogged are the waits inside the legacy system; nil where no call of the
	// class can wait there.
	backlogged *observations
	parts      [NumParts]span

	sent, receives, yields int64
	escalated, duplicates  int64
	waited                 int64
	linedUp                int64 // completed tasks whose call waited inside the legacy system
	open                   int64 // cut off by the end of the run
}

func (c *classStats) init(backlogged bool) {
	if backlogged {
		c.backlogged = &observations{}
	}
}

// times lists what the class observes.
func (c *classStats) times() []*observations {
	all := []*observations{&c.latency, &c.completed, &c.wait}
	if c.backlogged != nil {
		all = append(all, c.backlogged)
	}
	return all
}

// result returns the class's part of a Run.
func (c *classStats) result(q *queue) ClassRun {
	r := ClassRun{
		Arrived: c.arrived, Completed: c.outcomes[outcomeCompleted], Failed: c.outcomes[outcomeFailed],
		TimedOut: c.outcomes[outcomeTimedOut], DeadLettered: c.outcomes[outcomeDeadLettered],
		Expired: c.outcomes[outcomeExpired], Unfinished: c.outcomes[outcomeUnfinished],
		Latency: c.latency.sample(), LatencyCompleted: c.completed.sample(), Wait: c.wait.sample(),
		Receives: c.receives, Yields: c.yields, Escalated: c.escalated, DuplicateCalls: c.duplicates,
		Sent: c.sent, Waited: c.waited,
		DepthMax: q.depth.Max(), FlightMax: q.held.Max(), Open: c.open,
		Oldest: float64(max(q.oldest, q.age())) / 1e9,
	}
	if r.MayLineUp = c.backlogged != nil; r.MayLineUp {
		r.LegacyWait, r.LegacyWaited = c.backlogged.sample(), c.linedUp
	}
	r.DepthMean, r.FlightMean = q.w.levels.depth[q.class], q.w.levels.flight[q.class]
	r.VisibleShare, r.LettersMean = q.w.levels.seen[q.class], q.w.levels.letters[q.class]
	for i := range c.parts {
		r.Parts[i] = c.parts[i].mean(c.latency.n)
	}
	return r
}
