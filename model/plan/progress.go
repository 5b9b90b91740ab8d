package plan

import "sync"

// progress adds up what every run says about itself. A nil *progress reports
// to nobody.
type progress struct {
	mu     sync.Mutex
	report func(share float64)
	runs   int     // expected in all, pilot runs included
	done   float64 // in runs, never going back
	told   float64 // the last share that was reported
}

// newProgress returns nil where nobody listens.
func newProgress(report func(float64), runs int) *progress {
	if report == nil {
		return nil
	}
	return &progress{report: report, runs: runs}
}

// expect changes how many runs there will be in all. Where more are needed than
// was thought, the share stands still until it is true again.
func (p *progress) expect(runs int) {
	if p != nil {
		p.mu.Lock()
		p.runs = runs
		p.mu.Unlock()
	}
}

// start returns the record of one more run, nil where nobody listens.
func (p *progress) start() *task {
	if p == nil {
		return nil
	}
	return &task{of: p}
}

// finish reports that everything is done.
func (p *progress) finish() {
	if p != nil {
		p.report(1)
	}
}

// task is the progress of one run.
type task struct {
	of    *progress
	share float64
}

// update moves the task on to share, 0..1, and reports the whole.
func (t *task) update(share float64) {
	p := t.of
	p.mu.Lock()
	defer p.mu.Unlock()
	if share = min(share, 1); share <= t.share {
		return
	}
	p.done += share - t.share
	t.share = share
	if now := min(1, p.done/float64(p.runs)); now >= p.told {
		p.told = now
		p.report(now)
	}
}
