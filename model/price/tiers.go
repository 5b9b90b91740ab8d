package price

import (
	"math/big"
	"strings"

	"penstock/model"
)

// unitPrice returns the mean price of the units that a month takes, more than 0,
// of the price of l.
func (b *Book) unitPrice(l line, month *big.Rat, free func(Price) *big.Rat) (*big.Rat, error) {
	p, ok := b.Price(l.key)
	if !ok {
		return nil, b.refuse("no price %q, needed for %s %s", l.key, l.meter.Service(), l.meter.Item())
	}
	usd, ok := p.month(month, free(p))
	if !ok {
		last := p.Tiers[len(p.Tiers)-1]
		return nil, b.refuse("no price %q above %s %s a month, and the run needs %.0f",
			l.key, last.UpTo, plural(p.Unit), float(month))
	}
	return usd.Quo(usd, month), nil
}

// freeTier returns how many units a month are free.
//
// "The Lambda free tier does not apply to functions that have Provisioned
// Concurrency enabled" (Lambda price page); its example charges every request
// of such a function, so the rule covers requests as well as duration.
func freeTier(u *model.Usage, on bool) func(Price) *big.Rat {
	provisioned := u[model.LambdaProvisioned] != [model.NumCauses]int64{}
	return func(p Price) *big.Rat {
		if !on || (provisioned && strings.HasPrefix(p.Key, "lambda.")) {
			return new(big.Rat)
		}
		return p.Free.rat()
	}
}

// month returns what q units cost in one month when the first free of them are
// not charged, or false when q goes beyond the last tier that is known.
func (p Price) month(q, free *big.Rat) (*big.Rat, bool) {
	usd := new(big.Rat)
	from := free // the first unit that is still to be charged
	for _, t := range p.Tiers {
		to := q
		if upTo := t.UpTo.rat(); !t.Open && upTo.Cmp(q) < 0 {
			to = upTo
		}
		if to.Cmp(from) > 0 {
			part := new(big.Rat).Sub(to, from)
			usd.Add(usd, part.Mul(part, t.USD.rat()))
			from = to
		}
		if to == q {
			return usd, true
		}
	}
	return nil, false
}

// plural returns the name of more than one unit.
func plural(unit string) string {
	if unit == "GB" || unit == "GB-s" {
		return unit
	}
	return unit + "s"
}
