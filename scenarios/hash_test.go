package scenarios

import (
	"reflect"
	"testing"

	"penstock/model"
)

// TestHashSeesEveryField changes each field of a configuration in turn, data of
// traces included, and expects another hash.
func TestHashSeesEveryField(t *testing.T) {
	c, _ := Load("testdata/good.toml", nil)
	plain := Hash(c)
	if again, _ := Load("testdata/good.toml", nil); Hash(again) != plain {
		t.Fatal("the same file has two hashes")
	}
	seen := map[string]string{plain: "nothing"}
	fields := 0
	change(reflect.ValueOf(&c).Elem(), "config", func(path string) {
		fields++
		h := Hash(c)
		if other, taken := seen[h]; taken {
			t.Errorf("changing %s gives the hash of changing %s", path, other)
		}
		seen[h] = path
	})
	if Hash(c) != plain || fields < 300 {
		t.Errorf("%d fields changed", fields)
	}
}

// change sets every value within v to another one, calls see, and sets it back.
func change(v reflect.Value, path string, see func(path string)) {
	old := reflect.New(v.Type()).Elem()
	old.Set(v)
	switch v.Kind() {
	case reflect.Struct:
		for i := range v.NumField() {
			change(v.Field(i), path+"."+v.Type().Field(i).Name, see)
		}
		return
	case reflect.Slice:
		for i := range v.Len() {
			change(v.Index(i), path+"[]", see)
		}
		v.Set(reflect.Append(v, reflect.Zero(v.Type().Elem())))
	case reflect.Pointer:
		if !v.IsNil() {
			change(v.Elem(), path, see)
			v.SetZero()
		} else {
			v.Set(reflect.New(v.Type().Elem()))
		}
	case reflect.String:
		v.SetString(v.String() + "x")
	case reflect.Bool:
		v.SetBool(!v.Bool())
	case reflect.Float64:
		v.SetFloat(v.Float() + 0.125)
	case reflect.Uint64:
		v.SetUint(v.Uint() + 1)
	default:
		v.SetInt(v.Int() + 1)
	}
	see(path)
	v.Set(old)
}

// TestHashStable pins the hash of an empty configuration: it may change only
// with the fields of model.Config.
func TestHashStable(t *testing.T) {
	if a, b := Hash(model.Config{}), Hash(model.Config{}); a != b || len(a) != 16 {
		t.Error(a, b)
	}
}
