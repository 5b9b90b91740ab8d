package main

import (
	"strings"
	"testing"

	"penstock/model/plan"
)

// TestParseShard: what --shard takes, and what each scheduler says of a task.
func TestParseShard(t *testing.T) {
	slurm := map[string]string{"SLURM_ARRAY_TASK_ID": "3", "SLURM_ARRAY_TASK_COUNT": "8", "SLURM_ARRAY_TASK_MIN": "0", "SLURM_ARRAY_TASK_MAX": "7"}
	alone := map[string]string{"SLURM_ARRAY_TASK_ID": "3", "SLURM_ARRAY_TASK_COUNT": "1", "SLURM_ARRAY_TASK_MIN": "3", "SLURM_ARRAY_TASK_MAX": "3"}
	first := map[string]string{"SLURM_ARRAY_TASK_ID": "0", "SLURM_ARRAY_TASK_COUNT": "1", "SLURM_ARRAY_TASK_MIN": "0", "SLURM_ARRAY_TASK_MAX": "0"}
	fromOne := map[string]string{"SLURM_ARRAY_TASK_ID": "1", "SLURM_ARRAY_TASK_COUNT": "8", "SLURM_ARRAY_TASK_MIN": "1", "SLURM_ARRAY_TASK_MAX": "8"}
	batch := map[string]string{"AWS_BATCH_JOB_ARRAY_INDEX": "9", "AWS_BATCH_JOB_ARRAY_SIZE": "10"}
	kubernetes := map[string]string{"JOB_COMPLETION_INDEX": "0"}
	for _, c := range []struct {
		text string
		env  map[string]string
		want string // the shard, or a part of the error
	}{
		{"0/1", nil, "0/1"},
		{"3/4", nil, "3/4"},
		{"4/4", nil, "with i from 0 to n-1"},
		{"-1/4", nil, "with i from 0 to n-1"},
		{"1/0", nil, "with i from 0 to n-1"},
		{"1/100001", nil, "n at most 100000"},
		{"1", nil, "give i/n"},
		{"a/b", nil, "give i/n"},
		{"1/4", slurm, "1/4"},
		{"auto", slurm, "3/8"},
		{"auto/8", slurm, "3/8"},
		{"auto/8", alone, "3/8"},
		{"auto", alone, "runs 1 tasks from 3 to 3"},
		{"auto", first, "give auto/n"},
		{"auto", fromOne, "from 1 to 8"},
		{"auto/3", slurm, "SLURM_ARRAY_TASK_ID=3, but there are 3 shards"},
		{"auto", batch, "9/10"},
		{"auto/20", batch, "9/20"},
		{"auto/10", kubernetes, "0/10"},
		{"auto", kubernetes, "give auto/n, n being .spec.completions"},
		{"auto", nil, "this is no task of an array job"},
		{"auto/4", map[string]string{"JOB_COMPLETION_INDEX": "x"}, `JOB_COMPLETION_INDEX="x" is no index`},
		{"auto", map[string]string{"AWS_BATCH_JOB_ARRAY_INDEX": "0"}, `AWS_BATCH_JOB_ARRAY_SIZE="" is no number of tasks`},
	} {
		shard, err := parseShard(c.text, func(name string) string { return c.env[name] })
		switch {
		case err != nil && !strings.Contains(err.Error(), c.want), err == nil && shard.String() != c.want:
			t.Errorf("%s with %v: %v, %v; want %s", c.text, c.env, shard, err, c.want)
		}
	}
	if shard, err := parseShard("", nil); shard != nil || err != nil {
		t.Errorf("no --shard: %v, %v", shard, err)
	}
}

// TestJournalHoldsItsFile: a second process that writes the same points is
// refused, and may when the first has ended.
func TestJournalHoldsItsFile(t *testing.T) {
	dir := t.TempDir()
	head := plan.NewSweepHead("s", "v", 1, plan.Grid{{Key: "seed", Values: []string{"1"}}}, []string{"a"}, nil)
	j, err := openJournal(dir, head)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := openJournal(dir, head); err == nil || !strings.Contains(err.Error(), "another penstock writes") {
		t.Errorf("a second writer: %v", err)
	}
	j.close()
	again, err := openJournal(dir, head)
	if err != nil {
		t.Fatal(err)
	}
	again.close()
}
