package plan

import (
	"penstock/model"
	"penstock/model/price"
	"penstock/model/theory"
)

// CostFloor returns what a replication of a scenario costs at least, in USD and
// without a simulation, if it keeps its objectives: the tasks' transitions,
// sends and calls, and what is kept ready. It is 0 where nothing is known. The
// error names prices that the book lacks.
func CostFloor(cfg *model.Config, book *price.Book) (float64, error) {
	u, span, ok := theory.LeastUsage(cfg)
	if !ok {
		return 0, nil
	}
	bill, err := book.Bill(&u, price.Options{FreeTier: cfg.Prices.FreeTier, Horizon: span, Architecture: cfg.Worker.Architecture})
	if err != nil {
		return 0, err
	}
	return round9(bill.Total), nil
}
