package policy

import "time"

const (
	// PollWait is the longest long poll that SQS allows.
	PollWait = 20 * time.Second
	// sharedWait is the long poll of a service with several queues. A slot that
	// waits for one queue is deaf to the others, and a poll under way cannot be
	// called off without the risk of losing what it has just received for a whole
	// visibility timeout: the wait bounds how long a message can lie in one queue
	// while a slot waits idly for another. It costs a request for every two
	// seconds of an idle slot.
	sharedWait = 2 * time.Second
)

// Poll is what a free slot of a polling service asks for next.
type Poll struct {
	Class int
	Wait  time.Duration // WaitTimeSeconds; 0: a short poll
}

// NextPoll tells a free slot of a polling service where to poll. A slot first
// sweeps the queues by short polls from the highest class down: swept is how
// many it has found empty. After a full sweep it settles on a long poll of the
// class that fewest other slots wait for, the highest of those. waiting is, by
// class, how many other slots are in a long poll.
func NextPoll(swept int, waiting []int) Poll {
	if swept < len(waiting) {
		return Poll{Class: swept}
	}
	best := 0
	for c, n := range waiting {
		if n < waiting[best] {
			best = c
		}
	}
	return Poll{Class: best, Wait: LongPoll(len(waiting))}
}

// FromBelow turns a poll of a sweep down the classes into that of a sweep up. A
// long poll stays as it is.
func FromBelow(p Poll, classes int) Poll {
	if p.Wait == 0 {
		p.Class = classes - 1 - p.Class
	}
	return p
}

// LongPoll returns how long the long polls of a service with so many queues
// are.
func LongPoll(queues int) time.Duration {
	if queues == 1 {
		return PollWait
	}
	return sharedWait
}

// Sweep reports whether a slot whose long poll came back empty has to sweep the
// queues before the next one: not if with its next poll every queue has a slot
// that waits for it.
func Sweep(waiting []int) bool {
	gaps := 0
	for _, n := range waiting {
		if n == 0 {
			gaps++
		}
	}
	return gaps > 1
}
