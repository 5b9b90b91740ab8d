package price

import "testing"

// The prices of Northern Virginia, as the price pages give them, tier by tier.
//
// Rule: SQS-38, FN-22, FN-23, FN-25, ESM-42, SFN-19, SVC-06
func TestPricesOfUSEast1(t *testing.T) {
	type tier struct{ upTo, usd string }
	b := open(t, "us-east-1")
	for key, want := range map[string]struct {
		tiers []tier
		free  string
	}{
		"sqs.request":                   {[]tier{{"100000000000", "0.0000004"}, {"200000000000", "0.0000003"}, {"", "0.00000024"}}, "1000000"},
		"lambda.request":                {[]tier{{"", "0.0000002"}}, "1000000"},
		"lambda.duration.arm64":         {[]tier{{"7500000000", "0.0000133334"}, {"18750000000", "0.0000120001"}, {"", "0.0000106667"}}, "400000"},
		"lambda.duration.x86_64":        {[]tier{{"6000000000", "0.0000166667"}, {"15000000000", "0.000015"}, {"", "0.0000133334"}}, "400000"},
		"lambda.poller_hour":            {[]tier{{"", "0.00925"}}, "0"},
		"stepfunctions.transition":      {[]tier{{"", "0.000025"}}, "4000"},
		"cloudwatch.log_gb":             {[]tier{{"", "0.50"}}, "5"},
		"fargate.vcpu_hour.arm64":       {[]tier{{"", "0.03238"}}, "0"},
		"fargate.vcpu_hour.x86_64":      {[]tier{{"", "0.04048"}}, "0"},
		"fargate.memory_gb_hour.arm64":  {[]tier{{"", "0.00356"}}, "0"},
		"fargate.memory_gb_hour.x86_64": {[]tier{{"", "0.004445"}}, "0"},
	} {
		p, ok := b.Price(key)
		if !ok || p.Free.String() != want.free || len(p.Tiers) != len(want.tiers) {
			t.Errorf("%s: %+v", key, p)
			continue
		}
		for i, w := range want.tiers {
			got := p.Tiers[i]
			if got.USD.String() != w.usd || got.Open != (w.upTo == "") || !got.Open && got.UpTo.String() != w.upTo {
				t.Errorf("%s: tier %d costs %s up to %s, want %s up to %s", key, i+1, got.USD, got.UpTo, w.usd, w.upTo)
			}
		}
	}
}
