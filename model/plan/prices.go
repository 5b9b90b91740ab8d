package plan

import (
	"time"

	"penstock/model"
	"penstock/model/price"
)

// CheckPrices reports which price a scenario may need that the book does not
// know, before anything is run.
func CheckPrices(cfg *model.Config, book *price.Book) error {
	u := usable(cfg)
	_, err := book.Bill(&u, price.Options{Horizon: time.Hour, Architecture: cfg.Worker.Architecture})
	return err
}

// usable returns one unit of everything that a scenario may be billed for.
func usable(cfg *model.Config) model.Usage {
	meters := []model.Meter{model.SQSSend, model.SQSReceive, model.SQSDelete, model.SQSAttributes, model.SQSVisibility,
		model.StatesTransitions, model.LogBytes}
	if cfg.Worker.Driver == model.DriverPoller {
		meters = append(meters, model.FargateCPU, model.FargateMemory)
	} else {
		meters = append(meters, model.LambdaRequests, model.LambdaDuration, model.LambdaInit)
		if cfg.Worker.ProvisionedConcurrency > 0 {
			meters = append(meters, model.LambdaProvisioned, model.LambdaProvisionedDuration)
		}
		for i := range cfg.Classes {
			if cfg.Classes[i].Mapping.ProvisionedPollers.Max > 0 {
				meters = append(meters, model.MappingPollers)
				break
			}
		}
	}
	var u model.Usage
	for _, m := range meters {
		u.Add(m, model.CauseWork, 1)
	}
	return u
}
