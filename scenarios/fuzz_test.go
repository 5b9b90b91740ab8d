package scenarios

import (
	"os"
	"path/filepath"
	"testing"
	"testing/fstest"
)

// FuzzLoad: whatever stands in a file or in --set, loading ends with problems
// or with a configuration that can be linted and hashed. It never panics, and
// a configuration without problems passes Validate a second time.
func FuzzLoad(f *testing.F) {
	for _, pattern := range []string{"*.toml", "testdata/*.toml", "testdata/bad/*.toml", "testdata/warn/*.toml"} {
		paths, err := filepath.Glob(pattern)
		if err != nil || len(paths) == 0 {
			f.Fatal(pattern, err)
		}
		for _, path := range paths {
			data, err := os.ReadFile(path)
			if err != nil {
				f.Fatal(err)
			}
			f.Add(string(data), "class.*.queue.visibility_timeout=2m", "n,time\n1,2026-01-05 08:00:00\n")
		}
	}
	f.Add("horizon = \"1h\"", `legacy.service={ kind = "gamma" }`, "n")
	f.Add("", "class[0].arrivals[0].points[1].at=3d", "\"")
	f.Add("[[class]]\nname=\"A\"", `tune."class.A.payload"=["1B"]`, "n\n1e15\n")
	f.Fuzz(func(t *testing.T, scenario, set, data string) {
		csv := &fstest.MapFile{Data: []byte(data)}
		s := Source{name: "s.toml", fsys: fstest.MapFS{
			"s.toml": {Data: []byte(scenario)}, "data/good.csv": csv, "data/counts.csv": csv,
			"data/times.csv": csv, "data/latency.csv": csv, "t.csv": csv,
		}}
		for _, overrides := range [][]string{nil, {set}} {
			c, problems := s.Check(overrides)
			if len(problems) > maxProblems+1 {
				t.Errorf("%d problems", len(problems))
			}
			for _, p := range problems {
				if len(p.String()) > 4096 {
					t.Errorf("a message of %d bytes: %.200s", len(p.String()), p.String())
				}
			}
			if Failed(problems) {
				continue
			}
			for _, p := range c.Validate() {
				if !p.Warning {
					t.Errorf("loaded, but not valid: %v", p)
				}
			}
		}
	})
}
