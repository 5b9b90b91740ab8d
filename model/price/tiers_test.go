package price

import (
	"strings"
	"testing"
	"time"

	"penstock/model"
)

// steps has three tiers, the last with an end, and a free quantity.
const steps = `{"book": "steps", "date": "2026-01-01", "prices": [
	{"key": "sqs.request", "unit": "request", "free": 10,
	 "tiers": [{"up_to": 100, "usd": 3}, {"up_to": 200, "usd": 2}, {"up_to": 300, "usd": 1}],
	 "source": "test", "seen": "2026", "grade": "D"}]}`

func TestTierAndFreeTierEdges(t *testing.T) {
	b, err := Parse("steps.json", []byte(steps))
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		requests   int64
		paid, free float64 // USD without and with the free tier
	}{
		{1, 3, 0},
		{10, 30, 0},
		{11, 33, 3},
		{99, 297, 267},
		{100, 300, 270},
		{101, 302, 272},
		{200, 500, 470},
		{201, 501, 471},
		{300, 600, 570},
	} {
		u := usage(metered{model.SQSSend, model.CauseWork, c.requests})
		paid := bill(t, b, u, Options{Horizon: Month, Architecture: "arm64"})
		free := bill(t, b, u, Options{Horizon: Month, Architecture: "arm64", FreeTier: true})
		if paid.Total != c.paid || free.Total != c.free {
			t.Errorf("%d requests: got %v and %v with free tier, want %v and %v", c.requests, paid.Total, free.Total, c.paid, c.free)
		}
		if want := c.paid / float64(c.requests); paid.Items[0].UnitUSD != want {
			t.Errorf("%d requests: got unit price %v, want %v", c.requests, paid.Items[0].UnitUSD, want)
		}
	}
}

// A run of a tenth of a month with 30 requests is a month with 300: free tier
// and tiers work on the 300, over all lines of the price, and the run bears a
// tenth of it.
func TestTiersHoldForTheMonthAndForAllLines(t *testing.T) {
	b, err := Parse("steps.json", []byte(steps))
	if err != nil {
		t.Fatal(err)
	}
	u := usage(metered{model.SQSSend, model.CauseWork, 6}, metered{model.SQSReceive, model.CauseYield, 9}, metered{model.SQSVisibility, model.CauseWork, 15})
	got := bill(t, b, u, Options{Horizon: Month / 10, Architecture: "arm64", FreeTier: true})
	if got.Monthly != 570 || got.Total != 57 {
		t.Errorf("got %v a month and %v a run, want 570 and 57", got.Monthly, got.Total)
	}
	for i, want := range []float64{57 * 6 / 30., 57 * 9 / 30., 57 * 15 / 30.} {
		if got.Items[i].USD != want || got.Items[i].UnitUSD != 1.9 {
			t.Errorf("line %d: got %v USD at %v, want %v at 1.9", i, got.Items[i].USD, got.Items[i].UnitUSD, want)
		}
	}
}

// Rule: FN-14, FN-24
func TestDurationAndInitShareThePrice(t *testing.T) {
	const gbs = 1024 * 1000
	u := usage(metered{model.LambdaDuration, model.CauseWork, 300000 * gbs}, metered{model.LambdaInit, model.CauseWork, 200000 * gbs})
	got := bill(t, open(t, "us-east-1"), u, Options{Horizon: Month, Architecture: "arm64", FreeTier: true})
	if want := exact(t, "1.33334"); got.Total != want { // (500,000 − 400,000) × 0.0000133334
		t.Errorf("got %v, want %v", got.Total, want)
	}
}

