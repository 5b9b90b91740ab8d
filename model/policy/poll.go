package policy

import "time"

// PollWait is the longest long poll that SQS allows: 20 s.
const PollWait = 20 * time.Second

// sweepWait is the long poll of a slot that waits for one queue while no other
// slot waits for the rest: it must look at those again soon.
const sweepWait = time.Second

// Poll is what a free slot of a polling service asks for next.
type Poll struct {
	Class int
	Wait  time.Duration // WaitTimeSeconds; 0: a short poll
}

// NextPoll tells a free slot of a polling service where to poll. A slot first
// sweeps the queues by short polls from the highest class down: swept is how
// many it has found empty since it became free. After a full sweep it settles
// on a long poll of the class that fewest other slots wait for, the highest of
// those. waiting is, by class, how many other slots are in a long poll; if
// together with this one they cover every class, it may wait as long as SQS
// allows.
func NextPoll(swept int, waiting []int) Poll {
	if swept < len(waiting) {
		return Poll{Class: swept}
	}
	best, uncovered := 0, 0
	for c, n := range waiting {
		if n < waiting[best] {
			best = c
		}
		if n == 0 {
			uncovered++
		}
	}
	if uncovered > 1 {
		return Poll{Class: best, Wait: sweepWait}
	}
	return Poll{Class: best, Wait: PollWait}
}
