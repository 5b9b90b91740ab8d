// Package penstock holds the rules of the house: who may import whom, what the
// simulated world must not touch, and how long a file may grow. They are data
// in a test. Changing a line of the table is a design decision, not a way to
// make a build pass.
package penstock

import (
	"bufio"
	"go/ast"
	"go/parser"
	"go/scanner"
	"go/token"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// rooms is the import table: for each folder what its code, tests apart, may
// import besides the standard library.
var rooms = map[string][]string{
	"sim":          {},
	"model/policy": {},
	"model":        {"penstock/sim", "penstock/model/policy", "github.com/HdrHistogram/hdrhistogram-go"},
	"model/price":  {"penstock/model"},
	"model/rules":  {},
	// What is known without a simulation must not rest on one: theory sees the
	// scenario, and neither runs nor results. The incomplete gamma function is
	// gonum's.
	"model/theory": {"penstock/model", "penstock/model/policy", "gonum.org/v1/gonum/mathext"},
	"model/plan": {"penstock/model", "penstock/model/policy", "penstock/model/price", "penstock/model/rules", "penstock/model/theory",
		"gonum.org/v1/gonum/stat/distuv"},
	// The loader reports every problem with its line and column, which the
	// parser of this library gives for each key and value.
	"scenarios": {"penstock/model", "penstock/model/policy", "github.com/pelletier/go-toml/v2", "github.com/pelletier/go-toml/v2/unstable"},
	"report": {"penstock/model", "penstock/model/price", "penstock/model/plan", "penstock/model/rules", "penstock/model/theory",
		"gonum.org/v1/plot/", "github.com/jedib0t/go-pretty/v6/"},
	"model/selftest": {"penstock/model", "penstock/model/plan", "penstock/model/price", "penstock/scenarios"},
	// Chaos makes scenario files, and so reads and writes TOML trees.
	"model/chaos": {"penstock/model", "penstock/model/policy", "penstock/model/plan", "penstock/scenarios", "github.com/pelletier/go-toml/v2"},
	// What a real worker calls in a test is the entity of the simulator, by HTTP.
	"legacy": {"penstock/model", "penstock/model/policy"},
	// What is written for a deployment needs what was simulated.
	"deploy": {"penstock/model", "penstock/model/policy", "penstock/model/plan", "penstock/scenarios"},
	// The driver sees AWS by interfaces only, so that it runs on a virtual clock.
	// Its limit on legacy calls is the Go project's rate limiter.
	"worker":         {"penstock/model/policy", "penstock/worker/journal", "golang.org/x/time/rate"},
	"worker/journal": {"penstock/model/policy"},
	// What speaks to SQS and Step Functions.
	"worker/aws": {"penstock/worker", "penstock/model/policy", "github.com/aws/aws-sdk-go-v2/", "github.com/aws/smithy-go/"},
	// Tests hold the worker and the fake to AWS; no room may import the two.
	"worker/fake":        {},
	"worker/conformance": {},
	"worker/metrics":     {"penstock/worker", "go.opentelemetry.io/otel/"},
	// What is deployed: it reads scenarios, and neither runs nor reports them.
	"cmd/worker": {"penstock/model", "penstock/model/policy", "penstock/scenarios", "penstock/worker", "penstock/worker/aws", "penstock/worker/metrics",
		"github.com/aws/aws-lambda-go/"},
	"cmd/penstock": {"penstock/model", "penstock/model/policy", "penstock/model/price", "penstock/model/plan", "penstock/model/rules",
		"penstock/model/selftest", "penstock/model/theory", "penstock/model/chaos",
		"penstock/scenarios", "penstock/report", "penstock/legacy", "penstock/deploy", "penstock/worker/journal",
		"github.com/alecthomas/kong", "github.com/schollz/progressbar/v3", "golang.org/x/term"},
}

// pure rooms repeat to the bit: no clock, no outside world, no concurrency, no
// order that Go leaves open.
var pure = []string{"sim", "model/policy", "model"}

// banned says what a pure room must not use, and what to use instead.
var banned = map[string]string{
	"time.Now": "take now as an argument", "time.Since": "take now as an argument", "time.Until": "take now as an argument",
	"time.Sleep": "schedule an event", "time.After": "schedule an event", "time.AfterFunc": "schedule an event",
	"time.NewTimer": "schedule an event", "time.NewTicker": "schedule an event", "time.Tick": "schedule an event",
	"rand.Int": "draw from a sim.Stream", "rand.IntN": "draw from a sim.Stream", "rand.N": "draw from a sim.Stream",
	"rand.Float64": "draw from a sim.Stream", "rand.ExpFloat64": "draw from a sim.Stream",
	"rand.NormFloat64": "draw from a sim.Stream", "rand.Uint64": "draw from a sim.Stream",
	"rand.Perm": "draw from a sim.Stream", "rand.Shuffle": "draw from a sim.Stream",
}

var bannedImports = []string{"os", "net", "net/http", "sync", "sync/atomic", "crypto/rand", "math/rand", "io/fs", "context", "runtime"}

// topLevel is everything that may stand beside the rooms.
var topLevel = []string{"go.mod", "go.sum", "README.md", "LICENSE", "CONTRIBUTING.md", "CHANGELOG.md", "tidy_test.go",
	"sim", "model", "scenarios", "report", "worker", "legacy", "deploy", "cmd"}

const (
	longestFile     = 500 // lines
	longestFunction = 70  // lines
	largestEngine   = 600 // lines of code of sim/, tests, comments and blank lines apart
)

// source is one parsed file of the project.
type source struct {
	path, room string
	set        *token.FileSet
	file       *ast.File
	lines      int
	test       bool
}

func sources(t *testing.T) []source {
	t.Helper()
	var all []source
	err := filepath.WalkDir(".", func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && (d.Name() == "testdata" || path != "." && strings.HasPrefix(d.Name(), ".")) {
			return fs.SkipDir
		}
		if d.IsDir() || !strings.HasSuffix(path, ".go") {
			return nil
		}
		set := token.NewFileSet()
		file, err := parser.ParseFile(set, path, nil, parser.ParseComments)
		if err != nil {
			return err
		}
		all = append(all, source{filepath.ToSlash(path), filepath.ToSlash(filepath.Dir(path)), set, file,
			set.File(file.Pos()).LineCount(), strings.HasSuffix(path, "_test.go")})
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(all) < 50 {
		t.Fatalf("found only %d files: run the test from the root of the module", len(all))
	}
	return all
}

// code counts the lines of a file that hold a token of the program.
func (s *source) code(t *testing.T) int {
	t.Helper()
	text, err := os.ReadFile(s.path)
	if err != nil {
		t.Fatal(err)
	}
	var in scanner.Scanner
	set := token.NewFileSet()
	file := set.AddFile(s.path, -1, len(text))
	in.Init(file, text, nil, 0)
	seen := make(map[int]bool)
	for pos, tok, lit := in.Scan(); tok != token.EOF; pos, tok, lit = in.Scan() {
		if tok != token.SEMICOLON || lit != "\n" {
			seen[file.Line(pos)] = true
		}
	}
	return len(seen)
}

func TestImportsFollowTheTable(t *testing.T) {
	for _, s := range sources(t) {
		if s.test || s.room == "." {
			continue
		}
		allowed, known := rooms[s.room]
		if !known {
			t.Errorf("%s: %s is no room of the house; add it to the table or move the file", s.path, s.room)
			continue
		}
		for _, imp := range s.file.Imports {
			path, _ := strconv.Unquote(imp.Path.Value)
			outside := strings.Contains(strings.Split(path, "/")[0], ".") || strings.HasPrefix(path, "penstock/")
			if outside && !slices.ContainsFunc(allowed, func(a string) bool {
				return path == a || strings.HasSuffix(a, "/") && strings.HasPrefix(path+"/", a)
			}) {
				t.Errorf("%s: %s may not import %s", s.path, s.room, path)
			}
		}
	}
}

// What is there for tests must not be linked into what runs.
func TestOnlyTestsUseTheFake(t *testing.T) {
	for _, s := range sources(t) {
		if s.test || strings.HasPrefix(s.room, "worker/fake") {
			continue
		}
		for _, imp := range s.file.Imports {
			if path, _ := strconv.Unquote(imp.Path.Value); path == "penstock/worker/fake" || path == "testing" {
				t.Errorf("%s: only tests may import %s", s.path, path)
			}
		}
	}
}

func TestPureRooms(t *testing.T) {
	for _, s := range sources(t) {
		if s.test || !slices.Contains(pure, s.room) {
			continue
		}
		for _, imp := range s.file.Imports {
			if path, _ := strconv.Unquote(imp.Path.Value); slices.Contains(bannedImports, path) {
				t.Errorf("%s: a pure room may not import %s", s.path, path)
			}
		}
		ast.Inspect(s.file, func(n ast.Node) bool {
			if what := impurity(n); what != "" {
				t.Errorf("%s: %s", s.set.Position(n.Pos()), what)
			}
			return true
		})
	}
}

// impurity says what is wrong with a node in a pure room, if anything is.
func impurity(n ast.Node) string {
	switch n := n.(type) {
	case *ast.GoStmt, *ast.SelectStmt, *ast.SendStmt, *ast.ChanType:
		return "no goroutines and channels here: runs are spread over cores by model/plan"
	case *ast.MapType:
		return "no map here: its order is open; use a slice"
	case *ast.SelectorExpr:
		if x, ok := n.X.(*ast.Ident); ok {
			if instead, bad := banned[x.Name+"."+n.Sel.Name]; bad {
				return x.Name + "." + n.Sel.Name + ": " + instead
			}
		}
	}
	return ""
}

// unlinked lists what must not come into a binary that runs in production, as
// prefixes of import paths: drawing, writing deployments, planning, and the fakes
// that only tests talk to.
var unlinked = map[string][]string{
	"cmd/worker": {"penstock/deploy", "penstock/report", "penstock/worker/fake", "penstock/worker/conformance", "gonum.org/v1/plot"},
}

func TestUnlinked(t *testing.T) {
	for room, bad := range unlinked {
		if _, err := os.Stat(room); err != nil {
			continue // not built yet
		}
		deps, err := exec.Command("go", "list", "-deps", "./"+room).Output()
		if err != nil {
			t.Fatalf("%s: %v", room, err)
		}
		for dep := range strings.FieldsSeq(string(deps)) {
			for _, prefix := range bad {
				if dep == prefix || strings.HasPrefix(dep, prefix+"/") {
					t.Errorf("%s links %s", room, dep)
				}
			}
		}
	}
}

func TestSizes(t *testing.T) {
	engine := 0
	for _, s := range sources(t) {
		if s.lines > longestFile {
			t.Errorf("%s: %d lines, at most %d: split it by concept", s.path, s.lines, longestFile)
		}
		if s.room == "sim" && !s.test {
			engine += s.code(t)
		}
		for _, d := range s.file.Decls {
			f, ok := d.(*ast.FuncDecl)
			if !ok || s.test {
				continue
			}
			if n := s.set.Position(f.End()).Line - s.set.Position(f.Pos()).Line + 1; n > longestFunction {
				t.Errorf("%s: %s has %d lines, at most %d", s.path, f.Name.Name, n, longestFunction)
			}
		}
	}
	if engine > largestEngine {
		t.Errorf("sim has %d lines, at most %d", engine, largestEngine)
	}
}

func TestExportedNamesAreDocumented(t *testing.T) {
	for _, s := range sources(t) {
		if s.test || strings.HasPrefix(s.room, "cmd/") {
			continue
		}
		for _, d := range s.file.Decls {
			if name := undocumented(d); name != "" {
				t.Errorf("%s: %s has no comment", s.set.Position(d.Pos()), name)
			}
		}
	}
}

// undocumented returns the first exported name of a declaration that has no
// comment, its own or its group's.
func undocumented(d ast.Decl) string {
	switch d := d.(type) {
	case *ast.FuncDecl:
		if d.Name.IsExported() && d.Doc == nil && exportedReceiver(d) {
			return d.Name.Name
		}
	case *ast.GenDecl:
		for _, spec := range d.Specs {
			switch spec := spec.(type) {
			case *ast.TypeSpec:
				if spec.Name.IsExported() && d.Doc == nil && spec.Doc == nil {
					return spec.Name.Name
				}
			case *ast.ValueSpec:
				if spec.Names[0].IsExported() && d.Doc == nil && spec.Doc == nil && spec.Comment == nil {
					return spec.Names[0].Name
				}
			}
		}
	}
	return ""
}

// exportedReceiver reports whether a function is seen from outside: it has no
// receiver, or one of an exported type.
func exportedReceiver(f *ast.FuncDecl) bool {
	if f.Recv == nil {
		return true
	}
	t := f.Recv.List[0].Type
	if p, ok := t.(*ast.StarExpr); ok {
		t = p.X
	}
	if g, ok := t.(*ast.IndexExpr); ok {
		t = g.X
	}
	id, ok := t.(*ast.Ident)
	return ok && id.IsExported()
}

func TestTopLevel(t *testing.T) {
	entries, err := os.ReadDir(".")
	if err != nil {
		t.Fatal(err)
	}
	ignored := gitignored(t)
	for _, e := range entries {
		if !strings.HasPrefix(e.Name(), ".") && !slices.Contains(topLevel, e.Name()) && !slices.Contains(ignored, e.Name()) {
			t.Errorf("%s does not belong at the top level", e.Name())
		}
	}
}

// gitignored lists the names at the top level that the repository ignores.
func gitignored(t *testing.T) []string {
	t.Helper()
	f, err := os.Open(".gitignore")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	var names []string
	for in := bufio.NewScanner(f); in.Scan(); {
		names = append(names, strings.Trim(in.Text(), "/"))
	}
	return names
}
