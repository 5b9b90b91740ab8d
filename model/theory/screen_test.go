package theory

import (
	"math"
	"strings"
	"testing"
	"time"

	"penstock/model"
	"penstock/model/policy"
)

// setting is a class of Poisson arrivals in front of five slots, with a promise.
func setting(rate float64, service model.Dist, metric string, bound time.Duration) model.Config {
	cfg := model.Default()
	c := model.DefaultClass()
	c.Name = "Q"
	c.Arrivals = []model.Arrivals{{Kind: "poisson", Rate: rate}}
	c.Mapping.MaximumConcurrency = 5
	c.Objective.Latency = []model.Bound{{Metric: metric, AtMost: bound}}
	cfg.Worker.Concurrency, cfg.Legacy.Service, cfg.Horizon = 5, service, time.Hour
	cfg.Classes = []model.Class{c}
	return cfg
}

// TestScreen holds the screen to settings whose answer is plain arithmetic.
func TestScreen(t *testing.T) {
	second := model.Dist{Kind: "constant", Value: time.Second}
	for _, c := range []struct {
		name   string
		cfg    model.Config
		change func(*model.Config)
		want   string // part of the reason; "": passes
	}{
		{"room enough", setting(2, second, "p95", 5*time.Second), nil, ""},
		{"service alone too long", setting(2, second, "p95", 900*time.Millisecond), nil, "100 % of the tasks take longer than 900ms if they never wait"},
		{"tail of the service", setting(2, exponential(1), "p95", 2500*time.Millisecond), nil, "8.37 % of the tasks take longer than 2.5s if they never wait"},
		{"tail of the service within", setting(2, exponential(1), "p90", 2500*time.Millisecond), nil, ""},
		{"longest of many", setting(2, exponential(1), "max", 4*time.Second), nil, "if they never wait"},
		{"mean", setting(2, second, "mean", 900*time.Millisecond), nil, "the mean service time alone is 1s"},
		{"calls that never end in time", setting(2, exponential(1), "p95", time.Hour), func(c *model.Config) {
			c.Worker.CallTimeout = 2 * time.Second
		}, "13.5 % of the tasks take longer than 1h if they never wait"},
		// 6/s for an hour are 21,600 s of work; 5 slots do 18,000 s of it.
		{"overload", setting(6, second, "p90", 10*time.Second), nil, "by 1h there are 1h of work waiting at best, while 5 calls"},
		{"overload of one lane", setting(6, second, "p90", 10*time.Second), func(c *model.Config) {
			c.Worker.Concurrency, c.Legacy.Concurrency = 50, 50
		}, "while 5 calls at full speed"},
		{"overload of a sharing system", setting(3, second, "p90", 10*time.Second), func(c *model.Config) {
			c.Legacy.Slowdown = model.Slowdown{Kind: "sharing", Capacity: 2}
		}, "while 2 calls at full speed"},
		{"overload that has an hour to drain", setting(6, second, "p95", 30*time.Minute), nil, ""},
		{"overload, mean", setting(10, second, "mean", 10*time.Second), nil, "more than one task in 4 takes longer than 4 times the bound"},
		{"rate limit", setting(3, second, "p50", 10*time.Second), func(c *model.Config) {
			c.Legacy.RateLimit = model.RateLimit{Kind: "token-bucket", Rate: 1, Burst: 10}
		}, "the rate limit lets 1 calls a second through"},
		{"burst", setting(0, second, "p95", 5*time.Minute), func(c *model.Config) {
			c.Classes[0].Arrivals = []model.Arrivals{{Kind: "burst", At: 20 * time.Minute, Count: 3000}}
		}, "by 20m there are 50m of work waiting"},
		{"the backlog at the start", setting(0, second, "p95", 5*time.Minute), func(c *model.Config) {
			c.Classes[0].InitialBacklog = 3000
		}, "by 0s there are 50m of work waiting"},
		{"tasks that time out", setting(6, second, "p50", 20*time.Hour), func(c *model.Config) {
			c.Classes[0].Objective.TimedOut, c.Classes[0].Queue.MaxReceiveCount = 0.01, 0
			c.StepFunctions.Timeout = time.Minute
		}, "within 59.406s"},
		{"two classes, each of which fits", setting(4, second, "p90", 30*time.Second), func(c *model.Config) {
			low := c.Classes[0]
			low.Name = "L"
			c.Classes = append(c.Classes, low)
		}, "while 5 calls at full speed"},
		// What the screen cannot know, it lets pass.
		{"failing early", setting(6, second, "p90", 10*time.Second), func(c *model.Config) { c.Policy.OnRejected = policy.FailTask }, ""},
		{"cut at the end", setting(6, second, "p90", 10*time.Second), func(c *model.Config) { c.Drain = model.Drain{} }, ""},
		{"bursts of chance", setting(6, second, "p90", 10*time.Second), func(c *model.Config) {
			c.Classes[0].Arrivals[0] = model.Arrivals{Kind: "mmpp", States: []model.RateState{{Rate: 6, Hold: time.Hour}}}
		}, ""},
		{"steady, what counts not known", setting(0, second, "p50", 10*time.Second), func(c *model.Config) {
			c.Study = model.Steady
			c.Classes[0].Arrivals = []model.Arrivals{{Kind: "burst", Count: 3000}}
		}, ""},
		{"steady overload", setting(7, second, "p90", 10*time.Second), func(c *model.Config) { c.Study = model.Steady }, "by 1h there are 1h of work waiting"},
	} {
		if c.change != nil {
			c.change(&c.cfg)
		}
		v := Screen(&c.cfg)
		switch {
		case c.want == "" && v.Rejected():
			t.Errorf("%s: rejected for %v", c.name, v.Impossible)
		case c.want != "" && !v.Rejected():
			t.Errorf("%s: passes", c.name)
		case c.want != "" && !strings.Contains(v.Impossible[0].Text, c.want):
			t.Errorf("%s: %q, want %q in it", c.name, v.Impossible[0].Text, c.want)
		}
	}
}

