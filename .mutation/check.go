// Check holds the report of a mutation test against the list of survivors that
// have an explanation:
//
//	go run ./.mutation PACKAGE/FILE.go REPORT LIST
//	go run ./.mutation todo PACKAGE
//	go run ./.mutation total PACKAGE
//
// LIST has an entry a line, each with its reason on indented lines below it.
//
// It prints the score and, for each survivor that is not in the list, the entry
// to complete. The exit code is 1 if there is one, or if the list names a mutant
// that did not survive; otherwise the file is noted as done in done.tsv. The
// second form prints the files that are not noted there as they are now; the
// third adds up those that are, with exit code 1 if the score is below the least
// that is accepted, files are missing, or the list of the package has an entry
// whose file, function or line is no longer there.
package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"go/ast"
	"go/parser"
	"go/scanner"
	"go/token"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// leastScore is the smallest accepted percentage of killed mutants.
const leastScore = 85

// report is what gremlins writes.
type report struct {
	Files []struct {
		Name      string     `json:"file_name"`
		Mutations []mutation `json:"mutations"`
	} `json:"files"`
}

type mutation struct {
	Type   string `json:"type"`
	Status string `json:"status"`
	Line   int    `json:"line"`
	Column int    `json:"column"`
}

func main() {
	switch args := os.Args[1:]; {
	case len(args) == 2 && args[0] == "todo":
		for _, f := range files(args[1]) {
			if readLedger()[f].hash != hash(f) {
				fmt.Println(f)
			}
		}
	case len(args) == 2 && args[0] == "total":
		if !total(args[1]) {
			os.Exit(1)
		}
	case len(args) == 3:
		ok, err := check(args[0], args[1], args[2])
		if err != nil {
			fail(err)
		}
		if !ok {
			os.Exit(1)
		}
	default:
		fail("usage: go run ./.mutation PACKAGE/FILE.go REPORT LIST | todo PACKAGE | total PACKAGE")
	}
}

func fail(why any) {
	fmt.Fprintln(os.Stderr, "mutation:", why)
	os.Exit(1)
}

func check(what, reportPath, listPath string) (bool, error) {
	pkg, file := filepath.Split(what)
	text, err := os.ReadFile(reportPath)
	if err != nil {
		return false, err
	}
	var r report
	if err := json.Unmarshal(text, &r); err != nil {
		return false, fmt.Errorf("%s: %w", reportPath, err)
	}
	explained, err := readList(listPath)
	if err != nil {
		return false, err
	}
	explained = slices.DeleteFunc(explained, func(entry string) bool { return !strings.HasPrefix(entry, file+" ") })
	done := entry{hash: hash(what)}
	survivors := make(map[string]string) // entry to where it is
	for _, f := range r.Files {
		path := filepath.Join(pkg, f.Name)
		src, err := readSource(path)
		if err != nil {
			return false, err
		}
		for _, m := range f.Mutations {
			// What is neither killed nor refused by the compiler counts as alive, also
			// what gremlins calls timed out: a test that hangs fails long before that.
			switch m.Status {
			case "NOT VIABLE":
			case "KILLED":
				done.killed++
				done.all++
			default:
				done.all++
				survivors[src.entry(m)] = fmt.Sprintf("%s:%d:%d", path, m.Line, m.Column)
			}
		}
	}
	fmt.Println(score(what, done))
	if !compare(survivors, explained) {
		return false, nil
	}
	return true, note(what, done)
}

// compare prints what is in one of the two and not in the other, and reports
// whether nothing is.
func compare(survivors map[string]string, explained []string) bool {
	ok := true
	for _, entry := range sorted(survivors) {
		if !slices.Contains(explained, entry) {
			ok = false
			fmt.Printf("%s: survived, without an explanation:\n%s\n", survivors[entry], entry)
		}
	}
	for _, entry := range explained {
		if _, survived := survivors[entry]; !survived {
			ok = false
			fmt.Printf("explained, but it did not survive:\n%s\n", entry)
		}
	}
	return ok
}

func sorted(m map[string]string) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.SortFunc(keys, func(a, b string) int { return strings.Compare(m[a]+a, m[b]+b) })
	return keys
}

// readList returns the entries of a list: its lines that are neither indented,
// which are explanations, nor empty nor comments. A missing list is empty.
func readList(path string) ([]string, error) {
	f, err := os.Open(path)
	if os.IsNotExist(err) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	defer f.Close()
	var entries []string
	why := true
	for in := bufio.NewScanner(f); in.Scan(); {
		line := in.Text()
		switch {
		case line == "" || strings.HasPrefix(line, "#"):
		case strings.HasPrefix(line, "\t"):
			why = true
		case !why:
			return nil, fmt.Errorf("%s: no reason above %q", path, line)
		default:
			why = false
			entries = append(entries, line)
		}
	}
	if !why {
		return nil, fmt.Errorf("%s: the last entry has no reason", path)
	}
	return entries, nil
}

// source is a file of the package under test.
type source struct {
	name  string
	lines []string
	set   *token.FileSet
	file  *ast.File
}

func readSource(path string) (*source, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	set := token.NewFileSet()
	file, err := parser.ParseFile(set, path, text, 0)
	if err != nil {
		return nil, err
	}
	return &source{filepath.Base(path), strings.Split(string(text), "\n"), set, file}, nil
}

// entry names a mutant by what stays when the lines around it move: its file,
// function and line, with the changed token in quotes.
func (s *source) entry(m mutation) string {
	line := s.lines[m.Line-1]
	before, after := line[:m.Column-1], line[m.Column-1:]
	n := tokenLength(after)
	return fmt.Sprintf("%s %s %s: %s«%s»%s", s.name, s.function(m.Line), m.Type,
		strings.TrimLeft(before, "\t"), after[:n], after[n:])
}

// has reports whether the function has the line of an entry of the list, which
// is without its indent and with the changed token in quotes.
func (s *source) has(function, line string) bool {
	line = strings.NewReplacer("«", "", "»", "").Replace(line)
	for i, l := range s.lines {
		if strings.TrimLeft(l, "\t") == line && s.function(i+1) == function {
			return true
		}
	}
	return false
}

// function returns the name of the function around a line, or "-".
func (s *source) function(line int) string {
	for _, d := range s.file.Decls {
		if f, ok := d.(*ast.FuncDecl); ok && s.set.Position(f.Pos()).Line <= line && line <= s.set.Position(f.End()).Line {
			return f.Name.Name
		}
	}
	return "-"
}

// tokenLength returns the length of the token that text begins with.
func tokenLength(text string) int {
	var in scanner.Scanner
	set := token.NewFileSet()
	in.Init(set.AddFile("", -1, len(text)), []byte(text), nil, 0)
	_, tok, lit := in.Scan()
	if lit != "" {
		return len(lit)
	}
	return len(tok.String())
}
