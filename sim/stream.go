package sim

import "math/rand/v2"

// Stream is a named source of random numbers. What it draws depends on its
// seed, replication and name and on nothing else, so a new stream in a model
// changes the draws of no other. It is a rand.Source. Make it with NewStream;
// the zero value does not work, and it must not be copied.
type Stream struct {
	pcg       rand.PCG   // its output is frozen by Go's promise for math/rand/v2
	rnd       *rand.Rand // the distributions, drawing from pcg
	key, lock uint64     // identity: 128 bits, so that no two streams ever meet
}

// NewStream returns the stream of this seed, replication and name. Any values
// will do; equal ones give equal streams.
func NewStream(seed uint64, replication int, name string) *Stream {
	h := absorb(absorb(0, seed), uint64(replication))
	for i := range len(name) {
		h = absorb(h, uint64(name[i]))
	}
	s := &Stream{key: absorb(h, uint64(len(name))), lock: absorb(^h, uint64(len(name)))}
	s.pcg.Seed(s.key, s.lock)
	s.rnd = rand.New(&s.pcg)
	return s
}

// Job moves the stream to where the fate of attempt number attempt of job
// number n begins. What is drawn after it depends on the stream's identity and
// these two numbers only: a job meets the same fate in whatever order a policy
// serves the jobs, and two policies can be compared on the same fates.
func (s *Stream) Job(n, attempt uint64) {
	s.pcg.Seed(absorb(absorb(s.key, n), attempt), absorb(absorb(s.lock, n), attempt))
}

// Uint64 draws 64 random bits.
func (s *Stream) Uint64() uint64 { return s.pcg.Uint64() }

// Float64 draws from the uniform distribution on [0, 1).
func (s *Stream) Float64() float64 { return s.rnd.Float64() }

// ExpFloat64 draws from the exponential distribution of mean 1.
func (s *Stream) ExpFloat64() float64 { return s.rnd.ExpFloat64() }

// NormFloat64 draws from the normal distribution of mean 0 and standard
// deviation 1.
func (s *Stream) NormFloat64() float64 { return s.rnd.NormFloat64() }

// absorb stirs x into h. Counters differ in few low bits, so each goes through
// the finaliser of splitmix64, where every input bit flips half of the output.
func absorb(h, x uint64) uint64 {
	z := h + x + 0x9e3779b97f4a7c15
	z = (z ^ z>>30) * 0xbf58476d1ce4e5b9
	z = (z ^ z>>27) * 0x94d049bb133111eb
	return z ^ z>>31
}
