package model

// quotas are the token buckets of the Step Functions API, per account and
// Region (Step Functions, service quotas).
type quotas struct {
	execution  bucket // StartExecution
	transition bucket // StateTransition
	success    bucket // SendTaskSuccess
	failure    bucket // SendTaskFailure
	heartbeat  bucket // SendTaskHeartbeat
}

// newQuotas returns the default quotas of the scenario's Region, which is the
// name of its price book: three Regions have larger ones than all others. The
// ideal profile has none.
func newQuotas(cfg *Config) quotas {
	if cfg.Timing.Profile == "ideal" {
		return quotas{}
	}
	q := quotas{
		execution: newBucket(800, 150), transition: newBucket(800, 800),
		success: newBucket(1500, 300), failure: newBucket(1500, 300), heartbeat: newBucket(1500, 300),
	}
	switch cfg.Prices.Book {
	case "us-east-1", "us-west-2", "eu-west-1":
		q = quotas{
			execution: newBucket(1300, 300), transition: newBucket(5000, 5000),
			success: newBucket(3000, 500), failure: newBucket(3000, 500), heartbeat: newBucket(3000, 500),
		}
	}
	if !cfg.Assumptions.StartQueue {
		q.execution, q.transition = bucket{}, bucket{}
	}
	return q
}

// start starts an execution of so many states if the buckets allow it now.
func (q *quotas) start(now, states int64) bool {
	if q.startsAt(now, states) > now {
		return false
	}
	q.execution.take(now, 1)
	q.transition.take(now, states)
	return true
}

// startsAt returns when an execution of so many states can start.
func (q *quotas) startsAt(now, states int64) int64 {
	return max(q.execution.readyAt(now, 1), q.transition.readyAt(now, states))
}

// arrival is a task that has arrived and whose execution has not started.
type arrival struct {
	at, job, service int64
	class, source    int32
}

// fifo is a growing ring of arrivals.
type fifo struct {
	ring []arrival // as long as a power of two
	from int
	n    int
}

func (f *fifo) push(a arrival) {
	if f.n == len(f.ring) {
		bigger := make([]arrival, max(64, 2*len(f.ring)))
		for i := range f.n {
			bigger[i] = f.ring[(f.from+i)&(len(f.ring)-1)]
		}
		f.ring, f.from = bigger, 0
	}
	f.ring[(f.from+f.n)&(len(f.ring)-1)] = a
	f.n++
}

func (f *fifo) first() arrival { return f.ring[f.from] }

func (f *fifo) pop() arrival {
	a := f.ring[f.from]
	f.from = (f.from + 1) & (len(f.ring) - 1)
	f.n--
	return a
}
