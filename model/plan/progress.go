package plan

import "sync"

// progress adds up what every run says about itself. A nil *progress reports
// to nobody.
type progress struct {
	mu     sync.Mutex
	report func(share float64)
	runs   int     // in all, pilot runs included
	done   float64 // in runs, never going back
}

// newProgress returns nil where nobody listens.
func newProgress(report func(float64), runs int) *progress {
	if report == nil {
		return nil
	}
	return &progress{report: report, runs: runs}
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
	p.report(min(1, p.done/float64(p.runs)))
}
