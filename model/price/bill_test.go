package price

import (
	"math/rand/v2"
	"reflect"
	"strconv"
	"strings"
	"testing"
	"time"

	"penstock/model"
)

func open(t *testing.T, name string) *Book {
	t.Helper()
	b, err := Open(name)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func bill(t *testing.T, b *Book, u *model.Usage, opt Options) Bill {
	t.Helper()
	got, err := b.Bill(u, opt)
	if err != nil {
		t.Fatal(err)
	}
	return got
}

// exact returns the float64 nearest to a decimal, which is what a bill must
// hold: it rounds once.
func exact(t *testing.T, decimal string) float64 {
	t.Helper()
	f, err := strconv.ParseFloat(decimal, 64)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// metered is one count of a usage.
type metered struct {
	m model.Meter
	c model.Cause
	n int64
}

func usage(counts ...metered) *model.Usage {
	var u model.Usage
	for _, x := range counts {
		u.Add(x.m, x.c, x.n)
	}
	return &u
}

func TestItemsStandByMeterThenCause(t *testing.T) {
	u := usage(
		metered{model.LogBytes, model.CauseYield, 3 << 30},
		metered{model.FargateMemory, model.CauseStandby, 2048 * 3600},
		metered{model.SQSReceive, model.CauseYield, 5},
		metered{model.SQSReceive, model.CauseEmpty, 7},
		metered{model.MappingPollers, model.CauseStandby, 7200},
		metered{model.LambdaInit, model.CauseWork, 512 * 1000},
		metered{model.FargateCPU, model.CauseStandby, 250 * 3600},
	)
	got := bill(t, open(t, "us-east-1"), u, Options{Horizon: time.Hour, Architecture: "arm64"})
	want := []Item{
		{"sqs", "receive", "empty_poll", 7, 4e-7, 28e-7, "sqs.request"},
		{"sqs", "receive", "yield", 5, 4e-7, 20e-7, "sqs.request"},
		{"lambda", "init", "work", 0.5, 0.0000133334, 0.0000066667, "lambda.duration.arm64"},
		{"lambda", "poller", "standby", 2, 0.00925, 0.0185, "lambda.poller_hour"},
		{"cloudwatch", "log_bytes", "yield", 3, 0.5, 1.5, "cloudwatch.log_gb"},
		{"fargate", "vcpu", "standby", 0.25, 0.03238, 0.008095, "fargate.vcpu_hour.arm64"},
		{"fargate", "memory", "standby", 2, 0.00356, 0.00712, "fargate.memory_gb_hour.arm64"},
	}
	if !reflect.DeepEqual(got.Items, want) {
		t.Errorf("got\n%+v\nwant\n%+v", got.Items, want)
	}
	if total := 1.5337264667; got.Total != total || got.Monthly != 1119.620320691 {
		t.Errorf("got %v a run and %v a month, want %v and 730 times that", got.Total, got.Monthly, total)
	}
}

func TestIdleRunCostsNothing(t *testing.T) {
	got := bill(t, open(t, "us-east-1"), usage(), Options{Horizon: time.Second, Architecture: "arm64"})
	if !reflect.DeepEqual(got, Bill{}) {
		t.Errorf("got %+v", got)
	}
}

// Rule: FN-23
func TestArchitectureChoosesThePrice(t *testing.T) {
	u := usage(metered{model.LambdaDuration, model.CauseWork, 1024 * 1000}, metered{model.FargateCPU, model.CauseWork, 1000 * 3600})
	for arch, want := range map[string][]float64{"arm64": {0.0000133334, 0.03238}, "x86_64": {0.0000166667, 0.04048}} {
		got := bill(t, open(t, "us-east-1"), u, Options{Horizon: time.Hour, Architecture: arch})
		if got.Items[0].UnitUSD != want[0] || got.Items[1].UnitUSD != want[1] {
			t.Errorf("%s: got %+v, want unit prices %v", arch, got.Items, want)
		}
	}
}

// random fills every meter and cause with numbers of all sizes.
func random(rng *rand.Rand) *model.Usage {
	var u model.Usage
	for m := range u {
		for c := range u[m] {
			u[m][c] = rng.Int64N(1 << rng.IntN(40))
		}
	}
	return &u
}

func TestBillIsTheSameEachTimeAndAddsUp(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	for range 200 {
		u := random(rng)
		opt := Options{FreeTier: rng.IntN(2) == 0, Horizon: 24 * time.Hour, Architecture: "arm64"}
		first, again := bill(t, open(t, "us-east-1"), u, opt), bill(t, open(t, "us-east-1"), u, opt)
		if !reflect.DeepEqual(first, again) {
			t.Fatalf("%+v\nand then\n%+v", first, again)
		}
		var sum float64
		for _, item := range first.Items {
			sum += item.USD
		}
		if d := sum - first.Total; d > 1e-9*sum || d < -1e-9*sum {
			t.Fatalf("items add up to %v, total is %v", sum, first.Total)
		}
		if d := first.Total*Month.Hours()/24 - first.Monthly; d > 1e-9*first.Monthly || d < -1e-9*first.Monthly {
			t.Fatalf("%v a day, %v a month", first.Total, first.Monthly)
		}
	}
}

func TestBillPanicsOnWhatNoRunCanHave(t *testing.T) {
	good := Options{Horizon: time.Hour, Architecture: "arm64"}
	for _, c := range []struct {
		want  string
		usage *model.Usage
		opt   Options
	}{
		{"price: horizon must be more than 0", usage(), Options{Architecture: "arm64"}},
		{"price: unknown architecture mips", usage(), Options{Horizon: time.Hour, Architecture: "mips"}},
		{"price: -3 of sqs receive for yield", usage(metered{model.SQSReceive, model.CauseYield, -3}), good},
	} {
		func() {
			defer func() {
				if got, _ := recover().(string); !strings.Contains(got, c.want) {
					t.Errorf("got panic %q, want %q", got, c.want)
				}
			}()
			_, _ = open(t, "us-east-1").Bill(c.usage, c.opt)
		}()
	}
}
