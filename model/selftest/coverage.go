package selftest

import "strings"

// How says in what way a reference case is covered.
type How string

// A case that is not applicable is about a procedure that the program does not
// use.
const (
	Scenario      How = "scenario"
	Test          How = "unit test"
	NotApplicable How = "not applicable"
)

// Case is a reference case that no scenario runs, and where it is checked.
type Case struct {
	ID    string `json:"id"`
	How   How    `json:"how"`
	Where string `json:"where,omitempty"` // folder of the test, a colon, its name, and the subtest where there is one
	Why   string `json:"why,omitempty"`
}

// Cases is how many reference cases there are, in all.
const Cases = 117

// elsewhere lists the reference cases that are not scenarios. The scenarios are
// named after their cases: MM1-01-timeout is a part of MM1-01.
func elsewhere() []Case {
	timeline := func(id, name string) Case {
		return Case{ID: id, How: Test, Where: "model:TestTimelines/" + strings.ReplaceAll(name, " ", "-")}
	}
	test := func(id, where string) Case { return Case{ID: id, How: Test, Where: where} }
	never := func(id, why string) Case { return Case{ID: id, How: NotApplicable, Why: why} }
	return []Case{
		timeline("DET-01", "one slot serves the highest class first"),
		timeline("DET-03", "yields twice and then runs"),
		timeline("DET-05", "goes ahead at the third receive"),
		timeline("DET-07", "yields its way into the dead-letter queue"),
		timeline("DET-09", "visibility shorter than the work runs it twice"),
		timeline("DET-11", "reserved concurrency alone burns receives"),
		timeline("DET-13", "a heartbeat is missed in the queue"),
		timeline("DET-15", "retries queue up behind their own leftovers"),
		timeline("DET-17", "a fixed window refuses the fourth call"),
		timeline("DET-19", "three calls share the power of two"),
		test("DET-21", "model:TestTimelineOfColdStarts"),
		timeline("DET-24", "endless yielding ends at the retention period"),
		timeline("DET-25", "low overtakes a hidden message of the middle class"),
		test("COST-01", "model/price:TestReferenceCosts"), test("COST-03", "model/price:TestReferenceCosts"),
		test("COST-05", "model/price:TestReferenceCosts"), test("COST-07", "model/price:TestReferenceCosts"),
		test("COST-09", "model/price:TestReferenceCosts"), test("COST-11", "model/price:TestReferenceCosts"),
		test("COST-13", "model/price:TestReferenceCosts"),
		test("ST-01", "model/plan:TestIntervalReference"),
		test("ST-03", "model/plan:TestBatchMeansReference"),
		test("ST-05", "model/plan:TestMSER5Reference"),
		test("ST-07", "model/plan:TestMedianRanksReference"),
		never("ST-09", "order statistics carry medians over replications, which ST-07 is about, and no other quantile"),
		test("ST-11", "model/plan:TestPairsReference"),
		test("ST-13", "model/plan:TestSelectionReference"),
		never("ST-15", "the best of several is selected by KN, which ST-13 is about, not by OCBA"),
		never("ST-17", "the best of several is selected by KN, which ST-13 is about, not by Rinott's procedure"),
		never("ST-19", "no run length is planned from a variance that theory knows"),
		test("DIST-01", "model:TestLaws"), test("DIST-03", "model:TestLaws"), test("DIST-05", "model:TestLaws"),
		test("DIST-07", "model:TestLaws"), test("DIST-09", "model:TestLaws"),
		never("RNG-01", "SplitMix64 is not used; the generator that is has known answers in sim"),
		never("RNG-03", "MRG32k3a is not used; the generator that is has known answers in sim"),
		test("COV-01", "model/plan:TestCoverageOfReplications"),
		test("COV-02", "model/plan:TestCoverageOfDeletion"),
		test("COV-05", "model/plan:TestCoverageOfQuantiles"),
		{ID: "REL-01", How: Scenario, Where: "PRI-01", Why: "a polling service without yields is the strict priority of PRI-01 and PRI-03"},
		test("REL-07", "model:TestTimeScaling"),
		test("REL-09", "model/selftest:TestFlowIdentities"),
	}
}
