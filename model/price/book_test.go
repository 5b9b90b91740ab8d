package price

import (
	"reflect"
	"slices"
	"strings"
	"testing"
)

func TestShippedBooks(t *testing.T) {
	want := []string{"ap-northeast-1", "eu-central-1", "eu-west-1", "us-east-1", "us-west-2"}
	if got := Names(); !slices.Equal(got, want) {
		t.Fatalf("got %v, want %v", got, want)
	}
	for _, name := range Names() {
		b := open(t, name)
		if b.Name != name || b.Region == "" || b.Date == "" || b.Base != "" || b.File != "" {
			t.Errorf("%s: got %q, region %q, date %q, base %q, file %q", name, b.Name, b.Region, b.Date, b.Base, b.File)
		}
		for _, p := range b.Prices() {
			if p.Source == "" || p.Seen == "" || p.Grade == "" {
				t.Errorf("%s: %s has no source", name, p.Key)
			}
			if strings.Contains(p.URL, "/offers/") && !strings.Contains(p.URL, name) {
				t.Errorf("%s: %s cites another region: %s", name, p.Key, p.URL)
			}
		}
	}
}

// The gaps of the shipped books. A price found later is added to the book and
// taken off here.
func TestMissingPrices(t *testing.T) {
	gaps := []string{"lambda.provisioned.arm64", "lambda.provisioned_duration.arm64", "lambda.poller_hour"}
	for _, name := range Names() {
		want := gaps
		if name == "us-east-1" {
			want = nil
		}
		if got := open(t, name).Missing(); !slices.Equal(got, want) {
			t.Errorf("%s: got %v, want %v", name, got, want)
		}
	}
}

// No AWS price that is billed here differs by half between these regions, so a
// slipped digit shows.
func TestPricesAreNearThoseOfUSEast1(t *testing.T) {
	home := open(t, "us-east-1")
	for _, name := range Names() {
		for _, p := range open(t, name).Prices() {
			base, ok := home.Price(p.Key)
			if !ok {
				t.Errorf("%s: %s is not in us-east-1", name, p.Key)
				continue
			}
			if ratio := p.Tiers[0].USD.Float64() / base.Tiers[0].USD.Float64(); ratio < 0.99 || ratio > 1.55 {
				t.Errorf("%s: %s costs %s, in us-east-1 %s", name, p.Key, p.Tiers[0].USD, base.Tiers[0].USD)
			}
			if p.Free != base.Free {
				t.Errorf("%s: %s has %s free units, us-east-1 %s", name, p.Key, p.Free, base.Free)
			}
		}
	}
}

// Tokyo's numbers, as they stand in the sources, so that no book is a copy of
// another by mistake.
func TestPricesOfTokyo(t *testing.T) {
	b := open(t, "ap-northeast-1")
	for key, want := range map[string]string{
		"sqs.request": "0.0000004", "lambda.provisioned.x86_64": "0.0000053835", "lambda.provisioned_duration.x86_64": "0.0000125615",
		"cloudwatch.log_gb": "0.76", "fargate.vcpu_hour.arm64": "0.04045", "fargate.memory_gb_hour.x86_64": "0.00553",
	} {
		p, ok := b.Price(key)
		if !ok || p.Tiers[0].USD.String() != want {
			t.Errorf("%s: got %v %v, want %s", key, ok, p.Tiers, want)
		}
	}
}

func TestListingKeepsTheOrderOfTheFile(t *testing.T) {
	var got []string
	for _, p := range open(t, "us-east-1").Prices() {
		got = append(got, p.Key)
	}
	var want []string
	for _, k := range keys() {
		want = append(want, k.key)
	}
	if !slices.Equal(got, want) {
		t.Errorf("got %v, want the order of the meters %v", got, want)
	}
}

func TestListingIsACopy(t *testing.T) {
	b := open(t, "us-east-1")
	b.Prices()[0].Key = "spoilt"
	if b.Prices()[0].Key != "sqs.request" {
		t.Error("the caller changed the book")
	}
}

func TestFileChangesItsBase(t *testing.T) {
	const file = `{"book": "ours", "base": "eu-west-1", "date": "2026-12-01", "prices": [
		{"key": "lambda.poller_hour", "unit": "poller-hour", "tiers": [{"usd": 0.0104}], "source": "our bill", "seen": "2026-11", "grade": "A"},
		{"key": "lambda.request", "unit": "request", "tiers": [{"usd": "0.00000018"}], "free": 0, "source": "our contract", "seen": "2026", "grade": "A"}]}`
	b, err := Parse("ours.json", []byte(file))
	if err != nil {
		t.Fatal(err)
	}
	base := open(t, "eu-west-1")
	if b.Name != "ours" || b.Region != base.Region || b.Date != "2026-12-01" || b.Base != "eu-west-1" || b.File != "ours.json" {
		t.Errorf("got %+v", b)
	}
	want := base.Prices()
	want = append(want, Price{
		Key: "lambda.poller_hour", Unit: "poller-hour", Tiers: []Tier{{Open: true, USD: Amount{"0.0104"}}},
		Source: "our bill", Seen: "2026-11", Grade: "A",
	})
	want[1] = Price{
		Key: "lambda.request", Unit: "request", Tiers: []Tier{{Open: true, USD: Amount{"0.00000018"}}},
		Free: Amount{"0"}, Source: "our contract", Seen: "2026", Grade: "A",
	}
	if got := b.Prices(); !reflect.DeepEqual(got, want) {
		t.Errorf("got\n%+v\nwant\n%+v", got, want)
	}
	if p, _ := base.Price("lambda.request"); p.Tiers[0].USD.String() != "0.0000002" {
		t.Errorf("the base itself was changed: %v", p)
	}
}
