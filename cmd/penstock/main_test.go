package main

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"penstock/model"
	"penstock/model/plan"
)

// command runs penstock in this process.
func command(ctx context.Context, std streams, args ...string) int {
	return run(ctx, args, std)
}

func TestInterruptLeavesNothing(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	dir := t.TempDir()
	var out, err bytes.Buffer
	code := command(ctx, streams{&out, &err}, "run", "minimal",
		"--out="+filepath.Join(dir, "report"), "--trace="+filepath.Join(dir, "trace.jsonl"))
	if code != exitInternal || !strings.Contains(err.String(), "interrupted; nothing was written") {
		t.Errorf("exit code %d, said %q", code, err.String())
	}
	if out.Len() > 0 {
		t.Errorf("printed %q", out.String())
	}
	out.Reset()
	err.Reset()
	code = command(ctx, streams{&out, &err}, "compare", "minimal", "--with=worker.concurrency=6", "--out="+filepath.Join(dir, "compared"))
	if code != exitInternal || !strings.Contains(err.String(), "interrupted; nothing was written") || out.Len() > 0 {
		t.Errorf("compare: exit code %d, said %q", code, err.String())
	}
	if left, _ := os.ReadDir(dir); len(left) > 0 {
		t.Errorf("left %v behind", left)
	}
}

func TestClosedPipe(t *testing.T) {
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	r.Close()
	defer w.Close()
	for _, args := range [][]string{{"run", "minimal", "--replications=2"}, {"run", "minimal", "--replications=2", "--json"}, {"compare", "minimal", "minimal", "--replications=2", "--pr"}, {"explain"}, {"prices", "us-east-1"}} {
		var said bytes.Buffer
		code := command(context.Background(), streams{w, &said}, args...)
		if code != exitInternal || !strings.Contains(said.String(), "standard output was closed") {
			t.Errorf("%v: exit code %d, said %q", args, code, said.String())
		}
	}
}

// full is a disk with room for so many bytes.
type full struct{ room int }

var errFull = errors.New("no space left on device")

func (f *full) Write(p []byte) (int, error) {
	if len(p) > f.room {
		return 0, errFull
	}
	f.room -= len(p)
	return len(p), nil
}

func TestFullDisk(t *testing.T) {
	for _, args := range [][]string{{"run", "minimal", "--replications=2", "--json"}, {"compare", "minimal", "minimal", "--replications=2"}} {
		var said bytes.Buffer
		code := command(context.Background(), streams{&full{room: 100}, &said}, args...)
		if code != exitInternal || !strings.Contains(said.String(), "no space left on device") {
			t.Errorf("%v: exit code %d, said %q", args, code, said.String())
		}
	}
}

func TestTraceOnFullDisk(t *testing.T) {
	tr, err := newTrace(filepath.Join(t.TempDir(), "trace.jsonl"))
	if err != nil {
		t.Fatal(err)
	}
	tr.buf.Reset(&full{})
	_, _ = tr.buf.Write(make([]byte, 1<<17))
	if err := tr.keep(); !errors.Is(err, errFull) {
		t.Errorf("keep says %v", err)
	}
	tr.discard()
	if left, _ := os.ReadDir(filepath.Dir(tr.file.path)); len(left) > 0 {
		t.Errorf("left %v behind", left)
	}
}

func TestHelpIsNoFailure(t *testing.T) {
	for _, args := range [][]string{{}, {"--help"}, {"run", "--help"}, {"compare", "--help"}} {
		var out, err bytes.Buffer
		if code := command(context.Background(), streams{&out, &err}, args...); code != exitDone {
			t.Errorf("%v: exit code %d, said %q", args, code, err.String())
		}
		if !strings.Contains(out.String(), "penstock") {
			t.Errorf("%v: no help", args)
		}
	}
}

// A fault of the program says which run fell, when, what happened last and how
// to repeat it, and ends with 4; the stack comes last, for who mends it.
func TestInternalFailure(t *testing.T) {
	var out, said bytes.Buffer
	code := exitCode(&plan.InternalError{
		Scenario: "mine", Seed: 7, Replication: 2, Cause: "index out of range", At: 90 * time.Second, Begun: true, Stack: []byte("goroutine 1\n"),
		Last: []model.Happening{{At: 89 * time.Second, Event: "called", Class: "HIGH", ID: 12, Receive: 1}},
	}, streams{&out, &said})
	want := `penstock: scenario "mine", seed 7, replication 2, at 1m30s: internal failure: index out of range
What happened last:
{"t":89,"event":"called","class":"HIGH","id":12,"receive":1}
Please report this with the scenario; --seed=7 --replications=3 repeats it.
goroutine 1
`
	if code != exitInternal || said.String() != want || out.Len() > 0 {
		t.Errorf("exit code %d, printed %q, said\n%s", code, out.String(), said.String())
	}
}

// panicky stands for a fault outside of the simulated runs.
type panicky struct{}

func (panicky) Write([]byte) (int, error) { panic("no such row") }

func TestPanicOutsideOfARun(t *testing.T) {
	var said bytes.Buffer
	code := command(context.Background(), streams{panicky{}, &said}, "explain")
	if code != exitInternal || !strings.HasPrefix(said.String(), "penstock: internal failure: no such row\n") || !strings.Contains(said.String(), "main_test.go") {
		t.Errorf("exit code %d, said %q", code, said.String())
	}
}
