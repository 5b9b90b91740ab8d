// Command hunt runs the seeds up to the one that it is given, and ends with 4 at
// the first that fails. It is built against a broken simulator.
package main

import (
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
		r, err := chaos.Run(context.Background(), nil, chaos.Options{From: uint64(from), Seeds: min(wave, seeds-from+1), Rough: true})
		if err != nil {
			panic(err)
		}
		if len(r.Found) > 0 {
			fmt.Printf("seed %d: %s: %s\n", r.Found[0].Seed, r.Found[0].Rule, r.Found[0].Detail)
			os.Exit(4)
		}
	}
}
