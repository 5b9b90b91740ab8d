package model

import (
	"math/rand/v2"
	"testing"
	"time"
)

// GetQueueAttributes shows the counts of exactly so long ago: to the
// nanosecond, however many changes lie between.
//
// Rule: SQS-34
func TestAttributesLag(t *testing.T) {
	const lag = 5 * time.Second
	d := newDesk(t, 0, func(c *Config) {
		c.Timing.AttributesLag = lag
		c.Classes[0].Arrivals = []Arrivals{{Kind: "poisson", Rate: 20}}
	})
	type counts struct {
		at                time.Duration
		visible, inFlight int64
	}
	past := []counts{{at: -lag}} // what it will show until it shows the next
	r := rand.New(rand.NewPCG(1, 2))
	for at := time.Duration(0); at < time.Minute; at += 10 * time.Millisecond {
		d.to(at)
		if r.IntN(20) == 0 {
			for _, h := range d.take(r.IntN(25)) {
				if r.IntN(2) == 0 {
					d.remove(h)
				}
			}
		}
		past = append(past, counts{at, d.visible, d.inFlight})
		for past[0].at < at-lag {
			past = past[1:]
		}
		visible, inFlight := d.attributes()
		if want := past[0]; visible != want.visible || inFlight != want.inFlight {
			t.Fatalf("at %v it shows %d and %d, but %v before there were %d and %d",
				at, visible, inFlight, lag, want.visible, want.inFlight)
		}
	}
}

// Rule: SQS-34
func TestAttributesLagToTheNanosecond(t *testing.T) {
	d := newDesk(t, 0, func(c *Config) {
		c.Timing.AttributesLag = 5 * time.Second
		c.Classes[0].Arrivals = sendAt(1, 2)
	})
	for _, c := range []struct {
		at      time.Duration
		visible int64
	}{{6*time.Second - 1, 0}, {6 * time.Second, 1}, {7*time.Second - 1, 1}, {7 * time.Second, 2}, {time.Hour, 2}} {
		d.to(c.at)
		if visible, _ := d.attributes(); visible != c.visible {
			t.Errorf("at %v it shows %d visible, want %d", c.at, visible, c.visible)
		}
	}
}

// A backlog that is there when the run begins was there before.
func TestAttributesShowTheInitialBacklogAtOnce(t *testing.T) {
	d := newDesk(t, 3, func(c *Config) { c.Timing.AttributesLag = 5 * time.Second })
	d.to(time.Second)
	if visible, _ := d.attributes(); visible != 3 {
		t.Errorf("it shows %d visible, want 3", visible)
	}
}

// Rule: SQS-33
func TestAttributesWithoutLagAreTheCounts(t *testing.T) {
	d := newDesk(t, 3, nil)
	d.take(2)
	if visible, inFlight := d.attributes(); visible != 1 || inFlight != 2 {
		t.Errorf("it shows %d and %d, want 1 and 2", visible, inFlight)
	}
}
