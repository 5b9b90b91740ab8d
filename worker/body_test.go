package worker

import (
	"strings"
	"testing"
)

func TestBody(t *testing.T) {
	task, err := ParseBody(`{"token": "tok", "execution": "arn:1", "state": "Book", "input": {"order": 7}}`)
	if err != nil {
		t.Fatal(err)
	}
	if task.Token != "tok" || task.Execution != "arn:1" || task.State != "Book" || string(task.Input) != `{"order": 7}` {
		t.Errorf("read as %+v", task)
	}
	// printf 'arn:1\nBook' | sha256sum
	if want := "a04fd60be20c3bff3b847ce88b4eb4a6821ab065650b6e2ce2d8c5a5d296a5c4"; task.Key != want {
		t.Errorf("the key is %s, want %s", task.Key, want)
	}
	blank, _ := ParseBody(`{"token": "another attempt", "execution": "arn:1", "state": "Book"}`)
	if blank.Key != "" {
		t.Error("a token with a blank was taken")
	}
	again, err := ParseBody(`{"token": "another-attempt", "execution": "arn:1", "state": "Book"}`)
	if err != nil || again.Key != task.Key || string(again.Input) != "null" {
		t.Errorf("another attempt of the task: %+v, %v; want the same key and null as its input", again, err)
	}
	other, _ := ParseBody(`{"token": "t", "execution": "arn:1", "state": "Bill"}`)
	own, _ := ParseBody(`{"token": "t", "execution": "arn:1", "state": "Book", "key": "order-7"}`)
	if other.Key == task.Key || own.Key != "order-7" {
		t.Errorf("keys: another state's %s, one of its own %s", other.Key, own.Key)
	}
}

func TestPoison(t *testing.T) {
	for _, c := range []struct{ body, want string }{
		{"", "the body is not JSON, from byte 0 on"},
		{"hello", "the body is not JSON, from byte 1 on"},
		{`{"token": "a"`, "the body is not JSON, from byte 13 on"},
		{`{"token": "a", "execution": "e"} {}`, "the body is not JSON, from byte 34 on"},
		{`[1, 2]`, "the body is not a JSON object"},
		{`"a"`, "the body is not a JSON object"},
		{`{"token": 7}`, "the body's token is a JSON number, not a string"},
		{`null`, "no token"},
		{`{"execution": "e"}`, "no token"},
		{`{"token": "", "execution": "e"}`, "no token"},
		{`{"token": "a b", "execution": "e"}`, "token is malformed"},
		{`{"token": "ä", "execution": "e"}`, "token is malformed"},
		{`{"token": "a\u0000", "execution": "e"}`, "token is malformed"},
		{`{"token": "` + strings.Repeat("t", 2049) + `", "execution": "e"}`, "2049 characters"},
		{`{"token": "a"}`, "neither a key nor an execution"},
		{`{"token": "a", "key": "a\nInjected: header"}`, "key is malformed"},
		{`{"token": "a", "key": "` + strings.Repeat("k", 256) + `"}`, "key is malformed"},
		{`{"token": "a", "execution": "e", "input": "` + strings.Repeat("x", 256<<10-44) + `"}`, "the body has 262145 bytes"},
	} {
		if _, err := ParseBody(c.body); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%.40s: %v, want %q", c.body, err, c.want)
		}
	}
	for _, body := range []string{
		`{"token": "` + strings.Repeat("t", 2048) + `", "execution": "e"}`,
		`{"token": "a", "key": "` + strings.Repeat("k", 255) + `"}`,
		`{"token": "a", "execution": "e", "input": "` + strings.Repeat("x", 256<<10-45) + `"}`,
	} {
		if _, err := ParseBody(body); err != nil {
			t.Errorf("%.40s: %v", body, err)
		}
	}
}
