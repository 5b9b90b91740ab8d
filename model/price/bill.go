package price

import (
	"errors"
	"fmt"
	"math/big"
	"time"

	"penstock/model"
)

// Month is the length of a month in the price examples of AWS.
const Month = 730 * time.Hour

// Options says how a run is billed.
type Options struct {
	// FreeTier takes the monthly free quantities off, as if nothing else in
	// the account used them.
	FreeTier bool
	// Horizon is the span that the usage was metered over, more than 0.
	Horizon time.Duration
	// Architecture is "arm64" or "x86_64". One bill has one, so the 400,000
	// GB-s of free Lambda duration, which AWS shares between the two, need no
	// sharing here.
	Architecture string
}

// Item is one line of a bill.
type Item struct {
	Service, Item, Cause string  // as model.Meter and model.Cause name them
	Quantity             float64 // of the run, in billing units: requests, GB-s, …
	UnitUSD              float64 // of one unit: the list price, or what is left of it after tiers and free tier
	USD                  float64 // of the run
	Key                  string  // of the price in the book
}

// Bill is what a run cost, in USD before tax.
type Bill struct {
	Items   []Item  // those that were used, by meter and then by cause
	Total   float64 // of the run
	Monthly float64 // of a month that goes like the run
}

// line is an Item before it is priced.
type line struct {
	meter    model.Meter
	cause    model.Cause
	key      string
	quantity *big.Rat // billing units of the run
}

// Bill prices the usage of a run. Tiers and free tier hold for a month and for
// all lines of one price together, so the run is scaled to a month, priced
// there, and scaled back. All arithmetic is exact; each float is rounded once,
// from the exact value. The error names every price that the book lacks.
//
// It panics on a horizon, architecture or count that no run can have.
func (b *Book) Bill(u *model.Usage, opt Options) (Bill, error) {
	if opt.Horizon <= 0 {
		panic("price: horizon must be more than 0")
	}
	if opt.Architecture != archARM && opt.Architecture != archX86 {
		panic("price: unknown architecture " + opt.Architecture)
	}
	lines := lines(u, opt.Architecture)
	months := new(big.Rat).SetFrac64(int64(opt.Horizon), int64(Month))
	units, err := b.unitPrices(lines, months, freeTier(u, opt.FreeTier))
	if err != nil {
		return Bill{}, err
	}
	var bill Bill
	total := new(big.Rat)
	for i, l := range lines {
		usd := new(big.Rat).Mul(l.quantity, units[i])
		total.Add(total, usd)
		bill.Items = append(bill.Items, Item{
			Service: l.meter.Service(), Item: l.meter.Item(), Cause: l.cause.String(),
			Quantity: float(l.quantity), UnitUSD: float(units[i]), USD: float(usd), Key: l.key,
		})
	}
	bill.Total = float(total)
	bill.Monthly = float(total.Quo(total, months))
	return bill, nil
}

// lines lists what was used, in billing units.
func lines(u *model.Usage, architecture string) []line {
	var all []line
	for m := range model.NumMeters {
		t := tariffs[m]
		for c := range model.NumCauses {
			n := u[m][c]
			if n < 0 {
				panic(fmt.Sprintf("price: %d of %s %s for %s", n, m.Service(), m.Item(), c))
			}
			if n > 0 {
				all = append(all, line{m, c, t.priceKey(architecture), big.NewRat(n, t.size)})
			}
		}
	}
	return all
}

// unitPrices returns what one unit of each line costs after tiers and free
// tier. Lines of one price get the same, so each bears its share by quantity.
func (b *Book) unitPrices(lines []line, months *big.Rat, free func(Price) *big.Rat) ([]*big.Rat, error) {
	units := make([]*big.Rat, len(lines))
	var errs []error
	for i, first := range lines {
		if units[i] != nil {
			continue
		}
		month := new(big.Rat)
		for _, l := range lines[i:] {
			if l.key == first.key {
				month.Add(month, l.quantity)
			}
		}
		month.Quo(month, months)
		unit, err := b.unitPrice(first, month, free)
		if err != nil {
			errs = append(errs, err)
			unit = new(big.Rat) // only marks the key as done: the bill is refused
		}
		for j := i; j < len(lines); j++ {
			if lines[j].key == first.key {
				units[j] = unit
			}
		}
	}
	return units, errors.Join(errs...)
}

func float(r *big.Rat) float64 {
	f, _ := r.Float64()
	return f
}
