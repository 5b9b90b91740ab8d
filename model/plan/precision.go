package plan

import (
	"context"
	"math"
	"strings"

	"penstock/model"
)

// Precision says, of a study whose number of replications [precision] decided,
// how narrow the intervals became.
type Precision struct {
	// Met is true if every metric that is held to a half-width met it.
	Met bool `json:"met"`
	// MaxReplications is the budget.
	MaxReplications int        `json:"max_replications"`
	Metrics         []Achieved `json:"metrics"`
}

// Achieved is the half-width of one metric beside what was asked.
type Achieved struct {
	Metric string `json:"metric"`
	// HalfWidth is the longer side of the interval and Allowed what it may be,
	// the larger of the relative and the absolute half-width, in the unit of the
	// metric. Both are nil where the metric has no value.
	HalfWidth *float64 `json:"half_width"`
	Allowed   *float64 `json:"allowed"`
	Met       bool     `json:"met"`
	Why       string   `json:"why,omitempty"` // where no number of replications would have met it
}

// Missed lists the metrics that did not become as precise as they were to be,
// by their paths. A nil Precision has none.
func (p *Precision) Missed() []string {
	var all []string
	if p == nil {
		return nil
	}
	for _, m := range p.Metrics {
		if !m.Met {
			all = append(all, m.Metric)
		}
	}
	return all
}

const (
	// startReplications is the least number that an interval is trusted with
	// for the decision to stop: with fewer its own width is luck.
	startReplications = 20
	// lookAhead is how many further replications must confirm the precision for
	// each hundred that reached it.
	lookAhead = 5
)

// confirmations returns how many replications beyond the n at which every
// metric was precise enough must find it so as well: 5, and from a hundred
// replications on 5 % of n (Hoad, Robinson and Davies, "Automated selection of
// the number of replications for a discrete-event simulation", Journal of the
// Operational Research Society 61, 2010).
func confirmations(n int) int { return lookAhead * max(n, 100) / 100 }

// atFirst returns how many replications are run before anything is known of
// how many are needed.
func (s *study) atFirst() int {
	if n := s.cfg.Replications; n > 0 {
		return n
	}
	return min(startReplications+confirmations(startReplications), s.cfg.Precision.MaxReplications)
}

// aim is the half-width that one metric is held to.
type aim struct {
	path     string
	relative float64
	floor    float64 // in the unit of the metric
}

// aims lists what is held to a half-width: the latency and the wait of every
// class, and every metric of an objective or an assert. The largest latency is
// held to one only where it is named: more replications find larger ones.
func aims(cfg *model.Config) []aim {
	var all []aim
	var names []string
	seen := map[string]bool{}
	for _, c := range cfg.Classes {
		names = append(names, c.Name)
	}
	add := func(path string) {
		m, _, known := model.FindMetric(names, path)
		if seen[path] || !known {
			return
		}
		seen[path] = true
		p := &cfg.Precision
		a := aim{path, p.Mean, p.CountFloor}
		switch m.Unit {
		case model.Seconds:
			a.floor = p.TimeFloor.Seconds()
		case model.Share:
			a.floor = p.ShareFloor
		case model.USD:
			a.floor = 0
		}
		if tailed(path) {
			a.relative = p.Tail
		}
		all = append(all, a)
	}
	for _, c := range names {
		for _, of := range []string{".latency.", ".wait."} {
			for _, figure := range []string{"mean", "p50", "p95", "p99"} {
				add("classes." + c + of + figure)
			}
		}
	}
	for _, a := range objectives(cfg) {
		add(a.Metric)
	}
	for _, a := range cfg.Asserts {
		add(a.Metric)
	}
	return all
}

// tailed reports whether a metric speaks of the worst cases.
func tailed(path string) bool {
	switch path[strings.LastIndexByte(path, '.')+1:] {
	case "p90", "p95", "p99", "max", "oldest", "depth_max", "in_flight_max":
		return true
	}
	return false
}

