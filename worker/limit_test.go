package worker

import (
	"context"
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"penstock/model/policy"
)

// legacyFunc is a legacy system that is a function.
type legacyFunc func(context.Context, Task) Answer

func (f legacyFunc) Call(ctx context.Context, t Task) Answer { return f(ctx, t) }

func TestLimit(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		start := time.Now()
		var calls []string
		l := Limit(legacyFunc(func(context.Context, Task) Answer {
			calls = append(calls, fmt.Sprint(time.Since(start)))
			return Answer{}
		}), 0.5, 2)
		call := func() Answer {
			ctx, cancel := context.WithTimeout(t.Context(), 3*time.Second)
			defer cancel()
			return l.Call(ctx, Task{})
		}
		for range 3 {
			if a := call(); a.Status != policy.OK {
				t.Error(a)
			}
		}
		if got := fmt.Sprint(calls); got != "[0s 0s 2s]" {
			t.Errorf("called at %s", got)
		}
		go call() // takes the turn at 4 s
		synctest.Wait()
		a := call() // has time until 5 s, and its turn is at 6 s
		if a.Status != policy.Rejected || a.RetryAfter != 4*time.Second || time.Since(start) != 2*time.Second {
			t.Errorf("at %v: %+v, want rejected at once, for 4 s", time.Since(start), a)
		}
		ctx, cancel := context.WithCancel(t.Context())
		time.AfterFunc(time.Second, cancel)
		if a := l.Call(ctx, Task{}); a.Status != policy.Rejected || time.Since(start) != 3*time.Second {
			t.Errorf("at %v: %+v, want rejected when cut off", time.Since(start), a)
		}
		time.Sleep(2 * time.Second) // the turn at 6 s has been given back twice
		if a := call(); a.Status != policy.OK {
			t.Errorf("at %v: %+v", time.Since(start), a)
		}
		time.Sleep(10 * time.Second)
		synctest.Wait()
		if got := fmt.Sprint(calls); got != "[0s 0s 2s 4s 6s]" {
			t.Errorf("called at %s", got)
		}
	})
}
