package selftest

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"penstock/scenarios"
)

// TestCoverage: every reference case is a scenario or stands in the table, none
// twice, and every test that the table names is there.
func TestCoverage(t *testing.T) {
	where := map[string]How{}
	for _, name := range scenarios.References() {
		parts := strings.Split(name, "-") // MM1-01-timeout belongs to MM1-01
		where[parts[0]+"-"+parts[1]] = Scenario
	}
	ran := len(where)
	for _, c := range elsewhere() {
		if how, twice := where[c.ID]; twice {
			t.Errorf("%s is a %s already", c.ID, how)
		}
		where[c.ID] = c.How
		if c.How == Test {
			checkTest(t, c)
		} else if c.Why == "" {
			t.Errorf("%s is %s without a reason", c.ID, c.How)
		}
	}
	if len(where) != Cases {
		t.Errorf("%d cases, %d of them scenarios; there are %d", len(where), ran, Cases)
	}
}

// checkTest looks for a test in the files of its folder, and for its subtest.
func checkTest(t *testing.T, c Case) {
	room, test, _ := strings.Cut(c.Where, ":")
	test, sub, _ := strings.Cut(test, "/")
	files, err := filepath.Glob(filepath.Join("..", "..", room, "*_test.go"))
	if err != nil {
		t.Fatal(err)
	}
	found, subFound := false, sub == ""
	for _, f := range files {
		text, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		found = found || strings.Contains(string(text), "\nfunc "+test+"(t *testing.T) {")
		subFound = subFound || strings.Contains(strings.ReplaceAll(string(text), " ", "-"), `"`+sub+`"`)
	}
	if !found || !subFound {
		t.Errorf("%s: there is no test %s", c.ID, c.Where)
	}
}
