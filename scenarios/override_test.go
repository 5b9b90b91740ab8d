package scenarios

import (
	"reflect"
	"testing"
	"time"

	"penstock/model"
)

// TestOverrides sets every kind of key on the command line.
func TestOverrides(t *testing.T) {
	for _, c := range []struct {
		set  string
		get  func(model.Config) any
		want any
	}{
		{"worker.concurrency=8", func(c model.Config) any { return c.Worker.Concurrency }, 8},
		{"worker.concurrency = 8", func(c model.Config) any { return c.Worker.Concurrency }, 8},
		{"class.BATCH.queue.visibility_timeout=3m", func(c model.Config) any { return c.Classes[1].Queue.VisibilityTimeout }, 3 * time.Minute},
		{"class[1].queue.visibility_timeout='3m'", func(c model.Config) any { return c.Classes[1].Queue.VisibilityTimeout }, 3 * time.Minute},
		{`class.*.payload="2KiB"`, func(c model.Config) any { return c.Classes[0].Payload + c.Classes[1].Payload }, int64(4096)},
		{"class.HIGH.arrivals[0].rate=3/s", func(c model.Config) any { return c.Classes[0].Arrivals[0].Rate }, 3.0},
		{"class.BATCH.arrivals[0].points[1].at=9h", func(c model.Config) any { return c.Classes[1].Arrivals[0].Points[1].At }, 9 * time.Hour},
		{"class.BATCH.objective.p95=1h", func(c model.Config) any { return c.Classes[1].Objective.Latency }, []model.Bound{{Metric: "p95", AtMost: time.Hour}}},
		{"legacy.outage[0].factor=3", func(c model.Config) any { return c.Legacy.Outages[0].Factor }, 3.0},
		{"legacy.service.median=1s", func(c model.Config) any { return c.Legacy.Service }, model.Dist{Kind: "lognormal", Median: time.Second, P99: 2 * time.Second}},
		{`legacy.service={ kind = "exponential", mean = "1s" }`, func(c model.Config) any { return c.Legacy.Service }, model.Dist{Kind: "exponential", Mean: time.Second}},
		{"legacy.service=1s", func(c model.Config) any { return c.Legacy.Service }, model.Dist{Kind: "constant", Value: time.Second}},
		{"class.HIGH.service.parts[0].weight=5", func(c model.Config) any { return c.Classes[0].Service.Parts[0].Weight }, 5.0},
		{"policy.check_token=true", func(c model.Config) any { return c.Policy.CheckToken }, true},
		{"policy.yield_for=remaining", func(c model.Config) any { return string(c.Policy.YieldFor.Mode) }, "remaining"},
		{"drain=until-empty", func(c model.Config) any { return c.Drain }, model.Drain{UntilEmpty: true}},
		{"description=two words = one", func(c model.Config) any { return c.Description }, "two words = one"},
		{`name="quoted"`, func(c model.Config) any { return c.Name }, "quoted"},
		{"precision.mean=0.1", func(c model.Config) any { return c.Precision.Mean }, 0.1},
		{"assert[0].value=7s", func(c model.Config) any { return c.Asserts[0].Value }, 7.0},
		{`tune."worker.concurrency"={ min = 2, max = 3 }`, func(c model.Config) any { return c.Tune[0] }, model.Knob{Key: "worker.concurrency", Min: 2, Max: 3}},
		{`class.HIGH.arrivals=[{ kind = "poisson", rate = "9/s" }]`, func(c model.Config) any { return c.Classes[0].Arrivals }, []model.Arrivals{{Kind: "poisson", Rate: 9}}},
		{"assumptions.idle_pollers=5", func(c model.Config) any { return c.Assumptions.IdlePollers }, 5},
		{"timing.profile=ideal", func(c model.Config) any { return c.Assumptions.QueueOrder }, "visible"},
	} {
		config, problems := Load("testdata/good.toml", []string{c.set})
		if Failed(problems) {
			t.Errorf("%s: %v", c.set, problems)
		}
		if got := c.get(config); !reflect.DeepEqual(got, c.want) {
			t.Errorf("%s: %v, want %v", c.set, got, c.want)
		}
	}
}

// TestDefaultDistribution: a parameter of a distribution that the file leaves
// out changes the default one.
func TestDefaultDistribution(t *testing.T) {
	c, problems := Load("minimal.toml", []string{"legacy.service.p99=9s", "legacy.service.median=2s"})
	want := model.Dist{Kind: "lognormal", Median: 2 * time.Second, P99: 9 * time.Second}
	if len(problems) > 0 || !reflect.DeepEqual(c.Legacy.Service, want) {
		t.Errorf("%+v, %v", c.Legacy.Service, problems)
	}
}

// TestOrderOfOverrides: the last one wins.
func TestOrderOfOverrides(t *testing.T) {
	c, _ := Load("minimal.toml", []string{"class.*.payload=1KiB", "class.ONLY.payload=2KiB", "class.ONLY.payload=3KiB"})
	if c.Classes[0].Payload != 3<<10 {
		t.Error(c.Classes[0].Payload)
	}
}
