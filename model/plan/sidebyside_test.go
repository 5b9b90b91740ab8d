package plan

import (
	"context"
	"errors"
	"strings"
	"testing"

	"penstock/model"
	"penstock/model/price"
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

// A panic of one call comes out of SideBySide, where somebody can say what it
// was, also through another SideBySide.
func TestSideBySidePanics(t *testing.T) {
	for _, workers := range []int{1, 4} {
		func() {
			defer func() {
				e, ok := recover().(*InternalError)
				if !ok || e.Error() != "internal failure: oh" || !strings.Contains(string(e.Stack), "sidebyside_test.go") {
					t.Errorf("%d workers: %v", workers, e)
				}
			}()
			sideBySide(3, workers, func(int) bool {
				sideBySide(50, workers, func(i int) bool {
					if i == 7 {
						panic("oh")
					}
					return true
				})
				return true
			})
		}()
	}
}

// A panic beside the runs of a sweep, here in loading a point, is an error.
func TestSweepPanics(t *testing.T) {
	load := func(int) (*model.Config, *price.Book, error) { panic("no such point") }
	err := runSweep(context.Background(), []int{0, 1}, load, Options{}, nil, made)
	var e *InternalError
	if !errors.As(err, &e) || e.Error() != "internal failure: no such point" {
		t.Errorf("%v", err)
	}
}
