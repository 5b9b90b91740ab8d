package rules

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"penstock/model"
	"penstock/scenarios"
)

// root is the module's folder, seen from here.
const root = "../.."

// least is the number of rules that the table has at the least.
const least = 80

// marked reads all test files and returns, for each test, as "folder.Name", the
// rules that its comment says it pins: "Rule: SQS-07, SQS-08".
func marked(t *testing.T) map[string][]string {
	t.Helper()
	tests := map[string][]string{}
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && (d.Name() == "testdata" || path != root && strings.HasPrefix(d.Name(), ".")) {
			return fs.SkipDir
		}
		if !strings.HasSuffix(path, "_test.go") {
			return nil
		}
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.ParseComments)
		if err != nil {
			return err
		}
		dir, err := filepath.Rel(root, filepath.Dir(path))
		for _, decl := range file.Decls {
			if f, ok := decl.(*ast.FuncDecl); ok && f.Recv == nil && strings.HasPrefix(f.Name.Name, "Test") {
				tests[filepath.ToSlash(dir)+"."+f.Name.Name] = pinned(f.Doc.Text())
			}
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return tests
}

// pinned reads the markers of a comment.
func pinned(comment string) []string {
	var ids []string
	for line := range strings.Lines(comment) {
		if list, ok := strings.CutPrefix(strings.TrimSpace(line), "Rule: "); ok {
			ids = append(ids, strings.Split(list, ", ")...)
		}
	}
	return ids
}

// unpinned says where table and tests do not agree: a row whose test does not
// exist or lacks the marker, a marker without a row that names the test.
func unpinned(all []Rule, tests map[string][]string) []string {
	var wrong []string
	named := map[string]bool{}
	for _, r := range all {
		if len(r.Tests) == 0 {
			wrong = append(wrong, r.ID+" has no test")
		}
		for _, test := range r.Tests {
			ids, exists := tests[test]
			switch {
			case !exists:
				wrong = append(wrong, r.ID+" names "+test+", which does not exist")
			case !slices.Contains(ids, r.ID):
				wrong = append(wrong, r.ID+" names "+test+", whose comment lacks the marker")
			}
			named[r.ID+" "+test] = true
		}
	}
	for test, ids := range tests {
		for _, id := range ids {
			if !named[id+" "+test] {
				wrong = append(wrong, test+" is marked with "+id+", whose row does not name it")
			}
		}
	}
	slices.Sort(wrong)
	return wrong
}

// TestEveryRuleIsPinned holds the table against the markers of all tests.
func TestEveryRuleIsPinned(t *testing.T) {
	tests := marked(t)
	if len(tests) < 200 {
		t.Fatalf("found only %d tests", len(tests))
	}
	for _, w := range unpinned(All(), tests) {
		t.Error(w)
	}
	if n := len(All()); n < least {
		t.Errorf("%d rules, fewer than %d", n, least)
	}
}

// TestUnpinned shows that the check above sees each kind of disagreement.
func TestUnpinned(t *testing.T) {
	row := func(id string, tests ...string) Rule { return Rule{ID: id, Tests: tests} }
	for _, c := range []struct {
		rows  []Rule
		tests map[string][]string
		want  string
	}{
		{[]Rule{row("A-1", "x.TestY")}, map[string][]string{"x.TestY": {"A-1"}}, ""},
		{[]Rule{row("A-1")}, nil, "A-1 has no test"},
		{[]Rule{row("A-1", "x.TestY")}, nil, "A-1 names x.TestY, which does not exist"},
		{[]Rule{row("A-1", "x.TestY")}, map[string][]string{"x.TestY": nil}, "A-1 names x.TestY, whose comment lacks the marker"},
		{nil, map[string][]string{"x.TestY": {"A-1"}}, "x.TestY is marked with A-1, whose row does not name it"},
		{[]Rule{row("A-1", "x.TestZ")}, map[string][]string{"x.TestY": {"A-1"}, "x.TestZ": {"A-1"}}, "x.TestY is marked with A-1, whose row does not name it"},
	} {
		if got := strings.Join(unpinned(c.rows, c.tests), "; "); got != c.want {
			t.Errorf("got %q, want %q", got, c.want)
		}
	}
	if got := pinned("TestX does y.\n\nRule: A-1, A-2\nRule: A-3\n"); !slices.Equal(got, []string{"A-1", "A-2", "A-3"}) {
		t.Errorf("markers %v", got)
	}
}

// TestRows: numbers in order and each once, a sentence, a known grade, a
// source, and open rules alone have a setting.
func TestRows(t *testing.T) {
	number := regexp.MustCompile(`^[A-Z]+-[0-9][0-9]$`)
	var order []string
	for _, s := range Services() {
		for _, r := range All() {
			if s.Of(&r) {
				order = append(order, r.ID)
			}
		}
	}
	var ids []string
	for _, r := range All() {
		ids = append(ids, r.ID)
		known := slices.ContainsFunc(Grades(), func(g Grade) bool { return g.Letter == r.Grade })
		if !number.MatchString(r.ID) || !known || !strings.HasSuffix(r.Rule, ".") || r.Source == "" {
			t.Errorf("%+v", r)
		}
		if (r.Switch != "" || r.Key != "") && !r.Open() || r.Switch != "" && r.Key != "" {
			t.Errorf("%s: grade %s with switch %q and key %q", r.ID, r.Grade, r.Switch, r.Key)
		}
		if _, ok := scenarios.Explain(r.Key); r.Key != "" && !ok {
			t.Errorf("%s: no key %q", r.ID, r.Key)
		}
	}
	if !slices.Equal(ids, order) || !slices.IsSortedFunc(ids, func(a, b string) int {
		if a[:strings.Index(a, "-")] != b[:strings.Index(b, "-")] {
			return 0
		}
		return strings.Compare(a, b)
	}) {
		t.Errorf("out of order: %v", ids)
	}
	if slices.Sort(ids); len(slices.Compact(ids)) != len(All()) {
		t.Error("a number is taken twice")
	}
	for _, l := range NotBuilt() {
		if l.Rule == "" || l.Reason == "" {
			t.Errorf("%+v", l)
		}
	}
}

// TestEveryAssumptionHasARow: what a run can touch is the open rules of the
// table, each once, by its switch or its number; and no row names a switch that
// a scenario does not have.
func TestEveryAssumptionHasARow(t *testing.T) {
	var open []string
	for _, r := range All() {
		switch {
		case r.Switch != "":
			open = append(open, r.Switch)
			key := r.Switch
			if !strings.HasPrefix(key, "timing.") {
				key = "assumptions." + key
			}
			if _, ok := scenarios.Explain(key); !ok {
				t.Errorf("%s: a scenario has no %s", r.ID, key)
			}
		case r.Open():
			open = append(open, r.ID)
		}
	}
	touchable := slices.Sorted(slices.Values(model.Touchable()))
	if slices.Sort(open); !slices.Equal(open, touchable) {
		t.Errorf("open rules\n%v\nwhat a run can touch\n%v", open, touchable)
	}
	for _, name := range touchable {
		if _, ok := Named(name); !ok {
			t.Errorf("no rule %s", name)
		}
	}
	if r, ok := Named("SQS-01-"); ok {
		t.Errorf("found %+v", r)
	}
}
