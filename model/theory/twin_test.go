package theory

import (
	"math"
	"strings"
	"testing"
	"time"

	"penstock/model"
	"penstock/model/policy"
)

// served is an ideal polling service of two slots.
func served() model.Config {
	cfg := model.Default()
	cfg.Timing, cfg.Assumptions = model.IdealTiming(), model.IdealAssumptions()
	cfg.Study, cfg.Warmup, cfg.Horizon = model.Steady, model.Warmup{For: time.Hour}, 101*time.Hour
	cfg.Worker.Driver, cfg.Worker.Concurrency, cfg.Worker.CallTimeout = model.DriverPoller, 2, time.Hour
	cfg.Policy.Kind = policy.None
	cfg.Legacy.Service = exponential(1)
	c := model.DefaultClass()
	c.Name, c.Queue.VisibilityTimeout = "Q", 2*time.Hour
	c.Arrivals = []model.Arrivals{{Kind: "poisson", Rate: 1}}
	cfg.Classes = []model.Class{c}
	return cfg
}

// TestPredictTakesTheRightFormula changes one thing after the other.
func TestPredictTakesTheRightFormula(t *testing.T) {
	for _, c := range []struct {
		name   string
		change func(*model.Config)
		method string // of the mean wait
		want   float64
	}{
		{"M/M/2", func(*model.Config) {}, "M/M/c, Erlang C", 1.0 / 3},
		{"two sources", func(c *model.Config) {
			c.Classes[0].Arrivals = []model.Arrivals{{Kind: "poisson", Rate: 0.4}, {Kind: "poisson", Rate: 0.6}}
		}, "M/M/c, Erlang C", 1.0 / 3},
		{"M/D/2", func(c *model.Config) { c.Legacy.Service = model.Dist{Kind: "constant", Value: time.Second} }, "M/D/c, Crommelin", MDcWait(1, 1, 2)},
		{"the class's own service", func(c *model.Config) {
			c.Classes[0].Service = &model.Dist{Kind: "constant", Value: time.Second}
		}, "M/D/c, Crommelin", MDcWait(1, 1, 2)},
		{"M/G/2", func(c *model.Config) { c.Legacy.Service = model.Dist{Kind: "gamma", Mean: time.Second, CV: 0.5} }, "M/G/c, Lee-Longton and Tijms", MGcWait(1, 1, 0.25, 2)},
		{"latencies of AWS", func(c *model.Config) {
			c.Timing = model.DefaultTiming() // receive, check, callback and delete: 70 ms more
		}, "M/G/c with the worker's time for AWS in the service", 0.025 + MGcWait(1, 1.07, 1/(1.07*1.07), 2)},
	} {
		cfg := served()
		c.change(&cfg)
		twin := Predict(&cfg, time.Hour)
		found := false
		for _, p := range twin.Predictions {
			if p.Metric == "classes.Q.wait.mean" {
				found = true
				near(t, c.name, p.Value, c.want, 1e-9)
				if p.Method != c.method || p.Exact != (p.Error < 0.01*p.Value+grain) {
					t.Errorf("%s: %+v, want by %s", c.name, p, c.method)
				}
			}
		}
		if !found {
			t.Errorf("%s: no mean wait, since %q", c.name, twin.Why)
		}
	}
}

