package worker

import (
	"context"
	"time"

	"penstock/model/policy"
)

// Sample looks at every queue each so often and tells the meter how deep it is,
// until ctx ends: a policy looks only at queues that may go before a message, and
// only while it has one. It is for a service; what a function does between
// invocations, nobody sees.
func Sample(ctx context.Context, queues Queues, meter Meter, classes int, every time.Duration) {
	for pause(ctx, every) {
		for class := range classes {
			limited, cancel := context.WithTimeout(ctx, patience)
			visible, inFlight, status := queues.Look(limited, class)
			cancel()
			if status == policy.OK {
				meter.Depth(class, visible, inFlight)
			}
		}
	}
}
