package main

import (
	"bytes"
	"context"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

const clusterDir = "../../.cluster/"

// clusterFile reads a file that runs a sweep on a cluster.
func clusterFile(t *testing.T, name string) string {
	t.Helper()
	text, err := os.ReadFile(clusterDir + name)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// sweepScenario is a small scenario on the disk.
func sweepScenario(t *testing.T, horizon string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "scenario.toml")
	text := `name = "tiny"
horizon = "` + horizon + `"
replications = 2
[[class]]
name = "ORDERS"
arrivals = [{ kind = "poisson", rate = "0.5/s" }]
[worker]
concurrency = 2
`
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	return path
}

// mustRun runs the program and returns what it says on standard error.
func mustRun(t *testing.T, args ...string) string {
	t.Helper()
	var errs bytes.Buffer
	if code := run(context.Background(), args, streams{io.Discard, &errs}); code != exitDone {
		t.Fatalf("penstock %s: exit code %d\n%s", strings.Join(args, " "), code, &errs)
	}
	return errs.String()
}

// TestKubernetesJob runs the command of the Job as each of its pods, and merges.
func TestKubernetesJob(t *testing.T) {
	text := clusterFile(t, "kubernetes-job.yaml")
	number := func(pattern string) string {
		m := regexp.MustCompile(pattern).FindStringSubmatch(text)
		if m == nil {
			t.Fatalf("no %s in the Job", pattern)
		}
		return m[1]
	}
	n := number(`(?m)^  completions: (\d+)`)
	if number(`--shard=auto/(\d+)`) != n {
		t.Errorf("the shards are not as many as the completions, %s", n)
	}
	_, list, _ := strings.Cut(text, "args:\n")
	list, _, _ = strings.Cut(list, "resources:")
	out := t.TempDir()
	var args []string
	for _, line := range strings.Split(strings.TrimSpace(list), "\n") {
		arg, _, _ := strings.Cut(strings.TrimPrefix(strings.TrimSpace(line), "- "), " #")
		arg = strings.Replace(arg, "/scenario/scenario.toml", sweepScenario(t, "1m"), 1)
		args = append(args, strings.Replace(arg, "/sweep", out, 1))
	}
	for i := range 10 {
		t.Setenv("JOB_COMPLETION_INDEX", string(rune('0'+i)))
		mustRun(t, args...)
	}
	mustRun(t, "merge", out)
}

// TestBatchJob runs the command of the job definition as two children of an
// array, and merges.
func TestBatchJob(t *testing.T) {
	m := regexp.MustCompile(`Command: \[penstock, (.*)\]`).FindStringSubmatch(clusterFile(t, "aws-batch.yaml"))
	if m == nil {
		t.Fatal("no command in the template")
	}
	out := t.TempDir()
	parameters := strings.NewReplacer(`"`, "", "Ref::scenario", sweepScenario(t, "1m"), "Ref::axis", "worker.concurrency=1..3", "Ref::folder", out)
	t.Setenv("AWS_BATCH_JOB_ARRAY_SIZE", "2")
	for _, i := range []string{"0", "1"} {
		t.Setenv("AWS_BATCH_JOB_ARRAY_INDEX", i)
		mustRun(t, strings.Split(parameters.Replace(m[1]), ", ")...)
	}
	mustRun(t, "merge", out)
}

// TestSlurmScript runs the script as bash does in a task; .ci/slurm runs it on
// Slurm itself.
func TestSlurmScript(t *testing.T) {
	program, err := os.Executable() // which is penstock under that name
	if err != nil {
		t.Fatal(err)
	}
	link := filepath.Join(t.TempDir(), "penstock")
	if err := os.Symlink(program, link); err != nil {
		t.Fatal(err)
	}
	out, scenario := t.TempDir(), sweepScenario(t, "1m")
	for _, i := range []string{"0", "1"} {
		task := exec.Command("bash", clusterDir+"sweep.slurm", scenario, out, "--axis", "worker.concurrency=1..3")
		task.Env = append(os.Environ(), "PENSTOCK="+link, "SLURM_CPUS_PER_TASK=1", "SLURM_ARRAY_TASK_ID="+i,
			"SLURM_ARRAY_TASK_COUNT=2", "SLURM_ARRAY_TASK_MIN=0", "SLURM_ARRAY_TASK_MAX=1")
		if text, err := task.CombinedOutput(); err != nil {
			t.Fatalf("task %s: %v\n%s", i, err, text)
		}
	}
	mustRun(t, "merge", out)
	if text, err := exec.Command("bash", clusterDir+"sweep.slurm", scenario).CombinedOutput(); err == nil || !strings.Contains(string(text), "usage: sbatch") {
		t.Errorf("without a folder: %v, %s", err, text)
	}
}

// TestInterruptedSweep: Ctrl-C keeps the finished points, says so, and the same
// command goes on to the same bytes.
func TestInterruptedSweep(t *testing.T) {
	scenario, dir := sweepScenario(t, "12h"), t.TempDir()
	sweep := func(out string) []string {
		return []string{"sweep", scenario, "--axis", "worker.concurrency=1..12", "--workers=2", "--out=" + filepath.Join(dir, out)}
	}
	mustRun(t, sweep("want")...)
	points := filepath.Join(dir, "got", "points.jsonl")
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan struct{})
	var errs bytes.Buffer
	code := -1
	go func() {
		defer close(done)
		code = run(ctx, sweep("got"), streams{io.Discard, &errs})
	}()
	for lines := 0; lines < 3; { // the head, and two points
		text, _ := os.ReadFile(points)
		lines = bytes.Count(text, []byte("\n"))
	}
	cancel()
	<-done
	if code != exitInternal || !strings.Contains(errs.String(), "of 12 points are kept in "+points+"; the same command goes on from there") {
		t.Fatalf("exit code %d: %s", code, &errs)
	}
	if _, err := os.Stat(filepath.Join(dir, "got", "points.csv")); err == nil {
		t.Error("an interrupted sweep wrote its report")
	}
	if said := mustRun(t, sweep("got")...); !strings.Contains(said, "of 12 points are there") {
		t.Errorf("the second run began anew: %s", said)
	}
	want, _ := os.ReadFile(filepath.Join(dir, "want", "points.jsonl"))
	if got, err := os.ReadFile(points); err != nil || !bytes.Equal(got, want) {
		t.Errorf("the points differ from those of a sweep that nobody interrupted, %v", err)
	}
	errs.Reset()
	if code := run(ctx, sweep("")[:5], streams{io.Discard, &errs}); code != exitInternal || !strings.Contains(errs.String(), "interrupted") {
		t.Errorf("before the first point: exit code %d: %s", code, &errs)
	}
}
