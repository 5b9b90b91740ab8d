package main

import (
	"context"
	"os"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
)

// TestMain lets the scripts call the program by its name.
func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){
		"penstock": func() {
			os.Exit(run(context.Background(), os.Args[1:], streams{os.Stdout, os.Stderr}))
		},
	})
}

// TestScripts runs testdata/script: each file is a session at the command line
// with its input files inline.
func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir: "testdata/script",
		// status checks the exit code of the last command that was allowed to
		// fail.
		Cmds: map[string]func(ts *testscript.TestScript, neg bool, args []string){
			"status": checkStatus,
			// only keeps the lines of a trace that concern one class.
			"only": keepClass,
			// cut writes the first bytes of a file, as a killed process leaves it.
			"cut": cutFile,
		},
		RequireExplicitExec: true,
	})
}
