package main

import (
	"io"
	"os"

	"github.com/schollz/progressbar/v3"
	"golang.org/x/term"
)

// isTerminal reports whether a person is watching.
func isTerminal(w io.Writer) bool {
	f, ok := w.(*os.File)
	return ok && term.IsTerminal(int(f.Fd()))
}

// progress shows how far a study is, on a terminal only.
type progress struct{ bar *progressbar.ProgressBar }

const progressSteps = 1000

func newProgress(w io.Writer) progress {
	if !isTerminal(w) {
		return progress{}
	}
	return progress{progressbar.NewOptions(progressSteps,
		progressbar.OptionSetWriter(w),
		progressbar.OptionSetDescription("simulating"),
		progressbar.OptionSetWidth(40),
		progressbar.OptionSetPredictTime(true),
		progressbar.OptionClearOnFinish(),
	)}
}

// set shows a share, 0..1.
func (p progress) set(share float64) {
	if p.bar != nil {
		_ = p.bar.Set(int(share * progressSteps))
	}
}

// done clears the bar.
func (p progress) done() {
	if p.bar != nil {
		_ = p.bar.Clear()
	}
}
