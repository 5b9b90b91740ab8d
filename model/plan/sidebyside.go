package plan

import (
	"context"
	"sync"
	"sync/atomic"
)

// SideBySide calls run with 0 … n-1, so many at a time (0 or fewer: one a core),
// and returns when all calls have. The numbers are handed out in order; what a
// call finds out it puts where its number says, so that nothing depends on which
// ends first. Once ctx has ended no more calls begin, and the error is
// ctx.Err(). done is told how many calls have returned, from one goroutine at a
// time; it may be nil.
func SideBySide(ctx context.Context, n, workers int, run func(i int), done func(calls int)) error {
	var mu sync.Mutex
	calls := 0
	sideBySide(n, Options{Workers: workers}.workers(), func(i int) bool {
		if ctx.Err() != nil {
			return false
		}
		run(i)
		mu.Lock()
		defer mu.Unlock()
		calls++
		if done != nil {
			done(calls)
		}
		return true
	})
	return ctx.Err()
}

// sideBySide calls work with 0 … n-1, in order as workers become free, until it
// returns false. If one of them panics, it panics as well, with an
// *InternalError, and begins no more.
func sideBySide(n, workers int, work func(i int) bool) {
	var next atomic.Int64
	var wg sync.WaitGroup
	fallen := make(chan error, min(workers, n))
	for range min(workers, n) {
		wg.Go(func() {
			err := guarded(func() error {
				for {
					i := int(next.Add(1) - 1)
					if i >= n || !work(i) {
						return nil
					}
				}
			})
			if err != nil {
				next.Store(int64(n))
				fallen <- err
			}
		})
	}
	wg.Wait()
	select {
	case err := <-fallen:
		panic(err)
	default:
	}
}
