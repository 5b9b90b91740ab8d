package theory

import (
	"math"
	"slices"
	"time"

	"penstock/model"
)

// Capacity returns the most work that the legacy system does at a time, in calls
// at full speed, at its best number of calls in progress.
func Capacity(l model.Legacy) float64 {
	best := 0.0
	for n := 1; n <= l.Concurrency; n++ {
		best = max(best, float64(n)*l.Slowdown.Speed(n))
	}
	return best
}

// Slots returns how many calls of a class the worker has open at a time.
func Slots(cfg *model.Config, class int) int {
	n := cfg.Classes[class].Mapping.MaximumConcurrency
	if cfg.Worker.Driver == model.DriverLambda && n > 0 {
		return min(n, cfg.Worker.Concurrency)
	}
	return cfg.Worker.Concurrency
}

// allSlots returns how many calls of all classes the worker has open at a time.
func allSlots(cfg *model.Config) int {
	sum := 0
	for i := range cfg.Classes {
		sum += Slots(cfg, i)
	}
	return min(sum, cfg.Worker.Concurrency)
}

// work is what the tasks of a class ask for, as far as it can be done at all: a
// call that would outlast its client never completes a task, however often it is
// made, since the service time belongs to the task.
type work struct {
	law   model.Dist
	limit float64 // calls longer than this never complete, seconds
	lost  float64 // share of the tasks of which that is so
	mean  float64 // seconds of doable work of a task, those with none included
	m2    float64 // an upper bound of its second moment
}

func workOf(cfg *model.Config, class int) work {
	law := serviceOf(cfg, class)
	limit := cfg.Worker.CallTimeout
	if cfg.Worker.Driver == model.DriverLambda {
		limit = min(limit, cfg.Worker.Timeout)
	}
	w := work{law: law, limit: limit.Seconds()}
	w.lost = Exceeds(law, w.limit)
	if w.mean = Moment(law, 1); w.lost > 1e-12 {
		w.mean = w.beyond(0)
	}
	w.m2 = min(Moment(law, 2), w.limit*w.mean)
	return w
}

// beyond returns E[(S - q)+], S the doable work of a task: the area under its
// tail from q on.
func (w work) beyond(q float64) float64 {
	if q >= w.limit {
		return 0
	}
	if w.law.Kind == "" || w.law.Kind == "constant" {
		return (1 - w.lost) * max(0, min(w.law.Value.Seconds(), w.limit)-q)
	}
	const steps = 1000
	width := math.Asinh(w.limit-q) / steps // fine near q, wide far from it
	sum := 0.0
	for i := range steps {
		x := (float64(i) + 0.5) * width
		sum += max(0, Exceeds(w.law, q+math.Sinh(x))-w.lost) * math.Cosh(x)
	}
	return sum * width
}

// largest returns how much of the mean work the largest share of the tasks holds
// at most: the least over q of share q + E[(S - q)+] (Rockafellar and Uryasev
// 2000). Whoever may leave so many tasks undone can leave no more work undone.
func (w work) largest(share float64) float64 {
	if share <= 0 {
		return 0
	}
	if share >= 1 {
		return w.mean
	}
	q := quantile(1-share, max(w.mean, 1e-6), func(t float64) float64 { return max(0, Exceeds(w.law, t)-w.lost) })
	return min(w.mean, share*q+w.beyond(q))
}

// demand is the work of some classes over time.
type demand struct {
	cfg     *model.Config
	classes []int
	works   []work
	from    time.Duration // what arrives before it is not counted
}

// known reports whether the mean number of tasks of a class by any time is
// known, and its spread is that of a Poisson process at most, or of few groups.
func known(c *model.Class) bool {
	for _, a := range c.Arrivals {
		if a.Kind == "mmpp" || a.Kind == "closed" || a.Kind == "trace" && len(a.Trace.Services) > 0 {
			return false
		}
	}
	return true
}

// tasks returns the mean number of tasks of a class that arrive in [from, t).
func (d demand) tasks(class int, t time.Duration) float64 {
	sum := 0.0
	if d.from == 0 {
		sum = float64(d.cfg.Classes[class].InitialBacklog)
	}
	for _, a := range d.cfg.Classes[class].Arrivals {
		by := func(t time.Duration) float64 { return a.MeanRate(t) * t.Seconds() }
		sum += by(t) - by(d.from)
	}
	return sum
}

// spread returns how much more the number of tasks of a class varies than that
// of a Poisson process, in variance: the size of groups, the variability of gaps.
func (d demand) spread(class int) float64 {
	s := 1.0
	for _, a := range d.cfg.Classes[class].Arrivals {
		size := float64(max(1, a.Size))
		if a.Kind == "renewal" {
			size *= max(1, SquaredCV(a.Gap))
		}
		s = max(s, size)
	}
	return s
}

// at returns the mean work that arrives in [from, t), and its variance at most.
func (d demand) at(t time.Duration) (mean, variance float64) {
	for i, class := range d.classes {
		n := d.tasks(class, t)
		mean += n * d.works[i].mean
		variance += n * d.works[i].m2 * d.spread(class)
	}
	return mean, variance
}

// moments returns when the demand is looked at: a grid, and beside it the ends
// of bursts and the knots of schedules, where the backlog is largest.
func (d demand) moments() []time.Duration {
	const grid, knots = 400, 200
	end := d.cfg.Horizon
	var at []time.Duration
	for i := range grid + 1 {
		at = append(at, d.from+(end-d.from)/grid*time.Duration(i))
	}
	for _, class := range d.classes {
		for _, a := range d.cfg.Classes[class].Arrivals {
			for n := range knots {
				start := a.At + time.Duration(n)*a.Every
				if a.Kind != "burst" || start >= end || n > 0 && a.Every == 0 {
					break
				}
				at = append(at, start, start+1, start+a.Over, start+a.Over+1)
			}
			for _, p := range a.Points {
				at = append(at, p.At)
			}
		}
	}
	at = append(at, end)
	at = slices.DeleteFunc(at, func(t time.Duration) bool { return t < d.from || t > end })
	slices.Sort(at)
	return slices.Compact(at)
}

// peak returns the largest work that is left at any moment by a system that
// always does so much work at a time: the backlog of a fluid queue (Reich 1958),
// and the variance of what arrived meanwhile, at most. No order of service leaves
// less.
func (d demand) peak(capacity float64) (backlog, variance float64, at time.Duration) {
	low, before := 0.0, 0.0 // nothing has come before from
	for _, t := range d.moments() {
		mean, v := d.at(t)
		level := mean - capacity*(t-d.from).Seconds()
		if level < low {
			low, before = level, v
		}
		if level-low > backlog {
			backlog, variance, at = level-low, v-before, t
		}
	}
	return backlog, variance, at
}

// Throughput returns the most work that the worker and the legacy system do
// together at a time, in calls at full speed.
func Throughput(cfg *model.Config) float64 {
	return min(Capacity(cfg.Legacy), float64(allSlots(cfg)))
}

// MeanService returns the mean service time of the calls of a class, seconds.
func MeanService(cfg *model.Config, class int) float64 { return Moment(serviceOf(cfg, class), 1) }
