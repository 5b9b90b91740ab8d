package plan

import (
	"context"
	"math"
	"testing"
	"time"

	"penstock/model"
	"penstock/model/price"
)

// counted is a world of two runs with given usage.
func counted(completed [2]int64, metered time.Duration) simulateFunc {
	return func(cfg *model.Config, opt model.Options) (model.Run, bool) {
		r := model.Run{Classes: make([]model.ClassRun, 2), Metered: metered, Drained: true}
		i := opt.Replication
		r.Classes[0].Completed, r.Classes[1].Completed = completed[i]/2, completed[i]-completed[i]/2
		r.Usage.Add(model.StatesTransitions, model.CauseWork, 1000)
		r.Usage.Add(model.SQSReceive, model.CauseWork, 2000)
		if i == 1 {
			r.Usage.Add(model.SQSReceive, model.CauseYield, 500)
		}
		return r, true
	}
}

// flat bills $1 a transition and $0.001 a request, and a month of 100 runs.
func flat(u *model.Usage, opt price.Options) (price.Bill, error) {
	var b price.Bill
	for m := range model.NumMeters {
		for c := range model.NumCauses {
			if n := float64(u[m][c]); n > 0 {
				unit := 0.001
				if m == model.StatesTransitions {
					unit = 1
				}
				b.Items = append(b.Items, price.Item{Service: m.Service(), Item: m.Item(), Cause: c.String(), Quantity: n, UnitUSD: unit, USD: n * unit})
				b.Total += n * unit
			}
		}
	}
	b.Monthly = b.Total * float64(100*time.Hour) / float64(opt.Horizon)
	return b, nil
}

func TestCost(t *testing.T) {
	cfg := scenario()
	cfg.Replications = 2
	r, err := execute(context.Background(), cfg, flat, Options{}, counted([2]int64{1000, 2005}, 2*time.Hour))
	if err != nil {
		t.Fatal(err)
	}
	c := r.Cost
	checkFigure(t, "total", c.Total.Value, 1002.25)
	checkFigure(t, "monthly", c.Monthly.Value, 50112.5)
	checkFigure(t, "per thousand", c.PerThousandCompleted.Value, 751) // (1002/1 + 1002.5/2.005) / 2
	if c.Book != "us-east-1" || len(c.Items) != 3 {
		t.Fatalf("book %s, items %+v", c.Book, c.Items)
	}
	for i, want := range []CostItem{
		{Service: "sqs", Item: "receive", Cause: "work", UnitUSD: 0.001, Quantity: est(2000, 2000, 2000), USD: est(2, 2, 2)},
		{Service: "sqs", Item: "receive", Cause: "yield", UnitUSD: 0.001, Quantity: est(250, 0, 3426.55118), USD: est(0.25, 0, 3.42655118)},
		{Service: "stepfunctions", Item: "transition", Cause: "work", UnitUSD: 1, Quantity: est(1000, 1000, 1000), USD: est(1000, 1000, 1000)},
	} {
		got := c.Items[i]
		if got.Service != want.Service || got.Item != want.Item || got.Cause != want.Cause || got.UnitUSD != want.UnitUSD {
			t.Errorf("item %d: %+v, want %+v", i, got, want)
		}
		checkFigure(t, "quantity", got.Quantity.Value, *want.Quantity.Value)
		checkFigure(t, "quantity, low", got.Quantity.Low, *want.Quantity.Low)
		checkFigure(t, "quantity, high", got.Quantity.High, *want.Quantity.High)
		checkFigure(t, "usd", got.USD.Value, *want.USD.Value)
		checkFigure(t, "usd, high", got.USD.High, *want.USD.High)
	}
}

func TestCostWithoutValue(t *testing.T) {
	cfg := scenario()
	cfg.Replications = 2
	for _, tt := range []struct {
		name      string
		bill      billFunc
		completed [2]int64
		metered   time.Duration
		total     string // why it has no value
		thousand  string
	}{
		{"no book", nil, [2]int64{1, 1}, time.Hour, "no price book", "no price book"},
		{"no time", flat, [2]int64{1, 1}, 0, "a replication was metered for no time", "a replication was metered for no time"},
		{"nothing completed", flat, [2]int64{0, 0}, time.Hour, "", "no completed task in any replication"},
		{"nothing completed in one", flat, [2]int64{0, 9}, time.Hour, "", "1 of 2 replications had no completed task"},
	} {
		r, err := execute(context.Background(), cfg, tt.bill, Options{}, counted(tt.completed, tt.metered))
		if err != nil {
			t.Errorf("%s: %v", tt.name, err)
			continue
		}
		if got := r.Cost.Total.Why; got != tt.total || (got == "") != (r.Cost.Total.Value != nil) {
			t.Errorf("%s: total %+v", tt.name, r.Cost.Total)
		}
		if got := r.Cost.PerThousandCompleted.Why; got != tt.thousand {
			t.Errorf("%s: per thousand: %q, want %q", tt.name, got, tt.thousand)
		}
		checkFigure(t, tt.name, r.Cost.PerThousandCompleted.Value, math.NaN())
	}
}

// TestTieredUnit: where runs paid different prices a unit, the line shows what
// a unit cost over all of them.
func TestTieredUnit(t *testing.T) {
	out := []outcome{
		{billed: true, bill: price.Bill{Items: []price.Item{{Service: "sqs", Item: "send", Cause: "work", Quantity: 100, UnitUSD: 0.4, USD: 40}}}},
		{billed: true, bill: price.Bill{Items: []price.Item{{Service: "sqs", Item: "send", Cause: "work", Quantity: 300, UnitUSD: 0.2, USD: 60}}}},
	}
	c := newEstimator(runsOf(2, func(int, *model.Run) {}), 0.95).cost(out, "x", true)
	if got := c.Items[0].UnitUSD; got != 0.25 {
		t.Errorf("unit %v, want 0.25", got)
	}
}
