package main

import (
	"errors"
	"fmt"
	"strconv"
	"strings"

	"penstock/model/plan"
)

// maxShards is the most parts a sweep can have: one for each point.
const maxShards = plan.MaxPoints

// parseShard reads --shard: "i/n", i counting from 0; "auto/n", which takes i
// from the array job that the process is a part of; or "auto", which takes both.
// It is nil for "".
func parseShard(text string, env func(string) string) (*plan.Shard, error) {
	if text == "" {
		return nil, nil
	}
	wrong := fmt.Errorf("--shard=%s: give i/n, with i from 0 to n-1 and n at most %d, or auto/n or auto in an array job", text, maxShards)
	index, count, both := strings.Cut(text, "/")
	var shard plan.Shard
	if both {
		n, err := strconv.Atoi(count)
		if err != nil || n < 1 || n > maxShards {
			return nil, wrong
		}
		shard.Count = n
	}
	switch {
	case index == "auto":
		if err := arrayJob(&shard, env); err != nil {
			return nil, fmt.Errorf("--shard=%s: %w", text, err)
		}
		return &shard, nil
	case !both:
		return nil, wrong
	}
	i, err := strconv.Atoi(index)
	if err != nil || i < 0 || i >= shard.Count {
		return nil, wrong
	}
	shard.Index = i
	return &shard, nil
}

// arrays are the environments of array jobs. Each sets the index of a task; all
// but Kubernetes also say how many there are.
//
//   - AWS Batch: AWS_BATCH_JOB_ARRAY_INDEX counts from 0, in child jobs only;
//     AWS_BATCH_JOB_ARRAY_SIZE is the size of the array
//     (docs.aws.amazon.com/batch/latest/userguide/job_env_vars.html).
//   - Kubernetes, Job of completionMode Indexed: JOB_COMPLETION_INDEX counts from
//     0 to .spec.completions - 1
//     (kubernetes.io/docs/tasks/job/indexed-parallel-processing-static).
//   - Slurm: SLURM_ARRAY_TASK_ID is one of the numbers of --array, between
//     SLURM_ARRAY_TASK_MIN and _MAX; SLURM_ARRAY_TASK_COUNT is how many there are
//     (slurm.schedmd.com/job_array.html).
var arrays = []struct{ name, index, count string }{
	{"AWS Batch", "AWS_BATCH_JOB_ARRAY_INDEX", "AWS_BATCH_JOB_ARRAY_SIZE"},
	{"Kubernetes", "JOB_COMPLETION_INDEX", ""},
	{"Slurm", "SLURM_ARRAY_TASK_ID", "SLURM_ARRAY_TASK_COUNT"},
}

// arrayJob reads the index, and the count unless it is given.
func arrayJob(shard *plan.Shard, env func(string) string) error {
	for _, a := range arrays {
		text := env(a.index)
		if text == "" {
			continue
		}
		i, err := strconv.Atoi(text)
		if err != nil || i < 0 {
			return fmt.Errorf("%s=%q is no index", a.index, text)
		}
		if shard.Count == 0 {
			if shard.Count, err = arraySize(a.name, a.count, env); err != nil {
				return err
			}
		}
		if i >= shard.Count {
			return fmt.Errorf("%s=%d, but there are %d shards, which count from 0", a.index, i, shard.Count)
		}
		shard.Index = i
		return nil
	}
	return errors.New("this is no task of an array job: none of AWS_BATCH_JOB_ARRAY_INDEX, JOB_COMPLETION_INDEX and SLURM_ARRAY_TASK_ID is set; give i/n")
}

// arraySize reads how many tasks the array job has. A Slurm array that does not
// count 0, 1, 2, … is refused: one task of a killed array that is submitted
// alone has a count of 1, and would take the whole sweep for its own.
func arraySize(name, variable string, env func(string) string) (int, error) {
	if variable == "" {
		return 0, fmt.Errorf("%s does not say how many tasks there are: give auto/n, n being .spec.completions", name)
	}
	n, err := strconv.Atoi(env(variable))
	if err != nil || n < 1 || n > maxShards {
		return 0, fmt.Errorf("%s=%q is no number of tasks: give auto/n", variable, env(variable))
	}
	low, high := env("SLURM_ARRAY_TASK_MIN"), env("SLURM_ARRAY_TASK_MAX")
	if name == "Slurm" && (n < 2 || low != "0" || high != strconv.Itoa(n-1)) {
		return 0, fmt.Errorf("this Slurm array runs %d tasks from %s to %s: with a part of an array, or one that does not count from 0, give auto/n, n being the number of shards", n, low, high)
	}
	return n, nil
}
