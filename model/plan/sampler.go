package plan

import (
	"context"
	"math"
	"time"

	"penstock/model"
	"penstock/model/price"
)

// A Sampler runs replications of one scenario, as many as it is asked for, and
// keeps them: what comparisons and searches are built on. Replication i is the
// same whenever and beside whatever it is run, and replications i of two
// scenarios with one seed meet the same arrivals and the same fates.
type Sampler struct {
	study  *study
	warmup time.Duration
	out    []outcome
	runs   []model.Run // of out, in the same order
	// expected is how many replications there will be in all, as far as is known.
	expected int
}

// NewSampler prepares a scenario, as Execute does: the errors are the same. In
// a steady study with an automatic warm-up it runs the pilots that measure it.
// opt.Progress is told of those and of all that is run later, as a share of
// what is expected to be run.
func NewSampler(ctx context.Context, cfg *model.Config, book *price.Book, opt Options) (*Sampler, error) {
	bill, err := billOf(cfg, book)
	if err != nil {
		return nil, err
	}
	return newSampler(ctx, cfg, bill, opt, model.Simulate)
}

func newSampler(ctx context.Context, cfg *model.Config, bill billFunc, opt Options, simulate simulateFunc) (*Sampler, error) {
	if err := checkAsserts(cfg); err != nil {
		return nil, err
	}
	s := &Sampler{study: &study{cfg: cfg, opt: opt, simulate: simulate, bill: bill}}
	n := s.study.atFirst()
	s.expected = n
	if cfg.Replications == 0 { // more will be needed as often as not
		s.expected = min(2*n, cfg.Precision.MaxReplications)
	}
	s.study.progress = newProgress(opt.Progress, s.expected+s.study.pilots(n))
	var err error
	s.warmup, err = s.study.warmup(ctx, n)
	return s, err
}

// N returns how many replications have been run.
func (s *Sampler) N() int { return len(s.runs) }

// Warmup returns what is cut from the start of every replication.
func (s *Sampler) Warmup() time.Duration { return s.warmup }

// Cut sets the warm-up, so that several scenarios count the same time. It must
// come before the first Extend.
func (s *Sampler) Cut(warmup time.Duration) {
	if s.N() > 0 {
		panic("plan: a warm-up is set after the first replication")
	}
	s.warmup = warmup
}

// Extend runs replications, side by side, until there are n of them. After an
// error, which is one of Execute's, there are as many as before.
func (s *Sampler) Extend(ctx context.Context, n int) error {
	from := s.N()
	if n <= from {
		return nil
	}
	options := make([]model.Options, n-from)
	for i := range options {
		options[i] = model.Options{Replication: from + i, Warmup: s.warmup, Batches: s.study.batches(), Unchecked: s.study.opt.Unchecked}
	}
	if from == 0 {
		options[0].Trace = s.study.opt.Trace
	}
	s.expected = max(s.expected, n)
	s.study.progress.expect(s.expected + s.study.pilots(s.study.atFirst()))
	out, err := s.study.replicate(ctx, s.study.cfg, options, s.study.bill)
	if err != nil {
		return err
	}
	for i := range out {
		if s.study.opt.Lean {
			out[i].run.Series = model.Series{}
		}
		s.runs = append(s.runs, out[i].run)
	}
	s.out = append(s.out, out...)
	return nil
}

// Settle runs as many replications as the scenario fixes or, where it fixes no
// number, as [precision] needs, and returns that number. It may have run a few
// more, side by side with the last of them.
func (s *Sampler) Settle(ctx context.Context) (n int, err error) {
	if n = s.study.cfg.Replications; n > 0 {
		return n, s.Extend(ctx, n)
	}
	return s.untilPrecise(ctx)
}

// Result says what the first n replications say together; n is at most N.
func (s *Sampler) Result(n int) (*Result, error) {
	return s.study.result(s.out[:n], s.runs[:n], s.warmup)
}

// Observe returns what each of these metrics was in each of the replications
// from to until-1: by metric, then by replication. A value is NaN where the
// replication had nothing of the kind, such as the mean latency of no task. The
// error names the metrics that the result does not have. A replication's
// quantile is given however small its sample: whether it carries a figure is
// for Result to say.
func (s *Sampler) Observe(metrics []string, from, until int) ([][]float64, error) {
	all := make([][]float64, len(metrics))
	for i := from; i < until; i++ {
		r := s.study.figures(newSingle(s.runs[i:i+1], s.study.cfg), s.out[i:i+1])
		found := r.byPath()
		for m, path := range metrics {
			e, ok := found[path]
			if !ok {
				var err error
				if e, err = r.Lookup(path); err != nil {
					return nil, err
				}
			}
			x := math.NaN()
			if e.Value != nil {
				x = *e.Value
			}
			all[m] = append(all[m], x)
		}
	}
	return all, nil
}

// newSingle makes an estimator whose figures are one observation each.
func newSingle(runs []model.Run, cfg *model.Config) *estimator {
	e := newStudyEstimator(runs, cfg)
	e.observing = true
	return e
}

// figures returns a result with all its estimates, and nothing else.
func (s *study) figures(e *estimator, out []outcome) *Result {
	r := &Result{
		Replications: len(out), Confidence: round9(e.confidence),
		Classes: map[string]*Class{}, ClassOrder: []string{},
		Worker: e.worker(s.cfg.Worker.Driver), Legacy: e.legacy(), StepFunctions: e.steps(),
		Cost: e.cost(out, s.cfg.Prices.Book, s.bill != nil),
	}
	for i, c := range s.cfg.Classes {
		r.Classes[c.Name] = e.class(i)
		r.ClassOrder = append(r.ClassOrder, c.Name)
	}
	return r
}
