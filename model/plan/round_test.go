package plan

import (
	"math"
	"reflect"
	"testing"
)

func TestRound9(t *testing.T) {
	for _, tt := range []struct{ x, want float64 }{
		{0, 0}, {1, 1}, {0.1, 0.1}, {4e-7, 4e-7}, {1.0 / 3, 0.333333333}, {-2.0 / 3, -0.666666667},
		{123456789012, 123456789000}, {0.1 + 0.2, 0.3}, {1 - 1e-12, 1}, {math.MaxFloat64, 1.79769313e308},
		{1.0 / 3e-300, 3.33333333e+299}, {5e-324, 5e-324}, {math.Inf(1), math.Inf(1)},
	} {
		if got := round9(tt.x); got != tt.want {
			t.Errorf("round9(%v) = %v, want %v", tt.x, got, tt.want)
		}
	}
	if math.Signbit(round9(math.Copysign(0, -1))) {
		t.Error("-0 would be written as -0")
	}
	if !math.IsNaN(round9(math.NaN())) {
		t.Error("NaN became a number")
	}
	// What two processors may differ in does not reach the result.
	if x := 0.7853981633974483; round9(x) != round9(math.Nextafter(x, 1)) {
		t.Error("the last bit shows")
	}
}

// TestEveryFloatIsRounded walks a whole result, plots included.
func TestEveryFloatIsRounded(t *testing.T) {
	r := mustExecute(t, steady(true), Options{}, made)
	r.Plots.Config = nil
	seen := 0
	var walk func(path string, v reflect.Value)
	walk = func(path string, v reflect.Value) {
		switch v.Kind() {
		case reflect.Float64:
			seen++
			if x := v.Float(); x != round9(x) {
				t.Errorf("%s = %.17g is not rounded", path, x)
			}
		case reflect.Pointer:
			if !v.IsNil() {
				walk(path, v.Elem())
			}
		case reflect.Struct:
			for i := range v.NumField() {
				walk(path+"."+v.Type().Field(i).Name, v.Field(i))
			}
		case reflect.Slice:
			for i := range v.Len() {
				walk(path, v.Index(i))
			}
		case reflect.Map:
			for _, k := range v.MapKeys() {
				walk(path+"."+k.String(), v.MapIndex(k))
			}
		}
	}
	walk("result", reflect.ValueOf(*r))
	if seen < 1000 {
		t.Errorf("only %d floats seen", seen)
	}
}
