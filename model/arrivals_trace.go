package model

import (
	"math"
	"time"

	"penstock/sim"
)

// binned replays counts: the arrivals of a bin fall independently and
// uniformly into it, as those of a Poisson process do when their number is
// known.
type binned struct {
	cfg    *Trace
	stream *sim.Stream
	bin    int // the next bin to open
	left   int // arrivals left in the open bin
	at     float64
	until  float64
}

func (b *binned) next() (int64, int64, bool) {
	for b.left == 0 {
		if b.bin == len(b.cfg.Counts) {
			return 0, 0, false
		}
		b.open()
	}
	// The earliest of the n points left is where n-1 uniform ones are not.
	u := math.Pow(1-b.stream.Float64(), 1/float64(b.left))
	b.at += float64((b.until - b.at) * (1 - u))
	b.left--
	return int64(roundSeconds(b.at)), -1, true
}

// open starts the next bin. A scaled count that is no whole number is rounded
// up with the probability of its fraction.
func (b *binned) open() {
	n := b.cfg.Counts[b.bin] * b.cfg.Scale
	b.at = float64(b.bin) * b.cfg.Bin.Seconds()
	b.until = b.at + b.cfg.Bin.Seconds()
	b.bin++
	b.left = int(n)
	if frac := n - math.Floor(n); frac > 0 && b.stream.Float64() < frac {
		b.left++
	}
}

// recorded replays instants.
type recorded struct {
	cfg *Trace
	i   int
}

func (r *recorded) next() (int64, int64, bool) {
	if r.i == len(r.cfg.Times) {
		return 0, 0, false
	}
	at, service := r.cfg.Times[r.i].Round(time.Microsecond), int64(-1)
	if len(r.cfg.Services) > 0 {
		service = int64(r.cfg.Services[r.i].Round(time.Microsecond))
	}
	r.i++
	return int64(at), service, true
}