// TestPredictIsSilent names what has no formula.
func TestPredictIsSilent(t *testing.T) {
	for _, c := range []struct {
		why    string // the beginning of it
		change func(*model.Config)
	}{
		{"no formula holds for injected faults", func(c *model.Config) { c.Faults.Kill = 0.1 }},
		{"an outage", func(c *model.Config) { c.Legacy.Outages = []model.Outage{{For: time.Minute, Kind: "slow", Factor: 2}} }},
		{"calls that fail", func(c *model.Config) { c.Legacy.ErrorRate = 0.1 }},
		{"calls that fail", func(c *model.Config) { c.Legacy.HangRate = 0.1 }},
		{"calls that a rate limit refuses", func(c *model.Config) { c.Legacy.RateLimit = model.RateLimit{Kind: "token-bucket", Rate: 9} }},
		{"no formula holds for slots that wait", func(c *model.Config) { c.Legacy.Slowdown = model.Slowdown{Kind: "usl", Alpha: 0.1} }},
		{"calls wait in two places", func(c *model.Config) { c.Legacy.Concurrency = 1 }},
		{"class Q: duplicate deliveries", func(c *model.Config) { c.Classes[0].Queue.DuplicateProbability = 0.1 }},
		{"class Q: messages are delayed", func(c *model.Config) { c.Classes[0].Queue.Delay = time.Second }},
		{"class Q: calls longer than the visibility timeout of 5s", func(c *model.Config) { c.Classes[0].Queue.VisibilityTimeout = 5 * time.Second }},
		{"class Q: calls longer than the call_timeout of 5s", func(c *model.Config) { c.Worker.CallTimeout = 5 * time.Second }},
		{"class Q: an initial backlog", func(c *model.Config) { c.Classes[0].InitialBacklog = 5 }},
		{"class Q: nothing arrives", func(c *model.Config) { c.Classes[0].Arrivals = nil }},
		{`class Q: arrivals of kind "burst" change`, func(c *model.Config) { c.Classes[0].Arrivals[0] = model.Arrivals{Kind: "burst", Count: 9} }},
		{"class Q: arrivals that end", func(c *model.Config) { c.Classes[0].Arrivals[0].Count = 9 }},
		{"the worker: the work that arrives is 1.5 times", func(c *model.Config) { c.Classes[0].Arrivals[0].Rate = 3 }},
		{"the worker: at a utilization of 0.99", func(c *model.Config) { c.Classes[0].Arrivals[0].Rate = 1.98 }},
		{"the worker: 30s is too short to settle", func(c *model.Config) { c.Horizon = time.Hour + 30*time.Second }},
		{"slots that ask the lowest class first", func(c *model.Config) { c.Worker.LowFirst = 0.5 }},
		{"tasks time out", func(c *model.Config) { c.StepFunctions.Timeout = 5 * time.Second }},
		{"class Q: the two-moment approximation", func(c *model.Config) { c.Classes[0].Arrivals[0].Kind = "constant" }},
		{"class Q: groups in front of several servers", func(c *model.Config) { c.Classes[0].Arrivals[0].Size, c.Classes[0].Arrivals[0].Rate = 2, 0.5 }},
		{"tasks that have given up are called all the same", func(c *model.Config) {
			c.Policy.CheckToken, c.Classes[0].Patience = false, &model.Dist{Kind: "exponential", Mean: time.Second}
		}},
	} {
		cfg := served()
		c.change(&cfg)
		twin := Predict(&cfg, time.Hour)
		if !strings.HasPrefix(twin.Why, c.why) {
			t.Errorf("why is %q, want %q", twin.Why, c.why)
		}
		for _, p := range twin.Predictions {
			if strings.Contains(p.Metric, "wait") {
				t.Errorf("%s: predicts %s all the same", c.why, p.Metric)
			}
		}
	}
}

// TestPredictColdStarts: the idle time before a busy period is exponential, so
// that of a random lifetime its transform is what counts.
func TestPredictColdStarts(t *testing.T) {
	for _, c := range []struct {
		name string
		law  model.Dist
		gone float64 // negative: no formula
	}{
		{"constant", model.Dist{Kind: "constant", Value: 2 * time.Second}, math.Exp(-0.4 * 2)},
		{"exponential", exponential(2), 1 / (1 + 0.4*2)},
		{"log-normal", model.Dist{Kind: "lognormal", Median: time.Second, P99: 4 * time.Second}, -1},
	} {
		cfg := served()
		cfg.Worker.Driver, cfg.Worker.Concurrency = model.DriverLambda, 1
		cfg.Worker.ColdStart, cfg.Worker.IdleLifetime = model.Dist{Kind: "constant", Value: time.Second}, c.law
		cfg.Classes[0].Arrivals[0].Rate, cfg.Classes[0].Mapping.MaximumConcurrency = 0.4, 1
		twin := Predict(&cfg, time.Hour)
		got := -1.0
		for _, p := range twin.Predictions {
			if p.Metric == "worker.cold_start_share" {
				got = p.Value
			}
		}
		want := c.gone
		if want > 0 {
			want, _ = ColdMG1(0.4, 1, 2, 1, c.gone)
		} else if !strings.Contains(twin.Why, "lifetime of environments") {
			t.Errorf("%s: no reason in %q", c.name, twin.Why)
		}
		near(t, c.name, got, want, 1e-9)
	}
}

// TestStartsOfRandomLifetimes: a lifetime of an hour on average may still end
// before the next message.
func TestStartsOfRandomLifetimes(t *testing.T) {
	start := func(law model.Dist) float64 {
		cfg := served()
		cfg.Worker.Driver, cfg.Worker.ColdStart, cfg.Worker.IdleLifetime = model.DriverLambda, exponential(2), law
		p := &twin{cfg: &cfg, over: 1e6}
		return p.starts(1, 3)
	}
	near(t, "constant", start(model.Dist{Kind: "constant", Value: time.Hour}), 2*3*(1.0/3600+1e-6), 1e-9)
	near(t, "exponential", start(exponential(3600)), 2, 1e-9)
}