// TestScreenRisks pins what is only likely.
func TestScreenRisks(t *testing.T) {
	cfg := setting(6, exponential(1), "p95", 10*time.Hour)
	low := cfg.Classes[0]
	low.Name = "L"
	low.Queue.MaxReceiveCount, low.Queue.VisibilityTimeout = 3, time.Minute
	cfg.Classes = append(cfg.Classes, low)
	cfg.Policy.EscalateAt = 0
	cfg.Legacy.Outages = []model.Outage{{At: time.Minute, For: 5 * time.Minute, Kind: "down"}}
	v := Screen(&cfg)
	if v.Rejected() {
		t.Errorf("rejected for %v", v.Impossible)
	}
	for _, want := range []string{
		"class Q and what is above it keep 6 calls in progress, but 5 are possible",
		"dead-lettered after (3 - 1) x 1m = 2m",
		"an outage of 5m outlasts the 3 receives of a message of class L, (3 - 1) x 1m = 2m",
	} {
		found := false
		for _, r := range v.Risks {
			found = found || strings.Contains(r.Text, want)
		}
		if !found {
			t.Errorf("no risk says %q: %v", want, v.Risks)
		}
	}
	if r := Screen(ptr(setting(1, exponential(1), "p95", time.Hour))).Risks; len(r) > 0 {
		t.Errorf("a calm setting has risks: %v", r)
	}
}

func ptr(c model.Config) *model.Config { return &c }

// TestWorkOfTheLargest holds the share of work in the largest tasks against
// closed forms.
func TestWorkOfTheLargest(t *testing.T) {
	one := work{law: exponential(1), limit: 1e6, mean: 1}
	for _, f := range []float64{0.01, 0.05, 0.5, 0.9} {
		// The largest share f of exponential tasks holds f (1 - ln f).
		near(t, "exponential", one.largest(f), f*(1-math.Log(f)), 1e-3)
	}
	fixed := work{law: model.Dist{Kind: "constant", Value: 2 * time.Second}, limit: 1e4, mean: 2}
	near(t, "constant", fixed.largest(0.25), 0.5, 1e-2)
	if fixed.largest(0) != 0 || fixed.largest(1) != 2 {
		t.Error("none and all of the tasks")
	}
	near(t, "mean", one.beyond(0), 1, 1e-3)
	cut := workOf(ptr(func() model.Config {
		c := setting(1, exponential(1), "p95", time.Hour)
		c.Worker.CallTimeout = 2 * time.Second
		return c
	}()), 0)
	near(t, "doable", cut.mean, 1-3*math.Exp(-2), 1e-3)
	near(t, "lost", cut.lost, math.Exp(-2), 1e-9)
}
