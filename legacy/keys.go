package legacy

import (
	"cmp"
	"slices"
	"time"
)

const (
	longestKey = 255
	// mostKeys is how many keys are remembered: beyond, the oldest is forgotten,
	// and comes back as a new task.
	mostKeys = 1 << 20
)

// keys remembers the idempotency keys of calls, each a task of its class.
type keys struct {
	most      int     // that are remembered
	tasks     []int64 // by class: the number of the last task
	known     map[keyOf]*key
	order     []keyOf // as they came, a ring once it is full
	oldest    int
	forgotten int64
	repeated  []*key // those whose work was begun more than once, as that happened
}

type keyOf struct {
	class int
	text  string
}

// key is one task, as the legacy system knows it.
type key struct {
	keyOf
	task        int64
	tries       int32 // calls, refused ones included
	accepted    int64 // calls whose work was begun
	first, last time.Duration
}

func newKeys(classes, most int) keys {
	return keys{most: most, tasks: make([]int64, classes), known: map[keyOf]*key{}}
}

// of returns the task of a key; a call without one is a task of its own.
func (k *keys) of(class int, text string, now time.Duration) *key {
	id := keyOf{class, text}
	if known := k.known[id]; known != nil && text != "" {
		return known
	}
	k.tasks[class]++
	fresh := &key{keyOf: id, task: k.tasks[class], first: now}
	if text == "" {
		return fresh
	}
	if len(k.order) < k.most {
		k.order = append(k.order, id)
	} else {
		delete(k.known, k.order[k.oldest])
		k.order[k.oldest] = id
		k.oldest = (k.oldest + 1) % k.most
		k.forgotten++
	}
	k.known[id] = fresh
	return fresh
}

// accept notes that the work of a call is begun, and reports whether that is a
// repeat.
func (k *keys) accept(of *key, now time.Duration) bool {
	of.accepted++
	of.last = now
	if of.accepted == 2 {
		k.repeated = append(k.repeated, of)
	}
	return of.accepted > 1
}

// worst returns the keys whose work was begun most often, at most n.
func (k *keys) worst(n int) []Repeat {
	sorted := slices.Clone(k.repeated)
	slices.SortStableFunc(sorted, func(a, b *key) int { return cmp.Compare(b.accepted, a.accepted) })
	list := make([]Repeat, 0, min(n, len(sorted)))
	for _, r := range sorted[:min(n, len(sorted))] {
		list = append(list, Repeat{Key: r.text, class: r.class, Calls: r.accepted, First: r.first.Seconds(), Last: r.last.Seconds()})
	}
	return list
}
