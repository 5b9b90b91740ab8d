package plan

import (
	"penstock/model"
	"penstock/model/price"
)

// cost estimates the bills. priced is false where there was no price book.
func (e *estimator) cost(out []outcome, book string, priced bool) Cost {
	c := Cost{Book: book, Items: []CostItem{}}
	for i := range out {
		if !out[i].billed {
			why := "no price book"
			if priced {
				why = "a replication was metered for no time"
			}
			none := e.none("%s", why)
			c.Total, c.Monthly, c.PerThousandCompleted = none, none, none
			return c
		}
	}
	at := func(f func(*outcome) float64) Estimate {
		xs := make([]float64, len(out))
		for i := range out {
			xs[i] = f(&out[i])
		}
		return e.estimate(xs, nonNegative)
	}
	c.Total = at(func(o *outcome) float64 { return o.bill.Total })
	c.Monthly = at(func(o *outcome) float64 { return o.bill.Monthly })
	c.PerThousandCompleted = e.ratioAt(nonNegative, ofCompleted, func(i int) (float64, float64) {
		return float64(1000 * out[i].bill.Total), float64(allCompleted(&out[i].run))
	})
	for _, key := range billed(out) {
		c.Items = append(c.Items, item(key, out, at))
	}
	return c
}

func allCompleted(r *model.Run) (n int64) {
	for c := range r.Classes {
		n += r.Classes[c].Completed
	}
	return n
}

// itemKey names a line of a bill.
type itemKey struct{ service, item, cause string }

func keyOf(i price.Item) itemKey { return itemKey{i.Service, i.Item, i.Cause} }

// billed lists the lines that any bill has, by meter and then by cause, as
// every bill lists its own.
func billed(out []outcome) []itemKey {
	seen := map[itemKey]bool{}
	for i := range out {
		for _, it := range out[i].bill.Items {
			seen[keyOf(it)] = true
		}
	}
	var keys []itemKey
	for m := range model.NumMeters {
		for c := range model.NumCauses {
			if k := (itemKey{m.Service(), m.Item(), c.String()}); seen[k] {
				keys = append(keys, k)
			}
		}
	}
	return keys
}

// item estimates one line; a run that was not billed for it counts as 0. The
// unit price is what a unit cost over all runs, since tiers and the free tier
// may make it differ between them.
func item(key itemKey, out []outcome, at func(func(*outcome) float64) Estimate) CostItem {
	find := func(o *outcome) price.Item {
		for _, it := range o.bill.Items {
			if keyOf(it) == key {
				return it
			}
		}
		return price.Item{}
	}
	var quantity, usd float64
	for i := range out {
		it := find(&out[i])
		quantity += it.Quantity
		usd += it.USD
	}
	line := CostItem{
		Service: key.service, Item: key.item, Cause: key.cause,
		Quantity: at(func(o *outcome) float64 { return find(o).Quantity }),
		USD:      at(func(o *outcome) float64 { return find(o).USD }),
	}
	if quantity > 0 {
		line.UnitUSD = round9(usd / quantity)
	}
	return line
}
