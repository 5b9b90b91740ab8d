package plan

import "sync"

// tuneProgress tells how far a tuning is, by its replications. How many there
// will be is a guess that each stage corrects, so the share may stand still but
// never goes back.
type tuneProgress struct {
	mu      sync.Mutex
	report  func(share float64) // nil: nobody listens
	ran     int
	planned int
	told    float64
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
	b.told = max(b.told, min(0.99, float64(b.ran)/float64(max(1, b.planned, b.ran))))
	if b.report != nil {
		b.report(b.told)
	}
}

// finish reports that everything is done.
func (b *tuneProgress) finish() {
	if b.report != nil {
		b.report(1)
	}
}
