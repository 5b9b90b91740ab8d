package model

import (
	"math/rand/v2"
	"slices"
	"testing"
)

// TestLineAgainstASortedSlice lets messages join, return to their old place and
// leave from anywhere, and compares what goes first with a slice that is sorted
// each time.
func TestLineAgainstASortedSlice(t *testing.T) {
	for seed := range uint64(50) {
		r := rand.New(rand.NewPCG(seed, 1))
		l := line{slab: &slab{free: none}}
		l.reset()
		var in, out []int32 // of the line: in it, by place; and out of it
		order := func(a, b int32) int { return int(l.slab.all.at(a).order - l.slab.all.at(b).order) }
		for range 400 {
			switch op := r.IntN(8); {
			case op < 2 || len(in)+len(out) == 0:
				id := l.slab.alloc()
				l.join(id)
				in = append(in, id)
			case op < 5 && len(out) > 0:
				i := r.IntN(len(out))
				l.rejoin(out[i])
				in = append(in, out[i])
				out = slices.Delete(out, i, i+1)
			case len(in) > 0:
				i := r.IntN(len(in))
				l.leave(in[i])
				out = append(out, in[i])
				in = slices.Delete(in, i, i+1)
			}
			want := none
			if len(in) > 0 {
				want = slices.MinFunc(in, order)
			}
			if got := l.first(); got != want {
				t.Fatalf("seed %d: message %d goes first, want %d", seed, got, want)
			}
			for i := range l.early {
				if l.place((i-1)/2) > l.place(i) {
					t.Fatalf("seed %d: no heap: %d of %d stands below a later one", seed, i, len(l.early))
				}
			}
		}
	}
}
