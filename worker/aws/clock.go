package aws

import (
	"context"
	"net/http"
	"sync"
	"time"

	"github.com/aws/smithy-go/middleware"
	smithyhttp "github.com/aws/smithy-go/transport/http"
)

// How far this machine's clock may be off. The ages by which the policy and the
// metrics go are the difference of it and SQS's clock; and AWS takes signatures
// that are at most five minutes old.
const (
	skewWarned  = time.Minute
	skewRefused = 5 * time.Minute
)

// clock remembers how far AWS's clock is ahead of ours, as the Date header of
// its answers says, to the second.
type clock struct {
	mu   sync.Mutex
	seen bool
	skew time.Duration
}

// watch makes a call tell the clock what its answers say.
func (c *clock) watch(stack *middleware.Stack) error {
	return stack.Deserialize.Add(middleware.DeserializeMiddlewareFunc("PenstockClock",
		func(ctx context.Context, in middleware.DeserializeInput, next middleware.DeserializeHandler) (middleware.DeserializeOutput, middleware.Metadata, error) {
			asked := time.Now()
			out, meta, err := next.HandleDeserialize(ctx, in)
			if answer, ok := out.RawResponse.(*smithyhttp.Response); ok && answer != nil {
				if date, err := http.ParseTime(answer.Header.Get("Date")); err == nil {
					c.note(date.Sub(asked.Add(time.Since(asked) / 2)))
				}
			}
			return out, meta, err
		}), middleware.After)
}

// note keeps the smallest skew: a slow answer only seems to be skewed.
func (c *clock) note(skew time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if !c.seen || skew.Abs() < c.skew.Abs() {
		c.seen, c.skew = true, skew
	}
}

func (c *clock) report(f *findings) {
	off := c.skew.Abs().Round(time.Second)
	if off <= skewWarned {
		return
	}
	way := "slow"
	if c.skew < 0 {
		way = "fast"
	}
	if off > skewRefused {
		f.problem("the clock of this machine is %v %s: AWS refuses signatures that are off by more than %v, and the ages of messages would be wrong", off, way, skewRefused)
		return
	}
	f.warn("the clock of this machine is %v %s: the ages of messages are wrong by as much", off, way)
}
