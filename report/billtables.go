package report

import (
	"slices"
	"sort"
	"strings"

	"penstock/model"
	"penstock/model/plan"
)

// A bill is the cost of a replication in USD, by service and cause.
type bill struct {
	services []string // the dearest first
	causes   []string // those that cost something, in the order of the causes
	usd      map[[2]string]float64
	service  map[string]float64
	cause    map[string]float64
	total    float64
}

// billOf adds up the items of the bill.
func billOf(r *plan.Result) bill {
	b := bill{usd: map[[2]string]float64{}, service: map[string]float64{}, cause: map[string]float64{}}
	for _, item := range r.Cost.Items {
		v := val(item.USD)
		if v == 0 {
			continue
		}
		if _, ok := b.service[item.Service]; !ok {
			b.services = append(b.services, item.Service)
		}
		if _, ok := b.cause[item.Cause]; !ok {
			b.causes = append(b.causes, item.Cause)
		}
		b.usd[[2]string{item.Service, item.Cause}] += v
		b.service[item.Service] += v
		b.cause[item.Cause] += v
		b.total += v
	}
	sort.SliceStable(b.services, func(i, k int) bool { return b.service[b.services[i]] > b.service[b.services[k]] })
	sort.SliceStable(b.causes, func(i, k int) bool { return causeRank(b.causes[i]) < causeRank(b.causes[k]) })
	return b
}

// causeRank orders causes as the model does, unknown ones last.
func causeRank(name string) int {
	for c := range model.NumCauses {
		if c.String() == name {
			return int(c)
		}
	}
	return int(model.NumCauses)
}

// serviceName returns the name that AWS gives a service of the bill.
func serviceName(key string) string {
	names := [][2]string{
		{"sqs", "SQS"}, {"lambda", "Lambda"}, {"stepfunctions", "Step Functions"},
		{"cloudwatch", "CloudWatch Logs"}, {"fargate", "Fargate"},
	}
	for _, n := range names {
		if n[0] == key {
			return n[1]
		}
	}
	return plain(key)
}

// causeName returns a cause of the bill in words.
func causeName(key string) string { return strings.ReplaceAll(plain(key), "_", " ") }

// billTable shows the bill by service and cause; nil if nothing was billed.
func billTable(r *plan.Result) *table {
	b := billOf(r)
	t := &table{title: "The bill of one replication, by service and cause", head: []string{"service"}, align: "l"}
	if len(b.services) == 0 {
		t.notes = billNotes(r)
		t.head = nil
		return t
	}
	for _, c := range b.causes {
		t.head, t.align = append(t.head, causeName(c)), t.align+"r"
	}
	t.head, t.align = append(t.head, "total", "share"), t.align+"rr"
	line := func(name string, of func(cause string) float64, total float64) []string {
		cells := []string{name}
		for _, c := range b.causes {
			if v := of(c); v == 0 {
				cells = append(cells, "")
			} else {
				cells = append(cells, money().value(v))
			}
		}
		return append(cells, money().value(total), ratio(total, b.total))
	}
	for _, s := range b.services {
		t.add(line(serviceName(s), func(c string) float64 { return b.usd[[2]string{s, c}] }, b.service[s])...)
	}
	t.total = line("all", func(c string) float64 { return b.cause[c] }, b.total)
	t.notes = billNotes(r)
	return t
}

// billNotes gives the totals: of a run, of a month, of a thousand tasks.
func billNotes(r *plan.Result) []string {
	c := r.Cost
	line := money().estimate(c.Total) + " a replication, " + money().estimate(c.Monthly) + " a month, " +
		money().estimate(c.PerThousandCompleted) + " per thousand completed tasks"
	if c.Book != "" {
		line += "; prices: " + plain(c.Book)
	}
	var n notes
	n.write(money(), c.Total, "total")
	n.write(money(), c.Monthly, "month")
	n.write(money(), c.PerThousandCompleted, "per thousand")
	return append([]string{line}, n.lines()...)
}

// itemTable lists every line of the bill, the dearest first.
func itemTable(r *plan.Result) *table {
	t := &table{head: []string{"service", "item", "cause", "quantity", "price", "USD"}, align: "lllrrr"}
	items := slices.Clone(r.Cost.Items)
	sort.SliceStable(items, func(i, k int) bool { return val(items[i].USD) > val(items[k].USD) })
	for _, i := range items {
		if i.Quantity.Value != nil && *i.Quantity.Value == 0 {
			continue
		}
		t.add(serviceName(i.Service), plain(i.Item), causeName(i.Cause), count().estimate(i.Quantity), unitPrice(i.UnitUSD), money().estimate(i.USD))
	}
	return t
}

// unitPrice writes the price of one unit, of a million or more where it is
// tiny.
func unitPrice(usd float64) string {
	switch {
	case usd == 0 || usd >= 1e-3:
		return money().exact(usd)
	case usd >= 1e-9:
		return money().value(usd*1e6) + " per million"
	}
	return money().value(usd*1e9) + " per billion"
}
