package policy

import (
	"testing"
	"time"
)

// A look is used again while it is young. One that was taken before the clock
// was put back is not: nobody knows how old it is.
func TestCachedLook(t *testing.T) {
	start := time.Unix(1000, 0)
	for after, again := range map[time.Duration]bool{0: false, 9 * time.Second: false, 10 * time.Second: true, -time.Second: true} {
		cfg := Config{Kind: Yield, Look: LookVisible, LookCache: 10 * time.Second, YieldFor: Remaining, RetryFor: Remaining, Visibility: make([]time.Duration, 2)}
		p := New(cfg, Draws{})
		p.Step(start, Event{Kind: Received, Class: 1, Receive: 1, First: true}, nil)
		p.Step(start, Event{Kind: Looked, Queue: 0, Visible: 3}, nil)
		got := p.Step(start.Add(after), Event{Kind: Received, Class: 1, Receive: 1, First: true}, nil)
		if looked := len(got) == 1 && got[0].Kind == Look; looked != again {
			t.Errorf("%v after a look: %+v", after, got)
		}
	}
}
