package scenarios

import "penstock/model"

// Lint returns warnings.
func Lint(c model.Config) []model.Problem { return nil }
