package webhook

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"
)

var example = regexp.MustCompile("(?s)```(go|js|python|sh)\n(.*?)```")

// aroundGo is the program that the example in Go stands in.
const aroundGo = `package main

import (
	"encoding/json"
	"fmt"
	"net/http"
	"os"

	standardwebhooks "github.com/standard-webhooks/standard-webhooks/libraries/go"
)

func main() {
	var headers map[string]string
	if err := json.Unmarshal([]byte(os.Getenv("REQUEST")), &headers); err != nil {
		panic(err)
	}
	secret, body, request := os.Getenv("SECRET"), []byte(os.Getenv("BODY")), &http.Request{Header: http.Header{}}
	for name, value := range headers {
		request.Header.Set(name, value)
	}
`

// The examples of docs/partners.md take a message of ours, and no other.
func TestTheExamplesForPartnersTakeWhatWeSign(t *testing.T) {
	page, err := os.ReadFile("../docs/partners.md")
	if err != nil {
		t.Fatal(err)
	}
	key, body, now := []byte("the key of some thirty-two bytes"), `{"type":"webhook.test"}`, time.Now()
	signature := Sign("an-id", now, []byte(body), []byte("another key, of the day before.."), key)
	request, err := json.Marshal(map[string]string{"webhook-id": "an-id", "webhook-timestamp": strconv.FormatInt(now.Unix(), 10), "webhook-signature": signature})
	if err != nil {
		t.Fatal(err)
	}
	run := map[string]struct{ name, program, before, after string }{
		"go":     {"check.go", "go run", aroundGo, "\nfmt.Print(err == nil)\n}\n"},
		"js":     {"check.mjs", "node", "", "\nconst b = Buffer.from(process.env.BODY)\nprocess.stdout.write(String(verify(process.env.SECRET, JSON.parse(process.env.REQUEST), b)))"},
		"python": {"check.py", "python3", "", "\nimport json, os\nprint(str(verify(os.environ['SECRET'], json.loads(os.environ['REQUEST']), os.environ['BODY'].encode())).lower(), end='')"},
		"sh":     {"check.sh", "sh", "", ""},
	}
	found := 0
	for _, block := range example.FindAllStringSubmatch(string(page), -1) {
		found++
		r := run[block[1]]
		file := filepath.Join(t.TempDir(), r.name)
		if err := os.WriteFile(file, []byte(r.before+block[2]+r.after), 0o600); err != nil {
			t.Fatal(err)
		}
		for _, sent := range []string{body, body + " "} {
			args := append(strings.Fields(r.program), file)
			cmd := exec.CommandContext(t.Context(), args[0], args[1:]...)
			cmd.Env = append(os.Environ(), "SECRET="+SecretText(key), "BODY="+sent, "REQUEST="+string(request), "ID=an-id", "STAMP="+strconv.FormatInt(now.Unix(), 10))
			out, err := cmd.CombinedOutput()
			said := string(out)
			if block[1] == "sh" {
				said = strconv.FormatBool(strings.Contains(signature, "v1,"+strings.TrimSpace(said)) && said != "")
			}
			if want := strconv.FormatBool(sent == body); err != nil || said != want {
				t.Errorf("%s says %q, want %s: %v", block[1], said, want, err)
			}
		}
	}
	if found != 4 {
		t.Errorf("%d examples", found)
	}
}
