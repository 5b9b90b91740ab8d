package worker

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
)

// largestBody is the most that a body may hold, bytes: what Step Functions lets
// a state pass on (Step Functions, service quotas: 256 KiB). SQS itself takes
// four times as much.
const largestBody = 256 << 10

// longestToken is the length of a task token at most (Step Functions API,
// SendTaskSuccess: 1 to 2048).
const longestToken = 2048

// longestKey is how long an idempotency key may be: what common servers keep of
// one.
const longestKey = 255

// ParseBody reads the body of a message: a JSON object with the task's token,
// the execution and the state that wait for it, the input of the call, and
// perhaps an idempotency key of the caller's own. An error says why nobody will
// ever be able to work on the message; its text is fit for a dead-letter queue.
func ParseBody(body string) (Task, error) {
	if len(body) > largestBody {
		return Task{}, fmt.Errorf("the body has %d bytes, more than the %d of a Step Functions payload", len(body), largestBody)
	}
	var b struct {
		Token     string          `json:"token"`
		Execution string          `json:"execution"`
		State     string          `json:"state"`
		Key       string          `json:"key"`
		Input     json.RawMessage `json:"input"`
	}
	if err := json.Unmarshal([]byte(body), &b); err != nil {
		return Task{}, notJSON(err)
	}
	if err := checkToken(b.Token); err != nil {
		return Task{}, err
	}
	switch {
	case b.Key == "" && b.Execution == "":
		return Task{}, errors.New("the body has neither a key nor an execution: its call could not be told from others")
	case len(b.Key) > longestKey || !graphic(b.Key):
		return Task{}, fmt.Errorf("the key is malformed: at most %d characters of ASCII, without blanks", longestKey)
	}
	if len(b.Input) == 0 {
		b.Input = json.RawMessage("null")
	}
	if b.Key == "" {
		b.Key = keyOf(b.Execution, b.State)
	}
	return Task{Token: b.Token, Execution: b.Execution, State: b.State, Key: b.Key, Input: b.Input}, nil
}

// tokenOf reads the token alone from a body, for whoever only has to tell that
// nothing became of its task. Nothing else of the body need be right.
func tokenOf(body string) (string, error) {
	var b struct {
		Token string `json:"token"`
	}
	if err := json.Unmarshal([]byte(body), &b); err != nil {
		return "", notJSON(err)
	}
	return b.Token, checkToken(b.Token)
}

func checkToken(token string) error {
	switch {
	case token == "":
		return errors.New("the body has no token: nobody can be told that the task is done")
	case len(token) > longestToken:
		return fmt.Errorf("the token has %d characters, more than the %d of a task token", len(token), longestToken)
	case !graphic(token):
		return errors.New("the token is malformed: it holds a blank, a control character or one beyond ASCII")
	}
	return nil
}

// keyOf returns the idempotency key of a task: the same for every message and
// every attempt of one state of one execution.
func keyOf(execution, state string) string {
	sum := sha256.Sum256([]byte(execution + "\n" + state))
	return hex.EncodeToString(sum[:])
}

// notJSON says what is wrong with a body, without quoting it: it may hold what
// does not belong into a log.
func notJSON(err error) error {
	var syntax *json.SyntaxError
	var kind *json.UnmarshalTypeError
	switch {
	case errors.As(err, &syntax):
		return fmt.Errorf("the body is not JSON, from byte %d on", syntax.Offset)
	case errors.As(err, &kind) && kind.Field != "":
		return fmt.Errorf("the body's %s is a JSON %s, not a string", kind.Field, kind.Value)
	}
	return errors.New("the body is not a JSON object")
}

// graphic reports whether a text is of printable ASCII without blanks.
func graphic(text string) bool {
	for i := range len(text) {
		if text[i] <= ' ' || text[i] > '~' {
			return false
		}
	}
	return true
}
