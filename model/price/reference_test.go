package price

import (
	"testing"
	"time"

	"penstock/model"
)

// fifo is us-east-1 with the price of FIFO requests, which no meter has a key
// of its own for.
const fifo = `{"book": "fifo", "base": "us-east-1", "date": "2026-11-23", "prices": [
	{"key": "sqs.request", "unit": "request", "tiers": [{"usd": "0.0000005"}], "source": "test", "seen": "2026", "grade": "A"}]}`

// costCase is one case with its exact answers.
type costCase struct {
	id         string
	book       string // "": us-east-1
	opt        Options
	usage      *model.Usage
	quantities []float64
	usd        []string
	total      string
}

// referenceCosts holds cost cases whose answers were worked out by hand in exact
// arithmetic. COST-05 and COST-07 are examples of the Lambda price page, where
// AWS rounds to cents: 2.73 and 41.91.
func referenceCosts() []costCase {
	const (
		work = model.CauseWork
		gbs  = 1024 * 1000 // MB·ms in a GB-s
	)
	month := func(free bool) Options {
		return Options{FreeTier: free, Horizon: Month, Architecture: "x86_64"}
	}
	return []costCase{
		{
			id: "COST-01", opt: month(false), // 10 M messages, no batching
			usage:      usage(metered{model.SQSSend, work, 1e7}, metered{model.SQSReceive, work, 1e7}, metered{model.SQSDelete, work, 1e7}),
			quantities: []float64{1e7, 1e7, 1e7}, usd: []string{"4", "4", "4"}, total: "12",
		}, {
			id: "COST-03 standard", opt: month(false), // 1 M messages of 100 KB: two chunks to send and to receive
			usage:      usage(metered{model.SQSSend, work, 2e6}, metered{model.SQSReceive, work, 2e6}, metered{model.SQSDelete, work, 1e6}),
			quantities: []float64{2e6, 2e6, 1e6}, usd: []string{"0.8", "0.8", "0.4"}, total: "2",
		}, {
			id: "COST-03 FIFO", book: fifo, opt: month(false),
			usage:      usage(metered{model.SQSSend, work, 2e6}, metered{model.SQSReceive, work, 2e6}, metered{model.SQSDelete, work, 1e6}),
			quantities: []float64{2e6, 2e6, 1e6}, usd: []string{"1", "1", "0.5"}, total: "2.5",
		}, {
			id: "COST-05", opt: month(true), // 3 M requests of 120 ms at 1,536 MB
			usage:      usage(metered{model.LambdaRequests, work, 3e6}, metered{model.LambdaDuration, work, 3e6 * 1536 * 120}),
			quantities: []float64{3e6, 540000}, usd: []string{"0.4", "2.333338"}, total: "2.733338",
		}, {
			id:  "COST-07", // 1,000 × 1,024 MB kept for 2 h, 1.2 M requests of 1 s; no free tier with provisioned concurrency
			opt: Options{FreeTier: true, Horizon: 2 * time.Hour, Architecture: "x86_64"},
			usage: usage(metered{model.LambdaRequests, work, 1.2e6},
				metered{model.LambdaProvisioned, model.CauseStandby, 1000 * 1024 * 7200e3},
				metered{model.LambdaProvisionedDuration, work, 1.2e6 * 1024 * 1000}),
			quantities: []float64{1.2e6, 7.2e6, 1.2e6}, usd: []string{"0.24", "30.00024", "11.66664"}, total: "41.90688",
		}, {
			id: "COST-09", opt: month(true), // 1 M executions × 6 transitions, 5 % of them one retry
			usage:      usage(metered{model.StatesTransitions, work, 6e6}, metered{model.StatesTransitions, model.CauseRetry, 5e4}),
			quantities: []float64{6e6, 5e4}, usd: []string{"149.900826446280991735537", "1.249173553719008264463"}, total: "151.15",
		}, {
			id:         "COST-11", // 3 queues × 5 pollers × 20 s waits, 30 days
			opt:        Options{Horizon: 30 * 24 * time.Hour, Architecture: "arm64"},
			usage:      usage(metered{model.SQSReceive, model.CauseEmpty, 3 * 5 * 30 * 86400 / 20}),
			quantities: []float64{1944000}, usd: []string{"0.7776"}, total: "0.7776",
		}, {
			id: "COST-13", opt: month(false), // 7e9 GB-s: 6e9 in the first tier, 1e9 in the second
			usage:      usage(metered{model.LambdaDuration, work, 7e9 * gbs}),
			quantities: []float64{7e9}, usd: []string{"115000.2"}, total: "115000.2",
		},
	}
}

func TestReferenceCosts(t *testing.T) {
	for _, c := range referenceCosts() {
		t.Run(c.id, func(t *testing.T) {
			b := open(t, "us-east-1")
			if c.book != "" {
				var err error
				if b, err = Parse("fifo.json", []byte(c.book)); err != nil {
					t.Fatal(err)
				}
			}
			got := bill(t, b, c.usage, c.opt)
			if len(got.Items) != len(c.usd) {
				t.Fatalf("got %d items %+v, want %d", len(got.Items), got.Items, len(c.usd))
			}
			for i, item := range got.Items {
				if item.Quantity != c.quantities[i] || item.USD != exact(t, c.usd[i]) {
					t.Errorf("item %d: got %v units for %v USD, want %v for %s", i, item.Quantity, item.USD, c.quantities[i], c.usd[i])
				}
			}
			if want := exact(t, c.total); got.Total != want {
				t.Errorf("total: got %v, want %v", got.Total, want)
			}
		})
	}
}
