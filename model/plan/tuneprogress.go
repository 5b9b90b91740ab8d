package plan

import "sync"

// tuneProgress tells how far a tuning is, by its replications. How many there
// will be is a guess that each stage corrects, so the share goes back where more
// is left than was thought: to say that nothing is left would be no truer.
type tuneProgress struct {
	mu      sync.Mutex
	report  func(share float64) // nil: nobody listens
	ran     int
	planned int
}

// plan says how many replications are still expected.
func (b *tuneProgress) plan(more int) {
	b.mu.Lock()
	b.planned = b.ran + more
	b.mu.Unlock()
}

// done counts replications. Several goroutines may call it.
func (b *tuneProgress) done(n int) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.ran += n
	if b.report != nil {
		b.report(min(0.99, float64(b.ran)/float64(max(1, b.planned, b.ran))))
	}
}

// finish reports that everything is done.
func (b *tuneProgress) finish() {
	if b.report != nil {
		b.report(1)
	}
}
