package selftest

// How says in what way a reference case is covered.
type How string

// A case that is not applicable is about a procedure that the program does not
// use; one that is not expressible is about a system that it cannot build yet.
const (
	Scenario       How = "scenario"
	Test           How = "unit test"
	NotApplicable  How = "not applicable"
	NotExpressible How = "not expressible yet"
)

// Case is one reference case and where it is checked.
type Case struct {
	ID    string `json:"id"`
	How   How    `json:"how"`
	Where string `json:"where,omitempty"` // the package of the test, a slash, and its name
	Why   string `json:"why,omitempty"`
}

// Coverage lists the reference cases that are not scenarios.
func elsewhere() []Case { return nil }
