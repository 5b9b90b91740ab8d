package plan

import (
	"runtime"

	"penstock/model"
	"penstock/model/price"
)

// Options are what a caller may choose about a study without changing a figure
// of its result.
type Options struct {
	// Workers is how many replications run at a time; 0 means GOMAXPROCS.
	Workers int
	// Progress is told now and then which share of all the work is done, 0..1,
	// never less than before. It is called from one goroutine at a time, and
	// the runs wait for it.
	Progress func(share float64)
	// Trace watches replication 0, from one goroutine, and never the pilot
	// runs of a measured warm-up. It must not keep the pointer.
	Trace func(*model.Happening)
	// Unchecked leaves the invariants unchecked, to measure what they cost.
	Unchecked bool
	// Lean drops the time series of every replication, most of what it keeps:
	// the result has no plots. For studies of which there are many.
	Lean bool
	// Version is written into the result; "" means BuildVersion.
	Version string

	// gate is shared by the studies of a sweep, and rank is the study's place
	// among them; nil for a study of its own.
	gate *gate
	rank int
}

func (o Options) workers() int {
	if o.Workers > 0 {
		return o.Workers
	}
	return runtime.GOMAXPROCS(0)
}

// simulateFunc is model.Simulate, or what a test puts in its place.
type simulateFunc func(*model.Config, model.Options) (model.Run, bool)

// billFunc is the Bill of a price book, or what a test puts in its place; nil
// where there is no book.
type billFunc func(*model.Usage, price.Options) (price.Bill, error)
