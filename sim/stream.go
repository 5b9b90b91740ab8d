package sim

import (
	"math"
	"math/bits"
	"math/rand/v2"
)

// Stream is a named source of random numbers. What it draws depends on its
// seed, replication and name and on nothing else, so a new stream in a model
// changes the draws of no other. It is a rand.Source. Make it with NewStream;
// the zero value draws, but the same as every other zero value. A copy draws on
// its own what the original draws.
//
// The bits come from the PCG of math/rand/v2, whose output Go has frozen. The
// distributions are not those of that package: their tails take a logarithm and
// products that a compiler may fuse, so their last digits, and now and then a
// rejection, depend on the processor. Here every step is exact or rounded alike
// everywhere.
type Stream struct {
	pcg       rand.PCG
	key, lock uint64 // identity: 128 bits, so that no two streams ever meet
}

// NewStream returns the stream of this seed, replication and name. Any values
// will do; equal ones give equal streams.
func NewStream(seed uint64, replication int, name string) *Stream {
	h := absorb(absorb(0, seed), uint64(replication))
	for i := range len(name) {
		h = absorb(h, uint64(name[i]))
	}
	n := uint64(len(name))
	s := &Stream{key: absorb(h, n), lock: absorb(^h, n)}
	s.pcg.Seed(s.key, s.lock)
	return s
}

// Job moves the stream to where the fate of attempt number attempt of job
// number n begins. What is drawn after it depends on the stream's identity and
// these two numbers only: a job meets the same fate in whatever order a policy
// serves the jobs, and two policies are compared on the same fates.
func (s *Stream) Job(n, attempt uint64) {
	s.pcg.Seed(absorb(absorb(s.key, n), attempt), absorb(absorb(s.lock, n), attempt))
}

// Uint64 draws 64 random bits.
func (s *Stream) Uint64() uint64 { return s.pcg.Uint64() }

// Float64 draws from the uniform distribution on [0, 1), in steps of 2⁻⁵³.
func (s *Stream) Float64() float64 { return unit(s.pcg.Uint64()) }

// ExpFloat64 draws from the exponential distribution of mean 1, 0 or more.
//
// The method is Ahrens and Dieter's: whole half-lives are a count of coin
// tosses, and the rest is ln 2 times the least of N uniform numbers, where N is
// n with probability (ln 2)ⁿ/n!. It needs 2.4 draws and no logarithm.
func (s *Stream) ExpFloat64() float64 {
	u := s.pcg.Uint64()
	tosses := bits.LeadingZeros64(u)
	v := unit(u << (tosses + 1)) // the bits that the tosses left over choose N
	least := s.pcg.Uint64()
	p, sum := math.Ln2, math.Ln2
	for n := 2.0; v >= sum && n < 20; n++ { // (ln 2)²⁰/20! is below 2⁻⁵³
		least = min(least, s.pcg.Uint64())
		p = float64(p*math.Ln2) / n
		sum += p
	}
	return float64((float64(tosses) + unit(least)) * math.Ln2)
}

// NormFloat64 draws from the normal distribution of mean 0 and standard
// deviation 1. Its upper half lies under an exponential curve, so an exponential
// draw is one after a test, and another exponential draw is the test.
func (s *Stream) NormFloat64() float64 {
	for {
		x := s.ExpFloat64()
		if d := x - 1; 2*s.ExpFloat64() < d*d {
			continue
		}
		if s.pcg.Uint64()>>63 == 0 {
			return -x
		}
		return x
	}
}

// unit makes a number in [0, 1) of 64 random bits.
func unit(u uint64) float64 { return float64(u>>11) / (1 << 53) }

// absorb stirs x into h. Counters differ in few low bits, so each goes through
// the finaliser of splitmix64, where every input bit flips half of the output.
func absorb(h, x uint64) uint64 {
	z := h + x + 0x9e3779b97f4a7c15
	z = (z ^ z>>30) * 0xbf58476d1ce4e5b9
	z = (z ^ z>>27) * 0x94d049bb133111eb
	return z ^ z>>31
}