// Pollers, provisioned concurrency and Fargate have no free tier; provisioned
// concurrency takes it from the whole function, and from nothing else.
//
// Rule: SQS-39, FN-24
func TestFreeTierDoesNotReachEverything(t *testing.T) {
	opt := Options{Horizon: Month, Architecture: "x86_64", FreeTier: true}
	b := open(t, "us-east-1")
	requests := metered{model.LambdaRequests, model.CauseWork, 1e6}
	receives := metered{model.SQSReceive, model.CauseWork, 1e6}
	kept := metered{model.LambdaProvisioned, model.CauseStandby, 1024 * 1000}
	if got := bill(t, b, usage(requests, receives), opt); got.Total != 0 {
		t.Errorf("inside the free tier: got %v USD", got.Total)
	}
	if got, want := bill(t, b, usage(requests, receives, kept), opt), exact(t, "0.2000041667"); got.Total != want {
		t.Errorf("with provisioned concurrency: got %v USD, want %v", got.Total, want)
	}
	if got := bill(t, b, usage(metered{model.MappingPollers, model.CauseStandby, 2 * 730 * 3600}), opt); got.Total != exact(t, "13.505") {
		t.Errorf("two pollers for a month: got %v USD, want 13.505", got.Total)
	}
}

func TestUnknownPricesAreRefused(t *testing.T) {
	own, err := Parse("my/prices.json", []byte(steps))
	if err != nil {
		t.Fatal(err)
	}
	gigabyte, err := Parse("logs.json", []byte(`{"book": "logs", "date": "2026-01-01", "prices": [{"key": "cloudwatch.log_gb", "unit": "GB",
		"tiers": [{"up_to": 1, "usd": 1}], "source": "test", "seen": "2026", "grade": "D"}]}`))
	if err != nil {
		t.Fatal(err)
	}
	kept := metered{model.LambdaProvisioned, model.CauseStandby, 1}
	for _, c := range []struct {
		name  string
		book  *Book
		usage *model.Usage
		arch  string
		want  string
	}{
		{
			"every missing price at once, each once", open(t, "eu-west-1"),
			usage(kept, metered{model.LambdaProvisioned, model.CauseWork, 1}, metered{model.MappingPollers, model.CauseStandby, 1}), "arm64",
			`price book "eu-west-1": no price "lambda.provisioned.arm64", needed for lambda provisioned: write a price file with "base": "eu-west-1" and this key, and name it in prices.book
price book "eu-west-1": no price "lambda.poller_hour", needed for lambda poller: write a price file with "base": "eu-west-1" and this key, and name it in prices.book`,
		}, {
			"beyond the last known tier", open(t, "eu-west-1"),
			usage(metered{model.SQSReceive, model.CauseEmpty, 1e11 + 1}), "arm64",
			`price book "eu-west-1": no price "sqs.request" above 100000000000 requests a month, and the run needs 100000000001: write a price file with "base": "eu-west-1" and this key, and name it in prices.book`,
		}, {
			"a file of the user's own", own,
			usage(kept, metered{model.SQSReceive, model.CauseEmpty, 301}), "x86_64",
			`price file my/prices.json: no price "sqs.request" above 300 requests a month, and the run needs 301: add it to that file, with its source
price file my/prices.json: no price "lambda.provisioned.x86_64", needed for lambda provisioned: add it to that file, with its source`,
		}, {
			"units that have no plural", gigabyte,
			usage(metered{model.LogBytes, model.CauseWork, 2 << 30}), "x86_64",
			`price file logs.json: no price "cloudwatch.log_gb" above 1 GB a month, and the run needs 2: add it to that file, with its source`,
		},
	} {
		got, err := c.book.Bill(c.usage, Options{Horizon: Month, Architecture: c.arch})
		if err == nil || err.Error() != c.want {
			t.Errorf("%s: got\n%v\nwant\n%s", c.name, err, c.want)
		}
		if got.Items != nil || got.Total != 0 {
			t.Errorf("%s: got a bill %+v with the error", c.name, got)
		}
	}
	if _, err := open(t, "eu-west-1").Bill(usage(kept), Options{Horizon: time.Hour, Architecture: "x86_64"}); err != nil {
		t.Errorf("the price that the book has: %v", err)
	}
}

func TestUnknownBookNamesTheShippedOnes(t *testing.T) {
	_, err := Open("eu-west-9")
	want := `no price book "eu-west-9": the shipped books are ` + strings.Join(Names(), ", ") + `; any other book is a file`
	if err == nil || err.Error() != want {
		t.Errorf("got %v, want %s", err, want)
	}
}
