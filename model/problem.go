package model

// Problem is one thing that is wrong with a scenario. The loader adds where in
// the file it stands.
type Problem struct {
	Key     string // dotted, with indexes from 0: "class[1].queue.visibility_timeout"
	Message string // what is wrong and what is allowed
	Warning bool   // the scenario can run all the same
}
