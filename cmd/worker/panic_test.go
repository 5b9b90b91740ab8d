package main

import (
	"context"
	"fmt"
	"os"

	"penstock/worker"
)

// panicFunction is the function with a legacy system that panics where the
// input is what PENSTOCK_TEST_PANIC says.
func panicFunction() {
	w, err := prepare(context.Background(), scenarioFile(""), os.Stderr)
	if err == nil {
		ports := w.ports()
		ports.Legacy = panicking{ports.Legacy}
		err = w.serveLambda(ports)
	}
	fmt.Fprintln(os.Stderr, err)
}

type panicking struct{ worker.Legacy }

// Call panics, or calls.
func (p panicking) Call(ctx context.Context, t worker.Task) worker.Answer {
	if string(t.Input) == os.Getenv("PENSTOCK_TEST_PANIC") {
		panic("the legacy system of the test panics")
	}
	return p.Legacy.Call(ctx, t)
}
