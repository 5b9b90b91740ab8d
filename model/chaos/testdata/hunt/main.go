// Command hunt runs the seeds up to the one that it is given, and ends with 4 at
// the first that fails. With "shrink" behind the number, it makes that one small,
// and says in a last line how many keys are left, and whether that is the end. It
// is built against a broken simulator.
package main

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"strconv"

	"penstock/model/chaos"
)

func main() {
	seeds, err := strconv.Atoi(os.Args[1])
	if err != nil {
		panic(err)
	}
	const wave = 10
	for from := 1; from <= seeds; from += wave {
		r := run(chaos.Options{From: uint64(from), Seeds: min(wave, seeds-from+1), Rough: true})
		if len(r.Found) > 0 {
			f := &r.Found[0]
			fmt.Printf("seed %d: %s: %s\n", f.Seed, f.Rule, f.Detail)
			if len(os.Args) > 2 {
				shrink(f.Seed)
			}
			os.Exit(4)
		}
	}
}

func run(opt chaos.Options) *chaos.Report {
	r, err := chaos.Run(context.Background(), nil, opt)
	if err != nil {
		panic(err)
	}
	return r
}

func shrink(seed uint64) {
	f := run(chaos.Options{From: seed, Seeds: 1}).Found[0]
	fmt.Fprintf(os.Stderr, "%s", f.Document)
	fmt.Printf("keys %d\n", bytes.Count(f.Document, []byte("=")))
}
