package report

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
)

// CheckDir reports whether WriteDir could write into dir, so that a long study
// is not begun in vain, and without taking the place of one of the files in
// spare. It leaves nothing behind. Several programs may check one
// dir at once, as the shards of a sweep do: each tries its luck in the deepest
// folder that is there, so that none makes, or takes away, what another relies
// on.
func CheckDir(dir string, spare ...string) error {
	there, err := deepest(dir)
	if err == nil {
		err = spared(dir, spare)
	}
	if err == nil {
		var temp string
		if temp, err = os.MkdirTemp(there, ".penstock-*"); err == nil {
			err = os.Remove(temp)
		}
	}
	if err != nil {
		return fmt.Errorf("cannot write report to %s: %w", dir, bare(err))
	}
	return nil
}

// spared reports whether one of the files in spare stands in dir by the name of
// a file of a report.
func spared(dir string, spare []string) error {
	for _, s := range spare {
		file, err := os.Stat(s)
		if err != nil {
			continue // it is shipped with the program
		}
		entries, err := os.ReadDir(dir)
		if err != nil {
			return nil // it is not there yet
		}
		for _, e := range entries {
			if !reportFile(e.Name()) {
				continue
			}
			if other, err := os.Stat(filepath.Join(dir, e.Name())); err == nil && os.SameFile(file, other) {
				return fmt.Errorf("the scenario is, or reads, %s there, which a report might replace", e.Name())
			}
		}
	}
	return nil
}

// reportNames are the files that the reports of all commands are made of,
// figures apart.
var reportNames = []string{
	"report.md", "result.json", "classes.csv", "cost.csv", "series.csv", "latency_hist.csv",
	"compare.md", "compare.json", "differences.csv",
	"tune.md", "tune.json", "tried.csv",
	"limit.md", "limit.json", "probes.csv",
	"drain.md", "drain.json", "drain.csv",
	"sweep.md", "points.csv", "metrics.csv", "points.jsonl",
	"vary.md", "vary.json", "changes.csv",
}

// reportFile reports whether a file of a report may have this name.
func reportFile(name string) bool {
	ext := filepath.Ext(name)
	return ext == ".svg" || ext == ".png" || slices.Contains(reportNames, name)
}

// deepest returns dir, or the closest folder above it that is there.
func deepest(dir string) (string, error) {
	for d := filepath.Clean(dir); ; d = filepath.Dir(d) {
		info, err := os.Stat(d)
		if err == nil && !info.IsDir() {
			return "", fmt.Errorf("%s is a file", d)
		}
		if !errors.Is(err, fs.ErrNotExist) {
			return d, err
		}
		switch info, err := os.Lstat(d); {
		case err == nil && info.Mode()&fs.ModeSymlink != 0:
			return "", fmt.Errorf("%s is a link to nothing", d)
		case err == nil: // it has just been made
			return d, nil
		}
		if d == filepath.Dir(d) {
			return "", err
		}
	}
}
