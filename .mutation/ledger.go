package main

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// ledgerPath is the list of files that are through: a file a line, with its
// hash, its killed mutants and all of them, between tabs.
const ledgerPath = ".mutation/done.tsv"

// entry is what the ledger says of a file.
type entry struct {
	hash        string
	killed, all int
}

func readLedger() map[string]entry {
	ledger := make(map[string]entry)
	text, err := os.ReadFile(ledgerPath)
	if err != nil && !os.IsNotExist(err) {
		fail(err)
	}
	for line := range strings.Lines(string(text)) {
		var name string
		var e entry
		if _, err := fmt.Sscan(line, &name, &e.hash, &e.killed, &e.all); err != nil {
			fail(fmt.Errorf("%s: %q: %w", ledgerPath, line, err))
		}
		ledger[name] = e
	}
	return ledger
}

// note writes a file into the ledger.
func note(name string, e entry) error {
	ledger := readLedger()
	ledger[name] = e
	var b strings.Builder
	for _, n := range slices.Sorted(maps.Keys(ledger)) {
		if _, err := os.Stat(n); err == nil { // else it is gone
			fmt.Fprintf(&b, "%s\t%s\t%d\t%d\n", n, ledger[n].hash, ledger[n].killed, ledger[n].all)
		}
	}
	part := ledgerPath + ".part"
	if err := os.WriteFile(part, []byte(b.String()), 0o644); err != nil {
		return err
	}
	return os.Rename(part, ledgerPath)
}

// files returns the files of a package, tests apart.
func files(pkg string) []string {
	all, err := filepath.Glob(pkg + "/*.go")
	if err != nil || len(all) == 0 {
		fail(pkg + ": no Go files there")
	}
	return slices.DeleteFunc(all, func(f string) bool { return strings.HasSuffix(f, "_test.go") })
}

func hash(path string) string {
	text, err := os.ReadFile(path)
	if err != nil {
		fail(err)
	}
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:8])
}

func score(what string, e entry) string {
	if e.all == 0 {
		return what + ": no mutants"
	}
	return fmt.Sprintf("%s: %.1f %% of %d mutants killed, %d survived", what, 100*float64(e.killed)/float64(e.all), e.all, e.all-e.killed)
}

// stale returns the entries of a package's list whose file, function or line is
// no longer there. A list is held against the mutants of a file only when that
// file is tried, so that nobody would ask about them.
func stale(pkg string) []string {
	entries, err := readList(".mutation/" + strings.ReplaceAll(pkg, "/", "-") + ".txt")
	if err != nil {
		fail(err)
	}
	sources := make(map[string]*source)
	for _, f := range files(pkg) {
		src, err := readSource(f)
		if err != nil {
			fail(err)
		}
		sources[src.name] = src
	}
	return slices.DeleteFunc(entries, func(entry string) bool {
		mutant, line, _ := strings.Cut(entry, ": ")
		at := strings.Fields(mutant)
		if len(at) != 3 {
			return false
		}
		src := sources[at[0]]
		return src != nil && src.has(at[1], line)
	})
}

// total prints the score of a package and reports whether it is enough.
func total(pkg string) bool {
	ledger := readLedger()
	var sum entry
	ok := true
	for _, f := range files(pkg) {
		e, there := ledger[f]
		if !there || e.hash != hash(f) {
			ok = false
			fmt.Println(f + " has not been tried as it is now")
			continue
		}
		sum.killed += e.killed
		sum.all += e.all
	}
	fmt.Println(score(pkg, sum))
	for _, entry := range stale(pkg) {
		ok = false
		fmt.Println("explained, but no longer there:\n" + entry)
	}
	return ok && 100*sum.killed >= leastScore*sum.all
}
