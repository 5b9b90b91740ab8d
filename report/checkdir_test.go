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
