package main

import (
	"fmt"
	"io"
	"os"
	"sync"
	"time"

	"github.com/schollz/progressbar/v3"
	"golang.org/x/term"
)

// isTerminal reports whether a person is watching.
func isTerminal(w io.Writer) bool {
	f, ok := w.(*os.File)
	return ok && term.IsTerminal(int(f.Fd()))
}

// progress shows how far a study is, on a terminal only.
type progress struct {
	bar  *progressbar.ProgressBar
	mu   *sync.Mutex
	left *timeLeft
}

const progressSteps = 1000

func newProgress(w io.Writer) progress {
	if !isTerminal(w) {
		return progress{}
	}
	p := progress{bar: progressbar.NewOptions(progressSteps,
		progressbar.OptionSetWriter(w),
		progressbar.OptionSetDescription("simulating"),
		progressbar.OptionSetWidth(40),
		progressbar.OptionSetPredictTime(false),
		progressbar.OptionSetElapsedTime(false),
		progressbar.OptionClearOnFinish(),
	), mu: &sync.Mutex{}, left: &timeLeft{}}
	_ = p.bar.RenderBlank()
	return p
}

// set shows a share, 0..1. Several goroutines may call it.
func (p progress) set(share float64) {
	if p.bar == nil {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.left.began.IsZero() {
		p.left.began = time.Now() // what comes before the first run says nothing of the others
	}
	p.bar.Describe("simulating, " + p.left.at(share, time.Since(p.left.began)))
	p.left.most = max(p.left.most, share)
	_ = p.bar.Set(int(p.left.most * progressSteps))
}

// done clears the bar.
func (p progress) done() {
	if p.bar != nil {
		_ = p.bar.Clear()
	}
}

// timeLeft guesses how long a study still takes, from what went before.
type timeLeft struct {
	began time.Time
	most  float64 // the largest share so far: a bar does not go back
	text  string
	told  time.Duration // when text was found
}

// What is too little to guess from: nothing is said then.
const (
	leastShare = 0.03
	leastTime  = 2 * time.Second
)

// at returns the guess, rounded as it deserves and found anew once a second. The
// share may stand still or go back, as where a search finds more to do: the guess
// then grows.
func (l *timeLeft) at(share float64, elapsed time.Duration) string {
	switch {
	case share < leastShare || elapsed < leastTime:
		return "time left unknown"
	case l.text != "" && elapsed-l.told < time.Second:
		return l.text
	}
	left := time.Duration(float64(elapsed) * (1 - share) / share)
	grain := time.Second
	for _, g := range []time.Duration{5 * time.Second, 15 * time.Second, time.Minute, 5 * time.Minute} {
		if left >= 8*g {
			grain = g
		}
	}
	l.told, l.text = elapsed, fmt.Sprintf("about %s left", max(left.Round(grain), time.Second))
	return l.text
}
