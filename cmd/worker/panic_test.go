package main

func panicFunction() {}