// reached holds an estimate against its aim. open is false where no further
// replication can help.
func (a aim) reached(e Estimate) (got Achieved, open bool) {
	got = Achieved{Metric: a.path, Why: e.Why}
	if e.Value == nil {
		return got, e.growing
	}
	allowed := max(math.Abs(a.relative**e.Value), a.floor)
	got.Allowed, got.Why = figure(allowed), ""
	if e.Low == nil || e.High == nil {
		return got, true
	}
	half := max(*e.High-*e.Value, *e.Value-*e.Low)
	got.HalfWidth = figure(half)
	got.Met = *got.HalfWidth <= *got.Allowed // as the result shows them
	return got, true
}

// achieved says how narrow the intervals of a result are.
func achieved(cfg *model.Config, r *Result) *Precision {
	p := &Precision{Met: true, MaxReplications: cfg.Precision.MaxReplications, Metrics: []Achieved{}}
	found := r.byPath()
	for _, a := range aims(cfg) {
		got, open := a.reached(r.at(a.path, found))
		if open {
			got.Why = ""
		}
		p.Metrics = append(p.Metrics, got)
		p.Met = p.Met && got.Met
	}
	return p
}

// at returns the estimate of a metric that is known to exist.
func (r *Result) at(path string, found map[string]Estimate) Estimate {
	e, ok := found[path]
	if !ok {
		e, _ = r.Lookup(path) // a line of the bill that nothing was billed for
	}
	return e
}

// untilPrecise runs replications until every aim is met, and goes on being met,
// or the budget is spent; it returns how many count. It looks at the first n
// replications for every n, one after the other, so that the number does not
// depend on how many are run at a time; what was run beyond it is not counted.
func (s *Sampler) untilPrecise(ctx context.Context) (n int, err error) {
	most := s.study.cfg.Precision.MaxReplications
	goals := aims(s.study.cfg)
	first := 0 // the n from which on every aim has been met; 0: not met now
	next := s.study.atFirst()
	for n = min(startReplications, most); ; n++ {
		if n > s.N() {
			if err := s.Extend(ctx, max(next, n)); err != nil {
				return 0, err
			}
		}
		worst := s.worst(goals, n)
		switch {
		case worst > 1:
			first = 0
		case first == 0:
			first = n
		}
		if n == most || first > 0 && n == first+confirmations(first) {
			return n, nil
		}
		next, s.expected = s.guess(n, first, worst)
	}
}

// worst returns the largest half-width of the first n replications as a
// multiple of what it may be; +Inf where a metric still lacks its value.
// Metrics that no number of replications gives a value are passed over.
func (s *Sampler) worst(goals []aim, n int) float64 {
	r := s.study.figures(newStudyEstimator(s.runs[:n], s.study.cfg), s.out[:n])
	found := r.byPath()
	worst := 0.0
	for _, a := range goals {
		got, open := a.reached(r.at(a.path, found))
		switch {
		case got.Met || !open:
		case got.HalfWidth == nil || *got.Allowed == 0:
			worst = math.Inf(1)
		default:
			worst = max(worst, *got.HalfWidth / *got.Allowed)
		}
	}
	return worst
}

// guess returns how many replications there may be in the end, given that the
// first n miss by the factor worst: half-widths shrink with the square root of
// the number. The guess is rough, so it is worth running up to next, at most
// twice as many, before the next look. A bad guess costs time and changes
// nothing else.
func (s *Sampler) guess(n, first int, worst float64) (next, end int) {
	most := s.study.cfg.Precision.MaxReplications
	if first > 0 {
		end = first + confirmations(first)
	} else {
		end = n + 1 + confirmations(n+1)
		if w := float64(worst * worst * float64(n)); w > float64(end) {
			end = int(min(w, float64(most)))
		}
	}
	end = min(max(end, s.N()), most)
	return min(end, max(2*n, s.N())), end
}
