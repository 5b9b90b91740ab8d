package report

import (
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
)

// The shards of a sweep begin at once, with one folder that is not there yet.
func TestCheckDirBesideOthers(t *testing.T) {
	for range 200 {
		dir := filepath.Join(t.TempDir(), "a", "b")
		var group sync.WaitGroup
		for range 4 {
			group.Go(func() {
				if err := CheckDir(dir); err != nil {
					t.Error(err)
				}
				if err := os.MkdirAll(dir, 0o755); err != nil {
					t.Error(err)
				}
			})
		}
		group.Wait()
		if list, err := os.ReadDir(dir); err != nil || len(list) > 0 {
			t.Fatalf("left in the folder: %v, %v", list, err)
		}
	}
}

func TestCheckDirLeavesNothingBehind(t *testing.T) {
	root := t.TempDir()
	if err := CheckDir(filepath.Join(root, "a", "b")); err != nil {
		t.Fatal(err)
	}
	if list, _ := os.ReadDir(root); len(list) > 0 {
		t.Errorf("left behind: %v", list)
	}
}

func TestCheckDirRefuses(t *testing.T) {
	root := t.TempDir()
	file, link := filepath.Join(root, "file"), filepath.Join(root, "link")
	if err := os.WriteFile(file, nil, 0o644); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(filepath.Join(root, "nothing"), link); err != nil {
		t.Fatal(err)
	}
	for dir, why := range map[string]string{
		file: file + " is a file", filepath.Join(file, "under"): "not a directory",
		link: link + " is a link to nothing", filepath.Join(link, "under"): link + " is a link to nothing",
		filepath.Join(root, strings.Repeat("n", 300)): "file name too long",
	} {
		if err := CheckDir(dir); err == nil || err.Error() != "cannot write report to "+dir+": "+why {
			t.Errorf("%s: %v", dir, err)
		}
	}
}

// What the scenario is read from keeps its place, whatever it is called and
// however it is reached; anything else may be replaced.
func TestCheckDirSparesInputs(t *testing.T) {
	root := t.TempDir()
	dir := filepath.Join(root, "dir")
	if err := os.Mkdir(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"cost.csv", "loads.csv", "shape.png"} {
		if err := os.WriteFile(filepath.Join(dir, name), nil, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	link := filepath.Join(root, "link")
	if err := os.Symlink(dir, link); err != nil {
		t.Fatal(err)
	}
	for _, input := range []string{"cost.csv", "shape.png"} {
		for _, way := range []string{dir, link} {
			err := CheckDir(dir, filepath.Join(root, "away"), filepath.Join(way, input))
			if err == nil || !strings.Contains(err.Error(), "reads, "+input+" there") {
				t.Errorf("%s: %v", filepath.Join(way, input), err)
			}
		}
	}
	if err := CheckDir(dir, filepath.Join(dir, "loads.csv"), filepath.Join(root, "away")); err != nil {
		t.Error(err)
	}
	if err := CheckDir(filepath.Join(root, "new"), filepath.Join(dir, "cost.csv")); err != nil {
		t.Error(err)
	}
}
