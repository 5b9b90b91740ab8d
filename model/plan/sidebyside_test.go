package plan

import (
	"context"
	"errors"
	"testing"
)

// Every number has its turn, whatever the number of workers, and a context that
// ends stops the rest.
func TestSideBySide(t *testing.T) {
	for _, workers := range []int{0, 1, 3, 100} {
		var squares [50]int
		last := 0
		if err := SideBySide(context.Background(), 50, workers, func(i int) { squares[i] = i * i }, func(n int) { last = n }); err != nil {
			t.Fatal(err)
		}
		for i, s := range squares {
			if s != i*i {
				t.Errorf("%d workers: call %d left %d", workers, i, s)
			}
		}
		if last != 50 {
			t.Errorf("%d workers: told of %d calls", workers, last)
		}
	}
	ctx, cancel := context.WithCancel(context.Background())
	calls := 0
	err := SideBySide(ctx, 50, 1, func(i int) {
		calls++
		if i == 6 {
			cancel()
		}
	}, nil)
	if !errors.Is(err, context.Canceled) || calls != 7 {
		t.Errorf("%v after %d calls", err, calls)
	}
}
