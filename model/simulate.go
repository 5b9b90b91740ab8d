package model

// Simulate runs one replication of the scenario. The Config must have passed
// Validate. The same Config, replication and warm-up give the same Run on any
// machine. The second result is false if opt.Cancelled stopped the run.
func Simulate(cfg *Config, opt Options) (Run, bool) {
	return Run{Replication: opt.Replication}, true
}
