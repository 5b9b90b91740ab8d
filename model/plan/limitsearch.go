package plan

import "slices"

// innerProbes is how many values between the ends are looked at where these
// agree.
const innerProbes = 3

// limitSearch looks on a ladder for the place where a condition ceases to be
// kept.
//
// It is a bisection with noisy responses: at each value a test says Met, NotMet
// or Undecided, and is wrong with a small probability that holds for each value
// by itself. (Waeber, Frazier and Henderson, Bisection search with noisy
// responses, SIAM Journal on Control and Optimization 51(3), 2013, update a
// distribution with single responses instead, and have to know how often these
// are right.) Two bisections run over one tree of intervals: one for the last
// value that is kept, which goes on as if what is undecided were broken, and one
// for the first that is broken, which takes it for kept. Where nothing is
// undecided they are the same.
//
// Either is wrong only if the test was wrong at a value whose interval holds the
// true limit: there is one of these at each level of the tree, whatever came
// before and however the tests depend on each other. So the whole is wrong with
// at most the sum of the probabilities at the values of First, or at those
// looked at inside, and at one value a level: see Ladder.probes.
type limitSearch struct {
	ladder Ladder
	probe  func(i int) (string, error) // remembers what it was asked

	outcome map[int]string // by index, as far as probed; never ranged over
	order   []int          // the indexes probed, as they came
	loose   bool           // LimitOptions.Loose
	coarse  bool           // … and it made a difference
	upward  bool           // what is kept lies below what is broken
	known   bool           // … or above: only once it is known
	kept    int            // the last value that is kept; -1: none yet
	broken  int            // the first that is broken; -1: none yet
}

func newLimitSearch(l Ladder, probe func(int) (string, error)) *limitSearch {
	return &limitSearch{ladder: l, probe: probe, outcome: map[int]string{}, kept: -1, broken: -1}
}

// at returns what the test says of a value.
func (s *limitSearch) at(i int) (string, error) {
	if o, there := s.outcome[i]; there {
		return o, nil
	}
	o, err := s.probe(i)
	if err == nil {
		s.outcome[i] = o
		s.order = append(s.order, i)
	}
	return o, err
}

// run searches, and returns what LimitResult.Outcome says.
func (s *limitSearch) run() (string, error) {
	if err := s.ends(); err != nil {
		return "", err
	}
	if !s.differ() {
		if err := s.inside(); err != nil {
			return "", err
		}
	}
	if !s.monotone() {
		return LimitNotMonotone, nil
	}
	if outcome := s.flat(); outcome != "" {
		return outcome, nil
	}
	s.bracket()
	if err := s.halve(); err != nil {
		return "", err
	}
	if s.kept >= 0 && s.broken >= 0 && (s.kept-s.broken == 1 || s.broken-s.kept == 1) {
		return LimitFound, nil
	}
	return Undecided, nil
}

// ends probes First until one is kept and one is broken.
func (s *limitSearch) ends() error {
	for _, i := range s.ladder.First {
		if _, err := s.at(i); err != nil {
			return err
		}
		if s.differ() {
			return nil
		}
	}
	return nil
}

// inside looks at a few values between the ends, until one differs.
func (s *limitSearch) inside() error {
	low, high := slices.Min(s.ladder.First), slices.Max(s.ladder.First)
	for _, quarter := range []int{2, 1, 3}[:innerProbes] {
		i := low + (high-low)*quarter/4
		if _, err := s.at(i); err != nil {
			return err
		}
		if s.differ() {
			return nil
		}
	}
	return nil
}

// has returns the probed values of an outcome, in rising order.
func (s *limitSearch) has(outcome string) (list []int) {
	for _, i := range slices.Sorted(slices.Values(s.order)) {
		if s.outcome[i] == outcome {
			list = append(list, i)
		}
	}
	return list
}

// differ reports whether a value is kept and another is broken.
func (s *limitSearch) differ() bool { return len(s.has(Met)) > 0 && len(s.has(NotMet)) > 0 }

// monotone reports whether all that is kept lies on one side of all that is
// broken, and finds out on which. Where one of them is missing, what is
// undecided stands for it, as far as that lies on one side.
func (s *limitSearch) monotone() bool {
	kept, broken := s.has(Met), s.has(NotMet)
	strict := true
	switch {
	case len(kept) > 0 && len(broken) > 0:
	case len(kept) > 0:
		broken, strict = s.has(Undecided), false
	default:
		kept, strict = s.has(Undecided), false
	}
	if len(kept) == 0 || len(broken) == 0 {
		return true
	}
	switch {
	case kept[len(kept)-1] < broken[0]:
		s.upward, s.known = true, true
	case broken[len(broken)-1] < kept[0]:
		s.upward, s.known = false, true
	default:
		return !strict
	}
	return true
}

// flat returns the outcome where there is nothing to search for.
func (s *limitSearch) flat() string {
	kept, broken := s.has(Met), s.has(NotMet)
	switch {
	case len(kept) == len(s.order):
		return LimitEverywhere
	case len(broken) == len(s.order):
		return LimitNowhere
	case !s.known:
		return Undecided
	}
	return ""
}

// bracket finds the values next to the limit, of those probed.
func (s *limitSearch) bracket() {
	kept, broken := s.has(Met), s.has(NotMet)
	if !s.upward {
		slices.Reverse(kept)
		slices.Reverse(broken)
	}
	if len(kept) > 0 {
		s.kept = kept[len(kept)-1]
	}
	if len(broken) > 0 {
		s.broken = broken[0]
	}
}

// beside returns the probed value next to i, towards what is broken or away
// from it.
func (s *limitSearch) beside(i int, towardsBroken bool) int {
	probed := slices.Sorted(slices.Values(s.order))
	at, _ := slices.BinarySearch(probed, i)
	if towardsBroken == s.upward {
		return probed[at+1]
	}
	return probed[at-1]
}

// halve runs both bisections to their ends, a step of each at a time.
func (s *limitSearch) halve() error {
	afterKept, beforeBroken := -1, -1
	if s.kept >= 0 {
		afterKept = s.beside(s.kept, true)
	}
	if s.broken >= 0 {
		beforeBroken = s.beside(s.broken, false)
	}
	for {
		least := s.grain(afterKept)
		if rungs(s.kept, afterKept) <= least && rungs(s.broken, beforeBroken) <= least {
			s.coarse = max(rungs(s.kept, afterKept), rungs(s.broken, beforeBroken)) > 1
			return nil
		}
		if err := s.step(&s.kept, &afterKept, Met, least); err != nil {
			return err
		}
		if err := s.step(&s.broken, &beforeBroken, NotMet, least); err != nil {
			return err
		}
	}
}

// grain returns how many rungs apart a decided value and an undecided one may
// stay: more than one only where it is loose, and something undecided lies between
// what is kept and what is broken.
func (s *limitSearch) grain(afterKept int) int {
	if !s.loose || s.kept < 0 || s.broken < 0 || afterKept == s.broken {
		return 1
	}
	return max(1, rungs(s.kept, s.broken)/4)
}

// step halves the interval between a value known to have the outcome and one
// that is not known to, if it is longer than the least.
func (s *limitSearch) step(known, other *int, outcome string, least int) error {
	if rungs(*known, *other) <= least {
		return nil
	}
	middle := (*known + *other) / 2
	o, err := s.at(middle)
	switch {
	case err != nil:
		return err
	case o == outcome:
		*known = middle
	default:
		*other = middle
	}
	return nil
}

// rungs returns how far apart two values are on the ladder.
func rungs(a, b int) int { return max(a-b, b-a) }
